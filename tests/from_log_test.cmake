# From the log of a real program that hung to a schedule that ends so.
#   cmake -D INTERLOCK=PROGRAM -D HANG=PROGRAM -D SOURCE=DIR -D WORK=DIR -P from_log_test.cmake
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

include(${CMAKE_CURRENT_LIST_DIR}/run_interlock.cmake)

# The whole way: a program that hangs, its log, the scenario, the schedule, and that again.
execute_process(COMMAND ${HANG} OUTPUT_FILE ${WORK}/hang.log RESULT_VARIABLE result TIMEOUT 20)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${HANG}: ${result}")
endif()
interlock(0 "task_2 waits for ever for the lock of group add-ons, held by call_3 of task_3, which waits too"
          reproduce --from-log ${WORK}/hang.log --output ${WORK}/hang.yaml)
if(NOT output MATCHES "1 other calls are over and left nothing"
   OR NOT output MATCHES "task_3 waits for ever for the lock of group core, held by call_2 of task_2, which waits too")
  message(SEND_ERROR "not the hang of the program:\n${output}")
endif()
string(REGEX MATCH "replay [^ ]+ --revision [^ ]+ --schedule [^\n]+" replay "${output}")
separate_arguments(replay UNIX_COMMAND "${replay}")
interlock(1 "call_2 waits for ever|task_2 waits for ever" ${replay})
# The real policies instead of guessed ones: with detect_deadlock on, the core does not end so.
file(READ ${WORK}/hang.yaml yaml)
string(REPLACE ", detect_deadlock: false" "" fixed "${yaml}")
if(fixed STREQUAL yaml)
  message(SEND_ERROR "nothing to fix in\n${yaml}")
endif()
file(WRITE ${WORK}/fixed.yaml "${fixed}")
interlock(1 "None of [0-9]+ executions ends so" reproduce --from-log ${WORK}/hang.log
          --policies ${WORK}/fixed.yaml)

# A call that was throttled and never gave its group's lock back, on the revision that does so.
file(WRITE ${WORK}/leak.log
"event=arrived job=refresh group=core call=1
event=admitted job=refresh group=core call=1
event=started job=refresh group=core call=1
event=finished job=refresh group=core call=1 how=ran
event=released job=refresh group=core call=1
event=arrived job=refresh group=core call=2
event=admitted job=refresh group=core call=2
event=refused job=refresh group=core call=2 reason=throttled retry_after=9.5s
event=arrived job=refresh group=core call=3
event=queued job=refresh group=core call=3
")
file(WRITE ${WORK}/policies.yaml
"interlock: 1
name: policies
revision: split
groups: [core]
jobs:
  refresh: {concurrency: group_queue, throttle: group_throttle, period: 10s}
tasks: {unused: [work]}
")
interlock(0 "held by call_2 of task_2, a call that is over .throttled. and never gave it back"
          reproduce --from-log ${WORK}/leak.log --policies ${WORK}/policies.yaml)
interlock(1 "None of" reproduce --from-log ${WORK}/leak.log --policies ${WORK}/policies.yaml
          --revision interlock)

# A body that waits for something that is no job.
file(WRITE ${WORK}/outside.log
"event=arrived job=\"night \\\"backup\\\"\" call=7\r
event=admitted job=\"night \\\"backup\\\"\" call=7\r
noise event=nonsense call=1\r
[worker] event=started job=\"night \\\"backup\\\"\" call=7\r
event=arrived job=\"night \\\"backup\\\"\" call=9 parent=0x
")
interlock(3 "outside.log:5: parent='0x' is not the number of a call"
          reproduce --from-log ${WORK}/outside.log)
file(READ ${WORK}/outside.log log)
string(REPLACE " parent=0x" "\nevent=queued job=\"night \\\"backup\\\"\" call=9" log "${log}")
file(WRITE ${WORK}/outside.log "${log}")
interlock(0 "waits for no job: it waits for.*something that the.*log.*does not know"
          reproduce --from-log ${WORK}/outside.log)
if(NOT output MATCHES "task_9 waits for ever for the lock of job night__backup_, held by call_7 of task_7, which waits too")
  message(SEND_ERROR "not who holds it:\n${output}")
endif()

# What there is nothing in.
file(WRITE ${WORK}/over.log "event=arrived job=a call=1\nevent=started job=a call=1\nevent=finished job=a call=1 how=ran\n")
interlock(0 "nothing hangs there" reproduce --from-log ${WORK}/over.log)
file(WRITE ${WORK}/other.log "hello\nevent=login user=7\n")
interlock(3 "none of its 2 lines is of a job" reproduce --from-log ${WORK}/other.log)
interlock(3 "cannot read" reproduce --from-log ${WORK}/missing.log)
file(WRITE ${WORK}/open.log "event=arrived job=\"a call=1\n")
interlock(3 "open.log:1: the value of job= has no end" reproduce --from-log ${WORK}/open.log)

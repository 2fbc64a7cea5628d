# Drives the command as a user does: exit codes, messages, and that a replay repeats itself.
#   cmake -D INTERLOCK=PROGRAM -D SOURCE=DIR -D WORK=DIR -P command_test.cmake
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(ENV{XDG_CACHE_HOME} ${WORK}/cache)

include(${CMAKE_CURRENT_LIST_DIR}/run_interlock.cmake)

set(scenarios models/scenarios)
set(deadlock ${scenarios}/group-queue-throttle.yaml)

interlock(0 "scenarios as expected" gate)
interlock(0 "group-queue-throttle" list)
interlock(0 "What can be reproduced.*group-queue-throttle.*split" reproduce)
interlock(0 "second waits for ever for the lock of group core" reproduce group-queue-throttle)
interlock(0 "leaked by second.0: a call of refresh@core made at [^ ]*yaml:12:12"
          reproduce group-queue-throttle)
interlock(1 "NOT as expected" check ${deadlock} --revision interlock)
interlock(1 "holds in all 4 executions" check ${deadlock} --revision interlock)
interlock(2 "gave up" check ${scenarios}/mutex-given-back.yaml --budget-executions 3)
interlock(2 "proves nothing" check ${scenarios}/mutex-given-back.yaml --strategy fifo)
interlock(1 "holds in all [0-9]+ states, told apart by 128 bits.*the chance that two were taken for one"
          check ${deadlock} --revision interlock --strategy stateful)
interlock(1 "footprints: fine" check ${deadlock} --revision interlock --strategy optimal)
interlock(1 "holds in all 4 executions: verified.*guarantee: exhaustive, cooperative, complete;"
          check ${deadlock} --revision interlock --strategy exhaustive)
interlock(1 "holds in all 4 executions" check ${deadlock} --revision interlock --strategy exhaustive
          --threads 2)
interlock(3 "runs in one piece and on one thread in this" check ${deadlock} --strategy fifo --threads 2)
interlock(0 "holds in all [0-9]+ executions: verified" check ${scenarios}/any-timing-throttle.yaml
          --strategy exhaustive --threads 2)
interlock(3 "at least one thread" check ${deadlock} --threads 0)
interlock(3 "'replay' is not a strategy" check ${deadlock} --strategy replay)
interlock(3 "cannot read .*missing.yaml" check missing.yaml)
interlock(3 "no shipped failure called 'nonsense'" reproduce nonsense)
interlock(3 "" unknown-command)
interlock(0 "Exit codes" --help)

# A recorded outcome that an event loop does not come to, but some interleaving does; and one that
# none does.
set(two_calls conformance tests/conformance/two-calls.json --revision head)
interlock(1 "FAIL  second-comes-first" ${two_calls} --case second-comes-first)
foreach(strategy optimal exhaustive)
  interlock(0 "1 passed, 0 failed" ${two_calls} --case second-comes-first --strategy ${strategy})
  interlock(1 "FAIL  nobody-runs.*no execution comes to the recorded outcome.*2 passed, 1 failed"
            ${two_calls} --strategy ${strategy})
endforeach()
interlock(2 "0 passed, 0 failed, 1 gave up" ${two_calls} --case nobody-runs --strategy optimal
          --budget-executions 1)
interlock(3 "'pct' explores no golden cases; use fifo, optimal or exhaustive" ${two_calls} --strategy pct)

# The printed command gives the same trace, byte for byte.
interlock(0 "replay" reproduce group-queue-throttle)
string(REGEX MATCH "replay ([^ ]+) --revision ([^ ]+) --schedule ([^\n]+)" unused "${output}")
set(replay replay ${CMAKE_MATCH_1} --revision ${CMAKE_MATCH_2} --schedule ${CMAKE_MATCH_3})
interlock(1 "second waits for ever" ${replay})
set(once "${output}")
interlock(1 "" ${replay})
if(NOT output STREQUAL once)
  message(SEND_ERROR "two replays differ:\n${once}\n${output}")
endif()
interlock(0 "" reproduce group-queue-throttle --json)
string(JSON trace GET "${output}" violations 0 trace)
interlock(1 "" ${replay} --json)
string(JSON again GET "${output}" violations 0 trace)
if(NOT trace STREQUAL again)
  message(SEND_ERROR "the replay's trace is another:\n${trace}\n${again}")
endif()
interlock(3 "belongs to another scenario" replay ${deadlock} --schedule v1:0123456789abcdef:00)
interlock(3 "a schedule looks like" replay ${deadlock} --schedule 00)

# What goes on for ever is shown once round, and goes round when it is replayed.
interlock(0 "nor is any other call: steps [0-9]+ to [0-9]+ are repeated for ever"
          reproduce polling-bodies-livelock)
string(REGEX MATCH "replay ([^ ]+) --revision ([^ ]+) --schedule ([^\n]+~[^\n]+)" unused "${output}")
interlock(1 "nor is any other call: steps [0-9]+ to [0-9]+ are repeated for ever"
          replay ${CMAKE_MATCH_1} --revision ${CMAKE_MATCH_2} --schedule ${CMAKE_MATCH_3})
interlock(0 "everybody has turns and others make progress" check ${scenarios}/polling-call-starves.yaml)
interlock(3 "'optimal' has no steps that are repeated for ever"
          check ${scenarios}/polling-call-starves.yaml --strategy optimal)

# Bad input: one line with file, line and column.
function(bad expression text)
  file(WRITE ${WORK}/bad.yaml "${text}")
  interlock(3 "bad.yaml:${expression}" check ${WORK}/bad.yaml)
  string(REGEX MATCHALL "\n" lines "${output}")
  list(LENGTH lines count)
  if(NOT count EQUAL 1)
    message(SEND_ERROR "not one line:\n${output}")
  endif()
endfunction()
set(head "interlock: 1\nname: bad\n")
bad("3:1: .*tsks.*did you mean 'tasks'" "${head}tsks: {}\n")
bad("3:8: .*period" "${head}jobs: {j: {throttle: throttle}}\ntasks: {a: [{call: j}]}\n")
bad("3:[0-9]+: .*no job 'k'" "${head}tasks: {a: [{call: k}]}\n")
bad("[0-9]+:[0-9]+: " "${head}tasks: {a: [work}\n")
bad("3:[0-9]+: .*unit" "${head}tasks: {a: [{sleep: 5}]}\n")
bad("3:19: .*without end"
    "${head}jobs: {j: {body: [{call: j}]}}\ntasks: {a: [{call: j}]}\n")

# Golden traces: a refused call, told rightly, wrongly, and to another revision.
set(trace [=[{"cases": [{
  "id": "refused", "classes": {"G": {"group": true}},
  "objects": {"A": {"class": "G", "group_name": "ga"}},
  "methods": {"m": {"class": "G", "throttle": "rate_limit", "period_us": 1000, "max_calls": 0}},
  "driver": [{"at_us": 5, "op": "call", "call": {"label": "a", "obj": "A", "method": "m", "body": []}}],
  "expect": {"deadlock": false, "pending": [], "end_us": 5, "leaks": [],
    "calls": [{"label": "a", "obj": "A", "method": "m", "entered": false, "status": "raised",
      "exception": "JobException",
      "message": "Rate limit exceeded, more than 0 calls in 0:00:00.001000"}],
    "end_state": {"methods": {"m": {"created": true, "kind": "Lock", "locked": false, "waiters": 0,
      "last_call_us": {}, "rate_calls_us": {"ga": []}}},
      "groups": {"A": {"locked": false, "waiters": 0, "owner": null, "parents": []}},
      "jobs_in_manager": []},
    "jobs": [{"label": "a", "name": "m", "done": null, "progress": 0, "internal": false,
      "parent": null, "errors": []}],
    "events": [[5, 2, "invoke", "a"], [5, 2, "result", "a", "raised", "JobException",
      "Rate limit exceeded, more than 0 calls in 0:00:00.001000"]]}}]}]=])
file(WRITE ${WORK}/trace.json "${trace}")
interlock(0 "1 passed, 0 failed" conformance ${WORK}/trace.json --revision head)
interlock(1 "refused\n +end_state.methods.m.kind: \"Semaphore\", expected \"Lock\".*0 passed, 1 failed"
          conformance ${WORK}/trace.json --revision merged)
string(REPLACE "\"status\": \"raised\"" "\"status\": \"none\"" lie "${trace}")
file(WRITE ${WORK}/lie.json "${lie}")
interlock(1 "calls\\[0\\].status: \"raised\", expected \"none\"" conformance ${WORK}/lie.json
          --revision head)
interlock(0 "\"failed\": 0" conformance ${WORK}/trace.json --revision head --json)
interlock(3 "is not a revision of the reference" conformance ${WORK}/trace.json --revision interlock)
interlock(3 "missing.json: cannot be read" conformance missing.json --revision head)
interlock(3 "there is no such case" conformance ${WORK}/trace.json --revision head --case nonsense)
string(REPLACE "\"op\": \"call\"" "\"op\": \"cal\"" typo "${trace}")
file(WRITE ${WORK}/typo.json "${typo}")
interlock(3 "case 'refused': unknown action 'cal'" conformance ${WORK}/typo.json --revision head)

# The history: what the series broke and mended, each with a schedule that shows it.
interlock(0 "group-throttle-wait +holds +deadlock, leak +holds +holds +holds" history)
interlock(0 "split [^\n]*\n.*  breaks group-throttle-wait: deadlock" history)
interlock(0 "guarded [^\n]*\n.*  breaks group-wait: leak.*  mends queue-rate-limit: leak" history)
interlock(0 "merged [^\n]*\n.*  mends group-wait: leak" history)
interlock(0 "head [^\n]*\n.*  mends group-queue-rate-limit: leak" history)
string(REGEX MATCH "replay ([^ ]+) --revision ([^ ]+) --schedule ([^\n]+)" unused "${output}")
interlock(1 "What is wrong"
          replay ${CMAKE_MATCH_1} --revision ${CMAKE_MATCH_2} --schedule ${CMAKE_MATCH_3})
interlock(0 "\"change\": \"mends\"" history --json)
interlock(3 "cannot read .*missing.yaml" history missing.yaml)

# A schedule that failed is kept, run first, and forgotten when it fails no more.
file(READ ${SOURCE}/${deadlock} text)
string(REPLACE "verdict: violated, property: deadlock" "verdict: holds" text "${text}")
file(WRITE ${WORK}/wrong.yaml "${text}")
interlock(1 "guarantee: optimal" check ${WORK}/wrong.yaml --failures ${WORK}/failures)
file(GLOB kept ${WORK}/failures/*)
list(LENGTH kept count)
if(NOT count EQUAL 1)
  message(SEND_ERROR "kept: ${kept}")
endif()
interlock(1 "1 execution,.*guarantee: replay" check ${WORK}/wrong.yaml --failures ${WORK}/failures)
interlock(1 "guarantee: optimal" check ${WORK}/wrong.yaml --failures none)
file(READ ${kept} schedules)
string(REGEX REPLACE ":[0-9]+\n" ":77\n" schedules "${schedules}")
file(WRITE ${kept} "${schedules}rubbish\n")
interlock(1 "guarantee: optimal" check ${WORK}/wrong.yaml --failures ${WORK}/failures)
interlock(1 "guarantee: optimal" check ${WORK}/wrong.yaml --failures /dev/null/nowhere)
if(NOT output MATCHES "cannot keep the failing schedule in /dev/null/nowhere")
  message(SEND_ERROR "silent:\n${output}")
endif()

# Minimised: the fewest switches, and the smallest scenario, which is one that can be checked.
interlock(0 "no schedule with fewer violates it" check ${deadlock} --minimise)
interlock(0 "smallest scenario" check ${deadlock} --minimise --json=${WORK}/minimal.json)
file(READ ${WORK}/minimal.json json)
string(JSON smallest GET "${json}" smallest scenario)
file(WRITE ${WORK}/smallest.yaml "${smallest}")
interlock(0 "deadlock" check ${WORK}/smallest.yaml)
file(WRITE ${WORK}/patient.yaml
"interlock: 1
name: patient
jobs: {j: {concurrency: queue, wait_timeout: 1s}}
tasks: {a: [{call: j}], b: [{call: j}]}
")
interlock(0 "never exercised: refusal timed_out" check ${WORK}/patient.yaml)

# JSON to a file, and to one that cannot be written.
interlock(0 "as expected" check ${deadlock} --json=${WORK}/result.json)
file(READ ${WORK}/result.json json)
string(JSON verdict GET "${json}" verdict)
if(NOT verdict STREQUAL violated)
  message(SEND_ERROR "verdict ${verdict}")
endif()
interlock(3 "cannot write" check ${deadlock} --json=${WORK}/missing/result.json)

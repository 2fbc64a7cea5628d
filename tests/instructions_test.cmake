# Counts the instructions of calls under valgrind's callgrind and compares them with what they may
# cost: exact where time is noisy. Each is the whole loop of a benchmark, its own dozen instructions
# included.
#   cmake -D BENCH=core_bench -D CONFIG=RelWithDebInfo -P instructions_test.cmake
if(NOT CONFIG STREQUAL "RelWithDebInfo")
  message("skipped: only the release preset has budgets")
  return()
endif()
find_program(valgrind valgrind)
if(NOT valgrind)
  message("skipped: install valgrind to count instructions")
  return()
endif()

# Of `benchmark`, run `times` times.
function(count benchmark times result)
  execute_process(
    COMMAND ${valgrind} --tool=callgrind --callgrind-out-file=/dev/null ${BENCH}
            --iterations=${times} --benchmark_filter=^${benchmark}/iterations
    OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE code
  )
  if(NOT code EQUAL 0 OR NOT err MATCHES "Collected : ([0-9]+)")
    message(FATAL_ERROR "${benchmark}: cannot count\n${out}${err}")
  endif()
  set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

set(failed FALSE)
function(budget benchmark instructions_max)
  count(${benchmark} 1000 few)
  count(${benchmark} 11000 many)
  math(EXPR each "(${many} - ${few}) / 10000")
  message("${benchmark}: ${each} of ${instructions_max}")
  if(each GREATER instructions_max)
    set(failed TRUE PARENT_SCOPE)
  endif()
endfunction()

budget(job/queue 71)
budget(job/reject 73)
budget(job/reject_busy 13)
budget(job/group_nested 81)
budget(job/queue_rate_limit_10_pass 150)
budget(thread/job/queue 67)
if(failed)
  message(FATAL_ERROR "a call takes more instructions than it may")
endif()

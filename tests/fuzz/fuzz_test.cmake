# Runs one reader under libFuzzer for a moment.
#   cmake -D READER=scenario -D PROGRAM=FILE -D MISSING=WHY -D SOURCE=DIR -D WORK=DIR -P fuzz_test.cmake
# For longer: INTERLOCK_FUZZ_SECONDS in the environment, at most 200.
if(MISSING)
  message("skipped: ${MISSING}")
  return()
endif()

set(seconds 2)
if(DEFINED ENV{INTERLOCK_FUZZ_SECONDS})
  set(seconds $ENV{INTERLOCK_FUZZ_SECONDS})
endif()
math(EXPR seconds_max "${seconds} + 60")
# What it finds on the way goes here, not into the repository.
file(MAKE_DIRECTORY ${WORK}/${READER})
set(corpus ${WORK}/${READER} ${SOURCE}/tests/fuzz/corpus/${READER})
if(READER STREQUAL "scenario")
  list(APPEND corpus ${SOURCE}/models/scenarios)
endif()
# The sanitizer watches the memory: libFuzzer's own watch lists the heap first, which may take hours.
execute_process(
  COMMAND
    ${CMAKE_COMMAND} -E env INTERLOCK_READER=${READER}
    ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16:hard_rss_limit_mb=600 ${PROGRAM} ${corpus}
    -max_total_time=${seconds} -max_len=4096 -timeout=5 -rss_limit_mb=0 -detect_leaks=0 -seed=1 -print_final_stats=1
    -artifact_prefix=${WORK}/${READER}-
  TIMEOUT ${seconds_max}
  RESULT_VARIABLE result
  ERROR_VARIABLE errors
)
string(REGEX MATCH "stat::number_of_executed_units: [0-9]+" units "${errors}")
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the reader of a ${READER} fails: ${result}\n${errors}")
endif()
message(STATUS "${READER}: ${units}")

# Runs one reader under libFuzzer for a moment, with the address and undefined-behaviour sanitizers.
#   cmake -D READER=scenario -D SOURCE=DIR -D WORK=DIR -D SETTINGS=FILE -P fuzz_test.cmake
# For longer: INTERLOCK_FUZZ_SECONDS in the environment.
include(${SETTINGS})
find_program(clang NAMES clang++ clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14)
if(NOT clang)
  message("skipped: install clang for libFuzzer")
  return()
endif()
file(MAKE_DIRECTORY ${WORK})
set(flags -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fno-sanitize=vptr
          -I${SOURCE})
file(WRITE ${WORK}/probe.cpp
     "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n")
execute_process(
  COMMAND ${clang} ${flags} ${WORK}/probe.cpp -o ${WORK}/probe RESULT_VARIABLE failed ERROR_QUIET
)
if(failed)
  message("skipped: this clang has no libFuzzer; install libclang-rt-dev")
  return()
endif()

# Of all readers, once: the tests of the others find it.
set(program ${WORK}/readers_fuzz)
set(sources
    tests/fuzz/readers_fuzz.cpp
    ci/baseline/snapshot.cpp
    ci/production/log_reader.cpp
    ci/report/file.cpp
    models/scenario/reader.cpp
    models/scenario/sections.cpp
    models/scenario/yaml.cpp
    models/trace/schedule.cpp
)
list(TRANSFORM sources PREPEND ${SOURCE}/)
set(newest ${CMAKE_CURRENT_LIST_FILE})
foreach(source IN LISTS sources)
  if(${source} IS_NEWER_THAN ${newest})
    set(newest ${source})
  endif()
endforeach()
if(NOT EXISTS ${program} OR ${newest} IS_NEWER_THAN ${program})
  execute_process(
    COMMAND ${clang} ${flags} ${sources} -Wl,--allow-multiple-definition ${LIBRARIES_READERS} -o ${program}
    RESULT_VARIABLE failed ERROR_VARIABLE errors
  )
  if(failed)
    message(FATAL_ERROR "does not build\n${errors}")
  endif()
endif()

set(seconds 2)
if(DEFINED ENV{INTERLOCK_FUZZ_SECONDS})
  set(seconds $ENV{INTERLOCK_FUZZ_SECONDS})
endif()
# What it finds on the way goes here, not into the repository.
file(MAKE_DIRECTORY ${WORK}/${READER})
set(corpus ${WORK}/${READER} ${SOURCE}/tests/fuzz/corpus/${READER})
if(READER STREQUAL "scenario")
  list(APPEND corpus ${SOURCE}/models/scenarios)
endif()
execute_process(
  COMMAND
    ${CMAKE_COMMAND} -E env INTERLOCK_READER=${READER} ASAN_OPTIONS=detect_leaks=0 ${program} ${corpus}
    -max_total_time=${seconds} -max_len=4096 -timeout=10 -rss_limit_mb=1024 -seed=1 -print_final_stats=1
    -artifact_prefix=${WORK}/${READER}-
  RESULT_VARIABLE result ERROR_VARIABLE errors
)
string(REGEX MATCH "stat::number_of_executed_units: [0-9]+" units "${errors}")
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the reader of a ${READER} fails\n${errors}")
endif()
message(STATUS "${READER}: ${units}")

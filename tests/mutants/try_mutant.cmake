# Builds the core with one seeded bug and says who catches it; fails when nobody does.
#   cmake -D MUTANT=FILE -D SOURCE=DIR -D WORK=DIR -D SETTINGS=FILE -P try_mutant.cmake
# SETTINGS sets COMPILER, FLAGS, LIBRARIES_COMMAND, LIBRARIES_LAWS and LIBRARIES_TEST: how to compile,
# and what to link after the mutated objects.
include(${SETTINGS})
set(ENV{XDG_CACHE_HOME} ${WORK}/cache) # what fails here is nothing to remember

include(${CMAKE_CURRENT_LIST_DIR}/seed.cmake)
seed(${MUTANT} ${SOURCE} ${WORK})

# Who is to catch it: the checker and the laws, or the one test that runs what it changes.
set(programs command laws)
if(test)
  set(programs test)
endif()

set(caught)
foreach(program IN LISTS programs)
  string(TOUPPER ${program} upper)
  set(binary ${WORK}/${program})
  link_mutated(${binary} ${LIBRARIES_${upper}})
  set(arguments)
  if(program STREQUAL "command")
    set(arguments gate ${SOURCE}/models/scenarios --budget-seconds 20)
  endif()
  execute_process(
    COMMAND ${binary} ${arguments} TIMEOUT 120
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors
  )
  if(result EQUAL 1)
    list(APPEND caught ${program})
    string(REGEX MATCHALL "(FAIL  [^\n]*|\\[  FAILED  \\] [^\n]*\\))" lines "${output}")
    foreach(line IN LISTS lines)
      message(STATUS "${program}: ${line}")
    endforeach()
  elseif(result MATCHES "fault|abort|Illegal")
    # A lock that keeps the frame of a call that is over reads what is no longer there.
    list(APPEND caught "${program}, which crashed")
    message(STATUS "${program}: ${result}")
  elseif(NOT result EQUAL 0)
    message(FATAL_ERROR "${about}\nThe ${program} ended with '${result}' instead of a verdict:\n${errors}")
  endif()
endforeach()

if(NOT caught)
  message(FATAL_ERROR "${about}\nNobody noticed.")
endif()
message(STATUS "${about} Caught by: ${caught}")
file(REMOVE_RECURSE ${WORK})

# Builds the core with one seeded bug and says who catches it; fails when nobody does.
#   cmake -D MUTANT=FILE -D SOURCE=DIR -D WORK=DIR -D SETTINGS=FILE -P try_mutant.cmake
# SETTINGS sets COMPILER, FLAGS, LIBRARIES_COMMAND, LIBRARIES_LAWS and LIBRARIES_TEST: how to compile,
# and what to link after the mutated objects.
include(${SETTINGS})
set(ENV{XDG_CACHE_HOME} ${WORK}/cache) # what fails here is nothing to remember

file(READ ${MUTANT} text)
string(REPLACE ";" "\\;" text "${text}")
if(NOT text MATCHES "^file: ([^\n]+)\nabout: ([^\n]+)\n(test: ([^\n]+)\n)?-----\n(.*)\n=====\n(.*)-----\n$")
  message(FATAL_ERROR "${MUTANT}: not a mutant file (see README.md)")
endif()
set(file ${CMAKE_MATCH_1})
set(about ${CMAKE_MATCH_2})
set(test "${CMAKE_MATCH_4}")
set(from "${CMAKE_MATCH_5}\n")
set(to "${CMAKE_MATCH_6}")

file(REMOVE_RECURSE ${WORK})
file(COPY ${SOURCE}/core DESTINATION ${WORK})
file(READ ${WORK}/${file} code)
string(REPLACE ";" "\\;" code "${code}")
string(FIND "${code}" "${from}" first)
string(FIND "${code}" "${from}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${MUTANT}: its text must occur exactly once in ${file}")
endif()
string(REPLACE "${from}" "${to}" code "${code}")
string(REPLACE "\\;" ";" code "${code}")
file(WRITE ${WORK}/${file} "${code}")

# Who is to catch it: the checker and the laws, or the one test that runs what it changes.
set(programs command laws)
set(user ${SOURCE}/models/scenario/core_system.cpp)
if(test)
  set(programs test)
  set(user ${SOURCE}/tests/${test}.cpp)
endif()

# A header reaches a program through the one file that uses the core's templates.
if(file MATCHES "\\.hpp$")
  set(sources ${user} ${WORK}/core/policy/admission.cpp)
elseif(test)
  set(sources ${user} ${WORK}/${file})
else()
  set(sources ${WORK}/${file})
endif()
set(objects)
foreach(source IN LISTS sources)
  get_filename_component(name ${source} NAME_WE)
  set(object ${WORK}/${name}.o)
  execute_process(
    COMMAND ${COMPILER} ${FLAGS} -I${WORK} -I${SOURCE} -c ${source} -o ${object}
    RESULT_VARIABLE failed ERROR_VARIABLE errors
  )
  if(failed)
    message(FATAL_ERROR "${MUTANT}: does not compile\n${errors}")
  endif()
  list(APPEND objects ${object})
endforeach()

set(caught)
foreach(program IN LISTS programs)
  string(TOUPPER ${program} upper)
  set(binary ${WORK}/${program})
  execute_process(
    # The mutated objects come first and win over those in the libraries.
    COMMAND ${COMPILER} ${FLAGS} -Wl,--allow-multiple-definition ${objects} ${LIBRARIES_${upper}}
            -o ${binary}
    RESULT_VARIABLE failed ERROR_VARIABLE errors
  )
  if(failed)
    message(FATAL_ERROR "${MUTANT}: does not link\n${errors}")
  endif()
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

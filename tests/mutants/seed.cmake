# Reads a seeded bug and compiles what it changes: seed(MUTANT SOURCE WORK) sets `about`, `test`, the
# mutant's text fields, and `objects`, which come first when a program is linked and so win over
# those in the libraries. COMPILER and FLAGS say how to compile.
function(seed mutant source work)
  file(READ ${mutant} text)
  string(REPLACE ";" "\\;" text "${text}")
  if(NOT text MATCHES "^file: ([^\n]+)\nabout: ([^\n]+)\n(test: ([^\n]+)\n)?-----\n(.*)\n=====\n(.*)-----\n$")
    message(FATAL_ERROR "${mutant}: not a mutant file (see README.md)")
  endif()
  set(file ${CMAKE_MATCH_1})
  set(about ${CMAKE_MATCH_2})
  set(test "${CMAKE_MATCH_4}")
  set(from "${CMAKE_MATCH_5}\n")
  set(to "${CMAKE_MATCH_6}")

  file(REMOVE_RECURSE ${work})
  file(COPY ${source}/core DESTINATION ${work})
  file(READ ${work}/${file} code)
  string(REPLACE ";" "\\;" code "${code}")
  string(FIND "${code}" "${from}" first)
  string(FIND "${code}" "${from}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${mutant}: its text must occur exactly once in ${file}")
  endif()
  string(REPLACE "${from}" "${to}" code "${code}")
  string(REPLACE "\\;" ";" code "${code}")
  file(WRITE ${work}/${file} "${code}")

  # A header reaches a program through the one file that uses the core's templates.
  set(user ${source}/models/scenario/core_system.cpp)
  if(test)
    set(user ${source}/tests/${test}.cpp)
  endif()
  if(file MATCHES "\\.hpp$")
    set(sources ${user} ${work}/core/policy/admission.cpp)
  elseif(test)
    set(sources ${user} ${work}/${file})
  else()
    set(sources ${work}/${file})
  endif()
  set(objects)
  foreach(one IN LISTS sources)
    get_filename_component(name ${one} NAME_WE)
    set(object ${work}/${name}.o)
    execute_process(
      COMMAND ${COMPILER} ${FLAGS} -I${work} -I${source} -c ${one} -o ${object}
      RESULT_VARIABLE failed ERROR_VARIABLE errors
    )
    if(failed)
      message(FATAL_ERROR "${mutant}: does not compile\n${errors}")
    endif()
    list(APPEND objects ${object})
  endforeach()
  set(about ${about} PARENT_SCOPE)
  set(test "${test}" PARENT_SCOPE)
  set(objects ${objects} PARENT_SCOPE)
endfunction()

# link_mutated(BINARY LIBRARIES…): the objects of seed(), and the libraries after them.
function(link_mutated binary)
  execute_process(
    COMMAND ${COMPILER} ${FLAGS} -Wl,--allow-multiple-definition ${objects} ${ARGN} -o ${binary}
    RESULT_VARIABLE failed ERROR_VARIABLE errors
  )
  if(failed)
    message(FATAL_ERROR "${binary}: does not link\n${errors}")
  endif()
endfunction()

# Included by tests of the command: INTERLOCK is the program, run in SOURCE.

# interlock(<exit code> <regular expression of the output> <arguments…>)
function(interlock code expression)
  execute_process(
    COMMAND ${INTERLOCK} ${ARGN} WORKING_DIRECTORY ${SOURCE}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output
  )
  if(NOT result EQUAL code)
    message(SEND_ERROR "interlock ${ARGN}: exit code ${result}, not ${code}\n${output}")
  endif()
  if(NOT output MATCHES "${expression}")
    message(SEND_ERROR "interlock ${ARGN}: no '${expression}' in\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

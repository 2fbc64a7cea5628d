# A file in the repository is what a command prints.
#   cmake -D FILE=PATH -D "COMMAND=PROGRAM;ARGUMENT;…" -P generated_test.cmake
execute_process(COMMAND ${COMMAND} OUTPUT_VARIABLE printed RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "exit code ${result}: ${COMMAND}")
endif()
file(READ ${FILE} kept)
if(NOT printed STREQUAL kept)
  list(JOIN COMMAND " " command)
  message(FATAL_ERROR "${FILE} is not current; write it again:\n  ${command} > ${FILE}")
endif()

# Run by `cmake --install` on what it has just copied; INCLUDE_DIR, LIBRARY_DIR, ARCHIVES and OBJCOPY
# are set.
cmake_path(ABSOLUTE_PATH INCLUDE_DIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
cmake_path(ABSOLUTE_PATH LIBRARY_DIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})

# Our headers say "core/…" and "models/…", and a user may well have folders of those names on the
# include path.
file(GLOB_RECURSE headers $ENV{DESTDIR}${INCLUDE_DIR}/interlock/*.hpp)
foreach(header IN LISTS headers)
  file(READ ${header} old)
  string(REGEX REPLACE "#include \"(core|models)/" "#include \"interlock/\\1/" new "${old}")
  if(NOT new STREQUAL old)
    file(WRITE ${header} "${new}")
  endif()
endforeach()

# Code for optimisation across files is of use to one version of one compiler, and another one that
# finds it refuses to link; the ordinary code beside it is for all.
if(OBJCOPY)
  foreach(archive IN LISTS ARCHIVES)
    execute_process(
      COMMAND ${OBJCOPY} --wildcard --remove-section=.gnu.lto_* --remove-section=.gnu.debuglto_*
              $ENV{DESTDIR}${LIBRARY_DIR}/${archive}
      COMMAND_ERROR_IS_FATAL ANY
    )
  endforeach()
endif()

# Installs Interlock and uses it as others do: found by CMake and by pkg-config, and as a part of
# their own build.
#   cmake -D SETTINGS=FILE -D SOURCE=DIR -D WORK=DIR -P consumer_test.cmake
# SETTINGS sets BINARY_DIR, CONFIG, GENERATOR, COMPILER, FLAGS, FIBER, MODELS, LIBDIR and INCLUDEDIR:
# what was built, how, and where in a prefix it goes.
include(${SETTINGS})
file(REMOVE_RECURSE ${WORK})

# run(<exit code> <regular expression of the output> <command…>)
function(run code expression)
  execute_process(
    COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output
  )
  if(NOT result EQUAL code)
    message(FATAL_ERROR "exit code ${result}, not ${code}: ${ARGN}\n${output}")
  endif()
  if(NOT output MATCHES "${expression}")
    message(FATAL_ERROR "no '${expression}' in the output of ${ARGN}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# configure(<exit code> <expression> <name> <project> <arguments…>): into WORK/<name>.
function(configure code expression name project)
  run(${code} "${expression}"
      ${CMAKE_COMMAND} -S ${SOURCE}/tests/${project} -B ${WORK}/${name} -G ${GENERATOR}
      -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_BUILD_TYPE=${CONFIG}
      -D CMAKE_EXPORT_COMPILE_COMMANDS=ON -D CMAKE_PREFIX_PATH=${prefix} ${ARGN}
  )
endfunction()

# Configures the project of a user, builds it and runs its programs.
function(use name)
  configure(0 "" ${name} consumer ${ARGN})
  run(0 "" ${CMAKE_COMMAND} --build ${WORK}/${name})
  run(0 "100% tests passed" ${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/${name} --no-tests=error)
  set(commands ${WORK}/${name}/compile_commands.json) # some generators write none
  if(EXISTS ${commands})
    file(STRINGS ${commands} warned REGEX "\"command\":.*-Wshadow.*/(main|decisions)\\.cpp")
    if(warned)
      message(FATAL_ERROR "our own flags reach a user: ${warned}")
    endif()
  endif()
endfunction()

# An installed tree may be moved.
run(0 "" ${CMAKE_COMMAND} --install ${BINARY_DIR} --config ${CONFIG} --component interlock
    --prefix ${WORK}/first)
if(MODELS)
  run(0 "" ${CMAKE_COMMAND} --install ${BINARY_DIR} --config ${CONFIG} --component interlock-models
      --prefix ${WORK}/first)
endif()
set(prefix ${WORK}/prefix)
file(RENAME ${WORK}/first ${prefix})

file(GLOB archives ${prefix}/${LIBDIR}/*.a)
foreach(archive IN LISTS archives)
  file(STRINGS ${archive} optimised REGEX "\\.gnu\\.lto_")
  if(optimised)
    message(FATAL_ERROR "${archive} has code for one version of one compiler in it")
  endif()
endforeach()

# A user's own folder of the name of ours, ahead of everything.
file(WRITE ${WORK}/own/core/assert.hpp "#error the user's own header\n")
set(flags "${FLAGS} -I${WORK}/own")

use(found -D CMAKE_CXX_FLAGS=${flags} -D WITH_FIBER=${FIBER} -D WITH_MODELS=${MODELS})
use(found-without-boost -D CMAKE_CXX_FLAGS=${flags} -D WITH_FIBER=OFF
    -D CMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
use(part-of-the-build -D CMAKE_CXX_FLAGS=${FLAGS} -D WITH_FIBER=${FIBER}
    -D INTERLOCK_SOURCE_DIR=${SOURCE})

configure(0 "" headers consumer/headers -D CMAKE_CXX_FLAGS=${flags}
          -D INCLUDE_DIR=${prefix}/${INCLUDEDIR})
run(0 "interlock_job\\.hpp" ${CMAKE_COMMAND} --build ${WORK}/headers --verbose)

find_program(PKG_CONFIG NAMES pkg-config pkgconf)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
  # use_flags(<package> <source>)
  function(use_flags package source)
    run(0 "" ${PKG_CONFIG} --cflags --libs ${package})
    separate_arguments(package_flags UNIX_COMMAND "${output}")
    separate_arguments(own_flags UNIX_COMMAND "${flags}")
    run(0 "" ${COMPILER} -std=c++20 ${own_flags} ${SOURCE}/tests/consumer/${source}
        ${package_flags} -o ${WORK}/${package})
    run(0 "" ${WORK}/${package})
  endfunction()
  use_flags(interlock decisions.cpp)
  if(FIBER)
    use_flags(interlock-fiber main.cpp)
  endif()
else()
  message(STATUS "SKIPPED: there is no pkg-config, so its files were not tried")
endif()

# What cannot be had is refused in words.
if(MODELS)
  file(REMOVE ${prefix}/${LIBDIR}/cmake/interlock/interlock-models.cmake)
  configure(1 "component 'models' was not installed" no-models consumer -D WITH_MODELS=ON)
endif()
if(FIBER)
  configure(1 "component 'fiber' needs Boost.Fiber" no-boost consumer
            -D CMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
  file(REMOVE ${prefix}/${LIBDIR}/cmake/interlock/interlock-fiber.cmake)
endif()
configure(1 "component 'fiber' was not built" no-fiber consumer)

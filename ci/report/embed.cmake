# Writes the files of the page into a C++ source.
#   cmake -D PAGE=DIR -D OUTPUT=FILE -P embed.cmake
set(source "#include \"ci/report/page_source.hpp\"\n\nnamespace interlock::ci {\n\n")
foreach(kind html css js)
  file(READ ${PAGE}/page.${kind} text)
  string(APPEND source "const std::string_view page_${kind} = R\"page(${text})page\";\n\n")
endforeach()
file(WRITE ${OUTPUT} "${source}}  // namespace interlock::ci\n")

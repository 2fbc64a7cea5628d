// The files in page/, as they were when the program was built (embed.cmake).
#pragma once

#include <string_view>

namespace interlock::ci {

extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view page_js;

}  // namespace interlock::ci

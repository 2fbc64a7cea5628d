// Text within XML.
#pragma once

#include <string>
#include <string_view>

namespace interlock::ci {

// As the value of an attribute or the content of an element; what XML cannot say becomes '?'.
std::string xml_text(std::string_view text);

}  // namespace interlock::ci

#include "models/trace/guarantee.hpp"

namespace interlock::models {

std::string_view name_of(FootprintKind footprints) noexcept {
    switch (footprints) {
        case FootprintKind::none:
            return "none";
        case FootprintKind::fine:
            return "fine";
        case FootprintKind::announced:
            return "static";
    }
    return "?";
}

}  // namespace interlock::models

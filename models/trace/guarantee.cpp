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

std::string_view name_of(Measure measure) noexcept {
    return measure == Measure::preemptions ? "preemptions" : "switches";
}

}  // namespace interlock::models

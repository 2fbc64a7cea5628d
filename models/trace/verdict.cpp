#include "models/trace/verdict.hpp"

namespace interlock::models {

std::string_view name_of(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::holds:
            return "holds";
        case Verdict::violated:
            return "violated";
        case Verdict::gave_up:
            return "gave_up";
        case Verdict::broken:
            return "broken";
    }
    return "?";
}

}  // namespace interlock::models

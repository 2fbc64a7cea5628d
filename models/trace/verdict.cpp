#include "models/trace/verdict.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

bool is_simpler(const Trace& a, const Trace& b) noexcept {
    if (std::pair(a.switches, a.steps) != std::pair(b.switches, b.steps)) {
        return std::pair(a.switches, a.steps) < std::pair(b.switches, b.steps);
    }
    const auto comes_before = [](const ChoicePoint& one, const ChoicePoint& other) {
        return std::pair(one.chosen.task.value, one.chosen.fault) <
               std::pair(other.chosen.task.value, other.chosen.fault);
    };
    return std::lexicographical_compare(
        a.choices.begin(), a.choices.end(), b.choices.begin(), b.choices.end(), comes_before
    );
}

void keep(std::vector<Violation>& violations, const Finding& found, const Trace& trace) {
    const auto at = std::lower_bound(
        violations.begin(),
        violations.end(),
        found.property,
        [](const Violation& kept, Property property) { return kept.finding.property < property; }
    );
    if (at == violations.end() || at->finding.property != found.property) {
        violations.insert(at, {found, trace});
    } else if (is_simpler(trace, at->trace)) {
        *at = {found, trace};
    }
}

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

#include "models/trace/verdict.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

constexpr Choice enough_choices{TaskId{0xff}};  // no task is it

}  // namespace

bool is_simpler(const Trace& a, const Trace& b) noexcept {
    if (std::pair(a.switches, a.steps) != std::pair(b.switches, b.steps)) {
        return std::pair(a.switches, a.steps) < std::pair(b.switches, b.steps);
    }
    // What was chosen at looks is in the times, and not among the choices of one that is run again.
    const auto next = [](const Trace& of, std::size_t& at) {
        while (at < of.choices.size() && of.choices[at].is_look) {
            ++at;
        }
        const Choice chosen = at < of.choices.size() ? of.choices[at++].chosen : enough_choices;
        return std::pair(chosen.task.value, chosen.fault);
    };
    constexpr auto end = std::pair(enough_choices.task.value, enough_choices.fault);
    for (std::size_t in_a = 0, in_b = 0;;) {
        const auto one = next(a, in_a);
        const auto other = next(b, in_b);
        if (one != other) {
            return one == end || (other != end && one < other);
        }
        if (one == end) {
            return a.times < b.times;
        }
    }
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

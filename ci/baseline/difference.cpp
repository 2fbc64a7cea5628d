#include "ci/baseline/difference.hpp"

#include <algorithm>
#include <tuple>

namespace interlock::ci {

namespace {

using Kind = Change::Kind;

// Adds what only `from` has.
void add_missing(
    const Behaviour& side,
    const Behaviour::Shown& from,
    const Behaviour::Shown& other,
    Kind kind,
    std::vector<Change>& changes
) {
    for (const auto& [what, shown] : from) {
        if (!other.contains(what)) {
            changes.push_back({kind, what, schedule_text(side, shown)});
        }
    }
}

std::vector<Change> changes_of(const Behaviour& before, const Behaviour& after) {
    std::vector<Change> changes;
    if (before.program != after.program || before.under != after.under) {
        changes.push_back({Kind::rewritten, {}, {}});
    }
    // What an unfinished search found is there; what it did not find may be.
    if (before.is_complete) {
        add_missing(after, after.violations, before.violations, Kind::now_violated, changes);
        add_missing(after, after.outcomes, before.outcomes, Kind::became_possible, changes);
    }
    if (after.is_complete) {
        add_missing(before, before.violations, after.violations, Kind::no_longer_violated, changes);
        add_missing(before, before.outcomes, after.outcomes, Kind::became_impossible, changes);
    }
    if (!before.is_complete || !after.is_complete) {
        changes.push_back({Kind::incomplete, {}, {}});
    }
    return changes;
}

}  // namespace

std::string_view name_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::became_possible:
            return "became possible";
        case Kind::became_impossible:
            return "became impossible";
        case Kind::now_violated:
            return "now violated";
        case Kind::no_longer_violated:
            return "no longer violated";
        case Kind::added:
            return "new scenario";
        case Kind::removed:
            return "scenario removed";
        case Kind::rewritten:
            return "scenario rewritten";
        case Kind::incomplete:
            return "not compared in full: a search gave up";
    }
    return "?";
}

bool is_of_the_old(Kind kind) noexcept {
    return kind == Kind::became_impossible || kind == Kind::no_longer_violated;
}

Difference difference(const Snapshot& before, const Snapshot& after, Missing missing) {
    Difference all;
    const auto add = [&](const Behaviour& behaviour, std::vector<Change> changes) {
        if (changes.empty()) {
            ++all.same;
            return;
        }
        all.has_incomplete = all.has_incomplete || changes.back().kind == Kind::incomplete;
        all.scenarios.push_back(
            {behaviour.scenario, behaviour.revision, behaviour.file, std::move(changes)}
        );
    };
    const auto key = [](const Behaviour& behaviour) {
        return std::tie(behaviour.scenario, behaviour.revision);
    };
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        const bool is_old = now == after.end() || (old != before.end() && key(*old) < key(*now));
        const bool is_new = old == before.end() || (now != after.end() && key(*now) < key(*old));
        if (is_old) {
            if (missing == Missing::is_removed) {
                add(*old, {{Kind::removed, {}, {}}});
            }
            ++old;
        } else if (is_new) {
            add(*now, {{Kind::added, {}, {}}});
            ++now;
        } else {
            add(*now, changes_of(*old, *now));
            ++old;
            ++now;
        }
    }
    return all;
}

Exit exit_of(const Difference& difference) noexcept {
    const bool differs =
        std::any_of(difference.scenarios.begin(), difference.scenarios.end(), [](const auto& one) {
            return one.changes.size() > 1 || one.changes.front().kind != Kind::incomplete;
        });
    if (differs) {
        return Exit::not_as_expected;
    }
    return difference.has_incomplete ? Exit::gave_up : Exit::as_expected;
}

}  // namespace interlock::ci

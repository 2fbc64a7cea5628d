#include "ci/batch/compare.hpp"

#include "ci/batch/replayed.hpp"
#include "ci/report/text.hpp"

namespace interlock::ci {

namespace {

ReportedChange change_of(const Examined& examined, const Change& change) {
    ReportedChange reported;
    reported.kind = name_of(change.kind);
    reported.what = change.what;
    reported.is_of_the_old = is_of_the_old(change.kind);
    reported.shown.schedule = change.schedule;
    if (reported.is_of_the_old) {
        reported.shown.replay = replay_command(examined.loaded, change.schedule);
    } else if (!change.schedule.empty()) {
        reported.shown = replayed(examined.loaded, change.schedule);
    }
    return reported;
}

}  // namespace

std::variant<Exit, std::string> compare(
    const Snapshot& before, Missing missing, const std::vector<Examined>& all, RunReport& run
) {
    std::vector<Behaviour> behaviours;
    behaviours.reserve(all.size());
    for (const Examined& examined : all) {
        behaviours.push_back(examined.behaviour);
    }
    auto after = snapshot_of(std::move(behaviours));
    if (auto* problem = std::get_if<std::string>(&after)) {
        return std::move(*problem);
    }
    const Difference found = difference(before, std::get<Snapshot>(after), missing);
    run.has_baseline = true;
    for (const ScenarioDifference& one : found.scenarios) {
        if (one.changes.front().kind == Change::Kind::removed) {
            run.removed.push_back(one);
            continue;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Behaviour& behaviour = all[i].behaviour;
            if (behaviour.scenario == one.scenario && behaviour.revision == one.revision) {
                for (const Change& change : one.changes) {
                    run.scenarios[i].changes.push_back(change_of(all[i], change));
                }
            }
        }
    }
    return exit_of(found);
}

}  // namespace interlock::ci

#include "ci/batch/replayed.hpp"

#include "ci/report/text.hpp"
#include "models/replay.hpp"
#include "properties/last_trace.hpp"

namespace interlock::ci {

Shown replayed(const Loaded& loaded, const std::string& schedule) {
    Shown shown;
    shown.schedule = schedule;
    shown.replay = replay_command(loaded, schedule);
    std::string problem;
    const auto read = models::schedule_from(schedule, problem);
    if (!read || read->scenario != loaded.program.fingerprint) {
        return shown;
    }
    models::Trace trace;
    properties::LastTrace keeper(loaded.program, trace);
    const models::Result result = models::check(loaded.program, keeper, models::replay_of(*read));
    if (result.verdict != models::Verdict::broken) {
        const Context context{loaded.program, loaded.scenario.file};
        shown.story = story_of(context, trace);
    }
    return shown;
}

}  // namespace interlock::ci

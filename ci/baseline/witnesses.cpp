#include "ci/baseline/witnesses.hpp"

#include <tuple>
#include <utility>

namespace interlock::ci {

void merge(Witnesses& all, Witnesses&& more) {
    for (auto& [outcome, trace] : more) {
        const auto [at, is_new] = all.try_emplace(outcome, std::move(trace));
        if (!is_new && models::is_simpler(trace, at->second)) {
            at->second = std::move(trace);
        }
    }
}

void WitnessKeeper::judge(const models::Trace& trace, std::vector<models::Finding>& findings) {
    if (trace.ending == models::Ending::cut) {
        judge_->judge(trace, findings);  // it goes on, and comes to nothing yet
        return;
    }
    // Neighbouring executions mostly come to the same.
    bool is_new = false;
    if (last_ == kept_.end() || last_->first != trace.outcomes) {
        std::tie(last_, is_new) = kept_.try_emplace(trace.outcomes);
    }
    if (is_new || models::is_simpler(trace, last_->second)) {
        last_->second = trace;
    }
    judge_->judge(trace, findings);
}

}  // namespace interlock::ci

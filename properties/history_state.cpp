// What the properties remember of an execution. A call is meant by its place in the scenario; which
// call made it follows from that.
#include "models/scenario/world.hpp"
#include "properties/history.hpp"

#include <algorithm>

namespace interlock::properties {

using models::Part;
using models::State;
using models::word_of;

namespace {

enum class Fact : std::uint8_t { stage, holder, waiter, queued, started, starts };

std::uint16_t code(Fact fact) noexcept {
    return static_cast<std::uint16_t>(0x100 + static_cast<std::uint16_t>(fact));
}

std::uint64_t value_of(std::int64_t ns) noexcept {
    return static_cast<std::uint64_t>(ns);
}

}  // namespace

void History::state(const models::Trace& so_far, State& state) const {
    for (std::uint32_t number = 1; number < count_; ++number) {
        const CallState& call = calls_[number];
        if (call.stage == Stage::unknown || call.site == models::no_site) {
            continue;
        }
        // Of one that is over, only what is wrong with it is looked at again.
        const std::uint8_t outcome = so_far.outcomes[call.site];
        if (!is_latest(number) || outcome == models::never_made) {
            if (call.holds) {
                state_call(call, state);
            }
        } else if (outcome == models::stuck || call.holds || !has_come_to(call, outcome)) {
            state_call(call, state);
        }
    }
    for (std::size_t lock = 0; lock < locks_.size(); ++lock) {
        state_lock(static_cast<std::uint16_t>(lock), state);
    }
    state_starts(state);
    for (std::size_t condition = 0; condition < conditions_.size(); ++condition) {
        if (conditions_[condition]) {
            state.add(Part::condition, word_of(static_cast<std::uint16_t>(condition), 1));
        }
    }
    for (std::size_t task = 0; task < joins_.size(); ++task) {
        if (joins_[task] != 0) {
            const models::TaskId id{static_cast<std::uint8_t>(task)};
            state.add(id, Part::child, word_of(0, 0x100), joins_[task]);
        }
    }
}

// Those that a throttle may still look at.
void History::state_starts(State& state) const {
    for (std::size_t key = 0; key < starts_.size(); ++key) {
        const Duration horizon = key < horizons_.jobs.size()
                                     ? horizons_.jobs[key]
                                     : horizons_.groups[key - horizons_.jobs.size()];
        for (const std::int64_t start : starts_[key]) {
            if (state.now_ns() - start < horizon.count()) {
                const auto what = word_of(static_cast<std::uint16_t>(key), code(Fact::starts));
                state.add(Part::throttle, what, value_of(state.now_ns() - start));
            }
        }
    }
}

void History::state_call(const CallState& call, State& state) const {
    const std::uint16_t place = program_.place_of(call.site);
    const Policy& of = policy(call.site);
    const auto what = [&](Fact fact) { return word_of(place, code(fact)); };
    const bool waits = call.stage == Stage::queued || call.stage == Stage::granted;
    auto how = static_cast<std::uint64_t>(call.stage);
    how = 2 * how + (call.holds ? 1 : 0);
    how = 2 * how + (waits && call.is_cancelled ? 1 : 0);
    how = 256 * how + (call.stage == Stage::finished ? static_cast<std::uint64_t>(call.how) : 0);
    state.add(call.task, Part::lock, what(Fact::stage), how);
    if (waits && of.wait_timeout) {
        // Whether it has waited too long is asked, and by how much is not.
        const std::int64_t age =
            std::min(state.now_ns() - call.queued_ns, of.wait_timeout->count() + 1);
        state.add(call.task, Part::time, what(Fact::queued), value_of(age));
    }
    if (call.stage == Stage::started && of.throttle_counts == ThrottleCounts::success) {
        const Duration horizon = of.period.value_or(Duration::zero());
        const std::int64_t age = std::min(state.now_ns() - call.started_ns, horizon.count());
        state.add(call.task, Part::throttle, what(Fact::started), value_of(age));
    }
}

void History::state_lock(std::uint16_t lock, State& state) const {
    const auto add = [&](Fact fact, std::size_t place, std::uint32_t number) {
        const auto what = word_of(lock, code(fact), static_cast<std::uint16_t>(place));
        if (program_.locks[lock].kind == models::ProgramLock::Kind::mutex) {
            state.add(models::TaskId{static_cast<std::uint8_t>(number - 1)}, Part::mutex, what);
        } else if (number < count_ && calls_[number].site != models::no_site) {
            const CallState& call = calls_[number];
            state.add(call.task, Part::lock, what, program_.place_of(call.site));
        }
    };
    const LockState& of = locks_[lock];
    for (std::size_t i = 0; i < of.holders.size(); ++i) {
        add(Fact::holder, i, of.holders[i]);
    }
    for (std::size_t i = 0; i < of.waiting.size(); ++i) {
        add(Fact::waiter, i, of.waiting[i]);
    }
}

}  // namespace interlock::properties

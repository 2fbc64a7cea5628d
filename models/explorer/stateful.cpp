#include "models/explorer/stateful.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace interlock::models {

namespace {

constexpr std::uint32_t no_step = 0xffffffff;
constexpr Choice nobody{TaskId{0xfe}};
constexpr std::size_t turns_at_once = 1'000;  // of an execution that does not end by itself

}  // namespace

Stateful::Stateful(Look look, std::vector<TaskId> like, bool is_endless, State state)
    : look_(std::move(look)),
      state_(std::move(state)),
      like_(std::move(like)),
      is_endless_(is_endless) {
    std::iota(task_of_.begin(), task_of_.end(), std::uint8_t{0});
    std::iota(rank_of_.begin(), rank_of_.end(), std::uint8_t{0});
    for (std::size_t task = 0; task < like_.size(); ++task) {
        if (like_[task].value == task) {
            std::vector<std::uint8_t> alike;
            for (std::size_t other = task; other < like_.size(); ++other) {
                if (like_[other].value == task) {
                    alike.push_back(static_cast<std::uint8_t>(other));
                }
            }
            if (alike.size() > 1) {
                alike_.push_back(std::move(alike));
            }
        }
    }
}

std::optional<Plan> Stateful::next() {
    way_.clear();
    made_ = 0;
    last_ = no_step;
    running_ = 0;
    is_searching_ = true;
    start_ = 0;
    if (nodes_.empty()) {
        return Plan{.prefix = {}, .guide = this, .is_endless = is_endless_};
    }
    if (is_endless_) {
        while (done_ < open_.size() && nodes_[open_[done_]].is_exhausted()) {
            ++done_;
        }
        if (done_ == open_.size()) {
            return next_roundtrip();
        }
        start_ = open_[done_];
    } else {
        while (!open_.empty() && nodes_[open_.back()].is_exhausted()) {
            open_.pop_back();
        }
        if (open_.empty()) {
            return std::nullopt;
        }
        start_ = open_.back();
    }
    last_ = nodes_[start_].arrival;
    for (std::uint32_t step = last_; step != no_step; step = steps_[step].before) {
        way_.push_back(steps_[step].choice);
    }
    std::reverse(way_.begin(), way_.end());
    return Plan{.prefix = {}, .guide = this, .is_endless = is_endless_};
}

// All states are known.
std::optional<Plan> Stateful::next_roundtrip() {
    if (!lassos_) {
        lassos_ = lassos_in(graph_);
    }
    if (tried_ == lassos_->size()) {
        return std::nullopt;
    }
    roundtrip_.emplace((*lassos_)[tried_++], true, look_);
    return roundtrip_->next();
}

void Stateful::learn(const Trace& /*trace*/) {}

Choice Stateful::choose(const Trace& so_far, const ChoicePoint& possible) noexcept {
    const std::size_t made = made_++;
    Choice choice;
    if (made < way_.size()) {
        choice = way_[made];
    } else if (!is_searching_) {
        choice = go_on(possible);
    } else {
        std::uint32_t const node = look_around(so_far, possible);
        if (made == way_.size() && node != start_) {
            return nobody;  // the same choices have led elsewhere: the execution has diverged
        }
        if (is_endless_) {
            note_turn(node);
            if (nodes_[node].is_exhausted() || made >= way_.size() + turns_at_once) {
                return enough;
            }
        }
        is_searching_ = !nodes_[node].is_exhausted();
        if (is_searching_) {
            choice = take(nodes_[node]);
            steps_.push_back({last_, choice});
            last_ = static_cast<std::uint32_t>(steps_.size() - 1);
        } else {
            choice = go_on(possible);
        }
    }
    running_ = choice.fault == Fault::cancel ? running_ : choice.task.value;
    return choice;
}

// To the end, with few switches and no faults.
Choice Stateful::go_on(const ChoicePoint& possible) noexcept {
    const TaskId same{running_};
    return (possible.enabled & set_of(same)) != 0 ? same : lowest(possible.enabled);
}

std::uint32_t Stateful::look_around(const Trace& so_far, const ChoicePoint& possible) {
    look_(so_far, state_);
    rank();
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const auto [found, is_new] = known_.try_emplace(state_.digest(like_), next);
    if (is_new) {
        nodes_.push_back({
            .run = ranks_of(possible.enabled),
            .raise = ranks_of(possible.may_raise),
            .cancel = ranks_of(possible.may_cancel),
            .arrival = last_,
        });
        open_.push_back(next);
        if (is_endless_) {
            graph_.states.push_back(
                {.ready = possible.enabled & ~set_of(passing_of_time),
                 .calling = state_.progress.calling,
                 .awaits_time = state_.awaits_time(),
                 .is_open = possible.is_open()}
            );
        }
    }
    return found->second;
}

// The execution has come to `node`, by its last step unless that is where it starts.
void Stateful::note_turn(std::uint32_t node) {
    const std::vector<std::uint32_t>& done = state_.progress.done;
    if (made_ - 1 > way_.size()) {
        TaskSet progress = 0;
        for (std::size_t task = 0; task < done.size(); ++task) {
            progress |= done[task] != before_.done[task] ? TaskSet{1} << task : 0;
        }
        graph_.turns.push_back({at_, node, steps_[last_].choice, progress});
    }
    at_ = node;
    before_ = state_.progress;
}

// Who is which in the state, whoever they are.
void Stateful::rank() {
    const std::vector<Digest>& images = state_.images();
    std::array<std::uint8_t, 64> order{};
    for (const auto& alike : alike_) {
        std::uint8_t* const end = std::copy(alike.begin(), alike.end(), order.data());
        std::sort(order.data(), end, [&](std::uint8_t x, std::uint8_t y) {
            return images[x] == images[y] ? x < y : images[x] < images[y];
        });
        for (std::size_t i = 0; i < alike.size(); ++i) {
            task_of_[alike[i]] = order[i];
            rank_of_[order[i]] = alike[i];
        }
    }
}

// Of tasks that are as good as each other, one.
TaskSet Stateful::ranks_of(TaskSet tasks) const noexcept {
    if (alike_.empty() || tasks == 0) {
        return tasks;
    }
    TaskSet ranks = 0;
    for (TaskSet left = tasks; left != 0; left &= left - 1) {
        ranks |= TaskSet{1} << rank_of_[lowest(left).value];
    }
    const std::vector<Digest>& images = state_.images();
    for (const auto& alike : alike_) {
        for (std::size_t i = 1; i < alike.size(); ++i) {
            const bool is_same = images[task_of_[alike[i]]] == images[task_of_[alike[i - 1]]];
            ranks &= is_same ? ~(TaskSet{1} << alike[i]) : ~TaskSet{0};
        }
    }
    return ranks;
}

// What is left to try, the running task first: it costs no switch.
Choice Stateful::take(Node& node) noexcept {
    const auto take_from = [&](TaskSet& ranks, Fault fault) {
        const TaskSet same = TaskSet{1} << rank_of_[running_];
        const TaskSet one = (ranks & same) != 0 ? same : ranks & (~ranks + 1);
        ranks &= ~one;
        return Choice(TaskId{task_of_[lowest(one).value]}, fault);
    };
    if (node.run != 0) {
        return take_from(node.run, Fault::none);
    }
    return node.raise != 0 ? take_from(node.raise, Fault::raise)
                           : take_from(node.cancel, Fault::cancel);
}

void Stateful::describe(Guarantee& guarantee) const {
    guarantee.states = nodes_.size();
    guarantee.hash_bits = 128;
    guarantee.symmetry = !alike_.empty();
}

}  // namespace interlock::models

#include "ci/report/story.hpp"

#include "properties/history.hpp"
#include "properties/invariant.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace interlock::ci {

using models::EventKind;
using models::Trace;
using models::TraceEvent;

namespace {

// The locks that some event of the trace is about.
std::vector<std::uint16_t> locks_in(const Trace& trace) {
    std::vector<std::uint16_t> locks;
    for (const TraceEvent& event : trace.events) {
        if (event.lock != models::no_lock) {
            locks.push_back(event.lock);
        }
    }
    std::sort(locks.begin(), locks.end());
    locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
    return locks;
}

// Index of the last thing that a call did.
std::size_t last_event_of(const Trace& trace, std::uint32_t call) {
    std::size_t last = 0;
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        const TraceEvent& event = trace.events[i];
        if (event.call == call && event.kind != EventKind::still_held &&
            event.kind != EventKind::still_queued) {
            last = i;
        }
    }
    return last;
}

// Marks the waits that lie on a way from a task back to itself.
void mark_cycles(std::vector<Wait>& waits) {
    const auto reaches = [&](std::size_t from, std::size_t to) {
        std::vector<std::size_t> seen{from};
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (seen[i] == to) {
                return true;
            }
            for (const Wait& wait : waits) {
                if (wait.task == seen[i] &&
                    std::find(seen.begin(), seen.end(), wait.on) == seen.end()) {
                    seen.push_back(wait.on);
                }
            }
        }
        return false;
    };
    for (Wait& wait : waits) {
        wait.is_in_cycle = reaches(wait.on, wait.task);
    }
}

class Teller {
  public:
    Teller(const Context& context, const Trace& trace)
        : context_(context), trace_(trace), locks_(locks_in(trace)), history_(context.program) {
        history_.reset();
        for (const TraceEvent& left : trace.events) {
            if (left.kind == EventKind::still_held && left.site != models::no_site &&
                properties::is_leaked(trace, left)) {
                last_of_leak_ = last_event_of(trace, left.call);
            }
        }
    }

    Story tell() {
        Story story;
        for (const auto& task : context_.program.tasks) {
            story.tasks.push_back(task.name);
        }
        for (std::uint16_t const lock : locks_) {
            story.locks.push_back(context_.program.locks[lock].name);
        }
        for (std::size_t i = 0; i < trace_.events.size();) {
            story.moments.push_back(moment(i));
        }
        story.end = end_of(context_, trace_);
        story.steps = trace_.steps;
        story.switches = trace_.switches;
        return story;
    }

  private:
    // The step that begins with event `i`, which becomes the first event after it.
    Moment moment(std::size_t& i) {
        Moment moment;
        moment.step = trace_.events[i].step;
        moment.task = trace_.events[i].task.value;
        for (; i < trace_.events.size() && trace_.events[i].step == moment.step; ++i) {
            const TraceEvent& event = trace_.events[i];
            moment.events.push_back(told(event));
            if (i == last_of_leak_) {
                Event leak = told(event);
                leak.kind = "leaked";
                leak.lock = context_.program.locks[leak_of(event.call)].name;
                leak.phrase = fmt::format("{} does NOT give the {} back", leak.call, leak.lock);
                moment.events.push_back(std::move(leak));
            }
            history_.apply(event);
            note_waits(event);
        }
        for (std::uint16_t const lock : locks_) {
            moment.locks.push_back(state_of(lock));
        }
        moment.waits = waits();
        return moment;
    }

    [[nodiscard]] Event told(const TraceEvent& event) const {
        const models::Program& program = context_.program;
        return {
            .task = event.task.value,
            .kind = std::string(models::name_of(event.kind)),
            .phrase = phrase_of(context_, trace_, event),
            .call = event.site == models::no_site ? "" : program.sites[event.site].label,
            .lock = event.lock == models::no_lock ? "" : program.locks[event.lock].name,
            .at_ns = event.at_ns,
        };
    }

    // The lock that the call leaks.
    [[nodiscard]] std::uint16_t leak_of(std::uint32_t call) const {
        const auto left = std::find_if(trace_.events.begin(), trace_.events.end(), [&](auto& e) {
            return e.kind == EventKind::still_held && e.call == call;
        });
        return left->lock;
    }

    // The history knows who waits for the lock of a job or a group; for a mutex, and for each
    // other, tasks wait.
    void note_waits(const TraceEvent& event) {
        std::uint32_t const task = event.task.value;
        if (event.kind == EventKind::wants) {
            wanting_[event.lock].push_back(task + 1U);
        } else if (event.kind == EventKind::held) {
            std::erase(wanting_[event.lock], task + 1U);
        } else if (event.kind == EventKind::joins) {
            joining_[task].push_back(event.call);
        } else if (event.kind == EventKind::joined || event.kind == EventKind::join_refused) {
            std::erase(joining_[task], event.call);
        } else if (event.kind == EventKind::ended) {
            joining_.erase(task);
            for (auto& [unused, joined] : joining_) {
                std::erase(joined, task);
            }
            for (auto& [unused, tasks] : wanting_) {
                std::erase(tasks, task + 1U);
            }
        }
    }

    [[nodiscard]] bool is_mutex(std::uint16_t lock) const {
        return context_.program.locks[lock].kind == models::ProgramLock::Kind::mutex;
    }

    // Of a call, or of a task that holds or wants a mutex.
    [[nodiscard]] std::string name_of(std::uint16_t lock, std::uint32_t call) const {
        return is_mutex(lock) ? context_.program.tasks[call - 1].name
                              : context_.program.sites[history_.call(call).site].label;
    }

    [[nodiscard]] std::size_t task_of(std::uint16_t lock, std::uint32_t call) const {
        return is_mutex(lock) ? call - 1 : history_.call(call).task.value;
    }

    const std::vector<std::uint32_t>& waiting_for(std::uint16_t lock) {
        // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): it knows all locks.
        return is_mutex(lock) ? wanting_[lock] : history_.lock(lock)->waiting;
    }

    Lock state_of(std::uint16_t lock) {
        Lock state;
        state.name = context_.program.locks[lock].name;
        for (std::uint32_t const call : history_.lock(lock)->holders) {
            state.holders.push_back(name_of(lock, call));
        }
        for (std::uint32_t const call : waiting_for(lock)) {
            state.waiting.push_back(name_of(lock, call));
        }
        return state;
    }

    std::vector<Wait> waits() {
        std::vector<Wait> waits;
        for (std::uint16_t const lock : locks_) {
            const auto& holders = history_.lock(lock)->holders;
            for (std::uint32_t const waiter : waiting_for(lock)) {
                if (holders.empty()) {
                    continue;
                }
                waits.push_back(
                    {.task = task_of(lock, waiter),
                     .on = task_of(lock, holders.back()),
                     .what = "the " + context_.program.locks[lock].name,
                     .who = name_of(lock, waiter),
                     .whom = name_of(lock, holders.back())}
                );
            }
        }
        for (const auto& [task, joined] : joining_) {
            for (std::uint32_t const on : joined) {
                const auto& tasks = context_.program.tasks;
                waits.push_back(
                    {.task = task,
                     .on = on,
                     .what = "the end of " + tasks[on].name,
                     .who = tasks[task].name,
                     .whom = tasks[on].name}
                );
            }
        }
        mark_cycles(waits);
        return waits;
    }

    const Context& context_;
    const Trace& trace_;
    std::vector<std::uint16_t> locks_;
    properties::History history_;
    std::map<std::uint16_t, std::vector<std::uint32_t>> wanting_;         // by lock, tasks from 1
    std::map<std::size_t, std::vector<std::uint32_t>> joining_;           // by task
    std::size_t last_of_leak_ = std::numeric_limits<std::size_t>::max();  // of the leaking call
};

}  // namespace

Story story_of(const Context& context, const Trace& trace) {
    return Teller(context, trace).tell();
}

}  // namespace interlock::ci

// The Trace Event Format that Perfetto and chrome://tracing read: a process for each execution, a
// thread for each task and each lock. A step takes a millisecond there, because it takes no time.
#include "ci/report/diagrams.hpp"
#include "ci/report/dump.hpp"
#include "ci/report/formats.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace interlock::ci {

namespace {

constexpr std::uint64_t step_us = 1000;

class Tracks {
  public:
    Tracks(std::size_t process, const Told& told, Json& events)
        : process_(process), story_(*told.story), events_(events) {
        events_.push_back(named("process_name", 0, told.title));
        for (std::size_t i = 0; i < story_.tasks.size(); ++i) {
            events_.push_back(named("thread_name", i + 1, story_.tasks[i]));
        }
        for (std::size_t i = 0; i < story_.locks.size(); ++i) {
            events_.push_back(named("thread_name", track_of_lock(i), story_.locks[i]));
        }
    }

    void draw() {
        for (std::size_t i = 0; i < story_.moments.size(); ++i) {
            draw_step(i);
        }
        for (std::size_t lock = 0; lock < story_.locks.size(); ++lock) {
            draw_lock(lock);
        }
    }

  private:
    [[nodiscard]] std::size_t track_of_lock(std::size_t lock) const {
        return story_.tasks.size() + 1 + lock;
    }

    [[nodiscard]] Json named(const char* kind, std::size_t track, const std::string& name) const {
        return {
            {"ph", "M"},
            {"pid", process_},
            {"tid", track},
            {"name", kind},
            {"args", {{"name", name}}}};
    }

    [[nodiscard]] Json slice(
        std::size_t track, std::size_t from, std::size_t to, const std::string& name
    ) const {
        return {
            {"ph", "X"},
            {"pid", process_},
            {"tid", track},
            {"ts", from * step_us},
            {"dur", (to - from) * step_us},
            {"name", name}};
    }

    void draw_step(std::size_t i) {
        const Moment& moment = story_.moments[i];
        std::vector<std::string> phrases;
        for (const Event& event : moment.events) {
            if (!event.phrase.empty()) {
                phrases.push_back(event.phrase);
            }
        }
        if (phrases.empty()) {
            return;
        }
        Json step = slice(moment.task + 1, i, i + 1, phrases.front());
        step["args"] = {
            {"step", moment.step},
            {"what", phrases},
            {"virtual_time_us", static_cast<double>(moment.events.front().at_ns) / 1000}};
        events_.push_back(std::move(step));
    }

    // A slice from each change of who has it, or waits for it, to the next.
    void draw_lock(std::size_t lock) {
        std::string now;
        std::size_t since = 0;
        for (std::size_t i = 0; i <= story_.moments.size(); ++i) {
            std::string next;
            if (i < story_.moments.size()) {
                const Lock& state = story_.moments[i].locks[lock];
                if (!state.holders.empty()) {
                    next = fmt::format("held by {}", fmt::join(state.holders, ", "));
                }
                if (!state.waiting.empty()) {
                    next += fmt::format(
                        "{}{} waits", next.empty() ? "" : "; ", fmt::join(state.waiting, ", ")
                    );
                }
            }
            if (next != now) {
                if (!now.empty()) {
                    events_.push_back(slice(track_of_lock(lock), since, i, now));
                }
                now = std::move(next);
                since = i;
            }
        }
    }

    std::size_t process_;
    const Story& story_;
    Json& events_;
};

}  // namespace

std::string trace_report(const RunReport& run) {
    Json events = Json::array();
    std::size_t process = 0;
    for (const Told& one : told(run)) {
        Tracks(++process, one, events).draw();
    }
    return dumped({{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}});
}

}  // namespace interlock::ci

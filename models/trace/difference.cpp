#include "models/trace/difference.hpp"

#include <algorithm>

namespace interlock::models {

namespace {

std::string tasks_text(TaskSet tasks) {
    std::string text;
    for (; tasks != 0; tasks &= tasks - 1) {
        text += (text.empty() ? "" : ", ") + std::to_string(lowest(tasks).value);
    }
    return text.empty() ? "none" : text;
}

std::string event_text(const Trace& trace, std::size_t index) {
    if (index >= trace.events.size()) {
        return "nothing more";
    }
    const TraceEvent& event = trace.events[index];
    return std::string(name_of(event.kind)) + " by task " + std::to_string(event.task.value) +
           " in step " + std::to_string(event.step);
}

}  // namespace

std::string difference_of(const Trace& once, const Trace& again) {
    for (std::size_t i = 0; i < std::max(once.choices.size(), again.choices.size()); ++i) {
        const auto enabled = [&](const Trace& trace) {
            return i < trace.choices.size() ? trace.choices[i].enabled : TaskSet{0};
        };
        if (enabled(once) != enabled(again)) {
            return "at choice " + std::to_string(i + 1) + " the tasks that could run were " +
                   tasks_text(enabled(once)) + ", then " + tasks_text(enabled(again));
        }
    }
    for (std::size_t i = 0; i < std::max(once.events.size(), again.events.size()); ++i) {
        if (i >= once.events.size() || i >= again.events.size() ||
            !(once.events[i] == again.events[i])) {
            return "event " + std::to_string(i + 1) + " was " + event_text(once, i) + ", then " +
                   event_text(again, i);
        }
    }
    if (once.outcomes != again.outcomes) {
        return "the outcomes differ";
    }
    if (once.steps != again.steps || once.ending != again.ending ||
        once.unfinished != again.unfinished) {
        return "it ended otherwise";
    }
    return {};
}

}  // namespace interlock::models

#include "ci/report/words.hpp"

#include "models/scenario/world.hpp"
#include "properties/history.hpp"
#include "properties/invariant.hpp"
#include "properties/standstill.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>

namespace interlock::ci {

using models::EventKind;
using models::Property;
using models::Trace;
using models::TraceEvent;

namespace {

// The event of `kind` of a call, or null.
const TraceEvent* find_event(const Trace& trace, std::uint32_t call, EventKind kind) {
    const auto found = std::find_if(trace.events.begin(), trace.events.end(), [&](const auto& e) {
        return e.call == call && e.kind == kind;
    });
    return found == trace.events.end() ? nullptr : &*found;
}

std::string lock_name(const Context& context, std::uint16_t lock) {
    return lock == models::no_lock ? "no lock" : "the " + context.program.locks[lock].name;
}

std::string job_name(const Context& context, std::uint16_t site) {
    const models::Site& at = context.program.sites[site];
    std::string name = context.program.jobs[at.job].name;
    if (at.group != models::no_group) {
        const auto& objects = context.program.objects;
        name += "@" + (objects.empty() ? context.program.groups : objects)[at.group];
    }
    return name;
}

std::string place_of(const Context& context, std::uint16_t site) {
    models::Place const place = context.program.sites[site].place;
    return place.line == 0 ? std::string(context.file)
                           : fmt::format("{}:{}:{}", context.file, place.line, place.column);
}

std::string seconds(std::int64_t ns) {
    return fmt::format("{} s", static_cast<double>(ns) / 1e9);
}

// "ran", "throttled", ...: what a call came to.
std::string outcome_of(const Trace& trace, std::uint16_t site) {
    return std::string(models::name_of_outcome(trace.outcomes[site]));
}

std::string_view task_name(const Context& context, models::TaskId task) {
    return context.program.tasks[task.value].name;
}

properties::History history_of(const Context& context, const Trace& trace) {
    properties::History history(context.program);
    history.reset();
    for (const TraceEvent& event : trace.events) {
        history.apply(event);
    }
    return history;
}

}  // namespace

std::string label_of(const Context& context, const Trace& trace, std::uint32_t call) {
    const TraceEvent* const arrived = find_event(trace, call, EventKind::arrived);
    return arrived == nullptr || arrived->site == models::no_site
               ? fmt::format("call {}", call)
               : context.program.sites[arrived->site].label;
}

std::string phrase_of(const Context& context, const Trace& trace, const TraceEvent& event) {
    std::string const lock = lock_name(context, event.lock);
    std::string const call =
        event.site == models::no_site ? std::string() : context.program.sites[event.site].label;
    switch (event.kind) {
        case EventKind::began:
            return "begins";
        case EventKind::ended:
            return event.detail == static_cast<std::uint8_t>(Status::ran)
                       ? "ends"
                       : fmt::format("ends, {}", name_of(static_cast<Status>(event.detail)));
        case EventKind::worked:
            return "lets others run (work)";
        case EventKind::slept:
            return "sleeps";
        case EventKind::raised:
            return event.detail == static_cast<std::uint8_t>(models::Fault::raise)
                       ? "raises an error (a fault)"
                       : "raises an error";
        case EventKind::cancel_sent:
            if (event.detail == static_cast<std::uint8_t>(models::Fault::cancel)) {
                return "is cancelled (a fault)";
            }
            return fmt::format("cancels {}", context.program.tasks[event.call].name);
        case EventKind::set:
            return fmt::format(
                "sets condition {} {}",
                context.program.conditions[event.call],
                event.detail != 0 ? "true" : "false"
            );
        case EventKind::clock_set:
            return fmt::format(
                "sets the wall clock {} by {} s",
                event.retry_after_ns < 0 ? "back" : "forward",
                static_cast<double>(std::abs(event.retry_after_ns)) / 1e9
            );
        case EventKind::spawned:
            return fmt::format("starts {}", context.program.tasks[event.call].name);
        case EventKind::joins:
            return fmt::format("waits for {} to end", context.program.tasks[event.call].name);
        case EventKind::joined:
            return fmt::format("waited for {}", context.program.tasks[event.call].name);
        case EventKind::join_refused:
            return fmt::format(
                "may not wait for {}: it would wait for ever",
                context.program.tasks[event.call].name
            );
        case EventKind::counted:
            return "tells who gathers it";
        case EventKind::rang:
            return "has waited as long as it may";
        case EventKind::repeats:
            return "is to begin again";
        case EventKind::retries:
            return fmt::format("is to make {} again", call);
        case EventKind::arrived:
            return fmt::format("calls {} ({})", job_name(context, event.site), call);
        case EventKind::queued:
            return fmt::format("{} waits for {}", call, lock);
        case EventKind::granted:
            return fmt::format("hands it to {}", call);
        case EventKind::admitted:
            return fmt::format("{} takes {}", call, lock);
        case EventKind::rejected:
            return fmt::format("{} is rejected: {} is held", call, lock);
        case EventKind::throttled:
            return fmt::format("{} is throttled: it does not run", call);
        case EventKind::rate_limited:
            return fmt::format("{} is refused by its rate limit", call);
        case EventKind::condition_failed:
            return fmt::format("{} is refused: a condition does not hold", call);
        case EventKind::not_started:
            return fmt::format("{} may not start: its job was made elsewhere", call);
        case EventKind::timed_out:
            return fmt::format("{} has waited too long", call);
        case EventKind::would_deadlock:
            return fmt::format("{} is refused: it would wait for ever for {}", call, lock);
        case EventKind::replaced:
            return fmt::format("{} gives its place to a newer call", call);
        case EventKind::cancelled:
            return fmt::format("{} is cancelled while it waits", call);
        case EventKind::started:
            return fmt::format("{} starts", call);
        case EventKind::finished:
            return fmt::format("{} ends: {}", call, name_of(static_cast<Status>(event.detail)));
        case EventKind::released:
            return fmt::format("{} gives {} back", call, lock);
        case EventKind::wants:
            return fmt::format("wants {}", lock);
        case EventKind::held:
            return fmt::format("takes {}", lock);
        case EventKind::unheld:
            return fmt::format("gives {} back", lock);
        case EventKind::suspended_in_catch:
            return "suspends while it handles an exception";
        case EventKind::asserted:
            return fmt::format("breaks an assertion: {}", trace.failed_assertion);
        case EventKind::still_held:
        case EventKind::still_queued:
            break;
    }
    return {};
}

namespace {

std::string wait_of(const Context& context, const Trace& trace, models::TaskId task) {
    properties::History const history = history_of(context, trace);
    // The last thing that the task did is what it waits in.
    const auto last = std::find_if(trace.events.rbegin(), trace.events.rend(), [&](const auto& e) {
        return e.task == task && (e.kind == EventKind::queued || e.kind == EventKind::wants ||
                                  e.kind == EventKind::joins);
    });
    std::string const who(task_name(context, task));
    if (last == trace.events.rend()) {
        return who + " waits for ever";
    }
    if (last->kind == EventKind::joins) {
        return fmt::format(
            "{} waits for ever for {} to end", who, context.program.tasks[last->call].name
        );
    }
    std::string text = fmt::format("{} waits for ever for {}", who, lock_name(context, last->lock));
    const auto& holders = history.lock(last->lock)->holders;
    if (holders.empty()) {
        return text + ", which nobody gives it";
    }
    if (last->kind == EventKind::wants) {
        models::TaskId const holder{static_cast<std::uint8_t>(holders.back() - 1)};
        return text + fmt::format(", which {} holds", task_name(context, holder));
    }
    const properties::CallState& holder = history.call(holders.back());
    std::string const label = context.program.sites[holder.site].label;
    std::uint8_t const outcome = trace.outcomes[holder.site];
    text += fmt::format(", held by {} of {}", label, task_name(context, holder.task));
    if (outcome != models::stuck) {
        return text + fmt::format(
                          ", a call that is over ({}) and never gave it back",
                          models::name_of_outcome(outcome)
                      );
    }
    return text + (holder.task == task ? ", which is itself" : ", which waits too");
}

std::string leak_of(const Context& context, const Trace& trace, const TraceEvent& left) {
    std::string const lock = lock_name(context, left.lock);
    if (left.call == 0) {
        return fmt::format(
            "{} is leaked by {}, which has ended", lock, task_name(context, left.task)
        );
    }
    const TraceEvent* const admitted = find_event(trace, left.call, EventKind::admitted);
    return fmt::format(
        "{} is leaked by {}: a call of {} made at {}, admitted in step {}, {}, lock never given "
        "back",
        lock,
        label_of(context, trace, left.call),
        job_name(context, left.site),
        place_of(context, left.site),
        admitted == nullptr ? 0 : admitted->step,
        outcome_of(trace, left.site)
    );
}

// Who waits for ever, though the execution may have been cut short.
models::TaskSet waiting_in(const Context& context, const Trace& trace) {
    if (trace.ending != models::Ending::cut && trace.ending != models::Ending::too_long) {
        return trace.unfinished;
    }
    const auto standstill = properties::standstill_in(history_of(context, trace), trace);
    return standstill ? standstill->tasks : 0;
}

// "steps 7 to 12 are repeated for ever".
std::string round_of(const Trace& trace) {
    std::uint32_t const event = trace.round->events;
    std::uint32_t const first =
        event < trace.events.size() ? trace.events[event].step : trace.steps;
    return first == trace.steps
               ? fmt::format("step {} is repeated for ever", first)
               : fmt::format("steps {} to {} are repeated for ever", first, trace.steps);
}

}  // namespace

std::vector<std::string> end_of(const Context& context, const Trace& trace) {
    std::vector<std::string> sentences;
    for (models::TaskSet left = waiting_in(context, trace); left != 0; left &= left - 1) {
        sentences.push_back(wait_of(context, trace, models::lowest(left)));
    }
    for (const TraceEvent& event : trace.events) {
        if (event.kind == EventKind::still_held && properties::is_leaked(trace, event)) {
            sentences.push_back(leak_of(context, trace, event));
        }
    }
    return sentences;
}

std::string message_of(const Context& context, const models::Violation& violation) {
    const models::Finding& finding = violation.finding;
    const models::Trace& trace = violation.trace;
    std::string const call = label_of(context, trace, finding.call);
    std::string const lock = lock_name(context, finding.lock);
    std::string const other = label_of(context, trace, finding.other);
    const TraceEvent* const event =
        finding.event < trace.events.size() ? &trace.events[finding.event] : nullptr;
    switch (finding.property) {
        case Property::deadlock:
            return wait_of(context, trace, finding.task) +
                   (event == nullptr || event->step == trace.steps
                        ? ""
                        : fmt::format("; from step {} on nothing can end that", event->step));
        case Property::leak: {
            const auto sentences = end_of(context, trace);
            const auto found =
                std::find_if(sentences.begin(), sentences.end(), [](const std::string& sentence) {
                    return sentence.find(" is leaked by ") != std::string::npos;
                });
            return found != sentences.end() ? *found
                                            : fmt::format("{} never gave {} back", call, lock);
        }
        case Property::mutual_exclusion:
            return fmt::format("{} takes {} while {} holds it", call, lock, other);
        case Property::fifo:
            return fmt::format("{} takes {} though {} has waited for longer", call, lock, other);
        case Property::reject_waits:
            return fmt::format("{} waits for {} though its policy is to be refused", call, lock);
        case Property::unjustified_refusal:
            return fmt::format("{} is refused though nothing stands against it", call);
        case Property::throttle_spacing:
            return fmt::format(
                "{} starts at {} though its period since the last start is not over",
                call,
                seconds(event == nullptr ? 0 : event->at_ns)
            );
        case Property::rate_limit:
            return fmt::format(
                "{} starts at {} though its window already has as many starts as it may have",
                call,
                seconds(event == nullptr ? 0 : event->at_ns)
            );
        case Property::reentry:
            return fmt::format(
                "{} is kept from {} though it is made within {}, which holds it", call, lock, other
            );
        case Property::lost_result:
            return fmt::format("{} came to something else than its caller was told", call);
        case Property::record:
            return fmt::format(
                "{}: '{}' cannot come at this point of a call",
                call,
                event == nullptr ? "end" : models::name_of(event->kind)
            );
        case Property::condition:
            return fmt::format("{} began though a condition of its job does not hold", call);
        case Property::suspended_in_catch:
            return fmt::format(
                "{} suspends while it handles an exception", task_name(context, finding.task)
            );
        case Property::assertion:
            return fmt::format("an assertion of the core failed: {}", trace.failed_assertion);
        case Property::livelock:
            return fmt::format(
                "{} of {} is never over, nor is any other call: {}",
                call,
                task_name(context, finding.task),
                round_of(trace)
            );
        case Property::starvation:
            return fmt::format(
                "{} of {} is never over, though everybody has turns and others make progress: {}",
                finding.call == 0 ? "the wait" : call,
                task_name(context, finding.task),
                round_of(trace)
            );
    }
    return {};
}

std::string wrapped(std::string_view text, std::size_t indent) {
    constexpr std::size_t columns = 100;
    std::string lines;
    std::string line;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
        if (!line.empty() && indent + line.size() + 1 + word.size() > columns) {
            lines += std::string(indent, ' ') + line + '\n';
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return lines + std::string(indent, ' ') + line + '\n';
}

}  // namespace interlock::ci

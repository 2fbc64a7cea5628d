// What holds of executions that go round for ever.
#include "properties/invariant.hpp"
#include "properties/standstill.hpp"

namespace interlock::properties {

using models::EventKind;
using models::Property;
using models::TaskSet;
using models::Trace;
using models::TraceEvent;

namespace {

// What the tasks do in a round, and what was so before it.
struct Round {
    explicit Round(const models::Program& program) : before(program), after(program) {}

    History before;
    History after;
    TaskSet ready = 0;       // at some time in it
    TaskSet run = 0;         // have turns
    TaskSet await_time = 0;  // are asleep when it begins, or wait with a timeout
    TaskSet progress = 0;    // have a call that is over, or all of their steps
};

Round round_of(const models::Program& program, const Trace& trace) {
    Round round(program);
    round.before.reset();
    round.after.reset();
    TaskSet asleep = 0;
    for (std::size_t i = 0; i < trace.round->events; ++i) {
        const TraceEvent& event = trace.events[i];
        round.before.apply(event);
        round.after.apply(event);
        asleep &= ~set_of(event.task);
        asleep |= event.kind == EventKind::slept ? set_of(event.task) : 0;
    }
    for (std::size_t i = trace.round->events; i < trace.events.size(); ++i) {
        round.after.apply(trace.events[i]);
    }
    for (std::size_t i = trace.round->turns; i < trace.turns.size(); ++i) {
        const models::Turn& turn = trace.turns[i];
        round.ready |= turn.enabled & ~set_of(models::passing_of_time);
        round.run |= turn.is_of_task() ? set_of(turn.task()) : 0;
    }
    round.await_time = asleep;
    for (TaskSet left = round.before.calling(); left != 0; left &= left - 1) {
        const CallState& call = round.before.call(round.before.open_call(models::lowest(left)));
        const bool has_timeout =
            call.stage == Stage::queued && round.before.policy(call.site).wait_timeout.has_value();
        round.await_time |= has_timeout ? left & (~left + 1) : 0;
    }
    for (std::size_t task = 0; task < program.tasks.size(); ++task) {
        round.progress |=
            round.before.done()[task] != round.after.done()[task] ? TaskSet{1} << task : 0;
    }
    return round;
}

models::Finding finding(Property property, const Round& round, TaskSet tasks, const Trace& trace) {
    const models::TaskId task = models::lowest(tasks);
    const std::uint32_t call = round.before.open_call(task);
    return {
        .property = property,
        .task = task,
        .lock = call == 0 ? models::no_lock
                          : round.before.program().sites[round.before.call(call).site].lock,
        .call = call,
        .event = trace.round->events,
    };
}

}  // namespace

void check_round(const models::Program& program, const Trace& trace, Findings& findings) {
    const Round round = round_of(program, trace);
    // No real execution goes on like this: it would give everybody turns, and let time pass.
    if (round.run == 0 || ((round.ready | round.await_time) & ~round.run) != 0) {
        return;
    }
    if (round.progress == 0) {
        findings.add(finding(Property::livelock, round, round.run, trace));
        return;
    }
    const auto standstill = standstill_in(round.after, trace);
    const TaskSet starving = round.before.calling() & round.after.calling() & ~round.progress &
                             ~(standstill ? standstill->tasks : 0);
    if (starving != 0) {
        findings.add(finding(Property::starvation, round, starving, trace));
    }
}

}  // namespace interlock::properties

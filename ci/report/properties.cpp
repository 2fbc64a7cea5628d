#include "ci/report/properties.hpp"

#include <array>

namespace interlock::ci {

namespace {

struct Entry {
    std::string_view about;
    Explanation explanation;
};

// In the order of models::Property.
constexpr std::array<Entry, models::property_names.size()> entries{{
    {"A task waits for ever.",
     {"At the end of an execution a task waits for a lock, a mutex or a task, and nothing that can "
      "still happen wakes it.",
      "A lock that was never given back, two tasks that take two locks in opposite orders, or a "
      "call that waits for a lock which it holds itself.",
      "The report names who waits, for what and for whom. Take locks in one order; give them back "
      "on every path; leave detect_deadlock on, which refuses a wait that closes a circle.",
      "group-queue-throttle"}},
    {"A lock is held, or queued for, by a call that is over.",
     {"At the end of an execution a lock is held or queued for by a call whose body ended or that "
      "was refused, or a mutex by a task that ended.",
      "A path out of the call, such as a refusal, an error or a cancellation, that passes the "
      "release by. It need not hang at once: the next caller does.",
      "The report names the call, where it was made and when it was admitted. Release where every "
      "path comes by.",
      "rate-limit-refusal-leaks"}},
    {"Two calls hold one lock, and neither is within the other.",
     {"A call takes a lock while another holds it that it is not part of.",
      "A lock that was freed before its holder was done, or one that was handed to a waiter and "
      "given to a newcomer as well.",
      "Look at the step where the second call takes it: who freed it, and was that its holder?",
      ""}},
    {"A waiter was passed by a later one.",
     {"A call takes a lock though another waits that asked for it earlier and has not given up.",
      "A release that frees the lock instead of handing it over, so that a newcomer can take it "
      "before the waiter that was woken runs.",
      "Hand the lock over to the longest waiter in the release itself.",
      ""}},
    {"A call waited that must not wait, or not any more.",
     {"A call whose policy is to be refused waits; or one goes on after its time to wait was over, "
      "or in the place that a newer call should have taken.",
      "Asking whether a lock is held and taking it are two steps, and others run in between.",
      "Decide and take in one step.",
      "reject-waits-in-the-gap"}},
    {"A call was refused though nothing stood against it.",
     {"A call is refused by a lock that is free, by a throttle whose period is over, by a full "
      "queue "
      "that has room, or for a circle of waits that there is not.",
      "A boundary that is off by one, such as <= for <, or a state that is kept for too long.",
      "Compare the time and the queue at the step of the refusal with the policy.",
      ""}},
    {"Two starts lie closer than the period.",
     {"A body starts less than its throttle's period after the start before, of the same job, or "
      "of "
      "the same group if the throttle is the group's.",
      "The last start is remembered in a place that not all callers share, or noted after others "
      "could have asked.",
      "Keep it where all callers look, and note a start in the step that allows it.",
      "group-throttle-is-not-shared"}},
    {"More starts in a window than allowed.",
     {"A body starts though its rate limit's window already has max_calls starts in it.",
      "The starts are counted in a place that not all callers share, or at another moment than "
      "they "
      "happen.",
      "Keep them where all callers look, and count a start in the step that allows it.",
      "group-rate-limit-is-not-shared"}},
    {"A call within the holder of its group was made to wait for it.",
     {"A call waits for a lock, or is refused by it, that a call holds which it is part of.",
      "The holder is looked for among the direct parents only, or is forgotten once a job in "
      "between "
      "uses another lock.",
      "Look through the whole chain of calls for the holder.",
      ""}},
    {"A call's outcome is not what its body came to.",
     {"The caller is told something else than what happened: an error instead of the result, a "
      "result of a body that did not run, or nothing at all.",
      "Something goes wrong while the call is cleaned up, and its error takes the place of the "
      "result.",
      "What follows a body must not throw, and not look for things that may be gone.",
      "running-child-is-removed"}},
    {"The events of a call come in an order that cannot be.",
     {"A call does something that it cannot do at that point, such as to release what it does not "
      "hold, or to start twice.",
      "The job system lost track of a call.",
      "The report has the event; look at the one before it.",
      ""}},
    {"A body suspended while it handled an exception.",
     {"A task gives others a turn, or waits, inside a catch block.",
      "Boost.Fiber does not switch the state of exceptions, so another task's handler may see the "
      "wrong exception.",
      "Leave the catch block before anything that may wait.",
      ""}},
    {"A body began though a condition of its job did not hold.",
     {"A body starts while one of its job's conditions is false.",
      "The conditions were asked before a wait, and not again after it.",
      "Ask again when the wait is over.",
      "condition-not-asked-again"}},
    {"An assertion of the core failed.",
     {"The job system found its own state to be impossible.",
      "A bug in it.",
      "The report has the assertion and the schedule that leads to it.",
      ""}},
    {"Tasks go on for ever, and none of their calls is ever over.",
     {"An execution comes back to a state that it was in, everybody who is ready in between has "
      "turns, and no call is over and no task at the end of its steps.",
      "Calls that are refused and made again at once, by tasks that each hold what the other "
      "wants.",
      "The report has the way there and the turns that are repeated, after the '~' of the "
      "schedule. Wait in a queue instead of polling, or give back before trying again.",
      "polling-bodies-livelock"}},
    {"A call is never over though others go on and everybody has turns.",
     {"An execution comes back to a state that it was in, everybody who is ready in between has "
      "turns, others' calls are over, and one call is in progress all the time.",
      "A lock that is handed to the newest waiter, or freed and taken by whoever comes first; a "
      "call that is refused and made again, which comes too late each time.",
      "The report has the turns that are repeated, after the '~' of the schedule. Hand the lock "
      "over to the longest waiter.",
      "polling-call-starves"}},
}};

}  // namespace

std::string_view about_of(models::Property property) noexcept {
    return entries.at(static_cast<std::size_t>(property)).about;
}

Explanation explanation_of(models::Property property) noexcept {
    return entries.at(static_cast<std::size_t>(property)).explanation;
}

}  // namespace interlock::ci

#include "models/scenario/endless.hpp"

namespace interlock::models {

namespace {

using Kind = Operation::Kind;

bool is_about_children(const Operation& operation) {
    return operation.kind == Kind::gather || operation.kind == Kind::spawn ||
           operation.kind == Kind::detach || operation.kind == Kind::join;
}

// Children begin once, and end once.
void check_repeats(const Program& program) {
    std::size_t by = 0;  // the operations of a task come after those of the one before
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        while (by + 1 < program.beginners && program.tasks[by + 1].steps.first <= i) {
            ++by;
        }
        if (program.tasks[by].repeats && is_about_children(program.operations[i])) {
            throw Diagnostic{
                program.tasks[by].place,
                "task '" + program.tasks[by].name +
                    "' repeats for ever, so it can start no tasks and join none in this version; "
                    "leave 'repeat' out, or these steps"};
        }
    }
}

}  // namespace

void check_endless(const Program& program, Place explore, TimeMode time) {
    if (!program.is_endless()) {
        return;
    }
    if (program.discipline == Discipline::preemptive) {
        throw Diagnostic{
            explore,
            "discipline 'preemptive' has no steps that are repeated for ever in this version; "
            "leave it out"};
    }
    if (time == TimeMode::all) {
        throw Diagnostic{
            explore,
            "time 'all' has no steps that are repeated for ever in this version; leave it out"};
    }
    check_repeats(program);
    for (const Site& site : program.sites) {
        const ProgramJob& job = program.jobs[site.job];
        if (site.retries && job.policy.throttle != Throttle::none) {
            throw Diagnostic{
                site.place,
                "no time passes while a call is tried again and again, so a throttle may never "
                "let it in; leave out 'retry', or the throttle of job '" +
                    job.name + "'"};
        }
    }
}

}  // namespace interlock::models

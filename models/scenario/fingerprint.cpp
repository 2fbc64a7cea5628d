#include "core/policy/fingerprint.hpp"

#include "models/scenario/program.hpp"

namespace interlock::models {

namespace {

void add(Fingerprint& print, std::string_view text) {
    print.add(text.size());
    print.add(text);
}

void add(Fingerprint& print, std::optional<Duration> time) {
    print.add(static_cast<std::uint64_t>(time.value_or(Duration(-1)).count()));
}

void add(Fingerprint& print, std::optional<std::uint32_t> number) {
    print.add(number ? std::uint64_t{*number} + 1 : 0);
}

void add(Fingerprint& print, Block block) {
    print.add(block.first);
    print.add(block.last);
}

void add(Fingerprint& print, const Operation& operation) {
    print.add(static_cast<std::uint64_t>(operation.kind));
    print.add(operation.index);
    print.add(operation.times);
    print.add(static_cast<std::uint64_t>(operation.duration.count()));
}

void add(Fingerprint& print, const Site& site) {
    add(print, site.label);
    print.add(site.task.value);
    print.add(site.job);
    print.add(site.group);
    add(print, site.body);
    print.add(site.catches ? 1 : 0);
    if (site.retries) {
        add(print, "retry");
    }
    if (site.existing != no_existing) {
        print.add(site.existing);
    }
}

void add(Fingerprint& print, const ProgramJob& job) {
    const Policy& policy = job.policy;
    add(print, job.name);
    print.add(static_cast<std::uint64_t>(policy.concurrency));
    print.add(static_cast<std::uint64_t>(policy.throttle));
    add(print, policy.period);
    add(print, policy.max_calls);
    add(print, policy.max_waiting);
    print.add(static_cast<std::uint64_t>(policy.throttle_counts));
    add(print, policy.wait_timeout);
    add(print, policy.service_time);
    print.add((policy.keep_latest ? 2U : 0U) + (policy.detect_deadlock ? 1U : 0U));
    for (std::uint16_t const condition : job.conditions) {
        print.add(condition);
    }
}

}  // namespace

std::uint64_t fingerprint_of(const Program& program) {
    Fingerprint print;
    add(print, program.revision);
    if (program.discipline == Discipline::preemptive) {
        add(print, "preemptive");
    }
    for (const Operation& operation : program.operations) {
        add(print, operation);
    }
    for (const Site& site : program.sites) {
        add(print, site);
    }
    for (const ProgramJob& job : program.jobs) {
        add(print, job);
    }
    for (const std::string& group : program.groups) {
        add(print, group);
    }
    for (const ProgramTask& task : program.tasks) {
        add(print, task.name);
        add(print, task.steps);
        if (task.repeats) {
            add(print, "repeat");
        }
    }
    for (const Fork& fork : program.forks) {
        print.add(fork.first);
        print.add(fork.last);
        print.add(fork.return_exceptions ? 1 : 0);
    }
    return print.value();
}

}  // namespace interlock::models

// What a search concluded.
#pragma once

#include "models/trace/coverage.hpp"
#include "models/trace/guarantee.hpp"
#include "models/trace/property.hpp"
#include "models/trace/state.hpp"
#include "models/trace/subtree.hpp"
#include "models/trace/trace.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace interlock::models {

enum class Verdict : std::uint8_t {
    holds,     // every execution was run, and none violates anything
    violated,  // some execution violates a property
    gave_up,   // nothing found, but not everything was run: never a pass
    broken,    // the harness cannot be trusted: a replay diverged, or a task could not be unwound
};

std::string_view name_of(Verdict verdict) noexcept;

// One way in which one execution violates one property. Data only; reports word it.
struct Finding {
    Property property = Property::deadlock;
    TaskId task{};  // whom it concerns
    std::uint16_t lock = no_lock;
    std::uint32_t call = 0;   // that is wronged or does wrong; 0 is none
    std::uint32_t other = 0;  // the call that it clashes with; 0 is none
    std::uint32_t event = 0;  // index in the trace of where it shows; its end if that is it
};

// Says what is wrong with an execution: empty for a good one. Not called for a diverged one.
class Judge {
  public:
    Judge() = default;
    Judge(const Judge&) = delete;
    Judge& operator=(const Judge&) = delete;
    virtual ~Judge() = default;

    virtual void judge(const Trace& trace, std::vector<Finding>& findings) = 0;

    // States everything that what it will find in the rest of an execution depends on; the same
    // execution is judged later. Whoever does not say remembers all that happened.
    virtual void state(const Trace& so_far, State& state) { state.add_all(so_far); }
};

struct Violation {
    Finding finding;
    Trace trace;
    bool has_fewest_switches = false;  // proved: every execution with fewer was run
};

// Takes `found` in where `violations` has none of its property, or one that is less simple; they
// are in the order of properties.
void keep(std::vector<Violation>& violations, const Finding& found, const Trace& trace);

// Whether `a` is better to show: fewer switches between tasks, then fewer turns, then the schedule
// that comes first. Never both ways; neither way only for one and the same execution.
bool is_simpler(const Trace& a, const Trace& b) noexcept;

struct Result {
    Verdict verdict = Verdict::holds;
    bool is_complete = false;  // every execution was run
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;  // executions that turned out to be equivalent to others
    std::uint64_t steps = 0;    // over all executions
    double wall_s = 0;
    std::string why;                               // of gave_up and broken
    std::vector<Violation> violations;             // one a property: the simplest that was run
    std::set<std::vector<std::uint8_t>> outcomes;  // the distinct Trace::outcomes
    bool has_all_outcomes = true;  // else of those that differ by who is who, not all
    Guarantee guarantee;
    bool is_enough = false;        // it stopped at the violation that it was to stop at
    Branches rest;                 // what a search that stopped early had left, if it can be parted
    std::vector<Reversal> wanted;  // of other parts of the search
    double explored = 0;           // which share of the search is done, roughly; 0: unknown
    Coverage coverage;             // what `executions` had in them, where it was looked at
    std::optional<Saturation> saturation;  // of a search that is not complete
};

}  // namespace interlock::models

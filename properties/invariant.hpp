// The invariants: each sees one event at a time, with all that was true just before it.
#pragma once

#include "models/trace/verdict.hpp"
#include "properties/history.hpp"

#include <cstdint>
#include <vector>

namespace interlock::properties {

// Collects findings of one execution: the first of each property.
class Findings {
  public:
    explicit Findings(std::vector<models::Finding>& findings) noexcept : findings_(findings) {}

    void add(const models::Finding& finding) {
        std::uint32_t const bit = 1U << static_cast<std::uint32_t>(finding.property);
        if ((found_ & bit) == 0) {
            found_ |= bit;
            findings_.push_back(finding);
        }
    }

  private:
    std::vector<models::Finding>& findings_;
    std::uint32_t found_ = 0;
};

struct Moment {
    const History& before;
    const models::TraceEvent& event;
    std::uint32_t index;  // of the event in its trace
};

// mutual_exclusion, fifo, reject_waits (of a call whose time was over): when a call takes a lock.
void check_acquisition(const Moment& moment, Findings& findings);
// reject_waits (also of a call whose place a newer one should have taken), reentry: when a call
// begins to wait, or is refused by a lock.
void check_wait(const Moment& moment, Findings& findings);
// unjustified_refusal: when a call is refused, by a lock or by a throttle.
void check_refusal(const Moment& moment, Findings& findings);
// throttle_spacing, rate_limit: when a body starts.
void check_start(const Moment& moment, Findings& findings);
// Whether the throttle of the event's job lets a body start at the event.
bool may_start(const History& before, const models::TraceEvent& event);
// record: whether a call may go from what it was to what the event says.
void check_order(const Moment& moment, Findings& findings);

// Whether what an event of the end, still_held or still_queued, says is left has nobody who will
// ever clear it away: its call is over, or its task for a mutex.
bool is_leaked(const models::Trace& trace, const models::TraceEvent& left);

// livelock, starvation: of an execution that goes round for ever.
void check_round(const models::Program& program, const models::Trace& trace, Findings& findings);

// All of these, and deadlock, leak, lost_result: at the end.
void check_end(const History& history, const models::Trace& trace, Findings& findings);

}  // namespace interlock::properties

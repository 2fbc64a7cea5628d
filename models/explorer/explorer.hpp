// Decides which executions to run. Knows plans and traces; knows nothing of fibers or the core.
#pragma once

#include "models/trace/guarantee.hpp"
#include "models/trace/plan.hpp"
#include "models/trace/subtree.hpp"

#include <optional>
#include <vector>

namespace interlock::models {

class Explorer {
  public:
    Explorer() = default;
    Explorer(const Explorer&) = delete;
    Explorer& operator=(const Explorer&) = delete;
    virtual ~Explorer() = default;

    // The next execution to run, or nothing when there is none left. Valid until learn().
    virtual std::optional<Plan> next() = 0;

    // What came of it.
    virtual void learn(const Trace& trace) = 0;

    // Whether the executions run when next() returns nothing are all there are.
    [[nodiscard]] virtual bool is_complete() const noexcept = 0;

    // Executions that were started and turned out to be equivalent to others.
    [[nodiscard]] virtual std::uint64_t blocked() const noexcept { return 0; }

    // Fills in what only this explorer knows of what its search is worth.
    virtual void describe(Guarantee& /*guarantee*/) const {}

    // Where a round begins of the execution that was run last, if its end is as that was.
    [[nodiscard]] virtual std::optional<Round> round() const { return std::nullopt; }

    // What is left. A plan of next() of which nothing was learnt is left. Empty if this search
    // cannot be parted, or not now: while a probe is next.
    [[nodiscard]] virtual Branches rest() const { return {}; }

    // What was found to be missing in other parts of the search, each once.
    [[nodiscard]] virtual std::vector<Reversal> take_wanted() { return {}; }

    // Which share of the whole search is done, were all alternatives of a choice alike; 0: unknown.
    [[nodiscard]] virtual double explored() const noexcept { return 0; }
};

}  // namespace interlock::models

// What one execution is to do: forced choices first, then a rule for the rest.
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <span>

namespace interlock::models {

class Timekeeper;

// Which of the enabled tasks runs once the forced choices are used up.
enum class Tail : std::uint8_t {
    stay,  // the one that ran last, while it can; then the lowest
    fifo,  // the one that has been ready for longest, as asyncio or round-robin would
};

// What a guide answers who has seen enough: the execution is cut short.
inline constexpr Choice enough{TaskId{0xff}};

// Chooses while the execution runs.
class Guide {
  public:
    Guide() = default;
    Guide(const Guide&) = delete;
    Guide& operator=(const Guide&) = delete;
    virtual ~Guide() = default;

    // What happens next, of what is `possible`: asked before every turn. All turns so far are in
    // `so_far`, with what they touched.
    virtual Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept = 0;

    // Whether it wants to know of the turns: then they are recorded.
    [[nodiscard]] virtual bool reads_turns() const noexcept { return true; }
};

struct Plan {
    std::span<const Choice> prefix;  // borrowed for the run; one entry a choice point
    Tail tail = Tail::stay;          // stay and fifo choose no faults
    Faults faults = {};              // allowed in the execution
    Guide* guide = nullptr;  // if there is one, it makes all the choices; borrowed for the run
    Timekeeper* timing =
        nullptr;              // if there is one, time passes wherever it says; borrowed for the run
    bool is_endless = false;  // it goes on for ever, so one that is cut short is one to judge
    bool is_probe = false;    // only to learn what turns touch: it is no execution to judge
};

}  // namespace interlock::models

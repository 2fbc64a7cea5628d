// What a user sees and can do while a search runs: a progress line, and Ctrl-C.
#pragma once

#include "models/trace/verdict.hpp"

#include <stop_token>
#include <string>

namespace interlock::ci {

// One line on standard error, rewritten in place; only on a terminal, only after a second.
class Progress {
  public:
    explicit Progress(std::string name);

    // Whether there is anybody to show it to.
    [[nodiscard]] bool is_seen() const noexcept { return is_terminal_; }

    void show(const models::Result& so_far);
    void clear() const;

  private:
    std::string name_;
    bool is_terminal_;
    bool is_shown_ = false;
};

// What is left of the search, as an order of magnitude: it may be far less, and at first far more.
// Empty if nothing is known.
std::string estimate_of(const models::Result& so_far);

// Requested by Ctrl-C (SIGINT) and SIGTERM from the first call on; a second signal ends the
// process.
std::stop_token interrupt_token();

}  // namespace interlock::ci

// Several observers where the registry takes one.
#pragma once

#include "core/job/observer.hpp"

#include <functional>
#include <vector>

namespace interlock {

// Passes each event on to all of them, in their order, in the task that tells it. They outlive
// this:
//     Observers both({counters, log});
//     fiber::JobRegistry registry(SteadyClock::instance(), &both);
class Observers final : public Observer {
  public:
    explicit Observers(std::vector<std::reference_wrapper<Observer>> in_order) noexcept;

    void on_event(const Event& event) noexcept override;

  private:
    const std::vector<std::reference_wrapper<Observer>> observers_;
};

}  // namespace interlock

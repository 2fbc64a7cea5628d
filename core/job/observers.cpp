#include "core/job/observers.hpp"

#include <utility>

namespace interlock {

Observers::Observers(std::vector<std::reference_wrapper<Observer>> in_order) noexcept
    : observers_(std::move(in_order)) {}

void Observers::on_event(const Event& event) noexcept {
    for (Observer& observer : observers_) {
        observer.on_event(event);
    }
}

}  // namespace interlock

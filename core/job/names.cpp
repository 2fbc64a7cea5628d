#include "core/job/names.hpp"

#include "core/job/errors.hpp"

namespace interlock {

const JobLabel& JobNames::take(std::string_view name) {
    for (Entry& entry : entries_) {
        if (entry.label.name == name) {
            if (entry.is_taken) {
                throw PolicyError("A job already exists with name " + std::string(name) + "!");
            }
            entry.is_taken = true;
            return entry.label;
        }
    }
    entries_.push_front({{JobId{++count_}, std::string(name)}});
    return entries_.front().label;
}

void JobNames::give_up(const JobLabel& label) noexcept {
    for (Entry& entry : entries_) {
        if (&entry.label == &label) {
            entry.is_taken = false;
            return;
        }
    }
}

}  // namespace interlock

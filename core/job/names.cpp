#include "core/job/names.hpp"

#include "core/job/errors.hpp"

#include <algorithm>

namespace interlock {

JobId JobNames::add(std::string_view name) {
    const auto place = std::lower_bound(taken_.begin(), taken_.end(), name);
    if (place != taken_.end() && *place == name) {
        throw PolicyError("A job already exists with name " + std::string(name) + "!");
    }
    taken_.insert(place, name);
    return JobId{++last_};
}

void JobNames::remove(std::string_view name) noexcept {
    const auto place = std::lower_bound(taken_.begin(), taken_.end(), name);
    if (place != taken_.end() && *place == name) {
        taken_.erase(place);
    }
}

}  // namespace interlock

#include "core/job/record.hpp"

#include <stdexcept>

namespace interlock {

std::string_view name_of(RecordPhase phase) noexcept {
    switch (phase) {
        case RecordPhase::waiting:
            return "waiting";
        case RecordPhase::running:
            return "running";
        case RecordPhase::done:
            return "done";
    }
    return "?";
}

std::string_view name_of(RecordChange change) noexcept {
    switch (change) {
        case RecordChange::created:
            return "created";
        case RecordChange::started:
            return "started";
        case RecordChange::updated:
            return "updated";
        case RecordChange::done:
            return "done";
        case RecordChange::removed:
            return "removed";
    }
    return "?";
}

double checked_progress(double progress) {
    if (!(progress >= 0 && progress <= 100)) {  // also what is no number
        throw std::invalid_argument("progress must be from 0 to 100 per cent");
    }
    return progress;
}

RecordError error_at(std::string_view stage, const std::exception_ptr& error) {
    RecordError recorded{.message = "unknown error", .stage = std::string(stage), .error = error};
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        recorded.message = known.what();
    } catch (...) {
        return recorded;
    }
    return recorded;
}

}  // namespace interlock

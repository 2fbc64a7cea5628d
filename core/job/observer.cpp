#include "core/job/observer.hpp"

namespace interlock {

std::string_view name_of(EventKind kind) noexcept {
    switch (kind) {
        case EventKind::arrived:
            return "arrived";
        case EventKind::queued:
            return "queued";
        case EventKind::granted:
            return "granted";
        case EventKind::admitted:
            return "admitted";
        case EventKind::refused:
            return "refused";
        case EventKind::cancelled:
            return "cancelled";
        case EventKind::started:
            return "started";
        case EventKind::finished:
            return "finished";
        case EventKind::released:
            return "released";
    }
    return "?";
}

}  // namespace interlock

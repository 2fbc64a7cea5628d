// Which turns must not change places.
#pragma once

#include "models/trace/footprint.hpp"

namespace interlock::models {

// Whether the order of two turns may matter: to what either does, or to what comes of both.
// Symmetric. Turns between which time passed are not asked about: they keep their order.
//
//   task of the one touched by the other    they are one task's, or one wakes or cancels the other
//   change - change, look or append         a lock, throttle, condition or mutex
//   append - append                         the order in the queue
//
// Two looks commute, and so do a look and an append: a lock stays held while somebody queues.
constexpr bool depend(const Footprint& a, const Footprint& b) noexcept {
    return ((a.tasks & b.tasks) | (a.changes & (b.changes | b.looks | b.appends)) |
            (b.changes & (a.looks | a.appends)) | (a.appends & b.appends)) != 0;
}

// depend(), or a wrong one where a test wants to see it caught.
using Dependence = bool (*)(const Footprint&, const Footprint&) noexcept;

}  // namespace interlock::models

// What the ranks of a fleet tell each other, as text.
#pragma once

#include "models/units/pool.hpp"
#include "models/units/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace interlock::ci {

// To a rank: a part of the search, and how many executions of it may be run.
struct Order {
    models::Unit unit;
    std::uint64_t executions = 0;
};
std::string text_of(const Order& order);
std::optional<Order> order_from(std::string_view text);

// Back: what came of it.
struct Answer {
    bool is_complete = false;
    bool is_enough = false;
    bool is_broken = false;
    std::string why;
    models::Snapshot snapshot;
};
Answer answer_of(const models::Unit& unit, const models::Result& result);
std::string text_of(const Answer& answer);
std::optional<Answer> answer_from(std::string_view text);

}  // namespace interlock::ci

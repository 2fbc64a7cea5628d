#include "ci/fleet/message.hpp"

#include <algorithm>
#include <charconv>

namespace interlock::ci {

namespace {

// Up to the first space or the end; what is left begins after it.
std::string_view take_word(std::string_view& text, char end = ' ') {
    std::size_t const length = std::min(text.find(end), text.size());
    std::string_view const word = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return word;
}

}  // namespace

std::string text_of(const Order& order) {
    return std::to_string(order.executions) + " " + models::text_of(order.unit);
}

std::optional<Order> order_from(std::string_view text) {
    std::uint64_t executions = 0;
    std::string_view const number = take_word(text);
    std::from_chars(number.data(), number.data() + number.size(), executions);
    std::string problem;
    auto unit = models::unit_from(text, problem);
    if (!unit || executions == 0) {
        return std::nullopt;
    }
    return Order{*std::move(unit), executions};
}

Answer answer_of(const models::Unit& unit, const models::Result& result) {
    return {
        result.is_complete,
        result.is_enough,
        result.verdict == models::Verdict::broken,
        result.why,
        models::snapshot_of(unit, {}, result),
    };
}

std::string text_of(const Answer& answer) {
    std::string text = answer.is_enough ? "enough" : answer.is_complete ? "all" : "some";
    text += answer.is_broken ? " broken " : " good ";
    return text + answer.why + "\n" + models::text_of(answer.snapshot);
}

std::optional<Answer> answer_from(std::string_view text) {
    std::string_view first = take_word(text, '\n');
    std::string_view const how_much = take_word(first);
    std::string_view const how = take_word(first);
    std::string problem;
    auto snapshot = models::snapshot_from(text, problem);
    if (!snapshot) {
        return std::nullopt;
    }
    return Answer{
        how_much == "all",
        how_much == "enough",
        how == "broken",
        std::string(first),
        *std::move(snapshot),
    };
}

}  // namespace interlock::ci

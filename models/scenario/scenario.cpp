#include "models/scenario/scenario.hpp"

#include <algorithm>
#include <array>

namespace interlock::models {

namespace {

constexpr std::array<std::string_view, 10> strategy_names{
    "exhaustive",
    "optimal",
    "stateful",
    "bounded",
    "random",
    "selective",
    "pct",
    "portfolio",
    "fifo",
    "replay",
};

}  // namespace

std::string_view name_of(Strategy strategy) noexcept {
    return strategy_names.at(static_cast<std::size_t>(strategy));
}

std::optional<Strategy> strategy_named(std::string_view name) noexcept {
    const auto* const found = std::find(strategy_names.begin(), strategy_names.end(), name);
    if (found == strategy_names.end()) {
        return std::nullopt;
    }
    return static_cast<Strategy>(found - strategy_names.begin());
}

std::span<const std::string_view> strategies_that_explore() noexcept {
    return std::span(strategy_names).first(static_cast<std::size_t>(Strategy::replay));
}

std::string text_of(const Diagnostic& diagnostic, std::string_view file) {
    std::string text;
    if (!file.empty()) {
        text += std::string(file) + ":";
    }
    if (diagnostic.place.line != 0) {
        text += std::to_string(diagnostic.place.line) + ":";
        if (diagnostic.place.column != 0) {
            text += std::to_string(diagnostic.place.column) + ":";
        }
    }
    return text + (text.empty() ? "" : " ") + diagnostic.message;
}

}  // namespace interlock::models

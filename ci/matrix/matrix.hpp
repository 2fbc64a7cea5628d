// Which policies are safe in which nestings: every combination explored on a revision.
#pragma once

#include "ci/matrix/shape.hpp"
#include "models/trace/verdict.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

inline constexpr std::size_t combinations = 25;
inline constexpr std::size_t shapes = shape_names.size();

// What is allowed besides interleavings.
enum class FaultKind : std::uint8_t { none, raise, cancel };
inline constexpr std::array<std::string_view, 3> fault_names{"none", "raise", "cancel"};

struct Cell {
    bool is_possible = false;  // the revision takes the policy
    bool is_complete = true;
    std::uint64_t executions = 0;
    // By FaultKind, what no kind before it violates.
    std::array<std::set<models::Property>, fault_names.size()> violated;

    // "holds", "-", "deadlock; raise: leak".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool holds() const noexcept;
};

struct Matrix {
    std::string revision;
    std::vector<std::array<Cell, shapes>> rows;  // by combination: concurrency × 5 + throttle

    [[nodiscard]] bool is_complete() const noexcept;
};

Combination combination_at(std::size_t row) noexcept;

struct MatrixOptions {
    std::set<FaultKind> faults{FaultKind::none, FaultKind::raise, FaultKind::cancel};
    std::size_t jobs = 1;                // cells at once
    std::uint64_t executions = 200'000;  // of one exploration
};

Matrix explore_matrix(std::string_view revision, const MatrixOptions& options);

std::string text_of(const Matrix& matrix);
std::string markdown_of(const Matrix& matrix);

}  // namespace interlock::ci

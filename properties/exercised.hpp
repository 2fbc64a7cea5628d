// What a search had occasion to see: a property that nothing could have violated, and a refusal or
// fault that never came, hold vacuously.
#pragma once

#include "properties/invariant.hpp"

#include <array>
#include <string>
#include <vector>

namespace interlock::properties {

// Of any number of executions of one program.
class Exercised {
  public:
    void see(const Moment& moment) noexcept;
    void add(const Exercised& other) noexcept;

    [[nodiscard]] bool has(models::EventKind kind) const noexcept {
        return (kinds_ & bit(kind)) != 0;
    }
    [[nodiscard]] bool has(models::Fault fault) const noexcept {
        return (faults_ & (1U << static_cast<unsigned int>(fault))) != 0;
    }

    // Whether it could have been violated: two calls wanted one lock, a body failed, …
    [[nodiscard]] bool has(models::Property property) const noexcept;

  private:
    static constexpr std::uint64_t bit(models::EventKind kind) noexcept {
        return std::uint64_t{1} << static_cast<unsigned int>(kind);
    }
    [[nodiscard]] bool has_any(std::uint64_t kinds) const noexcept { return (kinds_ & kinds) != 0; }

    std::uint64_t kinds_ = 0;
    std::uint32_t faults_ = 0;
    bool two_waited_ = false;  // for one lock at once
    bool was_reentered_ = false;
};

// The kinds of events that are refusals.
inline constexpr std::array refusals{
    models::EventKind::rejected,
    models::EventKind::throttled,
    models::EventKind::rate_limited,
    models::EventKind::condition_failed,
    models::EventKind::timed_out,
    models::EventKind::would_deadlock,
    models::EventKind::replaced,
    models::EventKind::cancelled,
};

// Of what the policies of `program` that are called and the faults that are allowed make possible,
// as far as one can tell from them, what did not come to pass: "refusal throttled".
std::vector<std::string> never_exercised(
    const models::Program& program, const models::Faults& faults, const Exercised& exercised
);

}  // namespace interlock::properties

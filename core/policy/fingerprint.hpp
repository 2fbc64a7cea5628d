// A running 64-bit hash of a sequence of words, the same on every machine.
#pragma once

#include <cstdint>

namespace interlock {

class Fingerprint {
  public:
    // Order matters: (1, 2) and (2, 1) differ. The mixing is the finaliser of splitmix64.
    constexpr void add(std::uint64_t word) noexcept {
        std::uint64_t z = state_ ^ (word + 0x9e3779b97f4a7c15ULL + (state_ << 6U) + (state_ >> 2U));
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        state_ = z ^ (z >> 31U);
    }

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

  private:
    std::uint64_t state_ = 0;
};

}  // namespace interlock

// A running 64-bit hash of a sequence of words, the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace interlock {

// The finaliser of splitmix64: every bit of the result depends on every bit of `word`.
constexpr std::uint64_t mixed(std::uint64_t word) noexcept {
    word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    word = (word ^ (word >> 27U)) * 0x94d049bb133111ebULL;
    return word ^ (word >> 31U);
}

class Fingerprint {
  public:
    // Order matters: (1, 2) and (2, 1) differ.
    constexpr void add(std::uint64_t word) noexcept {
        state_ = mixed(state_ ^ (word + 0x9e3779b97f4a7c15ULL + (state_ << 6U) + (state_ >> 2U)));
    }

    // Byte by byte: not whether they came in one piece.
    constexpr void add(std::string_view bytes) noexcept {
        for (const char byte : bytes) {
            add(static_cast<unsigned char>(byte));
        }
    }

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

  private:
    std::uint64_t state_ = 0;
};

}  // namespace interlock

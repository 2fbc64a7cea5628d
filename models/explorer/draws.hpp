// Numbers drawn at random: the same seed gives the same ones, on any machine, in any version.
#pragma once

#include "core/policy/fingerprint.hpp"

#include <cstdint>

namespace interlock::models {

class Draws {  // splitmix64
  public:
    // Of the run with this number, from 0, of a search with this seed.
    Draws(std::uint64_t seed, std::uint64_t run) noexcept {
        Fingerprint print;
        print.add(seed);
        print.add(run);
        state_ = print.value();
    }

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15ULL;
        return mixed(state_);
    }

    // One of `count` numbers from 0; `count` is not 0.
    std::uint64_t below(std::uint64_t count) noexcept {
        return next() % count;  // NOLINT(clang-analyzer-core.DivideZero): see above
    }

  private:
    std::uint64_t state_ = 0;
};

}  // namespace interlock::models

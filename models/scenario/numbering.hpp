// Gives out the bits by which footprints tell things from each other.
#pragma once

#include "models/trace/footprint.hpp"

namespace interlock::models {

class Numbering {
  public:
    ThingSet next() noexcept { return ThingSet{1} << (given_++ % 64); }

    // That of the thing, which has one from its first use on.
    ThingSet of(ThingSet& thing) noexcept {
        if (thing == 0) {
            thing = next();
        }
        return thing;
    }

  private:
    unsigned int given_ = 0;
};

}  // namespace interlock::models

// Revision `split`: the series at the commit that gave the group's wait-and-throttle limit to the
// group's lock. What goes wrong: only the started job can release, so a call that its throttle
// skips, or its rate limit refuses, keeps the lock.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Split final : public Reference {
  public:
    using Reference::Reference;

  private:
    Status execute(const Call& call) override;
};

}  // namespace interlock::models

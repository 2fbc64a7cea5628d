// Several explorers that take turns, one execution each, until one of them has nothing left. One
// that can learn nothing from its execution, as that was too long, does not keep the others from
// theirs.
#pragma once

#include "models/explorer/explorer.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace interlock::models {

class Portfolio final : public Explorer {
  public:
    explicit Portfolio(std::vector<std::unique_ptr<Explorer>> members)
        : members_(std::move(members)), turn_(members_.size() - 1) {}

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override { members_[turn_]->learn(trace); }
    [[nodiscard]] bool is_complete() const noexcept override;
    void describe(Guarantee& guarantee) const override;

  private:
    std::vector<std::unique_ptr<Explorer>> members_;
    std::size_t turn_;  // whose the last execution was
};

}  // namespace interlock::models

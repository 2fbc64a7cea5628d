// Several explorers that take turns, one execution each, until one of them has nothing left.
#pragma once

#include "models/explorer/explorer.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace interlock::models {

class Portfolio final : public Explorer {
  public:
    explicit Portfolio(std::vector<std::unique_ptr<Explorer>> members)
        : members_(std::move(members)) {}

    std::optional<Plan> next() override { return members_[turn_]->next(); }
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override;
    void describe(Guarantee& guarantee) const override;

  private:
    std::vector<std::unique_ptr<Explorer>> members_;
    std::size_t turn_ = 0;
};

}  // namespace interlock::models

// The shipped core, as it ships, behind the seam.
#pragma once

#include "core/fiber.hpp"
#include "models/scenario/recorder.hpp"
#include "models/scenario/system.hpp"

#include <optional>
#include <vector>

namespace interlock::models {

class CoreSystem final : public System, private Observer {
  public:
    CoreSystem(const Program& program, Recorder& recorder, BodyRunner& runner);

    void begin() override;
    CallResult call(std::uint16_t site) override;
    void report_end() override;
    void discard() noexcept override;

  private:
    struct Body {
        BodyRunner* runner = nullptr;
        void operator()(Block body) const { runner->run_body(body); }
    };

    // Where a call of the core is made from, by the number that the core gave it.
    struct Caller {
        std::uint16_t site = no_site;
        TaskId task;
    };

    void on_event(const Event& event) noexcept override;
    void report_end(const Occupancy& occupancy, std::uint16_t lock);

    const Program& program_;
    Recorder& recorder_;
    BodyRunner& runner_;
    std::vector<std::uint16_t> arriving_;  // the site of the call that each task is about to make
    std::vector<Caller> callers_;          // index: number of the call

    // Made anew for each execution.
    std::optional<fiber::JobRegistry> registry_;
    std::vector<fiber::JobGroup> groups_;
    std::vector<std::optional<fiber::Job<Body>>> jobs_;
};

}  // namespace interlock::models

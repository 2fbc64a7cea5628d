// Writes down what a revision of the reference says, in the words of a golden trace.
#pragma once

#include "ci/conformance/golden_case.hpp"
#include "models/revisions/listener.hpp"
#include "models/scheduler/scheduler.hpp"

#include <vector>

namespace interlock::ci {

class Journal final : public models::Listener {
  public:
    // All outlive the journal.
    Journal(const GoldenCase& golden, const models::Program& program, models::Scheduler& scheduler);

    // What happened, as a golden trace's `expect`.
    [[nodiscard]] Json result() const { return result_; }

    void on_call(std::uint16_t site) override;
    void on_body(std::uint16_t site) override;
    void on_body_end(std::uint16_t site, std::string_view how) override;
    void on_return(std::uint16_t site, const Return& how) override;
    void on_cancel(models::TaskId task) override;
    void on_start(const models::SupervisorJob& job) override;
    void on_end(const models::SupervisorJob& job) override;
    void on_message(const models::SupervisorJob& job) override;
    void on_log(std::string_view level, const std::string& text) override;
    void on_period(
        std::uint16_t job,
        std::optional<TimePoint> last,
        std::optional<std::size_t> calls,
        Duration period
    ) override;
    void on_over(const models::Reference& reference) override;

  private:
    // NOLINTNEXTLINE(bugprone-exception-escape): to move JSON does not throw, but does not say so.
    struct Call {
        bool is_made = false;
        bool has_entered = false;
        Json returned;  // status, exception, message; null while it is pending
    };

    template <class... Words>
    void add(const Words&... words) {
        events_.push_back(Json::array({now_us(), words...}));
    }
    [[nodiscard]] std::int64_t now_us() const;
    [[nodiscard]] const std::string& label(std::uint16_t site) const;
    [[nodiscard]] Json label(const models::SupervisorJob& job) const;
    [[nodiscard]] Json job_json(
        const models::Reference& reference, const models::SupervisorJob& job, bool is_full
    ) const;
    [[nodiscard]] Json label_of(const models::Reference& reference, std::uint32_t job) const;
    [[nodiscard]] Json calls_json() const;
    [[nodiscard]] Json methods_json(const models::Reference& reference) const;
    [[nodiscard]] Json groups_json(const models::Reference& reference) const;
    [[nodiscard]] Json leaks_json(const models::Reference& reference) const;

    const GoldenCase& golden_;
    const models::Program& program_;
    models::Scheduler& scheduler_;
    std::vector<Call> calls_;           // by site
    std::vector<std::uint16_t> order_;  // sites, in the order in which they were called
    Json events_ = Json::array();
    Json result_;
};

}  // namespace interlock::ci

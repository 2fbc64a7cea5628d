// What holds of the records of calls, whatever the calls do.
#pragma once

#include "core/job/record.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace interlock::properties {

// Hears every change, and remembers the first that cannot be: a record begins once, as one that
// waits; goes on in the order of a call's life; is done at most once and changes no more; its
// progress is a percentage and never goes back; and it is not removed while its call runs.
class RecordMonitor final : public RecordListener {
  public:
    void on_change(RecordChange change, const JobRecord& record) noexcept override;

    // Empty: none.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    // How many records are there.
    [[nodiscard]] std::size_t size() const noexcept { return last_.size(); }

  private:
    struct Last {
        RecordPhase phase = RecordPhase::waiting;
        double progress = 0;
    };

    void expect(bool holds, std::string_view what, const JobRecord& record);

    std::map<std::uint64_t, Last> last_;  // of each record, by its call
    std::string problem_;
};

}  // namespace interlock::properties

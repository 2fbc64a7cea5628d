#include "properties/record_monitor.hpp"

namespace interlock::properties {

void RecordMonitor::on_change(RecordChange change, const JobRecord& record) noexcept {
    const auto found = last_.find(record.id.value);
    const bool is_there = found != last_.end();
    const RecordPhase before = is_there ? found->second.phase : RecordPhase::waiting;
    expect(is_there != (change == RecordChange::created), "begins twice, or never", record);
    expect(record.progress >= 0 && record.progress <= 100, "is at no percentage", record);
    if (is_there) {
        expect(record.progress >= found->second.progress, "goes back", record);
    }
    switch (change) {
        case RecordChange::created:
            expect(record.phase == RecordPhase::waiting, "begins as one that runs", record);
            break;
        case RecordChange::started:
            expect(before == RecordPhase::waiting, "starts again", record);
            expect(record.phase == RecordPhase::running, "starts and does not run", record);
            break;
        case RecordChange::updated:
            expect(before == RecordPhase::running, "changes while it does not run", record);
            expect(record.phase == before, "changes to another phase", record);
            break;
        case RecordChange::done:
            expect(before == RecordPhase::running, "is done and did not run", record);
            expect(record.phase == RecordPhase::done, "is done and still runs", record);
            expect(record.how != Status::ran || record.progress == 100, "is not all done", record);
            break;
        case RecordChange::removed:
            expect(before != RecordPhase::running, "goes while its call runs", record);
            last_.erase(record.id.value);
            return;
    }
    last_[record.id.value] = {record.phase, record.progress};
}

void RecordMonitor::expect(bool holds, std::string_view what, const JobRecord& record) {
    if (!holds && problem_.empty()) {
        problem_ = "the record of " + std::string(record.name()) + " " + std::string(what);
    }
}

}  // namespace interlock::properties

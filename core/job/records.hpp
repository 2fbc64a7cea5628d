// Keeps a record of every call of a registry that is on its way, for whoever shows an application's
// work: what runs, how far it is, what came of it.
#pragma once

#include "core/gate/clock.hpp"
#include "core/job/observer.hpp"
#include "core/job/record_table.hpp"
#include "core/job/registry.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace interlock {

struct RecordOptions {
    // The jobs whose records stay when their calls are over, by name.
    std::set<std::string, std::less<>> kept{};
    // How many such records stay, of all jobs together; for a newer one the oldest goes.
    std::size_t kept_max = 100;
    RecordListener* listener = nullptr;  // outlives the records
};

// An observer of one registry, whose calls alone it must hear of:
//     fiber::JobRecords records;
//     fiber::JobRegistry registry(SteadyClock::instance(), &records);
//     auto copy = decorate(registry, "copy", {}, [&] { records.set_progress(50); });
//
// A record is there from the call's arrival until the call is over and has given its lock back; a
// call that is refused leaves none. One that is kept stays until it is removed, until newer ones
// take its place, or until its parent's goes. No record goes before its call is over, whatever
// happens to its parent's.
//
// No lock hangs on a record: what jobs may do never depends on it. It needs memory for as many
// records as there are at a time; without it the program ends, because observers cannot throw.
template <Runtime R>
class JobRecords final : public Observer {
  public:
    // `clock` outlives this; it dates the records, and nothing else.
    explicit JobRecords(RecordOptions options = {}, const Clock& clock = CoarseClock::instance())
        : options_(std::move(options)), clock_(clock) {}

    // What happens in every call is here, and what happens in few is out of line.
    void on_event(const Event& event) noexcept override {
        switch (event.kind) {
            case EventKind::arrived:
                open(event);
                break;
            case EventKind::started:
                start(event);
                break;
            case EventKind::finished:
                finish(event);
                break;
            case EventKind::released:
                release(event);
                break;
            case EventKind::refused:
            case EventKind::cancelled:
                withdraw(event);
                break;
            default:  // nothing that its record would say
                break;
        }
    }

    // For bodies. These are of the record of the call whose body the running task is in, also in a
    // task that spawn() started from there. False: there is none, or it is done.

    // In per cent. Less than it was before changes nothing. Throws std::invalid_argument if it is
    // not from 0 to 100. A body that returns is at 100.
    bool set_progress(double progress) {
        checked_progress(progress);
        return update([&](JobRecord& record) {
            record.progress = std::max(record.progress, progress);
        });
    }
    bool set_stage(std::string_view stage) {
        return update([&](JobRecord& record) { record.stage = stage; });
    }
    bool set_reference(std::string_view reference) {
        return update([&](JobRecord& record) { record.reference = reference; });
    }
    bool set_extra(std::string_view extra) {
        return update([&](JobRecord& record) { record.extra = extra; });
    }
    // An error that the body survives; what it throws is added anyway.
    bool add_error(std::string_view message) {
        return update([&](JobRecord& record) {
            record.errors.push_back({std::string(message), record.stage});
        });
    }
    // Whether this call's record stays, whatever is the rule for its job.
    bool set_kept(bool is_kept) {
        std::lock_guard const guard(guard_);
        Entry* const entry = current_entry();
        if (entry != nullptr) {
            entry->is_kept = is_kept;
        }
        return entry != nullptr;
    }

    // For everybody; copies.

    [[nodiscard]] std::optional<JobRecord> current() const {
        std::lock_guard const guard(guard_);
        return copy_of(current_entry());
    }
    [[nodiscard]] std::optional<JobRecord> find(CallId call) const {
        std::lock_guard const guard(guard_);
        return copy_of(table_.find(call));
    }
    // Oldest first.
    [[nodiscard]] std::vector<JobRecord> all() const {
        return select([](const JobRecord& /*record*/) { return true; });
    }
    // Of the calls that the body of `call` made, oldest first.
    [[nodiscard]] std::vector<JobRecord> children_of(CallId call) const {
        return select([=](const JobRecord& record) { return record.parent == call; });
    }
    [[nodiscard]] std::size_t size() const {
        std::lock_guard const guard(guard_);
        return table_.size();
    }

    // Removes a record that was kept, and those that were kept of the calls made within it. False:
    // there is none, or its call is not over.
    bool remove(CallId call) {
        std::lock_guard const guard(guard_);
        Entry* const entry = table_.find(call);
        if (entry == nullptr || !entry->is_stored) {
            return false;
        }
        remove(*entry);
        return true;
    }

  private:
    using Entry = RecordTable::Entry;

    void open(const Event& event) {
        const TimePoint now = clock_.now();
        std::lock_guard const guard(guard_);
        Entry& entry = table_.add(event.call, event.parent);
        entry.record.job = event.job;
        entry.record.created = now;
        if (event.group != nullptr) {
            entry.record.group = event.group;
            entry.record.reference = event.group->name;
        }
        entry.is_kept = !options_.kept.empty() && options_.kept.contains(event.job->name);
        tell(RecordChange::created, entry.record);
    }

    void start(const Event& event) {
        std::lock_guard const guard(guard_);
        if (Entry* const entry = table_.find(event.call)) {
            entry->record.phase = RecordPhase::running;
            tell(RecordChange::started, entry->record);
        }
    }

    void finish(const Event& event) {
        std::lock_guard const guard(guard_);
        Entry* const entry = table_.find(event.call);
        if (entry == nullptr) {
            return;
        }
        entry->record.phase = RecordPhase::done;
        entry->record.how = event.how;
        entry->record.progress = event.how == Status::ran ? 100 : entry->record.progress;
        if (event.error != nullptr || entry->is_kept || options_.listener != nullptr) [[unlikely]] {
            tell_end(event, entry->record);
        }
        if (event.scope == LockScope::none || event.is_dry) {
            clean_up(*entry);  // else when it has given the lock back
        }
    }

    void release(const Event& event) {
        std::lock_guard const guard(guard_);
        Entry* const entry = table_.find(event.call);
        if (entry != nullptr && entry->record.phase == RecordPhase::done) {
            clean_up(*entry);
        }
    }

    [[gnu::noinline]] void withdraw(const Event& event) {
        std::lock_guard const guard(guard_);
        Entry* const entry = table_.find(event.call);
        if (entry != nullptr && !event.is_dry) {
            remove(*entry);
        }
    }

    // The rest is called with guard_ held.

    [[gnu::noinline]] void tell_end(const Event& event, JobRecord& record) {
        if (event.error != nullptr) {
            record.errors.push_back(error_at(record.stage, *event.error));
        }
        record.done = clock_.now();
        tell(RecordChange::done, record);
    }

    void clean_up(Entry& entry) {
        if (entry.is_kept) [[unlikely]] {
            keep(entry);
        } else {
            remove(entry);
        }
    }

    [[gnu::noinline]] void keep(Entry& entry) {
        if (!entry.is_stored) {
            table_.store(entry);
        }
        if (table_.stored() > options_.kept_max) {
            remove(*table_.oldest_stored());
        }
    }

    // With those of its children that are over; the others go on without a parent.
    void remove(Entry& entry) {
        if (entry.first_child != nullptr) [[unlikely]] {
            remove_children(entry);
        }
        tell(RecordChange::removed, entry.record);
        table_.remove(entry);
    }

    [[gnu::noinline]] void remove_children(Entry& entry) {
        for (Entry* child = entry.first_child; child != nullptr;) {
            Entry* const next = child->next_sibling;
            if (child->is_stored) {
                remove(*child);
            }
            child = next;
        }
    }

    template <class Function>
    bool update(const Function& change) {
        std::lock_guard const guard(guard_);
        Entry* const entry = current_entry();
        if (entry == nullptr || entry->record.phase == RecordPhase::done) {
            return false;
        }
        change(entry->record);
        tell(RecordChange::updated, entry->record);
        return true;
    }

    // Calls of another registry may have the same ids, but their jobs do not.
    [[nodiscard]] Entry* current_entry() const {
        const CallFrame* const call = JobRegistry<R>::current();
        Entry* const entry = call != nullptr ? table_.find(call->id) : nullptr;
        return entry != nullptr && entry->record.job == call->job ? entry : nullptr;
    }

    [[nodiscard]] static std::optional<JobRecord> copy_of(const Entry* entry) {
        return entry != nullptr ? std::optional(entry->record) : std::nullopt;
    }

    template <class Predicate>
    [[nodiscard]] std::vector<JobRecord> select(const Predicate& is_wanted) const {
        std::vector<JobRecord> selected;
        {
            std::lock_guard const guard(guard_);
            table_.for_each([&](const Entry& entry) {
                if (is_wanted(entry.record)) {
                    selected.push_back(entry.record);
                }
            });
        }
        std::sort(selected.begin(), selected.end(), [](const JobRecord& a, const JobRecord& b) {
            return a.created != b.created ? a.created < b.created : a.id.value < b.id.value;
        });
        return selected;
    }

    void tell(RecordChange change, const JobRecord& record) const noexcept {
        if (options_.listener != nullptr) [[unlikely]] {
            options_.listener->on_change(change, record);
        }
    }

    const RecordOptions options_;
    const Clock& clock_;
    mutable typename R::Guard guard_{};
    RecordTable table_;  // guarded by guard_
};

}  // namespace interlock

// Where records are: found by call, each among its parent's children. Neither locked nor aware of
// what calls do.
#pragma once

#include "core/job/record.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace interlock {

// To add, to find and to remove one takes the same time however many there are or ever were, and
// no memory but for more records at a time than there ever were.
class RecordTable {
  public:
    struct Entry {
        JobRecord record;
        bool is_kept = false;  // it stays when its call is over

        Entry* parent = nullptr;
        Entry* first_child = nullptr;
        Entry* next_sibling = nullptr;
        Entry* previous_sibling = nullptr;
        Entry* next = nullptr;   // in its bucket, or among those that are free
        Entry* newer = nullptr;  // among those that are stored away
        Entry* older = nullptr;
        bool is_stored = false;
    };

    RecordTable() = default;
    RecordTable(const RecordTable&) = delete;
    RecordTable& operator=(const RecordTable&) = delete;

    // A record of `call`, which has none yet, among the children of `parent`'s if that has one.
    Entry& add(CallId call, CallId parent);

    // Null: there is none.
    [[nodiscard]] Entry* find(CallId call) const noexcept {
        Entry* entry = buckets_[bucket_of(call)];
        while (entry != nullptr && entry->record.id != call) {
            entry = entry->next;
        }
        return entry;
    }

    // Its children stay, and are no longer anybody's.
    void remove(Entry& entry) noexcept;

    // Counts as the newest of those that are stored away.
    void store(Entry& entry) noexcept;
    [[nodiscard]] Entry* oldest_stored() const noexcept { return oldest_; }
    [[nodiscard]] std::size_t stored() const noexcept { return stored_; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    template <class Function>
    void for_each(const Function& look) const {
        for (const Entry* entry : buckets_) {
            for (; entry != nullptr; entry = entry->next) {
                look(*entry);
            }
        }
    }

  private:
    // Ids are counted up, so their last bits are as good as a hash.
    [[nodiscard]] std::size_t bucket_of(CallId call) const noexcept {
        return call.value & last_bucket_;
    }
    void grow();
    void unstore(Entry& entry) noexcept;

    std::size_t last_bucket_ = 63;  // all of its bits are set
    std::vector<Entry*> buckets_ = std::vector<Entry*>(last_bucket_ + 1);
    std::deque<Entry> entries_;  // which stay where they are
    Entry* free_ = nullptr;
    Entry* oldest_ = nullptr;  // of those that are stored away
    Entry* newest_ = nullptr;
    std::size_t size_ = 0;
    std::size_t stored_ = 0;
};

}  // namespace interlock

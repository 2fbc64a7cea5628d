#include "core/job/record_table.hpp"

#include <utility>

namespace interlock {

namespace {

// As new, but that its texts keep the room they have.
void reset(JobRecord& record) noexcept {
    record.group = nullptr;
    for (std::string* const text : {&record.reference, &record.stage, &record.extra}) {
        if (!text->empty()) {
            text->clear();
        }
    }
    if (!record.errors.empty()) {
        record.errors.clear();
    }
    record.progress = 0;
    record.done = {};
    record.phase = RecordPhase::waiting;
    record.how = Status::ran;
}

void make_child(RecordTable::Entry& entry, RecordTable::Entry& parent) noexcept {
    entry.parent = &parent;
    entry.next_sibling = std::exchange(parent.first_child, &entry);
    if (entry.next_sibling != nullptr) {
        entry.next_sibling->previous_sibling = &entry;
    }
}

void make_orphan(RecordTable::Entry& entry, RecordTable::Entry& parent) noexcept {
    (entry.previous_sibling != nullptr ? entry.previous_sibling->next_sibling : parent.first_child
    ) = entry.next_sibling;
    if (entry.next_sibling != nullptr) {
        entry.next_sibling->previous_sibling = entry.previous_sibling;
    }
    entry.parent = entry.next_sibling = entry.previous_sibling = nullptr;
}

}  // namespace

RecordTable::Entry& RecordTable::add(CallId call, CallId parent) {
    if (size_ > last_bucket_) [[unlikely]] {
        grow();
    }
    if (free_ == nullptr) [[unlikely]] {
        free_ = &entries_.emplace_back();
    }
    Entry& entry = *std::exchange(free_, free_->next);
    entry.record.id = call;
    entry.record.parent = parent;
    if (Entry* const above = parent ? find(parent) : nullptr) {
        make_child(entry, *above);
    }
    entry.next = std::exchange(buckets_[bucket_of(call)], &entry);
    ++size_;
    return entry;
}

void RecordTable::remove(Entry& entry) noexcept {
    while (entry.first_child != nullptr) {
        make_orphan(*entry.first_child, entry);
    }
    if (entry.parent != nullptr) {
        make_orphan(entry, *entry.parent);
    }
    if (entry.is_stored) {
        unstore(entry);
    }
    Entry** place = &buckets_[bucket_of(entry.record.id)];
    while (*place != &entry) {
        place = &(*place)->next;
    }
    *place = entry.next;
    reset(entry.record);
    entry.is_kept = false;
    entry.next = std::exchange(free_, &entry);
    --size_;
}

void RecordTable::store(Entry& entry) noexcept {
    entry.is_stored = true;
    entry.older = newest_;
    (newest_ != nullptr ? newest_->newer : oldest_) = &entry;
    newest_ = &entry;
    ++stored_;
}

void RecordTable::unstore(Entry& entry) noexcept {
    (entry.older != nullptr ? entry.older->newer : oldest_) = entry.newer;
    (entry.newer != nullptr ? entry.newer->older : newest_) = entry.older;
    entry.newer = entry.older = nullptr;
    entry.is_stored = false;
    --stored_;
}

void RecordTable::grow() {
    std::vector<Entry*> old(2 * buckets_.size());
    old.swap(buckets_);
    last_bucket_ = buckets_.size() - 1;
    for (Entry* entry : old) {
        while (entry != nullptr) {
            Entry* const next = entry->next;
            Entry*& bucket = buckets_[bucket_of(entry->record.id)];
            entry->next = bucket;
            bucket = entry;
            entry = next;
        }
    }
}

}  // namespace interlock

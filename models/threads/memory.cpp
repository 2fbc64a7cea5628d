#include "models/threads/memory.hpp"

#include <algorithm>
#include <stdexcept>

namespace interlock::models {

namespace {

bool acquires(std::memory_order order) noexcept {
    return order == std::memory_order_acquire || order == std::memory_order_acq_rel ||
           order == std::memory_order_consume || order == std::memory_order_seq_cst;
}

bool releases(std::memory_order order) noexcept {
    return order == std::memory_order_release || order == std::memory_order_acq_rel ||
           order == std::memory_order_seq_cst;
}

}  // namespace

void Memory::clear() {
    knows_ = {};
    sequential_ = {};
    size_ = 0;
    plains_.clear();
    for (Thread thread = 0; thread < threads_max; ++thread) {
        knows_[thread].clock[thread] = 1;
    }
}

void Memory::begin(Thread thread) {
    know(knows_[thread], knows_[0]);
    ++knows_[0].clock[0];
}

void Memory::join(Thread thread) {
    know(knows_[0], knows_[thread]);
}

void Memory::create(Thread by, const void* at, std::uint64_t value) {
    if (size_ == locations_max) {
        throw std::length_error("the threads have more atomic objects than can be explored");
    }
    Place& place = places_[size_++];
    place.at = at;
    place.is_alive = true;
    place.stores[0] = {.value = value, .released = {}};
    place.rank[0] = 0;
    place.size = 1;
    place.accessed = {};
    accessed(by, size_ - 1);
}

bool Memory::destroy(Thread by, const void* at) {
    Place& place = places_[find(at)];
    place.is_alive = false;
    return has_happened(place.accessed, by);
}

Memory::Location Memory::find(const void* at) const noexcept {
    for (Location i = size_; i-- > 0;) {
        if (places_[i].at == at) {
            return places_[i].is_alive ? i : none;
        }
    }
    return none;
}

std::size_t Memory::loads(Thread by, Location at, std::memory_order order) {
    before(by, order);
    return model_ == Model::sequential ? 1 : places_[at].size - first_visible(by, at);
}

std::size_t Memory::stores(Thread by, Location at, std::memory_order order) {
    before(by, order);
    if (model_ == Model::sequential) {
        return 1;
    }
    const Place& place = places_[at];
    std::size_t alternatives = 1;  // as the newest
    for (std::size_t i = first_visible(by, at) + 1; i < place.size; ++i) {
        alternatives += place.stores[i].is_update ? 0 : 1;
    }
    return alternatives;
}

std::size_t Memory::updates(Thread by, Location at, std::memory_order order) {
    before(by, order);
    if (model_ == Model::sequential) {
        return 1;
    }
    const Place& place = places_[at];
    std::size_t alternatives = 1;
    for (std::size_t i = first_visible(by, at); i + 1 < place.size; ++i) {
        alternatives += place.stores[i + 1].is_update ? 0 : 1;
    }
    return alternatives;
}

// The alternatives of each kind, from the newest on, as places in modification order.
std::size_t Memory::load_index(Location at, std::size_t alternative) const {
    return places_[at].size - 1 - alternative;
}

std::size_t Memory::store_index(Location at, std::size_t alternative) const {
    const Place& place = places_[at];
    std::size_t index = place.size;
    while (alternative > 0) {
        --index;
        alternative -= place.stores[index].is_update ? 0 : 1;
    }
    return index;
}

std::size_t Memory::update_index(Location at, std::size_t alternative) const {
    const Place& place = places_[at];
    std::size_t index = place.size - 1;
    while (alternative > 0) {
        --index;
        alternative -= place.stores[index + 1].is_update ? 0 : 1;
    }
    return index;
}

std::uint64_t Memory::loaded(Location at, std::size_t alternative) const {
    return places_[at].stores[load_index(at, alternative)].value;
}

std::uint64_t Memory::updated(Location at, std::size_t alternative) const {
    return places_[at].stores[update_index(at, alternative)].value;
}

void Memory::load(Thread by, Location at, std::size_t alternative, std::memory_order order) {
    const Store& store = places_[at].stores[load_index(at, alternative)];
    knows_[by].view[at] = store.number;
    if (acquires(order)) {
        know(knows_[by], store.released);
    }
    accessed(by, at);
    after(by, order);
}

void Memory::store(
    Thread by, Location at, std::size_t alternative, std::uint64_t value, std::memory_order order
) {
    insert(by, at, store_index(at, alternative), {.value = value, .released = {}});
    Place& place = places_[at];
    Store& made = place.stores[place.rank[knows_[by].view[at]]];
    accessed(by, at);
    if (releases(order)) {
        made.released = knows_[by];
    }
    made.released.view[at] = made.number;
    after(by, order);
}

// Whoever acquires an update acquires what it updates as well: a release sequence.
void Memory::update(
    Thread by, Location at, std::size_t alternative, std::uint64_t value, std::memory_order order
) {
    const std::size_t index = update_index(at, alternative);
    const Known released = places_[at].stores[index].released;
    if (acquires(order)) {
        know(knows_[by], released);
    }
    insert(by, at, index + 1, {.value = value, .released = released, .is_update = true});
    Place& place = places_[at];
    Store& made = place.stores[place.rank[knows_[by].view[at]]];
    accessed(by, at);
    if (releases(order)) {
        know(made.released, knows_[by]);
    }
    made.released.view[at] = made.number;
    after(by, order);
}

void Memory::insert(Thread by, Location at, std::size_t index, Store store) {
    Place& place = places_[at];
    if (place.size == stores_max) {
        throw std::length_error("the threads store more often than can be explored");
    }
    store.number = static_cast<std::uint8_t>(place.size++);
    knows_[by].view[at] = store.number;
    for (std::size_t i = place.size - 1; i > index; --i) {
        place.stores[i] = place.stores[i - 1];
        place.rank[place.stores[i].number] = static_cast<std::uint8_t>(i);
    }
    place.stores[index] = store;
    place.rank[store.number] = static_cast<std::uint8_t>(index);
}

bool Memory::is_fresh(Thread by, Location at) const {
    return knows_[by].view[at] == newest_of(at).number;
}

void Memory::refresh(Thread by, Location at) {
    knows_[by].view[at] = newest_of(at).number;
}

std::uint64_t Memory::newest(Location at) const {
    return newest_of(at).value;
}

bool Memory::touch(Thread by, const void* what) {
    auto found = std::find_if(plains_.begin(), plains_.end(), [&](const Plain& plain) {
        return plain.at == what;
    });
    if (found == plains_.end()) {
        found = plains_.insert(plains_.end(), Plain{.at = what});
    }
    const bool is_alone = has_happened(found->touched, by);
    found->touched[by] = knows_[by].clock[by];
    return is_alone;
}

bool Memory::has_happened(const Clock& when, Thread before) const {
    for (Thread thread = 0; thread < threads_max; ++thread) {
        if (when[thread] > knows_[before].clock[thread]) {
            return false;
        }
    }
    return true;
}

void Memory::know(Known& knows, const Known& also) const {
    for (Location at = 0; at < size_; ++at) {
        const auto& rank = places_[at].rank;
        if (rank[knows.view[at]] < rank[also.view[at]]) {
            knows.view[at] = also.view[at];
        }
    }
    for (Thread thread = 0; thread < threads_max; ++thread) {
        knows.clock[thread] = std::max(knows.clock[thread], also.clock[thread]);
    }
}

void Memory::before(Thread by, std::memory_order order) {
    if (order == std::memory_order_seq_cst) {
        know(knows_[by], sequential_);
    }
}

void Memory::after(Thread by, std::memory_order order) {
    if (order == std::memory_order_seq_cst) {
        sequential_ = knows_[by];
    }
    // What comes next happens later than what was released.
    ++knows_[by].clock[by];
}

void Memory::accessed(Thread by, Location at) {
    places_[at].accessed[by] = knows_[by].clock[by];
}

std::size_t Memory::first_visible(Thread by, Location at) const {
    return places_[at].rank[knows_[by].view[at]];
}

}  // namespace interlock::models

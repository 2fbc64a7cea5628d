// What threads see of each other: which stores a load may return, by the rules of acquire and
// release. Knows no threads' code and makes no choices; whoever uses it does.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace interlock::models {

// The first is the one that sets up and looks at the end; it runs alone.
inline constexpr std::size_t threads_max = 5;
inline constexpr std::size_t locations_max = 24;
inline constexpr std::size_t stores_max = 40;  // to each

enum class Model : std::uint8_t {
    sequential,  // there is one memory, and orders mean nothing to values
    weak,        // a load may return an older store, a store may come before a newer one
};

// Locations are atomic, and known by their address. Every access says which of its alternatives it
// takes, counted from the newest: 0 is what one memory would do. A location keeps its stores in
// modification order. What a thread has seen of it, or knows to have happened before, it cannot
// unsee: its view of each location only moves on.
//
// Apart from that, time is told by vector clocks, so that accesses that are not atomic can be seen
// to race, and atomic ones to come after the end of what they access; both whatever the model.
//
// What C++ allows and this does not show: a load that returns a store which comes later in the
// program (load buffering). An operation that is sequentially consistent is taken to be one after
// the other with all such, and then nothing weaker can be seen through it. There are no fences.
class Memory {
  public:
    using Thread = std::size_t;
    using Location = std::size_t;

    explicit Memory(Model model) : model_(model) {}

    // Everything that was is gone.
    void clear();

    // A thread begins after all that thread 0 has done, and thread 0 goes on after it.
    void begin(Thread thread);
    void join(Thread thread);

    // An address may be used again once what was there is destroyed.
    void create(Thread by, const void* at, std::uint64_t value);
    // False: some thread's access has not happened before.
    [[nodiscard]] bool destroy(Thread by, const void* at);
    // none if nothing is there, or not any more.
    [[nodiscard]] Location find(const void* at) const noexcept;
    static constexpr Location none = ~std::size_t{0};

    // How many alternatives an access has.
    [[nodiscard]] std::size_t loads(Thread by, Location at, std::memory_order order);
    [[nodiscard]] std::size_t stores(Thread by, Location at, std::memory_order order);
    [[nodiscard]] std::size_t updates(Thread by, Location at, std::memory_order order);

    // What a load, or an update, would return.
    [[nodiscard]] std::uint64_t loaded(Location at, std::size_t alternative) const;
    [[nodiscard]] std::uint64_t updated(Location at, std::size_t alternative) const;

    void load(Thread by, Location at, std::size_t alternative, std::memory_order order);
    void store(
        Thread by,
        Location at,
        std::size_t alternative,
        std::uint64_t value,
        std::memory_order order
    );
    void update(
        Thread by,
        Location at,
        std::size_t alternative,
        std::uint64_t value,
        std::memory_order order
    );

    // Whether the thread has seen the newest store; from refresh() on it has: stores become visible
    // in finite time.
    [[nodiscard]] bool is_fresh(Thread by, Location at) const;
    void refresh(Thread by, Location at);
    [[nodiscard]] std::uint64_t newest(Location at) const;

    // A notification, which sees no value.
    void accessed(Thread by, Location at);

    // An access that is not atomic. False: another thread's has not happened before.
    [[nodiscard]] bool touch(Thread by, const void* what);

  private:
    using Clock = std::array<std::uint32_t, threads_max>;
    // Of each location, the latest store that is known, by its number.
    using View = std::array<std::uint8_t, locations_max>;

    struct Known {
        View view{};
        Clock clock{};
    };

    struct Store {
        std::uint64_t value = 0;
        Known released;           // what whoever acquires it knows from then on
        std::uint8_t number = 0;  // in order of creation
        bool is_update = false;   // of the store before it: nothing comes in between
    };

    struct Place {
        const void* at = nullptr;
        std::array<Store, stores_max> stores;         // in modification order
        std::array<std::uint8_t, stores_max> rank{};  // of each store, by its number
        std::size_t size = 0;
        Clock accessed{};  // when each thread did so last
        bool is_alive = false;
    };

    // What is not atomic, and who touched it last.
    struct Plain {
        const void* at = nullptr;
        Clock touched{};
    };

    void know(Known& knows, const Known& also) const;
    void before(Thread by, std::memory_order order);
    void after(Thread by, std::memory_order order);
    [[nodiscard]] const Store& newest_of(Location at) const {
        return places_[at].stores[places_[at].size - 1];
    }
    [[nodiscard]] std::size_t first_visible(Thread by, Location at) const;
    [[nodiscard]] std::size_t load_index(Location at, std::size_t alternative) const;
    [[nodiscard]] std::size_t store_index(Location at, std::size_t alternative) const;
    [[nodiscard]] std::size_t update_index(Location at, std::size_t alternative) const;
    void insert(Thread by, Location at, std::size_t index, Store store);
    [[nodiscard]] bool has_happened(const Clock& when, Thread before) const;

    Model model_;
    std::array<Known, threads_max> knows_{};
    Known sequential_;  // what the last sequentially consistent operation knew
    std::vector<Place> places_ = std::vector<Place>(locations_max);
    std::size_t size_ = 0;  // of places_, that are in use
    std::vector<Plain> plains_;
};

}  // namespace interlock::models

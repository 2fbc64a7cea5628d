#include "models/threads/machine.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <utility>

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>

namespace interlock::models {

namespace {

using Kind = Access::Kind;

constexpr std::size_t stack_bytes = std::size_t{64} * 1024;

thread_local Machine* running = nullptr;

void fail_current(const char* expression, const char* file, int line) {
    running->fail(
        std::string("assertion failed: ") + expression + " (" + file + ":" + std::to_string(line) +
        ")"
    );
}

constexpr ThreadSet set_of(std::size_t thread) noexcept {
    return ThreadSet{1} << thread;
}

}  // namespace

// Where a thread runs, in one execution after the other.
struct Machine::Worker {
    boost::context::fiber self;
    boost::context::fiber machine;
    bool is_idle = true;
    bool quits = false;
};

bool are_independent(const Access& a, const Access& b) noexcept {
    if (a.kind == Kind::none || b.kind == Kind::none) {
        return true;
    }
    const bool both = a.order == std::memory_order_seq_cst && b.order == std::memory_order_seq_cst;
    return a.at != b.at ? !both : a.kind == Kind::load && b.kind == Kind::load && !both;
}

Machine::Machine(Model model) : memory_(model) {}

Machine::~Machine() {
    for (auto& worker : workers_) {
        if (worker->is_idle) {
            worker->quits = true;
            worker->self = std::move(worker->self).resume();
        } else {
            // Never unwound: its frames may be in the middle of what must not throw.
            static_cast<void>(worker.release());
        }
    }
}

Machine& Machine::current() noexcept {
    return *running;
}

void Machine::begin(Decider& decider) {
    INTERLOCK_ASSERT(!is_stuck());
    running = this;
    handler_ = set_assertion_handler(&fail_current);
    decider_ = &decider;
    memory_.clear();
    looks_at_.fill(Memory::none);
    steps_.clear();
    problem_.clear();
    asleep_ = wanting_ = 0;
    self_ = 0;
}

void Machine::run_threads(ThreadWorld& world) {
    world_ = &world;
    const std::size_t count = world.threads();
    while (workers_.size() < count) {
        const std::size_t thread = workers_.size() + 1;
        auto worker = std::make_unique<Worker>();
        Worker* const it = worker.get();
        it->self = boost::context::fiber(
            std::allocator_arg,
            boost::context::fixedsize_stack(stack_bytes),
            [this, it, thread](boost::context::fiber&& machine) {
                it->machine = std::move(machine);
                while (!it->quits) {
                    it->is_idle = false;
                    world_->run(thread);
                    it->is_idle = true;
                    ready_ &= ~set_of(thread);
                    unfinished_ &= ~set_of(thread);
                    it->machine = std::move(it->machine).resume();
                }
                return std::move(it->machine);
            }
        );
        workers_.push_back(std::move(worker));
    }
    for (std::size_t thread = 1; thread <= count; ++thread) {
        memory_.begin(thread);
        next_[thread] = {};
        ready_ |= set_of(thread);
        unfinished_ |= set_of(thread);
    }
    std::size_t last = 0;
    while (ready_ != 0) {
        const std::size_t next = chosen_ != 0 ? chosen_ : decider_->thread(ready_, last, next_);
        chosen_ = 0;
        self_ = next;
        Worker& worker = *workers_[next - 1];
        worker.self = std::move(worker.self).resume();
        last = self_;
    }
    self_ = 0;
    for (std::size_t thread = 1; thread <= count; ++thread) {
        if ((unfinished_ & set_of(thread)) != 0) {
            fail(
                "thread " + std::to_string(thread) + " waits for ever at " +
                std::to_string(waits_at_[thread])
            );
        } else {
            memory_.join(thread);
        }
    }
}

std::string Machine::finish() {
    set_assertion_handler(handler_);
    running = nullptr;
    return std::move(problem_);
}

// The thread's next access is a choice: others may go first.
void Machine::announce(Access access) {
    if (self_ == 0) {
        return;
    }
    next_[self_] = access;
    give_turn();
}

void Machine::give_turn() {
    const std::size_t self = self_;
    if (ready_ != 0) {
        chosen_ = decider_->thread(ready_, self, next_);
        if (chosen_ == self) {
            chosen_ = 0;
            return;
        }
    }
    Worker& worker = *workers_[self - 1];
    worker.machine = std::move(worker.machine).resume();
}

void Machine::block(Memory::Location at, bool is_asleep) {
    const ThreadSet self = set_of(self_);
    waits_at_[self_] = at;
    next_[self_] = {.kind = Kind::load, .order = std::memory_order_relaxed, .at = at};
    ready_ &= ~self;
    asleep_ = is_asleep ? asleep_ | self : asleep_ & ~self;
    give_turn();
}

void Machine::wake_lookers(Memory::Location at) {
    const ThreadSet waiting = unfinished_ & ~ready_ & ~asleep_ & ~wanting_;
    for (std::size_t thread = 1; thread < threads_max; ++thread) {
        if ((waiting & set_of(thread)) != 0 && waits_at_[thread] == at) {
            ready_ |= set_of(thread);
        }
    }
}

Memory::Location Machine::find(const void* at) {
    const Memory::Location found = memory_.find(at);
    if (found == Memory::none) {
        fail("an access to what is no longer there");
    }
    return found;
}

void Machine::create(const void* at, std::uint64_t value) {
    memory_.create(self_, at, value);
}

void Machine::destroy(const void* at) {
    if (find(at) != Memory::none && !memory_.destroy(self_, at)) {
        fail("something is gone that another thread may still be at");
    }
}

std::uint64_t Machine::load(const void* at, std::memory_order order) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return 0;
    }
    announce({Kind::load, order, place});
    const std::size_t alternative = choose(memory_.loads(self_, place, order));
    const std::uint64_t value = memory_.loaded(place, alternative);
    memory_.load(self_, place, alternative, order);
    looks_at_[self_] = place;
    note("load", place, value, value, alternative != 0);
    return value;
}

void Machine::store(const void* at, std::uint64_t value, std::memory_order order) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return;
    }
    announce({Kind::store, order, place});
    const std::size_t alternative = choose(memory_.stores(self_, place, order));
    memory_.store(self_, place, alternative, value, order);
    note("store", place, value, value, alternative != 0);
    wake_lookers(place);
}

std::uint64_t Machine::exchange(const void* at, std::uint64_t value, std::memory_order order) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return 0;
    }
    announce({Kind::update, order, place});
    const std::size_t alternative = choose(memory_.updates(self_, place, order));
    const std::uint64_t old = memory_.updated(place, alternative);
    memory_.update(self_, place, alternative, value, order);
    note("exchange", place, old, value, alternative != 0);
    wake_lookers(place);
    return old;
}

bool Machine::compare_exchange(
    const void* at,
    std::uint64_t& expected,
    std::uint64_t value,
    std::memory_order success,
    std::memory_order failure
) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return true;
    }
    announce({Kind::update, success, place});
    // Each store that it may update if that is what it expects, and each other one that it may
    // load.
    ways_.clear();
    const std::size_t updates = memory_.updates(self_, place, success);
    for (std::size_t i = 0; i < updates; ++i) {
        if (memory_.updated(place, i) == expected) {
            ways_.push_back({true, i});
        }
    }
    const std::size_t loads = memory_.loads(self_, place, failure);
    for (std::size_t i = 0; i < loads; ++i) {
        if (memory_.loaded(place, i) != expected) {
            ways_.push_back({false, i});
        }
    }
    std::stable_sort(ways_.begin(), ways_.end(), [](const Way& a, const Way& b) {
        return a.alternative < b.alternative;
    });
    INTERLOCK_ASSERT(!ways_.empty());
    const Way way = ways_[choose(ways_.size())];
    if (way.is_update) {
        memory_.update(self_, place, way.alternative, value, success);
        note("compare and exchange", place, expected, value, way.alternative != 0);
        wake_lookers(place);
        return true;
    }
    expected = memory_.loaded(place, way.alternative);
    memory_.load(self_, place, way.alternative, failure);
    note("fail to exchange", place, expected, expected, way.alternative != 0);
    return false;
}

void Machine::wait(const void* at, std::uint64_t old, std::memory_order order) {
    while (load(at, order) == old) {
        const Memory::Location place = find(at);
        if (place == Memory::none) {
            return;
        }
        if (!memory_.is_fresh(self_, place)) {
            memory_.refresh(self_, place);  // the kernel looks at the newest
        } else {
            note("sleep", place, old, old, false);
            block(place, true);
        }
    }
}

void Machine::notify(const void* at) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return;
    }
    announce({Kind::update, std::memory_order_relaxed, place});
    memory_.accessed(self_, place);
    note("notify", place, 0, 0, false);
    std::array<std::size_t, threads_max> sleepers{};
    std::size_t count = 0;
    for (std::size_t thread = 1; thread < threads_max; ++thread) {
        if ((asleep_ & ~ready_ & set_of(thread)) != 0 && waits_at_[thread] == place) {
            sleepers[count++] = thread;
        }
    }
    if (count > 0) {
        const ThreadSet woken = set_of(sleepers[choose(count)]);
        asleep_ &= ~woken;
        ready_ |= woken;
    }
}

void Machine::lock(const void* at) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return;
    }
    const ThreadSet self = set_of(self_);
    wanting_ |= self;
    waits_at_[self_] = place;
    if (memory_.newest(place) != 0) {
        ready_ &= ~self;
    }
    announce({Kind::update, std::memory_order_acq_rel, place});
    wanting_ &= ~self;
    memory_.update(self_, place, 0, 1, std::memory_order_acq_rel);
    note("lock", place, 0, 1, false);
    ready_ &= ~wanting(place);
}

void Machine::unlock(const void* at) {
    const Memory::Location place = find(at);
    if (place == Memory::none) {
        return;
    }
    announce({Kind::update, std::memory_order_acq_rel, place});
    memory_.update(self_, place, 0, 0, std::memory_order_acq_rel);
    note("unlock", place, 1, 0, false);
    ready_ |= wanting(place);
}

ThreadSet Machine::wanting(Memory::Location at) const noexcept {
    ThreadSet threads = 0;
    for (std::size_t thread = 1; thread < threads_max; ++thread) {
        const bool is_one = (wanting_ & set_of(thread)) != 0 && waits_at_[thread] == at;
        threads |= is_one ? set_of(thread) : 0;
    }
    return threads;
}

void Machine::yield() {
    const Memory::Location place = looks_at_[self_];
    if (!memory_.is_fresh(self_, place)) {
        memory_.refresh(self_, place);
    } else {
        note("yield", place, 0, 0, false);
        block(place, false);
    }
}

void Machine::touch(const void* what) {
    if (!memory_.touch(self_, what)) {
        fail("a data race: two threads are at what is not atomic");
    }
}

void Machine::fail(std::string problem) {
    if (problem_.empty()) {
        problem_ = std::move(problem);
    }
}

void Machine::note(
    const char* what, Memory::Location at, std::uint64_t read, std::uint64_t wrote, bool is_old
) {
    if (problem_.empty()) {
        steps_.push_back({self_, what, at, read, wrote, is_old});
    }
}

std::string text_of(const std::vector<Machine::Step>& steps) {
    std::string text;
    for (const Machine::Step& step : steps) {
        text += "  thread " + std::to_string(step.thread) + ": " + step.what + " at " +
                std::to_string(step.at) + ", " + std::to_string(step.read);
        if (step.wrote != step.read) {
            text += " becomes " + std::to_string(step.wrote);
        }
        text += step.is_old ? ", out of order\n" : "\n";
    }
    return text;
}

}  // namespace interlock::models

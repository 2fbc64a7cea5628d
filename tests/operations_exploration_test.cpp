// What an operator does, under every interleaving with the calls that come and go.
#include "tests/exploration.hpp"

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using test::explore_all;

struct Run {
    template <class Body>
    void operator()(Body&& body) const {
        body();
    }
};

// A registry that comes to rest while calls are made. Who waits for it looks again each
// millisecond, so bodies take one: they may end before or after that look.
class Resting : public test::Scene {
  public:
    using Scene::Scene;

    // A call of a job with a lock, and of one without from within its body.
    void call_nested(bool raises = false) {
        make(queued_, [this, raises] {
            scheduler().sleep(1ms);
            const auto nested = plain_.until(scheduler().stop_token()).call([this] {
                ++running_;
                scheduler().suspend();
                --running_;
            });
            expect(
                nested.ran() || nested.status() == Status::cancelled,
                "a call made by one that runs is refused"
            );
            if (raises) {
                throw std::runtime_error("broken");
            }
        });
    }

    void call_queued() {
        make(queued_, [this] { scheduler().sleep(1ms); });
    }

    void call_plain() {
        make(plain_, [this] { scheduler().sleep(1ms); });
    }

    // Closes the registry, looks around, and opens it again.
    void rest(bool at_once) {
        is_closing_ = true;
        is_shut_down_ = at_once;
        const auto holders = queued_.snapshot().holders();
        holder_ = holders.empty() ? CallId{} : holders.back();
        if (at_once) {
            registry_.shut_down();
        } else {
            registry_.drain();
        }
        expect(running_ == 0, "a registry is at rest while a body runs");
        is_at_rest_ = true;
        scheduler().suspend();
        is_closing_ = is_at_rest_ = is_shut_down_ = false;
        registry_.reopen();
        expect(queued_.before(now()).call([] {}).ran(), "a registry takes no calls again");
    }

    void end() {
        expect(queued_.before(now()).call([] {}).ran(), "a lock is held when all is over");
        expect(plain_.call([] {}).ran(), "a registry takes no calls when all is over");
        expect(registry_.dump().empty(), "a lock is held when all is over");
    }

  private:
    using Job = fiber::Job<Run>;

    template <class Body>
    void make(Job& job, Body body) {
        const bool was_closing = is_closing_;
        const auto outcome = job.until(scheduler().stop_token()).call([&] {
            struct Running {
                explicit Running(int& running) : count(running) { ++count; }
                ~Running() { --count; }
                int& count;
            } const running(running_);
            expect(!was_closing, "a call begins in a registry that takes none");
            expect(!is_at_rest_, "a body begins in a registry at rest");
            expect(
                !is_shut_down_ || fiber::JobRegistry::current()->id == holder_,
                "what waits runs though it is to be refused"
            );
            body();
        });
        see(outcome);
        if (const Refusal* const refusal = outcome.refusal()) {
            const bool is_shut_down = refusal->reason == Reason::shut_down;
            expect(is_shut_down || refusal->reason == Reason::cancelled, "a call is lost");
            expect(!is_shut_down || has_closed_ || is_closing_, "a call is refused without reason");
        }
        has_closed_ = has_closed_ || is_closing_;
    }

    fiber::JobRegistry registry_{scheduler().clock()};
    Job queued_{registry_, "queued", {.concurrency = Concurrency::queue}, Run{}};
    Job plain_{registry_, "plain", {}, Run{}};
    int running_ = 0;
    bool is_closing_ = false;
    bool has_closed_ = false;
    bool is_at_rest_ = false;
    bool is_shut_down_ = false;
    CallId holder_{};  // of the lock, when the registry was closed
};

TEST(OperationsExploration, OfADrain) {
    const auto explored = explore_all<Resting>({
        [](Resting& scene) { scene.call_nested(); },
        [](Resting& scene) { scene.call_queued(); },
        [](Resting& scene) { scene.call_plain(); },
        [](Resting& scene) { scene.rest(false); },
    });
    EXPECT_EQ(explored.problem, "");
    EXPECT_TRUE(explored.seen.contains("ran"));
    EXPECT_TRUE(explored.seen.contains("shut_down"));
    EXPECT_GT(explored.executions, 100U);
}

TEST(OperationsExploration, OfADrainAmongFaults) {
    const auto explored = explore_all<Resting>({
        [](Resting& scene) { scene.call_nested(true); },
        [](Resting& scene) { scene.call_queued(); },
        [](Resting& scene) { scene.rest(false); },
        [](Resting& scene) { scene.scheduler().cancel(models::TaskId{1}); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const outcome : {"failed", "cancelled", "shut_down"}) {
        EXPECT_TRUE(explored.seen.contains(outcome)) << outcome;
    }
}

TEST(OperationsExploration, OfAShutDownAmongFaults) {
    const auto explored = explore_all<Resting>({
        [](Resting& scene) { scene.call_nested(true); },
        [](Resting& scene) { scene.call_queued(); },
        [](Resting& scene) { scene.rest(true); },
        [](Resting& scene) { scene.scheduler().cancel(models::TaskId{1}); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const outcome : {"failed", "cancelled", "shut_down"}) {
        EXPECT_TRUE(explored.seen.contains(outcome)) << outcome;
    }
}

// A job whose queue and whose rate become shorter while calls wait.
class Shrinking : public test::Scene {
  public:
    using Scene::Scene;

    void call() {
        const auto outcome = job_.until(scheduler().stop_token()).call([this] {
            expect(++running_ == 1, "two calls run");
            try {
                scheduler().suspend();
            } catch (const Cancelled&) {
                --running_;
                throw;
            }
            --running_;
        });
        see(outcome);
        const Refusal* const refusal = outcome.refusal();
        if (refusal != nullptr) {
            const Reason reason = refusal->reason;
            expect(reason == Reason::queue_full || reason == Reason::cancelled, "a call is lost");
            expect(reason != Reason::queue_full || is_short_, "a call is refused without reason");
        }
        check_queue();
    }

    void shorten() {
        is_short_ = true;
        job_.reconfigure({.concurrency = Concurrency::queue, .max_waiting = 1});
        check_queue();
    }

    void end() {
        expect(job_.before(now()).call([] {}).ran(), "a lock is held when all is over");
        expect(job_.snapshot().waiting() == 0, "somebody waits when all is over");
    }

  private:
    void check_queue() {
        expect(!is_short_ || job_.snapshot().waiting() <= 1, "a queue is longer than its bound");
    }

    fiber::JobRegistry registry_{scheduler().clock()};
    fiber::Job<Run> job_{
        registry_, "job", {.concurrency = Concurrency::queue, .max_waiting = 3}, Run{}};
    int running_ = 0;
    bool is_short_ = false;
};

TEST(OperationsExploration, OfAQueueThatIsShortened) {
    const auto explored = explore_all<Shrinking>({
        [](Shrinking& scene) { scene.call(); },
        [](Shrinking& scene) { scene.call(); },
        [](Shrinking& scene) { scene.call(); },
        [](Shrinking& scene) { scene.call(); },
        [](Shrinking& scene) { scene.shorten(); },
        [](Shrinking& scene) { scene.scheduler().cancel(models::TaskId{1}); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const outcome : {"ran", "cancelled", "queue_full"}) {
        EXPECT_TRUE(explored.seen.contains(outcome)) << outcome;
    }
    EXPECT_GT(explored.executions, 1000U);
}

}  // namespace
}  // namespace interlock

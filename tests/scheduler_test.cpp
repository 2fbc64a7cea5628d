// The scheduler with bodies that are code: what a scenario file cannot say.
#include "models/scheduler/scheduler.hpp"

#include "core/fiber.hpp"
#include "core/job/task.hpp"
#include "models/check.hpp"
#include "tests/scenarios.hpp"

#include <cstdlib>
#include <functional>
#include <stdexcept>

#include <boost/fiber/mutex.hpp>
#include <gtest/gtest.h>

namespace interlock::models {
namespace {

// Tasks that are functions.
class Functions final : public World {
  public:
    explicit Functions(std::vector<std::function<void()>> tasks) : tasks_(std::move(tasks)) {}

    [[nodiscard]] std::size_t task_count() const noexcept override { return tasks_.size(); }
    [[nodiscard]] std::size_t beginners() const noexcept override {
        return beginning.value_or(tasks_.size());
    }
    void begin(Trace& /*trace*/) override {}
    void run(TaskId task) noexcept override {
        try {
            tasks_[task.value]();
        } catch (const Cancelled&) {
            ++cancelled;
        }
    }
    void end() override {}
    void discard() noexcept override { ++discarded; }

    std::optional<std::size_t> beginning;  // unset: all
    int cancelled = 0;
    int discarded = 0;

  private:
    std::vector<std::function<void()>> tasks_;
};

TEST(Scheduler, UnwindsTasksThatWaitForEver) {
    Scheduler scheduler;
    bool is_destroyed = false;
    struct Flag {
        bool& flag;
        ~Flag() { flag = true; }
    };
    Functions world({[&] {
        Flag const flag{is_destroyed};
        scheduler.wait();
    }});
    Trace trace;
    scheduler.run(world, {}, trace);
    EXPECT_EQ(trace.ending, Ending::deadlock);
    EXPECT_EQ(trace.unfinished, 1U);
    EXPECT_EQ(world.cancelled, 1);
    EXPECT_TRUE(is_destroyed);
    EXPECT_EQ(world.discarded, 1);
}

TEST(Scheduler, SaysThatATaskCannotBeUnwound) {
    const auto run = [] {
        boost::fibers::mutex foreign;
        foreign.lock();
        Ending ending{};
        {
            Scheduler scheduler;
            Functions world({[&] { foreign.lock(); }, [&] { scheduler.suspend(); }});
            Trace trace;
            scheduler.run(world, {}, trace);
            ending = trace.ending;
        }
        std::_Exit(ending == Ending::stuck ? 0 : 1);
    };
    EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

TEST(Scheduler, GoesOnAfterADeadlock) {
    Scheduler scheduler;
    Trace trace;
    Functions stuck({[&] { scheduler.wait(); }, [&] { scheduler.suspend(); }});
    Functions good({[&] { scheduler.suspend(); }, [&] { scheduler.suspend(); }});
    for (int i = 0; i < 1000; ++i) {
        scheduler.run(stuck, {}, trace);
        EXPECT_EQ(trace.ending, Ending::deadlock);
        scheduler.run(good, {}, trace);
        EXPECT_EQ(trace.ending, Ending::finished);
    }
}

TEST(Scheduler, LetsTimePassOnlyWhenNobodyIsReady) {
    Scheduler scheduler;
    std::string order;
    const auto now = [&] { return scheduler.clock().now().time_since_epoch(); };
    Functions world(
        {[&] {
             scheduler.sleep(std::chrono::seconds(5));
             order += "a" + std::to_string(now() / std::chrono::seconds(1));
         },
         [&] {
             scheduler.suspend();
             order += "b" + std::to_string(now() / std::chrono::seconds(1));
             scheduler.sleep(std::chrono::seconds(2));
             order += "b" + std::to_string(now() / std::chrono::seconds(1));
         }}
    );
    Trace trace;
    scheduler.run(world, {}, trace);
    EXPECT_EQ(order, "b0b2a5");
    EXPECT_EQ(trace.ending, Ending::finished);
}

TEST(Scheduler, ATaskThatIsCancelledBeforeItBeginsNeverBegins) {
    Scheduler scheduler;
    bool has_begun = false;
    Functions world({[&] { scheduler.cancel(TaskId{1}); }, [&] { has_begun = true; }});
    Trace trace;
    scheduler.run(world, {}, trace);
    EXPECT_FALSE(has_begun);
    EXPECT_EQ(trace.ending, Ending::finished);
}

TEST(Scheduler, RunsATaskOnlyOnceItIsStarted) {
    Scheduler scheduler;
    std::string order;
    Functions world(
        {[&] {
             scheduler.suspend();
             order += "a";
             scheduler.start(TaskId{1});
             EXPECT_TRUE(scheduler.is_unfinished(TaskId{1}));
             scheduler.suspend();
             order += "a";
         },
         [&] { order += "b"; },
         [&] { order += "c"; }}
    );
    world.beginning = 1;
    Trace trace;
    scheduler.run(world, {.prefix = {}, .tail = Tail::fifo}, trace);
    EXPECT_EQ(order, "aba");
    EXPECT_EQ(trace.ending, Ending::finished);
    EXPECT_EQ(trace.choices.size(), 1U);
}

// A task of the core is a fiber of its own, on a stack of Boost's.
TEST(Scheduler, AdoptsTheFibersThatTheCoreLaunches) {
    Scheduler scheduler;
    std::string order;
    std::optional<fiber::JobRegistry> registry(std::in_place, scheduler.clock());
    Functions world(
        {[&] {
             scheduler.adopt(TaskId{2});
             auto task = spawn(*registry, [&] { scheduler.run_adopted(); });
             order += "a";
             EXPECT_TRUE(task.join().ran());
             order += "a";
         },
         [&] {
             scheduler.suspend();
             order += "b";
         },
         [&] {
             order += "c";
             scheduler.suspend();
             order += "c";
         }}
    );
    world.beginning = 2;
    Trace trace;
    for (int i = 0; i < 1000; ++i) {
        order.clear();
        scheduler.run(world, {.prefix = {}, .tail = Tail::fifo}, trace);
        ASSERT_EQ(order, "acbca") << i;
        ASSERT_EQ(trace.ending, Ending::finished);
    }
}

TEST(Scheduler, StopsWhatWasStartedWhenItBegins) {
    Scheduler scheduler;
    bool is_stopped = false;
    Functions world(
        {[&] {
             scheduler.start(TaskId{1});
             scheduler.cancel(TaskId{1});
         },
         [&] { is_stopped = scheduler.is_stopped(TaskId{1}); }}
    );
    world.beginning = 1;
    Trace trace;
    scheduler.run(world, {}, trace);
    EXPECT_TRUE(is_stopped);
    EXPECT_EQ(trace.ending, Ending::finished);
}

TEST(Scheduler, WakesSleepersOfOneTimeInTheOrderInWhichTheyFellAsleep) {
    Scheduler scheduler;
    std::string order;
    const auto sleep = [&](char name, int seconds) {
        scheduler.sleep(std::chrono::seconds(seconds));
        order += name;
    };
    Functions world(
        {[&] {
             scheduler.suspend();
             sleep('a', 5);
         },
         [&] { sleep('b', 5); }}
    );
    Trace trace;
    scheduler.run(world, {.prefix = {}, .tail = Tail::fifo}, trace);
    EXPECT_EQ(order, "ba");
}

TEST(Scheduler, ReportsABodyThatSuspendsWhileItHandlesAnException) {
    Scheduler scheduler;
    Functions world({[&] {
        try {
            throw std::runtime_error("broken");
        } catch (std::runtime_error const&) {
            scheduler.suspend();
        }
    }});
    Trace trace;
    scheduler.run(world, {}, trace);
    ASSERT_EQ(trace.events.size(), 1U);
    EXPECT_EQ(trace.events[0].kind, EventKind::suspended_in_catch);
}

// Boost.Fiber does not switch the exceptions being handled; the scheduler does.
TEST(Scheduler, KeepsTheExceptionsOfTasksApart) {
    Scheduler scheduler;
    std::vector<std::string> seen;
    const auto body = [&](const char* name) {
        try {
            throw std::runtime_error(name);
        } catch (std::runtime_error const&) {
            scheduler.suspend();
            try {
                throw;
            } catch (std::runtime_error const& again) {
                seen.emplace_back(again.what());
            }
        }
    };
    Functions world({[&] { body("one"); }, [&] { body("other"); }});
    const std::vector<Choice> in_turns{TaskId{0}, TaskId{1}, TaskId{0}};
    Trace trace;
    scheduler.run(world, {.prefix = in_turns}, trace);
    EXPECT_EQ(seen, (std::vector<std::string>{"one", "other"}));
}

TEST(Scheduler, StopsAnExecutionThatNeverEnds) {
    Scheduler::Options options;
    options.steps_max = 100;
    Scheduler scheduler(options);
    Functions world({[&] {
        for (;;) {
            scheduler.suspend();
        }
    }});
    Trace trace;
    scheduler.run(world, {}, trace);
    EXPECT_EQ(trace.ending, Ending::too_long);
    EXPECT_EQ(world.cancelled, 1);
}

TEST(Scheduler, RunsTheCoreAsItShips) {
    Scheduler scheduler;
    std::string order;
    std::optional<fiber::JobRegistry> registry(std::in_place, scheduler.clock());
    auto job = decorate(*registry, "job", {.concurrency = Concurrency::queue}, [&](char name) {
        order += name;
        scheduler.suspend();
        order += name;
    });
    Functions world({[&] { job('a'); }, [&] { job('b'); }, [&] { job('c'); }});
    const std::vector<Choice> all_arrive{TaskId{0}, TaskId{2}, TaskId{1}};
    Trace trace;
    scheduler.run(world, {.prefix = all_arrive}, trace);
    EXPECT_EQ(order, "aaccbb");
}

}  // namespace
}  // namespace interlock::models

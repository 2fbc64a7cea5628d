// Tasks that jobs start: on fibers, and on threads.
#include "core/job/task.hpp"

#include "core/fiber.hpp"
#include "core/thread.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using testing::ElementsAre;

template <class R>
class Tasks : public testing::Test {
  protected:
    JobRegistry<R> registry;
    JobGroup<R> core{registry, "core"};
};

using Runtimes = testing::Types<FiberRuntime, ThreadRuntime>;
TYPED_TEST_SUITE(Tasks, Runtimes);

TYPED_TEST(Tasks, GiveTheirValueOrTheirError) {
    auto value = spawn(this->registry, [] { return 7; });
    EXPECT_EQ(value.join().value(), 7);
    auto nothing = spawn(this->registry, [] {});
    EXPECT_TRUE(nothing.join().ran());
    auto error = spawn(this->registry, [] { throw std::runtime_error("broken"); });
    EXPECT_EQ(error.join().status(), Status::failed);
    auto cancelled = spawn(this->registry, [] { throw Cancelled(); });
    EXPECT_EQ(cancelled.join().status(), Status::cancelled);
}

// B02, B03: the children of one holder take turns in its group.
TYPED_TEST(Tasks, ShareTheLockOfTheGroupThatTheyWereStartedIn) {
    std::vector<std::string> order;
    auto child = decorate(
        this->registry,
        "child",
        {.concurrency = Concurrency::group_queue},
        [&](const char* name) {
            order.emplace_back(std::string(name) + " begins");
            order.emplace_back(std::string(name) + " ends");
        }
    );
    auto parent =
        decorate(this->registry, "parent", {.concurrency = Concurrency::group_queue}, [&] {
            auto one = spawn(this->registry, [&] { child.on(this->core)("one"); });
            EXPECT_TRUE(one.join().ran());
            auto two = spawn(this->registry, [&] { child.on(this->core)("both"); });
            auto three = spawn(this->registry, [&] { child.on(this->core)("both"); });
            EXPECT_TRUE(two.join().ran());
            EXPECT_TRUE(three.join().ran());
        });
    parent.on(this->core)();
    EXPECT_THAT(
        order,
        ElementsAre(
            "one begins", "one ends", "both begins", "both ends", "both begins", "both ends"
        )
    );
    EXPECT_FALSE(this->core.snapshot().is_held());
}

// B05: a child that outlives its parent keeps the lock until it is done, and then it is free.
TYPED_TEST(Tasks, MayOutliveTheCallThatStartedThem) {
    Completion<TypeParam> may_end(nullptr);
    Task<TypeParam, void> task;
    auto child = decorate(this->registry, "child", {.concurrency = Concurrency::group_queue}, [&] {
        EXPECT_TRUE(may_end.wait(this->registry.waits()).empty());
    });
    auto parent =
        decorate(this->registry, "parent", {.concurrency = Concurrency::group_queue}, [&] {
            task = spawn(this->registry, [&] { child.on(this->core)(); });
            while (this->core.snapshot().holders().size() < 2) {
                boost::this_fiber::yield();
            }
        });
    parent.on(this->core)();
    EXPECT_EQ(this->core.snapshot().holders().size(), 1U);
    EXPECT_FALSE(task.is_finished());
    may_end.finish();
    EXPECT_TRUE(task.join().ran());
    EXPECT_FALSE(this->core.snapshot().is_held());
}

// B20: while a child holds the group, its parent is not locked out, but waits its turn.
TYPED_TEST(Tasks, LetTheirParentHaveItsTurn) {
    Completion<TypeParam> may_end(nullptr);
    std::vector<std::string> order;
    auto child = decorate(this->registry, "child", {.concurrency = Concurrency::group_queue}, [&] {
        EXPECT_TRUE(may_end.wait(this->registry.waits()).empty());
        order.emplace_back("child");
    });
    auto step = decorate(this->registry, "step", {.concurrency = Concurrency::group_queue}, [&] {
        order.emplace_back("step");
    });
    auto parent =
        decorate(this->registry, "parent", {.concurrency = Concurrency::group_queue}, [&] {
            auto task = spawn(this->registry, [&] { child.on(this->core)(); });
            while (this->core.snapshot().holders().size() < 2) {
                boost::this_fiber::yield();
            }
            auto release = spawn_apart(this->registry, [&] {
                while (this->core.snapshot().waiting() == 0) {
                    boost::this_fiber::yield();
                }
                may_end.finish();
            });
            EXPECT_TRUE(step.on(this->core).call().ran());
            EXPECT_TRUE(task.join().ran());
            EXPECT_TRUE(release.join().ran());
        });
    parent.on(this->core)();
    EXPECT_THAT(order, ElementsAre("child", "step"));
}

// B19: a job that joins a task which waits for the job's own lock.
TYPED_TEST(Tasks, AreNotJoinedByTheCallThatTheyWaitFor) {
    auto inner = decorate(this->registry, "inner", {.concurrency = Concurrency::queue}, [] {});
    auto outer =
        decorate(this->registry, "outer", {.concurrency = Concurrency::group_queue}, [] {});
    bool is_refused = false;
    auto parent =
        decorate(this->registry, "parent", {.concurrency = Concurrency::group_queue}, [&] {
            auto apart = spawn_apart(this->registry, [&] { outer.on(this->core)(); });
            while (this->core.snapshot().waiting() == 0) {
                boost::this_fiber::yield();
            }
            const auto outcome = apart.join();
            ASSERT_NE(outcome.refusal(), nullptr);
            EXPECT_EQ(outcome.refusal()->reason, Reason::would_deadlock);
            ASSERT_EQ(outcome.refusal()->cycle->size(), 2U);
            EXPECT_EQ(outcome.refusal()->cycle->front().job->name, "parent");
            EXPECT_EQ(outcome.refusal()->cycle->back().job->name, "outer");
            is_refused = true;
            apart.detach();
        });
    parent.on(this->core)();
    EXPECT_TRUE(is_refused);
    while (this->core.snapshot().is_held()) {
        boost::this_fiber::yield();
    }
}

// The same the other way round: the join comes first.
TYPED_TEST(Tasks, AreRefusedTheLockOfTheCallThatJoinsThem) {
    Completion<TypeParam> is_joining(nullptr);
    auto outer =
        decorate(this->registry, "outer", {.concurrency = Concurrency::group_queue}, [] {});
    auto parent =
        decorate(this->registry, "parent", {.concurrency = Concurrency::group_queue}, [&] {
            auto apart = spawn_apart(this->registry, [&] {
                EXPECT_TRUE(is_joining.wait(this->registry.waits()).empty());
                // The parent may be on its way to join; either of the two is refused.
                return outer.on(this->core).call().status();
            });
            is_joining.finish();
            auto joined = apart.join();
            if (joined.refusal() != nullptr) {
                apart.detach();
            } else {
                EXPECT_EQ(std::move(joined).value(), Status::would_deadlock);
            }
        });
    parent.on(this->core)();
    while (this->core.snapshot().is_held()) {
        boost::this_fiber::yield();
    }
}

}  // namespace
}  // namespace interlock

// Records of calls: what they say, when they go, and that nothing else hangs on them.
#include "core/job/records.hpp"

#include "core/fiber.hpp"
#include "core/job/task.hpp"
#include "core/thread.hpp"
#include "tests/manual_clock.hpp"

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

struct Run {
    template <class Body>
    void operator()(Body&& body) const {
        body();
    }
};

struct Heard final : RecordListener {
    void on_change(RecordChange change, const JobRecord& record) noexcept override {
        changes.push_back(std::string(name_of(change)) + " " + std::string(record.name()));
    }
    std::vector<std::string> changes;
};

std::vector<std::string> names_of(const std::vector<JobRecord>& records) {
    std::vector<std::string> names;
    names.reserve(records.size());
    for (const JobRecord& record : records) {
        names.emplace_back(record.name());
    }
    return names;
}

template <class R>
class Records : public testing::Test {
  protected:
    explicit Records(RecordOptions options = {}) : records(std::move(options), clock) {}

    ManualClock clock;
    JobRecords<R> records;
    JobRegistry<R> registry{clock, &records};
    JobGroup<R> core{registry, "core"};
};

using Runtimes = testing::Types<FiberRuntime, ThreadRuntime>;
TYPED_TEST_SUITE(Records, Runtimes);

TYPED_TEST(Records, AreThereWhileTheirCallsAre) {
    auto inner = decorate(this->registry, "inner", {.concurrency = Concurrency::queue}, Run{});
    auto outer =
        decorate(this->registry, "outer", {.concurrency = Concurrency::group_queue}, Run{});
    this->clock.advance(3s);
    outer.on(this->core)([&] {
        this->clock.advance(1s);
        inner([&] {
            const auto all = this->records.all();
            ASSERT_THAT(names_of(all), ElementsAre("outer", "inner"));
            EXPECT_EQ(all[0].reference, "core");
            EXPECT_EQ(all[0].group->name, "core");
            EXPECT_EQ(all[0].created, TimePoint{3s});
            EXPECT_FALSE(all[0].parent);
            EXPECT_EQ(all[1].reference, "");
            EXPECT_EQ(all[1].created, TimePoint{4s});
            EXPECT_EQ(all[1].parent, all[0].id);
            EXPECT_EQ(all[1].phase, RecordPhase::running);
            EXPECT_EQ(this->records.current()->id, all[1].id);
            EXPECT_THAT(names_of(this->records.children_of(all[0].id)), ElementsAre("inner"));
        });
        EXPECT_EQ(this->records.current()->name(), "outer");
        EXPECT_EQ(this->records.size(), 1U);
    });
    EXPECT_EQ(this->records.size(), 0U);
    EXPECT_FALSE(this->records.current());
}

TYPED_TEST(Records, SayWhatTheBodyTells) {
    auto job = decorate(this->registry, "job", {}, Run{});
    job([&] {
        EXPECT_TRUE(this->records.set_progress(20));
        EXPECT_TRUE(this->records.set_progress(10));  // never back
        EXPECT_TRUE(this->records.set_stage("copy"));
        EXPECT_TRUE(this->records.set_reference("disk"));
        EXPECT_TRUE(this->records.set_extra("2 files"));
        EXPECT_TRUE(this->records.add_error("one file is gone"));
        const auto record = *this->records.current();
        EXPECT_EQ(record.progress, 20);
        EXPECT_EQ(record.stage, "copy");
        EXPECT_EQ(record.reference, "disk");
        EXPECT_EQ(record.extra, "2 files");
        ASSERT_EQ(record.errors.size(), 1U);
        EXPECT_EQ(record.errors[0].message, "one file is gone");
        EXPECT_EQ(record.errors[0].stage, "copy");
    });
    // A record that is used again is as new.
    job([&] {
        const auto record = *this->records.current();
        EXPECT_EQ(record.progress, 0);
        EXPECT_EQ(record.stage + record.reference + record.extra, "");
        EXPECT_TRUE(record.errors.empty());
    });
}

TYPED_TEST(Records, TakeNoProgressThatIsNoPercentage) {
    auto job = decorate(this->registry, "job", {}, Run{});
    job([&] {
        for (const double wrong : {-0.1, 100.1, std::numeric_limits<double>::quiet_NaN()}) {
            EXPECT_THROW(this->records.set_progress(wrong), std::invalid_argument);
        }
        EXPECT_TRUE(this->records.set_progress(0));
        EXPECT_TRUE(this->records.set_progress(100));
        EXPECT_EQ(this->records.current()->progress, 100);
    });
    EXPECT_FALSE(this->records.set_progress(50));  // outside of all calls
    EXPECT_THROW(this->records.set_progress(101), std::invalid_argument);
}

TYPED_TEST(Records, AreOfTheirOwnRegistryOnly) {
    JobRegistry<TypeParam> other;
    auto here = decorate(this->registry, "here", {}, Run{});
    auto there = decorate(other, "there", {}, Run{});
    here([&] {
        // The other registry counts its calls from the same number on, where they are fibers.
        there([&] { EXPECT_FALSE(this->records.set_progress(50)); });
        EXPECT_EQ(this->records.current()->progress, 0);
    });
}

TYPED_TEST(Records, OfRefusedCallsAreNone) {
    std::size_t during = 0;
    auto busy = decorate(this->registry, "busy", {.concurrency = Concurrency::reject}, Run{});
    busy([&] {
        EXPECT_EQ(busy.call([] {}).status(), Status::rejected);
        during = this->records.size();
    });
    EXPECT_EQ(during, 1U);
    auto throttled = decorate(
        this->registry,
        "throttled",
        {.concurrency = Concurrency::queue, .throttle = Throttle::throttle, .period = 1s},
        Run{}
    );
    EXPECT_TRUE(throttled.call([] {}).ran());
    EXPECT_EQ(throttled.call([] {}).status(), Status::throttled);
    auto conditional = decorate(
        this->registry, "conditional", {}, Run{}, {.conditions = {{"never", [] { return false; }}}}
    );
    EXPECT_EQ(conditional.call([] {}).status(), Status::condition_failed);
    EXPECT_EQ(this->records.size(), 0U);
}

// A dry policy refuses nothing, but a registry that is closed does.
TYPED_TEST(Records, OfDryCallsGoWithThem) {
    auto dry = decorate(
        this->registry,
        "dry",
        {.concurrency = Concurrency::reject,
         .throttle = Throttle::throttle,
         .period = 1s,
         .dry_run = true},
        Run{}
    );
    dry([&] { dry([&] { EXPECT_EQ(this->records.size(), 2U); }); });
    EXPECT_EQ(this->records.size(), 0U);
    this->registry.shut_down();
    EXPECT_EQ(dry.call([] {}).status(), Status::rejected);
    EXPECT_EQ(this->records.size(), 0U);
}

template <class R>
class KeptRecords : public Records<R> {
  protected:
    KeptRecords() : Records<R>({.kept = {"kept"}, .kept_max = 3, .listener = &heard}) {}

    Heard heard;
};
TYPED_TEST_SUITE(KeptRecords, Runtimes);

TYPED_TEST(KeptRecords, SayHowTheirCallsEnded) {
    auto job = decorate(this->registry, "kept", {.concurrency = Concurrency::queue}, Run{});
    job([&] { this->clock.advance(2s); });
    const auto failed = job.call([&] {
        this->records.set_stage("upload");
        throw std::runtime_error("no network");
    });
    EXPECT_EQ(failed.status(), Status::failed);
    EXPECT_EQ(job.call([] { throw Cancelled(); }).status(), Status::cancelled);
    const auto all = this->records.all();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].how, Status::ran);
    EXPECT_EQ(all[0].progress, 100);
    EXPECT_EQ(all[0].done - all[0].created, 2s);
    EXPECT_EQ(all[1].how, Status::failed);
    EXPECT_EQ(all[1].progress, 0);
    ASSERT_EQ(all[1].errors.size(), 1U);
    EXPECT_EQ(all[1].errors[0].message, "no network");
    EXPECT_EQ(all[1].errors[0].stage, "upload");
    EXPECT_THROW(std::rethrow_exception(all[1].errors[0].error), std::runtime_error);
    EXPECT_EQ(all[2].how, Status::cancelled);
    EXPECT_TRUE(all[2].errors.empty());
    for (const JobRecord& record : all) {
        EXPECT_EQ(record.phase, RecordPhase::done);
    }
}

TYPED_TEST(KeptRecords, AreThoseOfTheNewestCalls) {
    auto job = decorate(this->registry, "kept", {}, Run{});
    for (int i = 0; i < 100; ++i) {
        job([&] { this->records.set_extra(std::to_string(i)); });
    }
    std::vector<std::string> extras;
    for (const JobRecord& record : this->records.all()) {
        extras.push_back(record.extra);
    }
    EXPECT_THAT(extras, ElementsAre("97", "98", "99"));
}

TYPED_TEST(KeptRecords, AreChosenByJobOrByCall) {
    auto job = decorate(this->registry, "kept", {}, Run{});
    auto other = decorate(this->registry, "other", {}, Run{});
    job([&] { this->records.set_kept(false); });
    EXPECT_EQ(this->records.size(), 0U);
    other([&] { this->records.set_kept(true); });
    EXPECT_THAT(names_of(this->records.all()), ElementsAre("other"));
    EXPECT_FALSE(this->records.set_kept(true));
}

TYPED_TEST(KeptRecords, AreRemovedOnceTheirCallIsOver) {
    CallId id{};
    auto job = decorate(this->registry, "kept", {.concurrency = Concurrency::queue}, Run{});
    job([&] {
        id = this->records.current()->id;
        EXPECT_FALSE(this->records.remove(id));
    });
    EXPECT_TRUE(this->records.remove(id));
    EXPECT_FALSE(this->records.remove(id));
    EXPECT_EQ(this->records.size(), 0U);
}

TYPED_TEST(KeptRecords, GoWithTheirParents) {
    auto child = decorate(this->registry, "kept", {}, Run{});
    auto parent = decorate(this->registry, "parent", {}, Run{});
    parent([&] {
        child([&] { child([] {}); });
        EXPECT_EQ(this->records.size(), 3U);
    });
    EXPECT_EQ(this->records.size(), 0U);
    EXPECT_THAT(
        this->heard.changes,
        ElementsAre(
            "created parent",
            "started parent",
            "created kept",
            "started kept",
            "created kept",
            "started kept",
            "done kept",
            "done kept",
            "done parent",
            "removed kept",
            "removed kept",
            "removed parent"
        )
    );
}

TYPED_TEST(KeptRecords, TellTheirListenerOfEveryChange) {
    auto job = decorate(this->registry, "job", {.concurrency = Concurrency::reject}, Run{});
    job([&] {
        this->records.set_progress(1);
        static_cast<void>(job.call([] {}).ran());
    });
    EXPECT_THAT(
        this->heard.changes,
        ElementsAre(
            "created job",
            "started job",
            "updated job",
            "created job",
            "removed job",
            "done job",
            "removed job"
        )
    );
}

// What a call starts and does not wait for: its child goes on when it is over.
template <class R>
class Orphans : public KeptRecords<R> {
  protected:
    // A task of the call that this is made in, whose `body` runs when go() is called.
    template <class Body>
    void start(Body body) {
        task_ = spawn(this->registry, [this, body = std::move(body)] {
            has_begun_.finish();
            EXPECT_TRUE(may_go_.wait(this->registry.waits()).empty());
            body();
        });
        EXPECT_TRUE(has_begun_.wait(this->registry.waits()).empty());
    }

    Status go() {
        may_go_.finish();
        return task_.join().status();
    }

  private:
    Completion<R> has_begun_{nullptr};
    Completion<R> may_go_{nullptr};
    Task<R, void> task_;
};
TYPED_TEST_SUITE(Orphans, Runtimes);

// B06: the record of a call that runs stays when its parent's goes, whether that was kept or not.
TYPED_TEST(Orphans, KeepTheirRecordsAndTheirResults) {
    auto child = decorate(this->registry, "child", {}, [&](auto body) {
        body();
        return 7;
    });
    auto parent = decorate(this->registry, "parent", {}, Run{});
    Completion<TypeParam> may_end(nullptr);
    Completion<TypeParam> is_running(nullptr);
    int result = 0;
    Task<TypeParam, void> task;
    parent([&] {
        task = spawn(this->registry, [&] {
            result = child([&] {
                is_running.finish();
                EXPECT_TRUE(may_end.wait(this->registry.waits()).empty());
                EXPECT_TRUE(this->records.set_progress(50));
                EXPECT_EQ(this->records.current()->progress, 50);
            });
        });
        EXPECT_TRUE(is_running.wait(this->registry.waits()).empty());
        this->records.set_kept(true);
    });
    ASSERT_THAT(names_of(this->records.all()), ElementsAre("parent", "child"));
    EXPECT_TRUE(this->records.remove(this->records.all().front().id));
    const auto left = this->records.all();
    ASSERT_THAT(names_of(left), ElementsAre("child"));
    EXPECT_EQ(left[0].phase, RecordPhase::running);
    EXPECT_FALSE(this->records.remove(left[0].id));
    may_end.finish();
    EXPECT_EQ(task.join().status(), Status::ran);
    EXPECT_EQ(result, 7);
    EXPECT_EQ(this->records.size(), 0U);
}

// B07: a task whose job has no record any more calls that job's group, which another call holds.
TYPED_TEST(Orphans, CallAGroupThatIsHeld) {
    auto grouped =
        decorate(this->registry, "grouped", {.concurrency = Concurrency::group_reject}, Run{});
    auto parent = decorate(this->registry, "parent", {}, Run{});
    Status refused{};
    Status ran{};
    parent([&] {
        this->start([&] {
            EXPECT_FALSE(this->records.current());
            EXPECT_FALSE(this->records.set_progress(50));
            auto holder = spawn_apart(this->registry, [&] {
                grouped.on(this->core)([&] {
                    auto caller = spawn_apart(this->registry, [&] {
                        refused = grouped.on(this->core).call([] {}).status();
                    });
                    EXPECT_TRUE(caller.join().ran());
                });
            });
            EXPECT_TRUE(holder.join().ran());
            ran = grouped.on(this->core)
                      .call([&] { EXPECT_EQ(this->records.current()->name(), "grouped"); })
                      .status();
        });
    });
    EXPECT_EQ(this->records.size(), 0U);
    EXPECT_EQ(this->go(), Status::ran);
    EXPECT_EQ(refused, Status::rejected);
    EXPECT_EQ(ran, Status::ran);
    EXPECT_EQ(this->records.size(), 0U);
}

// B21: one of several tasks fails, so their call ends with its error; what the others do then is
// done as if it had not.
TYPED_TEST(Orphans, GoOnWhenASiblingFailed) {
    auto stop = decorate(this->registry, "stop", {.concurrency = Concurrency::group_queue}, Run{});
    auto freeze =
        decorate(this->registry, "freeze", {.concurrency = Concurrency::group_queue}, Run{});
    Status stopped{};
    const auto outcome = freeze.on(this->core).call([&] {
        this->start([&] { stopped = stop.on(this->core).call([] {}).status(); });
        auto failing = spawn(this->registry, [] { throw std::runtime_error("app 1 fails"); });
        std::move(failing.join()).value();
    });
    EXPECT_EQ(outcome.status(), Status::failed);
    EXPECT_THROW(std::rethrow_exception(outcome.error()), std::runtime_error);
    EXPECT_EQ(this->go(), Status::ran);
    EXPECT_EQ(stopped, Status::ran);
    EXPECT_FALSE(this->core.snapshot().is_held());
    EXPECT_EQ(this->records.size(), 0U);
}

// As many as there are buckets at first, many times over, in any order of their ends.
TEST(RecordTable, FindsEveryRecordHoweverManyThereAre) {
    RecordTable table;
    constexpr std::uint64_t many = 1000;
    for (std::uint64_t i = 1; i <= many; ++i) {
        table.add(CallId{i}, CallId{i / 2});
    }
    for (std::uint64_t i = 1; i <= many; i += 3) {
        table.remove(*table.find(CallId{i}));
    }
    for (std::uint64_t i = 1; i <= many; ++i) {
        const auto* const entry = table.find(CallId{i});
        ASSERT_EQ(entry != nullptr, i % 3 != 1) << i;
        if (entry != nullptr) {
            EXPECT_EQ(entry->record.id.value, i);
            EXPECT_EQ(entry->parent, table.find(CallId{i / 2}));
        }
    }
}

}  // namespace
}  // namespace interlock

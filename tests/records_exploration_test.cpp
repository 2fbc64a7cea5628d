// Records under every interleaving, with bodies that fail and tasks that are cancelled.
#include "core/job/lineage.hpp"
#include "core/job/records.hpp"
#include "properties/record_monitor.hpp"
#include "tests/exploration.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using test::explore_all;

struct Run {
    template <class Body>
    void operator()(Body&& body) const {
        body();
    }
};

class Recorded : public test::Scene {
  public:
    using Scene::Scene;

    // A call that starts a task and does not wait for it, and fails or not.
    void call_parent(bool raises) {
        see(parent_.on(group_).until(stop()).call([&] {
            child_lineage_.emplace(FiberRuntime::current());
            scheduler().wake(models::TaskId{1});
            work();
            if (raises) {
                throw std::runtime_error("app 1 fails");
            }
        }));
    }

    // That task: what it does is within the call, also when that is over.
    void run_child() {
        scheduler().wait();
        FiberRuntime::current() = child_lineage_->mark();
        struct Leaving {
            ~Leaving() { FiberRuntime::current() = nullptr; }
        } const leaving;
        records_.set_stage("child");  // of the parent, while that is there
        const auto outcome = child_.on(group_).until(stop()).call([&] {
            work();
            return 7;
        });
        see(outcome);
        expect(
            outcome.ran() || outcome.status() == Status::cancelled,
            "a task that outlives its call is refused, or fails"
        );
    }

    void call_other() {
        see(other_.on(group_).until(stop()).call([&] { work(); }));
    }

    void remove_all() {
        for (const JobRecord& record : records_.all()) {
            const bool is_removed = records_.remove(record.id);
            expect(!is_removed || record.phase == RecordPhase::done, "what runs is removed");
        }
    }

    void end() {
        expect(!group_.snapshot().is_held(), "a lock is held when all is over");
        expect(monitor_.problem().empty(), monitor_.problem());
        expect(monitor_.size() == records_.size(), "a change was not told");
        for (const JobRecord& record : records_.all()) {
            see("kept");
            const bool is_kept = record.name() == "kept";
            expect(is_kept && record.phase == RecordPhase::done, "a record is left behind");
        }
    }

  private:
    struct Seven {
        template <class Body>
        int operator()(Body&& body) const {
            return body();
        }
    };

    [[nodiscard]] std::stop_token stop() const { return scheduler().stop_token(); }

    // Half way, as the record says, whatever others do meanwhile.
    void work() {
        expect(records_.set_progress(50), "a call that runs has no record");
        scheduler().suspend();
        records_.set_progress(25);
        const auto record = records_.current();
        expect(record && record->progress == 50, "a call that runs has no record of its own");
    }

    properties::RecordMonitor monitor_;
    JobRecords<FiberRuntime> records_{
        {.kept = {"kept"}, .listener = &monitor_}, scheduler().clock()};
    fiber::JobRegistry registry_{scheduler().clock(), &records_};
    fiber::JobGroup group_{registry_, "group"};
    fiber::Job<Run> parent_{registry_, "kept", {.concurrency = Concurrency::group_queue}, Run{}};
    fiber::Job<Seven> child_{
        registry_, "child", {.concurrency = Concurrency::group_queue}, Seven{}};
    fiber::Job<Run> other_{registry_, "other", {.concurrency = Concurrency::group_reject}, Run{}};
    std::optional<Lineage> child_lineage_;
};

// B06, B07, B21: a child whose parent is over, and whose parent's record is gone, ends as it would.
TEST(RecordsExploration, OfAChildThatOutlivesItsParent) {
    const auto explored = explore_all<Recorded>({
        [](Recorded& scene) { scene.call_parent(true); },
        [](Recorded& scene) { scene.run_child(); },
        [](Recorded& scene) { scene.call_other(); },
        [](Recorded& scene) { scene.remove_all(); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const what : {"ran", "failed", "busy", "kept"}) {
        EXPECT_TRUE(explored.seen.contains(what)) << what;
    }
    EXPECT_GT(explored.executions, 100U);
}

TEST(RecordsExploration, OfAChildThatIsCancelled) {
    const auto explored = explore_all<Recorded>({
        [](Recorded& scene) { scene.call_parent(false); },
        [](Recorded& scene) { scene.run_child(); },
        [](Recorded& scene) { scene.remove_all(); },
        [](Recorded& scene) { scene.scheduler().cancel(models::TaskId{1}); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const what : {"ran", "cancelled", "kept"}) {
        EXPECT_TRUE(explored.seen.contains(what)) << what;
    }
}

}  // namespace
}  // namespace interlock

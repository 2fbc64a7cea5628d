// Who holds and who waits: every rule by example, then all of them together against an oracle.
#include "core/policy/admission.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <new>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

std::size_t bytes_allocated = 0;

}  // namespace

// Count what the tests allocate; not inlined, or GCC takes them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    bytes_allocated += size;
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace interlock {

// NOLINTNEXTLINE(readability-identifier-naming): the name is GoogleTest's.
void PrintTo(CallId call, std::ostream* out) {
    *out << "call " << call.value;
}

namespace {

using Decision = Admission::Decision;
using Reentry = Admission::Reentry;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Admission::Request wait{.may_wait = true};
constexpr Admission::Request no_wait{.may_wait = false};
constexpr CallId nobody{};
constexpr CallId c1{1}, c2{2}, c3{3}, c4{4}, c5{5};

CallFrame frame(CallId call) {
    return {call, nullptr};
}

CallFrame frame(CallId call, const CallFrame& parent) {
    return {call, &parent};
}

TEST(Admission, AdmitsTheFirstCallAndIsFreeAfterIt) {
    Admission admission(Reentry::none);
    EXPECT_FALSE(admission.is_held());
    EXPECT_EQ(admission.request(frame(c1), no_wait), Decision::admitted);
    EXPECT_TRUE(admission.is_held());
    EXPECT_TRUE(admission.holds(c1));
    EXPECT_FALSE(admission.holds(c2));
    EXPECT_FALSE(admission.holds(nobody));
    EXPECT_EQ(admission.release(c1), nobody);
    EXPECT_FALSE(admission.is_held());
    EXPECT_FALSE(admission.holds(nobody));
}

TEST(Admission, RefusesAsBusyACallThatWouldNotWait) {
    Admission admission(Reentry::none);
    (void)admission.request(frame(c1), no_wait);
    EXPECT_EQ(admission.request(frame(c2), no_wait), Decision::busy);
    EXPECT_EQ(admission.waiting(), 0U);
    EXPECT_THAT(admission.holders(), ElementsAre(c1));
}

TEST(Admission, HandsTheLockToTheLongestWaiter) {
    Admission admission(Reentry::none);
    (void)admission.request(frame(c1), wait);
    EXPECT_EQ(admission.request(frame(c2), wait), Decision::queued);
    EXPECT_EQ(admission.request(frame(c3), wait), Decision::queued);
    EXPECT_THAT(admission.waiters(), ElementsAre(c2, c3));
    EXPECT_EQ(admission.release(c1), c2);
    EXPECT_TRUE(admission.holds(c2));
    EXPECT_FALSE(admission.is_waiting(c2));
    EXPECT_TRUE(admission.is_waiting(c3));
    EXPECT_EQ(admission.release(c2), c3);
    EXPECT_EQ(admission.release(c3), nobody);
    EXPECT_FALSE(admission.is_held());
}

TEST(Admission, IsNeverFreeBetweenAReleaseAndTheNextHolder) {
    Admission admission(Reentry::none);
    (void)admission.request(frame(c1), wait);
    (void)admission.request(frame(c2), wait);
    EXPECT_EQ(admission.release(c1), c2);
    EXPECT_EQ(admission.request(frame(c3), no_wait), Decision::busy);
    EXPECT_EQ(admission.request(frame(c4), wait), Decision::queued);
}

TEST(Admission, RefusesAsFullBeyondTheBoundOfTheCallThatAsks) {
    Admission admission(Reentry::none);
    Admission::Request const one{.may_wait = true, .waiting_max = 1};
    Admission::Request const none{.may_wait = true, .waiting_max = 0};
    EXPECT_EQ(admission.request(frame(c1), none), Decision::admitted);
    EXPECT_EQ(admission.request(frame(c2), none), Decision::full);
    EXPECT_EQ(admission.request(frame(c2), one), Decision::queued);
    EXPECT_EQ(admission.request(frame(c3), one), Decision::full);
    EXPECT_EQ(admission.request(frame(c3), wait), Decision::queued);
    EXPECT_THAT(admission.waiters(), ElementsAre(c2, c3));
}

TEST(Admission, WithdrawsAWaiterWithoutDisturbingTheOthers) {
    Admission admission(Reentry::none);
    for (const CallId call : {c1, c2, c3, c4}) {
        (void)admission.request(frame(call), wait);
    }
    EXPECT_TRUE(admission.withdraw(c3));
    EXPECT_THAT(admission.waiters(), ElementsAre(c2, c4));
    EXPECT_TRUE(admission.withdraw(c2));
    EXPECT_FALSE(admission.withdraw(c2));
    EXPECT_FALSE(admission.withdraw(c1)) << "holds, so it does not wait";
    EXPECT_FALSE(admission.withdraw(c5));
    EXPECT_EQ(admission.release(c1), c4);
}

TEST(Admission, DoesNotLetAJobsOwnLockBeEnteredFromWithin) {
    Admission admission(Reentry::none);
    const CallFrame outer = frame(c1);
    (void)admission.request(outer, wait);
    EXPECT_EQ(admission.request(frame(c2, outer), no_wait), Decision::busy);
    EXPECT_EQ(admission.request(frame(c2, outer), wait), Decision::queued);
}

TEST(Admission, AdmitsDescendantsOfTheHolderHoweverDeep) {
    Admission admission(Reentry::descendants);
    const CallFrame first = frame(c1);
    const CallFrame elsewhere = frame(c2, first);  // a job that does not use this lock
    const CallFrame deep = frame(c3, elsewhere);
    const CallFrame deeper = frame(c4, deep);
    EXPECT_EQ(admission.request(first, no_wait), Decision::admitted);
    EXPECT_EQ(admission.request(deep, no_wait), Decision::admitted);
    EXPECT_EQ(admission.request(deeper, no_wait), Decision::admitted);
    EXPECT_THAT(admission.holders(), ElementsAre(c1, c3, c4));
    EXPECT_EQ(admission.request(frame(c5), no_wait), Decision::busy);
    EXPECT_EQ(admission.release(c4), nobody);
    EXPECT_EQ(admission.release(c3), nobody);
    EXPECT_TRUE(admission.is_held());
    EXPECT_EQ(admission.release(c1), nobody);
    EXPECT_FALSE(admission.is_held());
}

TEST(Admission, LetsSiblingsTakeTurnsAheadOfStrangers) {
    Admission admission(Reentry::descendants);
    const CallFrame parent = frame(c1);
    (void)admission.request(parent, wait);
    EXPECT_EQ(admission.request(frame(c2, parent), wait), Decision::admitted);
    EXPECT_EQ(admission.request(frame(c3), wait), Decision::queued);
    EXPECT_EQ(admission.request(frame(c4, parent), wait), Decision::queued);
    EXPECT_EQ(admission.request(frame(c5, parent), no_wait), Decision::busy);
    EXPECT_EQ(admission.release(c2), c4);
    EXPECT_THAT(admission.holders(), ElementsAre(c1, c4));
    EXPECT_EQ(admission.release(c4), nobody);
    EXPECT_EQ(admission.release(c1), c3);
}

TEST(Admission, LeavesTheLockWithAChildThatOutlivesItsParent) {
    Admission admission(Reentry::descendants);
    const CallFrame parent = frame(c1);
    const CallFrame child = frame(c2, parent);
    (void)admission.request(parent, wait);
    (void)admission.request(child, wait);
    (void)admission.request(frame(c3), wait);
    EXPECT_EQ(admission.release(c1), nobody);
    EXPECT_THAT(admission.holders(), ElementsAre(c2));
    EXPECT_EQ(admission.request(frame(c4), no_wait), Decision::busy);
    EXPECT_EQ(admission.request(frame(c5, child), no_wait), Decision::admitted);
    EXPECT_EQ(admission.release(c5), nobody);
    EXPECT_EQ(admission.release(c2), c3);
}

TEST(Admission, AnchorsWaitersToTheNextHolderOutsideOfOneThatLeavesEarly) {
    Admission admission(Reentry::descendants);
    const CallFrame grandparent = frame(c1);
    const CallFrame parent = frame(c2, grandparent);
    (void)admission.request(grandparent, wait);
    (void)admission.request(parent, wait);
    (void)admission.request(frame(c3, parent), wait);
    (void)admission.request(frame(c4), wait);
    EXPECT_EQ(admission.request(frame(c5, parent), wait), Decision::queued);
    EXPECT_EQ(admission.release(c2), nobody);  // from the middle
    EXPECT_THAT(admission.holders(), ElementsAre(c1, c3));
    EXPECT_EQ(admission.release(c3), c5) << "it descends from the grandparent as well";
    EXPECT_EQ(admission.release(c5), nobody);
    EXPECT_EQ(admission.release(c1), c4);
}

TEST(Admission, MakesStrangersOfWaitersWhoseLastAncestorLeaves) {
    Admission admission(Reentry::descendants);
    const CallFrame parent = frame(c1);
    (void)admission.request(parent, wait);
    (void)admission.request(frame(c2, parent), wait);
    (void)admission.request(frame(c3), wait);
    (void)admission.request(frame(c4, parent), wait);
    EXPECT_EQ(admission.release(c1), nobody);  // the outermost
    EXPECT_EQ(admission.release(c2), c3) << "first come first served again";
    EXPECT_EQ(admission.release(c3), c4);
}

int assertions_failed = 0;

TEST(Admission, AssertsAndIgnoresTheReleaseOfSomethingNotHeld) {
    const auto before =
        set_assertion_handler([](const char*, const char*, int) { ++assertions_failed; });
    Admission admission(Reentry::none);
    assertions_failed = 0;
    EXPECT_EQ(admission.release(c1), nobody);  // free
    EXPECT_EQ(assertions_failed, 1);
    (void)admission.request(frame(c1), wait);
    (void)admission.request(frame(c2), wait);
    const auto print = admission.fingerprint();
    EXPECT_EQ(admission.release(c2), nobody);  // waits
    EXPECT_EQ(admission.release(c3), nobody);  // unknown
    EXPECT_EQ(admission.release(nobody), nobody);
    EXPECT_EQ(assertions_failed, 4);
    EXPECT_EQ(admission.fingerprint(), print);
    EXPECT_EQ(admission.release(c1), c2);
    EXPECT_EQ(assertions_failed, 4);
    set_assertion_handler(before);
}

TEST(Admission, DescribesItselfInOneLine) {
    Admission admission(Reentry::descendants);
    const CallFrame parent = frame(c1);
    EXPECT_EQ(admission.description(), "free");
    (void)admission.request(parent, wait);
    EXPECT_EQ(admission.description(), "held by 1");
    (void)admission.request(frame(c2, parent), wait);
    (void)admission.request(frame(c4), wait);
    (void)admission.request(frame(c3), wait);
    EXPECT_EQ(admission.description(), "held by 1, 2; waiting 4, 3");
}

TEST(Admission, HasEqualFingerprintsForEqualStatesOnly) {
    const auto queued = [](std::initializer_list<CallId> calls) {
        Admission admission(Reentry::none);
        for (CallId const call : calls) {
            (void)admission.request(frame(call), wait);
        }
        return admission;
    };
    EXPECT_EQ(queued({c1, c2, c3}).fingerprint(), queued({c1, c2, c3}).fingerprint());
    EXPECT_NE(queued({c1, c2, c3}).fingerprint(), queued({c1, c3, c2}).fingerprint());
    EXPECT_NE(queued({c1, c2}).fingerprint(), queued({c2, c1}).fingerprint());
    EXPECT_NE(queued({}).fingerprint(), queued({c1}).fingerprint());
    Admission elsewhere = queued({c4, c1, c2, c3});
    EXPECT_EQ(elsewhere.release(c4), c1);
    EXPECT_EQ(elsewhere.fingerprint(), queued({c1, c2, c3}).fingerprint());
}

TEST(Admission, IsAValueWhoseCopiesGoTheirOwnWays) {
    Admission admission(Reentry::none);
    (void)admission.request(frame(c1), wait);
    (void)admission.request(frame(c2), wait);
    Admission copy = admission;
    EXPECT_EQ(copy.release(c1), c2);
    EXPECT_THAT(admission.holders(), ElementsAre(c1));
    EXPECT_THAT(admission.waiters(), ElementsAre(c2));
    EXPECT_THAT(copy.waiters(), IsEmpty());
}

TEST(Admission, KeepsNothingOfWaitersThatAreGone) {
    Admission admission(Reentry::none);
    (void)admission.request(frame(c1), wait);
    (void)admission.request(frame(c2), wait);
    for (std::uint64_t i = 1; i < 10'000; ++i) {  // one always waits: the queue never runs empty
        (void)admission.request(frame(CallId{i + 2}), wait);
        ASSERT_EQ(admission.release(CallId{i}), CallId{i + 1});
    }
    bytes_allocated = 0;
    const Admission copy = admission;
    EXPECT_EQ(copy.waiting(), 1U);
    EXPECT_LE(bytes_allocated, 1024U);
}

// Calls and which of them makes which; every second one is made through a job without a lock.
class Family {
  public:
    explicit Family(std::vector<int> parents) : parents_(std::move(parents)) {
        frames_.reserve(2 * parents_.size());
        for (std::size_t i = 0; i < parents_.size(); ++i) {
            const CallFrame* from = parents_[i] < 0 ? nullptr : &frame_of(parents_[i]);
            frames_.push_back({CallId{100 + i}, from});
            frames_.push_back({CallId{i + 1}, i % 2 == 0 ? from : &frames_.back()});
        }
    }

    [[nodiscard]] int size() const { return static_cast<int>(parents_.size()); }
    [[nodiscard]] int parent(int call) const { return parents_[static_cast<std::size_t>(call)]; }
    [[nodiscard]] const CallFrame& frame_of(int call) const {
        return frames_[2 * static_cast<std::size_t>(call) + 1];
    }
    static CallId id(int call) { return CallId{static_cast<std::uint64_t>(call) + 1}; }

    [[nodiscard]] bool descends(int call, int from) const {
        while (call >= 0 && call != from) {
            call = parent(call);
        }
        return call == from;
    }

  private:
    std::vector<int> parents_;  // -1: a stranger to all
    std::vector<CallFrame> frames_;
};

// The rules as one would say them: a call may enter when nobody is inside, or, where re-entry is
// allowed, when it descends from the last that came in. Who leaves lets in the longest waiter that
// may enter.
class Oracle {
  public:
    enum class State { absent, waiting, inside, gone };

    Oracle(const Family& family, Reentry reentry)
        : family_(&family),
          is_reentrant_(reentry == Reentry::descendants),
          states_(static_cast<std::size_t>(family.size()), State::absent) {}

    [[nodiscard]] State state(int call) const { return states_[static_cast<std::size_t>(call)]; }

    // A call is made once, from within a call that is or was inside.
    [[nodiscard]] bool can_ask(int call) const {
        const int parent = family_->parent(call);
        return state(call) == State::absent &&
               (parent < 0 || std::count(entered_.begin(), entered_.end(), parent) != 0);
    }

    Decision ask(int call, Admission::Request how) {
        if (may_enter(call)) {
            enter(call);
            return Decision::admitted;
        }
        if (!how.may_wait || waiting_.size() >= how.waiting_max) {
            set(call, State::gone);
            return how.may_wait ? Decision::full : Decision::busy;
        }
        set(call, State::waiting);
        waiting_.push_back(call);
        return Decision::queued;
    }

    CallId leave(int call) {
        std::erase(inside_, call);
        set(call, State::gone);
        const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](int waiter) {
            return may_enter(waiter);
        });
        if (next == waiting_.end()) {
            return nobody;
        }
        const int granted = *next;
        waiting_.erase(next);
        enter(granted);
        return Family::id(granted);
    }

    void withdraw(int call) {
        std::erase(waiting_, call);
        set(call, State::gone);
    }

    [[nodiscard]] bool agrees(const Admission& admission) const {
        bool agrees =
            admission.holders() == ids_of(inside_) && admission.waiters() == ids_of(waiting_) &&
            admission.is_held() != inside_.empty() && admission.waiting() == waiting_.size();
        for (int call = 0; call < family_->size(); ++call) {
            agrees = agrees && admission.holds(Family::id(call)) == (state(call) == State::inside);
            agrees =
                agrees && admission.is_waiting(Family::id(call)) == (state(call) == State::waiting);
        }
        return agrees;
    }

    [[nodiscard]] std::pair<std::vector<int>, std::vector<int>> value() const {
        return {inside_, waiting_};
    }

  private:
    [[nodiscard]] bool may_enter(int call) const {
        return inside_.empty() || (is_reentrant_ && family_->descends(call, inside_.back()));
    }

    void enter(int call) {
        inside_.push_back(call);
        entered_.push_back(call);
        set(call, State::inside);
    }

    void set(int call, State state) { states_[static_cast<std::size_t>(call)] = state; }

    static std::vector<CallId> ids_of(const std::vector<int>& calls) {
        std::vector<CallId> ids;
        std::transform(calls.begin(), calls.end(), std::back_inserter(ids), &Family::id);
        return ids;
    }

    const Family* family_;
    bool is_reentrant_;
    std::vector<int> inside_;   // outermost first
    std::vector<int> waiting_;  // longest first
    std::vector<int> entered_;  // ever
    std::vector<State> states_;
};

// The two side by side.
struct Pair {
    Admission admission;
    Oracle oracle;

    Pair(const Family& family, Reentry reentry) : admission(reentry), oracle(family, reentry) {}

    // Does what `call` can do next: ask as `how` says, leave, or give up waiting. False if the two
    // then differ.
    bool move(const Family& family, int call, Admission::Request how) {
        const CallId id = Family::id(call);
        switch (oracle.state(call)) {
            case Oracle::State::absent:
                return admission.request(family.frame_of(call), how) == oracle.ask(call, how) &&
                       oracle.agrees(admission);
            case Oracle::State::waiting:
                oracle.withdraw(call);
                return admission.withdraw(id) && oracle.agrees(admission);
            case Oracle::State::inside:
                return admission.release(id) == oracle.leave(call) && oracle.agrees(admission);
            case Oracle::State::gone:
                break;
        }
        return true;
    }
};

// Follows every sequence of moves of a family, each call asking once, to wait or not to.
class EverySequence {
  public:
    EverySequence(const Family& family, Reentry reentry) : family_(family) {
        follow(Pair(family, reentry));
    }

    std::uint64_t moves = 0;
    bool agreed = true;
    bool equal_states_have_equal_prints = true;
    std::map<std::pair<std::vector<int>, std::vector<int>>, std::uint64_t> prints{};

  private:
    void follow(const Pair& before) {
        for (int call = 0; call < family_.size() && agreed; ++call) {
            const auto state = before.oracle.state(call);
            if (state == Oracle::State::absent ? before.oracle.can_ask(call)
                                               : state != Oracle::State::gone) {
                move(before, call, wait);
                if (state == Oracle::State::absent) {
                    move(before, call, no_wait);
                }
            }
        }
    }

    void move(Pair pair, int call, Admission::Request how) {
        ++moves;
        agreed = agreed && pair.move(family_, call, how);
        const auto print = pair.admission.fingerprint();
        const auto known = prints.try_emplace(pair.oracle.value(), print).first;
        equal_states_have_equal_prints = equal_states_have_equal_prints && known->second == print;
        follow(pair);
    }

    const Family& family_;
};

TEST(Admission, AgreesWithTheOracleOverAllSequencesOfFourCalls) {
    std::uint64_t moves = 0;
    // Each of four calls is a stranger or made by an earlier one: 1 * 2 * 3 * 4 families.
    for (int i = 0; i < 24; ++i) {
        const Family family({-1, i % 2 - 1, i / 2 % 3 - 1, i / 6 - 1});
        for (const Reentry reentry : {Reentry::none, Reentry::descendants}) {
            const EverySequence all(family, reentry);
            EXPECT_TRUE(all.agreed) << "family " << i;
            EXPECT_TRUE(all.equal_states_have_equal_prints) << "family " << i;
            std::set<std::uint64_t> distinct;
            for (const auto& [state, print] : all.prints) {
                distinct.insert(print);
            }
            EXPECT_EQ(distinct.size(), all.prints.size()) << "family " << i;
            moves += all.moves;
        }
    }
    EXPECT_GT(moves, 400'000U);  // the search did not end early
}

TEST(Admission, AgreesWithTheOracleOverRandomSequencesOfManyCalls) {
    // NOLINTNEXTLINE(cert-msc51-cpp,bugprone-random-generator-seed): the same runs every time.
    std::mt19937 random(20250807);
    const auto below = [&](int bound) {
        return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    for (int run = 0; run < 2000; ++run) {
        std::vector<int> parents;
        for (int call = 0; call < 16; ++call) {
            parents.push_back(below(3) == 0 ? -1 : below(call + 1) - 1);
        }
        const Family family(std::move(parents));
        Pair pair(family, below(4) == 0 ? Reentry::none : Reentry::descendants);
        for (int step = 0; step < 100; ++step) {
            const int call = below(family.size());
            if (pair.oracle.state(call) != Oracle::State::absent || pair.oracle.can_ask(call)) {
                Admission::Request const how{
                    .may_wait = below(8) != 0,
                    .waiting_max = static_cast<std::size_t>(below(6)),
                };
                ASSERT_TRUE(pair.move(family, call, how)) << "run " << run << ", step " << step;
            }
        }
    }
}

}  // namespace
}  // namespace interlock

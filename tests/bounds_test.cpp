// Difference constraints: what is possible, and times that show it.
#include "models/time/bounds.hpp"

#include "core/policy/fingerprint.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

// time a - time b <= ns.
struct Constraint {
    TimeId a = 0;
    TimeId b = 0;
    std::int64_t ns = 0;
};

// Bellman and Ford: there are times that fulfil all constraints exactly if no cycle is negative.
bool is_feasible(std::size_t times, const std::vector<Constraint>& constraints) {
    std::vector<std::int64_t> potential(times, 0);
    for (std::size_t round = 0; round <= times; ++round) {
        bool changes = false;
        for (const Constraint& constraint : constraints) {
            std::int64_t const least = potential[constraint.b] + constraint.ns;
            if (least < potential[constraint.a]) {
                potential[constraint.a] = least;
                changes = true;
            }
        }
        if (!changes) {
            return true;
        }
    }
    return false;
}

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::int64_t below(std::int64_t bound) {
        state_ += 0x9e3779b97f4a7c15ULL;
        return static_cast<std::int64_t>(mixed(state_) % static_cast<std::uint64_t>(bound));
    }

  private:
    std::uint64_t state_;
};

// Times that come one after the other, each with a few constraints to earlier ones; those that are
// impossible are not added. 2,000 systems of up to twenty times, each decision against
// Bellman-Ford.
TEST(TimeBounds, AllowsExactlyWhatIsFeasible) {
    std::array<int, 2> answers{};
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Dice dice(seed);
        TimeBounds bounds;
        std::vector<Constraint> constraints;
        std::vector<bool> is_late{false};
        for (int tries = 0; tries < 20; ++tries) {
            const auto added = static_cast<TimeId>(bounds.count());
            const auto mark = [&] {
                return Mark{static_cast<TimeId>(dice.below(added)), dice.below(41) - 10};
            };
            std::vector<Mark> not_before{{added - 1, 0}};
            std::vector<Mark> not_after;
            for (std::int64_t more = dice.below(3); more > 0; --more) {
                not_before.push_back(mark());
            }
            for (std::int64_t more = dice.below(3); more > 0; --more) {
                not_after.push_back(mark());
            }
            std::vector<Constraint> with = constraints;
            for (const Mark& from : not_before) {
                with.push_back({from.after, added, -from.by_ns});
            }
            for (const Mark& to : not_after) {
                with.push_back({added, to.after, to.by_ns});
            }
            const bool is_allowed = bounds.allows(not_before, not_after);
            ASSERT_EQ(is_allowed, is_feasible(added + std::size_t{1}, with)) << "seed " << seed;
            ++answers.at(is_allowed ? 1 : 0);
            if (!is_allowed) {
                continue;
            }
            ASSERT_EQ(bounds.add(not_before, not_after), added);
            constraints = std::move(with);
            is_late.push_back(dice.below(2) == 1);
            const std::vector<std::int64_t> times = bounds.solve(is_late);
            for (const Constraint& constraint : constraints) {
                ASSERT_LE(times[constraint.a] - times[constraint.b], constraint.ns)
                    << "seed " << seed;
            }
        }
    }
    EXPECT_GT(answers[0], 5000);
    EXPECT_GT(answers[1], 5000);
}

TEST(TimeBounds, ChoosesAsEarlyOrAsLateAsCanBe) {
    TimeBounds bounds;
    bounds.add(std::array{Mark{0, 0}}, std::array{Mark{0, 100}});
    bounds.add(std::array{Mark{1, 0}, Mark{0, 30}}, std::array{Mark{1, 9}});
    EXPECT_EQ(bounds.solve({false, false, false}), (std::vector<std::int64_t>{0, 21, 30}));
    EXPECT_EQ(bounds.solve({false, true, true}), (std::vector<std::int64_t>{0, 100, 109}));
    EXPECT_EQ(bounds.solve({false, true, false}), (std::vector<std::int64_t>{0, 100, 100}));
}

// The words of passes and skips that calls of throttled jobs can come to, each call by the name of
// its job, with these periods, in whole times.
std::size_t words(std::string_view calls, std::int64_t of_x, std::int64_t of_y) {
    struct Search {
        std::string_view calls;
        std::array<std::int64_t, 2> periods;

        std::size_t from(std::size_t at, const TimeBounds& so_far, std::array<TimeId, 2> starts) {
            if (at == calls.size()) {
                return 1;
            }
            std::size_t const job = calls[at] == 'x' ? 0 : 1;
            const auto now = static_cast<TimeId>(so_far.count());
            const Mark last{now - 1, 0};
            std::size_t found = 0;
            const auto with = [&](const std::vector<Mark>& from, const std::vector<Mark>& to) {
                if (so_far.allows(from, to)) {
                    TimeBounds more = so_far;
                    more.add(from, to);
                    auto then = starts;
                    if (to.empty()) {
                        then.at(job) = now;
                    }
                    found += this->from(at + 1, more, then);
                }
            };
            if (starts.at(job) == 0) {
                with({last}, {});
                return found;
            }
            with({last, {starts.at(job), periods.at(job)}}, {});
            with({last}, {{starts.at(job), periods.at(job) - 1}});
            return found;
        }
    };
    return Search{calls, {of_x, of_y}}.from(0, {}, {0, 0});
}

// Over the reals x, y, x, x, y with both periods 1 come to 7 words; on whole units pass, pass,
// skip, pass, skip is missing, because it needs a time between two of them: x at 0, y at 1/2, x at
// 1 - e, x at 1, y before 3/2. The counts of the longer ones were found with fractions that are
// exact.
TEST(TimeBounds, AreExactForRealTimesIfTheUnitIsFineEnough) {
    for (std::int64_t const unit : {5, 64, 1'000'000'000}) {
        EXPECT_EQ(words("xyxxy", unit, unit), 7U);
    }
    EXPECT_EQ(words("xyxxy", 1, 1), 6U);
    struct Periods {
        std::int64_t x;
        std::int64_t y;
        std::size_t real;
        std::size_t whole;
    };
    for (const Periods& of :
         {Periods{1, 1, 44, 37}, {2, 3, 51, 50}, {3, 5, 51, 51}, {1, 2, 51, 48}, {1, 3, 52, 50}}) {
        EXPECT_EQ(words("xyxyxyxy", of.x, of.y), of.whole);
        for (std::int64_t const unit : {8, 64}) {
            EXPECT_EQ(words("xyxyxyxy", unit * of.x, unit * of.y), of.real);
        }
    }
}

}  // namespace
}  // namespace interlock::models

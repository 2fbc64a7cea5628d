// A test of your own fiber code: every interleaving, in three lines.
#include <interlock/explore_gmock.hpp>
#include <mutex>

#include <gtest/gtest.h>

namespace {

using namespace interlock;

// Yours: it blocks on what it is given, here a mutex and a condition of the model.
class Account {
  public:
    explicit Account(CodeWorld& world) : mutex_(world, "account"), changed_(world, "a change") {}

    void pay_in(int amount) {
        std::lock_guard const lock(mutex_);
        balance_ += amount;
        changed_.notify_all();
    }

    void take_out(int amount) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return balance_ >= amount; });
        balance_ -= amount;
    }

    [[nodiscard]] int balance() const { return balance_; }

  private:
    Mutex mutex_;
    ConditionVariable changed_;
    int balance_ = 0;
};

void two_who_wait_for_money(CodeWorld& world) {
    auto& account = world.make<Account>(world);
    world.task("one", [&] { account.take_out(10); });
    world.task("other", [&] { account.take_out(20); });
    world.task("payer", [&] {
        account.pay_in(15);
        account.pay_in(15);
    });
    world.at_end([&] { world.expect(account.balance() == 0, "money is lost"); });
}

TEST(Account, PaysEverybody) {
    EXPECT_THAT(explore({.shared = Shared::primitives}, two_who_wait_for_money), Holds());
}

}  // namespace

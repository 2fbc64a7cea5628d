// One job with a lock and a throttle of its own for each key: for each device, user, path, …
#pragma once

#include "core/job/job.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <utility>

namespace interlock {

struct KeyedOptions {
    std::size_t keys_max = 1024;  // remembered at a time
    // After so long without a call, a key may be forgotten. Unset: only to make room for others.
    std::optional<Duration> idle_for{};
};

// The body is called with the key and the arguments of the call. A key is forgotten only while no
// call of it is on its way, and when its throttle has nothing left to remember. Where none of
// `keys_max` can be, a call with a new key is refused (Reason::too_many_keys).
template <Runtime R, class Key, class Body, class Hash = std::hash<Key>>
class KeyedJob {
  public:
    template <class... Args>
    using Result = std::invoke_result_t<Body&, const Key&, Args...>;

    // Throws PolicyError as Job does, and if `policy` is a group's: keys have no group.
    KeyedJob(
        JobRegistry<R>& registry,
        std::string_view name,
        const Policy& policy,
        Body body,
        KeyedOptions keyed = {},
        JobOptions options = {}
    )
        : registry_(registry),
          policy_(without_group(name, checked(name, policy, options))),
          keyed_(keyed),
          options_(std::move(options)),
          body_(std::move(body)),
          label_(registry.take_name(name)) {}

    KeyedJob(const KeyedJob&) = delete;
    KeyedJob& operator=(const KeyedJob&) = delete;
    ~KeyedJob() {
        slots_.clear();
        registry_.give_up_name(label_);
    }

    // A call about to be made, and what ends its wait: as Job's.
    class Call {
      public:
        explicit Call(KeyedJob& job) noexcept : job_(&job) {}

        [[nodiscard]] Call until(std::stop_token stop) && {
            stop_ = std::move(stop);
            return std::move(*this);
        }
        [[nodiscard]] Call before(TimePoint deadline) && {
            deadline_ = deadline;
            return std::move(*this);
        }

        template <class... Args>
        Outcome<Result<Args...>> call(const Key& key, Args&&... args) && {
            return job_->with(key, [&](auto& job) {
                return job.until(std::move(stop_))
                    .before(deadline_)
                    .call(std::forward<Args>(args)...);
            });
        }

        template <class... Args>
        Result<Args...> operator()(const Key& key, Args&&... args) && {
            return value_of(
                std::move(*this).call(key, std::forward<Args>(args)...), job_->options_.on_error
            );
        }

      private:
        KeyedJob* job_;
        std::stop_token stop_;
        TimePoint deadline_ = TimePoint::max();
    };

    [[nodiscard]] Call until(std::stop_token stop) { return Call(*this).until(std::move(stop)); }
    [[nodiscard]] Call before(TimePoint deadline) { return Call(*this).before(deadline); }

    // As Job::call().
    template <class... Args>
    Outcome<Result<Args...>> call(const Key& key, Args&&... args) {
        return with(key, [&](auto& job) { return job.call(std::forward<Args>(args)...); });
    }

    // As Job's.
    template <class... Args>
    Result<Args...> operator()(const Key& key, Args&&... args) {
        return value_of(call(key, std::forward<Args>(args)...), options_.on_error);
    }

    // How many keys are remembered.
    [[nodiscard]] std::size_t size() const {
        std::lock_guard const guard(guard_);
        return slots_.size();
    }

  private:
    // The body, for one key.
    struct ForKey {
        Body& body;
        const Key key;

        template <class... Args>
        decltype(auto) operator()(Args&&... args) const {
            return std::invoke(body, key, std::forward<Args>(args)...);
        }
    };

    struct Slot {
        Slot(KeyedJob& in, const Key& of)
            : key(of),
              job(in.registry_, in.label_, in.policy_, ForKey{in.body_, of}, in.options_) {}

        const Key key;
        Job<R, ForKey> job;
        std::size_t calls = 0;  // on their way; guarded by guard_
        TimePoint last_used{};  // where keys expire; guarded by guard_
    };

    struct Leaving {
        KeyedJob& in;
        Slot& slot;

        ~Leaving() {
            std::lock_guard const guard(in.guard_);
            --slot.calls;
            if (in.keyed_.idle_for) {
                slot.last_used = in.registry_.clock().now();
            }
        }
    };

    static const Policy& without_group(std::string_view name, const Policy& policy) {
        if (needs_group(policy)) {
            throw PolicyError("Job " + std::string(name) + " has keys, so it cannot use a group!");
        }
        return policy;
    }

    // What `make_call` makes of the job of `key`.
    template <class MakeCall>
    auto with(const Key& key, const MakeCall& make_call)
        -> decltype(make_call(std::declval<Job<R, ForKey>&>())) {
        Slot* const slot = enter(key);
        if (slot == nullptr) {
            return Refusal{.reason = Reason::too_many_keys, .job = &label_};
        }
        const Leaving leaving{*this, *slot};
        return make_call(slot->job);
    }

    // None: there is no room.
    Slot* enter(const Key& key) {
        std::lock_guard const guard(guard_);
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) {
            slots_.splice(slots_.begin(), slots_, found->second);  // used last
        } else {
            if (!make_room()) {
                return nullptr;
            }
            slots_.emplace_front(*this, key);
            by_key_.emplace(key, slots_.begin());
        }
        Slot& slot = slots_.front();
        ++slot.calls;
        return &slot;
    }

    // Forgets keys that expired, and if it must those that were not used for longest.
    bool make_room() {
        const bool is_full = slots_.size() >= keyed_.keys_max;
        if (!is_full && !keyed_.idle_for) {
            return true;
        }
        const TimePoint now = registry_.clock().now();
        for (auto slot = slots_.end(); slot != slots_.begin();) {
            --slot;
            const bool is_needed = slots_.size() >= keyed_.keys_max;
            const bool is_expired = keyed_.idle_for && now - slot->last_used >= *keyed_.idle_for;
            if (!is_needed && !is_expired) {
                break;  // those before it were used later
            }
            if (slot->calls == 0 && !slot->job.is_throttled_after(now)) {
                by_key_.erase(slot->key);
                slot = slots_.erase(slot);
            }
        }
        return slots_.size() < keyed_.keys_max;
    }

    JobRegistry<R>& registry_;
    const Policy policy_;
    const KeyedOptions keyed_;
    const JobOptions options_;
    Body body_;
    const JobLabel& label_;
    mutable typename R::Guard guard_{};
    std::list<Slot> slots_;  // used last first; guarded by guard_
    std::unordered_map<Key, typename std::list<Slot>::iterator, Hash> by_key_;  // guarded by guard_
};

// `body` decorated as `name`, with a lock and a throttle for each key:
//     auto sync = decorate_keyed<std::string>(registry, "sync", policy, [](const auto& device) {});
template <class Key, Runtime R, class Body>
KeyedJob<R, Key, Body> decorate_keyed(
    JobRegistry<R>& registry,
    std::string_view name,
    const Policy& policy,
    Body body,
    KeyedOptions keyed = {},
    JobOptions options = {}
) {
    return KeyedJob<R, Key, Body>(
        registry, name, policy, std::move(body), keyed, std::move(options)
    );
}

}  // namespace interlock

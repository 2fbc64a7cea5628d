// What the future of an execution depends on, as it stands at a choice point.
#pragma once

#include "core/policy/fingerprint.hpp"
#include "models/trace/trace.hpp"

#include <bit>
#include <cstdint>
#include <vector>

namespace interlock::models {

// What a fact is about. A search that leaves one of these out takes different states for one.
enum class Part : std::uint8_t {
    position,   // how far a task is in its steps
    turn,       // whether it is ready, or for what it waits, and what ended that wait
    stop,       // it was asked to stop
    outcome,    // what its calls came to so far
    lock,       // who holds it, who waits for it, in which order; how far calls in progress are
    throttle,   // the starts that still count
    condition,  // whether it holds
    mutex,      // of the scenario: who holds it
    time,       // when sleepers and alarms are due
    fault,      // how many are left
    child,      // who waits for whom to end, what came of them; jobs that outlive their calls
    pause,      // where within a step a task lets others go on, in the discipline preemptive
};
inline constexpr std::size_t parts_count = 12;

// 128 bits of which two states that differ agree in all by chance only.
struct Digest {
    std::uint64_t a = 0;
    std::uint64_t b = 0;

    friend bool operator==(const Digest&, const Digest&) = default;
    friend auto operator<=>(const Digest&, const Digest&) = default;
};

// Three numbers as one word.
constexpr std::uint64_t word_of(std::uint16_t a, std::uint16_t b = 0, std::uint16_t c = 0) {
    return a | (std::uint64_t{b} << 16U) | (std::uint64_t{c} << 32U);
}

// A multiset of facts. The digest of facts is the sum of theirs, so it does not matter who states
// them in which order. A fact about a task is part of the task's local image; tasks that do the
// same and have equal images are as good as each other. Facts name a task's steps and calls by
// their places among its own, as its copies have them, and everything at a time by how long that
// is from now.
class State {
  public:
    // Facts about `dropped` are forgotten, to see that they are missed.
    explicit State(std::uint32_t dropped = 0) noexcept : dropped_(dropped) {}

    static constexpr std::uint32_t bit(Part part) noexcept {
        return 1U << static_cast<std::uint32_t>(part);
    }

    // Of so many tasks, at that time; nothing is stated yet.
    void begin(std::size_t tasks, std::int64_t now_ns) {
        shared_ = {};
        images_.assign(tasks, {});
        now_ns_ = now_ns;
        awaits_time_ = 0;
    }

    [[nodiscard]] std::int64_t now_ns() const noexcept { return now_ns_; }

    void add(Part part, std::uint64_t what, std::uint64_t value = 0) noexcept {
        add_to(shared_, part, what, value);
    }
    void add(TaskId task, Part part, std::uint64_t what, std::uint64_t value = 0) noexcept {
        add_to(images_[task.value], part, what, value);
        awaits_time_ |= part == Part::time ? set_of(task) : 0;
    }

    // What has come of the tasks so far: no part of the state, which may be the same again.
    struct Progress {
        TaskSet calling = 0;              // those with a call that is not over
        std::vector<std::uint32_t> done;  // by each: so many calls, and rounds of its steps
    };
    Progress progress{};

    // Of everything that was decided so far: then no two executions ever meet.
    void add_all(const Trace& so_far) noexcept {
        Fingerprint print;
        for (const ChoicePoint& point : so_far.choices) {
            print.add(point.chosen.task.value);
            print.add(static_cast<std::uint64_t>(point.chosen.fault));
        }
        add(Part::position, so_far.steps, print.value());
    }

    // Of the whole state, if tasks of which `like` has the same are exchanged for each other.
    [[nodiscard]] Digest digest(const std::vector<TaskId>& like) const noexcept {
        Digest digest = shared_;
        for (std::size_t task = 0; task < images_.size(); ++task) {
            const Digest image = mix(images_[task], like[task].value + 1);
            digest.a += image.a;
            digest.b += image.b;
        }
        return digest;
    }

    // Those that are asleep, or wait with a timeout.
    [[nodiscard]] TaskSet awaits_time() const noexcept { return awaits_time_; }

    // Of each task by itself.
    [[nodiscard]] const std::vector<Digest>& images() const noexcept { return images_; }

  private:
    // Each of the words by itself.
    static constexpr Digest mix(Digest digest, std::uint64_t with) noexcept {
        return {
            mixed(mixed(digest.a ^ 0x9e3779b97f4a7c15ULL) + with),
            mixed(mixed(digest.b ^ 0xc2b2ae3d27d4eb4fULL) + std::rotl(with, 32))};
    }

    void add_to(Digest& to, Part part, std::uint64_t what, std::uint64_t value) const noexcept {
        if ((dropped_ & bit(part)) != 0) [[unlikely]] {
            return;
        }
        std::uint64_t const key = what | (std::uint64_t{static_cast<std::uint8_t>(part)} << 56U);
        const Digest fact = mix({key, key}, value);
        to.a += fact.a;
        to.b += fact.b;
    }

    Digest shared_;
    std::vector<Digest> images_;
    std::int64_t now_ns_ = 0;
    TaskSet awaits_time_ = 0;
    std::uint32_t dropped_;
};

}  // namespace interlock::models

// A user's own code under every interleaving.
#include <cstdlib>
#include <interlock/explore.hpp>
#include <interlock/fiber.hpp>
#include <iostream>

namespace {

using namespace interlock;

// Two tasks that read, give others a turn, and write; in turns, if they are calls of one job.
void count_to_two(CodeWorld& world, Concurrency concurrency) {
    struct Counting {
        fiber::JobRegistry registry;
        int count = 0;
    };
    auto& counting = world.make<Counting>();
    auto add = [&world, &counting] {
        const int read = counting.count;
        world.yield();
        counting.count = read + 1;
    };
    using Add = decltype(add);
    auto& job = world.make<fiber::Job<Add>>(
        counting.registry, "add", Policy{.concurrency = concurrency}, add
    );
    for (const char* const name : {"one", "other"}) {
        world.task(name, [&job] { job(); });
    }
    world.at_end([&world, &counting] { world.expect(counting.count == 2, "an update is lost"); });
}

}  // namespace

int main() {
    const auto lost = explore({}, [](CodeWorld& world) { count_to_two(world, Concurrency::none); });
    const auto counted =
        explore({}, [](CodeWorld& world) { count_to_two(world, Concurrency::queue); });
    std::cout << lost << counted;
    const bool is_right = lost.verdict == Verdict::violated && counted.verdict == Verdict::holds;
    return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}

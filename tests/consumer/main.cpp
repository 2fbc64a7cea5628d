// A user's program: one job, throttled, called twice on a fiber.
#include <chrono>
#include <cstdio>
#include <interlock/fiber.hpp>

#include <boost/fiber/fiber.hpp>

int main() {
    using namespace interlock;
    fiber::JobRegistry registry;
    fiber::JobGroup core(registry, "core");
    auto refresh = decorate(
        registry,
        "refresh",
        {.concurrency = Concurrency::group_queue,
         .throttle = Throttle::group_throttle,
         .period = std::chrono::hours(1)},
        [](int depth) { return depth + 1; }
    );

    int depth = 0;
    bool again = true;
    boost::fibers::fiber([&] {
        depth = refresh.on(core)(3);
        again = refresh.on(core).call(3).ran();
    }).join();
    std::printf("%d, then %s\n", depth, again ? "ran again" : "throttled");
    return depth == 4 && !again ? 0 : 1;
}

// Build with interlock::core. Prints what its callers are told.
#include "service.hpp"

#include <interlock/thread.hpp>
#include <thread>
#include <vector>

// NOLINTNEXTLINE(bugprone-exception-escape): an error ends the program.
int main() {
    interlock::thread::JobRegistry registry;
    Service<interlock::ThreadRuntime> service(registry);
    std::vector<std::thread> tasks;
    for (const char* const device : {"camera", "camera", "heater"}) {
        tasks.emplace_back([&service, device] {
            std::printf("refresh %s: %s\n", device, service.refresh(device).c_str());
        });
    }
    for (auto& task : tasks) {
        task.join();
    }
    std::printf("backup during a backup: %s\n", service.backup_during_a_backup().c_str());
    for (int i = 0; i < 3; ++i) {
        std::printf("report: %s\n", service.report().c_str());
    }
    registry.drain();
}

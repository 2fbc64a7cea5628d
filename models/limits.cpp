#include "models/limits.hpp"

#include <fstream>
#include <unistd.h>

namespace interlock::models {

std::string reason_to_stop(const Budget& budget, const std::stop_token& interrupt, double seconds) {
    if (interrupt.stop_requested()) {
        return "interrupted";
    }
    if (seconds > budget.seconds) {
        std::string limit = std::to_string(budget.seconds);
        limit.erase(limit.find_last_not_of('0') + 1);
        limit.erase(limit.find_last_not_of('.') + 1);
        return "the budget of " + limit + " s is used up";
    }
    if (budget.memory_bytes != 0 && resident_bytes() > budget.memory_bytes) {
        constexpr std::uint64_t mega = 1'000'000;
        return "the budget of " + std::to_string(budget.memory_bytes / mega) +
               " MB of memory is used up";
    }
    return {};
}

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");  // in pages: all, resident, …
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    statm >> all >> resident;
    return statm ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace interlock::models

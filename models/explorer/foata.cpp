#include "models/explorer/foata.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/explorer/dependence.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace interlock::models {

std::uint64_t foata_of(const Trace& trace, bool has_events) {
    struct Placed {
        std::size_t row;
        std::uint8_t task;
        std::uint64_t print;
    };
    std::vector<Placed> placed;
    std::size_t event = 0;
    std::size_t phase = 0;
    std::size_t row_of_phase = 0;
    for (std::size_t i = 0; i < trace.turns.size(); ++i) {
        const Turn& turn = trace.turns[i];
        if (turn.task() == passing_of_time ||
            (i != 0 && trace.turns[i - 1].task() == passing_of_time)) {
            phase = i;
            for (const Placed& before : placed) {
                row_of_phase = std::max(row_of_phase, before.row + 1);
            }
        }
        std::size_t row = row_of_phase;
        for (std::size_t before = phase; before < i; ++before) {
            if (depend(trace.turns[before].touched, turn.touched)) {
                row = std::max(row, placed[before].row + 1);
            }
        }
        Fingerprint print;
        print.add(static_cast<std::uint64_t>(turn.chosen.fault));
        if (turn.chosen.looks != 0) {
            print.add(turn.chosen.looks);
        }
        const Footprint& touched = turn.touched;
        for (std::uint64_t const part :
             {touched.tasks,
              touched.looks,
              touched.appends,
              touched.changes,
              std::uint64_t{touched.takes},
              std::uint64_t{touched.frees},
              std::uint64_t{touched.wants}}) {
            print.add(part);
        }
        for (; has_events && event < turn.events; ++event) {
            const TraceEvent& happened = trace.events[event];
            if (happened.kind == EventKind::still_held ||
                happened.kind == EventKind::still_queued) {
                continue;  // of the end: follows from the rest, and is nobody's turn
            }
            print.add(static_cast<std::uint64_t>(happened.kind));
            print.add(static_cast<std::uint64_t>(happened.at_ns));
            print.add(static_cast<std::uint64_t>(happened.retry_after_ns));
            print.add(happened.site);
            print.add(happened.lock);
            print.add(happened.detail);
            print.add(happened.task.value);
        }
        placed.push_back({row, turn.task().value, print.value()});
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return std::pair(a.row, a.task) < std::pair(b.row, b.task);
    });
    Fingerprint print;
    for (const Placed& turn : placed) {
        print.add(turn.row);
        print.add(turn.task);
        print.add(turn.print);
    }
    return print.value();
}

std::uint64_t lock_orders_of(const Trace& trace) {
    std::map<std::uint16_t, Fingerprint> orders;
    for (const TraceEvent& event : trace.events) {
        if (event.kind == EventKind::admitted && event.lock != no_lock) {
            orders[event.lock].add(event.site);
        } else if (event.kind == EventKind::held) {
            orders[event.lock].add(event.task.value);
        }
    }
    Fingerprint print;
    for (const auto& [lock, order] : orders) {
        print.add(lock);
        print.add(order.value());
    }
    return print.value();
}

}  // namespace interlock::models

// One search by several threads: each has a scheduler, a world and a judge of its own, and they
// share what is left to explore.
#pragma once

#include "models/check.hpp"
#include "models/units/pool.hpp"
#include "models/units/shard.hpp"
#include "models/units/snapshot.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace interlock::models {

// Makes the judge of one thread. Called on the thread of search(), before the others start.
using Judges = std::function<std::unique_ptr<Judge>()>;

// Workers elsewhere, that a search hands parts to besides its own threads.
class Helpers {
  public:
    // Makes a result of what came back; or says why it cannot.
    using Restore = std::function<std::variant<Result, std::string>(const Snapshot&)>;

    Helpers() = default;
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;
    virtual ~Helpers() = default;

    // How many parts may be lent to them at once.
    [[nodiscard]] virtual std::size_t count() const = 0;

    // Takes what has come back, asks for what is wanted back, and sends what there is to do;
    // without waiting. Called on the thread of search(), again and again, until it is over.
    virtual void serve(Pool& pool, const Restore& restore, const Unit& search) = 0;
};

// How a search that is too large for one sitting is taken in parts.
struct Portion {
    Shard shard = {};                    // only its part of the search
    std::optional<Result> resumed = {};  // what came of it before, and what was left then
    std::chrono::milliseconds between_saves{10'000};
    // Is given what came of it so far, with all that is left: now and then, and at the end.
    std::function<void(const Result& so_far)> save = {};
    Helpers* helpers = nullptr;  // borrowed
};

// Why this version cannot explore as `explore` asks by `threads` threads, or in portions, or one
// shard of it; empty when it can.
std::string problem_of_parts(
    const ExploreSpec& explore, std::uint32_t threads, bool is_in_portions, bool is_shard
);

// Ends the schedules of violations where they show. A replay, and the one order of an event loop,
// are shown as they are. search() does it, but not for a shard: first all are joined.
void shorten(Result& result, const Program& program, Judge& judge, const CheckOptions& options);

// Explores `program` by options.threads threads; by the one that it is on if that is one. A search
// that runs everything has the same result whatever their number, wall_s apart. One that stops at
// the first violation has the same verdict; which violation it shows, and after how many
// executions, is up to the threads. Both problem_of() and problem_of_parts() must have nothing
// against it.
Result search(
    const Program& program,
    const Judges& judges,
    const CheckOptions& options,
    const Portion& portion = {}
);

}  // namespace interlock::models

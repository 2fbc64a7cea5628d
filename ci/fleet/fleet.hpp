// The ranks of an MPI job that explore one search together. The first keeps what is left of it and
// explores as well; the others explore what they are sent.
#pragma once

#include "ci/command/session.hpp"
#include "models/search.hpp"

#include <memory>
#include <string>

namespace interlock::ci {

// The library that this program was built with, such as "Open MPI 4.1.4"; empty without one.
std::string mpi_library();

class Fleet : public models::Helpers {
  public:
    // This process becomes one of the ranks; null if the program was built without MPI. At most
    // once a process.
    static std::unique_ptr<Fleet> join();

    // Whether this is the rank that keeps what is left. Only on that one may a search be given the
    // fleet as its helpers; it ends with release().
    [[nodiscard]] virtual bool is_first() const = 0;

    // On another rank: explores what it is sent until it is released.
    virtual void work(
        const models::Program& program,
        const models::Judges& judges,
        const models::CheckOptions& options
    ) = 0;

    // Nothing more is sent: the other ranks end, and this one is none any more.
    virtual void release() = 0;

    // How the work was shared, in one line.
    [[nodiscard]] virtual std::string summary() const = 0;
};

}  // namespace interlock::ci

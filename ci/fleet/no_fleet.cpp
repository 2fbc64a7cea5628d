// A build without MPI.
#include "ci/fleet/fleet.hpp"

namespace interlock::ci {

std::string mpi_library() {
    return {};
}

std::unique_ptr<Fleet> Fleet::join() {
    return nullptr;
}

}  // namespace interlock::ci

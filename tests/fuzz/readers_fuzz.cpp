// For libFuzzer: INTERLOCK_READER=scenario readers_fuzz CORPUS…
#include "tests/fuzz/readers.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const interlock::test::FedReader reader = [] {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets any.
        const char* const wanted = std::getenv("INTERLOCK_READER");
        for (const auto& one : interlock::test::fed_readers) {
            if (wanted != nullptr && one.name == wanted) {
                return one;
            }
        }
        std::abort();
    }();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are text here.
    reader.feed({reinterpret_cast<const char*>(data), size});
    return 0;
}

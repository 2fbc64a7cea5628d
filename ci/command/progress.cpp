#include "ci/command/progress.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace interlock::ci {

namespace {

std::stop_source& interrupts() {
    static std::stop_source source;
    return source;
}

}  // namespace

extern "C" {
// Nothing is registered with the source, so the request is a plain atomic store.
static void on_signal(int signal) {
    interrupts().request_stop();
    std::signal(signal, SIG_DFL);
}
}

std::stop_token interrupt_token() {
    static const bool installed = [] {
        interrupts();
        std::signal(SIGINT, &on_signal);
        std::signal(SIGTERM, &on_signal);
        return true;
    }();
    static_cast<void>(installed);
    return interrupts().get_token();
}

std::string estimate_of(const models::Result& so_far) {
    if (so_far.explored <= 0) {
        return {};
    }
    const double all = static_cast<double>(so_far.executions) / so_far.explored;
    const double seconds = so_far.wall_s / so_far.explored - so_far.wall_s;
    return fmt::format("; in all up to about {:.0e}, {:.0e} s more", all, std::max(seconds, 1.0));
}

Progress::Progress(std::string name)
    : name_(std::move(name)), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(const models::Result& so_far) {
    if (!is_terminal_ || so_far.wall_s < 1) {
        return;
    }
    is_shown_ = true;
    fmt::print(
        stderr,
        "\r\x1b[K{}: {} executions in {:.0f} s, {:.0f} a second, {} outcomes{}",
        name_,
        so_far.executions,
        so_far.wall_s,
        static_cast<double>(so_far.executions) / so_far.wall_s,
        so_far.outcomes.size(),
        estimate_of(so_far)
    );
    std::fflush(stderr);
}

void Progress::clear() const {
    if (is_shown_) {
        fmt::print(stderr, "\r\x1b[K");
        std::fflush(stderr);
    }
}

}  // namespace interlock::ci

#include "models/scenario/recorder.hpp"

#include "core/assert.hpp"

namespace interlock::models {

namespace {

// The recorder that is open on this thread: an assertion handler knows nothing but the thread.
thread_local Recorder* open_recorder = nullptr;

AssertionHandler handler_before = nullptr;

}  // namespace

void record_failed_assertion(const char* expression, const char* file, int line) {
    if (open_recorder != nullptr && open_recorder->scheduler_.is_unwinding()) {
        return;  // a broken core being cleared away; what matters has been recorded
    }
    if (open_recorder == nullptr || open_recorder->trace_ == nullptr) {
        handler_before(expression, file, line);
        return;
    }
    Trace& trace = *open_recorder->trace_;
    if (trace.failed_assertion.empty()) {
        trace.failed_assertion =
            std::string(expression) + " (" + file + ":" + std::to_string(line) + ")";
    }
    open_recorder->add(EventKind::asserted);
}

void Recorder::open(Trace& trace) noexcept {
    static const bool installed = [] {
        handler_before = set_assertion_handler(&record_failed_assertion);
        return true;
    }();
    static_cast<void>(installed);
    trace_ = &trace;
    open_recorder = this;
}

void Recorder::close() noexcept {
    trace_ = nullptr;
}

Recorder::~Recorder() {
    if (open_recorder == this) {
        open_recorder = nullptr;
    }
}

}  // namespace interlock::models

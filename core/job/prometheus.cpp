#include "core/job/prometheus.hpp"

#include "core/job/seconds.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace interlock {

namespace {

using Count = std::uint64_t JobCounts::*;
using Counts = CountsByReason JobCounts::*;
using Times = Histogram JobCounts::*;

std::string escaped(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text;
}

// Writes families, each with the samples of all jobs.
class Writer {
  public:
    explicit Writer(const Counters::Snapshot& jobs) : jobs_(jobs) {}

    void count(std::string_view name, std::string_view help, Count count) {
        head(name, "counter", help);
        for (const JobCounts& job : jobs_) {
            sample(name, job, "", std::to_string(job.*count));
        }
    }

    void gauge(std::string_view name, std::string_view help, Count count) {
        head(name, "gauge", help);
        for (const JobCounts& job : jobs_) {
            sample(name, job, "", std::to_string(job.*count));
        }
    }

    void outcomes(std::string_view name, std::string_view help) {
        head(name, "counter", help);
        for (const JobCounts& job : jobs_) {
            sample(name, job, label("outcome", "ran"), std::to_string(job.ran));
            sample(name, job, label("outcome", "failed"), std::to_string(job.failed));
            sample(name, job, label("outcome", "cancelled"), std::to_string(job.cancelled));
        }
    }

    void reasons(std::string_view name, std::string_view help, Counts counts) {
        head(name, "counter", help);
        for (const JobCounts& job : jobs_) {
            for (std::size_t i = 0; i < CountsByReason::size; ++i) {
                const auto reason = static_cast<Reason>(i);
                if (reason != Reason::cancelled) {  // has a counter of its own
                    const auto count = std::to_string((job.*counts)[reason]);
                    sample(name, job, label("reason", name_of(reason)), count);
                }
            }
        }
    }

    void times(std::string_view name, std::string_view help, Times times) {
        head(name, "histogram", help);
        std::string const base(name);
        for (const JobCounts& job : jobs_) {
            const Histogram& histogram = job.*times;
            std::uint64_t at_most = 0;
            for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
                at_most += histogram.in_bucket(i);
                const auto bound = label("le", seconds_text(histogram.bounds()[i]));
                sample(base + "_bucket", job, bound, std::to_string(at_most));
            }
            const auto count = std::to_string(histogram.count());
            sample(base + "_bucket", job, label("le", "+Inf"), count);
            sample(base + "_sum", job, "", seconds_text(histogram.sum()));
            sample(base + "_count", job, "", count);
        }
    }

    [[nodiscard]] std::string text() && { return std::move(text_); }

  private:
    static std::string label(std::string_view name, std::string_view value) {
        return std::string(",").append(name).append("=\"").append(value).append("\"");
    }

    void head(std::string_view name, std::string_view type, std::string_view help) {
        text_.append("# HELP interlock_job_").append(name).append(" ").append(help).append("\n");
        text_.append("# TYPE interlock_job_").append(name).append(" ").append(type).append("\n");
    }

    void sample(
        std::string_view name, const JobCounts& job, std::string_view more, std::string_view value
    ) {
        text_.append("interlock_job_").append(name);
        text_.append("{name=\"").append(escaped(job.job)).append("\"").append(more).append("} ");
        text_.append(value).append("\n");
    }

    const Counters::Snapshot& jobs_;
    std::string text_;
};

}  // namespace

std::string prometheus_text(const Counters::Snapshot& jobs) {
    if (jobs.empty()) {
        return "";
    }
    Writer to(jobs);
    to.count("arrived_total", "Calls made.", &JobCounts::arrived);
    to.count("queued_total", "Calls that had to wait for the lock.", &JobCounts::queued);
    to.count("admitted_total", "Calls that got the lock.", &JobCounts::admitted);
    to.count("started_total", "Calls whose body began.", &JobCounts::started);
    to.outcomes("finished_total", "Calls whose body ended.");
    to.reasons("refused_total", "Calls that were turned away.", &JobCounts::refused);
    to.reasons(
        "would_refuse_total", "Refusals that a dry run only told.", &JobCounts::would_refuse
    );
    to.count(
        "cancelled_waiting_total",
        "Calls that were stopped while they waited.",
        &JobCounts::cancelled_waiting
    );
    to.gauge("waiting", "Calls that wait now.", &JobCounts::waiting);
    to.gauge("running", "Calls whose body runs now.", &JobCounts::running);
    to.times("waiting_seconds", "How long calls waited for the lock.", &JobCounts::waiting_time);
    to.times("running_seconds", "How long bodies ran.", &JobCounts::running_time);
    return std::move(to).text();
}

}  // namespace interlock

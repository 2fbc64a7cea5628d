// The reference's jobs: what each run of a decorated method is to the rest of the system.
#pragma once

#include "models/revisions/listener.hpp"
#include "models/revisions/python_error.hpp"
#include "models/scenario/program.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::models {

// Number of a job in the order in which they were made, from 1; 0 is none.
using JobNumber = std::uint32_t;

struct SupervisorJob {
    struct Error {
        std::string type;
        std::string message;
        std::string stage;
    };

    // One of its own parents that follows its progress.
    struct Sync {
        JobNumber parent = 0;
        double baseline = 0;
        double allocation = 0;
    };

    // How one of its child_syncs stands: where its progress was when the first child came.
    struct Filter {
        const ChildSync* sync = nullptr;
        std::optional<double> baseline;
    };

    enum class Done : std::uint8_t { none, no, yes };

    JobNumber number = 0;
    JobNumber parent = 0;
    std::uint32_t call = 0;        // the call that it is the job of
    std::uint16_t site = no_site;  // of that call
    std::uint16_t existing = no_existing;
    std::uint16_t group = no_group;  // whose reference it has
    std::string_view name;           // empty: not known yet
    Done done = Done::none;
    double progress = 0;
    std::string stage;
    bool is_internal = false;
    bool is_managed = true;  // in the manager's map
    std::vector<Error> errors{};
    std::vector<Sync> syncs{};
    std::vector<Filter> filters{};
};

class JobManager {
  public:
    struct Options {
        bool notifies_of_internal = false;  // bus events for internal jobs as well
        bool completes_progress = false;    // a success sets the progress to 100
        bool syncs_progress = false;
        std::string_view unknown_error = "Unknown error, see supervisor logs";
    };

    JobManager(const Program& program, Options options, Listener* listener)
        : program_(program), options_(options), listener_(listener) {}

    void begin() { jobs_.clear(); }

    SupervisorJob& make(JobNumber parent);
    // What the decorator sets; follows parents that want its progress. Throws ValueError if the job
    // was started.
    void describe(
        JobNumber number,
        const ProgramJob& by,
        std::uint32_t call,
        std::uint16_t site,
        std::uint16_t group
    );

    [[nodiscard]] SupervisorJob& job(JobNumber number) { return jobs_[number - 1]; }
    [[nodiscard]] const std::vector<SupervisorJob>& jobs() const noexcept { return jobs_; }

    // `current` is the job that the running task is in. Throws JobStartException.
    void start(JobNumber number, JobNumber current);
    void end(JobNumber number, bool is_success);
    void capture(JobNumber number, const PythonError& error);
    // Throws ValueError.
    void set_progress(JobNumber number, double progress);
    void set_stage(JobNumber number, const std::string& stage);

    // Takes it out, and if it is done its children, whether they are or not. Throws JobNotFound.
    void remove(JobNumber number);

  private:
    void follow(SupervisorJob& job);
    void update_parents(const SupervisorJob& job);
    void notify(const SupervisorJob& job);
    [[nodiscard]] bool has_reference(const SupervisorJob& job, const std::string& reference) const;

    const Program& program_;
    Options options_;
    Listener* listener_;
    std::vector<SupervisorJob> jobs_;
};

}  // namespace interlock::models

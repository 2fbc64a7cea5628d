// The fleet over the C API of MPI. Only the thread that joined makes calls of MPI.
#include "ci/fleet/fleet.hpp"
#include "ci/fleet/message.hpp"
#include "models/scenario/world.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fmt/format.h>
#include <limits>
#include <mpi.h>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace interlock::ci {

namespace {

// More often takes time from whoever explores on this core.
constexpr std::chrono::milliseconds between_polls{1};

enum Tag : int { order_tag, answer_tag, return_tag, release_tag };

void send(const std::string& text, int rank, Tag tag) {
    MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, rank, tag, MPI_COMM_WORLD);
}

struct Message {
    int rank = 0;
    Tag tag = order_tag;
    std::string text;
};

// The next one that has arrived, if one has.
std::optional<Message> receive() {
    int has_arrived = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &has_arrived, &status);
    if (has_arrived == 0) {
        return std::nullopt;
    }
    int size = 0;
    MPI_Get_count(&status, MPI_CHAR, &size);
    Message message{
        status.MPI_SOURCE, static_cast<Tag>(status.MPI_TAG), std::string(std::size_t(size), ' ')};
    MPI_Recv(
        message.text.data(),
        size,
        MPI_CHAR,
        message.rank,
        message.tag,
        MPI_COMM_WORLD,
        MPI_STATUS_IGNORE
    );
    return message;
}

// Explores on a thread of its own, so that the rank hears what it is told meanwhile.
class Explorer {
  public:
    Explorer(
        const models::Program& program,
        std::unique_ptr<models::Judge> judge,
        models::CheckOptions options
    )
        : program_(program),
          judge_(std::move(judge)),
          options_(std::move(options)),
          thread_([this] { run(); }) {}
    Explorer(const Explorer&) = delete;
    Explorer& operator=(const Explorer&) = delete;

    ~Explorer() {
        {
            std::lock_guard const lock(mutex_);
            is_released_ = true;
        }
        changed_.notify_all();
        if (is_stuck_) {
            thread_.detach();
        } else {
            thread_.join();
        }
    }

    void begin(Order order) {
        {
            std::lock_guard const lock(mutex_);
            is_wanted_back_ = false;
            order_ = std::move(order);
        }
        changed_.notify_all();
    }

    void go_back() { is_wanted_back_ = true; }

    // What came of the order, once.
    std::optional<Answer> take_answer() {
        std::lock_guard const lock(mutex_);
        return std::exchange(answer_, std::nullopt);
    }

  private:
    void run() {
        models::Scheduler scheduler(options_.scheduler);
        models::ScenarioWorld world(program_, scheduler);
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return is_released_ || order_; });
            if (is_released_) {
                return;
            }
            const Order order = *std::exchange(order_, std::nullopt);
            lock.unlock();
            models::CheckOptions options = options_;
            options.start = order.unit.subtree;
            options.budget = {
                .executions = order.executions,
                .seconds = std::numeric_limits<double>::infinity(),
            };
            options.is_wanted_back = &is_wanted_back_;
            const models::Result result = models::check(scheduler, world, *judge_, options);
            is_stuck_ = scheduler.is_stuck();
            lock.lock();
            answer_ = answer_of(order.unit, result);
            while (scheduler.is_stuck()) {
                lock.unlock();
                std::this_thread::sleep_for(std::chrono::hours(1));  // it can never end in order
                lock.lock();
            }
        }
    }

    const models::Program& program_;
    std::unique_ptr<models::Judge> judge_;
    models::CheckOptions options_;
    std::atomic<bool> is_wanted_back_ = false;
    std::atomic<bool> is_stuck_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_.
    std::optional<Order> order_;
    std::optional<Answer> answer_;
    bool is_released_ = false;
    std::thread thread_;
};

class MpiFleet final : public Fleet {
  public:
    MpiFleet() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
        int ranks = 0;
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
        others_.resize(static_cast<std::size_t>(ranks - 1));
    }
    MpiFleet(const MpiFleet&) = delete;
    MpiFleet& operator=(const MpiFleet&) = delete;
    ~MpiFleet() override {
        if (!is_released_) {
            release();
        }
    }

    [[nodiscard]] bool is_first() const override { return rank_ == 0; }
    [[nodiscard]] std::size_t count() const override { return others_.size(); }

    void serve(models::Pool& pool, const Restore& restore, const models::Unit& search) override {
        const auto begun = std::chrono::steady_clock::now();
        std::uint64_t const messages_before = messages_;
        while (auto message = receive()) {
            take(pool, restore, *message);
        }
        const bool is_wanted_back = pool.is_wanted_back();
        for (std::size_t i = 0; i < others_.size(); ++i) {
            Other& other = others_[i];
            const int rank = static_cast<int>(i) + 1;
            if (other.loan) {
                if (is_wanted_back && !other.is_asked) {
                    other.is_asked = true;
                    ++messages_;
                    send({}, rank, return_tag);
                }
                continue;
            }
            other.loan = pool.borrow_now(other.waits);
            if (other.loan) {
                models::Unit unit = search;
                unit.subtree = other.loan->subtree;
                std::string const text = text_of(Order{std::move(unit), other.loan->executions});
                send(text, rank, order_tag);
                other.is_asked = false;
                ++messages_;
                ++parts_;
                bytes_ += text.size();
            }
        }
        if (messages_ != messages_before) {
            busy_ += std::chrono::steady_clock::now() - begun;
        }
    }

    void work(
        const models::Program& program,
        const models::Judges& judges,
        const models::CheckOptions& options
    ) override {
        // It is the first rank that is interrupted: it releases the others.
        std::signal(SIGINT, SIG_IGN);
        std::signal(SIGTERM, SIG_IGN);
        Explorer explorer(program, judges(), options);
        while (true) {
            const auto message = receive();
            if (auto answer = explorer.take_answer()) {
                send(text_of(*answer), 0, answer_tag);
            } else if (!message) {
                std::this_thread::sleep_for(between_polls);
            }
            if (!message) {
                continue;
            }
            if (message->tag == release_tag) {
                break;
            }
            if (message->tag == return_tag) {
                explorer.go_back();
            } else if (auto order = order_from(message->text)) {
                if (order->unit.scenario == program.fingerprint) {
                    explorer.begin(*std::move(order));
                } else {
                    models::Result other;
                    other.verdict = models::Verdict::broken;
                    other.why = fmt::format("rank {} has another scenario", rank_);
                    send(text_of(answer_of(order->unit, other)), 0, answer_tag);
                }
            }
        }
    }

    void release() override {
        is_released_ = true;
        for (std::size_t i = 0; rank_ == 0 && i < others_.size(); ++i) {
            send({}, static_cast<int>(i) + 1, release_tag);
        }
        MPI_Finalize();
    }

    [[nodiscard]] std::string summary() const override {
        std::string executions;
        for (const Other& other : others_) {
            executions += fmt::format("{}{}", executions.empty() ? "" : ", ", other.executions);
        }
        return fmt::format(
            "{} ranks: {} parts sent, {} bytes there and {} back; {} messages, {:.0f} us each; "
            "executions of the others: {}",
            others_.size() + 1,
            parts_,
            bytes_,
            bytes_back_,
            messages_,
            std::chrono::duration<double, std::micro>(busy_).count() /
                static_cast<double>(std::max<std::uint64_t>(messages_, 1)),
            executions.empty() ? "none" : executions
        );
    }

  private:
    struct Other {
        std::optional<models::Pool::Loan> loan;
        std::uint64_t executions = 0;
        bool is_asked = false;  // to give back what is left
        bool waits = false;
    };

    void take(models::Pool& pool, const Restore& restore, const Message& message) {
        Other& other = others_.at(static_cast<std::size_t>(message.rank - 1));
        const models::Pool::Loan loan = *std::exchange(other.loan, std::nullopt);
        ++messages_;
        bytes_back_ += message.text.size();
        models::Result result;
        const auto answer = answer_from(message.text);
        auto restored = answer ? restore(answer->snapshot)
                               : std::variant<models::Result, std::string>("it is garbled");
        if (const auto* problem = std::get_if<std::string>(&restored)) {
            result.verdict = models::Verdict::broken;
            result.why = fmt::format("of what rank {} sent: {}", message.rank, *problem);
        } else {
            result = std::get<models::Result>(std::move(restored));
            result.is_complete = answer->is_complete;
            result.is_enough = answer->is_enough;
            result.why = answer->why;
            result.verdict = answer->is_broken ? models::Verdict::broken : result.verdict;
        }
        other.executions += result.executions;
        pool.give_back(loan, std::move(result));
    }

    int rank_ = 0;
    bool is_released_ = false;
    std::vector<Other> others_;  // on the first rank: all but that
    std::uint64_t parts_ = 0;
    std::uint64_t messages_ = 0;
    std::chrono::steady_clock::duration busy_{};  // with messages
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_back_ = 0;
};

}  // namespace

// The first words of what it says of itself.
std::string mpi_library() {
    std::string text(MPI_MAX_LIBRARY_VERSION_STRING, ' ');
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    return text.substr(0, std::min(text.find_first_of(",\n"), static_cast<std::size_t>(length)));
}

std::unique_ptr<Fleet> Fleet::join() {
    return std::make_unique<MpiFleet>();
}

}  // namespace interlock::ci

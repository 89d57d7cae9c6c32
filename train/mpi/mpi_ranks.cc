// The MPI module: processes that mpirun or srun started, as ranks.
// SPDX-License-Identifier: MIT
//
// A gradient's sum is made in the ranks' order, whatever library, algorithm or network carries it:
// every rank receives its share of all ranks' values, adds them up from rank 0's to the last's and
// sends the sum to all. That is as many bytes as a ring's allreduce, 2 (N - 1) / N of the gradient.
// A thread of its own does it while the backward pass goes on: MPI libraries move data only inside
// their calls.
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <numeric>
#include <thread>

#include "train/ranks.h"

namespace quillet::train {
namespace {

constexpr size_t kMostBytes = 1 << 30;  // of a message: MPI counts in int
constexpr int kTag = 1;
// A wait asks again and again for as long as a message takes, then lets others have the processor.
constexpr std::chrono::microseconds kAsking{200}, kPause{50};

void wait_for(MPI_Request& request) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    for (int done = 0;;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done) return;
        if (Clock::now() - begin < kAsking)
            std::this_thread::yield();
        else
            std::this_thread::sleep_for(kPause);
    }
}

// MPICH before 4.2 hangs in MPI_Finalize now and then where ranks speak by UCX over TCP: a rank that
// is done waits for the others and no longer answers them (github.com/pmodels/mpich/pull/6596). Its
// mpirun is told here, as MPI_Finalize would at last (PMI 1's "finalize"), that this process may end.
// False where that is not what started it.
bool leave_mpich() {
#if defined(MPICH_NUMVERSION) && MPICH_NUMVERSION < 40200000
    const char* const number = std::getenv("PMI_FD");
    if (!number || !std::getenv("MPI_LOCALNRANKS")) return false;  // as its mpirun sets them
    const int line = std::atoi(number);
    constexpr std::string_view kEnd = "cmd=finalize\n";
    if (write(line, kEnd.data(), kEnd.size()) != static_cast<ssize_t>(kEnd.size())) return false;
    char letter = 0;
    while (letter != '\n' && read(line, &letter, 1) == 1) continue;
    return true;
#else
    return false;
#endif
}

class MpiRanks : public Ranks {
  public:
    MpiRanks() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
        MPI_Comm machine;
        MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
        MPI_Comm_size(machine, &neighbors_);
        MPI_Comm_free(&machine);
        summing_ = std::thread([this] { sum_blocks(); });
    }

    ~MpiRanks() override {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        summing_.join();
        leave();
    }

    int rank() const override { return rank_; }
    int size() const override { return size_; }
    int neighbors() const override { return neighbors_; }

    void broadcast(void* bytes, size_t size) override {
        for (size_t at = 0; at < size; at += kMostBytes) {
            MPI_Request request;
            MPI_Ibcast(static_cast<char*>(bytes) + at,
                       static_cast<int>(std::min(kMostBytes, size - at)), MPI_BYTE, 0,
                       MPI_COMM_WORLD, &request);
            wait_for(request);
        }
    }

    std::vector<double> gather(double number) override {
        std::vector<double> all(rank_ == 0 ? static_cast<size_t>(size_) : 0);
        MPI_Request request;
        MPI_Igather(&number, 1, MPI_DOUBLE, all.data(), 1, MPI_DOUBLE, 0, MPI_COMM_WORLD, &request);
        wait_for(request);
        return all;
    }

    std::vector<std::string> gather(std::string_view bytes) override {
        const uint64_t own = bytes.size();
        std::vector<uint64_t> sizes(rank_ == 0 ? static_cast<size_t>(size_) : 0);
        MPI_Request request;
        MPI_Igather(&own, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, 0, MPI_COMM_WORLD,
                    &request);
        wait_for(request);
        std::vector<std::string> all;
        for (size_t r = 0; r < sizes.size(); r++) {
            all.emplace_back(sizes[r], '\0');
            if (r == 0)
                all[0] = bytes;
            else
                receive(all[r].data(), sizes[r], static_cast<int>(r), kTag + 1);
        }
        if (rank_ > 0) put(bytes.data(), bytes.size(), 0, kTag + 1);
        return all;
    }

    void send(int to, std::string_view bytes) override {
        put(bytes.data(), bytes.size(), to, kTag);
    }

    std::optional<Message> poll() override {
        int there = 0, size = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &there, &status);
        if (!there) return std::nullopt;
        MPI_Get_count(&status, MPI_BYTE, &size);
        Message message{status.MPI_SOURCE, std::string(static_cast<size_t>(size), '\0')};
        receive(message.bytes.data(), message.bytes.size(), message.from, kTag);
        return message;
    }

    void begin(float* values, int64_t count) override {
        {
            std::lock_guard lock(mutex_);
            blocks_.push_back({values, count});
        }
        changed_.notify_all();
    }

    void finish() override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return blocks_.empty(); });
    }

    [[noreturn]] void abort(int status) override {
        MPI_Abort(MPI_COMM_WORLD, status);
        std::abort();
    }

  private:
    struct Block {
        float* values;
        int64_t count;
    };

    // Together, when all is said.
    void leave() {
        MPI_Request request;
        MPI_Ibarrier(MPI_COMM_WORLD, &request);
        wait_for(request);
        if (!leave_mpich()) MPI_Finalize();
    }

    void put(const char* bytes, size_t size, int to, int tag) {
        for (size_t at = 0; at == 0 || at < size; at += kMostBytes) {
            MPI_Request request;
            MPI_Isend(bytes + at, static_cast<int>(std::min(kMostBytes, size - at)), MPI_BYTE, to,
                      tag, MPI_COMM_WORLD, &request);
            wait_for(request);
        }
    }

    void receive(char* bytes, size_t size, int from, int tag) {
        for (size_t at = 0; at == 0 || at < size; at += kMostBytes) {
            MPI_Request request;
            MPI_Irecv(bytes + at, static_cast<int>(std::min(kMostBytes, size - at)), MPI_BYTE, from,
                      tag, MPI_COMM_WORLD, &request);
            wait_for(request);
        }
    }

    void sum_blocks() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return stop_ || !blocks_.empty(); });
            if (blocks_.empty()) return;
            const Block block = blocks_.front();
            lock.unlock();
            sum(block);
            lock.lock();
            blocks_.pop_front();
            if (blocks_.empty()) changed_.notify_all();
        }
    }

    // Together, in the thread that sums.
    void sum(const Block& block) {
        if (size_ == 1) return;
        const auto ranks = static_cast<size_t>(size_);
        std::vector<int> counts(ranks), places(ranks), own_counts(ranks), own_places(ranks);
        const auto until = [&](int64_t rank) {
            return static_cast<int>(block.count * rank / size_);
        };
        const int own = until(rank_ + 1) - until(rank_);
        for (int r = 0; r < size_; r++) {
            const auto i = static_cast<size_t>(r);
            places[i] = until(r);
            counts[i] = until(r + 1) - until(r);
            own_places[i] = own * r;
            own_counts[i] = own;
        }
        received_.resize(ranks * static_cast<size_t>(own));
        MPI_Request request;
        MPI_Ialltoallv(block.values, counts.data(), places.data(), MPI_FLOAT, received_.data(),
                       own_counts.data(), own_places.data(), MPI_FLOAT, MPI_COMM_WORLD, &request);
        wait_for(request);
        float* total = block.values + until(rank_);
        std::copy_n(received_.data(), own, total);
        for (int r = 1; r < size_; r++) {
            const float* term = received_.data() + int64_t{own} * r;
            for (int i = 0; i < own; i++) total[i] += term[i];
        }
        MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, block.values, counts.data(),
                        places.data(), MPI_FLOAT, MPI_COMM_WORLD, &request);
        wait_for(request);
    }

    int rank_ = 0, size_ = 1, neighbors_ = 1;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Block> blocks_;  // the first is in work
    bool stop_ = false;
    std::vector<float> received_;
    std::thread summing_;
};

}  // namespace
}  // namespace quillet::train

// A function of C, looked up by its name.
extern "C" __attribute__((visibility("default"))) quillet::train::Ranks* quillet_join_mpi(
    std::string& failure) {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    if (provided < MPI_THREAD_SERIALIZED) {
        failure = "this MPI lets only the first thread call it; expected MPI_THREAD_SERIALIZED";
        MPI_Finalize();
        return nullptr;
    }
    return new quillet::train::MpiRanks();
}

// The processes that train together: who they are and what they tell one another.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/engine.h"

namespace quillet::train {

// One process of several, of the same program on machines of one kind. What is done together is
// called by all ranks in the same order.
class Ranks : public GradientSum {
  public:
    virtual int rank() const = 0;  // 0 … size() - 1; rank 0 decides, reads, writes and prints
    virtual int size() const = 0;
    virtual int neighbors() const = 0;  // on this machine, this process among them

    // Together: `size` bytes of rank 0's go to all.
    virtual void broadcast(void* bytes, size_t size) = 0;

    // Together: what each rank gives, by rank; empty but at rank 0. The lengths may differ.
    virtual std::vector<std::string> gather(std::string_view bytes) = 0;
    virtual std::vector<double> gather(double number) = 0;

    // From one rank to another, which finds it by poll(): the next message, if one has come.
    struct Message {
        int from;
        std::string bytes;
    };
    virtual void send(int to, std::string_view bytes) = 0;
    virtual std::optional<Message> poll() = 0;

    // Ends all ranks at once, whatever they do.
    [[noreturn]] virtual void abort(int status) = 0;
};

enum class Distributed {
    automatic,  // where mpirun or srun started several processes
    mpi,        // whoever started it, alone too
    none
};

// This process among those that were started with it; null where it trains by itself. Throws
// Error("--distributed", …) where MPI is wanted and missing, or does not know the other processes.
std::unique_ptr<Ranks> join_ranks(Distributed how);

// What the MPI module exports as quillet_join_mpi; null, with `failure` saying why, where MPI does
// not start.
using JoinRanks = Ranks*(std::string& failure);

}  // namespace quillet::train

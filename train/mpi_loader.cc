// Finds the MPI part at run time: a module of its own, so that a program that trains by itself does
// not load MPI's libraries.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "train/module.h"
#include "train/ranks.h"

namespace quillet::train {
namespace {

constexpr const char* kWithoutModule =
    "this program has no MPI part (quillet_mpi.so beside it or in ../lib/quillet); install MPI "
    "(Debian: libmpich-dev and mpich, or libopenmpi-dev and openmpi-bin) and build again, or train "
    "in one process with --distributed none";

// What tells a process how many mpirun (MPICH, Open MPI, MPICH's kin) or srun started with it.
constexpr const char* kSizes[] = {"PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"};

int started_together() {
    int most = 1;
    for (const char* name : kSizes)
        if (const char* value = std::getenv(name)) most = std::max(most, std::atoi(value));
    return most;
}

}  // namespace

std::unique_ptr<Ranks> join_ranks(Distributed how) {
    const int started = started_together();
    if (how == Distributed::none || (how == Distributed::automatic && started == 1)) return nullptr;
    std::string failure;
    const auto join = reinterpret_cast<JoinRanks*>(
        function_of_module("quillet_mpi.so", "quillet_join_mpi", failure));
    if (!join)
        throw Error("--distributed",
                    failure.empty() ? kWithoutModule : "cannot load the MPI part: " + failure);
    std::unique_ptr<Ranks> ranks(join(failure));
    if (!ranks) throw Error("--distributed", failure);
    // Alone each of them would write the same files.
    if (ranks->size() < started)
        throw Error("--distributed",
                    std::to_string(started) + " processes were started, but MPI knows " +
                        std::to_string(ranks->size()) +
                        "; start them by the mpirun of the MPI that the program was built with "
                        "(srun: --mpi=pmi2), or give --distributed none");
    return ranks;
}

}  // namespace quillet::train

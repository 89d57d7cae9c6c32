// A training from start to model file: search, checkpoints, interruption, samples, report.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "train/recipe.h"
#include "train/report.h"
#include "train/search.h"
#include "train/training_data.h"

namespace quillet::train {

struct SessionOptions {
    TextOptions text;
    std::string output;        // MODEL.onnx; the checkpoint is MODEL.onnx.checkpoint
    std::string from;          // a model to fine-tune; empty: none
    std::string report;        // an HTML file; empty: none
    int search = 0;            // recipes to search among before; 0: none
    double search_epochs = 1;  // of the search's first round
    int64_t search_bytes = 0;  // of the weights; 0: those of the recipe given
    bool resume = false;
    Team* team = nullptr;  // the ranks that train together, this process the first; null: alone
    double checkpoint_seconds = 60;
    Recipe recipe;
    // What a person decided: the recipe's fields by to_json's names, and valid, min_count, pieces,
    // from, search, search_epochs, search_bytes. A training to resume must have begun with the same.
    std::vector<std::string> given;
};

// What a session calls as it goes; the defaults do nothing.
class SessionObserver {
  public:
    virtual ~SessionObserver() = default;
    virtual bool keep_going() { return true; }  // false ends the session with a checkpoint
    virtual void tell(const std::string&) {}    // what a person should hear
    virtual void trial(const Trial&) {}         // of the search
    virtual void begin(const Trainer&) {}
    virtual void step(const Trainer&) {}
    virtual void point(const Trainer&) {}  // after a step that validated
    virtual void samples(const SamplesAt&) {}
    virtual void end(const Trainer&) {}
    // Lines that `model` writes; none: the report goes without.
    virtual std::vector<Sample> sample(const RecurrentModel& model, uint32_t seed) {
        (void)model, (void)seed;
        return {};
    }
};

// The files beside MODEL.onnx that a session writes.
std::string checkpoint_path(const std::string& output);
std::string search_table_path(const std::string& output);

enum class SessionEnd { finished, stopped };

// Trains and writes the model. `stopped`: the checkpoint is written, and the best model so far unless
// a file stands under its name that this training did not write. Throws Error.
SessionEnd run_session(const SessionOptions& options, SessionObserver& observer);

}  // namespace quillet::train

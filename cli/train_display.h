// The progress of a training: a bar on a terminal, plain lines where there is none.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "train/trainer.h"

namespace quillet {

class TrainDisplay {
  public:
    explicit TrainDisplay(bool quiet);

    void start(const train::Trainer& trainer);
    void update(const train::Trainer& trainer);  // after every step
    void point(const train::Trainer& trainer);   // after one that validated
    void sample(const std::string& line);        // what the model writes by now
    void finish(const train::Trainer& trainer);

  private:
    void line(const std::string& text);
    void clear_bar();

    bool quiet_, terminal_;
    bool has_bar_ = false;
    double drawn_ = -1;  // seconds of training at the last bar
};

}  // namespace quillet

// The progress of a training on a terminal, or line by line where there is none.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "train/trainer.h"

namespace quillet {

class TrainDisplay {
  public:
    TrainDisplay(const train::Trainer& trainer, bool quiet);

    // After a step; `point` when it validated.
    void update(const train::Trainer& trainer, bool point);
    void finish(const train::Trainer& trainer);

  private:
    void draw_bar(const train::Trainer& trainer);
    void line(const std::string& text);

    bool quiet_, terminal_;
    double drawn_ = -1;  // seconds of training at the last bar
};

}  // namespace quillet

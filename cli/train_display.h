// The progress of a training: a bar on a terminal, plain lines where there is none.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "train/session.h"

namespace quillet {

class TrainDisplay : public train::SessionObserver {
  public:
    explicit TrainDisplay(bool quiet);

    void begin(const train::Trainer& trainer) override;
    void step(const train::Trainer& trainer) override;
    void point(const train::Trainer& trainer) override;
    void samples(const train::SamplesAt& at) override;
    void end(const train::Trainer& trainer) override;

  protected:
    bool quiet() const { return quiet_; }

  private:
    void line(const std::string& text);
    void clear_bar();

    bool quiet_, terminal_;
    bool has_bar_ = false;
    double drawn_ = -1;  // seconds of training at the last bar
};

}  // namespace quillet

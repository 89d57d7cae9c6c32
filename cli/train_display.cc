// The progress of a training on a terminal, or line by line where there is none.
// SPDX-License-Identifier: MIT
#include "cli/train_display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace quillet {
namespace {

constexpr double kSecondsBetweenBars = 0.2;

std::string format(const char* pattern, auto... values) {
    char text[256];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

std::string duration(double seconds) {
    long whole = std::lround(seconds);
    if (whole >= 3600) return format("%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    return format("%ld:%02ld", whole / 60, whole % 60);
}

std::string figures(const train::Trainer& trainer) {
    train::Progress at = trainer.progress();
    std::string text = format("epoch %.1f  %.1fk chars/s  bpc %.3f", at.epoch,
                              at.characters_per_second / 1000, at.training_bpc);
    if (at.best_bpc) text += format("  best %.3f", *at.best_bpc);
    return text + "  " + duration(at.seconds_left) + " left";
}

}  // namespace

TrainDisplay::TrainDisplay(const train::Trainer& trainer, bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO)) {
    const train::Recipe& recipe = trainer.recipe();
    line(format("%s, hidden %d, %d layer%s, batch %d x %d, learning rate %.4f, %d threads",
                name_of(recipe.cell).c_str(), recipe.hidden, recipe.layers,
                recipe.layers == 1 ? "" : "s", recipe.batch, recipe.sequence, recipe.learning_rate,
                recipe.threads));
}

void TrainDisplay::line(const std::string& text) {
    if (quiet_) return;
    std::fprintf(stderr, "%s%s\n", terminal_ ? "\r\033[K" : "", text.c_str());
}

void TrainDisplay::update(const train::Trainer& trainer, bool point) {
    if (quiet_) return;
    if (point) {
        const train::Point& last = trainer.history().back();
        std::string text = format("epoch %6.2f  training %.3f", last.epoch, last.training_bpc);
        if (last.validation_bpc) text += format("  validation %.4f", *last.validation_bpc);
        line(text + "  " + duration(last.seconds));
    }
    if (terminal_) draw_bar(trainer);
}

void TrainDisplay::draw_bar(const train::Trainer& trainer) {
    train::Progress at = trainer.progress();
    if (at.seconds - drawn_ < kSecondsBetweenBars) return;
    drawn_ = at.seconds;
    constexpr int kWidth = 24;
    int filled = static_cast<int>(at.done * kWidth);
    std::string bar = "[" + std::string(static_cast<size_t>(filled), '=') +
                      std::string(static_cast<size_t>(kWidth - filled), ' ') + "] ";
    std::fprintf(stderr, "\r%s%s\033[K", bar.c_str(), figures(trainer).c_str());
    std::fflush(stderr);
}

void TrainDisplay::finish(const train::Trainer& trainer) {
    train::Progress at = trainer.progress();
    std::string text = format("%.1f epochs in %s", at.epoch, duration(at.seconds).c_str());
    if (at.best_bpc) text += format(", best validation %.4f bits a character", *at.best_bpc);
    line(text);
}

}  // namespace quillet

// The progress of a training: a bar on a terminal, plain lines where there is none.
// SPDX-License-Identifier: MIT
#include "cli/train_display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/instructions.h"

namespace quillet {
namespace {

constexpr double kSecondsBetweenBars = 0.15;

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

size_t columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// The first `width` characters of UTF-8 text.
std::string cut(const std::string& text, size_t width) {
    size_t characters = 0;
    for (size_t i = 0; i < text.size(); i++) {
        bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (begins && characters++ == width) return text.substr(0, i);
    }
    return text;
}

std::string bar(double done) {
    constexpr int kWidth = 20;
    static const char* const kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int eighths = static_cast<int>(done * kWidth * 8), whole = eighths / 8;
    std::string text;
    for (int i = 0; i < whole; i++) text += "█";
    text += kEighths[eighths % 8];
    int blank = kWidth - whole - (eighths % 8 != 0);
    return text + std::string(static_cast<size_t>(blank), ' ');
}

std::string speed(double characters_per_second) {
    return characters_per_second < 1e4 ? format("%.0f chars/s", characters_per_second)
                                       : format("%.1fk chars/s", characters_per_second / 1000);
}

}  // namespace

TrainDisplay::TrainDisplay(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO)) {}

void TrainDisplay::clear_bar() {
    if (has_bar_) std::fprintf(stderr, "\r\033[K");
    has_bar_ = false;
}

void TrainDisplay::line(const std::string& text) {
    if (quiet_) return;
    clear_bar();
    std::fprintf(stderr, "%s\n", text.c_str());
}

void TrainDisplay::begin(const train::Trainer& trainer) {
    const train::Recipe& recipe = trainer.recipe();
    const std::string ranks =
        recipe.ranks > 1 ? format(" on each of %d ranks", recipe.ranks) : std::string();
    // None on a GPU.
    const std::string instructions =
        recipe.instructions != Instructions::best ? ", " + name_of(recipe.instructions) : "";
    line(format(
        "%s, hidden %d, %d layer%s, %lld weights, batch %d x %d, learning rate %.4f, %d "
        "thread%s%s%s",
        name_of(recipe.cell).c_str(), recipe.hidden, recipe.layers, recipe.layers == 1 ? "" : "s",
        static_cast<long long>(trainer.latest().weight_count()), recipe.batch, recipe.sequence,
        recipe.learning_rate, recipe.threads, recipe.threads == 1 ? "" : "s", ranks.c_str(),
        instructions.c_str()));
}

void TrainDisplay::point(const train::Trainer& trainer) {
    const train::Point& last = trainer.history().back();
    std::string text = format("epoch %6.2f  training %.3f", last.epoch, last.training_bpc);
    if (last.validation_bpc) {
        bool is_best = last.validation_bpc == trainer.progress().best_bpc;
        text += format("  validation %.4f%s", *last.validation_bpc, is_best ? " *" : "  ");
    }
    line(text + "  " + duration(last.seconds));
}

// The sample of the middle temperature.
void TrainDisplay::samples(const train::SamplesAt& at) {
    std::string shown = "    " + at.samples.at(at.samples.size() / 2).line;
    if (terminal_) shown = "\033[2m" + cut(shown, columns() - 1) + "\033[0m";
    line(shown);
}

// One write a bar, over the old one: nothing flickers.
void TrainDisplay::step(const train::Trainer& trainer) {
    if (quiet_ || !terminal_) return;
    train::Progress at = trainer.progress();
    if (at.seconds - drawn_ < kSecondsBetweenBars) return;
    drawn_ = at.seconds;
    std::string text = bar(at.done) + format(" %3.0f%%  ", 100 * at.done) +
                       duration(at.seconds_left) + " left  " + speed(at.characters_per_second) +
                       format("  bpc %.3f", at.training_bpc);
    if (at.best_bpc) text += format("  best %.3f", *at.best_bpc);
    text += format("  epoch %.1f", at.epoch);
    std::fprintf(stderr, "\r%s\033[K", cut(text, columns() - 1).c_str());
    std::fflush(stderr);
    has_bar_ = true;
}

void TrainDisplay::end(const train::Trainer& trainer) {
    train::Progress at = trainer.progress();
    std::string text = format("%.1f epochs in ", at.epoch) + duration(at.seconds);
    if (trainer.stopped_early()) text += ", stopped early";
    if (at.best_bpc) text += format(", best validation %.4f bits a character", *at.best_bpc);
    if (const train::Point* best = trainer.best_point())
        text += format("; kept the weights of epoch %.2f", best->epoch);
    line(text);
}

}  // namespace quillet

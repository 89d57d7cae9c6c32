// The yardstick: how well plain counting predicts a text, an interpolated Witten-Bell character
// n-gram.
// SPDX-License-Identifier: MIT
#include "corpus/ngram.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace quillet {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr uint32_t kRoot = 0;

uint64_t edge(uint32_t node, char32_t c) {
    return static_cast<uint64_t>(node) << 32 | c;
}

// A line with its end, and the end before it as its context.
std::u32string between_ends(std::u32string_view line) {
    return U'\n' + std::u32string(line) + U'\n';
}

// Visits the lines of `text` without their ends.
template <class Visit>
void visit_lines(std::u32string_view text, Visit visit) {
    while (!text.empty()) {
        size_t end = std::min(text.find(U'\n'), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

NgramModel::NgramModel(int context) : orders_(static_cast<size_t>(context) + 1), nodes_(1) {
    if (context < 0 || context > 32)
        throw Error("--ngram",
                    std::to_string(context) + " characters of context; expected 0 to 32");
}

uint32_t NgramModel::child(uint32_t node, char32_t c) const {
    auto found = node == kNone ? children_.end() : children_.find(edge(node, c));
    return found == children_.end() ? kNone : found->second;
}

// Nodes are contexts read forwards: the node of "abc" is the child c of the child b of the child a
// of the root. `active[k]` is the node of the last k characters.
void NgramModel::add(std::u32string_view line) {
    std::vector<uint32_t> active{kRoot}, next;
    std::u32string all = between_ends(line);
    for (size_t i = 0; i < all.size(); i++) {
        next.assign(1, kRoot);
        for (uint32_t node : active) {
            uint32_t fresh = static_cast<uint32_t>(nodes_.size());
            auto [found, added] = children_.try_emplace(edge(node, all[i]), fresh);
            if (added) nodes_.emplace_back();
            next.push_back(found->second);
            // The line's beginning is context, not something to be predicted.
            if (i == 0) continue;
            nodes_[found->second].count++;
            nodes_[node].followed++;
            if (nodes_[found->second].count == 1) nodes_[node].types++;
        }
        if (next.size() > orders_) next.resize(orders_);
        active.swap(next);
    }
}

void NgramModel::score(std::u32string_view line, Score& score) const {
    std::u32string all = between_ends(line);
    const double uniform = 1.0 / (nodes_[kRoot].types + 1.0);
    std::vector<uint32_t> active{kRoot}, next;
    for (size_t i = 0; i < all.size(); i++) {
        next.assign(1, kRoot);
        double p = uniform;
        for (uint32_t node : active) {
            uint32_t to = child(node, all[i]);
            next.push_back(to);
            if (node == kNone) continue;
            double types = nodes_[node].types;
            double total = static_cast<double>(nodes_[node].followed);
            if (types > 0)
                p = ((to == kNone ? 0.0 : static_cast<double>(nodes_[to].count)) + types * p) /
                    (total + types);
        }
        if (next.size() > orders_) next.resize(orders_);
        active.swap(next);
        if (i == 0) continue;
        score.bits -= std::log2(p);
        score.characters++;
    }
}

NgramModel::Score score_ngram(int context, std::u32string_view train, std::u32string_view text) {
    NgramModel model(context);
    NgramModel::Score score;
    visit_lines(train, [&](std::u32string_view line) { model.add(line); });
    visit_lines(text, [&](std::u32string_view line) { model.score(line, score); });
    return score;
}

}  // namespace quillet

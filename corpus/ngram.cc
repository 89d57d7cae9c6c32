// The yardstick: how well plain counting predicts a text, an interpolated Witten-Bell character
// n-gram.
// SPDX-License-Identifier: MIT
#include "corpus/ngram.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr uint32_t kRoot = 0;

uint64_t edge(uint32_t node, uint32_t symbol) {
    return static_cast<uint64_t>(node) << 32 | symbol;
}

// The characters of a line and its end.
std::u32string with_end(std::string_view line) {
    return decode_utf8(line, "n-gram") + U'\n';
}

// Visits the lines of `text`, UTF-8, without their ends.
template <class Visit>
void for_each_decoded_line(std::u32string_view text, Visit visit) {
    while (!text.empty()) {
        size_t end = std::min(text.find(U'\n'), text.size());
        visit(encode_utf8(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

NgramModel::NgramModel(int context) : context_(context) {
    if (context < 0 || context > 32)
        throw Error("--ngram",
                    std::to_string(context) + " characters of context; expected 0 to 32");
    nodes_.emplace_back();
}

uint32_t NgramModel::symbol(char32_t c) const {
    auto found = symbols_.find(c);
    return found == symbols_.end() ? kNone : found->second;
}

uint32_t NgramModel::child(uint32_t node, uint32_t symbol) const {
    if (node == kNone || symbol == kNone) return kNone;
    auto found = children_.find(edge(node, symbol));
    return found == children_.end() ? kNone : found->second;
}

// Nodes are contexts read forwards: the node of "abc" is the child c of the child b of the child a
// of the root. `active[k]` is the node of the last k characters.
void NgramModel::add(std::string_view line) {
    size_t orders = static_cast<size_t>(context_) + 1;
    std::vector<uint32_t> active{kRoot}, next;
    std::u32string characters = with_end(line);
    // The line's beginning is context, not something to be predicted.
    std::u32string all = U'\n' + characters;
    for (size_t i = 0; i < all.size(); i++) {
        uint32_t s =
            symbols_.try_emplace(all[i], static_cast<uint32_t>(symbols_.size())).first->second;
        next.assign(1, kRoot);
        for (size_t k = 0; k < active.size() && k < orders; k++) {
            uint32_t fresh = static_cast<uint32_t>(nodes_.size());
            auto [found, added] = children_.try_emplace(edge(active[k], s), fresh);
            if (added) nodes_.emplace_back();
            next.push_back(found->second);
            if (i == 0) continue;
            nodes_[found->second].count++;
            nodes_[active[k]].followed++;
            if (nodes_[found->second].count == 1) nodes_[active[k]].types++;
        }
        if (next.size() > orders) next.resize(orders);
        active.swap(next);
    }
}

void NgramModel::score(std::string_view line, Score& score) const {
    size_t orders = static_cast<size_t>(context_) + 1;
    std::u32string all = U'\n' + with_end(line);
    const double uniform = 1.0 / static_cast<double>(symbols_.size() + 1);
    std::vector<uint32_t> active{kRoot}, next;
    for (size_t i = 0; i < all.size(); i++) {
        uint32_t s = symbol(all[i]);
        next.assign(1, kRoot);
        double p = uniform;
        for (size_t k = 0; k < active.size() && k < orders; k++) {
            uint32_t to = child(active[k], s);
            next.push_back(to);
            if (active[k] == kNone) continue;
            double types = nodes_[active[k]].types;
            double total = static_cast<double>(nodes_[active[k]].followed);
            if (types > 0)
                p = ((to == kNone ? 0.0 : static_cast<double>(nodes_[to].count)) + types * p) /
                    (total + types);
        }
        if (next.size() > orders) next.resize(orders);
        active.swap(next);
        if (i == 0) continue;
        score.bits -= std::log2(p);
        score.characters++;
    }
}

NgramModel::Score score_ngram(int context, std::u32string_view train, std::u32string_view text) {
    NgramModel model(context);
    NgramModel::Score score;
    for_each_decoded_line(train, [&](std::string_view line) { model.add(line); });
    for_each_decoded_line(text, [&](std::string_view line) { model.score(line, score); });
    return score;
}

}  // namespace quillet

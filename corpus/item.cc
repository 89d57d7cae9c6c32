// What readers hand on: items in batches, with counts and examples of what was left out.
// SPDX-License-Identifier: MIT
#include "corpus/item.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace quillet {

std::string example_of(std::string_view text) {
    bool cut = text.size() > kExampleBytes;
    if (cut) {
        size_t end = kExampleBytes;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;
        text = text.substr(0, end);
    }
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return cut ? line + "…" : line;
}

void Notes::add(std::string_view what, std::string_view example, uint64_t count) {
    auto found = notes_.find(what);
    if (found == notes_.end()) found = notes_.emplace(std::string(what), Note{}).first;
    Note& note = found->second;
    note.count += count;
    if (note.examples.size() < kExamples && !example.empty())
        note.examples.push_back(example_of(example));
}

void Notes::merge(const Notes& later) {
    for (const auto& [what, note] : later.notes_) {
        Note& mine = notes_[what];
        mine.count += note.count;
        for (const std::string& example : note.examples)
            if (mine.examples.size() < kExamples) mine.examples.push_back(example);
    }
}

uint64_t Notes::count(std::string_view what) const {
    auto found = notes_.find(what);
    return found == notes_.end() ? 0 : found->second.count;
}

namespace {

bool is_utf8(std::string_view text) {
    size_t at = 0;
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at++;
    for (text.remove_prefix(at); !text.empty();)
        if (!take_utf8(text)) return false;
    return true;
}

}  // namespace

Batcher::~Batcher() {
    if (std::uncaught_exceptions() == exceptions_) return;
    try {
        finish();
    } catch (...) {  // the exception on its way says enough
    }
}

void Batcher::add(Item&& item) {
    if (!is_utf8(item.text) || !is_utf8(item.author)) {
        std::string shown = item.text;
        std::replace_if(
            shown.begin(), shown.end(), [](unsigned char c) { return c >= 0x80; }, '?');
        batch_.notes.add("not UTF-8: convert the file first", shown);
        return;
    }
    batch_.items.push_back(std::move(item));
    if (batch_.items.size() >= kBatchItems) finish();
}

void Batcher::finish() {
    consumer_.work(batch_);
    consumer_.take(std::move(batch_));
    batch_ = Batch{};
}

}  // namespace quillet

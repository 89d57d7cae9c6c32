// What readers hand on: items one by one, with counts and examples of what was left out.
// SPDX-License-Identifier: MIT
#include "corpus/item.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kExampleBytes = 160;

}  // namespace

bool is_utf8(std::string_view text) {
    auto first = std::find_if(text.begin(), text.end(), is_high);
    text.remove_prefix(static_cast<size_t>(first - text.begin()));
    while (!text.empty())
        if (!take_utf8(text)) return false;
    return true;
}

std::string example_of(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        std::string_view before = text;
        bool good = take_utf8(text).has_value();
        std::string_view bytes = before.substr(0, before.size() - text.size());
        if (line.size() + bytes.size() > kExampleBytes) return line + "…";
        bool control = static_cast<unsigned char>(bytes[0]) < ' ';
        line += !good ? "?" : control ? " " : bytes;
    }
    return line;
}

void add_example(std::vector<std::string>& examples, std::string_view text, std::string_view sign,
                 std::string_view other, std::string_view end) {
    if (examples.size() >= kExamples) return;
    examples.push_back(example_of(text).append(sign) + example_of(other).append(end));
}

void Notes::add(std::string_view what, std::string_view example) {
    auto found = notes_.find(what);
    if (found == notes_.end()) found = notes_.emplace(std::string(what), Note{}).first;
    Note& note = found->second;
    note.count++;
    if (!example.empty()) add_example(note.examples, example);
}

uint64_t Notes::count(std::string_view what) const {
    auto found = notes_.find(what);
    return found == notes_.end() ? 0 : found->second.count;
}

void Consumer::add(Item item) {
    if (is_utf8(item.text) && is_utf8(item.author))
        take(std::move(item));
    else
        notes.add("not UTF-8: convert the file first", item.text);
}

}  // namespace quillet

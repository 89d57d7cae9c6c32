// What readers hand on: items one by one, with counts and examples of what was left out.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// One quotation, proverb or name; UTF-8. `author` may be empty.
struct Item {
    std::string text;
    std::string author;
};

constexpr size_t kExamples = 5;

// `text` for a report: one line, not too long, cut between characters; bytes that are not UTF-8
// become "?".
std::string example_of(std::string_view text);

// Keeps the first kExamples: of "a", or of two texts with signs, "a -> b".
void add_example(std::vector<std::string>& examples, std::string_view text,
                 std::string_view sign = "", std::string_view other = "",
                 std::string_view end = "");

// How often something happened, with its first kExamples examples.
struct Note {
    uint64_t count = 0;
    std::vector<std::string> examples;
};

// Notes by name.
class Notes {
  public:
    void add(std::string_view what, std::string_view example);
    uint64_t count(std::string_view what) const;
    const std::map<std::string, Note, std::less<>>& all() const { return notes_; }

  private:
    std::map<std::string, Note, std::less<>> notes_;
};

// Where a reader's items go.
struct Consumer {
    std::function<void(Item&&)> take;
    Notes notes = {};  // what the reader left out

    // Takes an item; one that is not UTF-8 is left out, with a note.
    void add(Item item);
};

bool is_utf8(std::string_view text);

}  // namespace quillet

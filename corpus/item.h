// What readers hand on: items in batches, with counts and examples of what was left out.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
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
constexpr size_t kExampleBytes = 160;

// `text` for a report: one line, at most kExampleBytes long, cut between characters.
std::string example_of(std::string_view text);

// How often something happened, with its first kExamples examples.
struct Note {
    uint64_t count = 0;
    std::vector<std::string> examples;
};

// Notes by name. Merging in input order keeps the examples the same however many threads worked.
class Notes {
  public:
    void add(std::string_view what, std::string_view example, uint64_t count = 1);
    void merge(const Notes& later);
    uint64_t count(std::string_view what) const;
    const std::map<std::string, Note, std::less<>>& all() const { return notes_; }

  private:
    std::map<std::string, Note, std::less<>> notes_;
};

// What one cleaning rule did.
struct RuleCount {
    uint64_t changed = 0;
    uint64_t rejected = 0;
    std::vector<std::string> examples;  // "before -> after", or what was rejected
};

// Items that belong together in input order, and what happened to those that are gone.
struct Batch {
    std::vector<Item> items;
    Notes notes;                   // of the reader
    std::vector<RuleCount> rules;  // of the cleaning, one each in the order of Cleaner::rules()
    uint64_t read = 0;             // items before cleaning; set by the consumer
};

constexpr size_t kBatchItems = 1024;

// Where a reader's batches go.
class Consumer {
  public:
    virtual ~Consumer() = default;
    // Works on a batch; called from any thread.
    virtual void work(Batch& batch) const = 0;
    // Takes the batches in input order, after work(), on the thread that called the reader.
    virtual void take(Batch&& batch) = 0;
};

// Hands single items to a consumer in batches; for readers with one thread. REQUIRES finish() at
// the end. What was added before an exception is handed on too: --keep-damaged wants it.
// Items that are not UTF-8 are left out, with a note.
class Batcher {
  public:
    explicit Batcher(Consumer& consumer) : consumer_(consumer) {}
    Batcher(const Batcher&) = delete;
    Batcher& operator=(const Batcher&) = delete;
    ~Batcher();
    void add(Item&& item);
    Notes& notes() { return batch_.notes; }
    void finish();

  private:
    Consumer& consumer_;
    Batch batch_;
    int exceptions_ = std::uncaught_exceptions();
};

}  // namespace quillet

// Cleaning as named rules that are put together: one table, each rule changes an item, rejects it
// or lets it be.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/character_set.h"
#include "corpus/item.h"
#include "corpus/words.h"

namespace quillet {

// What the rules go by.
struct CleanOptions {
    std::vector<std::string> rules;  // names from kRules, in the order they are applied
    std::string alphabet = "ascii";  // as character_set() takes it
    size_t shortest = 16;            // characters
    size_t longest = 200;
    std::string language = "en";    // or "any"
    std::optional<WordList> words;  // to reject; none given: those of corpus/words/avoid-en.txt
};

// The default rules of quotations, or of names, with the alphabet and the lengths that go with them.
CleanOptions default_cleaning(bool names);

struct CleanContext {
    CleanOptions options;
    CharacterSet alphabet;
};

// What one cleaning rule did.
struct RuleCount {
    uint64_t changed = 0;
    uint64_t rejected = 0;
    std::vector<std::string> examples;  // "before -> after", or what was rejected
};

struct Rule {
    const char* name;
    const char* description;
    bool for_text, for_names;  // among the default rules of quotations, of names
    // Changes an item, or rejects it: false. nullptr for a rule about the whole corpus (duplicates),
    // which build_corpus() applies at the end.
    bool (*apply)(Item& item, const CleanContext& context);
};

// All rules in their default order.
std::span<const Rule> all_rules();

// The rule `name`. Throws Error(where, ...) where there is none.
const Rule& rule_called(std::string_view name, const std::string& where);

class Cleaner {
  public:
    // Throws Error when options.rules names a rule that there is not, or the default list of words is
    // asked for and not found.
    explicit Cleaner(const CleanOptions& options);
    Cleaner(const Cleaner&) = delete;
    Cleaner& operator=(const Cleaner&) = delete;

    const std::vector<const Rule*>& rules() const { return rules_; }
    // Applies the rules to `item` and counts what they do; false when one rejects it.
    bool clean(Item& item);
    // What each rule did so far, in the order of rules().
    const std::vector<RuleCount>& counts() const { return counts_; }
    // What the rule `name` did; nullptr where it is not in use.
    RuleCount* count_of(std::string_view name);

  private:
    // What is twice too long is not worth the other rules: counted as rejected by "length".
    bool is_far_too_long(const Item& item);

    CleanContext context_;
    std::vector<const Rule*> rules_;
    std::vector<RuleCount> counts_;
    RuleCount* length_ = nullptr;  // of the rule "length"
};

// The rules that are more than a line; each in its own words.
// They change `text`; one left empty is rejected.
void tidy_spaces(std::string& text);
void plain_typography(std::string& text);
void editorial_brackets(std::string& text);
void outer_quotes(std::string& text);
void leading_number(std::string& text);
void markdown(std::string& text);
bool is_cut_short(std::string_view text);
// False where `name` is none.
bool tidy_name(std::string& name);

}  // namespace quillet

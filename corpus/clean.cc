// Cleaning as named rules that are put together: one table, each rule changes an item, rejects it
// or lets it be.
// SPDX-License-Identifier: MIT
#include "corpus/clean.h"

#include <algorithm>

#include "base/error.h"
#include "base/resources.h"
#include "corpus/entities.h"
#include "corpus/language.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr char kWords[] = "corpus/words/avoid-en.txt";

// A rule that changes the text and rejects what it leaves empty.
template <void (*change)(std::string&)>
bool changed_by(Item& item, const CleanContext&) {
    change(item.text);
    return !item.text.empty();
}

bool has_length(Item& item, const CleanContext& context) {
    size_t characters = count_characters(item.text);
    return characters >= context.options.shortest && characters <= context.options.longest;
}

bool is_in_language(Item& item, const CleanContext& context) {
    return context.options.language == "any" || guess_language(item.text) != Language::kOther;
}

bool is_not_shouted(Item& item, const CleanContext&) {
    auto upper = std::count_if(item.text.begin(), item.text.end(), is_upper);
    auto small = std::count_if(item.text.begin(), item.text.end(), is_lower);
    return upper <= 12 || upper <= 2 * small;
}

bool is_without_markup(Item& item, const CleanContext&) {
    static const Words remains =
        split("'' {{ }} [[ ]] < {| |} &lt; &gt; &amp; &quot; &apos; &nbsp; &# __ ==", ' ');
    return !contains_any(item.text, remains);
}

bool is_without_links(Item& item, const CleanContext&) {
    static const Words addresses = split(":// www. .com/ .org/", ' ');
    const std::string& text = item.text;
    bool mail = false;
    for (size_t at = text.find('@'); at != npos && !mail; at = text.find('@', at + 1))
        mail = at > 0 && at + 1 < text.size() && is_alnum(text[at - 1]) && is_alnum(text[at + 1]);
    return !mail && !contains_any(text, addresses);
}

// In the order in which they are applied.
constexpr Rule kRules[] = {
    {"entities", "HTML's entities become characters: \"&quot;\", \"&#39;\", \"&mdash;\"", true,
     true, changed_by<decode_entities>},
    {"spaces", "one space between words, none at the ends or before a comma", true, true,
     changed_by<tidy_spaces>},
    {"markdown",
     "\"- \", \"* \" or \"> \" at the beginning and \"**\" around words go; no headings, no tables",
     true, false, changed_by<markdown>},
    {"typography", "typewriter quotes, dashes ( -- ) and dots (...)", true, true,
     changed_by<plain_typography>},
    {"brackets", "\"[H]is\" becomes \"His\"; \"[sic]\", \"[...]\" and \"[12]\" go", true, false,
     changed_by<editorial_brackets>},
    {"leading-number", "\"12. \", \"(3) \" or \"iv. \" at the beginning goes", true, false,
     changed_by<leading_number>},
    {"outer-quotes", "quotation marks around the whole go", true, false, changed_by<outer_quotes>},
    {"name", "a person's name: no \"(writer)\", no title in capitals, nothing but a name", false,
     true, [](Item& item, const CleanContext&) { return tidy_name(item.text); }},
    {"alphabet", "folded into --alphabet; rejected where a character has no form in it", true, true,
     [](Item& item, const CleanContext& context) { return context.alphabet.fold(item.text); }},
    {"length", "from --min-length to --max-length characters; what is twice too long goes at once",
     true, true, has_length},
    {"markup", "no remains of wikitext or HTML", true, true, is_without_markup},
    {"links", "no web or mail addresses", true, true, is_without_links},
    {"cut-short", "whole sentences: no dots, small letter or open bracket at either end", true,
     false, [](Item& item, const CleanContext&) { return !is_cut_short(item.text); }},
    {"capitals", "not all in capitals", true, false, is_not_shouted},
    {"language", "in --language", true, false, is_in_language},
    {"words", "none of the words in --words", true, true,
     [](Item& item, const CleanContext& context) {
         return context.options.words->find(item.text).empty();
     }},
    {"attributed", "only items with an author", false, false,
     [](Item& item, const CleanContext&) { return !item.author.empty(); }},
    {"duplicates", "the first of those with the same letters", true, true, nullptr},
    {"near-duplicates", "the first of those that share most of their wording", true, false,
     nullptr},
};

}  // namespace

std::span<const Rule> all_rules() {
    return kRules;
}

const Rule& rule_called(std::string_view name, const std::string& where) {
    if (const Rule* rule = row_called(kRules, name)) return *rule;
    throw Error(where, "there is no rule '" + std::string(name) +
                           "'; quillet corpus --list-rules shows them");
}

CleanOptions default_cleaning(bool names) {
    CleanOptions options;
    for (const Rule& rule : kRules)
        if (names ? rule.for_names : rule.for_text) options.rules.push_back(rule.name);
    if (!names) return options;
    options.alphabet = "names";
    options.shortest = 3;
    options.longest = 32;
    return options;
}

Cleaner::Cleaner(const CleanOptions& options) : context_{options, character_set(options.alphabet)} {
    for (const std::string& name : options.rules) rules_.push_back(&rule_called(name, "--rules"));
    counts_.resize(rules_.size());
    length_ = count_of("length");
    if (count_of("words") && !options.words)
        context_.options.words.emplace().add_file(find_resource(kWords) / kWords);
}

RuleCount* Cleaner::count_of(std::string_view name) {
    auto rule =
        std::find_if(rules_.begin(), rules_.end(), [&](const Rule* r) { return name == r->name; });
    return rule == rules_.end() ? nullptr : &counts_[static_cast<size_t>(rule - rules_.begin())];
}

bool Cleaner::is_far_too_long(const Item& item) {
    size_t longest = 2 * context_.options.longest;
    return length_ && item.text.size() > longest && count_characters(item.text) > longest;
}

bool Cleaner::clean(Item& item) {
    std::string before = item.text;  // what the next rule gets
    auto reject = [&](RuleCount& count) {
        count.rejected++;
        add_example(count.examples, before);
        return false;
    };
    for (size_t i = 0; i < rules_.size(); i++) {
        // After the first rule, by default "entities": an entity is many bytes long and one character.
        if (i == 1 && is_far_too_long(item)) return reject(*length_);
        if (rules_[i]->apply == nullptr) continue;
        RuleCount& count = counts_[i];
        if (!rules_[i]->apply(item, context_)) return reject(count);
        if (item.text == before) continue;
        count.changed++;
        add_example(count.examples, before, " -> ", item.text);
        before = item.text;
    }
    // One item is one line, whatever rules there are.
    std::replace(item.text.begin(), item.text.end(), '\n', ' ');
    return !item.text.empty();
}

}  // namespace quillet

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

Verdict reject_if(bool bad) {
    return bad ? Verdict::kRejected : Verdict::kKept;
}

// A rule that changes the text and rejects what it leaves empty.
template <void (*change)(std::string&)>
Verdict changed_by(Item& item, const CleanContext&) {
    std::string before = item.text;
    change(item.text);
    if (item.text.empty()) return Verdict::kRejected;
    return item.text == before ? Verdict::kKept : Verdict::kChanged;
}

Verdict apply_name(Item& item, const CleanContext&) {
    std::string before = item.text;
    if (!tidy_name(item.text)) return Verdict::kRejected;
    return item.text == before ? Verdict::kKept : Verdict::kChanged;
}

Verdict apply_alphabet(Item& item, const CleanContext& context) {
    std::string before = item.text;
    if (!context.alphabet.fold(item.text)) return Verdict::kRejected;
    return item.text == before ? Verdict::kKept : Verdict::kChanged;
}

Verdict apply_length(Item& item, const CleanContext& context) {
    size_t characters = count_characters(item.text);
    return reject_if(characters < context.options.shortest || characters > context.options.longest);
}

Verdict apply_language(Item& item, const CleanContext& context) {
    return reject_if(context.options.language != "any" &&
                     guess_language(item.text) == Language::kOther);
}

Verdict apply_capitals(Item& item, const CleanContext&) {
    auto upper = std::count_if(item.text.begin(), item.text.end(), is_upper);
    auto small = std::count_if(item.text.begin(), item.text.end(), is_lower);
    return reject_if(upper > 12 && upper > 2 * small);
}

Verdict apply_markup(Item& item, const CleanContext&) {
    static const Words remains =
        split("'' {{ }} [[ ]] < {| |} &lt; &gt; &amp; &quot; &apos; &nbsp; &# __ ==", ' ');
    return reject_if(contains_any(item.text, remains));
}

Verdict apply_links(Item& item, const CleanContext&) {
    static const Words addresses = split(":// www. .com/ .org/", ' ');
    const std::string& text = item.text;
    bool mail = false;
    for (size_t at = text.find('@'); at != npos && !mail; at = text.find('@', at + 1))
        mail = at > 0 && at + 1 < text.size() && is_alnum(text[at - 1]) && is_alnum(text[at + 1]);
    return reject_if(mail || contains_any(text, addresses));
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
     true, apply_name},
    {"alphabet", "folded into --alphabet; rejected where a character has no form in it", true, true,
     apply_alphabet},
    {"length", "from --min-length to --max-length characters; what is twice too long goes at once",
     true, true, apply_length},
    {"markup", "no remains of wikitext or HTML", true, true, apply_markup},
    {"links", "no web or mail addresses", true, true, apply_links},
    {"cut-short", "whole sentences: no dots, small letter or open bracket at either end", true,
     false, [](Item& item, const CleanContext&) { return reject_if(is_cut_short(item.text)); }},
    {"capitals", "not all in capitals", true, false, apply_capitals},
    {"language", "in --language", true, false, apply_language},
    {"words", "none of the words in --words", true, true,
     [](Item& item, const CleanContext& context) {
         return reject_if(!context.options.words->find(item.text).empty());
     }},
    {"attributed", "only items with an author", false, false,
     [](Item& item, const CleanContext&) { return reject_if(item.author.empty()); }},
    {"duplicates", "the first of those with the same letters", true, true, nullptr},
    {"near-duplicates", "the first of those that share most of their wording", true, false,
     nullptr},
};

}  // namespace

std::span<const Rule> all_rules() {
    return kRules;
}

const Rule& rule_called(std::string_view name, const std::string& where) {
    auto rule = std::find_if(std::begin(kRules), std::end(kRules),
                             [&](const Rule& r) { return name == r.name; });
    if (rule == std::end(kRules))
        throw Error(where, "there is no rule '" + std::string(name) +
                               "'; quillet corpus --list-rules shows them");
    return *rule;
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

void RuleCount::reject(std::string_view text) {
    rejected++;
    if (examples.size() < kExamples) examples.push_back(example_of(text));
}

Cleaner::Cleaner(const CleanOptions& options) : context_{options, character_set(options.alphabet)} {
    for (const std::string& name : options.rules) {
        const Rule& rule = rule_called(name, "--rules");
        if (rule.apply == apply_length) length_ = rules_.size();
        rules_.push_back(&rule);
    }
    counts_.resize(rules_.size());
    if (has("words") && !options.words)
        context_.options.words.emplace().add_file(find_resource(kWords) / kWords);
    // An entity is many bytes long and one character.
    weighed_before_ = !rules_.empty() && rules_[0]->apply == changed_by<decode_entities> ? 1 : 0;
}

bool Cleaner::has(std::string_view rule) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule* r) { return rule == r->name; });
}

bool Cleaner::is_far_too_long(const Item& item) {
    size_t longest = 2 * context_.options.longest;
    if (length_ == SIZE_MAX || item.text.size() <= longest ||
        count_characters(item.text) <= longest)
        return false;
    counts_[length_].reject(item.text);
    return true;
}

bool Cleaner::clean(Item& item) {
    std::string before = item.text;  // what the next rule gets
    for (size_t i = 0; i < rules_.size(); i++) {
        if (i == weighed_before_ && is_far_too_long(item)) return false;
        if (rules_[i]->apply == nullptr) continue;
        RuleCount& count = counts_[i];
        Verdict verdict = rules_[i]->apply(item, context_);
        if (verdict == Verdict::kKept) continue;
        if (verdict == Verdict::kRejected) {
            count.reject(before);
            return false;
        }
        count.changed++;
        if (count.examples.size() < kExamples)
            count.examples.push_back(example_of(before) + " -> " + example_of(item.text));
        before = item.text;
    }
    // One item is one line, whatever rules there are.
    std::replace(item.text.begin(), item.text.end(), '\n', ' ');
    return !item.text.empty();
}

}  // namespace quillet

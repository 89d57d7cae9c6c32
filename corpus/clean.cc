// Cleaning as named rules that are put together: one table, each rule changes an item, rejects it
// or lets it be.
// SPDX-License-Identifier: MIT
#include "corpus/clean.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "corpus/language.h"
#include "corpus/sixteen_bytes.h"

namespace quillet {
namespace {

Verdict reject_if(bool bad) {
    return bad ? Verdict::kRejected : Verdict::kKept;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
        return text.find(part) != std::string_view::npos;
    });
}

Verdict apply_alphabet(Item& item, const CleanContext& context) {
    if (context.alphabet.has_all(item.text)) return Verdict::kKept;
    std::string before = item.text;
    char32_t missing = 0;
    if (!context.alphabet.fold(item.text, missing)) return Verdict::kRejected;
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
    auto mark_upper = [](SixteenBytes bytes) -> SixteenBytes { return bytes - 'A' < 26; };
    auto mark_lower = [](SixteenBytes bytes) -> SixteenBytes { return bytes - 'a' < 26; };
    size_t upper = count_marked(item.text, mark_upper), lower = count_marked(item.text, mark_lower);
    return reject_if(upper > 12 && upper > 2 * lower);
}

// Marks what every remain of markup has but "''".
SixteenBytes mark_markup(SixteenBytes bytes) {
    SixteenBytes brackets = bytes | 0x20;
    return (brackets == '{') | (brackets == '}') | (bytes == '<') | (bytes == '&') |
           (bytes == '_') | (bytes == '=');
}

Verdict apply_markup(Item& item, const CleanContext&) {
    size_t first = find_marked(item.text, 0, mark_markup);
    return reject_if(
        has_any(item.text, {"''"}) ||
        has_any(std::string_view(item.text).substr(first),
                {"{{", "}}", "[[", "]]", "<", "{|", "|}", "&lt;", "&amp;", "__", "=="}));
}

Verdict apply_links(Item& item, const CleanContext&) {
    auto mark_address = [](SixteenBytes bytes) -> SixteenBytes {
        return (bytes == '@') | (bytes == '/');
    };
    if (find_marked(item.text, 0, mark_address) == item.text.size())
        return reject_if(has_any(item.text, {"www."}));
    bool mail = false;
    for (size_t at = item.text.find('@'); at != std::string::npos && !mail;
         at = item.text.find('@', at + 1))
        mail = at > 0 && at + 1 < item.text.size() &&
               std::isalnum(static_cast<unsigned char>(item.text[at - 1])) &&
               std::isalnum(static_cast<unsigned char>(item.text[at + 1]));
    return reject_if(mail || has_any(item.text, {"://", "www.", ".com/", ".org/"}));
}

// In the order in which they are applied.
constexpr Rule kRules[] = {
    {"spaces", "one space between words, none at the ends or before a comma", true, true,
     [](Item& item, const CleanContext&) { return tidy_spaces(item.text); }},
    {"typography", "typewriter quotes, dashes ( -- ) and dots (...)", true, true,
     [](Item& item, const CleanContext&) { return plain_typography(item.text); }},
    {"brackets", "\"[H]is\" becomes \"His\"; \"[sic]\", \"[...]\" and \"[12]\" go", true, false,
     [](Item& item, const CleanContext&) { return editorial_brackets(item.text); }},
    {"leading-number", "\"12. \", \"(3) \" or \"iv. \" at the beginning goes", true, false,
     [](Item& item, const CleanContext&) { return leading_number(item.text); }},
    {"outer-quotes", "quotation marks around the whole go", true, false,
     [](Item& item, const CleanContext&) { return outer_quotes(item.text); }},
    {"name", "a person's name: no \"(writer)\", no title in capitals, nothing but a name", false,
     true, [](Item& item, const CleanContext&) { return tidy_name(item.text); }},
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
         return reject_if(!context.options.words.find(item.text).empty());
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

std::vector<std::string> default_rules(bool names) {
    std::vector<std::string> rules;
    for (const Rule& rule : kRules)
        if (names ? rule.for_names : rule.for_text) rules.push_back(rule.name);
    return rules;
}

Cleaner::Cleaner(const CleanOptions& options)
    : options_(options), context_{options_, character_set(options.alphabet)} {
    for (const std::string& name : options.rules) {
        auto rule = std::find_if(std::begin(kRules), std::end(kRules),
                                 [&](const Rule& r) { return name == r.name; });
        if (rule == std::end(kRules))
            throw Error("--rules",
                        "there is no rule '" + name + "'; quillet corpus --list-rules shows them");
        if (rule->apply == apply_length) length_ = rules_.size();
        rules_.push_back(rule);
    }
}

bool Cleaner::has(std::string_view name) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule* rule) { return name == rule->name; });
}

void Cleaner::reject(std::string_view text, RuleCount& count) {
    count.rejected++;
    if (count.examples.size() < kExamples) count.examples.push_back(example_of(text));
}

bool Cleaner::clean(Item& item, std::string& before, std::vector<RuleCount>& counts) const {
    if (length_ < rules_.size() && item.text.size() > 2 * options_.longest &&
        count_characters(item.text) > 2 * options_.longest) {
        reject(item.text, counts[length_]);
        return false;
    }
    before = item.text;  // what the next rule gets
    for (size_t i = 0; i < rules_.size(); i++) {
        if (rules_[i]->apply == nullptr) continue;
        RuleCount& count = counts[i];
        Verdict verdict = rules_[i]->apply(item, context_);
        if (verdict == Verdict::kKept) continue;
        if (verdict == Verdict::kRejected) {
            reject(before, count);
            return false;
        }
        count.changed++;
        if (count.examples.size() < kExamples)
            count.examples.push_back(example_of(before) + " -> " + example_of(item.text));
        before = item.text;
    }
    // One item is one line, whatever rules there are.
    for (size_t at = 0; (at = item.text.find('\n', at)) != std::string::npos;) item.text[at] = ' ';
    return !item.text.empty();
}

void Cleaner::clean(Batch& batch) const {
    batch.rules.resize(rules_.size());
    batch.read = batch.items.size();
    std::string before;
    std::erase_if(batch.items, [&](Item& item) { return !clean(item, before, batch.rules); });
}

}  // namespace quillet

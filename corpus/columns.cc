// Which column or field of a table is the text, and which the author: by name, or guessed.
// SPDX-License-Identifier: MIT
#include "corpus/columns.h"

#include <cstdlib>

#include "base/error.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// "Quote_Text" and "quoteText" are the same.
std::string plain_name(std::string_view name) {
    std::string plain = lower(without_blanks(name));
    std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == ' '; });
    return plain;
}

size_t find_any(const std::vector<std::string>& names, const Words& wanted) {
    for (std::string_view name : wanted)
        for (size_t i = 0; i < names.size(); i++)
            if (plain_name(names[i]) == name) return i;
    return SIZE_MAX;
}

}  // namespace

size_t find_column(const std::vector<std::string>& names, std::string_view wanted) {
    for (size_t i = 0; i < names.size(); i++)
        if (names[i] == wanted) return i;
    std::string plain = plain_name(wanted);
    size_t found = find_any(names, {plain});
    if (found != SIZE_MAX || !is_number(plain)) return found;
    size_t number = std::strtoul(plain.c_str(), nullptr, 10);
    return number >= 1 && number <= names.size() ? number - 1 : SIZE_MAX;
}

size_t guess_text_column(const std::vector<std::string>& names) {
    static const Words guesses = split(
        "text quote quotation quotetext thequote quotes body content q saying proverb sentence "
        "quotebody quotecontent citation message phrase line lines joke en english",
        ' ');
    return find_any(names, guesses);
}

size_t guess_author_column(const std::vector<std::string>& names) {
    static const Words guesses = split(
        "author quoteauthor authorname by saidby attribution speaker who a authors person name "
        "character writer",
        ' ');
    return find_any(names, guesses);
}

std::string quoted_list(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        if (list.size() > 300) return list + ", ...";
        list += (list.empty() ? "'" : ", '") + name + "'";
    }
    return list.empty() ? "none" : list;
}

void RowCheck::bad(const std::string& note, const std::string& where, const std::string& why,
                   std::string_view row) {
    if (why_.empty()) {
        where_ = where;
        why_ = why;
    }
    consumer_.notes.add(note, where + ": " + std::string(row));
}

void RowCheck::finish() const {
    if (good_ == 0 && !why_.empty()) throw Error(where_, why_ + "; no row is better");
}

}  // namespace quillet

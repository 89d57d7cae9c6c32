// Wikiquote's conventions: who said it and where, written on the line of the quotation.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>

#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr size_t kLongestTail = 120;

// What is written after a quotation, on its line, and where it begins with its dash: "... ~
// [[Sigmund Freud]]".
struct Tail {
    std::string_view flat;  // empty when there is none
    size_t from = 0;
};

Tail tail_of(std::string_view text) {
    // Most quotations end like sentences, which sources seldom do.
    size_t last = text.find_last_not_of(" \x05");
    if (last == npos || last == 0 || text[last] == '!' || text[last] == '?' || text[last] == '"')
        return {};
    char before = text[last - 1];
    if (text[last] == '.' && is_alpha(before)) return {};
    size_t begin = text.size() - std::min<size_t>(text.size(), kLongestTail);
    for (size_t at = text.size(); at-- > begin;) {
        // The last bytes of "~", "-", the dashes of UTF-8, "&mdash;".
        char c = text[at];
        if (c != '~' && c != '-' && c != ';' && c != '\x93' && c != '\x94') continue;
        for (std::string_view sign :
             {"~", "\xE2\x80\x94", "\xE2\x80\x93", "--", " -", "&mdash;", "&ndash;"})
            if (at >= sign.size() && text.substr(0, at + 1).ends_with(sign))
                return {trimmed(text.substr(at + 1)), at + 1 - sign.size()};
    }
    return {};
}

// "Ben Waiter", "E. M. Other": two to four words that begin with capitals.
bool is_name(std::string_view text) {
    size_t words = 0;
    for (size_t at = 0; at < text.size(); words++) {
        size_t end = std::min(text.find(' ', at), text.size());
        auto first = static_cast<unsigned char>(text[at]);
        bool initial = end - at == 2 && text[end - 1] == '.';
        if (!std::isupper(first) && first < 0x80) return false;
        if (!initial && text.substr(at, end - at).find_first_of(".!?:;\"") != npos) return false;
        at = std::min(text.find_first_not_of(' ', end), text.size());
    }
    return words >= 2 && words <= 4;
}

// "''A Book'', ch. 4": a title, and where in it.
bool is_title(std::string_view flat) {
    if (!in_italics(flat)) return false;
    size_t end = flat.find("''", 2);
    if (end == npos) return false;
    std::string_view rest = flat.substr(std::min(flat.find_first_not_of('\'', end), flat.size()));
    return rest.empty() || std::string_view(",.;:(").find(rest.front()) != npos ||
           rest.find_first_of("(0123456789") != npos;
}

}  // namespace

std::string take_signature(std::string& text, bool person) {
    Tail tail = tail_of(text);
    if (tail.flat.empty()) return "";
    std::string_view head = trimmed(std::string_view(text).substr(0, tail.from));
    head = head.substr(0, head.find_last_not_of(" '\x05") + 1);
    bool ended = !head.empty() && std::string_view(".!?\"\x9D").find(head.back()) != npos;
    size_t first = tail.flat.find_first_not_of(" '"), last = tail.flat.find_last_not_of(" .'\x05");
    std::string author;
    if (ended && is_title(tail.flat)) {
        text.erase(tail.from);
        return "";
    }
    if (person || first == npos || last == npos) return "";
    if (tail.flat[first] == mark::kLink && tail.flat[last] == mark::kLinkEnd) {
        author = first_link(tail.flat);
    } else if (ended) {
        std::string name = plain_line(tail.flat.substr(0, tail.flat.find(',')));
        if (!is_name(name)) return "";
        author = first_link(tail.flat);
        if (author.empty()) author = name;
    }
    if (!author.empty()) text.erase(tail.from);
    return author;
}

void strip_speaker(std::string& text) {
    size_t from = std::min(text.find_first_not_of(' '), text.size());
    if (text.compare(from, 3, "'''") != 0 || text.compare(from, 4, "''''") == 0) return;
    size_t end = text.find("'''", from + 3);
    if (end == npos || end - from > 40) return;
    bool inside = text[end - 1] == ':', after = text.compare(end + 3, 1, ":") == 0;
    size_t rest = end + 3 + after;
    // A conversation stays as it is.
    bool several = text.find("'''", rest) != npos;
    if ((inside || after) && rest + 3 < text.size() && !several) text.erase(0, rest);
}

}  // namespace quillet

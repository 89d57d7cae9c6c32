// Paragraphs of Project Gutenberg without the signs of their type.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/brackets.h"
#include "corpus/gutenberg.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// True for what stands in braces or brackets instead of words: "12", "Pg 12", "iv", "*", "264-2", an
// inline "Footnote 1: ...".
bool is_mark(std::string_view inside) {
    if (inside.empty()) return false;
    static const Words notes = split("footnote |illustration|sidenote:|transcriber", '|');
    if (starts_with_any(lower(inside.substr(0, 12)), notes)) return true;
    if (lower(inside.substr(0, 2)) == "pg") inside.remove_prefix(2);
    while (inside.starts_with(' ') || inside.starts_with('.')) inside.remove_prefix(1);
    bool digits = std::all_of(inside.begin(), inside.end(),
                              [](char c) { return is_digit(c) || c == '-' || c == '*'; });
    // "[a] place" is an insertion, "the sea [b]" a note.
    bool letter = inside.size() == 1 && is_lower(inside[0]) && inside[0] != 'a';
    return digits || letter || is_roman(inside);
}

// Takes signs of type off a paragraph, in one pass.
class TypeStripper {
  public:
    explicit TypeStripper(std::string_view text) : text_(text), closings_(text) {
        for (size_t i = 0; i < kBold.size(); i++) last_bold_[i] = find_last(kBold[i]);
    }

    std::string run() {
        while (at_ < text_.size()) {
            char c = text_[at_];
            if (c == '_' || kBold.find(c) != npos)
                sign(c);
            else if (c == '[' || c == '{')
                bracket(c);
            else if (c == '*' || c == '(' || c == '\xE2')
                note();
            else if (c == '^')
                raised();
            else
                plain_ += text_[at_++];
        }
        return std::move(plain_);
    }

  private:
    // Signs of bold, spaced out and otherwise marked words.
    static constexpr std::string_view kBold = "=~+";

    char before(size_t at) const { return at > 0 ? text_[at - 1] : ' '; }
    char after(size_t at) const { return at < text_.size() ? text_[at] : ' '; }
    bool word_before(size_t at) const {
        return is_digit(before(at)) || ends_with_letter(text_.substr(0, at));
    }
    bool word_after(size_t at) const {
        return is_digit(after(at)) || starts_with_letter(text_.substr(at));
    }

    // The last place where `sign` may end bold type.
    size_t find_last(char sign) const {
        for (size_t at = text_.rfind(sign); at != npos && at > 0; at = text_.rfind(sign, at - 1))
            if (before(at) != ' ' && !word_after(at + 1)) return at;
        return 0;
    }

    // A run of one sign begins or ends its type, or is text.
    void sign(char c) {
        size_t end = skip(text_, c, at_);
        bool is_type = c == '_' ? is_italic(end) : is_bold(c, end);
        if (!is_type) plain_ += text_.substr(at_, end - at_);
        at_ = end;
    }

    // An underscore is a sign of italics wherever it is at the edge of a word: they may go over
    // paragraphs. Within a word it is one where they are open, or where the word has another.
    bool is_italic(size_t end) {
        bool left = word_before(at_), right = word_after(end);
        if (end - at_ > 2 || (before(at_) == ' ' && after(end) == ' ')) return false;
        if (!left || !right) {
            italic_ = right && !left ? true : left && !right ? false : !italic_;
            return true;
        }
        if (italic_) {
            italic_ = false;
            return true;
        }
        if (end > next_edge_) next_edge_ = std::min(text_.find_first_of(" _", end), text_.size());
        italic_ = after(next_edge_) == '_';
        return italic_;
    }

    // Bold type begins before a word and ends behind one, in the same paragraph.
    bool is_bold(char c, size_t end) {
        const size_t sign = kBold.find(c);
        bool& open = bold_[sign];
        bool closes = open && before(at_) != ' ';
        bool opens = !open && !word_before(at_) && after(end) != ' ' && last_bold_[sign] >= end;
        if (closes || opens) open = opens;
        return closes || opens;
    }

    // A footnote's mark at a word, "supper,*" or "squeaks(1)", goes; "*word*" and "(1) one" stay.
    void note() {
        std::string_view mark = mark_at(text_.substr(at_));
        size_t end = at_ + std::max<size_t>(mark.size(), 1);
        bool star = text_[at_] == '*', at_word = before(at_) != ' ' && before(at_) != '*';
        bool goes = !mark.empty() && at_word && !word_after(end) && after(end) != '*' &&
                    !is_digit(before(at_)) && !(star && starred_);
        if (star) starred_ = !at_word || (starred_ && !goes && word_after(end));
        if (!goes) plain_ += text_.substr(at_, end - at_);
        at_ = end;
    }

    // "4^{th}" and "M^r" without the sign; a number behind a stop is a footnote's: "fruit.^1".
    void raised() {
        bool braces = after(at_ + 1) == '{';
        size_t begin = at_ + 1 + braces;
        size_t end = braces ? closings_.find('}', begin) : begin;
        if (!braces)
            while (end < text_.size() && is_alnum(text_[end])) end++;
        if (end == npos || end == begin || end - begin > 8 || before(at_) == ' ') {
            plain_ += text_[at_++];
            return;
        }
        std::string_view inside = text_.substr(begin, end - begin);
        bool number = std::all_of(inside.begin(), inside.end(), is_digit);
        if (number && is_digit(before(at_))) {  // 10^6
            plain_ += text_.substr(at_, end - at_);
        } else if (!number || word_before(at_)) {
            plain_ += inside;
        }
        at_ = end + braces;
    }

    void bracket(char c) {
        size_t end = closings_.find(c == '[' ? ']' : '}', at_);
        std::string_view inside =
            end == npos ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
        std::string_view rest = end == npos ? std::string_view() : text_.substr(end + 1);
        Bracketed kind = c == '[' ? bracketed(plain_, inside, rest) : Bracketed::kOther;
        static const Words scripts =
            split("greek: |hebrew: |arabic: |syriac: |coptic: |sanskrit: |russian: |symbol: ", '|');
        // "[Greek: logos]" stands for a word in other letters.
        if (c == '[' && starts_with_any(lower(inside.substr(0, 12)), scripts)) {
            plain_ += inside.substr(inside.find(' ') + 1);
            at_ = end + 1;
            return;
        }
        // What stands behind a word may be an editor's remark, "word[sic]".
        if (kind == Bracketed::kLetters && (inside.size() < 3 || starts_with_letter(rest))) {
            plain_ += letters_in(inside);
        } else if (kind == Bracketed::kMark || (kind == Bracketed::kOther && is_mark(inside))) {
            bool doubled = plain_.ends_with(' ') && rest.starts_with(' ');
            end += doubled;
        } else {
            plain_ += text_[at_++];
            return;
        }
        at_ = end + 1;
    }

    std::string_view text_;
    Closings closings_;
    size_t last_bold_[kBold.size()];  // where each sign may end its type for the last time
    size_t at_ = 0, next_edge_ = 0;
    bool italic_ = false, bold_[kBold.size()] = {};
    bool starred_ = false;  // a star before a word is open
    std::string plain_;
};

}  // namespace

std::string without_type(std::string_view text) {
    return TypeStripper(text).run();
}

}  // namespace quillet

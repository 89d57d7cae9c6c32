// The cleaning rules that are more than a line.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/fold.h"
#include "base/utf8.h"
#include "corpus/brackets.h"
#include "corpus/clean.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// How many bytes of a space stand at the beginning of `text`: ASCII's, the no-break space, U+2000
// to U+200B, which has no width, U+3000.
size_t space_at(std::string_view text) {
    unsigned char c = static_cast<unsigned char>(text[0]);
    if (c <= ' ' || c == 0x7F) return 1;
    if (c == 0xC2 && text.substr(1).starts_with('\xA0')) return 2;
    if (c == 0xE2 && text.size() > 2 && text[1] == '\x80' &&
        static_cast<unsigned char>(text[2]) <= 0x8B)
        return 3;
    if (c == 0xE3 && text.substr(1).starts_with("\x80\x80")) return 3;
    return 0;
}

// How many bytes of dots stand at the beginning of `text`: three or more, "....", or all with a
// space between them, ". . ."; 0 for fewer.
size_t ellipsis_length(std::string_view text) {
    if (!text.starts_with('.')) return 0;
    bool spaced = text.size() > 1 && space_at(text.substr(1)) > 0;
    size_t dots = 0, length = 0;
    for (size_t next = 0; text.substr(std::min(next, text.size())).starts_with('.'); dots++) {
        length = next + 1;
        next = length + (spaced && length < text.size() ? space_at(text.substr(length)) : 0);
        if (spaced && next == length) {
            dots++;
            break;
        }
    }
    return dots >= 3 ? length : 0;
}

// Text in typewriter characters; a dash takes the spaces around it.
class PlainWriter {
  public:
    void add(std::string_view piece) {
        while (after_dash_ && piece.starts_with(' ')) piece.remove_prefix(1);
        if (piece.empty()) return;
        // "Mr. F----, who": the dash stands for letters.
        const bool closes = piece.size() == 1 && std::string_view(",;.:?!").find(piece) != npos;
        if (after_dash_ && closes && text_.ends_with(" -- "))
            text_.replace(text_.size() - 4, 4, "--");
        after_dash_ = false;
        text_ += piece;
    }
    void add_dash() {
        if (after_dash_) return;
        after_dash_ = true;
        while (text_.ends_with(' ')) text_.pop_back();
        if (!text_.empty()) text_ += " -- ";
    }
    bool ends_with_digit() const { return !text_.empty() && is_digit(text_.back()); }
    const std::string& text() const { return text_; }
    std::string take() {
        while (text_.ends_with(' ')) text_.pop_back();
        return std::move(text_);
    }

  private:
    std::string text_;
    bool after_dash_ = false;
};

// The character at the beginning of `rest`, which is not ASCII; takes it off.
void put_foreign(std::string_view& rest, PlainWriter& plain) {
    std::string_view at = rest;
    char32_t c = take_utf8(rest).value_or(0xFFFD);
    const char* ascii = ascii_of(c);
    bool punctuation = ascii != nullptr && !is_alnum(*ascii) && c != 0xB7;
    // A raised digit behind a stop is a footnote's: "it.²", but "5 m²".
    if ((c == 0xB9 || c == 0xB2 || c == 0xB3 || c == 0x2070 || (c >= 0x2074 && c <= 0x2079)) &&
        ends_with_stop(plain.text()))
        return;
    if (!punctuation)
        plain.add(at.substr(0, at.size() - rest.size()));
    else if (c == 0x2013 && plain.ends_with_digit() && !rest.empty() && is_digit(rest[0]))
        plain.add("-");
    else if (std::string_view(ascii) == "--")
        plain.add_dash();
    else
        plain.add(ascii);
}

// "sic", "...", "12", "264-2", "page 7", "*": marks and notes, no words of the text as "sick" is.
bool is_editors_mark(std::string_view inside) {
    static const WordSet notes = word_set(
                             "sic footnote footnotes citation citations laughter applause emphasis "
                             "italics translation translations translated verification"),
                         pages = word_set("page p pp pg");
    const std::string bare = lower(without_blanks(inside));
    bool marks = bare.find_first_not_of("0123456789-*.,:; /#?!+") == npos;
    if (marks || bare == "\xE2\x80\xA6" || bare.starts_with("note ") || bare.starts_with("notes "))
        return true;
    auto end = std::find_if_not(bare.begin(), bare.end(), is_alpha);
    std::string_view word(bare.begin(), end), rest(end, bare.end());
    rest.remove_prefix(skip(rest, ". "));
    bool number = !rest.empty() && (is_digit(rest[0]) || is_roman(rest));
    return notes.contains(word) || (pages.contains(word) && number);
}

// "he [the old baker]": an explanation of a pronoun goes; after another word the insertion may be
// needed. `text` ends before the bracket.
bool explains_pronoun(std::string_view text, std::string_view inside) {
    static const WordSet pronouns =
        word_set("he she it they him her them his their this these those i we us you who whom");
    // Pronouns are short: the last few bytes tell.
    std::string last =
        lower(without_blanks(text.substr(text.size() - std::min<size_t>(text.size(), 16))));
    last.erase(0, last.rfind(' ') + 1);
    return pronouns.contains(last) && split(inside, ' ').size() > 1;
}

// `text` without `sign` before and behind words, "**bold**"; one between spaces stays.
std::string without_pairs(std::string_view text, std::string_view sign) {
    std::string plain;
    for (size_t open = text.find(sign); open != npos; open = text.find(sign)) {
        std::string_view inside = text.substr(open + sign.size());
        size_t close = inside.find(sign);
        bool around = close != npos && close > 0 && inside[0] != ' ' && inside[close - 1] != ' ';
        plain += text.substr(0, open);
        plain += around ? inside.substr(0, close) : sign;
        text = inside.substr(around ? close + sign.size() : 0);
    }
    return plain.append(text);
}

// Brackets that do not close, or a single quotation mark.
bool is_unbalanced(std::string_view text) {
    int round = 0, square = 0, marks = 0;
    for (char c : text) {
        round += (c == '(') - (c == ')');
        square += (c == '[') - (c == ']');
        marks += c == '"';
        if (round < 0 || square < 0) return true;
    }
    return round != 0 || square != 0 || marks % 2 != 0;
}

}  // namespace

void tidy_spaces(std::string& text) {
    std::string tidy;
    bool space = false;
    for (std::string_view rest = text; !rest.empty();) {
        if (size_t n = space_at(rest)) {
            // Without width it only allows a line's end in a word; behind a sentence it parts words.
            bool in_word = rest.starts_with("\xE2\x80\x8B") && ends_with_letter(tidy);
            space = space || !in_word;
            rest.remove_prefix(n);
            continue;
        }
        char c = rest[0];
        // " ," goes, and " ." before what is no word; ".5" and ".NET" and dots that are an ellipsis
        // stay.
        size_t dots = ellipsis_length(rest);
        bool word = rest.size() > 1 && (rest[1] == '.' || is_alnum(rest[1]));
        bool closes = c == ',' || c == ';' || (c == '.' && !word && dots == 0);
        if (space && !tidy.empty() && !closes) tidy += ' ';
        space = false;
        for (size_t i = 0; i < std::max<size_t>(dots, 1); i++)
            if (dots == 0 || static_cast<unsigned char>(rest[i]) == '.')
                tidy += rest[i];
            else if (tidy.back() == '.')
                tidy += ' ';
        rest.remove_prefix(std::max<size_t>(dots, 1));
    }
    text = std::move(tidy);
}

void plain_typography(std::string& text) {
    PlainWriter plain;
    for (std::string_view rest = text; !rest.empty();) {
        size_t length = 1;
        if (is_high(rest[0])) {
            put_foreign(rest, plain);
            continue;
        }
        if (rest.starts_with("--")) {
            length = skip(rest, '-');
            plain.add_dash();
        } else if (rest.starts_with("``") || rest.starts_with("''")) {
            length = 2;
            plain.add("\"");
        } else if (size_t dots = ellipsis_length(rest)) {
            length = dots;
            plain.add("...");
        } else {
            plain.add(rest[0] == '`' ? "'" : rest.substr(0, 1));
        }
        rest.remove_prefix(length);
    }
    text = plain.take();
}

void editorial_brackets(std::string& text) {
    if (text.find('[') == npos) return;
    std::string tidy;
    Closings closings(text);
    bool behind_mark = false;  // "[a][b]": what follows a mark is one
    for (size_t i = 0; i < text.size(); i++) {
        size_t end = text[i] == '[' ? closings.find(']', i) : npos;
        if (end == npos) {
            tidy += text[i];
            behind_mark = behind_mark && text[i] == ' ';
            continue;
        }
        std::string_view inside = std::string_view(text).substr(i + 1, end - i - 1),
                         rest = std::string_view(text).substr(end + 1);
        char before = tidy.empty() ? ' ' : tidy.back(), after = rest.empty() ? ' ' : rest[0];
        Bracketed kind = bracketed(tidy, inside, rest);
        bool joined = kind == Bracketed::kLetters && starts_with_letter(rest);
        bool mark = kind == Bracketed::kMark || (behind_mark && inside.size() == 1 && !joined) ||
                    (is_editors_mark(inside) && kind != Bracketed::kIndex && !joined);
        bool explains = before == ' ' && !is_alpha(after) && explains_pronoun(tidy, inside);
        if (kind == Bracketed::kIndex) {
            tidy += text.substr(i, end + 1 - i);
        } else if (mark || explains) {
            // "a [...] b": one space is enough; "word [1].": none.
            if (before == ' ' && (after == ' ' || is_punct(after)) && !tidy.empty())
                tidy.pop_back();
        } else {
            tidy += kind == Bracketed::kLetters ? letters_in(inside) : inside;
        }
        behind_mark = mark;
        i = end;
    }
    tidy_spaces(tidy);
    text = std::move(tidy);
}

void leading_number(std::string& text) {
    size_t i = 0;
    bool bracket = text.starts_with('(') || text.starts_with('[');
    if (bracket || text.starts_with('#')) i++;
    size_t begin = i;
    while (i < text.size() && is_digit(text[i])) i++;
    bool roman = i == begin;
    while (roman && i < text.size() && std::string_view("ivxIVX").find(text[i]) != npos) i++;
    if (i == begin || i - begin > 5 || i >= text.size()) return;
    if (roman && (text[begin] == 'I' || text[begin] == 'X') && i - begin == 1 && !bracket &&
        text[i] != '.')
        return;
    std::string_view closing = bracket ? ")]" : ".):";
    if (closing.find(text[i]) == npos || !text.substr(i + 1).starts_with(' ')) return;
    std::string_view rest = without_blanks(std::string_view(text).substr(i + 1));
    if (!rest.empty() && !is_lower(rest[0])) text = std::string(rest);
}

void markdown(std::string& text) {
    static const Words bullets = split("- |* |+ |\xE2\x80\xA2 |> ", '|');
    std::string_view rest = text;
    while (starts_with_any(rest, bullets)) rest = without_blanks(rest.substr(rest.find(' ')));
    // A heading, and a row of a table.
    size_t hashes = skip(rest, '#');
    bool heading = hashes > 0 && hashes <= 6 && rest.substr(hashes).starts_with(' ');
    if (heading || (rest.starts_with('|') && rest.ends_with('|'))) return text.clear();
    std::string plain = without_pairs(without_pairs(rest, "**"), "__");
    // One star alone may stand for letters, but not around the whole.
    bool whole = plain.size() > 2 && plain.front() == '*' && plain.back() == '*' &&
                 std::count(plain.begin(), plain.end(), '*') == 2;
    text = whole ? plain.substr(1, plain.size() - 2) : plain;
}

void outer_quotes(std::string& text) {
    bool changed = false;
    for (;;) {
        char quote = text.empty() ? ' ' : text.front();
        if (text.size() < 3 || (quote != '"' && quote != '\'')) break;
        // The mark may stand before the full stop: "Text". becomes Text.
        size_t last = text.size() - 1;
        bool stop_outside = text[last] == '.' && text[last - 1] == quote;
        if (stop_outside) last--;
        if (text[last] != quote || last < 2) break;
        std::string inside = text.substr(1, last - 1);
        if (quote == '"' && inside.find(quote) != npos) break;
        if (quote == '\'' && (inside.find("' ") != npos || inside.find(" '") != npos)) break;
        if (stop_outside && !is_punct(inside.back())) inside += '.';
        text = inside;
        changed = true;
    }
    if (changed) tidy_spaces(text);
}

bool is_cut_short(std::string_view text) {
    // Words no sentence ends with.
    static const WordSet joining = word_set(
        "and or but the a an of to with for from by that which because if than my your their his "
        "its as");
    static constexpr std::string_view kDots[] = {"..", "\xE2\x80\xA6", "--"};
    std::string_view end = text.substr(0, text.find_last_not_of("\"') ") + 1);
    if (end.empty() || end.ends_with("...") || end.ends_with(kDots[1]) || end.ends_with("--"))
        return true;
    if (std::string_view(",;:-(").find(end.back()) != npos) return true;
    if (joining.contains(end.substr(end.rfind(' ') + 1))) return true;
    std::string_view begin = text.substr(skip(text, "\"'("));
    if (begin.empty() || starts_with_any(begin, kDots)) return true;
    if (is_lower(begin[0]) || begin[0] == ',' || begin[0] == ')') return true;
    return is_unbalanced(text);
}

}  // namespace quillet

// The cleaning rules that are more than a line.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>

#include "base/utf8.h"
#include "corpus/clean.h"
#include "corpus/fold.h"
#include "corpus/sixteen_bytes.h"

namespace quillet {
namespace {

constexpr size_t npos = std::string_view::npos;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
    return is_upper(c) || is_lower(c) || static_cast<signed char>(c) < 0;
}

// Spaces of all kinds: ASCII's, the no-break space, U+2000 to U+200B, U+3000.
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

void trim(std::string_view& text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
}

Verdict replace_if_changed(std::string& text, std::string&& tidy) {
    if (text == tidy) return Verdict::kKept;
    text = std::move(tidy);
    return text.empty() ? Verdict::kRejected : Verdict::kChanged;
}

// True when tidy_spaces() has nothing to do.
bool spaces_are_tidy(std::string_view text) {
    if (text.empty() || text.back() == ' ' || std::string_view(" ,;.").find(text[0]) != npos)
        return false;
    SixteenBytes untidy{}, foreign{};
    auto look_at = [&](const char* seventeen) {
        SixteenBytes bytes = load_sixteen(seventeen), next = load_sixteen(seventeen + 1);
        foreign |= bytes | next;
        untidy |= (bytes < ' ') | (next < ' ');
        untidy |= (bytes == ' ') & ((next == ' ') | (next == ',') | (next == ';') | (next == '.'));
    };
    for (size_t at = 0; at + 17 <= text.size(); at += 16) look_at(text.data() + at);
    char few[17] = "aaaaaaaaaaaaaaaa";
    text.substr(0, 17).copy(few, 17);
    look_at(text.size() < 17 ? few : text.data() + text.size() - 17);
    auto has_any = [](SixteenBytes marked) { return leading_unmarked(marked, 0) < 16; };
    if (has_any(untidy)) return false;
    if (!has_any(foreign & 0x80)) return true;
    // What may begin a wide space is looked at closely.
    bool maybe_wide = false;
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (static_cast<signed char>(c) >= 0) continue;
        if (space_at(text.substr(i)) > 0) return false;
        maybe_wide = maybe_wide || c == '\xC2' || c == '\xE2' || c == '\xE3';
    }
    return !maybe_wide || text.find('\x7F') == npos;
}

}  // namespace

Verdict tidy_spaces(std::string& text) {
    if (spaces_are_tidy(text)) return Verdict::kKept;
    std::string tidy;
    bool space = false;
    for (std::string_view rest = text; !rest.empty();) {
        if (size_t n = space_at(rest)) {
            space = true;
            rest.remove_prefix(n);
            continue;
        }
        char c = rest[0];
        // " ," goes; " ..." and " . . ." stay, and so does ".5".
        size_t next = std::min(rest.find_first_not_of(' ', 1), rest.size());
        bool dots = next < rest.size() && (rest[next] == '.' || (next == 1 && is_digit(rest[1])));
        bool closes = c == ',' || c == ';' || (c == '.' && !dots);
        if (space && !tidy.empty() && !closes) tidy += ' ';
        space = false;
        tidy += c;
        rest.remove_prefix(1);
    }
    return replace_if_changed(text, std::move(tidy));
}

namespace {

// Marks what plain_typography() has to look at: what is not ASCII, '`', and what may be the first
// of two that are one.
SixteenBytes mark_telling(SixteenBytes bytes) {
    return (bytes >= 0x80) | (bytes == '`') | (bytes == '-') | (bytes == '.') | (bytes == '\'');
}

// Text in typewriter characters, written from its beginning; a dash takes the spaces around it.
class PlainWriter {
  public:
    explicit PlainWriter(size_t size) { text_.reserve(size); }
    void add(std::string_view piece) {
        while (after_dash_ && piece.starts_with(' ')) piece.remove_prefix(1);
        if (piece.empty()) return;
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
    std::string take() {
        while (text_.ends_with(' ')) text_.pop_back();
        return std::move(text_);
    }

  private:
    std::string text_;
    bool after_dash_ = false;
};

// The length of what stands at the beginning of `rest` and is ASCII, but not as a typewriter has it
// (dashes, dots, marks of two); 0 when there is no such thing.
size_t untidy_length(std::string_view rest) {
    if (rest.starts_with("--")) return std::min(rest.find_first_not_of('-'), rest.size());
    if (rest.starts_with("``") || rest.starts_with("''")) return 2;
    if (rest[0] == '`') return 1;
    size_t dots = 0;
    if (rest.starts_with(". . .") || rest.starts_with("..."))
        while (rest.substr(dots).starts_with('.') || rest.substr(dots).starts_with(" ."))
            dots += rest[dots] == '.' ? 1 : 2;
    return dots;
}

// The character at the beginning of `rest`, which is not ASCII; takes it off.
void put_foreign(std::string_view& rest, PlainWriter& plain) {
    std::string_view at = rest;
    char32_t c = take_utf8(rest).value_or(0xFFFD);
    const char* ascii = ascii_of(c);
    bool punctuation =
        ascii != nullptr && !std::isalnum(static_cast<unsigned char>(*ascii)) && c != 0xB7;
    if (!punctuation)
        plain.add(at.substr(0, at.size() - rest.size()));
    else if (c == 0x2013 && plain.ends_with_digit() && !rest.empty() && is_digit(rest[0]))
        plain.add("-");
    else if (std::string_view(ascii) == "--")
        plain.add_dash();
    else
        plain.add(ascii);
}

// The position of the first thing in `text`, from `at` on, that is not as a typewriter has it.
size_t find_untidy(std::string_view text, size_t at) {
    while ((at = find_marked(text, at, mark_telling)) < text.size() &&
           static_cast<signed char>(text[at]) >= 0 && untidy_length(text.substr(at)) == 0)
        at++;
    return at;
}

}  // namespace

Verdict plain_typography(std::string& text) {
    size_t at = find_untidy(text, 0);
    if (at == text.size()) return Verdict::kKept;
    PlainWriter plain(text.size() + 8);
    std::string_view rest = text;
    for (; at < rest.size(); at = find_untidy(rest, 0)) {
        plain.add(rest.substr(0, at));
        rest.remove_prefix(at);
        size_t length = untidy_length(rest);
        if (length == 0)
            put_foreign(rest, plain);
        else if (rest[0] == '-')
            plain.add_dash();
        else
            plain.add(rest[0] == '.' ? "..." : length == 2 ? "\"" : "'");
        rest.remove_prefix(length);
    }
    plain.add(rest);
    return replace_if_changed(text, plain.take());
}

Verdict editorial_brackets(std::string& text) {
    if (text.find('[') == std::string::npos) return Verdict::kKept;
    std::string tidy;
    for (size_t i = 0; i < text.size(); i++) {
        size_t end = text[i] == '[' ? text.find(']', i) : std::string::npos;
        if (end == std::string::npos) {
            tidy += text[i];
            continue;
        }
        std::string_view inside = std::string_view(text).substr(i + 1, end - i - 1);
        bool gone = inside == "sic" || inside == "..." || inside.empty() ||
                    std::all_of(inside.begin(), inside.end(), is_digit);
        if (gone) {
            // "a [...] b": one space is enough; "word [1].": none.
            if (tidy.ends_with(' ') && (end + 1 >= text.size() || text[end + 1] == ' ' ||
                                        std::ispunct(static_cast<unsigned char>(text[end + 1]))))
                tidy.pop_back();
        } else {
            tidy += inside;
        }
        i = end;
    }
    tidy_spaces(tidy);
    return replace_if_changed(text, std::move(tidy));
}

Verdict leading_number(std::string& text) {
    size_t i = 0;
    bool bracket = text.starts_with('(') || text.starts_with('[');
    if (bracket || text.starts_with('#')) i++;
    size_t begin = i;
    while (i < text.size() && is_digit(text[i])) i++;
    bool roman = i == begin;
    while (roman && i < text.size() &&
           std::string_view("ivxIVX").find(text[i]) != std::string_view::npos)
        i++;
    if (i == begin || i - begin > 5 || i >= text.size()) return Verdict::kKept;
    if (roman && (text[begin] == 'I' || text[begin] == 'X') && i - begin == 1 && !bracket &&
        text[i] != '.')
        return Verdict::kKept;
    bool closed = bracket ? text[i] == ')' || text[i] == ']'
                          : text[i] == '.' || text[i] == ')' || text[i] == ':';
    if (!closed) return Verdict::kKept;
    i++;
    if (i >= text.size() || text[i] != ' ') return Verdict::kKept;
    std::string_view rest = std::string_view(text).substr(i);
    trim(rest);
    if (rest.empty() || is_lower(rest[0])) return Verdict::kKept;
    text = std::string(rest);
    return Verdict::kChanged;
}

Verdict outer_quotes(std::string& text) {
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
        if (inside.find(quote) != std::string::npos && quote == '"') break;
        if (quote == '\'' &&
            (inside.find("' ") != std::string::npos || inside.find(" '") != std::string::npos))
            break;
        if (stop_outside && !std::ispunct(static_cast<unsigned char>(inside.back()))) inside += '.';
        text = inside;
        changed = true;
    }
    if (changed) tidy_spaces(text);
    return changed ? Verdict::kChanged : Verdict::kKept;
}

namespace {

// Words no sentence ends with.
constexpr std::string_view kJoining[] = {
    "and",  "or",    "but",     "the", "a",    "an", "of",   "to",    "with", "for", "from", "by",
    "that", "which", "because", "if",  "than", "my", "your", "their", "his",  "its", "as"};

bool ends_joining(std::string_view text) {
    size_t space = text.rfind(' ');
    std::string_view last = space == std::string_view::npos ? text : text.substr(space + 1);
    return std::find(std::begin(kJoining), std::end(kJoining), last) != std::end(kJoining);
}

// Brackets that do not close, or a single quotation mark.
bool is_unbalanced(std::string_view text) {
    auto mark_pairs = [](SixteenBytes bytes) -> SixteenBytes {
        return (bytes == '(') | (bytes == ')') | (bytes == '[') | (bytes == ']') | (bytes == '"');
    };
    int round = 0, square = 0, marks = 0;
    for (size_t at = 0; (at = find_marked(text, at, mark_pairs)) < text.size(); at++) {
        char c = text[at];
        round += c == '(' ? 1 : c == ')' ? -1 : 0;
        square += c == '[' ? 1 : c == ']' ? -1 : 0;
        marks += c == '"';
        if (round < 0 || square < 0) return true;
    }
    return round != 0 || square != 0 || marks % 2 != 0;
}

}  // namespace

bool is_cut_short(std::string_view text) {
    std::string_view bare = text;
    while (!bare.empty() &&
           (bare.back() == '"' || bare.back() == '\'' || bare.back() == ')' || bare.back() == ' '))
        bare.remove_suffix(1);
    if (bare.empty() || bare.ends_with("...") || bare.ends_with("\xE2\x80\xA6") ||
        bare.ends_with("--"))
        return true;
    char last = bare.back();
    if (last == ',' || last == ';' || last == ':' || last == '-' || last == '(') return true;
    if (is_letter(last) && ends_joining(bare)) return true;
    std::string_view begin = text;
    while (!begin.empty() && (begin[0] == '"' || begin[0] == '\'' || begin[0] == '('))
        begin.remove_prefix(1);
    if (begin.empty() || begin.starts_with("..") || begin.starts_with("\xE2\x80\xA6") ||
        begin.starts_with("--"))
        return true;
    if (is_lower(begin[0]) || begin[0] == ',' || begin[0] == ')') return true;
    return is_unbalanced(text);
}

}  // namespace quillet

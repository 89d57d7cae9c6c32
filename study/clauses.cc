// A line as its words and the marks that part them into clauses.
// SPDX-License-Identifier: MIT
#include "study/clauses.h"

#include <algorithm>

#include "corpus/strings.h"

namespace quillet::study {
namespace {

constexpr const char* kFunctionWords =
    " a an the this that these those such some any each every no none nae all both either neither "
    "i me my mine myself we us our ours you your yours he him his himself she her hers it its "
    "itself they them their theirs themselves thou thee thy thine ye one who whom whose which what "
    "whoever whatever of in on at by for with from to into unto upon about above after against "
    "among as before behind below beneath beside between beyond but down during except near off "
    "out over past since through throughout till under until up wi frae tae o within without and "
    "or nor so yet if than though although because while when where how why whether lest unless "
    "be am is are was were been being isn't aren't have has had having hath hast do does did done "
    "doth dost don't doesn't didn't can could may might must shall shalt should will wilt would "
    "canna dinna winna not never always ever often there here then too very more most less least "
    "only just also even still again let o' wi' an' i' na ne'er tis 'tis it's ay aye ";

bool is_letter(char c) {
    return is_alnum(c) || is_high(c);
}

// U+2018 and U+2019 to apostrophes, other quotation marks to ", dashes to "--": all three bytes.
std::string plain(std::string_view line) {
    std::string text;
    for (size_t i = 0; i < line.size(); i++) {
        if (line[i] == '\xE2' && i + 2 < line.size() && line[i + 1] == '\x80') {
            const unsigned char last = static_cast<unsigned char>(line[i + 2]);
            const char* ascii = last == 0x98 || last == 0x99   ? "'  "
                                : last == 0x9C || last == 0x9D ? "\"  "
                                : last == 0x93 || last == 0x94 ? "-- "
                                                               : nullptr;
            if (ascii) {
                text += last == 0x99 ? "'" : ascii;
                i += 2;
                continue;
            }
        }
        text += line[i];
    }
    return text;
}

class Reader {
  public:
    explicit Reader(std::string_view line) : line_(plain(line)) {}

    Clauses read() {
        for (size_t i = 0; i < line_.size();) {
            if (is_letter(line_[i]) || apostrophe_begins(i))
                i = word(i);
            else
                mark(i++);
        }
        end(' ');
        return std::move(result_);
    }

  private:
    char at(size_t i) const { return i < line_.size() ? line_[i] : ' '; }

    // "'tis", but not the quotation mark before a whole phrase.
    bool apostrophe_begins(size_t i) const {
        return line_[i] == '\'' && line_.compare(i, 4, "'tis") == 0 && !is_letter(at(i + 4));
    }

    bool inside(size_t i) const {
        return is_letter(line_[i]) ||
               ((line_[i] == '\'' || line_[i] == '-') && is_letter(at(i + 1)));
    }

    size_t word(size_t begin) {
        size_t end = begin + 1;
        while (end < line_.size() && inside(end)) end++;
        Word word{"", line_.substr(begin, end - begin), begin};
        word.text = lower(word.as_is);
        result_.words.push_back(std::move(word));
        return end;
    }

    void mark(size_t i) {
        const char c = line_[i];
        if (c == '-')
            end('-');
        else if (c == '(' || c == ')')
            end('(');
        else if (std::string_view(",;:.!?").find(c) != std::string_view::npos)
            end(c);
    }

    void end(char mark) {
        const size_t words = result_.words.size();
        if (words == 0 || (!result_.ends.empty() && result_.ends.back() == words)) return;
        result_.ends.push_back(words);
        result_.marks += mark;
    }

    std::string line_;
    Clauses result_;
};

bool ends_with(const std::string& word, std::string_view end) {
    return word.size() > end.size() + 2 && word.ends_with(end);
}

// U+2000 … U+203F, the minus sign, « and »: bytes above 127 that are no letter.
bool is_mark(std::string_view line, size_t i) {
    return line.substr(i, 2) == "\xE2\x80" || line.substr(i, 3) == "\xE2\x88\x92" ||
           line.substr(i, 2) == "\xC2\xAB" || line.substr(i, 2) == "\xC2\xBB";
}

// The bytes of an apostrophe at `i`, straight or curled; 0 where there is none.
size_t apostrophe_at(std::string_view line, size_t i) {
    return line.substr(i, 1) == "'" ? 1 : line.substr(i, 3) == "\xE2\x80\x99" ? 3 : 0;
}

bool letter_at(std::string_view line, size_t i) {
    return i < line.size() && is_letter(line[i]) && !is_mark(line, i);
}

// Whether an apostrophe before `i` opened a quotation: one stands behind a mark in what follows.
bool is_closed(std::string_view line, size_t i) {
    for (; i + 1 < line.size(); i++)
        if (std::string_view(".,;:!?").find(line[i]) != std::string_view::npos &&
            apostrophe_at(line, i + 1) > 0)
            return true;
    return false;
}

}  // namespace

std::span<const Word> Clauses::clause(size_t i) const {
    const size_t first = i == 0 ? 0 : ends[i - 1];
    return std::span(words).subspan(first, ends[i] - first);
}

std::string first_word(std::string_view line) {
    size_t begin = 0;
    while (begin < line.size() && !letter_at(line, begin)) {
        const size_t mark = apostrophe_at(line, begin);
        if (mark > 0 && letter_at(line, begin + mark) && !is_closed(line, begin + mark)) break;
        begin++;
        // The other bytes of a mark are none of a letter.
        while (begin < line.size() && (line[begin] & '\xC0') == '\x80') begin++;
    }
    size_t end = begin + apostrophe_at(line, begin);
    while (end < line.size()) {
        const size_t inside = apostrophe_at(line, end);
        const bool hyphen = line[end] == '-' && letter_at(line, end + 1);
        if (inside == 0 && !hyphen && !letter_at(line, end)) break;
        end += std::max<size_t>(inside, 1);
    }
    return std::string(line.substr(begin, end - begin));
}

Clauses clauses_of(std::string_view line) {
    return Reader(line).read();
}

bool is_function_word(const std::string& word) {
    static const WordSet words = word_set(kFunctionWords);
    return words.contains(word);
}

std::string stem_of(const std::string& word) {
    std::string stem = word;
    if (stem.ends_with("'s")) stem.resize(stem.size() - 2);
    if (ends_with(stem, "ies") || ends_with(stem, "ied"))
        return stem.substr(0, stem.size() - 3) + "y";
    for (std::string_view end : {"ing", "ed", "est", "er", "es", "eth", "s"}) {
        if (!ends_with(stem, end) || (end == "s" && stem.ends_with("ss"))) continue;
        if (stem.size() - end.size() < 3) continue;
        stem.resize(stem.size() - end.size());
        break;
    }
    // "hope" and "hoping", "run" and "running".
    if (stem.size() > 3 && stem.back() == 'e') stem.pop_back();
    const size_t n = stem.size();
    if (n > 3 && stem[n - 1] == stem[n - 2] && stem[n - 1] != 's' && stem[n - 1] != 'l')
        stem.pop_back();
    return stem;
}

}  // namespace quillet::study

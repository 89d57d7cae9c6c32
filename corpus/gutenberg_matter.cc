// Paragraphs in a book of Project Gutenberg that are no text of it.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/gutenberg.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// The beginning of a line as lines of the licence are compared: small, without spaces.
std::string squeezed(std::string_view line) {
    std::string small = lower(line.substr(0, 60));
    std::erase(small, ' ');
    return small;
}

// True where `small`, a credit in small letters, names who did it after `at`: not "produced by the
// sun". `text` is the same as it was written.
bool names_somebody(std::string_view text, std::string_view small, size_t at) {
    static const Words helpers = split(
        "the online|the distributed|the internet|the volunteer|volunteer|an anonymous|"
        "anonymous|a volunteer|the pg|the project|the team|http|www.",
        '|');
    at = skip(text, " :_=~", at);
    if (at == text.size()) return true;
    return is_upper(text[at]) || is_high(text[at]) || is_digit(text[at]) || text[at] == '[' ||
           starts_with_any(small.substr(at), helpers);
}

// "Produced by Ann Rowe", "HTML version by: ...".
bool is_credit(std::string_view text, std::string_view small) {
    static const Words credits = split(
        "produced by|prepared by|created by|transcribed by|scanned by|digitized by|"
        "digitised by|proofread by|text file produced by|html file produced by|"
        "html version by|html version created by|text version by|e-text by|etext by|"
        "ebook by|e-book by",
        '|');
    return std::any_of(credits.begin(), credits.end(), [&](std::string_view credit) {
        return small.starts_with(credit) && names_somebody(text, small, credit.size());
    });
}

// The letters of a heading, small.
std::string letters_of(std::string_view text) {
    std::string letters;
    for (char c : lower(text.substr(0, 64)))
        if (is_alpha(c)) letters += c;
    return letters;
}

// "Boston: Hill, Rowe and Company. The Harbour Press, 1884": no word but names, and a firm's.
bool names_publisher(std::string_view text) {
    if (text.size() > 200) return false;
    static const WordSet joining = word_set("and of the for at in by & et und"),
                         firms =
                             word_set("co company publishers publisher press limited ltd verlag"),
                         families = word_set("sons son brothers bros");
    bool firm = false, place = false, behind_and = false;
    for (std::string_view word : split(text, ' ')) {
        const std::string letters = letters_of(word);
        firm = firm || firms.contains(letters) || (behind_and && families.contains(letters));
        behind_and = word == "&" || word == "and";
        // "Boston:", "1884", "306 Chestnut Street": where, or when.
        place = place || word.ends_with(':') || std::any_of(word.begin(), word.end(), is_digit);
        if (is_lower(word[0]) && !joining.contains(letters)) return false;
    }
    return firm && place;
}

// "COPYRIGHT, 1899, BY ...", "London: Printed for ...": a title page's back and foot.
bool is_imprint(std::string_view text, std::string_view small) {
    if (names_publisher(text)) return true;
    static const Words rights = split(
        "copyright, 1|copyright 1|copyright, 2|copyright 2|copyright (c)|copyright \xC2\xA9|"
        "copyright, by |entered according to act of congress|entered, according to act of|"
        "all rights reserved|entered at stationers",
        '|');
    if (starts_with_any(small, rights)) return true;
    for (std::string_view word : {"printed for ", "printed by ", "published by "}) {
        size_t at = small.substr(0, 60).find(word);
        if (at == npos || !is_upper(text[0])) continue;
        // A town, or nothing, stands before it; a person behind it.
        std::string_view town = text.substr(0, at), person = text.substr(at + word.size());
        bool in_town = at == 0 || (town.size() > 3 && town.ends_with(' ') &&
                                   std::string_view(":,;.").find(town[at - 2]) != npos &&
                                   count_of(town, " ") <= 3 && town.find('"') == npos);
        bool named = person.starts_with("the author") || person.starts_with("the proprietor") ||
                     (!person.empty() && is_upper(person[0]));
        if (in_town && named) return true;
    }
    return false;
}

// How long a footnote's number is at the beginning of `text`: digits, one letter, stars.
size_t note_number(std::string_view text) {
    size_t digits = skip(text, "0123456789");
    if (digits > 0) return digits <= 3 ? digits : 0;
    size_t stars = skip(text, '*');
    if (stars > 0) return stars <= 3 ? stars : 0;
    return !text.empty() && is_alpha(text[0]) ? 1 : 0;
}

}  // namespace

bool is_start_line(std::string_view line) {
    if (!line.starts_with('*')) return false;
    std::string small = squeezed(line);
    static const Words ends = split("*end*thesmallprint|*end_thesmallprint|*endthesmallprint", '|');
    return (small.starts_with("***start") && !is_small_print(line)) || starts_with_any(small, ends);
}

bool is_small_print(std::string_view line) {
    return line.starts_with('*') && squeezed(line).starts_with("***start**thesmallprint");
}

bool is_end_line(std::string_view line) {
    static const Words ends = split(
        "end of the project gutenberg|end of project gutenberg|"
        "end of this project gutenberg|*** start: full license",
        '|');
    bool words = line.starts_with('e') || line.starts_with('E');
    if (!words && !line.starts_with('*')) return false;
    if (starts_with_any(lower(line.substr(0, 60)), ends)) return true;
    std::string small = squeezed(line);
    return small.starts_with("***endof") || small.starts_with("***end*");
}

bool is_of_gutenberg(std::string_view head) {
    std::string small = lower(head);
    bool found = small.find("project gutenberg") != npos;
    for_each_line(small, [&](std::string_view line) {
        static const Words marks = split(
            "***startofth|***start**thesmallprint|*end*thesmallprint|*end_thesmallprint|"
            "*endthesmallprint|***endofth",
            '|');
        line = without_blanks(line);
        found = found || (line.starts_with('*') && starts_with_any(squeezed(line), marks));
    });
    return found;
}

bool is_heading(std::string_view text) {
    static const Words headings =
        split("Chapter |CHAPTER |Book |BOOK |Part |PART |VOL. |Vol. ", '|');
    if (starts_with_any(text, headings) && text.size() < 60) return true;
    return std::count_if(text.begin(), text.end(), is_lower) < 2;
}

ListHeading list_heading(std::string_view text) {
    if (text.size() > 48) return ListHeading::kNone;
    // "INDEX OF NAMES", "_General Index._", "List of Plates"; a sentence has other small words.
    static const WordSet joining = word_set("of the and to by in"),
                         contents = word_set("contents illustrations plates");
    ListHeading found = ListHeading::kNone;
    for (std::string_view word : split(text, ' ')) {
        std::string letters = letters_of(word);
        if (letters == "index") found = ListHeading::kIndex;
        if (contents.contains(letters)) found = ListHeading::kContents;
        if (is_lower(word[0]) && !joining.contains(letters)) return ListHeading::kNone;
    }
    return found;
}

bool is_below_index(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_digit) || text.find(" See ") != npos ||
           text.find(" see ") != npos || text.find(" _See_ ") != npos || !ends_sentence(text);
}

bool is_below_contents(std::string_view text, size_t lines) {
    // "IV. The Harbour."
    const size_t numeral = skip(text, "IVXLC");
    const bool numbered = numeral > 0 && text.substr(numeral).starts_with(". ");
    if (lines > 1) return text.size() < 45 * lines;
    return text.size() < 80 && (numbered || !ends_sentence(text));
}

bool is_index_entry(std::string_view text) {
    size_t last = text.find_last_not_of("0123456789 ,.;-");
    std::string_view tail = text.substr(last == npos ? 0 : last + 1);
    bool number = !text.empty() && is_digit(text.back());
    bool leaders =
        text.find("....") != npos || text.find(". . . .") != npos || tail.starts_with("  ");
    return number && (leaders || (count_of(tail, ",") > 0 && tail.size() < text.size()));
}

bool is_about_the_file(std::string_view text) {
    static const Words beginnings = split(
        "e-text prepared|etext prepared|this etext was|this ebook was|this file was|"
        "transcriber's note|transcriber\xE2\x80\x99s note|transcribers' note|"
        "transcribers\xE2\x80\x99 note|transcribers note|[transcriber|transcriber note|"
        "note: project gutenberg|note: images of|images generously|distributed proofread|"
        "online distributed|http://|https://|updated editions|scanned and",
        '|');
    static const Words parts =
        split("project gutenberg|distributed proofreading team|pgdp.net|gutenberg.org", '|');
    std::string all = lower(text);
    if (contains_any(all, parts)) return true;
    size_t first = all.find_first_not_of("_=~* ");
    if (first == npos) return false;
    std::string_view small = std::string_view(all).substr(first);
    text.remove_prefix(first);
    return starts_with_any(small, beginnings) ||
           (small.starts_with("www.") && !small.starts_with("www. ")) || is_credit(text, small) ||
           is_imprint(text, small);
}

bool is_transcribers_heading(std::string_view text) {
    if (text.size() > 48) return false;
    const std::string letters = letters_of(text);
    static const WordSet lists = word_set(
        "errata erratum corrigenda typographicalerrorscorrected "
        "typographicalerrorscorrectedintext");
    if (lists.contains(letters)) return true;
    // "TRANSCRIBER'S ENDNOTES", "Notes of the Transcriber"
    auto is_note = [](std::string_view name) {
        static const WordSet notes =
            word_set("note endnote correction amendment change comment remark");
        name.remove_suffix(name.ends_with('s'));
        return notes.contains(name);
    };
    const std::string_view all = letters;
    for (std::string_view who : {"transcribers", "transcriber", "transcription"})
        if (all.starts_with(who) && is_note(all.substr(who.size()))) return true;
    for (std::string_view by : {"bythetranscriber", "ofthetranscriber", "fromthetranscriber"})
        if (all.ends_with(by) && is_note(all.substr(0, all.size() - by.size()))) return true;
    return false;
}

bool is_transcribers_list(std::string_view text) {
    static const Words words = split(
        "transcri|hyphenat|typograph|printer's error|printer\xE2\x80\x99s "
        "error|misprint|punctuation|"
        "spelling|inconsisten|changed to|corrected|original text|footnotes have|footnotes were|"
        "illustrations have|illustrations were",
        '|');
    // They are short; a preface may speak of spelling too.
    if (text.size() > 400) return false;
    std::string small = lower(text);
    bool page = small.starts_with("page ") && small.size() > 5 && is_digit(small[5]);
    bool short_page = small.starts_with("p. ") && small.size() > 3 && is_digit(small[3]);
    return page || short_page || contains_any(small, words);
}

bool is_footnote(std::string_view text) {
    if (lower(text.substr(0, 9)) == "footnote ") {
        size_t number = note_number(text.substr(9));
        std::string_view rest = text.substr(9 + number);
        return number > 0 && (rest.starts_with(':') || rest.starts_with('.'));
    }
    size_t number = text.size() > 2 ? note_number(text.substr(1)) : 0;
    if (text.starts_with('*') && number > 0 && is_digit(text[1]))
        return text.substr(1 + number).starts_with("* ");
    if (!text.starts_with('[') || number == 0) return false;
    std::string_view rest = text.substr(1 + number);
    if (!rest.starts_with("] ")) return false;
    rest.remove_prefix(skip(rest, "] _\"'("));
    // A page's number, or a word in brackets, may stand before the middle of a sentence.
    static const Words references =
        split("see |ibid|i.e.|i. e.|cf.|viz|op. cit|loc. cit|that is", '|');
    return !rest.empty() && (!is_lower(rest[0]) || starts_with_any(rest, references));
}

std::string_view mark_at(std::string_view text) {
    if (text.empty()) return {};
    if (text[0] == '*') {
        size_t stars = skip(text, '*');
        return text.substr(0, stars <= 3 ? stars : 0);
    }
    for (std::string_view dagger : {"\xE2\x80\xA0", "\xE2\x80\xA1"})
        if (text.starts_with(dagger)) return text.substr(0, dagger.size());
    if (text[0] != '(' && text[0] != '{') return {};
    size_t end = skip(text, "0123456789", 1);
    size_t letter = end < text.size() && text[0] == '{' && end > 1 && is_lower(text[end]);
    end += letter;
    bool closes = end < text.size() && text[end] == (text[0] == '(' ? ')' : '}');
    return closes && end > 1 && end <= 5 ? text.substr(0, end + 1) : std::string_view();
}

int64_t open_brackets(std::string_view text, char open) {
    char close = open == '[' ? ']' : '}';
    return std::count(text.begin(), text.end(), open) - std::count(text.begin(), text.end(), close);
}

size_t insertion_length(std::string_view text) {
    static const Words names = split(
        "footnote|illustration|sidenote|transcriber|note: |blank page|music]|decoration|"
        "frontispiece|tailpiece|headpiece|to face |facing page|music:|decorative |handwritten",
        '|');
    char open = text.empty() ? ' ' : text[0], close = open == '[' ? ']' : '}';
    if (open != '[' && open != '{') return 0;
    std::string_view name = text.substr(skip(text, "_*", 1));
    if (!starts_with_any(lower(name.substr(0, 16)), names)) return 0;
    size_t depth = 0;
    for (size_t i = 0; i < text.size(); i++) {
        depth += text[i] == open;
        depth -= text[i] == close;
        if (depth == 0) return i + 1;
    }
    return npos;
}

}  // namespace quillet

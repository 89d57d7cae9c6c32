// Wikiquote's conventions: what the headings of a page mean.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <iterator>

#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

// One letter, or "X-Z", "A, B, C", "0-9".
bool is_letters(std::string_view heading) {
    size_t letters = 0;
    for (size_t i = 0; i < heading.size(); i++) {
        unsigned char c = static_cast<unsigned char>(heading[i]);
        if (std::isupper(c) || std::isdigit(c)) {
            letters++;
            if (i + 1 < heading.size() && is_alnum(heading[i + 1])) return false;
        } else if (c < 128 && !std::ispunct(c) && c != ' ') {
            return false;
        }
    }
    return letters >= 1 && letters <= 6;
}

// "Notes from Underground (1864)", "About Time (1995)": a heading with a year names a work.
bool ends_with_year(std::string_view title) {
    if (!title.ends_with(')')) return false;
    std::string_view inside = title.substr(std::min(title.rfind('('), title.size()));
    return has_year(inside);
}

// What headings say in small letters. The first row that fits counts; that of a work is read by the rows
// `of_works` alone.
struct SectionRow {
    Section section;
    enum Place { kWhole, kBeginning, kAnywhere } place;
    bool of_works;
    std::string_view texts;
};

constexpr SectionRow kSections[] = {
    {Section::kQuotesAbout, SectionRow::kWhole, true,
     "about|commentary|praise|tributes|what others said"},
    {Section::kMisattributed, SectionRow::kWhole, true,
     "misattributed|misattributions|misquotations|misquoted|spurious|hoaxes"},
    {Section::kDisputed, SectionRow::kWhole, true,
     "disputed|dubious|doubtful|apocryphal|unconfirmed"},
    {Section::kSeeAlso, SectionRow::kWhole, true, "see also|related|related topics"},
    {Section::kExternalLinks, SectionRow::kWhole, true,
     "links|online|further reading|other projects"},
    {Section::kReferences, SectionRow::kWhole, true,
     "references|reference|notes|notes and references|references and notes|footnotes|footnote|"
     "bibliography|citations|sources|source notes"},
    {Section::kCast, SectionRow::kWhole, true, "cast|main cast|voice cast|cast and characters"},
    {Section::kDialogue, SectionRow::kWhole, true, "dialogue|dialogues|dialog|dialogs"},
    {Section::kTaglines, SectionRow::kWhole, true, "taglines|tagline"},
    {Section::kQuotesAbout, SectionRow::kBeginning, true,
     "quotes about|quotations about|quotes regarding|quotes related to|quotes relating to|"
     "quotes concerning|quotations regarding|quotations concerning|sourced quotes about|"
     "quotes and commentary about"},
    {Section::kMisattributed, SectionRow::kAnywhere, false,
     "misattribut|misquot|wrongly attributed|wrong attribution|falsely attributed|"
     "false attribution|incorrectly attributed|mistakenly attributed|erroneously attributed|"
     "fabricated quot|fake quot|spurious quot"},
    {Section::kDisputed, SectionRow::kAnywhere, false,
     "disputed|dubious|apocryphal|doubtful|unconfirmed"},
    {Section::kUnsourced, SectionRow::kAnywhere, false,
     "unsourced|unverified|lacking source|lacking a source|without source|without a source|"
     "needing source|uncited"},
    {Section::kQuotesAbout, SectionRow::kAnywhere, false,
     "others about|quotes by others|quotations by others|said about"},
    {Section::kQuotesAbout, SectionRow::kBeginning, false,
     "quotes on |quotations on |about |praise |criticism of|tributes|commentary about|others on "},
    {Section::kSeeAlso, SectionRow::kBeginning, false, "see also"},
    {Section::kExternalLinks, SectionRow::kBeginning, false,
     "external link|further reading|links to |online "},
    {Section::kReferences, SectionRow::kBeginning, false,
     "footnotes|bibliograph|references |notes and "},
    {Section::kAttributed, SectionRow::kBeginning, false,
     "attributed|attribution|quotes attributed|quotations attributed"},
};

Section section_by_table(std::string_view title, bool work) {
    static const auto kTexts = [] {
        std::vector<Words> texts;
        for (const SectionRow& row : kSections) texts.push_back(split(row.texts, '|'));
        return texts;
    }();
    for (size_t i = 0; i < std::size(kSections); i++) {
        const SectionRow& row = kSections[i];
        if (work && !row.of_works) continue;
        if (row.place == SectionRow::kWhole
                ? std::find(kTexts[i].begin(), kTexts[i].end(), title) != kTexts[i].end()
            : row.place == SectionRow::kBeginning ? starts_with_any(title, kTexts[i])
                                                  : contains_any(title, kTexts[i]))
            return row.section;
    }
    return Section::kOther;
}

}  // namespace

Section section_of(std::string_view heading, bool italics) {
    std::string title = lower(heading);
    title.resize(title.find_last_not_of(":. ") + 1);
    Section section = section_by_table(title, italics || ends_with_year(title));
    if (section != Section::kOther) return section;
    static const Words kQuotes = split("quotes quotations sourced quote quotation", ' ');
    // "Famous quotes", but not "A Dictionary of Quotations".
    static const Words kWhich = split(
        "famous |selected |notable |general |other |additional |more |various |"
        "verified |miscellaneous |some ",
        '|');
    for (std::string_view which : kWhich)
        if (title.starts_with(which)) title.erase(0, which.size());
    for (std::string_view word : kQuotes)
        if (title.starts_with(word) &&
            (title.size() == word.size() || !is_alpha(title[word.size()])))
            return Section::kQuotes;
    return is_letters(heading) ? Section::kLetter : Section::kOther;
}

bool in_italics(std::string_view flat) {
    size_t first = skip(flat, " \"\x02");
    std::string_view begin = flat.substr(first);
    return begin.starts_with("''") && (!begin.starts_with("'''") || begin.starts_with("'''''"));
}

std::vector<Section> sections_of(std::string_view text) {
    std::vector<Section> sections;
    for (size_t at = text.starts_with('=') ? 0 : text.find("\n="); at != npos;
         at = text.find("\n=", at + 1)) {
        size_t from = at + (text[at] == '\n');
        std::string_view line = text.substr(from, text.find('\n', from) - from);
        size_t first = line.find_first_not_of("= "), last = line.find_last_not_of("= ");
        if (first == npos) continue;
        std::string_view heading = line.substr(first, last - first + 1);
        sections.push_back(section_of(plain_line(heading), in_italics(heading)));
    }
    return sections;
}

bool has_no_sections(std::string_view text) {
    const std::vector<Section> sections = sections_of(text);
    return std::all_of(sections.begin(), sections.end(), [](Section section) {
        return section == Section::kSeeAlso || section == Section::kExternalLinks ||
               section == Section::kReferences || section == Section::kQuotesAbout ||
               section == Section::kUnsourced || section == Section::kDisputed ||
               section == Section::kMisattributed;
    });
}

}  // namespace quillet

// Writes a Wikiquote dump of a given size to standard output: invented pages, the same for the same
// seed.
// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

uint64_t state = 1;

uint32_t random_below(uint32_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<uint32_t>((state >> 33) % n);
}

// Function words as often as English has them, and invented nouns and verbs of two or three
// syllables.
std::string_view function_word() {
    static constexpr std::string_view kWords[] = {
        "the", "of",   "and", "to", "a",   "in",   "that", "is",   "it",  "for",
        "as",  "with", "his", "be", "not", "by",   "but",  "have", "are", "which",
        "he",  "we",   "who", "no", "can", "must", "than", "all"};
    return kWords[random_below(28)];
}

void append_word(std::string& text) {
    static constexpr std::string_view kSyllables[] = {
        "ba",  "cor",  "den",  "el",  "fra",  "gen", "hol", "in",   "jus", "kan", "lo",
        "mer", "nat",  "or",   "pen", "qua",  "ris", "sol", "tar",  "ul",  "ver", "wis",
        "yon", "zeal", "ment", "ing", "tion", "ly",  "er",  "ness", "est", "al"};
    if (random_below(100) < 45) {
        text += function_word();
        return;
    }
    for (uint32_t n = 1 + random_below(3); n > 0; n--) text += kSyllables[random_below(32)];
}

void append_sentences(std::string& text, uint32_t words) {
    bool begin = true;
    while (words-- > 0) {
        size_t at = text.size();
        append_word(text);
        if (begin && text[at] >= 'a') text[at] = static_cast<char>(text[at] - 32);
        begin = words > 0 && random_below(14) == 0;
        uint32_t mark = random_below(40);
        if (begin || words == 0)
            text += '.';
        else if (mark < 3)
            text += ',';
        else if (mark == 3)
            text += " \xE2\x80\x94";
        else if (mark == 4)
            text += " [[w:a thing|thing]]";
        else if (mark == 5)
            text += " ''so''";
        else if (mark == 6)
            text += " &quot;sic&quot;";
        text += ' ';
    }
    text.pop_back();
}

// A quotation and its source, as long as Wikiquote's: some of 20 words, some of 200.
void append_quote(std::string& text) {
    uint32_t kind = random_below(10);
    text += "* ";
    if (kind < 3) text += "'''";
    append_sentences(text, kind < 6 ? 8 + random_below(30) : 40 + random_below(120));
    if (kind < 3) text += "'''";
    if (kind == 9) text += "&lt;ref&gt;See {{cite book | last = A | title = B}}&lt;/ref&gt;";
    text += "\n** ''[[w:The Book|The ";
    append_word(text);
    text += "]]'' (19" + std::to_string(10 + random_below(90)) + "), p. " +
            std::to_string(random_below(500)) + " ";
    append_sentences(text, 5 + random_below(20));
    text += "\n\n";
}

void append_page(std::string& text, uint64_t number) {
    text += "  <page>\n    <title>Person " + std::to_string(number) + "</title>\n    <ns>" +
            (number % 10 == 9 ? "1" : "0") + "</ns>\n    <id>" + std::to_string(number) +
            "</id>\n    <revision>\n      <id>1</id>\n      "
            "<timestamp>2020-01-01T00:00:00Z</timestamp>\n"
            "      <contributor>\n        <username>A</username>\n        <id>1</id>\n      "
            "</contributor>\n"
            "      <model>wikitext</model>\n      <format>text/x-wiki</format>\n      <text "
            "xml:space=\"preserve\">"
            "[[File:A.jpg|thumb|A caption]]\n'''Person''' ([[1 May]] [[1900]] \xE2\x80\x93 "
            "[[1970]]) was a writer.\n\n== Quotes ==\n";
    for (uint32_t quotes = 10 + random_below(60); quotes > 0; quotes--) append_quote(text);
    text += "{{Misattributed begin}}\n== Misattributed ==\n";
    append_quote(text);
    text += "{{Misattributed end}}\n== Quotes about Person ==\n";
    for (int i = 0; i < 6; i++) append_quote(text);
    text +=
        "== External links ==\n{{wikipedia}}\n* [http://example.org A page]\n{{DEFAULTSORT:One, "
        "Person}}\n"
        "[[Category:1900 births]]</text>\n    </revision>\n  </page>\n";
}

}  // namespace

int main(int argc, char** argv) {
    uint64_t megabytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (argc > 2) state = std::strtoull(argv[2], nullptr, 10) * 2 + 1;
    if (megabytes == 0) {
        std::fprintf(stderr, "usage: corpus_dump MEGABYTES [SEED]\n");
        return 2;
    }
    std::string text =
        "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.10/\" version=\"0.10\" "
        "xml:lang=\"en\">\n  <siteinfo>\n"
        "    <sitename>Wikiquote</sitename>\n    <namespaces>\n      <namespace key=\"0\" />\n"
        "      <namespace key=\"1\">Talk</namespace>\n    </namespaces>\n  </siteinfo>\n";
    uint64_t written = 0;
    for (uint64_t page = 1; written < megabytes * 1000000; page++) {
        append_page(text, page);
        if (text.size() < (1 << 20)) continue;
        written += text.size();
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) return 1;
        text.clear();
    }
    text += "</mediawiki>\n";
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                   std::fflush(stdout) == 0
               ? 0
               : 1;
}

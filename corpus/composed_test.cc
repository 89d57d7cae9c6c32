// Documents composed of what real ones have, in every format and style: what is read of them stays what it was.
// SPDX-License-Identifier: MIT
#include "base/fnv.h"
#include "corpus/gutenberg.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

// Not <random>, whose distributions differ between standard libraries. Two draws never stand in one
// expression: which comes first would be the compiler's choice.
class Draws {
  public:
    explicit Draws(uint32_t seed) : state_(seed * 2654435761u + 1) {}
    uint32_t below(uint32_t bound) {
        state_ = state_ * 1664525u + 1013904223u;
        return (state_ >> 8) % bound;
    }
    template <size_t N>
    std::string of(const char* const (&words)[N]) {
        return words[below(N)];
    }

  private:
    uint32_t state_;
};

const char* const kTexts[] = {
    "The lamp of the harbour is the star of the lazy sailor.",
    "A rope is a promise, and a knot a question",
    "Who never wept, never laughed!",
    "_Rain_ falls on all of us alike.",
    "\"Go,\" said the king. \"Stay,\" said the fool.",
    "It is a poor sort of memory that only works -- backwards, they say -- in clocks.",
    "caf\u00E9 and t\u00EAte-\u00E0-t\u00EAte",
    "A{12} friend.[3] [Footnote: not read]",
    "to be continued on the next line and the one",
    "of which none knows the end;",
    "1. First things first. 2. Then the rest.",
    "DEATH. He comes for all.",
    "Ability and necessity dwell near each other.",
    "the thief thinks all men are like himself, and the king that all are his",
    "Who goes there? -- No one. -- Then who speaks?",
    "A penny saved . . . is a penny; earned: never.",
    "(See also the lamp of the harbour.)",
    "<b>Bold</b> &amp; &quot;quoted&quot; &#8212; so.",
    "Short.",
    "A lamp,* a rope(1) and a {2} door.^1",
    "* A lamp of oil, as the 4^{th} of May has it",
    "(1) The word [Greek: logos] is a lamp, see p. 12",
    "**Lamps** are lit, it\u00B2 says, in the har\u200Bbour.\u00B2",
    ("What the eye, which sees all things, does not see of itself, the heart, as the old proverb "
     "has it, is said not to rue at all.")};
const char* const kAuthors[] = {"Ann Other",
                                "BEN WAITER",
                                "Max van Ford",
                                "St. Eve",
                                "J. P. Hill, Jr.",
                                "anonymous",
                                "Ibid.",
                                "Ann Other, in \"Clocks\"",
                                "Eve (1901)",
                                "_Shakespeare._",
                                "Proverb",
                                "Dr. No.",
                                "Ben",
                                "Ann Other, Lamps, p. 7",
                                "unknown soldier of the line",
                                "O'Neill"};
const char* const kDashes[] = {" -- ",      "--",          "\n\t-- ", "\n    --", " \u2014 ",
                               "\u2014",    "\n\t\u2015 ", ".--",     " - ",      "\n      ",
                               "\n\t\t---", " ~ ",         " ["};

// Words of 1 to 85 columns in all, so that every limit of a line's length is met.
std::string ruler(Draws& draws) {
    std::string line(1 + draws.below(85), 'x');
    line[0] = draws.below(3) ? 'T' : 't';
    for (size_t at = 1 + draws.below(9); at + 1 < line.size(); at += 2 + draws.below(9))
        line[at] = ' ';
    return line;
}

std::string entry_of(Draws& draws) {
    std::string text;
    if (draws.below(4) == 0) {
        text = std::to_string(1 + draws.below(1200));
        text += draws.of({". ", ") ", ": ", " "});
    }
    if (draws.below(5) == 0)
        text +=
            draws.of({"LAMPS. ", "LAMPS: ", "Of Lamps. ", "~Ability.~--", "\"", "    ", "\t", "_"});
    for (uint32_t lines = 1 + draws.below(3); lines > 0; lines--) {
        text += draws.below(3) ? draws.of(kTexts) : ruler(draws);
        if (lines > 1) text += draws.of({"\n", "\n", " ", "\n    ", "\n\n"});
    }
    if (draws.below(3)) {
        text += draws.of(kDashes);
        text += draws.of(kAuthors);
    }
    text += draws.of({"", "", "", ".", "]", "\n* * * * *", "\n[Illustration]", "\nTHE END"});
    return text;
}

std::string book_of(Draws& draws) {
    std::string book;
    if (draws.below(2)) {
        book = draws.of(
            {"Title: Lamps\n\nAuthor: Ann Other\n\n", "Author: Ann Other\n\n", "Title: Lamps\n\n"});
        book += draws.of({"*** START OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n\n",
                          "***START OF THE PROJECT GUTENBERG EBOOK LAMPS AND\nKETTLES***\n\n",
                          "*** START OF THIS PROJECT GUTENBERG EBOOK, LAMPS\n\n",
                          "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\n",
                          "*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS\n"});
    }
    for (uint32_t entries = 2 + draws.below(12); entries > 0; entries--) {
        if (draws.below(6) == 0)
            book += draws.of({"CHAPTER I.\n\n", "CONTENTS.\n\n", "                A\n\n",
                              "INDEX\n\n", "OF LAMPS AND KETTLES\n\n", "ERRATA\n\n",
                              "Transcriber's Endnotes:\n\n", "[To face page 12.]\n\n",
                              "***START**THE SMALL PRINT!**START***\nWhy?\n\n",
                              "[Transcriber's note: none]\n\n", "_Footnotes_\n\n"});
        book += entry_of(draws) + "\n\n";
    }
    if (draws.below(2)) book += "*** END OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n\nA licence.\n";
    return book;
}

// A page of Wikiquote as people lay it out.
std::string page_of(Draws& draws) {
    std::string page =
        draws.of({"", "", "[[File:Lamp.jpg|thumb|A lamp]]\n",
                  "'''Ann Other''' (born [[1901]]) was a [[w:poet|poet]] of lamps.\n",
                  "'''''Lamps''''' is a 1999 film.\n", "{{wikipedia}}\n"});
    for (uint32_t sections = 1 + draws.below(4); sections > 0; sections--) {
        page += draws.of({"", "== Quotes ==\n", "== Sourced ==\n", "=== ''Lamps'' (1999) ===\n",
                          "== Quotes about Ann ==\n", "== Misattributed ==\n", "== Dialogue ==\n",
                          "== [[Ben Waiter]] ==\n", "== A ==\n", "== External links ==\n"});
        for (uint32_t entries = 1 + draws.below(4); entries > 0; entries--) {
            page += draws.of(
                {"* ", "* ", "* ", "*", "# ", ": ", "** ", "; ", "", "* ''", "* \"", "{{quote|"});
            page += draws.of(kTexts);
            page += draws.of({"", "", "<br/>", "<br>The second line.", "<ref>[[w:Book|Book]]</ref>",
                              "''", "\"", " [[lamp|lamps]] and [http://x.org a site]", "}}",
                              " {{citation needed}}", " -- [[Ann Other]]",
                              " \u2014 Ann Other, ''Lamps'' (1901), p. 7", " ~ Ben"});
            page += "\n";
            if (draws.below(2)) {
                page += draws.of({"** ", "*: ", ":: ", "**''", "*** ", "** Translation: ", "*:: "});
                page += draws.of(kAuthors);
                page +=
                    draws.of({"", ", ''Lamps'' (1901)", "''", " in \"Clocks\", ch. 2",
                              "<!-- not this -->", " {{cite book|title=Lamps|author=Ann Other}}"});
                page += "\n";
            }
        }
        if (draws.below(4) == 0)
            page += draws.of({"{| class=\"x\"\n| a || b\n|}\n", "<poem>\nOne\nTwo\n</poem>\n",
                              "<hr width=\"50%\"/>\n", "'''Ann''': Go.<br>'''Ben''': Stay.\n",
                              ":'''Ann''': Go.\n:'''Ben''': Stay.\n"});
    }
    return page;
}

// Lines, empty ones, and how many begin with a small letter: prose whose lines are wrapped, or a line an item.
std::string wrapped_of(Draws& draws) {
    std::string text;
    for (uint32_t lines = 4 + draws.below(12); lines > 0; lines--) {
        std::string line = ruler(draws);
        if (draws.below(2)) line[0] = 'T';
        text += line + (draws.below(8) ? "\n" : "\n\n");
    }
    return text;
}

// What a dump says of itself.
std::string dump_of(Draws& draws) {
    const std::string base =
        draws.of({"", "https://en.wikiquote.org/wiki/Main_Page", "http://de.wikiquote.org/wiki/X",
                  "https://simple.wikiquote.org/wiki/X", "https://www.wikiquote.org/",
                  "https://en.wikipedia.org/wiki/X", "en.wikiquote.org"});
    const std::string name =
        draws.of({"", "enwikiquote", "dewikiquote", "simplewikiquote", "enwiki", "wikidatawiki"});
    const std::string language = draws.of({"", "en", "en-GB", "de", "simple", "www"});
    const std::string site = draws.of({"", "Wikiquote", "Wikipedia", "Zitate"});
    std::string head;
    if (!site.empty()) head += "<sitename>" + site + "</sitename>";
    if (!name.empty()) head += "<dbname>" + name + "</dbname>";
    if (!base.empty()) head += "<base>" + base + "</base>";
    return "<mediawiki" + (language.empty() ? "" : " xml:lang=\"" + language + "\"") +
           "><siteinfo>" + head +
           "</siteinfo><page><title>Ann Other</title><ns>0</ns><revision><text>== Quotes ==\n"
           "* A lamp is a lamp.</text></revision></page></mediawiki>";
}

std::string fortunes_of(Draws& draws) {
    std::string file;
    for (uint32_t entries = 1 + draws.below(8); entries > 0; entries--) {
        file += entry_of(draws) + "\n";
        if (draws.below(5) == 0)
            file += draws.of(
                {"A:\tWhy?\nB:\tWhy not?\n", "\tcentred\n\t\tverse\n", "# comment\n", "a\b_b\n"});
        file += draws.below(9) ? "%\n" : "%%\n";
    }
    return file;
}

std::string cell_of(Draws& draws, bool of_text) {
    const std::string text = of_text ? draws.of(kTexts) : draws.of(kAuthors);
    switch (draws.below(6)) {
        case 0: {
            std::string quoted = "\"";
            for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            return quoted + "\"";
        }
        case 1:
            return draws.of({"", " ", "\"", "7", "\"two\nlines\""});
        default:
            return text;
    }
}

std::string table_of(Draws& draws, const char* separator) {
    std::string table = draws.of({"", "", "\n", "# by hand\n", "sep=;\n"});
    const bool author_first = draws.below(2);
    if (draws.below(4))
        table += author_first ? std::string("author") + separator + "quote\n"
                              : std::string("text") + separator + "by\n";
    for (uint32_t rows = 1 + draws.below(9); rows > 0; rows--) {
        table += cell_of(draws, !author_first) + separator;
        table += cell_of(draws, author_first);
        if (draws.below(9) == 0) table += std::string(separator) + "more";
        table += draws.of({"\n", "\n", "\n", "\r\n", "\n\n"});
    }
    return table;
}

std::string json_quoted(const std::string& text) {
    std::string json = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') json += '\\';
        json += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return json + "\"";
}

std::string record_of(Draws& draws) {
    const std::string text = json_quoted(draws.of(kTexts)),
                      author = json_quoted(draws.of(kAuthors));
    switch (draws.below(7)) {
        case 0:
            return text;
        case 1:
            return draws.of({"null", "7", "{}", "[]", "{\"text\": 5}", "{\"text\": null}",
                             "{\"tags\": [{\"text\": \"in\"}]}"});
        case 2:
            return "[" + text + ", " + author + "]";
        case 3:
            return "{\"q\": {\"body\": " + text + ", \"by\": {\"name\": " + author + "}}}";
        default:
            return "{\"author\": " + author + ", \"text\": " + json_quoted(entry_of(draws)) + "}";
    }
}

std::string json_of(Draws& draws, bool lines) {
    std::string json;
    for (uint32_t records = 1 + draws.below(6); records > 0; records--)
        json += record_of(draws) + (lines ? "\n" : records > 1 ? ",\n" : "");
    if (lines) return json;
    return draws.below(3) ? "[" + json + "]"
                          : "{\"about\": {\"of\": 1}, \"items\": [" + json + "]}";
}

uint64_t hash(uint64_t value, std::string_view bytes) {
    for (char c : bytes) value = fnv1a(value, static_cast<uint8_t>(c));
    return fnv1a(value, 0xFF);  // an end, which is no byte of UTF-8
}

constexpr uint32_t kDocuments = 150;

// Of the documents: texts, authors, what was left out, and what was refused.
template <class Compose>
uint64_t read_hash(const std::string& name, const ReadOptions& options, Compose compose) {
    uint64_t value = kFnvBegin;
    size_t items = 0;
    for (uint32_t number = 0; number < kDocuments; number++) {
        Draws draws(number);
        const std::string document = compose(draws);
        const std::string refused = error_of([&] {
            const ReadResult read = read_text(name, document, options);
            items += read.size();
            for (const Item& item : read.all.items)
                value = hash(hash(value, item.text), item.author);
            for (const auto& [what, note] : read.all.notes.all())
                value = hash(hash(value, what), std::to_string(note.count));
        });
        // The folder is another each time.
        if (!refused.empty()) value = hash(value, refused.substr(refused.rfind('/')));
    }
    EXPECT_GT(items, 50u) << name << " " << options.style;
    return value;
}

// Where a rule changes on purpose, print what is read of the documents before and after, look at the
// difference, and put the new hashes here.
TEST(Composed, DocumentsAreReadAsTheyWere) {
    const auto with = [](const char* style, bool names = false) {
        ReadOptions options;
        options.style = style;
        options.names = names;
        return options;
    };
    struct Row {
        std::string format;
        uint64_t hash;
    };
    std::vector<Row> found;
    for (bool names : {false, true}) {
        const std::string of = names ? " names" : "";
        found.push_back({"fortune" + of, read_hash("f.fortune", with("", names), fortunes_of)});
        found.push_back({"csv" + of, read_hash("t.csv", with("", names), [](Draws& draws) {
                             return table_of(draws, draws.below(2) ? "," : ";");
                         })});
        found.push_back({"tsv" + of, read_hash("t.tsv", with("", names), [](Draws& draws) {
                             return table_of(draws, "\t");
                         })});
        found.push_back({"json" + of, read_hash("j.json", with("", names), [](Draws& draws) {
                             return json_of(draws, false);
                         })});
        found.push_back({"jsonl" + of, read_hash("j.jsonl", with("", names), [](Draws& draws) {
                             return json_of(draws, true);
                         })});
    }
    for (bool names : {false, true})
        found.push_back({names ? "page names" : "page",
                         read_hash("Ann Other.wikitext", with("", names), page_of)});
    found.push_back({"dump", read_hash("d.xml", with(""), dump_of)});
    found.push_back({"wrapped", read_hash("b.txt", with(""), wrapped_of)});
    for (const BookStyle& style : book_styles()) {
        const auto compose = [&](Draws& draws) {
            std::string book = "A title page.\n\n" + std::string(style.first_line) + "\n\n";
            book += book_of(draws);
            if (draws.below(2)) book += std::string(style.last_line) + "\n\nAn index.\n";
            return book;
        };
        found.push_back({style.name, read_hash("b.gutenberg", with(style.name), compose)});
    }
    const std::vector<Row> expected = {
        {"fortune", 4255960956023964410u},     {"csv", 15218634859433630297u},
        {"tsv", 12973823074044634005u},        {"json", 4562858743143352574u},
        {"jsonl", 17886856054789027556u},      {"fortune names", 4255960956023964410u},
        {"csv names", 15218634859433630297u},  {"tsv names", 12973823074044634005u},
        {"json names", 15588151926232469107u}, {"jsonl names", 2051962843101978589u},
        {"page", 12181966767069812186u},       {"page names", 6228753539691698383u},
        {"dump", 13937934460318440090u},       {"wrapped", 11759242344206690945u},
        {"hislop", 6219265914754524845u},      {"proverbs", 12002401363262994265u},
        {"ballou", 1119401326720183591u},      {"quotations", 16521167648712238723u},
        {"paragraphs", 16024873242608838185u}, {"lines", 11252872023931971882u},
        {"numbered", 74404408151044019u},      {"author-below", 2950241791564051663u},
        {"translated", 8831138037579710697u},
    };
    for (size_t i = 0; i < std::max(found.size(), expected.size()); i++)
        EXPECT_TRUE(i < expected.size() && i < found.size() &&
                    found[i].format == expected[i].format && found[i].hash == expected[i].hash)
            << (i < found.size()
                    ? "{\"" + found[i].format + "\", " + std::to_string(found[i].hash) + "u},"
                    : "");
}

}  // namespace
}  // namespace quillet

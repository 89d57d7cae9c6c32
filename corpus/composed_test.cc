// Documents composed of what real ones have, in every format and style: what is read of them stays what it was.
// SPDX-License-Identifier: MIT
#include <iterator>

#include "corpus/gutenberg.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

// Not <random>, whose distributions differ between standard libraries.
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
    "What the eye, which sees all things, does not see of itself, the heart, as the old proverb "
    "has it, is said not to rue at all."};
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

std::string entry_of(Draws& draws) {
    std::string text =
        draws.below(4) ? ""
                       : std::to_string(1 + draws.below(1200)) + draws.of({". ", ") ", ": ", " "});
    if (draws.below(5) == 0)
        text +=
            draws.of({"LAMPS. ", "LAMPS: ", "Of Lamps. ", "~Ability.~--", "\"", "    ", "\t", "_"});
    for (uint32_t lines = 1 + draws.below(3); lines > 0; lines--) {
        text += draws.of(kTexts);
        if (lines > 1) text += draws.of({"\n", "\n", " ", "\n    ", "\n\n"});
    }
    if (draws.below(3)) text += draws.of(kDashes) + draws.of(kAuthors);
    return text + draws.of({"", "", "", ".", "]", "\n* * * * *", "\n[Illustration]", "\nTHE END"});
}

std::string book_of(Draws& draws) {
    std::string book = draws.below(2) ? "Title: Lamps\n\nAuthor: Ann Other\n\n*** START OF THE "
                                        "PROJECT GUTENBERG EBOOK LAMPS ***\n\n"
                                      : "";
    for (uint32_t entries = 2 + draws.below(12); entries > 0; entries--) {
        if (draws.below(6) == 0)
            book += draws.of({"CHAPTER I.\n\n", "CONTENTS.\n\n", "                A\n\n",
                              "INDEX\n\n", "OF LAMPS AND KETTLES\n\n",
                              "[Transcriber's note: none]\n\n", "_Footnotes_\n\n"});
        book += entry_of(draws) + "\n\n";
    }
    return book + (draws.below(2)
                       ? "*** END OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n\nA licence.\n"
                       : "");
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
        const std::string a = cell_of(draws, !author_first), b = cell_of(draws, author_first);
        table += a + separator + b + (draws.below(9) ? "" : std::string(separator) + "more") +
                 draws.of({"\n", "\n", "\n", "\r\n", "\n\n"});
    }
    return table;
}

std::string json_of(Draws& draws, bool lines) {
    const auto quoted = [&](const std::string& text) {
        std::string json = "\"";
        for (char c : text)
            json += c == '"' || c == '\\' ? std::string{'\\', c}
                    : c == '\n'           ? std::string("\\n")
                                          : std::string(1, c);
        return json + "\"";
    };
    std::string json;
    for (uint32_t records = 1 + draws.below(6); records > 0; records--) {
        std::string record;
        switch (draws.below(7)) {
            case 0:
                record = quoted(draws.of(kTexts));
                break;
            case 1:
                record = draws.of({"null", "7", "{}", "[]", "{\"text\": 5}", "{\"text\": null}",
                                   "{\"tags\": [{\"text\": \"in\"}]}"});
                break;
            case 2:
                record = "[" + quoted(draws.of(kTexts)) + ", " + quoted(draws.of(kAuthors)) + "]";
                break;
            case 3:
                record = "{\"q\": {\"body\": " + quoted(draws.of(kTexts)) +
                         ", \"by\": {\"name\": " + quoted(draws.of(kAuthors)) + "}}}";
                break;
            default:
                record = "{\"author\": " + quoted(draws.of(kAuthors)) +
                         ", \"text\": " + quoted(entry_of(draws)) + "}";
        }
        json += record + (lines ? "\n" : records > 1 ? ",\n" : "");
    }
    return lines            ? json
           : draws.below(3) ? "[" + json + "]"
                            : "{\"about\": {\"of\": 1}, \"items\": [" + json + "]}";
}

uint64_t hash(uint64_t seed, std::string_view bytes) {  // FNV-1a, and an end
    for (char c : bytes) seed = (seed ^ static_cast<uint8_t>(c)) * 1099511628211u;
    return (seed ^ 0xFF) * 1099511628211u;
}

// Of 60 documents: texts, authors, what was left out, and what was refused.
template <class Compose>
uint64_t read_hash(const std::string& name, const ReadOptions& options, Compose compose) {
    uint64_t value = 14695981039346656037u;
    size_t items = 0;
    for (uint32_t number = 0; number < 60; number++) {
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
    for (const BookStyle& style : book_styles()) {
        const auto compose = [&](Draws& draws) {
            return "A title page.\n\n" + std::string(style.first_line) + "\n\n" + book_of(draws) +
                   (draws.below(2) ? std::string(style.last_line) + "\n\nAn index.\n" : "");
        };
        found.push_back({style.name, read_hash("b.gutenberg", with(style.name), compose)});
    }
    const std::vector<Row> expected = {
        {"fortune", 15850127038289861996u},    {"csv", 840654305743347347u},
        {"tsv", 3778267064820596892u},         {"json", 7416230404850288147u},
        {"jsonl", 5650951344172783833u},       {"fortune names", 15850127038289861996u},
        {"csv names", 840654305743347347u},    {"tsv names", 3778267064820596892u},
        {"json names", 16744436903789858042u}, {"jsonl names", 17445712771455439012u},
        {"hislop", 15076105484656469769u},     {"proverbs", 2445165247519199544u},
        {"ballou", 5213418270327017087u},      {"quotations", 11580618316522866653u},
        {"paragraphs", 1048259746508984566u},  {"lines", 18268477012647463732u},
        {"numbered", 9644690620104858007u},    {"author-below", 2407625221576155781u},
        {"translated", 4150420150859200997u},
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

// Templates of Wikiquote and what becomes of them: one table.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <string>
#include <unordered_map>

#include "corpus/wikitext.h"

namespace quillet {
namespace {

enum class Use {
    kNothing,  // sisters, clean-up notices, citations
    kLast,     // the last unnamed argument
    kFirst,    // the first
    kQuote,    // the first, or what is named "text"
    kForeign,  // the last, in the language that the first one names
    kLink,     // a link to the first argument that shows the last
    kNamed,    // a link to the first argument that shows it
    kFraction,
    kDash,
    kLiteral,  // the text given in the table
    kDisambiguation,
};

struct TemplateRow {
    std::string_view name;  // small letters, spaces
    Use use;
    std::string_view literal = {};
};

constexpr TemplateRow kTemplates[] = {
    {"w", Use::kLink},
    {"wp", Use::kLink},
    {"wl", Use::kLink},
    {"wplink", Use::kLink},
    {"wikilink", Use::kLink},
    {"l", Use::kLink},
    {"link", Use::kLink},
    {"ill", Use::kNamed},
    {"interlanguage link", Use::kNamed},
    {"lang", Use::kForeign},
    {"langx", Use::kForeign},
    {"native phrase", Use::kForeign},
    {"transl", Use::kLast},
    {"transliteration", Use::kLast},
    {"nowrap", Use::kLast},
    {"nobr", Use::kLast},
    {"small", Use::kLast},
    {"smaller", Use::kLast},
    {"big", Use::kLast},
    {"larger", Use::kLast},
    {"large", Use::kLast},
    {"resize", Use::kLast},
    {"sc", Use::kLast},
    {"smallcaps", Use::kLast},
    {"small caps", Use::kLast},
    {"uc", Use::kLast},
    {"lc", Use::kLast},
    {"center", Use::kLast},
    {"italic", Use::kLast},
    {"i", Use::kLast},
    {"it", Use::kLast},
    {"b", Use::kLast},
    {"bold", Use::kLast},
    {"em", Use::kLast},
    {"strong", Use::kLast},
    {"u", Use::kLast},
    {"underline", Use::kLast},
    {"nobold", Use::kLast},
    {"noitalic", Use::kLast},
    {"color", Use::kLast},
    {"colour", Use::kLast},
    {"font color", Use::kLast},
    {"highlight", Use::kLast},
    {"sup", Use::kLast},
    {"sub", Use::kLast},
    {"polytonic", Use::kLast},
    {"unicode", Use::kLast},
    {"ipa", Use::kLast},
    {"hebrew", Use::kLast},
    {"he", Use::kLast},
    {"ar", Use::kLast},
    {"grc", Use::kLast},
    {"indent", Use::kLiteral, " "},
    {"pad", Use::kLiteral, " "},
    {"poem", Use::kLast},
    {"poemquote", Use::kQuote},
    {"bq", Use::kLast},
    {"wikt", Use::kLast},
    {"s", Use::kLast},
    {"ws", Use::kLast},
    {"wikisource link", Use::kLast},
    {"wsl", Use::kLast},
    {"nowiki", Use::kLast},
    {"plain", Use::kLast},
    {"no italics", Use::kLast},
    {"roman", Use::kLast},
    {"quote", Use::kQuote},
    {"block quote", Use::kQuote},
    {"rquote", Use::kLast},
    {"block indent", Use::kQuote},
    {"bi", Use::kQuote},
    {"verse translation", Use::kLast},
    {"ppoem", Use::kLast},
    {"font", Use::kQuote},
    {"iast", Use::kLast},
    {"rtl-para", Use::kForeign},
    {"drop cap", Use::kFirst},
    {"dropcap", Use::kFirst},
    {"ruby", Use::kFirst},
    {"red", Use::kLast},
    {"circa", Use::kFirst},
    {"quotation", Use::kQuote},
    {"cquote", Use::kQuote},
    {"blockquote", Use::kQuote},
    {"quote box", Use::kQuote},
    {"tooltip", Use::kFirst},
    {"abbr", Use::kFirst},
    {"sic", Use::kFirst},
    {"not a typo", Use::kFirst},
    {"typo", Use::kFirst},
    {"hover", Use::kFirst},
    {"explain", Use::kFirst},
    {"frac", Use::kFraction},
    {"fraction", Use::kFraction},
    {"sfrac", Use::kFraction},
    {"'", Use::kLiteral, "'"},
    {"\"", Use::kLiteral, "\""},
    {"' \"", Use::kLiteral, "'\""},
    {"\" '", Use::kLiteral, "\"'"},
    {"'s", Use::kLiteral, "'s"},
    {"mdash", Use::kDash},
    {"ndash", Use::kDash},
    {"em dash", Use::kDash},
    {"emdash", Use::kDash},
    {"en dash", Use::kDash},
    {"spaced ndash", Use::kDash},
    {"spaced mdash", Use::kDash},
    {"spaced en dash", Use::kDash},
    {"spaced em dash", Use::kDash},
    {"snd", Use::kDash},
    {"smd", Use::kDash},
    {"dash", Use::kDash},
    {"—", Use::kDash},
    {"–", Use::kDash},
    {"spnd", Use::kDash},
    {"ellipsis", Use::kLiteral, "..."},
    {"...", Use::kLiteral, "..."},
    {"…", Use::kLiteral, "..."},
    {"nbsp", Use::kLiteral, " "},
    {"sp", Use::kLiteral, " "},
    {"space", Use::kLiteral, " "},
    {"spaces", Use::kLiteral, " "},
    {"gap", Use::kLiteral, " "},
    {"=", Use::kLiteral, "="},
    {"!", Use::kLiteral, "|"},
    {"break", Use::kLiteral, "\x05"},
    {"br", Use::kLiteral, "\x05"},
    {"pb", Use::kLiteral, "\x05"},
    {"pbr", Use::kLiteral, "\x05"},
    {"line", Use::kLiteral, "\x05"},
    {"wikipedia-inline", Use::kLast},
    {"-", Use::kLiteral, "\x05"},
    {"clear", Use::kNothing},
    {"dot", Use::kLiteral, " "},
    {"·", Use::kLiteral, " "},
    {"lsqb", Use::kLiteral, "["},
    {"rsqb", Use::kLiteral, "]"},
    {"(", Use::kLiteral, "{"},
    {")", Use::kLiteral, "}"},
    {"*", Use::kLiteral, "*"},
    {"asterisk", Use::kLiteral, "*"},
    {"disambig", Use::kDisambiguation},
    {"disambiguation", Use::kDisambiguation},
    {"disamb", Use::kDisambiguation},
    {"dab", Use::kDisambiguation},
    {"hndis", Use::kDisambiguation},
    {"surname", Use::kDisambiguation},
    {"given name", Use::kDisambiguation},
    {"name disambiguation", Use::kDisambiguation},
    {"disam", Use::kDisambiguation},
    {"setindex", Use::kDisambiguation},
    // Known to show nothing that belongs to a quotation, though they have arguments.
    {"fix cite", Use::kNothing},
    {"citation needed", Use::kNothing},
    {"cn", Use::kNothing},
    {"fact", Use::kNothing},
    {"source", Use::kNothing},
    {"sourced", Use::kNothing},
    {"dead link", Use::kNothing},
    {"specify", Use::kNothing},
    {"clarify", Use::kNothing},
    {"verify", Use::kNothing},
    {"verify source", Use::kNothing},
    {"page needed", Use::kNothing},
    {"who", Use::kNothing},
    {"when", Use::kNothing},
    {"which", Use::kNothing},
    {"better source", Use::kNothing},
    {"isbn", Use::kNothing},
    {"anchor", Use::kNothing},
    {"anchors", Use::kNothing},
    {"visible anchor", Use::kLast},
    {"vanchor", Use::kLast},
    {"wikipedia", Use::kNothing},
    {"commons", Use::kNothing},
    {"commonscat", Use::kNothing},
    {"commons category", Use::kNothing},
    {"wikisource", Use::kNothing},
    {"wiktionary", Use::kNothing},
    {"ref", Use::kNothing},
    {"refn", Use::kNothing},
    {"efn", Use::kNothing},
    {"sfn", Use::kNothing},
    {"note", Use::kNothing},
    {"rp", Use::kNothing},
    {"r", Use::kNothing},
    {"harv", Use::kNothing},
    {"citation", Use::kNothing},
    {"webarchive", Use::kNothing},
    {"gutenberg", Use::kNothing},
    {"gutenberg author", Use::kNothing},
    {"imdb name", Use::kNothing},
    {"doi", Use::kNothing},
    {"oclc", Use::kNothing},
    {"audio", Use::kNothing},
    {"listen", Use::kNothing},
};

using Table = std::unordered_map<std::string_view, const TemplateRow*>;

const Table& table() {
    static const Table rows = [] {
        Table made;
        for (const TemplateRow& row : kTemplates) made[row.name] = &row;
        return made;
    }();
    return rows;
}

// The part of a name that says which template it is, in small letters with spaces for underscores;
// at most 40 bytes.
std::string normal_name(std::string_view name) {
    name = trimmed(name).substr(0, 40);
    std::string normal;
    for (char c : name) {
        char small =
            c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (small != ' ' || !normal.ends_with(' ')) normal += small;
    }
    if (normal.starts_with("template:")) normal.erase(0, 9);
    return normal;
}

// "author=..." but not "1=..." and not "E = mc2": names are one or two words.
bool is_named(std::string_view argument, std::string_view& value) {
    size_t equals = argument.substr(0, 30).find('=');
    value = argument;
    if (equals == std::string_view::npos) return false;
    std::string_view name = trimmed(argument.substr(0, equals));
    bool digits = !name.empty(), word = !name.empty();
    for (char c : name) {
        digits = digits && std::isdigit(static_cast<unsigned char>(c));
        word = word &&
               (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == ' ');
    }
    if (digits) value = argument.substr(equals + 1);
    return word && !digits;
}

std::vector<std::string_view> unnamed(const std::vector<std::string_view>& arguments) {
    std::vector<std::string_view> values;
    for (size_t i = 1; i < arguments.size(); i++) {
        std::string_view value;
        if (!is_named(arguments[i], value)) values.push_back(trimmed(value));
    }
    return values;
}

// The argument "text=..." or "quote=...".
std::string_view named_text(const std::vector<std::string_view>& arguments) {
    for (size_t i = 1; i < arguments.size(); i++) {
        size_t equals = std::min(arguments[i].find('='), arguments[i].size());
        std::string_view name = trimmed(arguments[i].substr(0, equals));
        if (name == "text" || name == "quote" || name == "content")
            return trimmed(arguments[i].substr(std::min(equals + 1, arguments[i].size())));
    }
    return {};
}

Replacement as_text(std::string text) {
    return {Replacement::kText, std::move(text)};
}

// `text` in the language that a code names; marked unless that is English.
Replacement as_foreign(std::string_view code, std::string_view text) {
    if (code == "en" || code.starts_with("en-")) return as_text(std::string(text));
    return as_text(mark::kForeign + std::string(text) + mark::kForeignEnd);
}

Replacement use_row(const TemplateRow& row, const std::vector<std::string_view>& values) {
    switch (row.use) {
        case Use::kNothing:
            return {};
        case Use::kLiteral:
            return as_text(std::string(row.literal));
        case Use::kDash:
            return as_text(" \xE2\x80\x94 ");
        case Use::kDisambiguation:
            return {Replacement::kDisambiguation, ""};
        default:
            break;
    }
    if (values.empty()) return {};
    if (row.use == Use::kForeign)
        return as_foreign(values.size() > 1 ? values[0] : "", values[values.size() > 1]);
    if (row.use == Use::kFirst || row.use == Use::kQuote)
        return as_text(std::string(values.front()));
    if (row.use == Use::kLast) return as_text(std::string(values.back()));
    if (row.use == Use::kFraction) {
        std::string text(values[0]);
        for (size_t i = 1; i < values.size(); i++) text += "/" + std::string(values[i]);
        return as_text(text);
    }
    std::string_view shown = row.use == Use::kNamed ? values.front() : values.back();
    bool plain = values.front().find_first_of("\x02\x03\n\x05\x06") == std::string_view::npos &&
                 shown.find(mark::kLink) == std::string_view::npos;
    if (!plain) return as_text(std::string(shown));
    return as_text(mark::kLink + std::string(values.front()) + mark::kLabel + std::string(shown) +
                   mark::kLinkEnd);
}

// {{Misattributed begin}}, {{disputed end}}, {{unsourced-start}}.
Replacement::Kind box(std::string_view name) {
    bool doubtful = name.starts_with("misattributed") || name.starts_with("disputed") ||
                    name.starts_with("unsourced ");
    if (!doubtful) return Replacement::kNothing;
    if (name.ends_with("begin") || name.ends_with("start") || name.ends_with("top"))
        return Replacement::kBoxBegin;
    return name.ends_with("end") || name.ends_with("bottom") ? Replacement::kBoxEnd
                                                             : Replacement::kNothing;
}

bool is_notice(std::string_view name) {
    return name.starts_with("cite ") || name.starts_with("defaultsort") || name.starts_with("#") ||
           name.starts_with("cleanup") || name.starts_with("infobox") || name.ends_with("stub") ||
           name.ends_with("-inline") || name.starts_with("unreferenced") ||
           name.starts_with("wikisource") || name.starts_with("sister");
}

}  // namespace

Replacement expand_template(const std::vector<std::string_view>& arguments) {
    std::string name = normal_name(arguments[0]);
    if (name.starts_with("defaultsort:"))
        return {Replacement::kSortKey, std::string(trimmed(trimmed(arguments[0]).substr(12)))};
    if (Replacement::Kind kind = box(name); kind != Replacement::kNothing) return {kind, ""};
    std::vector<std::string_view> values = unnamed(arguments);
    if (name == "defaultsort" && !values.empty())
        return {Replacement::kSortKey, std::string(values.front())};
    auto row = table().find(name);
    if (row != table().end() && row->second->use == Use::kQuote && values.empty())
        if (auto text = named_text(arguments); !text.empty()) return as_text(std::string(text));
    if (row != table().end()) return use_row(*row->second, values);
    if (name.starts_with("lang-"))
        return values.empty() ? Replacement{} : as_foreign(name.substr(5), values.front());
    // Of a template nobody has told us of, text may be missing; without unnamed arguments it is a
    // notice.
    bool text = !is_notice(name) && std::any_of(values.begin(), values.end(),
                                                [](std::string_view v) { return !v.empty(); });
    return {text ? Replacement::kHole : Replacement::kNothing, ""};
}

}  // namespace quillet

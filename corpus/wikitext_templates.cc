// Templates of Wikiquote and what becomes of them: one table.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <string>
#include <unordered_map>

#include "corpus/strings.h"
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
    kLiteral,  // the text given in the table
    kDisambiguation,
};

struct TemplateRow {
    Use use;
    std::string_view names;  // small letters, spaces; parted by '|'
    std::string_view literal = {};
};

constexpr TemplateRow kTemplates[] = {
    {Use::kLink, "w|wp|wl|wplink|wikilink|l|link"},
    {Use::kNamed, "ill|interlanguage link"},
    {Use::kForeign, "lang|langx|native phrase|rtl-para"},
    {Use::kLast,
     "transl|transliteration|nowrap|nobr|small|smaller|big|larger|large|resize|sc|"
     "smallcaps|small caps|uc|lc|center|italic|i|it|b|bold|em|strong|u|underline|nobold|"
     "noitalic|color|colour|font color|highlight|sup|sub|polytonic|unicode|ipa|hebrew|he|"
     "ar|grc|poem|bq|wikt|s|ws|wikisource link|wsl|nowiki|plain|no italics|roman|rquote|"
     "verse translation|ppoem|iast|red|wikipedia-inline|visible anchor|vanchor"},
    {Use::kFirst, "drop cap|dropcap|ruby|circa|tooltip|abbr|sic|not a typo|typo|hover|explain"},
    {Use::kQuote,
     "poemquote|quote|block quote|block indent|bi|font|quotation|cquote|blockquote|"
     "quote box"},
    {Use::kFraction, "frac|fraction|sfrac"},
    {Use::kLiteral,
     "mdash|ndash|em dash|emdash|en dash|spaced ndash|spaced mdash|spaced en dash|"
     "spaced em dash|snd|smd|dash|—|–|spnd|--|---",
     " — "},
    {Use::kDisambiguation,
     "disambig|disambiguation|disamb|dab|hndis|surname|given name|name disambiguation|"
     "disam|setindex"},
    // Known to show nothing that belongs to a quotation, though they have arguments.
    {Use::kNothing,
     "clear|fix cite|citation needed|cn|fact|source|sourced|dead link|specify|clarify|"
     "verify|verify source|page needed|who|when|which|better source|isbn|anchor|anchors|"
     "wikipedia|commons|commonscat|commons category|wikisource|wiktionary|ref|refn|efn|"
     "sfn|note|rp|r|harv|citation|webarchive|gutenberg|gutenberg author|imdb name|doi|"
     "oclc|audio|listen|strike|strikethrough|del|hidden"},
    {Use::kLiteral, "indent|pad|thinsp|hair space|nbsp|sp|space|spaces|gap|dot|·", " "},
    {Use::kLiteral, "'", "'"},
    {Use::kLiteral, "\"", "\""},
    {Use::kLiteral, "' \"", "'\""},
    {Use::kLiteral, "\" '", "\"'"},
    {Use::kLiteral, "'s", "'s"},
    {Use::kLiteral, "ellipsis|...|…", "..."},
    {Use::kLiteral, "=", "="},
    {Use::kLiteral, "!", "|"},
    {Use::kLiteral, "break|br|pb|pbr|line|-", "\x05"},
    {Use::kLiteral, "pound|gbp", "£"},
    {Use::kLiteral, "euro", "€"},
    {Use::kLiteral, "lsqb", "["},
    {Use::kLiteral, "rsqb", "]"},
    {Use::kLiteral, "(", "{"},
    {Use::kLiteral, ")", "}"},
    {Use::kLiteral, "*|asterisk", "*"},
};

using Table = std::unordered_map<std::string_view, const TemplateRow*>;

const Table& table() {
    static const Table rows = [] {
        Table made;
        for (const TemplateRow& row : kTemplates)
            for (std::string_view name : split(row.names, '|')) made[name] = &row;
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
    if (equals == npos) return false;
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
        size_t equals = find_or_end(arguments[i], '=');
        std::string_view name = trimmed(arguments[i].substr(0, equals));
        if (name == "text" || name == "quote" || name == "content")
            return trimmed(arguments[i].substr(std::min(equals + 1, arguments[i].size())));
    }
    return {};
}

// `text` in the language that a code names; marked unless that is English.
std::string as_foreign(std::string_view code, std::string_view text) {
    if (code == "en" || code.starts_with("en-")) return std::string(text);
    return mark::kForeign + std::string(text) + mark::kForeignEnd;
}

std::string use_row(const TemplateRow& row, const std::vector<std::string_view>& values,
                    FlatPage& page) {
    if (row.use == Use::kDisambiguation) page.disambiguation = true;
    if (row.use == Use::kLiteral) return std::string(row.literal);
    if (row.use == Use::kNothing || row.use == Use::kDisambiguation || values.empty()) return "";
    switch (row.use) {
        case Use::kForeign:
            return as_foreign(values.size() > 1 ? values[0] : "", values[values.size() > 1]);
        case Use::kFirst:
        case Use::kQuote:
            return std::string(values.front());
        case Use::kNamed:
            return marked_link(values.front(), values.front());
        case Use::kLink:
            return marked_link(values.front(), values.back());
        case Use::kFraction: {
            std::string text(values[0]);
            for (size_t i = 1; i < values.size(); i++) text.append("/").append(values[i]);
            return text;
        }
        default:
            return std::string(values.back());
    }
}

// The line for {{Misattributed begin}}, {{disputed end}}, {{unsourced start}}; "" for what is none.
std::string box(std::string_view name) {
    static const Words kKinds = split("misattributed|disputed|unsourced ", '|'),
                       kBegins = split("begin|start|top", '|'), kEnds = split("end|bottom", '|');
    const bool begins = ends_with_any(name, kBegins);
    if (!starts_with_any(name, kKinds) || !(begins || ends_with_any(name, kEnds))) return "";
    return {'\n', begins ? mark::kBoxBegin : mark::kBoxEnd, '\n'};
}

// Functions of the parser that give their argument back, "{{lc:QUIETLY}}"; the others, and variables
// such as {{PAGENAME}}, say what we do not know.
std::string parser_function(std::string_view name, std::string_view written) {
    static const WordSet known = word_set("lc uc ucfirst lcfirst formatnum");
    std::string_view function = name.substr(0, name.find(':'));
    std::string text(trimmed(written.substr(std::min(written.find(':') + 1, written.size()))));
    if (function == "#tag" && lower(text).starts_with("ref")) return "";
    bool ascii = std::none_of(text.begin(), text.end(), is_high);
    if (!known.contains(function) || !ascii) return {mark::kUnsupported};
    auto upper = [](char& c) { c = static_cast<char>(is_lower(c) ? c - 32 : c); };
    if (function == "lc") text = lower(text);
    if (function == "uc") std::for_each(text.begin(), text.end(), upper);
    if (function == "ucfirst" && !text.empty()) upper(text[0]);
    if (function == "lcfirst" && !text.empty()) text[0] = lower(text.substr(0, 1))[0];
    return text;
}

// False for what is left of a parameter, or begins with another template.
bool names_template(std::string_view name) {
    return !name.empty() && static_cast<unsigned char>(name[0]) > ' ' && name[0] != '{';
}

bool is_notice(std::string_view name) {
    static const Words kBeginnings =
        split("cite |defaultsort|cleanup|infobox|unreferenced|wikisource|sister", '|');
    return starts_with_any(name, kBeginnings) || name.ends_with("stub") ||
           name.ends_with("-inline");
}

}  // namespace

std::string expand_template(const std::vector<std::string_view>& arguments, FlatPage& page) {
    std::string name = normal_name(arguments[0]);
    if (name.starts_with("defaultsort:")) {
        page.sort_key = trimmed(trimmed(arguments[0]).substr(12));
        return "";
    }
    if (std::string line = box(name); !line.empty()) return line;
    std::vector<std::string_view> values = unnamed(arguments);
    if (name == "defaultsort" && !values.empty()) {
        page.sort_key = values.front();
        return "";
    }
    auto row = table().find(name);
    if (row != table().end() && row->second->use == Use::kQuote && values.empty())
        if (auto text = named_text(arguments); !text.empty()) return std::string(text);
    if (row != table().end()) return use_row(*row->second, values, page);
    if (name.starts_with("lang-"))
        return values.empty() ? "" : as_foreign(name.substr(5), values.front());
    size_t colon = name.find(':');
    if (colon != npos && name.find(' ') >= colon) return parser_function(name, arguments[0]);
    if (is_notice(name)) return "";
    // One without arguments prints words of its own, {{half}}. Of a template nobody has told us of, text
    // may be missing; without unnamed arguments it is a notice.
    bool prints = arguments.size() == 1
                      ? names_template(name)
                      : std::any_of(values.begin(), values.end(),
                                    [](std::string_view v) { return !v.empty(); });
    return prints ? std::string{mark::kUnsupported} : "";
}

}  // namespace quillet

// Wikiquote's conventions: sections and bullets of a page, and whose they are.
// SPDX-License-Identifier: MIT
#include "corpus/wikiquote.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <unordered_map>
#include <utility>

#include "corpus/strings.h"

namespace quillet {
namespace {

// Why bullets are left out, as the report names it.
std::string reason_of(Section section) {
    static const std::unordered_map<Section, const char*> kNames = {
        {Section::kDisputed, "Disputed"},
        {Section::kMisattributed, "Misattributed"},
        {Section::kQuotesAbout, "Quotes about"},
        {Section::kUnsourced, "Unsourced"},
        {Section::kSeeAlso, "See also"},
        {Section::kExternalLinks, "External links"},
        {Section::kReferences, "References"},
        {Section::kCast, "Cast"},
        {Section::kDialogue, "Dialogue"},
        {Section::kTaglines, "Taglines"},
        {Section::kAttributed, "Attributed (kept by --attributed)"}};
    auto found = kNames.find(section);
    return std::string("section left out: ") +
           (found == kNames.end() ? "others (kept by --sections)" : found->second);
}

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

// Calls `visit` with each word of `text`, until it returns true; whether it did.
template <typename Visit>
bool any_word(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        size_t end = std::min(text.find_first_of(" ,.:'()"), text.size());
        if (end > 0 && visit(text.substr(0, end))) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

// "About writing", "Quotes on faith", "Praise of folly", but not "About Ann" or "About her" on
// Ann's page.
bool is_on_a_subject(std::string_view heading, std::string_view title) {
    std::string small = lower(heading), person = lower(title);
    static const Words kBeginnings =
        split("about |quotes on |quotations on |praise |criticism of ", '|');
    static const WordSet kPronouns = word_set("him her them");
    if (!starts_with_any(small, kBeginnings)) return false;
    std::string_view subject = std::string_view(small).substr(small.find(' '));
    return subject != " " && !any_word(subject, [&](std::string_view word) {
               auto is_word = [word](std::string_view of_name) { return of_name == word; };
               return kPronouns.contains(word) || (word.size() > 2 && any_word(person, is_word));
           });
}

// Short and without a full stop: "Prince, Act II".
bool is_fragment(std::string_view flat) {
    std::string plain = plain_line(flat);
    return !plain.empty() && plain.size() < 60 && !ends_sentence(plain);
}

// Walks the lines of a page for its bullets that are quotations.
class PageWalker {
  public:
    PageWalker(std::string_view title, PageKind kind, const ReadOptions& options, Notes& notes)
        : title_(title), kind_(kind), options_(options), notes_(notes) {}

    std::vector<Bullet> walk(std::string_view text) {
        text_ = text;
        for_each_line(text, [&](std::string_view each) { line(each); });
        flush();
        return std::move(bullets_);
    }

  private:
    // The state of the headings above a line: what the innermost that says something says.
    struct Level {
        bool set = false;
        bool kept = false;
        Section why = Section::kOther;
        std::string title;
    };

    void line(std::string_view line) {
        size_t first = line.find_first_not_of(": \t");
        std::string_view inner = first == npos ? std::string_view() : line.substr(first);
        if (inner.starts_with("{|")) tables_++;
        if (tables_ > 0) {
            if (inner.starts_with("|}")) tables_--;
            // Headings stand in tables only where these lay out a page; or one never ends.
            if (!line.starts_with('=')) return;
            tables_ = 0;
        }
        if (line.empty()) {
            adjacent_ = false;
            return;
        }
        switch (line[0]) {
            case '=':
                heading(line);
                return;
            case mark::kBoxBegin:
                flush();
                boxes_++;
                return;
            case mark::kBoxEnd:
                flush();
                boxes_ -= boxes_ > 0;
                return;
            case '*':
            case ':':
                listed(line);
                return;
            default:
                unlisted(line);
                return;
        }
    }

    void heading(std::string_view line) {
        while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
        size_t level = 0;
        while (level < line.size() / 2 && line[level] == '=' &&
               line[line.size() - 1 - level] == '=')
            level++;
        if (level == 0) return;
        level = std::min<size_t>(level, 6);
        flush();
        std::string_view flat = line.substr(level, line.size() - 2 * level);
        for (size_t i = level; i < levels_.size(); i++) levels_[i] = Level{};
        Level around = innermost(level);
        Level& mine = levels_[level];
        mine = judge(plain_line(flat), in_italics(flat), around);
    }

    // What stands around a heading of `level`.
    const Level& innermost(size_t level) const {
        for (size_t i = level; i-- > 1;)
            if (levels_[i].set) return levels_[i];
        return levels_[0];  // never set
    }

    Level judge(const std::string& title, bool italics, const Level& around) const {
        Level mine = around;
        mine.set = true;
        if (!around.set) mine.title = title;
        if (around.set && !around.kept && around.why != Section::kOther) return mine;
        Section section = section_of(title, italics);
        // "About writing", among a person's quotations.
        if (section == Section::kQuotesAbout && around.kept && kind_ == PageKind::kPerson &&
            is_on_a_subject(title, title_))
            section = Section::kOther;
        bool asked = contains(options_.sections, lower(title)) ||
                     (section == Section::kOther && contains(options_.sections, "all"));
        bool letters = section == Section::kLetter && (kind_ != PageKind::kPerson || around.kept);
        if (asked || letters || section == Section::kQuotes ||
            (section == Section::kAttributed && options_.attributed)) {
            mine.kept = true;
        } else if (section != Section::kOther && section != Section::kLetter) {
            mine.kept = false;
            mine.why = section;
        }
        mine.title = title;
        return mine;
    }

    // A line of a list: a bullet, or what belongs to the one above it. Colons before the first star
    // only indent.
    void listed(std::string_view line) {
        size_t depth = skip(line, "*#:;");
        size_t indent = std::min(line.find_first_not_of(':'), depth);
        std::string_view signs = line.substr(indent, depth - indent), text = line.substr(depth);
        bool below = open_ && adjacent_ && indent > indent_;
        auto stars = std::count(signs.begin(), signs.end(), '*');
        // "* * text" is one bullet.
        for (size_t star;
             signs == "*" && (star = text.find_first_not_of(' ')) != npos && text[star] == '*';)
            text.remove_prefix(star + 1);
        if (signs == "*" && below && indent > 1) return;  // as deep as a note
        if (signs == "*" && !(below && (reads_as_attribution(text) || is_fragment(text)))) {
            flush();
            open_ = adjacent_ = true;
            indent_ = indent;
            bullet_.text = text;
        } else if (!open_) {
            return;
        } else if (signs.empty()) {
            if (adjacent_) go_on(text);
        } else if (signs.ends_with('*') && stars == (below && signs == "*" ? 1 : 2)) {
            bullet_.sources.push_back(text);
            adjacent_ = true;
        } else if (signs == "**:" && bullet_.sources.empty()) {
            bullet_.sources.push_back(text);
        } else if (stars == 1) {
            // "*:", and the parts "*#" of a list within the quotation.
            if (signs.ends_with(':') && cites_source(text))
                bullet_.sources.push_back(text);
            else
                append(text);
        }
    }

    // A line of colons right below a bullet goes on with it, or tells where it is from.
    void go_on(std::string_view text) {
        if (reads_as_attribution(text))
            bullet_.sources.push_back(text);
        else if (!text.starts_with("'''"))  // not a speaker
            append(text);
    }

    // A line that belongs to no list: the rest of a bullet that was broken after its "<br>", or
    // "<div>".
    void unlisted(std::string_view line) {
        size_t last = bullet_.text.find_last_not_of(' ');
        bool broken = open_ && adjacent_ && (last == npos || bullet_.text[last] == mark::kBreak);
        auto first = static_cast<unsigned char>(line[0]);
        if (broken && (std::isalnum(first) || first >= 0x80 || first == '"'))
            append(line);
        else
            adjacent_ = false;
    }

    void append(std::string_view text) {
        if (!bullet_.sources.empty()) return;
        bullet_.text += mark::kBreak;
        bullet_.text += text;
    }

    void flush() {
        if (!open_) return;
        open_ = false;
        const Bullet bullet = std::exchange(bullet_, {});
        const Level& here = innermost(levels_.size());
        if (boxes_ > 0)
            leave_out("in a misattributed or disputed box", bullet);
        else if (!here.set && !lead_is_all())
            leave_out("before the first section", bullet);
        else if (!here.set || here.kept)
            bullets_.push_back(bullet);
        else if (here.why == Section::kOther)
            notes_.add(reason_of(here.why), here.title);
        else
            leave_out(reason_of(here.why), bullet);
    }

    // True for a page that has no sections but such as are left out: its quotations come first.
    bool lead_is_all() {
        if (!lead_is_all_) lead_is_all_ = has_no_sections(text_);
        return *lead_is_all_;
    }

    void leave_out(std::string_view why, const Bullet& bullet) {
        notes_.add(why, plain_line(bullet.text));
    }

    std::string_view title_;
    PageKind kind_;
    const ReadOptions& options_;
    Notes& notes_;
    std::array<Level, 7> levels_;
    std::string_view text_;
    std::optional<bool> lead_is_all_;
    int boxes_ = 0, tables_ = 0;
    bool open_ = false;
    bool adjacent_ = false;  // the line above belongs to the bullet
    size_t indent_ = 0;      // colons before the bullet's star
    Bullet bullet_;
    std::vector<Bullet> bullets_;
};

// A line below a quotation that is one itself: all bold, a sentence.
bool is_quotation(std::string_view flat) {
    flat = trimmed(flat);
    if (flat.size() < 8 || !flat.starts_with("'''") || !flat.ends_with("'''")) return false;
    std::string plain = plain_line(flat);
    return ends_sentence(plain);
}

// A quotation full of links, and not an entry of a list of pages.
bool is_sentence_of_links(std::string_view flat) {
    std::string plain = plain_line(flat);
    return std::count(flat.begin(), flat.end(), mark::kLink) > 1 && !plain.empty() &&
           std::string_view(".!?").find(plain.back()) != npos;
}

// Hands on the quotation of a bullet of the page `title`, a title without what is in brackets.
void take_quotation(Bullet& bullet, const std::string& title, PageKind kind, Consumer& consumer) {
    auto leave_out = [&](const char* why) { consumer.notes.add(why, plain_line(bullet.text)); };
    if (is_only_links(bullet.text) && !is_sentence_of_links(bullet.text))
        return leave_out("only a link");
    if (is_only_source(bullet.text)) return leave_out("only a source");
    bullet.foreign = kind == PageKind::kProverbs && !title.starts_with("English ");
    const std::string person = kind == PageKind::kPerson ? title : "";
    std::string speaker = person.empty() ? strip_speaker(bullet.text) : "";
    std::string signature = take_signature(bullet.text, person);
    if (signature.empty()) signature = speaker;
    size_t translation = bullet.sources.size();
    Item item;
    item.text = english_of(bullet, &translation);
    item.author = person.empty() ? signature : person;
    for (size_t i = 0; i < bullet.sources.size() && item.author.empty(); i++) {
        if (kind == PageKind::kProverbs) break;  // those who collected or translated them
        if (i != translation && !is_quotation(bullet.sources[i]))
            item.author = first_link(bullet.sources[i]);
    }
    // A notice at the end is no part of the quotation.
    while (item.text.ends_with(mark::kUnsupported) || item.text.ends_with(' '))
        item.text.pop_back();
    strip_source(item.text);
    if (item.text.empty())
        leave_out(plain_line(bullet.text).empty() ? "empty" : "foreign, without a translation");
    else if (item.text.find(mark::kUnsupported) != npos)
        leave_out("with a formula or an unknown template");
    else
        consumer.add(std::move(item));
}

// What the report says of a page, by its kind; from kFilm on they are skipped.
constexpr const char* kPageNotes[] = {
    "pages: persons",
    "pages: themes and works",
    "pages: proverbs",
    "pages: films and the like, skipped",
    "pages: lists, skipped",
    "pages: disambiguation, skipped",
    "pages: redirects, skipped",
};

}  // namespace

void quotes_of_page(std::string_view title, std::string_view wikitext, const ReadOptions& options,
                    Consumer& consumer) {
    const FlatPage page = flatten(wikitext);
    const PageKind kind = kind_of_page(title, page);
    consumer.notes.add(kPageNotes[static_cast<size_t>(kind)],
                       kind == PageKind::kRedirect ? "" : title);
    if (kind >= PageKind::kFilm) return;
    const std::string bare(without_bracket(title));
    if (options.names && kind == PageKind::kPerson) return consumer.add({"", bare});
    for (Bullet& bullet : PageWalker(title, kind, options, consumer.notes).walk(page.text))
        take_quotation(bullet, bare, kind, consumer);
}

}  // namespace quillet

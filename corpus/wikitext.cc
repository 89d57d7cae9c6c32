// Wikitext without its markup: a page with templates, links, tags and comments resolved in one
// pass.
// SPDX-License-Identifier: MIT
#include "corpus/wikitext.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "corpus/brackets.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kDeepest = 80;  // open templates and links

// What the pass stops at: markup, and control characters but tabs, which would be taken for marks.
constexpr auto kSpecial = [] {
    std::array<bool, 256> special{};
    for (size_t c = 0; c < ' '; c++) special[c] = c != '\t';
    for (unsigned char c : {'<', '|', '[', ']', '{', '}'}) special[c] = true;
    return special;
}();

class Flattener {
  public:
    Flattener(std::string_view in, FlatPage& page) : in_(in), page_(page), out_(page.text) {}

    void run() {
        out_.reserve(in_.size());
        while (at_ < in_.size()) {
            size_t from = at_;
            while (at_ < in_.size() && !kSpecial[static_cast<unsigned char>(in_[at_])]) at_++;
            out_ += in_.substr(from, at_ - from);
            if (at_ < in_.size()) special();
        }
        if (!frames_.empty())
            std::replace(out_.begin() + static_cast<std::ptrdiff_t>(frames_[0].start), out_.end(),
                         mark::kInnerLine, '\n');
    }

  private:
    enum class Open { kTemplate, kParameter, kLink, kExternalLink };
    struct Frame {
        size_t start;  // of its opening in out_
        size_t bars;   // how many bars there were before
        Open kind;
    };

    void special() {
        switch (in_[at_]) {
            case '<':
                return angle();
            case '{':
                return open_brace();
            case '}':
                return close_brace();
            case '[':
                return open_bracket();
            case ']':
                return close_bracket();
            case '|':
                return bar();
            case '\n':
                return new_line();
            default:
                at_++;
                out_ += ' ';  // control characters, which would be taken for marks
        }
    }

    void literal(size_t length) {
        for (; length > 0; length--) out_ += in_[at_++];
    }

    // How many of `c` stand here; 4 for more.
    size_t run_of(char c) const {
        size_t end = at_, last = std::min(in_.size(), at_ + 4);
        while (end < last && in_[end] == c) end++;
        return end - at_;
    }

    void push(Open kind, size_t length) {
        frames_.push_back({out_.size(), bars_.size(), kind});
        templates_ += kind == Open::kTemplate;
        parameters_ += kind == Open::kParameter;
        literal(length);
    }

    void pop() {
        bars_.resize(frames_.back().bars);
        templates_ -= frames_.back().kind == Open::kTemplate;
        parameters_ -= frames_.back().kind == Open::kParameter;
        frames_.pop_back();
    }

    void new_line() {
        while (!frames_.empty() &&
               (frames_.back().kind == Open::kExternalLink || is_broken_link(frames_.back())))
            pop();
        at_++;
        out_ += in_poem_ ? mark::kBreak : templates_ > 0 ? mark::kInnerLine : '\n';
        if (in_poem_) skip_indent();
    }

    // Colons at the beginning of a line of verse.
    void skip_indent() {
        while (at_ < in_.size() && in_[at_] == ':') at_++;
    }

    // A link that is still open at the end of its line is none; only the captions of files go on.
    bool is_broken_link(const Frame& frame) const {
        const std::string inside = lower(std::string_view(out_).substr(frame.start, 10));
        return frame.kind == Open::kLink && !inside.starts_with("[[file:") &&
               !inside.starts_with("[[image:");
    }

    void bar() {
        for (size_t i = frames_.size(); i-- > 0;) {
            if (frames_[i].kind == Open::kExternalLink) continue;
            bars_.push_back(out_.size());
            break;
        }
        literal(1);
    }

    void open_brace() {
        size_t run = run_of('{');
        if (run < 2) return literal(1);
        // "{{{" is a parameter, unless four or more say two templates.
        if (run == 3) return push(Open::kParameter, 3);
        push(Open::kTemplate, 2);
    }

    void close_brace() {
        size_t run = run_of('}');
        if (run < 2 || templates_ + parameters_ == 0) return literal(1);
        // What is open inside the innermost braces and does not close is text.
        size_t open = frames_.size();
        while (open > 0 && frames_[open - 1].kind != Open::kTemplate &&
               frames_[open - 1].kind != Open::kParameter)
            open--;
        if (frames_[open - 1].kind == Open::kParameter && run < 3) {
            // "{{{a}}" is a brace and a template.
            frames_[open - 1].kind = Open::kTemplate;
            frames_[open - 1].start++;
            templates_++;
            parameters_--;
        }
        while (frames_.size() > open) pop();
        Frame frame = frames_.back();
        at_ += frame.kind == Open::kParameter ? 3 : 2;
        if (frame.kind == Open::kParameter)
            close_parameter(frame);
        else if (frames_.size() > kDeepest)
            make_unsupported(frame);
        else
            close_template(frame);
        pop();
    }

    void make_unsupported(const Frame& frame) {
        out_.resize(frame.start);
        out_ += mark::kUnsupported;
    }

    // A page gives its parameters no values: what follows the first bar is shown, if there is one.
    void close_parameter(const Frame& frame) {
        if (bars_.size() == frame.bars) return out_.resize(frame.start);
        // Each around another copies what is inside.
        if (frames_.size() > kDeepest) return make_unsupported(frame);
        size_t from = bars_[frame.bars] + 1;
        if (bars_.size() > frame.bars + 1) out_.resize(bars_[frame.bars + 1]);
        out_.erase(frame.start, from - frame.start);
    }

    void close_template(const Frame& frame) {
        std::vector<std::string_view> arguments;
        std::string_view all(out_);
        size_t from = frame.start + 2;
        for (size_t i = frame.bars; i < bars_.size(); i++) {
            arguments.push_back(all.substr(from, bars_[i] - from));
            from = bars_[i] + 1;
        }
        arguments.push_back(all.substr(from));
        const std::string text = expand_template(arguments, page_);
        out_.replace(frame.start, npos, text);
    }

    void open_bracket() {
        if (in_.substr(at_).starts_with("[[")) return push(Open::kLink, 2);
        static const Words kAddresses = split("http://|https://|ftp://|mailto:|//|news:", '|');
        if (!starts_with_any(lower(in_.substr(at_ + 1, 8)), kAddresses)) return literal(1);
        push(Open::kExternalLink, 0);
        // An address may hold templates and bars; what matters is where it ends.
        while (at_ < in_.size() && static_cast<unsigned char>(in_[at_]) > ' ' && in_[at_] != ']' &&
               in_[at_] != '<')
            at_++;
        while (at_ < in_.size() && in_[at_] == ' ') at_++;
    }

    void close_bracket() {
        if (!frames_.empty() && frames_.back().kind == Open::kExternalLink) {
            pop();
            at_++;
            return;
        }
        if (frames_.empty() || frames_.back().kind != Open::kLink ||
            !in_.substr(at_).starts_with("]]"))
            return literal(1);
        // "[[a|b]]]" ends with the last two.
        if (in_.substr(at_).starts_with("]]]") && !in_.substr(at_).starts_with("]]]]")) literal(1);
        Frame frame = frames_.back();
        at_ += 2;
        if (frames_.size() > kDeepest)
            make_unsupported(frame);
        else
            close_link(frame);
        pop();
    }

    void close_link(const Frame& frame) {
        std::string_view inside = std::string_view(out_).substr(frame.start + 2);
        bool labelled = bars_.size() > frame.bars;
        size_t bar = labelled ? bars_[frame.bars] - frame.start - 2 : inside.size();
        std::string_view target = trimmed(inside.substr(0, bar));
        std::string_view label = labelled ? inside.substr(bar + 1) : std::string_view();
        link_.clear();
        size_t categories = page_.categories.size();
        if (visible_target(target, labelled)) {
            // "[[Love (play)|]]" shows "Love".
            if (trimmed(label).empty())
                label = target.substr(0, labelled ? target.rfind(" (") : npos);
            link_ = marked_link(target, label);
        } else if (page_.categories.size() > categories && page_.sort_key.empty()) {
            page_.sort_key = trimmed(label);  // where old pages have it
        }
        out_.replace(frame.start, npos, link_);
    }

    // False for files, categories and the same page in other languages; prefixes of sister projects
    // go from `target`.
    bool visible_target(std::string_view& target, bool labelled) {
        bool shown = target.starts_with(':');
        if (shown) target.remove_prefix(1);
        for (;;) {
            size_t colon = target.find(':');
            if (colon == npos || colon > 16) return true;
            std::string prefix = lower(trimmed(target.substr(0, colon)));
            static const WordSet projects = word_set(
                "w wikipedia wikt wiktionary s wikisource q wikiquote b wikibooks n wikinews v "
                "wikiversity c commons d m meta author species wikispecies voy wikivoyage mw");
            bool project = projects.contains(prefix);
            bool file = prefix == "file" || prefix == "image" || prefix == "media";
            bool language =
                is_language_code(prefix) && target.compare(0, prefix.size(), prefix) == 0;
            if (file && !shown) return false;
            if (prefix == "category" && !shown) {
                page_.categories.emplace_back(trimmed(target.substr(colon + 1)));
                return false;
            }
            if (!project && language && !shown) return false;
            if (!project && !(language && shown) && !(prefix == "category" || file)) return true;
            target = trimmed(target.substr(colon + 1));
            shown = true;
            if (target.starts_with(':')) target.remove_prefix(1);
            if (target.empty()) return labelled;
        }
    }

    static bool is_language_code(std::string_view prefix) {
        if (prefix == "simple" || prefix.starts_with("zh-") || prefix.starts_with("be-"))
            return true;
        return (prefix.size() == 2 || prefix.size() == 3) &&
               std::all_of(prefix.begin(), prefix.end(),
                           [](char c) { return c >= 'a' && c <= 'z'; });
    }

    void angle() {
        std::string_view rest = in_.substr(at_);
        if (rest.starts_with("<!--")) {
            size_t end = rest.find("-->", 4);
            at_ = end == npos ? in_.size() : at_ + end + 3;
            return;
        }
        bool closing = rest.size() > 1 && rest[1] == '/';
        size_t name_from = closing ? 2 : 1, name_to = name_from;
        while (name_to < rest.size() && name_to < 24 && is_alnum(rest[name_to])) name_to++;
        if (name_to == name_from || !is_alpha(rest[name_from])) return literal(1);
        std::string name = lower(rest.substr(name_from, name_to - name_from));
        size_t end = rest.find_first_of("<>", name_to);
        if (end == npos || rest[end] == '<') return literal(1);
        bool empty = rest[end - 1] == '/';
        std::string attributes = lower(rest.substr(name_to, end - name_to));
        std::erase(attributes, ' ');
        at_ += end + 1;
        if (!closing && !empty && attributes.find("display:none") != npos)
            if (size_t close = find_end_tag(name); close != npos) return skip_end_tag(close);
        tag(name, closing, empty);
    }

    // A tag just passed.
    void tag(const std::string& name, bool closing, bool empty) {
        // What goes with all that stands between the tags; their text is no text of the page.
        static const WordSet kDropped = word_set(
                                 "ref references gallery timeline imagemap templatedata score "
                                 "graph syntaxhighlight source includeonly noinclude categorytree "
                                 "section style s strike del rt rp"),
                             kUnsupported = word_set("math chem hiero ce");
        if (name == "br" || name == "p") {
            if (templates_ > 0 || !out_.ends_with('\n')) out_ += mark::kBreak;
        } else if (name == "poem") {
            in_poem_ = !closing && !empty && find_end_tag("poem") != npos;
            if (in_poem_) skip_indent();
        } else if (!closing && !empty && name == "sup") {
            // A number behind a stop is a note's: "it.<sup>1</sup>".
            size_t end = find_end_tag(name);
            if (end == npos || !ends_with_stop(out_)) return;
            std::string_view inside = in_.substr(at_, end - at_);
            if (!inside.empty() && std::all_of(inside.begin(), inside.end(), is_digit))
                skip_end_tag(end);
        } else if (!closing && !empty && name == "nowiki") {
            size_t end = find_end_tag(name);
            if (end == npos) return;
            for (char c : in_.substr(at_, end - at_))
                out_ += static_cast<unsigned char>(c) < ' ' && c != '\n' ? ' ' : c;
            skip_end_tag(end);
        } else if (!closing && !empty && (kDropped.contains(name) || kUnsupported.contains(name))) {
            size_t end = find_end_tag(name);
            if (end == npos) return;
            if (kUnsupported.contains(name)) out_ += mark::kUnsupported;
            skip_end_tag(end);
        }
    }

    // Where "</name" stands from at_ on. Once not found it is not looked for again, so that a page
    // full of open tags takes no longer.
    size_t find_end_tag(const std::string& name) {
        if (never_closed_[name]) return npos;
        for (size_t at = in_.find("</", at_); at != npos; at = in_.find("</", at + 2)) {
            std::string_view after = in_.substr(at + 2);
            if (lower(after.substr(0, name.size())) == name &&
                (after.size() == name.size() || !is_alnum(after[name.size()])))
                return at;
        }
        never_closed_[name] = true;
        return npos;
    }

    void skip_end_tag(size_t end) {
        size_t close = in_.find('>', end);
        at_ = close == npos ? in_.size() : close + 1;
    }

    std::string_view in_;
    FlatPage& page_;
    std::string& out_;
    size_t at_ = 0;
    std::vector<Frame> frames_;
    std::string link_;          // of close_link()
    std::vector<size_t> bars_;  // positions in out_ of the bars inside open frames
    size_t templates_ = 0;      // open ones
    size_t parameters_ = 0;     // likewise
    bool in_poem_ = false;
    std::map<std::string, bool> never_closed_;
};

// "#REDIRECT [[X]]", and in other languages "#WEITERLEITUNG: [[X]]".
bool is_redirect(std::string_view begin) {
    if (lower(begin.substr(0, 9)) == "#redirect") return true;
    size_t word = std::min(begin.find_first_of(" :["), begin.size());
    size_t target = begin.find_first_not_of(" :", word);
    return begin.starts_with('#') && word > 4 && target != npos &&
           begin.substr(target).starts_with("[[");
}

}  // namespace

FlatPage flatten(std::string_view wikitext) {
    FlatPage page;
    page.redirect = is_redirect(trimmed(wikitext.substr(0, 128)));
    if (!page.redirect) Flattener(wikitext, page).run();
    return page;
}

}  // namespace quillet

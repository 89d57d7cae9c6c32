// The pages of a chunk of a dump: a scanner for the XML that MediaWiki writes, strict about what it
// does not expect.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/dump.h"
#include "corpus/sixteen_bytes.h"

namespace quillet {
namespace {

constexpr size_t npos = std::string_view::npos;

// Marks what append_decoded() has to look at: '&', control characters but new lines, and all that
// is not ASCII.
SixteenBytes mark_unusual(SixteenBytes bytes) {
    return (bytes == '&') | (bytes >= 0x80) | ((bytes < ' ') & (bytes != '\n'));
}

// The length of the character that is not '&' at the beginning of `text`; 0 when it is not UTF-8,
// or XML does not have it.
size_t character_length(std::string_view text) {
    unsigned char byte = static_cast<unsigned char>(text[0]);
    if (byte < 0x80) return byte >= ' ' || byte == '\n' || byte == '\t' || byte == '\r';
    size_t before = text.size();
    std::optional<char32_t> c = take_utf8(text);
    return !c || *c == 0xFFFE || *c == 0xFFFF ? 0 : before - text.size();
}

// Adds what the entity at the beginning of `xml` ("&...") stands for to `text`; returns its length,
// 0 if it is none.
size_t append_entity(std::string_view xml, std::string& text) {
    struct Entity {
        std::string_view name;
        char character;
    };
    static constexpr Entity kEntities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&amp;", '&'}, {"&apos;", '\''}};
    for (const Entity& entity : kEntities) {
        if (!xml.starts_with(entity.name)) continue;
        text += entity.character;
        return entity.name.size();
    }
    size_t end = xml.substr(0, 12).find(';');
    if (end == npos || !xml.starts_with("&#") || end < 3) return 0;
    bool hexadecimal = xml[2] == 'x';
    std::string digits(xml.substr(hexadecimal ? 3 : 2, end - (hexadecimal ? 3 : 2)));
    char* stop = nullptr;
    if (digits.empty() || !std::isxdigit(static_cast<unsigned char>(digits[0]))) return 0;
    unsigned long c = std::strtoul(digits.c_str(), &stop, hexadecimal ? 16 : 10);
    bool scalar = *stop == '\0' && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE &&
                  c != 0xFFFF && (c >= ' ' || c == '\n' || c == '\t' || c == '\r');
    if (!scalar) return 0;
    append_utf8(text, static_cast<char32_t>(c));
    return end + 1;
}

class PageScanner {
  public:
    PageScanner(const DumpChunk& chunk, const DumpHeader& header, const std::string& name,
                const std::function<void(DumpPage&)>& visit)
        : chunk_(chunk), xml_(chunk.bytes), header_(header), name_(name), visit_(visit) {}

    void scan() {
        for (;;) {
            size_t tag = xml_.find('<', at_);
            size_t end = std::min(tag, xml_.size());
            if (end > at_) characters(xml_.substr(at_, end - at_));
            at_ = end;
            if (tag == npos) break;
            markup();
        }
        if (!open_.empty()) fail("the element <" + std::string(open_.back()) + "> is not closed");
    }

  private:
    [[noreturn]] void fail(const std::string& what, size_t ahead = 0) const {
        auto here = xml_.begin() + static_cast<ptrdiff_t>(std::min(at_ + ahead, xml_.size()));
        uint64_t line = chunk_.line + static_cast<uint64_t>(std::count(xml_.begin(), here, '\n'));
        std::string page = page_.title.empty() ? "" : " (page '" + page_.title + "')";
        throw Error(name_ + ":" + std::to_string(line),
                    what + ", at byte " + std::to_string(chunk_.offset + at_ + ahead) + page +
                        ": the dump is damaged; fetch it again");
    }

    bool inside(std::string_view element) const {
        return !open_.empty() && open_.back() == element;
    }

    void characters(std::string_view data) {
        if (collect_ == nullptr) {
            // Only white space and what simple elements hold; of no use, but it must be sound.
            if (open_.empty() && data.find_first_not_of(" \t\r\n") != npos)
                fail("text stands between pages");
            return;
        }
        size_t bad = append_decoded(data, *collect_);
        if (bad == npos) return;
        fail(data[bad] == '&' ? "'" + std::string(data.substr(bad, 10)) + "' is no entity"
                              : "a byte is not UTF-8 or not allowed in XML",
             bad);
    }

    void markup() {
        std::string_view rest = xml_.substr(at_);
        if (rest.starts_with("<!--")) return skip_to("-->", 4);
        if (rest.starts_with("<![CDATA[")) {
            size_t end = rest.find("]]>");
            if (end == npos) fail("a CDATA section does not end");
            if (collect_ != nullptr) *collect_ += rest.substr(9, end - 9);
            at_ += end + 3;
            return;
        }
        if (rest.starts_with("<?")) return skip_to("?>", 2);
        size_t end = rest.find('>');
        if (end == npos) fail("a tag does not end");
        std::string_view tag = rest.substr(1, end - 1);
        if (tag.starts_with('/'))
            end_tag(tag.substr(1));
        else
            start_tag(tag);
        at_ += end + 1;
    }

    void skip_to(std::string_view mark, size_t from) {
        size_t end = xml_.find(mark, at_ + from);
        if (end == npos) fail("'" + std::string(xml_.substr(at_, from)) + "' does not end");
        at_ = end + mark.size();
    }

    static std::string_view name_of(std::string_view tag) {
        return tag.substr(0, std::min(tag.find_first_of(" \t\r\n/"), tag.size()));
    }

    void start_tag(std::string_view tag) {
        std::string_view element = name_of(tag);
        if (element.empty() || tag.find('<') != npos) fail("a tag has no name");
        bool empty = tag.ends_with('/');
        if (open_.empty() && element != "page")
            fail("<" + std::string(element) + "> stands where a page should begin");
        if (element == "page" && open_.empty()) begin_page();
        if (element == "redirect") page_.redirect = true;
        if (empty) return;
        open_.push_back(element);
        if (open_.size() == 2 && element == "title") collect_ = &page_.title;
        if (open_.size() == 2 && element == "ns") collect_ = &ns_;
        if (open_.size() == 3 && element == "text" && open_[1] == "revision") {
            page_.text.clear();
            if (wanted()) collect_ = &page_.text;
        }
    }

    void end_tag(std::string_view tag) {
        std::string_view element = name_of(tag);
        if (open_.empty() || open_.back() != element)
            fail("</" + std::string(element) + "> closes " +
                 (open_.empty() ? "nothing" : "<" + std::string(open_.back()) + ">"));
        open_.pop_back();
        collect_ = nullptr;
        if (!open_.empty()) return;
        page_.ns = page_namespace();
        if (!wanted()) page_.text.clear();
        visit_(page_);
    }

    void begin_page() {
        page_.title.clear();
        page_.text.clear();
        page_.redirect = false;
        ns_.clear();
    }

    int page_namespace() const {
        return ns_.empty() ? header_.namespace_of(page_.title) : std::atoi(ns_.c_str());
    }
    bool wanted() const { return !page_.redirect && page_namespace() == 0; }

    const DumpChunk& chunk_;
    std::string_view xml_;
    const DumpHeader& header_;
    const std::string& name_;
    const std::function<void(DumpPage&)>& visit_;
    size_t at_ = 0;
    std::vector<std::string_view> open_;  // names of the elements around at_, from <page> on
    DumpPage page_;
    std::string ns_;
    std::string* collect_ = nullptr;  // where character data goes
};

}  // namespace

size_t append_decoded(std::string_view xml, std::string& text) {
    size_t at = 0, from = 0;  // where what is not yet in `text` begins
    while ((at = find_marked(xml, at, mark_unusual)) < xml.size()) {
        bool entity = xml[at] == '&';
        if (entity) text += xml.substr(from, at - from);
        size_t length =
            entity ? append_entity(xml.substr(at), text) : character_length(xml.substr(at));
        if (length == 0) return at;
        at += length;
        if (entity) from = at;
    }
    text += xml.substr(from);
    return npos;
}

void scan_pages(const DumpChunk& chunk, const DumpHeader& header, const std::string& name,
                const std::function<void(DumpPage&)>& visit) {
    PageScanner(chunk, header, name, visit).scan();
}

}  // namespace quillet

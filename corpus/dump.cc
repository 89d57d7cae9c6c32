// MediaWiki XML dumps, page by page: what expat reports, kept until a page is whole.
// SPDX-License-Identifier: MIT
#include "corpus/dump.h"

#include <expat.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "base/error.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr int kBlock = 1 << 17;
constexpr size_t kDeepestElement = 100;

class DumpReader {
  public:
    DumpReader(Input& input, const std::function<void(const DumpHeader&)>& header,
               const std::function<void(DumpPage&)>& page)
        : input_(input), tell_header_(header), tell_page_(page) {
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(
            parser_.get(),
            [](void* self, const char* name, const char** attributes) {
                static_cast<DumpReader*>(self)->begin_element(name, attributes);
            },
            [](void* self, const char*) { static_cast<DumpReader*>(self)->end_element(); });
        XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int size) {
            static_cast<DumpReader*>(self)->characters({text, static_cast<size_t>(size)});
        });
        XML_SetStartDoctypeDeclHandler(
            parser_.get(), [](void* self, const char*, const char*, const char*, int) {
                static_cast<DumpReader*>(self)->stop(
                    "begins with a document type (<!DOCTYPE ...>), which MediaWiki does not write; "
                    "its entities are not read: take it out, or fetch the dump again");
            });
    }

    bool read() {
        for (;;) {
            void* block = XML_GetBuffer(parser_.get(), kBlock);
            if (block == nullptr) throw Error(input_.name(), "out of memory");
            size_t size = input_.read(static_cast<char*>(block), kBlock);
            bytes_ += size;
            XML_Status status =
                XML_ParseBuffer(parser_.get(), static_cast<int>(size), /*isFinal=*/size == 0);
            if (header_complete_ && !told_) tell_header_(header_);
            told_ = header_complete_;
            for (DumpPage& page : whole_) tell_page_(page);
            whole_.clear();
            if (status != XML_STATUS_OK && ends_between_pages()) return true;
            if (status != XML_STATUS_OK) fail();
            if (size == 0) break;
        }
        if (!told_) tell_header_(header_);
        return false;
    }

  private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    void stop(const std::string& why) {
        if (!stopped_.empty()) return;
        stopped_ = why;
        XML_StopParser(parser_.get(), XML_FALSE);
    }

    bool in_page() const { return open_.size() >= 2 && open_[1] == "page"; }

    void begin_element(std::string_view name, const char** attributes) {
        auto attribute = [&](std::string_view wanted) {
            for (const char** a = attributes; *a != nullptr; a += 2)
                if (wanted == *a) return std::string(a[1]);
            return std::string();
        };
        if (open_.empty() && name != "mediawiki")
            return stop("is not a MediaWiki dump: its outermost element is <" +
                        std::string(name.substr(0, 40)) + ">, not <mediawiki>");
        if (open_.empty()) header_.language = attribute("xml:lang");
        if (open_.size() == 1 && name != "siteinfo" && name != "page")
            return stop("<" + std::string(name) + "> stands where a page should begin");
        if (open_.size() > kDeepestElement) return stop("elements are nested too deep");
        open_.emplace_back(name);
        collect_ = nullptr;
        if (in_page())
            begin_in_page(name);
        else if (name == "sitename" || name == "base" || name == "dbname")
            collect_ = name == "sitename" ? &header_.sitename
                       : name == "base"   ? &header_.base
                                          : &header_.dbname;
        else if (name == "namespace")
            collect_ = &header_.namespaces[std::atoi(attribute("key").c_str())];
    }

    void begin_in_page(std::string_view name) {
        if (open_.size() == 2) {
            if (!header_complete_) complete_header();
            page_ = {};
            ns_.clear();
            page_line_ = XML_GetCurrentLineNumber(parser_.get());
        } else if (open_.size() == 3) {
            if (name == "redirect") page_.redirect = true;
            if (name == "title") collect_ = &page_.title;
            if (name == "ns") collect_ = &ns_;
        } else if (open_.size() == 4 && name == "text" && open_[2] == "revision") {
            page_.text.clear();
            if (wanted()) collect_ = &page_.text;
        }
    }

    void end_element() {
        // expat ends an empty element (<a/>) also where its beginning stopped it.
        if (!stopped_.empty()) return;
        bool page = open_.size() == 2 && open_[1] == "page";
        open_.pop_back();
        collect_ = nullptr;
        if (!page) return;
        page_.ns = page_namespace();
        if (!wanted()) page_.text.clear();
        whole_.push_back(std::move(page_));
        pages_ = true;
    }

    void characters(std::string_view text) {
        if (!stopped_.empty()) return;
        if (open_.size() == 1 && text.find_first_not_of(" \t\r\n") != npos)
            return stop("text stands between pages");
        if (collect_ == nullptr) return;
        *collect_ += text;
        if (collect_->size() > kLongestPage) stop("the page is longer than 64 MiB");
    }

    int page_namespace() const {
        return ns_.empty() ? header_.namespace_of(page_.title) : std::atoi(ns_.c_str());
    }
    bool wanted() const { return !page_.redirect && page_namespace() == 0; }

    void complete_header() {
        if (header_.namespaces.empty())
            header_.namespaces = {{-2, "Media"},         {-1, "Special"},       {0, ""},
                                  {1, "Talk"},           {2, "User"},           {3, "User talk"},
                                  {4, "Wikiquote"},      {5, "Wikiquote talk"}, {7, "File talk"},
                                  {8, "MediaWiki"},      {9, "MediaWiki talk"}, {10, "Template"},
                                  {11, "Template talk"}, {12, "Help"},          {13, "Help talk"},
                                  {14, "Category"},      {15, "Category talk"}};
        header_.namespaces.try_emplace(6, "File");
        header_complete_ = true;
    }

    // What stands at the place of the error, up to `end`.
    std::string input_at_error(std::string_view end) const {
        int offset = 0, size = 0;
        const char* context = XML_GetInputContext(parser_.get(), &offset, &size);
        if (context == nullptr || offset >= size) return "";
        std::string_view rest(context + offset, static_cast<size_t>(size - offset));
        size_t to = rest.substr(0, 80).find(end);
        return std::string(rest.substr(0, to == npos ? 10 : to + end.size()));
    }

    // After an error: whether all it says is that </mediawiki> is missing.
    bool ends_between_pages() const {
        return open_.size() == 1 && pages_ &&
               XML_GetErrorCode(parser_.get()) == XML_ERROR_NO_ELEMENTS;
    }

    // Throws what is wrong with the dump.
    [[noreturn]] void fail() const {
        XML_Error code = XML_GetErrorCode(parser_.get());
        std::string where = input_.name() + (input_.compressed() ? " (decompressed)" : "") + ":" +
                            std::to_string(XML_GetCurrentLineNumber(parser_.get()));
        std::string byte = std::to_string(XML_GetCurrentByteIndex(parser_.get()));
        bool ended = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                     code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
        bool no_dump = open_.empty() && !header_complete_;
        if (no_dump && code != XML_ERROR_UNCLOSED_TOKEN) {
            if (!stopped_.empty()) throw Error(input_.name(), stopped_);
            throw Error(where, "is not a MediaWiki dump: " + what_is_wrong(code) + ", at byte " +
                                   byte + ", where <mediawiki> should begin");
        }
        if (ended && in_page())
            throw Error(where, "ends at byte " + std::to_string(bytes_) +
                                   " in the middle of the page '" + page_.title +
                                   "' (which begins at line " + std::to_string(page_line_) +
                                   "): the file is cut; fetch it again, or use --keep-damaged to "
                                   "keep the pages before it");
        if (ended)
            throw Error(where, "ends at byte " + std::to_string(bytes_) + " " +
                                   (pages_ ? "in the middle of a tag" : "before its first page") +
                                   ": the file is cut");
        std::string page = !in_page() || page_.title.empty() ? "" : " (page '" + page_.title + "')";
        throw Error(where, what_is_wrong(code) + ", at byte " + byte + page +
                               ": the dump is damaged; fetch it again");
    }

    std::string what_is_wrong(XML_Error code) const {
        if (!stopped_.empty()) return stopped_;
        if (code == XML_ERROR_UNDEFINED_ENTITY || code == XML_ERROR_BAD_CHAR_REF)
            return "'" + input_at_error(";") + "' is no entity";
        if (code == XML_ERROR_INVALID_TOKEN) return "a byte is not UTF-8 or not allowed in XML";
        if (code == XML_ERROR_TAG_MISMATCH && !open_.empty())
            return "</" + input_at_error(">") + " closes <" + open_.back() + ">";
        return XML_ErrorString(code);
    }

    Input& input_;
    const std::function<void(const DumpHeader&)>& tell_header_;
    const std::function<void(DumpPage&)>& tell_page_;
    std::unique_ptr<XML_ParserStruct, Free> parser_{XML_ParserCreate(nullptr)};
    DumpHeader header_;
    bool header_complete_ = false, told_ = false, pages_ = false;
    std::vector<std::string> open_;  // names of the elements around
    DumpPage page_;
    std::string ns_;
    std::string* collect_ = nullptr;  // where character data goes
    std::vector<DumpPage> whole_;     // not visited yet: handlers must not throw
    std::string stopped_;             // why we stopped the parser
    uint64_t bytes_ = 0, page_line_ = 0;
};

}  // namespace

int DumpHeader::namespace_of(std::string_view title) const {
    size_t colon = title.find(':');
    if (colon == npos) return 0;
    std::string prefix = lower(title.substr(0, colon));
    for (const auto& [key, ns] : namespaces)
        if (key != 0 && lower(ns) == prefix) return key;
    return prefix == "image" ? 6 : 0;
}

bool read_dump(Input& input, const std::function<void(const DumpHeader&)>& header,
               const std::function<void(DumpPage&)>& page) {
    return DumpReader(input, header, page).read();
}

}  // namespace quillet

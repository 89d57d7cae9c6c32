// MediaWiki XML dumps: cut into chunks of whole pages.
// SPDX-License-Identifier: MIT
#include "corpus/dump.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "corpus/sixteen_bytes.h"

namespace quillet {
namespace {

constexpr size_t kRead = size_t{1} << 17;
constexpr size_t kChunk = size_t{1} << 18;
constexpr size_t kLongestHeader = size_t{1} << 20;
constexpr std::string_view kPageEnd = "</page>";

// The position of "<page>" or "<page ...", not of "<pages>".
size_t find_page(std::string_view xml) {
    for (size_t at = xml.find("<page"); at != std::string_view::npos;
         at = xml.find("<page", at + 1)) {
        char after = at + 5 < xml.size() ? xml[at + 5] : ' ';
        if (after == '>' || std::isspace(static_cast<unsigned char>(after))) return at;
    }
    return std::string_view::npos;
}

// The end of the last "</page>"; npos when there is none.
size_t find_last_end(std::string_view xml) {
    for (size_t at = xml.rfind('<'); at != std::string_view::npos && at > 0;
         at = xml.rfind('<', at - 1))
        if (xml.substr(at).starts_with(kPageEnd)) return at + kPageEnd.size();
    return xml.starts_with(kPageEnd) ? kPageEnd.size() : std::string_view::npos;
}

// The text between <tag ...> and the next '<', from `from` on.
std::string_view element(std::string_view xml, std::string_view tag, size_t from = 0) {
    size_t at = xml.find("<" + std::string(tag), from);
    if (at == std::string_view::npos) return {};
    size_t begin = xml.find('>', at);
    if (begin == std::string_view::npos || xml[begin - 1] == '/') return {};
    size_t end = std::min(xml.find('<', begin), xml.size());
    return xml.substr(begin + 1, end - begin - 1);
}

std::string decoded(std::string_view xml) {
    std::string text;
    append_decoded(xml, text);
    return text;
}

DumpHeader parse_header(std::string_view xml, const std::string& name) {
    DumpHeader header;
    size_t root = xml.find('<');
    while (root != std::string_view::npos && root + 1 < xml.size() &&
           (xml[root + 1] == '?' || xml[root + 1] == '!')) {
        if (xml.substr(root).starts_with("<!--")) root = xml.find("-->", root);
        if (root != std::string_view::npos) root = xml.find('<', root + 1);
    }
    if (root == std::string_view::npos || !xml.substr(root).starts_with("<mediawiki"))
        throw Error(name, "is not a MediaWiki dump: its outermost element is not <mediawiki>");
    header.root = "mediawiki";
    header.sitename = decoded(element(xml, "sitename"));
    header.base = decoded(element(xml, "base"));
    for (size_t at = xml.find("<namespace "); at != std::string_view::npos;
         at = xml.find("<namespace ", at + 1)) {
        size_t key = xml.find("key=\"", at);
        if (key == std::string_view::npos) break;
        header.namespaces[std::atoi(std::string(xml.substr(key + 5, 8)).c_str())] =
            decoded(element(xml, "namespace", at));
    }
    static constexpr const char* kUsual[] = {
        "Media",     "Special",        "",     "Talk",      "User",      "User talk",
        "Wikiquote", "Wikiquote talk", "File", "File talk", "MediaWiki", "MediaWiki talk",
        "Template",  "Template talk",  "Help", "Help talk", "Category",  "Category talk"};
    if (header.namespaces.empty())
        for (int i = 0; i < 18; i++) header.namespaces[i - 2] = kUsual[i];
    header.namespaces.try_emplace(6, "File");
    return header;
}

bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

}  // namespace

int DumpHeader::namespace_of(std::string_view title) const {
    size_t colon = title.find(':');
    if (colon == std::string_view::npos) return 0;
    std::string_view prefix = title.substr(0, colon);
    for (const auto& [key, ns] : namespaces)
        if (key != 0 && same_letters(ns, prefix)) return key;
    return same_letters(prefix, "image") ? 6 : 0;
}

DumpReader::DumpReader(Input& input) : input_(input) {
    size_t page = std::string::npos;
    while ((page = find_page(buffer_)) == std::string::npos && buffer_.size() < kLongestHeader &&
           fill()) {
    }
    if (failure_ && page == std::string::npos) std::rethrow_exception(failure_);
    header_ = parse_header(std::string_view(buffer_).substr(0, page), input.name());
    if (page == std::string::npos) {
        if (buffer_.size() >= kLongestHeader)
            throw Error(input.name(), "has no <page> in its first megabyte");
        if (buffer_.find("</mediawiki>") == std::string::npos)
            throw Error(input.name(), "ends at byte " + std::to_string(buffer_.size()) +
                                          " before its first page: the file is cut");
        page = buffer_.find("</mediawiki>");
    }
    line_ = line_at(page);
    offset_ = page;
    buffer_.erase(0, page);
}

bool DumpReader::fill() {
    if (ended_) return false;
    size_t size = buffer_.size();
    buffer_.resize(size + kRead);
    size_t n = 0;
    try {
        n = input_.read(buffer_.data() + size, kRead);
    } catch (const Error&) {
        failure_ = std::current_exception();
    }
    buffer_.resize(size + n);
    ended_ = n == 0;
    return !ended_;
}

uint64_t DumpReader::line_at(size_t position) const {
    auto mark_line = [](SixteenBytes bytes) -> SixteenBytes { return bytes == '\n'; };
    return line_ + count_marked(std::string_view(buffer_).substr(0, position), mark_line);
}

bool DumpReader::next(DumpChunk& chunk) {
    size_t end = std::string::npos, searched = 0;
    for (;;) {
        bool enough = buffer_.size() >= kChunk || ended_;
        if (enough) {
            // Not looked through yet: from a little before where the last search ended.
            size_t found = find_last_end(std::string_view(buffer_).substr(searched));
            if (found != std::string_view::npos) {
                end = searched + found;
                break;
            }
            searched = std::max(buffer_.size(), kPageEnd.size()) - kPageEnd.size();
            if (buffer_.size() > kLongestPage)
                throw Error(input_.name() + ":" + std::to_string(line_),
                            "the page that begins here (byte " + std::to_string(offset_) +
                                ") is longer than 64 MiB");
        }
        if (!fill() && enough) break;
    }
    if (end == std::string::npos) {
        check_end();
        return false;
    }
    chunk.offset = offset_;
    chunk.line = line_;
    line_ = line_at(end);
    offset_ += end;
    chunk.bytes = std::move(buffer_);
    buffer_ = std::string();
    buffer_.reserve(kChunk + kRead);
    buffer_.assign(chunk.bytes, end);
    chunk.bytes.resize(end);
    return true;
}

void DumpReader::check_end() {
    if (failure_) std::rethrow_exception(failure_);
    std::string_view rest = buffer_;
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0])))
        rest.remove_prefix(1);
    size_t page = find_page(rest);
    if (page != std::string_view::npos) {
        std::string title = decoded(element(rest, "title"));
        throw Error(input_.name() + ":" + std::to_string(line_at(buffer_.size())),
                    "ends at byte " + std::to_string(offset_ + buffer_.size()) +
                        " in the middle of the page '" + title + "' (which begins at line " +
                        std::to_string(line_) +
                        "): the file is cut; fetch it again, or use --keep-damaged to keep the "
                        "pages before it");
    }
    unfinished_ = !rest.starts_with("</mediawiki>");
    if (unfinished_ && !rest.empty())
        throw Error(input_.name() + ":" + std::to_string(line_),
                    "after the last page stands something that is neither a page nor </mediawiki>");
}

}  // namespace quillet

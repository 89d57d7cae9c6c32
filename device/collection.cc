// Texts of a person's own for the device.
// SPDX-License-Identifier: MIT
#include "device/collection.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "device/quote_page.h"

namespace quillet {

namespace {

// What someone may mean for one: digits with a colon, such as 7:05 or 24:00.
bool is_like_a_minute(std::string_view text) {
    return text.find_first_not_of("0123456789:") == text.npos &&
           std::count(text.begin(), text.end(), ':') == 1;
}

// With one kind of line end, of the three that editors write.
std::string with_line_feeds(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] != '\r')
            result += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            result += '\n';
    }
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// What is before the first '|', which is taken off; all of it where there is none.
std::string_view take_field(std::string_view& rest) {
    const size_t at = rest.find('|');
    const std::string_view field = trimmed(rest.substr(0, at));
    rest = at == rest.npos ? std::string_view() : rest.substr(at + 1);
    return field;
}

}  // namespace

uint16_t minute_of(std::string_view text, const std::string& where) {
    const std::optional<int> minute = minute_of_day(text);
    if (!minute)
        throw Error(where,
                    "'" + std::string(text) + "' is no time; expected HH:MM from 00:00 to 23:59");
    return static_cast<uint16_t>(*minute);
}

Collection::Collection(std::string_view file, const std::string& where, const eink_style& style,
                       const std::string& start) {
    int number = 0;
    const std::string lines = with_line_feeds(file);
    const std::string_view text = without_byte_order_mark(lines);
    for (size_t at = 0; at < text.size(); number++) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = trimmed(text.substr(at, end - at));
        if (!line.empty() && line.front() != '#')
            add(line, where + ":" + std::to_string(number + 1), style);
        at = end + 1;
    }
    if (quotes_.empty())
        throw Error(where, "has no quotes; expected lines TEXT|AUTHOR or HH:MM|TEXT|AUTHOR");
    collection_.is_clock = clock_lines_ > 0;
    collection_.start_minute = minute_of(start, "--time");
    std::stable_sort(quotes_.begin(), quotes_.end(),
                     [](const auto& a, const auto& b) { return a.minute < b.minute; });
    finish();
}

void Collection::finish() {
    collection_.bytes = bytes_.data();
    collection_.quotes = quotes_.data();
    collection_.count = static_cast<uint32_t>(quotes_.size());
}

void Collection::add(std::string_view line, const std::string& place, const eink_style& style) {
    quillet_fixed_quote quote{};
    const std::string_view first = line.substr(0, line.find('|'));
    const bool timed = is_like_a_minute(trimmed(first));
    if (timed != (clock_lines_ > 0) && !quotes_.empty()) {
        throw Error(place, timed ? "begins with a time, as the lines before it do not"
                                 : "has no time, as the lines before it do; expected "
                                   "HH:MM|TEXT|AUTHOR");
    }
    std::string_view rest = line;
    if (timed) quote.minute = minute_of(take_field(rest), place);
    clock_lines_ += timed;
    const std::string_view text = take_field(rest), author = take_field(rest);
    if (!trimmed(rest).empty())
        throw Error(place, "has too many fields; expected TEXT|AUTHOR, or HH:MM|TEXT|AUTHOR");
    auto page = std::make_unique<eink_page>();
    if (int error = eink_typeset(text.data(), text.size(), author.data(), author.size(), &style,
                                 page.get()))
        throw Error(place, describe_typesetting_error(error, *page));
    quote.begin = static_cast<uint32_t>(bytes_.size());
    quote.length = static_cast<uint16_t>(text.size());
    quote.author_length = static_cast<uint16_t>(author.size());
    bytes_.append(text).append(author);
    quotes_.push_back(quote);
}

size_t Collection::of_file(size_t number) const {
    // Texts lie in bytes_ as the file has them.
    std::vector<size_t> places(quotes_.size());
    std::iota(places.begin(), places.end(), size_t{0});
    std::sort(places.begin(), places.end(),
              [&](size_t a, size_t b) { return quotes_[a].begin < quotes_[b].begin; });
    return places[number];
}

std::string_view Collection::text(size_t which) const {
    return std::string_view(bytes_).substr(quotes_[which].begin, quotes_[which].length);
}

std::string_view Collection::author(size_t which) const {
    return std::string_view(bytes_).substr(quotes_[which].begin + quotes_[which].length,
                                           quotes_[which].author_length);
}

std::vector<uint16_t> Collection::codes() const {
    std::set<uint16_t> found;
    std::vector<uint16_t> codes(EINK_TEXT_MAX + 2);
    for (size_t i = 0; i < quotes_.size(); i++) {
        for (std::string_view part : {text(i), author(i)}) {
            const int count = eink_prose(part.data(), part.size(), false, codes.data(),
                                         static_cast<int>(codes.size()));
            for (int code = 0; code < count; code++) found.insert(codes[static_cast<size_t>(code)]);
        }
    }
    return {found.begin(), found.end()};
}

std::string Collection::source() const {
    std::string text = "static const char collection_bytes[] = {";
    for (size_t i = 0; i < bytes_.size(); i++)
        text +=
            (i % 24 ? "" : "\n    ") + std::to_string(static_cast<unsigned char>(bytes_[i])) + ",";
    text += "};\nstatic const quillet_fixed_quote collection_quotes[] = {";
    for (const quillet_fixed_quote& quote : quotes_) {
        text += "\n    {" + std::to_string(quote.begin) + ", " + std::to_string(quote.length) +
                ", " + std::to_string(quote.author_length) + ", " + std::to_string(quote.minute) +
                "},";
    }
    return text +
           "\n};\nstatic const quillet_collection collection = {collection_bytes, "
           "collection_quotes, " +
           std::to_string(quotes_.size()) + ", " + (collection_.is_clock ? "true" : "false") +
           ", " + std::to_string(collection_.start_minute) + "};\n\n";
}

}  // namespace quillet

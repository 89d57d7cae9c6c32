// The readers of JSON (arrays of objects, pairs or strings, wherever they are) and JSON Lines.
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "corpus/columns.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestRecord = size_t{16} << 20;
constexpr int kDeepestArray = 8;

std::vector<std::string> names_of(const Json& object) {
    std::vector<std::string> names;
    for (const auto& field : object.items()) names.push_back(field.key());
    return names;
}

const Json* field_at(const Json& object, size_t index) {
    if (index >= object.size()) return nullptr;
    auto field = object.begin();
    std::advance(field, static_cast<ptrdiff_t>(index));
    return &*field;
}

// The field that `path` names: "author", or "author.name" of the object "author".
const Json* field_by_path(const Json& object, std::string_view path) {
    if (!object.is_object()) return nullptr;
    if (const Json* field = field_at(object, find_column(names_of(object), path))) return field;
    size_t dot = path.find('.');
    if (dot == npos) return nullptr;
    const Json* inner = field_at(object, find_column(names_of(object), path.substr(0, dot)));
    return inner ? field_by_path(*inner, path.substr(dot + 1)) : nullptr;
}

// What a field says: a string, the first of several, or the text or name of an object.
std::string string_of(const Json* field, bool author) {
    for (int depth = 0; field != nullptr && depth < kDeepestArray; depth++) {
        if (field->is_string()) return field->get<std::string>();
        if (field->is_array())
            field = field->empty() ? nullptr : &field->front();
        else if (field->is_object())
            field = field_at(*field, author ? guess_author_column(names_of(*field))
                                            : guess_text_column(names_of(*field)));
        else
            break;
    }
    return "";
}

// Makes items of records.
class RecordTaker {
  public:
    RecordTaker(const ReadOptions& options, Consumer& consumer)
        : options_(options), consumer_(consumer), check_(consumer) {}

    void take(std::string_view bytes, const std::string& where) {
        records_++;
        std::string record = "record " + std::to_string(records_);
        if (!is_utf8(bytes))
            return check_.bad("not UTF-8: convert the file first", where,
                              record + " is not UTF-8; convert the file first", bytes);
        Json json = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
        if (json.is_discarded())
            return check_.bad("records that are not JSON", where, record + " is not JSON", bytes);
        take(json, where, record, bytes, 0);
    }

    uint64_t records() const { return records_; }
    void finish(const Input& input) const {
        check_.finish();
        if (!options_.author_column.empty() && records_ > 0 && !author_seen_)
            throw Error(input.name(), "no record has '" + options_.author_column +
                                          "'; the first has " + names_ + " (choose with --author)");
    }

  private:
    void take(const Json& json, const std::string& where, const std::string& record,
              std::string_view bytes, int depth) {
        Item item;
        std::string why = " is neither an object nor a string";
        if (json.is_string()) {
            item.text = json.get<std::string>();
            author_seen_ = true;
        } else if (json.is_array() && !json.empty() && json[0].is_string()) {
            item.text = json[0].get<std::string>();
            if (json.size() > 1 && json[1].is_string()) item.author = json[1].get<std::string>();
            author_seen_ = true;
        } else if (json.is_array() && depth < kDeepestArray && !json.empty()) {
            for (const Json& inner : json) take(inner, where, record, bytes, depth + 1);
            return;
        } else if (json.is_object()) {
            why = take_object(json, item);
        }
        bool names_only = options_.names && !options_.author_column.empty();
        if (item.text.empty() && !(names_only && json.is_object()))
            return check_.bad("records without a text", where, record + why, bytes);
        if (options_.names && item.author.empty() && options_.author_column.empty())
            item.author = item.text;
        check_.good();
        consumer_.add(std::move(item));
    }

    // Returns what is wrong where there is no text.
    std::string take_object(const Json& json, Item& item) {
        std::vector<std::string> names = names_of(json);
        if (names_.empty()) names_ = quoted_list(names);
        bool guess = options_.text_column == ReadOptions().text_column;
        const Json* text = field_by_path(json, options_.text_column);
        if (text == nullptr && guess) text = field_at(json, guess_text_column(names));
        const Json* author = options_.author_column.empty()
                                 ? field_at(json, guess_author_column(names))
                                 : field_by_path(json, options_.author_column);
        // The author may stand beside the text, in an object around both.
        if (author == nullptr && options_.author_column.empty() && text && text->is_object())
            author = field_at(*text, guess_author_column(names_of(*text)));
        author_seen_ = author_seen_ || author != nullptr;
        item.text = string_of(text, false);
        item.author = string_of(author, true);
        if (options_.names && !guess && options_.author_column.empty()) item.author = item.text;
        if (text == nullptr)
            return " has no string '" + options_.text_column + "'; its names are " +
                   quoted_list(names) + " (choose with --text)";
        return " has a '" + options_.text_column + "' that is not a string";
    }

    const ReadOptions& options_;
    Consumer& consumer_;
    RowCheck check_;
    uint64_t records_ = 0;
    bool author_seen_ = false;
    std::string names_;  // of the first record
};

// Splits a document into the elements of its outermost arrays, so that one that is damaged costs no
// other, and the document is never in memory.
class ElementSplitter {
  public:
    ElementSplitter(Input& input, RecordTaker& taker) : input_(input), taker_(taker) {}

    void run() {
        std::string block(1 << 16, '\0');
        while (size_t size = input_.read(block.data(), block.size()))
            for (char c : std::string_view(block).substr(0, size)) put(c);
        if (array_ > 0 || in_string_ || depth_ > 0)
            throw Error(input_.name(), "line " + std::to_string(line_) +
                                           ": the file ends in the middle of record " +
                                           std::to_string(taker_.records() + 1));
        if (!seen_array_) throw Error(input_.name(), "has no array of objects or strings");
    }

  private:
    void put(char c) {
        line_ += c == '\n';
        bool plain = !in_string_;
        if (in_string_) {
            in_string_ = escaped_ || c != '"';
            escaped_ = !escaped_ && c == '\\';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '[' || c == '{') {
            depth_++;
            if (c == '[' && array_ == 0) {
                array_ = depth_;
                seen_array_ = true;
                return;
            }
        } else if (c == ']' || c == '}') {
            depth_ -= depth_ > 0;
            if (array_ > 0 && depth_ < array_) {
                flush();
                array_ = 0;
                return;
            }
        }
        if (array_ == 0) return;
        if (plain && c == ',' && depth_ == array_) return flush();
        if (element_.empty()) {
            if (static_cast<unsigned char>(c) <= ' ') return;
            where_ = input_.name() + ":" + std::to_string(line_);
        }
        element_ += c;
        if (element_.size() > kLongestRecord)
            throw Error(where_,
                        "the record that begins here is longer than 16 MiB; is a quotation "
                        "mark or bracket not closed?");
    }

    void flush() {
        if (!element_.empty()) taker_.take(element_, where_);
        element_.clear();
    }

    Input& input_;
    RecordTaker& taker_;
    bool in_string_ = false, escaped_ = false, seen_array_ = false;
    size_t depth_ = 0, array_ = 0;  // how deep we are, and how deep the array around is
    std::string element_, where_;
    uint64_t line_ = 1;
};

}  // namespace

void read_json(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    RecordTaker taker(options, consumer);
    ElementSplitter(input, taker).run();
    taker.finish(input);
}

void read_json_lines(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    LineReader lines(input);
    RecordTaker taker(options, consumer);
    for (std::string_view line; lines.next(line);)
        if (!without_blanks(line).empty()) taker.take(line, lines.where());
    taker.finish(input);
}

}  // namespace quillet

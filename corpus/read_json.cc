// The readers of JSON (an array of objects or strings, wherever it is) and JSON Lines.
// SPDX-License-Identifier: MIT
#include <istream>
#include <nlohmann/json.hpp>
#include <streambuf>

#include "base/error.h"
#include "corpus/readers.h"

namespace quillet {
namespace {

using Json = nlohmann::json;

// An Input as a standard stream, for the parser.
class InputBuffer : public std::streambuf {
  public:
    explicit InputBuffer(Input& input) : input_(input), block_(1 << 16, '\0') {}

  protected:
    int_type underflow() override {
        size_t n = input_.read(block_.data(), block_.size());
        setg(block_.data(), block_.data(), block_.data() + n);
        return n == 0 ? traits_type::eof() : traits_type::to_int_type(block_[0]);
    }

  private:
    Input& input_;
    std::string block_;
};

// Takes items as the parser comes to them, so that the document is never in memory. A record is an
// object, or a string, right inside the outermost array (or, with `lines`, the outermost object
// itself).
class RecordTaker {
  public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    RecordTaker(const ReadOptions& options, Consumer& consumer, bool lines)
        : options_(options), consumer_(consumer), lines_(lines) {}

    bool null() { return other(); }
    bool boolean(bool) { return other(); }
    bool number_integer(number_integer_t) { return other(); }
    bool number_unsigned(number_unsigned_t) { return other(); }
    bool number_float(number_float_t, const string_t&) { return other(); }
    bool binary(binary_t&) { return other(); }
    bool string(string_t& value) {
        if (in_record() && depth_ == record_depth_) {
            if (key_ == options_.text_column) has_text_ = true, item_.text = value;
            if (key_ == options_.author_column) item_.author = value;
        } else if (depth_ == array_depth_ && depth_ > 0) {
            records_++;
            consumer_.add({value, options_.names ? value : ""});
        }
        return true;
    }
    bool start_object(size_t) {
        depth_++;
        bool record =
            !in_record() && (lines_ ? depth_ == 1 : depth_ == array_depth_ + 1 && array_depth_ > 0);
        if (!record) return true;
        record_depth_ = depth_;
        records_++;
        item_ = Item{};
        has_text_ = false;
        keys_.clear();
        return true;
    }
    bool key(string_t& name) {
        key_ = name;
        if (depth_ == record_depth_ && keys_.size() < 200)
            keys_ += (keys_.empty() ? "'" : ", '") + name + "'";
        return true;
    }
    bool end_object() {
        if (depth_-- != record_depth_) return true;
        record_depth_ = 0;
        bool names_only = options_.names && !options_.author_column.empty();
        if (!has_text_ && !names_only) {
            bool other = keys_.find("'" + options_.text_column + "'") != std::string::npos;
            missing_ = "record " + std::to_string(records_) + " has ";
            missing_ += other ? "a '" + options_.text_column + "' that is not a string"
                              : "no string '" + options_.text_column + "'; its names are " +
                                    (keys_.empty() ? "none" : keys_) + " (choose with --text)";
            return false;
        }
        if (options_.names && options_.author_column.empty()) item_.author = item_.text;
        consumer_.add(std::move(item_));
        return true;
    }
    bool start_array(size_t) {
        depth_++;
        if (array_depth_ == 0 && !in_record() && !lines_) array_depth_ = depth_;
        return true;
    }
    bool end_array() {
        if (depth_ == array_depth_) array_depth_ = 0;
        depth_--;
        return true;
    }
    bool parse_error(size_t, const std::string&, const Json::exception& error) {
        missing_ = error.what();
        size_t bracket = missing_.find("] ");
        if (bracket != std::string::npos) missing_.erase(0, bracket + 2);
        // Of JSON Lines each line is parsed by itself: the caller knows its number.
        const std::string first = "parse error at line 1, ";
        if (lines_ && missing_.starts_with(first)) missing_.erase(0, first.size());
        return false;
    }

    const std::string& failure() const { return missing_; }
    uint64_t records() const { return records_; }

  private:
    bool in_record() const { return record_depth_ > 0; }
    bool other() { return true; }

    const ReadOptions& options_;
    Consumer& consumer_;
    bool lines_;
    size_t depth_ = 0, array_depth_ = 0, record_depth_ = 0;
    Item item_;
    bool has_text_ = false;
    std::string key_, keys_, missing_;
    uint64_t records_ = 0;
};

}  // namespace

void read_json(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    InputBuffer buffer(input);
    std::istream stream(&buffer);
    stream.exceptions(std::ios::badbit);  // lets the input's own errors through
    RecordTaker taker(options, consumer, false);
    if (!Json::sax_parse(stream, &taker)) throw Error(input.name(), taker.failure());
    if (taker.records() == 0) throw Error(input.name(), "has no array of objects or strings");
}

void read_json_lines(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    LineReader lines(input);
    for (std::string_view line; lines.next(line);) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        RecordTaker taker(options, consumer, true);
        if (!Json::sax_parse(line.begin(), line.end(), &taker))
            throw Error(lines.where(), taker.failure());
        if (taker.records() == 0)
            throw Error(lines.where(), "is not an object; expected one on each line");
    }
}

}  // namespace quillet

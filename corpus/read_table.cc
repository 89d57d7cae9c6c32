// The readers of CSV (RFC 4180) and TSV with named columns.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "base/error.h"
#include "corpus/readers.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kLongestRecord = size_t{16} << 20;

// Records of fields, however they break over lines.
class TableReader {
  public:
    // `quotes`: fields may stand in double quotes, in which they hold anything; a double quote is
    // written twice.
    TableReader(Input& input, char separator, bool quotes)
        : input_(input), separator_(separator), quotes_(quotes) {}

    // False at the end. Throws Error at a quote that does not close, or stands in the middle of a
    // field.
    bool next(std::vector<std::string>& fields) {
        fields.assign(1, "");
        begin_ = line_;
        bool any = false, quoted = false;
        size_t bytes = 0;
        for (int c; (c = take()) >= 0;) {
            any = true;
            if (++bytes > kLongestRecord)
                throw Error(where(), "the record is longer than 16 MiB; is a quote not closed?");
            std::string& field = fields.back();
            if (quotes_ && c == '"' && field.empty() && !quoted) {
                take_quoted(field, bytes);
                quoted = true;
            } else if (c == separator_) {
                fields.emplace_back();
                quoted = false;
            } else if (c == '\n' || (c == '\r' && peek() == '\n')) {
                if (c == '\r') take();
                return true;
            } else if (quoted) {
                throw Error(where(line_), std::string("after a quoted field stands '") +
                                              static_cast<char>(c) + "'; expected '" + separator_ +
                                              "' or a new line");
            } else {
                field += static_cast<char>(c);
            }
        }
        return any;
    }

    std::string where() const { return where(begin_); }

  private:
    std::string where(uint64_t line) const { return input_.name() + ":" + std::to_string(line); }

    int peek() {
        if (at_ == block_.size()) {
            block_.resize(1 << 17);
            block_.resize(input_.read(block_.data(), block_.size()));
            at_ = 0;
            if (first_ && block_.starts_with("\xEF\xBB\xBF")) at_ = 3;
            first_ = false;
        }
        return at_ < block_.size() ? static_cast<unsigned char>(block_[at_]) : -1;
    }
    int take() {
        int c = peek();
        if (c < 0) return c;
        at_++;
        line_ += c == '\n';
        return c;
    }

    // After the opening quote; takes the closing one.
    void take_quoted(std::string& field, size_t& bytes) {
        uint64_t opened = line_;
        for (int c; (c = take()) >= 0;) {
            if (++bytes > kLongestRecord)
                throw Error(where(opened),
                            "the quoted field that begins here is longer than 16 MiB; is its quote "
                            "not closed?");
            if (c == '"' && peek() != '"') return;
            if (c == '"') take();
            field += static_cast<char>(c);
        }
        throw Error(where(opened), "the file ends inside the quoted field that begins here");
    }

    Input& input_;
    char separator_;
    bool quotes_;
    std::string block_;
    size_t at_ = 0;
    bool first_ = true;
    uint64_t line_ = 1, begin_ = 1;
};

size_t column_of(const std::vector<std::string>& header, const std::string& name,
                 const std::string& where) {
    auto found = std::find(header.begin(), header.end(), name);
    if (found != header.end()) return static_cast<size_t>(found - header.begin());
    std::string list;
    for (const std::string& column : header) list += (list.empty() ? "'" : ", '") + column + "'";
    throw Error(where, "there is no column '" + name + "'; the columns are " + list +
                           " (choose with --text and --author)");
}

void read_table(Input& input, const ReadOptions& options, Consumer& consumer, char separator,
                bool quotes) {
    TableReader table(input, separator, quotes);
    std::vector<std::string> fields;
    if (!table.next(fields)) throw Error(input.name(), "is empty; expected a line of column names");
    const size_t columns = fields.size();
    const size_t none = columns;
    // For names alone no text is needed.
    bool names_only = options.names && !options.author_column.empty();
    size_t text = names_only ? none : column_of(fields, options.text_column, table.where());
    size_t author = options.author_column.empty()
                        ? (options.names ? text : none)
                        : column_of(fields, options.author_column, table.where());
    while (table.next(fields)) {
        if (fields.size() == 1 && fields[0].empty()) continue;
        if (fields.size() != columns)
            throw Error(table.where(), "has " + std::to_string(fields.size()) +
                                           (fields.size() == 1 ? " column" : " columns") +
                                           "; the first line names " + std::to_string(columns));
        consumer.add({text == none ? "" : fields[text], author == none ? "" : fields[author]});
    }
}

}  // namespace

void read_csv(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    std::string_view first = input.head().substr(0, input.head().find('\n'));
    // Where the decimal comma is used, the semicolon separates.
    bool semicolon = first.find(',') == npos && first.find(';') != npos;
    read_table(input, options, consumer, semicolon ? ';' : ',', true);
}

void read_tsv(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    read_table(input, options, consumer, '\t', false);
}

}  // namespace quillet

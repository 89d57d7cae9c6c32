// The readers of CSV (RFC 4180 and what is made of it) and TSV with named columns.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <deque>
#include <optional>

#include "base/error.h"
#include "corpus/columns.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kLongestRow = size_t{1} << 20;
constexpr size_t kMostLines = 200;  // of a quoted field
using Fields = std::vector<std::string>;

// How a table is written.
struct Dialect {
    char separator = ',';
    bool quotes = true;      // fields may stand in double quotes, in which they hold anything
    bool backslash = false;  // a double quote in one is written \" and not ""
};

enum class Parse { kWhole, kOpen, kStray };

// Takes a quoted field, after its opening quote, off `rest`. kStray where text follows its end.
Parse take_quoted(std::string_view& rest, const Dialect& dialect, std::string& field) {
    for (size_t i = 0; i < rest.size(); i++) {
        if (dialect.backslash && rest[i] == '\\' && i + 1 < rest.size()) {
            field += rest[++i];
        } else if (rest[i] != '"') {
            field += rest[i];
        } else if (rest.substr(i + 1).starts_with('"')) {
            field += rest[i++];
        } else {
            size_t next = skip(rest, ' ', i + 1);
            if (next < rest.size() && rest[next] != dialect.separator) return Parse::kStray;
            rest.remove_prefix(next);
            return Parse::kWhole;
        }
    }
    return Parse::kOpen;
}

// The fields of a record; kOpen where a quoted field does not end in it, kStray where quotation marks
// had to be taken for text.
Parse parse_record(std::string_view rest, const Dialect& dialect, Fields& fields) {
    fields.clear();
    Parse whole = Parse::kWhole;
    for (;;) {
        std::string& field = fields.emplace_back();
        size_t first = skip(rest, ' ');
        if (dialect.quotes && rest.substr(first).starts_with('"')) {
            std::string_view quoted = rest.substr(first + 1);
            Parse parse = take_quoted(quoted, dialect, field);
            if (parse == Parse::kOpen) return parse;
            if (parse == Parse::kWhole) rest = quoted;
            // "Calm" is what it says: the marks are text.
            if (parse == Parse::kStray) {
                field.clear();
                whole = parse;
            }
        }
        size_t end = find_or_end(rest, dialect.separator);
        if (field.empty())
            field = dialect.quotes ? without_blanks(rest.substr(0, end)) : rest.substr(0, end);
        if (end == rest.size()) return whole;
        rest.remove_prefix(end + 1);
    }
}

// True for a line of nothing but blanks and separators, which programs write above a table.
bool is_blank_row(std::string_view line, char separator) {
    return std::all_of(line.begin(), line.end(),
                       [&](char c) { return c == separator || c == ' ' || c == '\t' || c == '"'; });
}

bool names_columns(const Fields& fields) {
    return guess_text_column(fields) != SIZE_MAX || guess_author_column(fields) != SIZE_MAX;
}

// The records of a table. A quote that never closes costs one line, not the rest of the table.
class RecordReader {
  public:
    RecordReader(Input& input, const Dialect& dialect) : lines_(input), dialect_(dialect) {}

    struct Record {
        Fields fields;
        std::string raw, where;
        bool open = false;  // its quote does not close
    };

    std::optional<Record> next() {
        if (!fill(1)) return std::nullopt;
        Record record;
        record.where = ahead_[0].where;
        for (size_t count = 1;; count++) {
            if (!record.raw.empty()) record.raw += '\n';
            record.raw += ahead_[count - 1].text;
            Parse parse = parse_record(record.raw, dialect_, record.fields);
            // A stray mark on a later line: the first line's quote does not close.
            bool open = parse == Parse::kOpen || (parse == Parse::kStray && count > 1);
            if (!open) {
                ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<ptrdiff_t>(count));
                return record;
            }
            if (parse == Parse::kOpen && count < kMostLines && record.raw.size() < kLongestRow &&
                fill(count + 1))
                continue;
            record.open = true;
            record.raw = ahead_[0].text;
            ahead_.pop_front();
            return record;
        }
    }

    // Skips empty lines, and comments: lines with "#" that have not the columns of the line below
    // them. Comments are told to `notes`.
    void skip_to_table(Notes& notes) {
        while (fill(1) && is_blank_row(ahead_[0].text, dialect_.separator)) ahead_.pop_front();
        size_t below = 0;
        while (below < kMostLines && fill(below + 1) &&
               (ahead_[below].text.starts_with('#') ||
                is_blank_row(ahead_[below].text, dialect_.separator)))
            below++;
        if (below == 0 || below >= ahead_.size()) return;
        Fields table, fields;
        Parse whole = parse_record(ahead_[below].text, dialect_, table);
        for (; below > 0 && whole != Parse::kOpen; below--) {
            const Line& line = ahead_[0];
            bool blank = is_blank_row(line.text, dialect_.separator);
            parse_record(line.text, dialect_, fields);
            // Of one column, too, names tell the line of names.
            bool first = names_columns(fields) || !names_columns(table);
            if (!blank && fields.size() == table.size() && first) return;
            if (!blank) notes.add("comments before a table", line.where + ": " + line.text);
            ahead_.pop_front();
        }
    }

  private:
    struct Line {
        std::string text, where;
    };
    bool fill(size_t count) {
        for (std::string_view line; ahead_.size() < count && lines_.next(line);)
            ahead_.push_back({std::string(line), lines_.where()});
        return ahead_.size() >= count;
    }

    LineReader lines_;
    Dialect dialect_;
    std::deque<Line> ahead_;
};

// Where text and author stand; SIZE_MAX for none.
struct Places {
    size_t text = SIZE_MAX, author = SIZE_MAX;
    bool header = true;  // the first line names the columns
};

bool is_default_text(const ReadOptions& options) {
    return options.text_column == ReadOptions().text_column;
}

size_t asked_column(const Fields& first, const std::string& name, const std::string& where) {
    size_t found = find_column(first, name);
    if (found != SIZE_MAX) return found;
    throw Error(where, "there is no column '" + name + "'; the columns are " + quoted_list(first) +
                           " (choose with --text and --author)");
}

// A first line that is a row already: its longest field is a sentence, and another may be a name.
Places places_by_looks(const Fields& first) {
    Places places;
    places.header = false;
    for (size_t i = 0; i < first.size(); i++)
        if (places.text == SIZE_MAX || first[i].size() > first[places.text].size()) places.text = i;
    for (size_t i = first.size(); i-- > 0;)
        if (i != places.text && !first[i].empty() && is_upper(first[i][0]) &&
            first[i].find_first_of("0123456789") == npos)
            places.author = i;
    if (split(first[places.text], ' ').size() < 4) places.text = SIZE_MAX;
    return places;
}

Places find_places(const Fields& first, const ReadOptions& options, const std::string& where) {
    Places places;
    bool author_asked = !options.author_column.empty(), names_only = options.names && author_asked,
         known = names_columns(first);
    if (is_default_text(options)) {
        places.text = guess_text_column(first);
        if (places.text == SIZE_MAX && !known && !author_asked) {
            places = places_by_looks(first);
            if (places.text != SIZE_MAX) return places;
            places = {};
        }
    }
    if (places.text == SIZE_MAX && !names_only)
        places.text = asked_column(first, options.text_column, where);
    places.author = author_asked ? asked_column(first, options.author_column, where)
                                 : guess_author_column(first);
    if (options.names && !author_asked && (places.author == SIZE_MAX || !is_default_text(options)))
        places.author = places.text;
    places.header = known || !(is_number(options.text_column) || is_number(options.author_column));
    return places;
}

void read_table(Input& input, const ReadOptions& options, Consumer& consumer,
                const Dialect& dialect) {
    RecordReader records(input, dialect);
    records.skip_to_table(consumer.notes);
    auto record = records.next();
    if (record && lower(record->raw).starts_with("sep=")) {
        records.skip_to_table(consumer.notes);
        record = records.next();
    }
    if (!record) throw Error(input.name(), "is empty; expected a line of column names");
    const size_t columns = record->fields.size();
    Places places = find_places(record->fields, options, record->where);
    if (places.header) record = records.next();
    RowCheck check(consumer);
    auto field = [&](size_t place) { return place == SIZE_MAX ? "" : record->fields[place]; };
    for (; record; record = records.next()) {
        size_t found = record->fields.size();
        if (record->raw.empty()) continue;
        if (record->open) {
            check.bad("rows whose quotation mark does not close", record->where,
                      "the quoted field does not end", record->raw);
            continue;
        }
        // A single column needs no quotes around its commas.
        if (columns == 1 && found > 1) record->fields.assign(1, record->raw);
        if (columns > 1 && found != columns) {
            check.bad("rows with more or fewer columns", record->where,
                      "has " + std::to_string(found) + (found == 1 ? " column" : " columns") +
                          "; the first line has " + std::to_string(columns),
                      record->raw);
            continue;
        }
        check.good();
        consumer.add({field(places.text), field(places.author)});
    }
    check.finish();
}

size_t count_fields(std::string_view line, char separator) {
    Fields fields;
    parse_record(line, {separator, true, false}, fields);
    return fields.size();
}

// The first line of a table that is neither empty nor a comment, and the last comment above it.
struct FirstLines {
    std::string_view names, comment;
};

FirstLines first_lines(std::string_view head) {
    FirstLines found;
    while (!head.empty()) {
        found.names = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(found.names.size() + 1, head.size()));
        if (found.names.ends_with('\r')) found.names.remove_suffix(1);
        if (found.names.starts_with('#'))
            found.comment = found.names;
        else if (!is_blank_row(found.names, ','))
            break;
    }
    return found;
}

// The separator that the line of names has most often, outside quotes. Above it comments may stand:
// one that has as many as the line below it is the line of names, "#,quote,author".
char find_separator(std::string_view head) {
    const auto [names, comment] = first_lines(head);
    char separator = ',';
    size_t most = 0, most_of_both = 1;
    for (char c : {',', ';', '|', '\t'}) {
        size_t count = count_fields(names, c);
        if (most_of_both == 1 && count > most) separator = c;
        most = std::max(most, count);
        if (comment.empty() || count <= most_of_both || count_fields(comment, c) != count) continue;
        separator = c;
        most_of_both = count;
    }
    return separator;
}

}  // namespace

std::string_view table_format(std::string_view head) {
    const Words lines = split(head.substr(0, 4096), '\n');
    if (lines.size() < 2) return "";
    const char separator = find_separator(head);
    Fields names;
    parse_record(without_blanks(lines[0]), {separator, true, false}, names);
    const bool short_names = std::all_of(names.begin(), names.end(), [](const std::string& name) {
        return !name.empty() && name.size() <= 24;
    });
    const bool named =
        guess_text_column(names) != SIZE_MAX && guess_author_column(names) != SIZE_MAX;
    if (!short_names || !named || lines[1].find(separator) == npos) return "";
    return separator == '\t' ? "tsv" : "csv";
}

void read_csv(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    Dialect dialect;
    std::string_view head = input.head();
    std::string_view first = head.substr(skip(head, "\r\n"));
    bool told =
        lower(first.substr(0, 4)) == "sep=" && first.size() > 4 && first.find_first_of("\r\n") != 4;
    dialect.separator = told ? first[4] : find_separator(head);
    // Doubled quotes around text tell RFC 4180.
    size_t escaped = head.find("\\\"");
    dialect.backslash = escaped != npos && head.find("\"\"") == npos;
    read_table(input, options, consumer, dialect);
}

void read_tsv(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    read_table(input, options, consumer, {'\t', false, false});
}

}  // namespace quillet

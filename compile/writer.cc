// Text of C sources: templates with $names$, lists that wrap as clang-format wraps them, literals.
// SPDX-License-Identifier: MIT
#include "compile/writer.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"
#include "graph/value.h"

namespace quillet {
namespace {

constexpr size_t kColumns = 100;

// Items joined by ", ", broken before an item that would pass the last column; `column` is where
// the first stands and `margin` where broken lines begin. `tail` must fit behind the last.
struct Wrapped {
    std::string text;
    int breaks = 0;
    bool fits = true;
};

Wrapped wrap(const std::vector<std::string>& items, size_t column, size_t margin, size_t tail) {
    Wrapped result;
    size_t at = column;
    for (size_t i = 0; i < items.size(); i++) {
        bool last = i + 1 == items.size();
        size_t need = items[i].size() + (last ? tail : 1);
        size_t space = i > 0 ? 1 : 0;
        if (i > 0 && at + space + need > kColumns) {
            result.text += "\n" + std::string(margin, ' ');
            result.breaks++;
            at = margin;
            space = 0;
        }
        result.text += std::string(space, ' ') + items[i] + (last ? "" : ",");
        at += space + items[i].size() + (last ? 0 : 1);
        result.fits &= at + (last ? tail : 0) <= kColumns;
    }
    return result;
}

// The least int32 has no literal of its own.
template <class T>
std::string literal(T value) {
    const bool least =
        std::is_signed_v<T> && sizeof(T) >= 4 && value == std::numeric_limits<T>::min();
    const std::string suffix = std::is_same_v<T, uint32_t>   ? "u"
                               : std::is_same_v<T, int64_t>  ? "LL"
                               : std::is_same_v<T, uint64_t> ? "ULL"
                                                             : "";
    const T shown = least ? static_cast<T>(value + 1) : value;
    return std::to_string(+shown) + suffix + (least ? " - 1" : "");
}

// What math.h calls a number that is not finite.
std::string not_finite(double value) {
    return std::isnan(value) ? "NAN" : value < 0 ? "-INFINITY" : "INFINITY";
}

std::string hex_double(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%a", value);
    return std::isfinite(value) ? text : not_finite(value);
}

std::string literal(double value) {
    return hex_double(value);
}

std::string literal(float value) {
    return hex_float(value);
}

std::vector<std::string> elements_of(const Tensor& tensor) {
    std::vector<std::string> texts;
    with_element(tensor.type, [&](auto element) {
        for (auto value : tensor.values<decltype(element)>()) texts.push_back(literal(value));
    });
    return texts;
}

}  // namespace

std::string fill(std::string_view text, const Words& words) {
    std::string result;
    while (!text.empty()) {
        size_t begin = text.find('$');
        result += text.substr(0, begin);
        if (begin == std::string_view::npos) break;
        size_t end = text.find('$', begin + 1);
        auto word = words.find(std::string(text.substr(begin + 1, end - begin - 1)));
        if (end == std::string_view::npos || word == words.end())
            throw Error("compile",
                        "template without a word for " + std::string(text.substr(begin, 40)));
        result += word->second;
        text.remove_prefix(end + 1);
    }
    return result;
}

std::string call_line(int indent, const std::string& name,
                      const std::vector<std::string>& arguments) {
    std::string head = std::string(static_cast<size_t>(indent), ' ') + name + "(";
    size_t deeper = static_cast<size_t>(indent) + 4;
    Wrapped aligned = wrap(arguments, head.size(), head.size(), 2);
    Wrapped below = wrap(arguments, deeper, deeper, 2);
    // A break after the parenthesis counts as one more.
    if (aligned.fits && aligned.breaks <= below.breaks + 1) return head + aligned.text + ");\n";
    return head + "\n" + std::string(deeper, ' ') + below.text + ");\n";
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string comment_text(std::string_view text) {
    std::string result;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char last = result.empty() ? ' ' : result.back();
        const bool joins =
            (last == '*' && c == '/') || (last == '/' && c == '*') || (last == '?' && c == '?');
        result += byte < 0x20 || byte == 0x7F || joins ? ' ' : c;
    }
    return result;
}

std::string comment_lines(int indent, const std::string& text) {
    std::string margin(static_cast<size_t>(indent), ' '), result = margin + "/*";
    size_t at = result.size();
    const std::string safe = comment_text(text);
    std::string_view rest = safe;
    while (!rest.empty()) {
        size_t end = std::min(rest.find(' '), rest.size());
        std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (at + 1 + word.size() + 3 > kColumns) {
            result += "\n" + margin + " *";
            at = margin.size() + 2;
        }
        result += " " + std::string(word);
        at += 1 + word.size();
    }
    return result + " */\n";
}

std::string hex_float(float value) {
    return hex_double(static_cast<double>(value)) + (std::isfinite(value) ? "f" : "");
}

std::string string_literal(std::string_view text) {
    std::string result = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        char octal[8];
        std::snprintf(octal, sizeof octal, "\\%03o", byte);
        if (c == '\n')
            result += "\\n";
        else if (c == '"' || c == '\\' || (c == '?' && result.back() == '?'))  // no trigraphs
            result += std::string("\\") + c;
        else
            result += byte < 0x20 || byte > 0x7E ? octal : std::string(1, c);
    }
    return result + "\"";
}

std::string initializer_lines(const Tensor& tensor) {
    size_t a_line = tensor.type == Type::float32 ? 8 : 16;
    std::vector<std::string> texts = elements_of(tensor);
    std::string result;
    for (size_t i = 0; i < texts.size(); i++)
        result += (i % a_line == 0 ? "    " : " ") + texts[i] +
                  (i % a_line == a_line - 1 || i + 1 == texts.size() ? ",\n" : ",");
    return result;
}

std::string c_type(Type type) {
    return type == Type::float32   ? "float"
           : type == Type::float64 ? "double"
           : is_half(type)         ? "uint16_t"
                                   : name_of(type) + "_t";
}

std::vector<std::string> included_files(std::string_view text) {
    constexpr std::string_view kInclude = "#include \"";
    std::vector<std::string> names;
    for (size_t at = 0; (at = text.find(kInclude, at)) != std::string_view::npos;) {
        at += kInclude.size();
        const std::string_view path = text.substr(at, text.find('"', at) - at);
        names.emplace_back(path.substr(path.rfind('/') + 1));
    }
    return names;
}

}  // namespace quillet

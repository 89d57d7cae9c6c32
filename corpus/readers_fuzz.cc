// Fuzz target: any bytes as a table, JSON, a fortune file and a book of every layout. Errors are
// Errors; what comes out is UTF-8.
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "corpus/gutenberg.h"
#include "corpus/readers.h"

namespace {

void read(const std::string& path, const std::string& format, const char* style) {
    quillet::ReadOptions options;
    options.style = style;
    quillet::InputFacts facts;
    quillet::Consumer items{[](quillet::Item&& item) {
        if (!quillet::is_utf8(item.text) || !quillet::is_utf8(item.author)) std::abort();
    }};
    try {
        quillet::Input input(path);
        quillet::find_format(format, input).read(input, options, items, facts);
    } catch (const quillet::Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::string path = "/tmp/quillet_readers_fuzz." + std::to_string(::getpid());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    for (const char* format : {"csv", "tsv", "json", "jsonl", "fortune"}) read(path, format, "");
    for (const quillet::BookStyle& style : quillet::book_styles())
        read(path, "gutenberg", style.name);
    std::remove(path.c_str());
    return 0;
}

// Fuzz target: any bytes as a page of Wikiquote. It must end, and what comes out must be plain
// text.
// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "corpus/wikiquote.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    quillet::ReadOptions options;
    options.sections = {"all"};
    options.attributed = true;
    quillet::Consumer items{[](quillet::Item&& item) {
        for (char c : item.text + item.author)
            if (static_cast<unsigned char>(c) < ' ') std::abort();
    }};
    for (const char* title : {"Fuzz (test)", "Fuzz proverbs"})
        quillet::quotes_of_page(title, text, options, items);
    return 0;
}

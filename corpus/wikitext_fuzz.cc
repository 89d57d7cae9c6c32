// Fuzz target: any bytes as a page of Wikiquote. It must end, and what comes out must be plain
// text.
// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "corpus/wikiquote.h"

namespace {

struct Items : quillet::Consumer {
    std::vector<quillet::Item> items;

  protected:
    void take(quillet::Item&& item) override { items.push_back(std::move(item)); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    quillet::ReadOptions options;
    options.sections = {"all"};
    options.attributed = true;
    Items items;
    for (const char* title : {"Fuzz (test)", "Fuzz proverbs"})
        quillet::quotes_of_page(title, text, options, items);
    for (const quillet::Item& item : items.items)
        for (char c : item.text + item.author)
            if (static_cast<unsigned char>(c) < ' ') std::abort();
    return 0;
}

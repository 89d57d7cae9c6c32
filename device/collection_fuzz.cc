// Any bytes as a file of quotes: parsed or refused, and every quote can then be looked up.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "device/collection.h"
#include "eink/panel.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const eink_style style = eink_panel_style(eink_panel_named("ssd1680-296x128"));
    try {
        const quillet::Collection texts({reinterpret_cast<const char*>(data), size}, "file", style);
        const quillet_collection& all = texts.collection();
        for (uint32_t i = 0; i < 50; i++) {
            if (quillet_collection_turn(&all, i + 1, 7) >= all.count) __builtin_trap();
            if (quillet_collection_minute(&all, i * 29, i) >= all.count) __builtin_trap();
        }
        (void)texts.source();
    } catch (const quillet::Error&) {
    }
    return 0;
}

// Fuzz target: any bytes as the pages of a dump, whole and cut in chunks. Errors are Errors;
// nothing is read beyond the end.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "corpus/dump.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    quillet::DumpChunk chunk;
    chunk.bytes.assign(reinterpret_cast<const char*>(data), size);
    quillet::DumpHeader header;
    header.namespaces = {{0, ""}, {1, "Talk"}};
    std::string text;
    quillet::append_decoded(chunk.bytes, text);
    try {
        quillet::scan_pages(chunk, header, "fuzz",
                            [](quillet::DumpPage& page) { (void)page.text.size(); });
    } catch (const quillet::Error&) {
    }
    return 0;
}

// Fuzz target: any bytes as a dump. Errors are Errors; nothing is read beyond the end.
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "corpus/dump.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::string path = "/tmp/quillet_dump_fuzz." + std::to_string(::getpid());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    try {
        quillet::Input input(path);
        quillet::read_dump(
            input, [](const quillet::DumpHeader&) {},
            [](quillet::DumpPage& page) { (void)page.text.size(); });
    } catch (const quillet::Error&) {
    }
    std::remove(path.c_str());
    return 0;
}

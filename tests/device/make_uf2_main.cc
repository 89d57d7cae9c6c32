// make_uf2 IN.elf OUT.uf2 [rp2350]
// SPDX-License-Identifier: MIT
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "device/image.h"

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) return 2;
    const quillet_chip chip = argc == 4 ? QUILLET_RP2350 : QUILLET_RP2040;
    try {
        quillet::write_file(
            argv[2], quillet::uf2_of(
                         quillet::flash_image(quillet::read_file(argv[1]), chip, argv[1]), chip));
    } catch (const quillet::Error& error) {
        std::fprintf(stderr, "make_uf2: %s: %s\n", error.where().c_str(), error.what());
        return 1;
    }
    return 0;
}

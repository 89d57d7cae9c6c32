// make_photographs FOLDER [WIDTH HEIGHT]: writes the scenes as JPEG files and their descriptions beside them.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "tests/picture/photographs.h"

int main(int argc, char** argv) {
    if (argc != 2 && argc != 4) {
        std::fprintf(stderr, "usage: make_photographs FOLDER [WIDTH HEIGHT]\n");
        return 2;
    }
    try {
        std::filesystem::path folder = argv[1];
        int width = argc == 4 ? std::atoi(argv[2]) : 1500,
            height = argc == 4 ? std::atoi(argv[3]) : 1000;
        for (size_t i = 0; i < quillet::test::scenes().size(); i++) {
            const quillet::test::Scene& scene = quillet::test::scenes()[i];
            quillet::Photograph photograph = quillet::test::landscape(i, 11, width, height);
            quillet::write_file(folder / (std::string(scene.name) + ".jpg"),
                                quillet::jpeg_of(photograph, 92));
            quillet::write_file(folder / (std::string(scene.name) + ".txt"),
                                std::string(scene.description) + "\n");
        }
    } catch (const quillet::Error& error) {
        std::fprintf(stderr, "make_photographs: %s: %s\n", error.where().c_str(), error.what());
        return 2;
    }
    return 0;
}

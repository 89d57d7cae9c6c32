// For the tests of this floor: files that vanish, everything a reader hands on, compressed bytes,
// the shared data.
// SPDX-License-Identifier: MIT
#pragma once

#include <bzlib.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"
#include "corpus/readers.h"

namespace quillet {

// A folder for one test.
struct TestFolder {
    TemporaryFolder folder;
    const std::filesystem::path& path = folder.path();
    std::string write(const std::string& name, std::string_view text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
    size_t entries() const {
        size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path))
            count++;
        return count;
    }
};

// What a reader handed on, as it is.
struct Everything {
    std::vector<Item> items;
    Notes notes;
};

// `read` gets the consumer to hand on to.
template <typename Read>
Everything all_of(const Read& read) {
    Everything all;
    Consumer consumer{[&](Item&& item) { all.items.push_back(std::move(item)); }};
    read(consumer);
    all.notes = consumer.notes;
    return all;
}

struct ReadResult {
    Everything all;
    InputFacts facts;
    const Item& at(size_t i) const { return all.items.at(i); }
    size_t size() const { return all.items.size(); }
};

inline ReadResult read_path(const std::string& path, const ReadOptions& options = {},
                            const std::string& format = "auto") {
    ReadResult result;
    Input input(path);
    result.all = all_of([&](Consumer& consumer) {
        find_format(format, input).read(input, options, consumer, result.facts);
    });
    return result;
}

// What the reader that the file's `name` calls for makes of `text`.
inline ReadResult read_text(const std::string& name, std::string_view text,
                            const ReadOptions& options = {}) {
    TestFolder folder;
    return read_path(folder.write(name, text), options);
}

// The message, with its place, of the Error that `act` throws; "" when it throws none.
template <typename Act>
std::string error_of(const Act& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "";
}

inline std::string bz2(std::string_view text, int block = 1) {
    std::string out(text.size() + text.size() / 50 + 700, '\0');
    unsigned size = static_cast<unsigned>(out.size());
    std::string copy(text);
    BZ2_bzBuffToBuffCompress(out.data(), &size, copy.data(), static_cast<unsigned>(copy.size()),
                             block, 0, 0);
    out.resize(size);
    return out;
}

// A file of the data that is shared beside the repository, or of $QUILLET_DATA; empty when it is
// not there.
inline std::string shared_data(const std::string& name) {
    const char* set = std::getenv("QUILLET_DATA");
    std::filesystem::path folder =
        set ? set : std::filesystem::path(QUILLET_SOURCE_DIR) / "../shared/data";
    return std::filesystem::exists(folder / name) ? (folder / name).string() : "";
}

#define QUILLET_SHARED_OR_SKIP(variable, name) \
    std::string variable = shared_data(name);  \
    if (variable.empty()) GTEST_SKIP() << "no shared data: " << name

}  // namespace quillet

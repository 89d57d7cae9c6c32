// Writes a web page that runs models: their compiled C as WebAssembly, ONNX Runtime Web beside it.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace quillet {

struct PageModel {
    Graph graph;
    std::string file;         // what it was read from
    std::string bytes;        // of that file
    bool is_shipped = false;  // commands take it where no file is named
};

struct PageRequest {
    std::vector<PageModel> models;      // one or more; the reader sees the first
    std::optional<PageModel> names;     // who is to have said it
    std::filesystem::path onnxruntime;  // the npm package onnxruntime-web; empty: no comparison
};

// What a page weighs, file by file.
struct PageFile {
    std::string path;
    size_t bytes = 0, gzip = 0;
    bool is_first = false;  // fetched before a reader sees the first text
};

struct Page {
    std::map<std::string, std::string> files;  // path in the page's folder -> bytes
    std::vector<PageFile> sizes;               // of every file, by path
};

// The folder of a page. Throws Error where clang or wasm-ld is missing, for a model that cannot be
// compiled, for two models of one name and for a folder `onnxruntime` that lacks the package's files.
Page make_page(const PageRequest& request);

// The files of the page in `folder` with their bytes' number, as its index.html tells them; empty where
// there is none, or none that quillet page wrote.
std::map<std::string, size_t> files_of_page(const std::filesystem::path& folder);

}  // namespace quillet

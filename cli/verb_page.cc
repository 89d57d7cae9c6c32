// quillet page: a web page that runs models, beside ONNX Runtime Web.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "compile/package_folder.h"
#include "page/page.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct PageArguments {
    std::vector<std::string> models;
    ModelOption names = {.shipped = "models/names.onnx"};
    std::string alphabet, onnxruntime, output;
    bool unsigned_lines = false, alone = false;
};

PageModel page_model(const ModelOption& option) {
    std::string bytes = read_file(option.file());
    PageModel model{option.graph_of(bytes), option.file(), std::move(bytes)};
    if (option.is_network(model.graph))
        throw Error(option.file(), "is no text model, which is what a page can run");
    // ONNX Runtime's side reads the alphabet from the file.
    if (!option.alphabet.empty()) model.bytes = write_onnx(model.graph);
    return model;
}

// The package that the program's own port has, where npm put it; empty without.
fs::path installed_onnxruntime() {
    const std::string package = "ports/js/node_modules/onnxruntime-web";
    try {
        return find_resource(package + "/package.json") / package;
    } catch (const Error&) {
        return {};
    }
}

PageRequest request_of(const PageArguments& options) {
    PageRequest request;
    ModelOption model;
    model.alphabet = options.alphabet;
    if (options.models.empty()) {
        request.models.push_back(page_model(model));
        request.models.back().is_shipped = true;
    }
    for (const std::string& path : options.models) {
        model.path = path;
        request.models.push_back(page_model(model));
    }
    if (!options.unsigned_lines) request.names = page_model(options.names);
    if (!options.alone)
        request.onnxruntime =
            options.onnxruntime.empty() ? installed_onnxruntime() : fs::path(options.onnxruntime);
    return request;
}

std::string size_text(const PageFile& file) {
    char text[200];
    std::snprintf(text, sizeof text, "%-42s %10zu bytes, %9zu gzip\n", file.path.c_str(),
                  file.bytes, file.gzip);
    return text;
}

constexpr PackageKind kPage = {"page", "page"};

// A folder that was not there goes again where nothing came into it.
class Folder {
  public:
    explicit Folder(const fs::path& path) : path_(path), was_there_(fs::exists(path)) {}
    Folder(const Folder&) = delete;
    ~Folder() {
        std::error_code code;
        if (!was_there_) fs::remove(path_, code);  // only an empty one
    }

  private:
    fs::path path_;
    bool was_there_;
};

// A page of before there were lists of files gets one, of what its index.html names and is as large
// as it says; what a user put beside it is not among them.
void list_older_page(const fs::path& folder) {
    std::error_code code;
    if (fs::exists(folder / kPackageList, code)) return;
    std::string list;
    for (const auto& [path, size] : files_of_page(folder)) {
        const fs::path file = folder / path;
        if (fs::is_regular_file(file, code) && fs::file_size(file, code) == size)
            list += sha256_hex(read_file(file)) + "  " + path + "\n";
    }
    if (!list.empty()) write_file(folder / kPackageList, list);
}

int run(const PageArguments& options) {
    const PageRequest request = request_of(options);
    const Folder folder(options.output);
    require_output((fs::path(options.output) / "index.html").string(), options.models);
    list_older_page(options.output);
    // Before the models are compiled, which takes a while: whoever wrote index.html.
    require_own_files(options.output, {{"index.html", ""}}, kPage);
    const Page page = make_page(request);
    tell_update(options.output, write_package(options.output, page.files, kPage), kPage);
    PageFile visit{"of these, before the first text", 0, 0}, all{"together", 0, 0};
    for (const PageFile& file : page.sizes) {
        print(size_text(file));
        all.bytes += file.bytes;
        all.gzip += file.gzip;
        if (file.is_first) visit.bytes += file.bytes, visit.gzip += file.gzip;
    }
    print(size_text(all) + size_text(visit));
    if (request.onnxruntime.empty() && !options.alone)
        std::fputs(
            "without ONNX Runtime beside it: onnxruntime-web is not there; npm install "
            "onnxruntime-web and --onnxruntime node_modules add it\n",
            stderr);
    print("serve the folder: python3 -m http.server -d " + shell_word(options.output) + "\n");
    return 0;
}

}  // namespace

Run set_up_page(Command& command) {
    auto options = std::make_shared<PageArguments>();
    command.add_option("MODEL", options->models,
                       "ONNX files; the reader sees the first. Without one, the quotes model that "
                       "came with the program");
    command.add_option("-o,--output", options->output, "The folder to write")->required();
    command.add_option("--alphabet", options->alphabet,
                       "The characters in token order, for models whose metadata lack them");
    Option* names = command.add_option("--names", options->names.path,
                                       "The model that writes authors (the shipped one)");
    command.add_flag("--unsigned", options->unsigned_lines, "Without authors")->excludes(names);
    Option* package = command.add_option(
        "--onnxruntime", options->onnxruntime,
        "The npm package onnxruntime-web, or the folder node_modules that it is in");
    command.add_flag("--alone", options->alone, "Without ONNX Runtime beside it")
        ->excludes(package);
    return [options] { return run(*options); };
}

}  // namespace quillet

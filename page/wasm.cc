// C sources to WebAssembly, by clang and wasm-ld and without a C library.
// SPDX-License-Identifier: MIT
#include "page/wasm.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/temporary_folder.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// The first program of that name, or with a version behind it, that runs; as Debian has them.
std::string find_tool(const std::string& name) {
    constexpr int kOldest = 14, kNewest = 22;
    const auto runs = [](const std::string& program) {
        return status_of({program, "--version"}) == 0;
    };
    if (runs(name)) return name;
    for (int version = kNewest; version >= kOldest; version--) {
        const std::string versioned = name + "-" + std::to_string(version);
        if (runs(versioned)) return versioned;
    }
    throw Error("page",
                name +
                    " is not installed, which makes WebAssembly: apt-get install clang lld, "
                    "or brew install llvm lld");
}

void run_tool(const std::vector<std::string>& command, const std::string& what) {
    const ProcessEnd end = run_compiler(command);
    if (end.status != 0) throw Error(what, command[0] + ": " + end.message);
}

}  // namespace

WasmTools::WasmTools() : clang_(find_tool("clang")), linker_(find_tool("wasm-ld")) {}

std::string WasmTools::build(const std::map<std::string, std::string>& sources,
                             const std::string& what) const {
    const TemporaryFolder folder;
    for (const auto& [path, text] : sources) write_file(folder.path() / path, text);
    const fs::path module = folder.path() / "module.wasm";
    std::vector<std::string> link = {linker_,       "--no-entry",   "--gc-sections",
                                     "--strip-all", "-z",           "stack-size=65536",
                                     "-o",          module.string()};
    for (const auto& [path, text] : sources) {
        const fs::path source = folder.path() / path;
        if (source.extension() != ".c") continue;
        fs::path object = source;
        object.replace_extension(".o");
        std::vector<std::string> compile = {clang_,
                                            "--target=wasm32",
                                            "-msimd128",
                                            "-O3",
                                            "-std=c99",
                                            "-ffp-contract=off",
                                            "-ffreestanding",
                                            "-nostdlibinc",
                                            "-isystem",
                                            (folder.path() / "libc").string(),
                                            "-I",
                                            folder.path().string(),
                                            "-fno-caret-diagnostics",
                                            "-c",
                                            source.string(),
                                            "-o",
                                            object.string()};
        if (path == "libc.c") compile.push_back("-fno-builtin");
        run_tool(compile, what);
        link.push_back(object.string());
    }
    run_tool(link, what);
    return read_file(module);
}

}  // namespace quillet

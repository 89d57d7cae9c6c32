// The plan printed as C, built into a shared library by the system's compiler, and loaded.
// SPDX-License-Identifier: MIT
#include <dlfcn.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "compile/emit_c.h"
#include "run/execute.h"
#include "run/sampling.h"
#include "verify/loop_runtime.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

Sources printed(const ModelUnderTest& subject) {
    SamplingSettings sampling = sampling_settings(subject.plan.metadata, subject.path.string());
    EmitOptions options;
    options.command = "quillet verify";
    options.origin = subject.path.filename().string();
    options.sampling_text = sampling.text();
    options.target = row_of(Target::c99);
    return emit_c(subject.plan, options);
}

// Where the compiled model has an output after a step, as C.
std::string place_of(const Plan& plan, const PlanOutput& output) {
    if (output.buffer == kLogitsBuffer) return "0";
    const Buffer& buffer = plan.buffer(output.buffer);
    if (buffer.storage == Storage::state) return "state." + buffer.identifier;
    return "state.scratch_" + name_of(buffer.tensor.type) + " + " + std::to_string(buffer.place);
}

// What the library shows of itself: the compiled model, its state, its outputs and the runtime's
// functions.
std::string door_source(const Plan& plan) {
    std::string places;
    for (const PlanOutput& output : plan.outputs) places += "    " + place_of(plan, output) + ",\n";
    return "#include \"" + plan.name + ".h\"\n\nstatic " + plan.name + R"(_state state;

extern void* const quillet_verify_state;
extern const quillet_model* const quillet_verify_model;
extern const void* const quillet_verify_outputs[];
void* const quillet_verify_state = &state;
const quillet_model* const quillet_verify_model = &)" +
           plan.name + R"(_model;
const void* const quillet_verify_outputs[] = {
)" + places +
           "};\n";
}

// A loaded shared library.
class Library {
  public:
    explicit Library(const fs::path& path)
        : handle_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (!handle_) throw Error(path.string(), std::string("cannot be loaded: ") + ::dlerror());
    }
    ~Library() { ::dlclose(handle_); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    template <class T>
    T symbol(const char* name) const {
        void* address = ::dlsym(handle_, name);
        if (!address) throw Error(name, "is not in the library that was built");
        return reinterpret_cast<T>(address);
    }

  private:
    void* handle_;
};

class CompiledRuntime : public LoopRuntime {
  public:
    CompiledRuntime(const Plan& plan, const fs::path& library)
        : plan_(plan),
          library_(library),
          model_(**library_.symbol<const quillet_model**>("quillet_verify_model")),
          state_(*library_.symbol<void**>("quillet_verify_state")),
          outputs_(library_.symbol<const void**>("quillet_verify_outputs")) {
        functions_.seed = library_.symbol<decltype(functions_.seed)>("quillet_random_seed");
        functions_.sample = library_.symbol<decltype(functions_.sample)>("quillet_sample");
        functions_.line_begin =
            library_.symbol<decltype(functions_.line_begin)>("quillet_line_begin");
        functions_.line_next = library_.symbol<decltype(functions_.line_next)>("quillet_line_next");
    }

  private:
    const quillet_model& model() const override { return model_; }
    void* state() override { return state_; }
    LoopFunctions functions() const override { return functions_; }

    std::vector<Tensor> outputs(const std::vector<int32_t>& logits) const override {
        std::vector<Tensor> all;
        for (size_t i = 0; i < plan_.outputs.size(); i++) {
            if (plan_.outputs[i].buffer == kLogitsBuffer) {
                all.push_back(Tensor::of(Type::int32, {1, plan_.alphabet.size()}, logits));
                continue;
            }
            Tensor tensor = plan_.buffer(plan_.outputs[i].buffer).tensor;
            auto bytes = static_cast<size_t>(tensor.byte_count());
            tensor.bytes.assign(static_cast<const char*>(outputs_[i]), bytes);
            all.push_back(as_in_onnx(std::move(tensor)));
        }
        return all;
    }

    const Plan& plan_;
    Library library_;
    const quillet_model& model_;
    void* state_;
    const void** outputs_;
    LoopFunctions functions_ = {};
};

}  // namespace

std::unique_ptr<Runtime> compiled_runtime(const ModelUnderTest& subject,
                                          const std::string& compiler) {
    Sources sources = printed(subject);
    sources.erase("main.c");
    sources["quillet_door.c"] = door_source(subject.plan);
    fs::path folder = subject.folder / "c", library = folder / "model.so";
    std::vector<std::string> command = {compiler,
                                        "-O2",
                                        "-std=c99",
                                        "-ffp-contract=off",
                                        "-fPIC",
                                        "-shared",
                                        "-I" + folder.string(),
                                        "-o",
                                        library.string()};
    for (const auto& [name, text] : sources) {
        write_file(folder / name, text);
        if (fs::path(name).extension() == ".c") command.push_back((folder / name).string());
    }
    const ProcessEnd end = run_compiler(std::move(command), subject.silence);
    if (end.status != 0)
        throw Error(folder.string(), compiler + " does not build it: " + end.message);
    return std::make_unique<CompiledRuntime>(subject.plan, library);
}

}  // namespace quillet

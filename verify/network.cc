// A network, a graph of any kind, in every runtime, value by value.
// SPDX-License-Identifier: MIT
#include "verify/network.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/resources.h"
#include "compile/emit_network.h"
#include "graph/declared.h"
#include "graph/evaluate.h"
#include "graph/onnx_tensor.h"
#include "graph/shapes.h"
#include "graph/subgraph.h"
#include "run/execute.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;
using Tensors = std::map<std::string, Tensor>;

constexpr double kNetworkTolerance =
    2e-5;  // of a value's largest magnitude, or of 1: what one operator may lose

/// inputs ///

Tensor random_input(const ValueInfo& info, std::mt19937& random) {
    Value value(TypedShape{info.type, info.shape});
    std::normal_distribution<float> normal;
    for (double& number : value.numbers) number = static_cast<double>(normal(random));
    for (int64_t& integer : value.integers) integer = static_cast<int64_t>(random() % 2);
    return tensor_of(value);
}

Tensors inputs_of(const Graph& graph, const NetworkOptions& options) {
    Tensors inputs;
    std::mt19937 random(options.seed);
    for (size_t i = 0; i < graph.inputs.size(); i++) {
        const ValueInfo& info = graph.inputs[i];
        if (options.inputs.empty()) {
            inputs[info.name] = random_input(info, random);
            continue;
        }
        const fs::path file = options.inputs / ("input_" + std::to_string(i) + ".pb");
        Tensor tensor = onnx::read_tensor(read_file(file), file.string()).tensor;
        if (tensor.type != info.type || tensor.shape != info.shape)
            throw Error(file.string(), "holds " + name_of(tensor.type) + " " +
                                           text_of(tensor.shape) + "; expected " +
                                           name_of(info.type) + " " + text_of(info.shape) +
                                           " for input '" + info.name + "'");
        inputs[info.name] = std::move(tensor);
    }
    return inputs;
}

// The graph with every value that its nodes make as an output, the model's own outputs first.
Graph with_all_outputs(Graph graph, const std::string& where) {
    std::set<std::string> named;
    for (const ValueInfo& output : graph.outputs) named.insert(output.name);
    std::map<std::string, TypedShape> shapes = infer_shapes(graph, where);
    for (const Node& node : graph.nodes)
        for (const std::string& name : node.outputs)
            if (!name.empty() && named.insert(name).second)
                graph.outputs.push_back({name, shapes.at(name).type, shapes.at(name).shape});
    return graph;
}

/// runtimes ///

constexpr int kNotTaken = 77;  // run_once.js's exit status for a model that ONNX Runtime refuses

// A runtime that is not here; where() says what is missing, what() what to do.
class Absent : public Error {
    using Error::Error;
};

Tensors run_plan(const Plan& plan, const Graph& graph, const Tensors& inputs) {
    Executor executor(plan);
    for (size_t i = 0; i < graph.inputs.size(); i++)
        executor.set_input(static_cast<int>(i), inputs.at(graph.inputs[i].name));
    executor.run();
    Tensors values;
    for (size_t i = 0; i < graph.outputs.size(); i++) {
        Tensor value = executor.output(static_cast<int>(i));
        value.type = graph.outputs[i].type;  // a plan has boolean as uint8
        values[graph.outputs[i].name] = std::move(value);
    }
    return values;
}

std::string raw_inputs(const Graph& graph, const Tensors& inputs) {
    std::string bytes;
    for (const ValueInfo& info : graph.inputs) bytes += inputs.at(info.name).bytes;
    return bytes;
}

// What a program writes to standard output, cut into the graph's outputs.
Tensors run_program(const fs::path& program, const Graph& graph, const Tensors& inputs) {
    const fs::path in = program.string() + ".in", out = program.string() + ".out";
    write_file(in, raw_inputs(graph, inputs));
    ProcessEnd end = run_process(
        {"sh", "-c", "exec \"$0\" < \"$1\" > \"$2\"", program.string(), in.string(), out.string()},
        [](std::string_view) {});
    if (end.status != 0)
        throw Error("the program", "ended with status " + std::to_string(end.status) +
                                       (end.message.empty() ? "" : ": " + end.message));
    const std::string bytes = read_file(out);
    Tensors values;
    size_t at = 0;
    for (const ValueInfo& info : graph.outputs) {
        Tensor value{info.type, info.shape, ""};
        const size_t size = static_cast<size_t>(value.byte_count());
        if (at + size > bytes.size()) throw Error("the program", "wrote too little");
        value.bytes = bytes.substr(at, size);
        at += size;
        values[info.name] = std::move(value);
    }
    return values;
}

void build(const std::vector<std::string>& sources, const fs::path& include,
           const fs::path& program) {
    std::vector<std::string> command = {chosen_c_compiler(), "-std=c99", "-O2",
                                        "-ffp-contract=off", "-I",       include.string()};
    command.insert(command.end(), sources.begin(), sources.end());
    command.insert(command.end(), {"-lm", "-o", program.string()});
    const ProcessEnd end = run_compiler(command);
    if (end.status == kNotFound)
        throw Absent(command[0], "no such compiler: install gcc or clang, or name one by CC");
    if (end.status != 0) throw Error("the C", "does not compile: " + end.message);
}

Tensors run_compiled(const Plan& plan, const Graph& graph, const Tensors& inputs,
                     const fs::path& folder) {
    EmitOptions options;
    options.command = "quillet verify";
    options.origin = "a graph under test";
    const fs::path c = folder / "network-c";
    std::vector<std::string> sources;
    for (const auto& [name, text] : emit_network(plan, options)) {
        write_file(c / name, text);
        if (name.ends_with(".c")) sources.push_back((c / name).string());
    }
    build(sources, c, folder / "network");
    return run_program(folder / "network", graph, inputs);
}

// A function of somebody else's that takes the arrays of inputs and outputs.
Tensors run_foreign(const NetworkOptions& options, const Graph& graph, const Tensors& inputs) {
    std::string arrays, reads, writes, names;
    auto array = [&](const char* kind, size_t i, const ValueInfo& info) {
        const std::string name = kind + std::to_string(i);
        const std::string size =
            std::to_string(std::max<int64_t>(count_of(info.shape) * size_of(info.type), 1));
        arrays += "static union { double align; char bytes[" + size + "]; } " + name + ";\n";
        names += (names.empty() ? "" : ", ") + ("(void*)" + name + ".bytes");
        return name + ".bytes, 1, " + std::to_string(count_of(info.shape) * size_of(info.type));
    };
    for (size_t i = 0; i < graph.inputs.size(); i++)
        reads += "    if (fread(" + array("in", i, graph.inputs[i]) +
                 ", stdin) == (size_t)-1) return 1;\n";
    for (size_t i = 0; i < graph.outputs.size(); i++)
        writes += "    fwrite(" + array("out", i, graph.outputs[i]) + ", stdout);\n";
    const fs::path door = options.folder / "foreign.c";
    write_file(door, "#include <stdio.h>\nvoid " + options.foreign_entry + "();\n" + arrays +
                         "int main(void) {\n" + reads + "    " + options.foreign_entry + "(" +
                         names + ");\n" + writes + "    return 0;\n}\n");
    build({door.string(), options.foreign_c.string()},
          options.foreign_c.parent_path().empty() ? "." : options.foreign_c.parent_path(),
          options.folder / "foreign");
    return run_program(options.folder / "foreign", graph, inputs);
}

std::string js_type(Type type) {
    return type == Type::boolean ? "bool" : name_of(type);
}

Tensors run_onnxruntime(const Graph& graph, const Tensors& inputs, const fs::path& folder) {
    const fs::path port = find_resource("ports/js/run_once.js") / "ports" / "js";
    std::error_code code;
    if (!fs::exists(port / "node_modules" / "onnxruntime-node", code))
        throw Absent("no onnxruntime-node", "run npm ci --ignore-scripts in " + port.string());
    write_file(folder / "all.onnx", write_onnx(graph));
    nlohmann::json list = nlohmann::json::array();
    for (size_t i = 0; i < graph.inputs.size(); i++) {
        const ValueInfo& info = graph.inputs[i];
        const std::string file = "input" + std::to_string(i) + ".bin";
        write_file(folder / file, inputs.at(info.name).bytes);
        list.push_back({{"name", info.name},
                        {"type", js_type(info.type)},
                        {"dims", info.shape},
                        {"file", file}});
    }
    write_file(folder / "inputs.json", list.dump());
    ProcessEnd end = run_process(
        {"node", (port / "run_once.js").string(), (folder / "all.onnx").string(), folder.string()},
        [](std::string_view) {});
    if (end.status == kNotFound) throw Absent("no node", "install Node.js 18 or newer");
    if (end.status == kNotTaken) throw Absent("ONNX Runtime does not take the model", end.message);
    if (end.status != 0) throw Error("ONNX Runtime", end.message);
    std::map<std::string, Type> types;
    for (const ValueInfo& output : graph.outputs) types[output.name] = output.type;
    Tensors values;
    for (const auto& entry : nlohmann::json::parse(read_file(folder / "outputs.json")))
        values[entry["name"]] = {types.at(entry["name"]), entry["dims"].get<std::vector<int64_t>>(),
                                 read_file(folder / entry["file"].get<std::string>())};
    return values;
}

/// comparison ///

// One node as a graph of its own, with the types of its inputs.
Graph graph_of(const Node& node, const Graph& whole, const Tensors& values) {
    Graph graph;
    graph.name = "replay";
    graph.opset = whole.opset;
    graph.producer = "quillet";
    graph.nodes = {node};
    for (const std::string& name : values_read(node)) {
        if (auto constant = whole.initializers.find(name); constant != whole.initializers.end())
            graph.initializers[name] = constant->second;
        else
            graph.inputs.push_back({name, values.at(name).type, values.at(name).shape});
    }
    for (const std::string& name : node.outputs)
        if (!name.empty())
            graph.outputs.push_back({name, values.at(name).type, values.at(name).shape});
    return graph;
}

double ulp_of(double expected) {
    const float value = static_cast<float>(std::fabs(expected));
    return static_cast<double>(std::nextafter(value, INFINITY)) - static_cast<double>(value);
}

// What `found` loses against `expected`; whether a node with float inputs made it.
std::optional<Departure> compare(const Value& expected, const Value& found, bool from_floats,
                                 NetworkRow& row) {
    row.values++;
    double scale = 1;
    for (double number : expected.numbers)
        if (std::isfinite(number)) scale = std::max(scale, std::fabs(number));
    for (size_t i = 0; i < expected.numbers.size(); i++) {
        const double a = expected.numbers[i], b = found.numbers[i];
        if (a == b || (std::isnan(a) && std::isnan(b)) ||
            static_cast<float>(a) == static_cast<float>(b))
            continue;
        const double error = std::fabs(a - b) / scale;
        if (!(error <= kNetworkTolerance)) return Departure{"", "", static_cast<int64_t>(i), b, a};
        row.largest = std::max(row.largest, error);
        row.largest_ulp = std::max(row.largest_ulp, std::fabs(a - b) / ulp_of(a));
    }
    for (size_t i = 0; i < expected.integers.size(); i++) {
        const int64_t a = expected.integers[i], b = found.integers[i];
        // A float that lies between two integers may round to either.
        if (a == b || (from_floats && size_of(expected.type) <= 2 &&
                       expected.type != Type::boolean && std::abs(a - b) <= 1))
            continue;
        return Departure{"", "", static_cast<int64_t>(i), static_cast<double>(b),
                         static_cast<double>(a)};
    }
    return std::nullopt;
}

// Each node's outputs against what the reference makes of the runtime's own inputs to it.
void check_nodes(const Graph& graph, Tensors values, const Tensors& inputs, NetworkRow& row,
                 const NetworkOptions& options) {
    values.insert(inputs.begin(), inputs.end());
    for (const Node& node : graph.nodes) {
        bool known = true, floats = false;
        for (const std::string& name : values_read(node)) {
            auto constant = graph.initializers.find(name);
            known &= constant != graph.initializers.end() || values.count(name) > 0;
            if (known)
                floats |= is_float(constant != graph.initializers.end() ? constant->second.type
                                                                        : values.at(name).type);
        }
        for (const std::string& name : node.outputs)
            known &= name.empty() || values.count(name) > 0;
        if (!known) continue;
        const Graph alone = graph_of(node, graph, values);
        std::map<std::string, Value> expected;
        try {
            expected = Evaluator(alone, "reference").run(values);
        } catch (const Error&) {
            continue;
        }
        for (const std::string& name : node.outputs) {
            if (name.empty()) continue;
            Value found = value_of(values.at(name));
            if (found.count() != expected.at(name).count()) continue;
            std::optional<Departure> departure = compare(expected.at(name), found, floats, row);
            if (!departure) continue;
            departure->node = describe(node), departure->value = name;
            row.departure = departure;
            if (options.trace.empty()) return;
            write_file(options.trace / "model.onnx", write_onnx(alone));
            for (size_t i = 0; i < alone.inputs.size(); i++)
                write_file(
                    options.trace / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb"),
                    onnx::write_tensor(values.at(alone.inputs[i].name), alone.inputs[i].name));
            for (size_t i = 0; i < alone.outputs.size(); i++)
                write_file(
                    options.trace / "test_data_set_0" / ("output_" + std::to_string(i) + ".pb"),
                    onnx::write_tensor(tensor_of(expected.at(alone.outputs[i].name)),
                                       alone.outputs[i].name));
            return;
        }
    }
}

// A runtime of which only the outputs are seen.
void check_outputs(const Graph& graph, const Tensors& found,
                   const std::map<std::string, Value>& expected, NetworkRow& row) {
    for (const ValueInfo& output : graph.outputs) {
        if (row.departure) return;
        row.departure =
            compare(expected.at(output.name), value_of(found.at(output.name)), true, row);
        if (row.departure) row.departure->node = "the function", row.departure->value = output.name;
    }
}

}  // namespace

bool NetworkReport::same() const {
    return std::all_of(rows.begin(), rows.end(), [](const NetworkRow& row) { return row.same(); });
}

std::vector<std::string> network_runtimes() {
    return {"plan", "c", "node"};
}

NetworkReport verify_network(const Graph& given, const fs::path& model,
                             const NetworkOptions& options) {
    const std::string where = model.string();
    const Graph graph = with_static_inputs(with_declared_parameters(given), 1, where),
                all = with_all_outputs(graph, where);
    const Tensors inputs = inputs_of(graph, options);
    const Plan plan = make_network_plan(all, "network", where);
    NetworkReport report;
    report.nodes = graph.nodes.size();
    auto add = [&](const std::string& runtime, auto compare_with) {
        NetworkRow& row = report.rows.emplace_back();
        row.runtime = runtime;
        try {
            compare_with(row);
        } catch (const Absent& absent) {
            row.absent = absent.where() + ": " + absent.what();
        } catch (const Error& error) {
            row.failure = error.where() + ": " + error.what();
        }
    };
    auto add_chosen = [&](const std::string& key, const std::string& runtime, auto run) {
        const auto& chosen = options.runtimes;
        if (chosen.empty() || std::find(chosen.begin(), chosen.end(), key) != chosen.end())
            add(runtime, [&](NetworkRow& row) { check_nodes(graph, run(), inputs, row, options); });
    };
    add_chosen("plan", "plan", [&] { return run_plan(plan, all, inputs); });
    add_chosen("c", "compiled C", [&] { return run_compiled(plan, all, inputs, options.folder); });
    add_chosen("node", "onnxruntime-node",
               [&] { return run_onnxruntime(all, inputs, options.folder); });
    if (!options.foreign_c.empty())
        add(options.foreign_c.filename().string(), [&](NetworkRow& row) {
            check_outputs(graph, run_foreign(options, graph, inputs),
                          Evaluator(graph, where).run(inputs), row);
        });
    return report;
}

}  // namespace quillet

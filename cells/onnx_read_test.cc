// Tests of the ONNX reader and writer: round trips, other writers' habits, damaged and hostile
// files.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"
#include "cells/test_models.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

// Protobuf's wire format by hand, so that the reader is not tested against its own writer alone.
std::string varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}
std::string number(int field, uint64_t value) {
    return varint(static_cast<uint64_t>(field) << 3) + varint(value);
}
std::string bytes(int field, const std::string& value) {
    return varint(static_cast<uint64_t>(field) << 3 | 2) + varint(value.size()) + value;
}
uint64_t negative(int64_t value) {
    return static_cast<uint64_t>(value);
}

std::string raw(const std::vector<float>& values) {
    return floats({}, values).bytes;
}

std::string tensor(const std::string& name, const std::vector<uint64_t>& dims, int type,
                   const std::string& data) {
    std::string result = bytes(8, name) + number(2, static_cast<uint64_t>(type));
    for (uint64_t dim : dims) result += number(1, dim);
    return result + data;
}
std::string info(const std::string& name, const std::string& dims) {
    return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, dims)));
}
std::string node(const std::string& op, const std::string& input, const std::string& output) {
    return bytes(1, input) + bytes(2, output) + bytes(3, "the node") + bytes(4, op);
}
const std::string kOneDim = bytes(1, number(1, 2));
const std::string kHead = number(1, 8) + bytes(8, number(2, 17));
const std::string kEnds = bytes(11, info("x", kOneDim)) + bytes(12, info("y", kOneDim));

// A model of `graph` fields: x [2] in, y [2] out.
std::string model(const std::string& graph) {
    return kHead + bytes(7, graph + kEnds);
}

std::string error_of(const std::string& file) {
    try {
        read_onnx(file, "m");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}
void expect_error(const std::string& file, const std::string& part) {
    EXPECT_NE(error_of(file).find(part), std::string::npos) << "got: " << error_of(file);
}

Tensor read_tensor(const std::string& proto) {
    return read_onnx(model(bytes(5, proto) + bytes(1, node("Relu", "x", "y"))), "m")
        .initializers.at("t");
}

TEST(OnnxWrite, EveryKindOfAttributeAndTypeComesBack) {
    Graph graph;
    graph.name = "all";
    graph.opset = 17;
    graph.producer = "test";
    graph.metadata = {{"b", "2"}, {"a", "\xC3\xA9\n"}, {"empty", ""}};
    graph.inputs = {{"x", Type::float32, {-1, 2}}};
    graph.outputs = {{"y", Type::float32, {}, false}};
    graph.initializers = {{"i8", int8s({2}, {-128, 127})}, {"u32", uint32s({1}, {4000000000u})},
                          {"scalar", floats({}, {1.5f})},  {"none", int64s({0, 3}, {})},
                          {"yes", booleans({1}, {1})},     {"i64", int64s({1}, {INT64_MIN})}};
    graph.nodes = {{"n",
                    "Anything",
                    "",
                    {"x", "", "i8"},
                    {"", "y"},
                    {{"f", -0.25f},
                     {"i", int64_t{-3}},
                     {"s", std::string("a\0b", 3)},
                     {"t", floats({1, 2}, {1, 2})},
                     {"fs", std::vector<float>{1, 2.5}},
                     {"is", std::vector<int64_t>{-1, 1}},
                     {"ss", std::vector<std::string>{"x", ""}},
                     {"none", std::vector<int64_t>{}}}}};
    Graph again = read_onnx(write_onnx(graph), "m");
    EXPECT_EQ(again, graph);
    EXPECT_EQ(write_onnx(again), write_onnx(graph));
}

TEST(OnnxRead, TakesTypedDataPackedOrNot) {
    EXPECT_EQ(read_tensor(tensor("t", {2}, 6, bytes(5, varint(7) + varint(negative(-2))))),
              int32s({2}, {7, -2}));
    EXPECT_EQ(read_tensor(tensor("t", {2}, 6, number(5, 7) + number(5, negative(-2)))),
              int32s({2}, {7, -2}));
    EXPECT_EQ(read_tensor(tensor("t", {1}, 3, number(5, negative(-128)))), int8s({1}, {-128}));
    EXPECT_EQ(read_tensor(tensor("t", {1}, 7, number(7, negative(-5)))), int64s({1}, {-5}));
    EXPECT_EQ(read_tensor(tensor("t", {1}, 12, number(11, 4000000000u))),
              uint32s({1}, {4000000000u}));
    EXPECT_EQ(read_tensor(tensor("t", {2}, 1, bytes(4, raw({1, 2})))), floats({2}, {1, 2}));
    EXPECT_EQ(read_tensor(tensor("t", {}, 1, bytes(9, raw({3})))), floats({}, {3}));
    EXPECT_EQ(read_tensor(tensor("t", {0, 5}, 1, "")), floats({0, 5}, {}));
}

TEST(OnnxRead, RefusesTensorsThatDoNotFitTheirShape) {
    auto refuse = [](const std::string& proto, const std::string& part) {
        expect_error(model(bytes(5, proto) + bytes(1, node("Relu", "x", "y"))), part);
    };
    uint64_t huge = uint64_t{1} << 40;
    refuse(tensor("t", {3}, 1, bytes(9, raw({1, 2}))),
           "tensor 't': holds 8 bytes of data; its shape needs 12");
    refuse(tensor("t", {negative(-1)}, 1, ""), "dimension of -1");
    refuse(tensor("t", {huge, huge, 4}, 1, bytes(9, raw({1}))), "more elements than any memory");
    refuse(tensor("t", {huge, huge, 0}, 1, ""), "more elements than any memory");
    refuse(tensor("t", {uint64_t{1} << 63}, 1, ""), "dimension of -9223372036854775808");
    refuse(tensor("t", {uint64_t{1} << 39}, 1, bytes(9, raw({1}))), "holds 4 bytes of data");
    refuse(tensor("t", {2}, 1, bytes(4, raw({1, 2})) + bytes(9, raw({1, 2}))),
           "has its data twice");
    refuse(tensor("t", {1}, 1, number(7, 1)), "in another field");
    refuse(tensor("t", {2}, 1, bytes(4, "12345")), "cut within a value");
    refuse(tensor("t", {1}, 14, bytes(9, "ab")), "element type complex64, which is not supported");
    refuse(tensor("t", {1}, 8, ""), "element type string");
    refuse(tensor("t", {1}, 99, ""), "element type 99");
    refuse(tensor("t", {1}, 1, number(14, 1)), "keeps its data in another file");
    refuse(tensor("t", {1}, 1, bytes(3, number(1, 0) + number(2, 1)) + bytes(9, raw({1}))),
           "segment");
    refuse(tensor("", {1}, 1, bytes(9, raw({1}))), "initializer without a name");
    std::string good = bytes(5, tensor("t", {1}, 1, bytes(9, raw({1}))));
    expect_error(model(good + good + bytes(1, node("Relu", "x", "y"))), "initializer 't' twice");
}

// A TensorProto of two floats whose data stand in another file, by entries of key and value.
std::string external(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string proto = tensor("t", {2}, 1, number(14, 1));
    for (const auto& [key, value] : entries)
        proto += bytes(13, bytes(1, key) + number(7, 1) + bytes(2, value));
    return proto;
}

TEST(OnnxRead, TakesDataOfAFileBesideTheModel) {
    const TemporaryFolder folder;
    write_file(folder.path() / "below/w.data", raw({9, 1, 2, 8}));
    auto read = [&](const std::string& proto) {
        return read_onnx(model(bytes(5, proto) + bytes(1, node("Relu", "x", "y"))),
                         (folder.path() / "m.onnx").string())
            .initializers.at("t");
    };
    auto complaint = [&](const std::vector<std::pair<std::string, std::string>>& entries) {
        try {
            read(external(entries));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    const std::pair<std::string, std::string> place = {"location", "below/w.data"};
    EXPECT_EQ(read(external({place, {"offset", "4"}, {"length", "8"}})), floats({2}, {1, 2}));
    EXPECT_EQ(read(external({{"checksum", "1"}, {"offset", "8"}, place})), floats({2}, {2, 8}));
    EXPECT_EQ(read(external({place})), floats({2}, {9, 1}));
    // A value may stand before its key.
    EXPECT_EQ(
        read(tensor("t", {2}, 1,
                    number(14, 1) + bytes(13, bytes(2, "below/w.data") + bytes(1, "location")))),
        floats({2}, {9, 1}));
    const auto expect = [&](const std::vector<std::pair<std::string, std::string>>& entries,
                            const std::string& part) {
        EXPECT_NE(complaint(entries).find(part), std::string::npos) << complaint(entries);
    };
    expect({place, {"offset", "12"}}, "needs 8 bytes at 12 of 'below/w.data', which holds 16");
    expect({place, {"offset", "17"}}, "needs 8 bytes at 17");
    expect({place, {"length", "4"}}, "its entry says 4");
    expect({place, {"offset", "4x"}}, "offset '4x'");
    expect({{"location", "w.data"}}, "not beside the model");
    expect({{"location", "below"}}, "not beside the model");
    expect({{"location", "../w.data"}}, "expected a file in the model's own folder");
    expect({}, "does not say which");
}

TEST(OnnxRead, CallsATextAText) {
    expect_error("Roses are red,\nviolets are blue\n", "is a text, not an ONNX model");
    expect_error("\xEF\xBB\xBF{\"a\":\t1}\r\n", "is a text, not an ONNX model");
    EXPECT_EQ(error_of(kHead + "not a text").find("is a text"), std::string::npos);
    EXPECT_EQ(error_of("a\x1B[0m").find("is a text"), std::string::npos);
}

TEST(OnnxRead, RefusesGraphsThatCannotRun) {
    EXPECT_EQ(error_of(model(bytes(1, node("Relu", "x", "y")))), "no error");
    expect_error(model(bytes(1, node("Relu", "z", "y"))),
                 "m: node 'the node' (Relu): reads 'z', which nothing before it");
    expect_error(model(bytes(1, node("Relu", "w", "y")) + bytes(1, node("Relu", "x", "w"))),
                 "reads 'w'");
    expect_error(model(bytes(1, node("Relu", "x", "y")) + bytes(1, node("Relu", "x", "y"))),
                 "makes 'y', which");
    expect_error(model(bytes(1, node("Relu", "x", "x"))), "makes 'x', which");
    expect_error(model(bytes(1, node("Relu", "x", "w"))),
                 "has the output 'y', which nothing makes");
    expect_error(model(bytes(1, node("", "x", "y"))), "names no operator");
    expect_error(model(bytes(1, node("Relu", "x", ""))), "has no output");
    expect_error(model(bytes(1, node("Fused", "x", "y") + bytes(7, "com.example"))),
                 "of domain com.example");
    EXPECT_EQ(error_of(model(bytes(1, node("Relu", "x", "y") + bytes(7, "ai.onnx")))), "no error");
    std::string nested = bytes(5, bytes(1, "body") + number(20, 5) + bytes(6, ""));
    expect_error(model(bytes(1, node("Loop", "x", "y") + nested)),
                 "m: node 'the node' (Loop): graph 'body': has no outputs");
    std::string axis = bytes(5, bytes(1, "axis") + number(3, 1) + number(20, 2));
    expect_error(model(bytes(1, node("Relu", "x", "y") + axis + axis)), "attribute 'axis' twice");
    expect_error(model(bytes(1, node("Relu", "x", "y")) + bytes(15, "")), "sparse initializer");
    expect_error(kHead + bytes(7, bytes(1, node("Relu", "x", "y")) +
                                      bytes(11, bytes(1, "x") + bytes(2, bytes(4, ""))) + kEnds),
                 "'x': is not a tensor");
    // Within a node it is left to the nodes that make or read it.
    const std::string sequence =
        bytes(5, bytes(1, "body") + number(20, 5) +
                     bytes(6, bytes(11, bytes(1, "s") + bytes(2, bytes(4, ""))) +
                                  bytes(1, node("Relu", "s", "t")) + bytes(12, bytes(1, "t"))));
    const Graph graph = read_onnx(model(bytes(1, node("Loop", "x", "y") + sequence)), "m");
    EXPECT_EQ(std::get<Subgraph>(graph.nodes[0].attributes.at("body")).graph->inputs[0].type,
              kUnknownType);
    expect_error(model(bytes(1, node("Relu", "x", "y")) + bytes(11, info("x", kOneDim))),
                 "input 'x' twice");
    expect_error(model(bytes(1, node("Relu", "x", "y")) +
                       bytes(11, info("v", bytes(1, number(1, negative(-7)))))),
                 "'v': has a dimension of -7");
}

TEST(OnnxRead, TakesWhatOtherWritersLeaveOutOrAdd) {
    // An attribute without its kind, unknown fields, an initializer listed as an input, a symbolic
    // dimension, no shape.
    std::string axis = bytes(5, bytes(1, "axis") + number(3, 1));
    std::string symbolic =
        bytes(11, info("s", bytes(1, bytes(2, "batch")))) + bytes(11, info("t", kOneDim));
    std::string weight = bytes(5, tensor("t", {2}, 1, bytes(9, raw({1, 2}))));
    Graph graph = read_onnx(
        model(weight + symbolic + number(99, 5) + bytes(1, node("Relu", "x", "y") + axis)), "m");
    EXPECT_EQ(graph.nodes[0].attributes.at("axis"), Attribute(int64_t{1}));
    ASSERT_EQ(graph.inputs.size(), 2u);
    EXPECT_EQ(graph.inputs[0].shape, (std::vector<int64_t>{-1}));
    // An operator set with more fields than its domain and version.
    const std::string rest = bytes(7, bytes(1, node("Relu", "x", "y")) + kEnds);
    EXPECT_EQ(
        read_onnx(number(1, 8) + bytes(8, bytes(9, "note") + number(2, 17) + number(7, 1)) + rest,
                  "m")
            .opset,
        17);
    for (uint64_t opset : {0, 1, 23, 24}) {
        const std::string error = error_of(number(1, 8) + bytes(8, number(2, opset)) + rest);
        EXPECT_EQ(error.find("is of opset") != std::string::npos, opset % 24 == 0) << error;
    }
    // A dimension of -1 is one that is not known; there is none of -2.
    EXPECT_EQ(
        error_of(kHead + bytes(7, bytes(1, node("Relu", "x", "y")) +
                                      bytes(11, info("x", bytes(1, number(1, negative(-1))))) +
                                      bytes(12, info("y", kOneDim)))),
        "no error");
    EXPECT_NE(
        error_of(kHead + bytes(7, bytes(1, node("Relu", "x", "y")) +
                                      bytes(11, info("x", bytes(1, number(1, negative(-2))))) +
                                      bytes(12, info("y", kOneDim)))),
        "no error");
    std::string untold = bytes(1, "x") + bytes(2, bytes(1, number(1, 1)));
    expect_error(kHead + bytes(7, bytes(1, node("Relu", "x", "y")) + bytes(11, untold) +
                                      bytes(12, info("y", kOneDim))),
                 "does not say the shape of input 'x'");
}

TEST(OnnxRead, PassesOverUnknownFieldsOfEveryMessage) {
    const auto noted = [](const std::string& message) {
        return bytes(90, "note") + message + number(91, 7);
    };
    const auto named = [&](const std::string& name) {
        const std::string dimension = noted(number(1, 2)), shape = noted(bytes(1, dimension));
        const std::string type = noted(number(1, 1) + bytes(2, shape));
        return noted(bytes(1, name) + bytes(2, noted(bytes(1, type))));
    };
    const std::string axis = bytes(5, noted(bytes(1, "axis") + number(3, 1) + number(20, 2)));
    const std::string weight = bytes(5, noted(tensor("t", {2}, 1, bytes(9, raw({1, 2})))));
    const std::string graph =
        noted(weight + bytes(1, noted(node("Add", "x", "y") + bytes(1, "t") + axis)) +
              bytes(11, named("x")) + bytes(12, named("y")));
    const Graph read =
        read_onnx(noted(number(1, 8) + bytes(8, noted(number(2, 17))) + bytes(7, graph) +
                        bytes(14, noted(bytes(1, "key") + bytes(2, "value")))),
                  "m");
    EXPECT_EQ(read.inputs.at(0).shape, (std::vector<int64_t>{2}));
    EXPECT_EQ(read.nodes.at(0).inputs, (std::vector<std::string>{"x", "t"}));
    EXPECT_EQ(read.nodes.at(0).attributes.at("axis"), Attribute(int64_t{1}));
    EXPECT_EQ(read.initializers.at("t"), floats({2}, {1, 2}));
    EXPECT_EQ(read.metadata.at("key"), "value");
}

TEST(OnnxRead, NamesWhatTheFileIs) {
    std::string graph = bytes(7, bytes(1, node("Relu", "x", "y")) + kEnds);
    EXPECT_EQ(error_of(""), "m: is empty; expected an ONNX model");
    expect_error("not a model at all\n", "m: is");
    expect_error(std::string(1000, '\0'), "is not an ONNX model");
    expect_error("\x89PNG\r\n\x1a\n", "m: is");
    expect_error(number(1, 2) + bytes(8, number(2, 17)) + graph,
                 "IR version 2; versions 3 to 13 are supported");
    expect_error(number(1, 8) + graph, "names no opset");
    expect_error(number(1, 8) + bytes(8, number(2, 0)) + graph,
                 "is of opset 0; opsets 1 to 23 are supported");
    expect_error(number(1, 8) + bytes(8, number(2, 24)) + graph,
                 "is of opset 24; opsets 1 to 23 are supported");
    expect_error(number(1, 8) + bytes(8, bytes(1, "ai.onnx.ml") + number(2, 3)) + graph,
                 "names no opset");
    expect_error(kHead, "has no graph");
    expect_error(kHead + graph + graph, "two graphs");
    expect_error(kHead + bytes(14, bytes(1, "k")) + bytes(14, bytes(1, "k")) + graph,
                 "metadata 'k' twice");
    expect_error(kHead + bytes(14, bytes(1, "\xFF")) + graph, "not UTF-8");
    expect_error(model(bytes(1, node("Relu", "x", "a\x1b[2J"))), "name with a control character");
    expect_error(kHead + number(7, 1), "field 7 has another wire type");
    for (int opset = 7; opset <= 23; opset++)
        EXPECT_EQ(
            read_onnx(number(1, 3) + bytes(8, number(2, static_cast<uint64_t>(opset))) + graph, "m")
                .opset,
            opset);
}

TEST(OnnxRead, SeesEveryTruncation) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        RecurrentModel small = random_model(cell, 1, 0, 2);
        small.metadata["quillet.licence"] = "CC0";
        std::string file = write_onnx(to_graph(small));
        for (size_t length = 0; length < file.size(); length++)
            ASSERT_THROW(read_onnx(file.substr(0, length), "m"), Error)
                << "cut to " << length << " bytes";
    }
}

TEST(OnnxRead, SurvivesDamage) {
    std::string file = write_onnx(to_graph(random_model(Cell::lstm, 1, 3, 2)));
    std::mt19937 random(7);
    auto read = [](const std::string& damaged) {
        try {
            read_onnx(damaged, "m");
        } catch (const Error&) {
        }
    };
    for (size_t bit = 0; bit < 8 * file.size(); bit++) {
        std::string damaged = file;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
        read(damaged);
    }
    for (int round = 0; round < 5000; round++) {
        std::string damaged = file;
        for (int i = 0; i < 4; i++)
            damaged[random() % damaged.size()] = static_cast<char>(random() % 3 ? random() : 0xFF);
        if (round % 2) damaged.erase(random() % damaged.size(), random() % 9);
        read(damaged);
    }
}

}  // namespace
}  // namespace quillet

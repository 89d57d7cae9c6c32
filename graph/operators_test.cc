// Tests of the operators' rules by small cases worked out by hand from ONNX's operator pages.
// SPDX-License-Identifier: MIT
#include "graph/operators.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

using Longs = std::vector<int64_t>;
using Doubles = std::vector<double>;

Longs longs(const Tensor& tensor) {
    return value_of(tensor).integers;
}

// Floats within rounding of what was worked out.
void expect_numbers(const Tensor& tensor, const std::vector<int64_t>& shape,
                    const Doubles& expected) {
    EXPECT_EQ(tensor.shape, shape);
    ASSERT_EQ(tensor.type, Type::float64);
    Doubles values = tensor.values<double>();
    ASSERT_EQ(values.size(), expected.size());
    for (size_t i = 0; i < values.size(); i++)
        EXPECT_NEAR(values[i], expected[i], 1e-7) << "element " << i;
}

std::string error_of(const OneNode& node, const std::vector<Tensor>& inputs) {
    try {
        node(inputs);
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

TEST(Operators, TableIsInOrderAndFound) {
    for (size_t i = 1; i < operators().size(); i++)
        EXPECT_LT(operators()[i - 1].name, operators()[i].name);
    for (const Operator& row : operators()) EXPECT_EQ(find_operator(row.name), &row);
    EXPECT_EQ(find_operator("Loop"), nullptr);
}

TEST(Elementwise, FloatsBroadcast) {
    Tensor column = floats({2, 1}, {1, 2}), row = floats({3}, {10, 20, 40});
    expect_numbers(OneNode{"Add"}({column, row}), {2, 3}, {11, 21, 41, 12, 22, 42});
    expect_numbers(OneNode{"Sub"}({column, row}), {2, 3}, {-9, -19, -39, -8, -18, -38});
    expect_numbers(OneNode{"Mul"}({column, row}), {2, 3}, {10, 20, 40, 20, 40, 80});
    expect_numbers(OneNode{"Div"}({row, column}), {2, 3}, {10, 20, 40, 5, 10, 20});
    expect_numbers(OneNode{"Max"}({column, row, floats({}, {15})}), {2, 3},
                   {15, 20, 40, 15, 20, 40});
    expect_numbers(OneNode{"Min"}({column, row, floats({}, {1.5})}), {2, 3},
                   {1, 1, 1, 1.5, 1.5, 1.5});
    expect_numbers(OneNode{"Pow"}({row, floats({}, {2})}), {3}, {100, 400, 1600});
}

TEST(Elementwise, FunctionsOfOneNumber) {
    Tensor x = floats({3}, {-1, 0, 2});
    expect_numbers(OneNode{"Sigmoid"}({x}), {3}, {0.2689414213699951, 0.5, 0.8807970779778823});
    expect_numbers(OneNode{"Tanh"}({x}), {3}, {-0.7615941559557649, 0, 0.9640275800758169});
    expect_numbers(OneNode{"Exp"}({x}), {3}, {0.36787944117144233, 1, 7.38905609893065});
    expect_numbers(OneNode{"Relu"}({x}), {3}, {0, 0, 2});
    expect_numbers(OneNode{"Neg"}({x}), {3}, {1, 0, -2});
    expect_numbers(OneNode{"Abs"}({x}), {3}, {1, 0, 2});
    expect_numbers(OneNode{"Sign"}({x}), {3}, {-1, 0, 1});
    expect_numbers(OneNode{"Softplus"}({x}), {3},
                   {0.3132616875182228, 0.6931471805599453, 2.1269280110429727});
    expect_numbers(OneNode{"Round"}({floats({4}, {0.5, 1.5, -2.5, 2.6})}), {4}, {0, 2, -2, 3});
    expect_numbers(OneNode{"Floor"}({floats({2}, {-1.5, 1.5})}), {2}, {-2, 1});
    expect_numbers(OneNode{"Ceil"}({floats({2}, {-1.5, 1.5})}), {2}, {-1, 2});
    expect_numbers(OneNode{"Sqrt"}({floats({1}, {9})}), {1}, {3});
    expect_numbers(OneNode{"Log"}({floats({1}, {1})}), {1}, {0});
    expect_numbers(OneNode{"Reciprocal"}({floats({1}, {4})}), {1}, {0.25});
    expect_numbers(OneNode{"Erf"}({floats({1}, {1})}), {1}, {0.8427007929497149});
}

TEST(Elementwise, IntegersWrapAround) {
    Tensor big = int32s({2}, {2147483647, -2147483647 - 1}), one = int32s({}, {1});
    EXPECT_EQ(longs(OneNode{"Add"}({big, one})), (Longs{-2147483648, -2147483647}));
    EXPECT_EQ(longs(OneNode{"Sub"}({big, one})), (Longs{2147483646, 2147483647}));
    EXPECT_EQ(longs(OneNode{"Mul"}({big, int32s({}, {3})})), (Longs{2147483645, -2147483648}));
    EXPECT_EQ(longs(OneNode{"Div"}({big, int32s({}, {-1})})), (Longs{-2147483647, -2147483648}));
    EXPECT_EQ(longs(OneNode{"Neg"}({big})), (Longs{-2147483647, -2147483648}));
    EXPECT_EQ(longs(OneNode{"Mul"}({uint32s({1}, {0x9E3779B9}), uint32s({1}, {0x21F0AAAD})})),
              (Longs{static_cast<uint32_t>(0x9E3779B9u * 0x21F0AAADu)}));
    Tensor least = int64s({1}, {INT64_MIN});
    EXPECT_EQ(longs(OneNode{"Div"}({least, int64s({1}, {-1})})), (Longs{INT64_MIN}));
    EXPECT_EQ(longs(OneNode{"Add"}({least, least})), (Longs{0}));
    EXPECT_EQ(longs(OneNode{"Add"}({int8s({1}, {127}), int8s({1}, {2})})), (Longs{-127}));
    EXPECT_EQ(longs(OneNode{"Add"}({uint8s({1}, {250}), uint8s({1}, {10})})), (Longs{4}));
}

TEST(Elementwise, IntegerDivisionTruncatesAndModFloors) {
    Tensor a = int32s({4}, {7, -7, 7, -7}), b = int32s({4}, {2, 2, -2, -2});
    EXPECT_EQ(longs(OneNode{"Div"}({a, b})), (Longs{3, -3, -3, 3}));
    EXPECT_EQ(longs(OneNode{"Mod"}({a, b})), (Longs{1, 1, -1, -1}));
    EXPECT_EQ(longs(OneNode{"Mod", 17, {{"fmod", int64_t{1}}}}({a, b})), (Longs{1, -1, 1, -1}));
    expect_numbers(
        OneNode{"Mod", 17, {{"fmod", int64_t{1}}}}({floats({1}, {-5.5}), floats({1}, {2})}), {1},
        {-1.5});
    EXPECT_EQ(error_of({"Div"}, {a, int32s({}, {0})}),
              "m.onnx: node 'n' (Div, opset 17): divides an integer by zero");
    EXPECT_NE(error_of({"Mod"}, {floats({}, {1}), floats({}, {1})}).find("fmod"),
              std::string::npos);
}

TEST(Elementwise, BitsOfUnsignedIntegers) {
    Tensor a = uint32s({3}, {1, 0x80000000, 0xF0}), by = uint32s({3}, {4, 1, 32});
    EXPECT_EQ(longs(OneNode{"BitShift", 17, {{"direction", std::string("LEFT")}}}({a, by})),
              (Longs{16, 0, 0}));
    EXPECT_EQ(longs(OneNode{"BitShift", 17, {{"direction", std::string("RIGHT")}}}({a, by})),
              (Longs{0, 0x40000000, 0}));
    EXPECT_EQ(longs(OneNode{"BitwiseXor", 18}({int32s({2}, {12, -1}), int32s({2}, {10, 1})})),
              (Longs{6, -2}));
    EXPECT_EQ(longs(OneNode{"BitwiseAnd", 18}({uint8s({1}, {12}), uint8s({1}, {10})})), (Longs{8}));
    EXPECT_EQ(longs(OneNode{"BitwiseOr", 18}({uint8s({1}, {12}), uint8s({1}, {10})})), (Longs{14}));
    EXPECT_EQ(longs(OneNode{"BitwiseNot", 18}({uint8s({1}, {12})})), (Longs{243}));
    EXPECT_NE(error_of({"BitShift", 17, {{"direction", std::string("LEFT")}}},
                       {int32s({}, {1}), int32s({}, {1})})
                  .find("only unsigned"),
              std::string::npos);
}

TEST(Elementwise, ComparisonsAndLogic) {
    Tensor a = int64s({3}, {1, 2, 3}), b = int64s({}, {2});
    EXPECT_EQ(longs(OneNode{"Equal"}({a, b})), (Longs{0, 1, 0}));
    EXPECT_EQ(longs(OneNode{"Less"}({a, b})), (Longs{1, 0, 0}));
    EXPECT_EQ(longs(OneNode{"LessOrEqual"}({a, b})), (Longs{1, 1, 0}));
    EXPECT_EQ(longs(OneNode{"Greater"}({a, b})), (Longs{0, 0, 1}));
    EXPECT_EQ(longs(OneNode{"GreaterOrEqual"}({a, b})), (Longs{0, 1, 1}));
    Tensor p = booleans({4}, {0, 0, 1, 1}), q = booleans({4}, {0, 1, 0, 1});
    EXPECT_EQ(longs(OneNode{"And"}({p, q})), (Longs{0, 0, 0, 1}));
    EXPECT_EQ(longs(OneNode{"Or"}({p, q})), (Longs{0, 1, 1, 1}));
    EXPECT_EQ(longs(OneNode{"Xor"}({p, q})), (Longs{0, 1, 1, 0}));
    EXPECT_EQ(longs(OneNode{"Not"}({p})), (Longs{1, 1, 0, 0}));
    Tensor huge = Tensor::of<uint64_t>(Type::uint64, {1}, {UINT64_MAX}),
           zero = Tensor::of<uint64_t>(Type::uint64, {1}, {0});
    EXPECT_EQ(longs(OneNode{"Greater"}({huge, zero})), (Longs{1}));
    EXPECT_EQ(longs(OneNode{"Max"}({huge, zero})), (Longs{-1}));  // the bits of 2^64 - 1
}

TEST(Elementwise, ClipWhereCast) {
    Tensor x = int32s({4}, {-600, -5, 5, 600});
    EXPECT_EQ(longs(OneNode{"Clip"}({x, int32s({}, {-512}), int32s({}, {511})})),
              (Longs{-512, -5, 5, 511}));
    EXPECT_EQ(longs(OneNode{"Clip"}({x, kNone, int32s({}, {0})})), (Longs{-600, -5, 0, 0}));
    expect_numbers(OneNode{"Clip", 7, {{"min", -1.0f}, {"max", 1.0f}}}({floats({3}, {-3, 0.5, 3})}),
                   {3}, {-1, 0.5, 1});
    EXPECT_EQ(
        longs(OneNode{"Where"}({booleans({2, 1}, {1, 0}), int64s({2}, {1, 2}), int64s({}, {9})})),
        (Longs{1, 2, 9, 9}));
    auto cast = [](Type to, const Tensor& from) {
        return longs(OneNode{"Cast", 17, {{"to", static_cast<int64_t>(to)}}}({from}));
    };
    EXPECT_EQ(cast(Type::int32, floats({4}, {1.9f, -1.9f, 3e10f, NAN})),
              (Longs{1, -1, 2147483647, 0}));
    EXPECT_EQ(cast(Type::uint8, floats({3}, {-4, 255.5f, 300})), (Longs{0, 255, 255}));
    EXPECT_EQ(cast(Type::int8, int32s({3}, {300, -129, 127})), (Longs{44, 127, 127}));
    EXPECT_EQ(cast(Type::boolean, floats({3}, {0, 0.5f, -1})), (Longs{0, 1, 1}));
    EXPECT_EQ(cast(Type::uint32, int64s({1}, {-1})), (Longs{4294967295}));
    expect_numbers(OneNode{"Cast", 17, {{"to", int64_t{1}}}}({int64s({2}, {-3, 7})}), {2}, {-3, 7});
    EXPECT_NE(error_of({"Cast", 17, {{"to", int64_t{16}}}}, {x}).find("bfloat16"),
              std::string::npos);
}

TEST(Reshaping, ShapesAndConstants) {
    Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(longs(OneNode{"Shape"}({x})), (Longs{2, 3}));
    EXPECT_EQ(longs(OneNode{"Shape", 15, {{"start", int64_t{-1}}}}({x})), (Longs{3}));
    EXPECT_EQ(longs(OneNode{"Size"}({x})), (Longs{6}));
    EXPECT_EQ(longs(OneNode{"Constant", 13, {{"value_ints", Longs{4, 5}}}}({})), (Longs{4, 5}));
    expect_numbers(OneNode{"Constant", 9, {{"value", floats({1}, {2.5})}}}({}), {1}, {2.5});
    EXPECT_EQ(
        longs(OneNode{"ConstantOfShape", 9, {{"value", int64s({1}, {7})}}}({int64s({2}, {1, 2})})),
        (Longs{7, 7}));
    expect_numbers(OneNode{"ConstantOfShape"}({int64s({1}, {2})}), {2}, {0, 0});
    EXPECT_EQ(longs(OneNode{"Range"}({int64s({}, {1}), int64s({}, {8}), int64s({}, {3})})),
              (Longs{1, 4, 7}));
    EXPECT_NE(error_of({"ConstantOfShape"}, {int64s({1}, {-1})}).find("dimension of -1"),
              std::string::npos);
    EXPECT_NE(
        error_of({"ConstantOfShape"}, {int64s({2}, {1 << 30, 1 << 30})}).find("more elements"),
        std::string::npos);
}

TEST(Reshaping, KeepsTheElements) {
    Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
    expect_numbers(OneNode{"Reshape"}({x, int64s({2}, {3, -1})}), {3, 2}, {1, 2, 3, 4, 5, 6});
    expect_numbers(OneNode{"Reshape"}({x, int64s({3}, {0, 1, -1})}), {2, 1, 3}, {1, 2, 3, 4, 5, 6});
    expect_numbers(OneNode{"Flatten"}({floats({1, 2, 2}, {1, 2, 3, 4})}), {1, 4}, {1, 2, 3, 4});
    Tensor one = floats({1, 2, 1}, {1, 2});
    expect_numbers(OneNode{"Squeeze", 11, {{"axes", Longs{0}}}}({one}), {2, 1}, {1, 2});
    expect_numbers(OneNode{"Squeeze"}({one, int64s({1}, {-1})}), {1, 2}, {1, 2});
    expect_numbers(OneNode{"Squeeze"}({one}), {2}, {1, 2});
    expect_numbers(OneNode{"Unsqueeze", 11, {{"axes", Longs{0, 2}}}}({floats({2}, {1, 2})}),
                   {1, 2, 1}, {1, 2});
    expect_numbers(OneNode{"Unsqueeze"}({floats({2}, {1, 2}), int64s({1}, {-1})}), {2, 1}, {1, 2});
    expect_numbers(OneNode{"Expand"}({floats({2, 1}, {1, 2}), int64s({2}, {1, 2})}), {2, 2},
                   {1, 1, 2, 2});
    EXPECT_EQ(error_of({"Reshape"}, {x, int64s({2}, {4, -1})}),
              "m.onnx: node 'n' (Reshape, opset 17): reshapes [2, 3] to [4, -1], which has other "
              "elements");
    int64_t big = int64_t{1} << 40;
    EXPECT_NE(error_of({"Reshape"}, {x, int64s({3}, {big, big, big})}).find("other elements"),
              std::string::npos);
    EXPECT_NE(error_of({"Squeeze"}, {one, int64s({1}, {1})}).find("which is not 1"),
              std::string::npos);
    EXPECT_NE(error_of({"Squeeze"}, {one, int64s({1}, {5})}).find("names axis 5"),
              std::string::npos);
    EXPECT_NE(error_of({"Squeeze", 13, {{"axes", Longs{0}}}}, {one}).find("since opset 13"),
              std::string::npos);
}

TEST(Selecting, TransposeConcatSplit) {
    Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
    expect_numbers(OneNode{"Transpose"}({x}), {3, 2}, {1, 4, 2, 5, 3, 6});
    Tensor cube = floats({1, 2, 2}, {1, 2, 3, 4});
    expect_numbers(OneNode{"Transpose", 17, {{"perm", Longs{1, 0, 2}}}}({cube}), {2, 1, 2},
                   {1, 2, 3, 4});
    expect_numbers(OneNode{"Concat", 17, {{"axis", int64_t{1}}}}({x, floats({2, 1}, {7, 8})}),
                   {2, 4}, {1, 2, 3, 7, 4, 5, 6, 8});
    expect_numbers(OneNode{"Concat", 17, {{"axis", int64_t{0}}}}({x, x}), {4, 3},
                   {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
    OneNode old{"Split", 11, {{"axis", int64_t{1}}, {"split", Longs{1, 2}}}, 2};
    expect_numbers(old({x}, 0), {2, 1}, {1, 4});
    expect_numbers(old({x}, 1), {2, 2}, {2, 3, 5, 6});
    OneNode now{"Split", 18, {{"axis", int64_t{-1}}, {"num_outputs", int64_t{2}}}, 2};
    expect_numbers(now({x}, 1), {2, 1}, {3, 6});
    EXPECT_NE(
        error_of({"Split", 17, {{"axis", int64_t{1}}}, 2}, {x}).find("splits 3 elements into 2"),
        std::string::npos);
    EXPECT_NE(error_of({"Concat", 17, {{"axis", int64_t{0}}}}, {x, floats({1, 1}, {1})})
                  .find("joins shapes"),
              std::string::npos);
}

TEST(Selecting, Slice) {
    Tensor x = floats({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    expect_numbers(
        OneNode{"Slice", 9, {{"axes", Longs{1}}, {"starts", Longs{1}}, {"ends", Longs{3}}}}({x}),
        {2, 2}, {2, 3, 6, 7});
    auto slice = [&](int64_t start, int64_t end, int64_t axis, int64_t step) {
        return OneNode{"Slice"}({x, int64s({1}, {start}), int64s({1}, {end}), int64s({1}, {axis}),
                                 int64s({1}, {step})});
    };
    expect_numbers(slice(0, INT64_MAX, 1, 2), {2, 2}, {1, 3, 5, 7});
    expect_numbers(slice(-1, INT64_MIN, -1, -3), {2, 2}, {4, 1, 8, 5});
    expect_numbers(slice(3, 1, 1, 1), {2, 0}, {});
    expect_numbers(slice(0, 1, 0, INT64_MAX), {1, 4}, {1, 2, 3, 4});
    expect_numbers(slice(1, INT64_MIN, 0, INT64_MIN), {1, 4}, {5, 6, 7, 8});
    EXPECT_NE(error_of({"Slice"},
                       {x, int64s({1}, {0}), int64s({1}, {1}), int64s({1}, {0}), int64s({1}, {0})})
                  .find("step of zero"),
              std::string::npos);
}

// Worked out by PyTorch 1.13's interpolate(scale_factor=…), which ONNX Runtime agrees with.
TEST(Selecting, ResizeChoosesTheNearestInFloat) {
    auto nearest = [](int64_t length, float scale) {
        std::vector<float> x;
        for (int64_t i = 0; i < length; i++) x.push_back(static_cast<float>(i));
        return value_of(OneNode{"Resize",
                                13,
                                {{"mode", "nearest"},
                                 {"nearest_mode", "floor"},
                                 {"coordinate_transformation_mode", "asymmetric"}}}(
                            {floats({length}, x), floats({0}, {}), floats({1}, {scale})}))
            .numbers;
    };
    EXPECT_EQ(nearest(25, 0.2f), (Doubles{0, 5, 10, 15, 20}));
    EXPECT_EQ(nearest(10, 0.7f), (Doubles{0, 1, 2, 4, 5, 7, 8}));
    EXPECT_EQ(nearest(4, 1.5f), (Doubles{0, 0, 1, 2, 2, 3}));
}

TEST(Selecting, GatherAndOneHot) {
    Tensor table = floats({3, 2}, {1, 2, 3, 4, 5, 6});
    expect_numbers(OneNode{"Gather"}({table, int64s({2}, {2, -3})}), {2, 2}, {5, 6, 1, 2});
    expect_numbers(OneNode{"Gather", 17, {{"axis", int64_t{1}}}}({table, int32s({}, {1})}), {3},
                   {2, 4, 6});
    EXPECT_NE(error_of({"Gather"}, {table, int64s({}, {3})}).find("index 3"), std::string::npos);
    Tensor depth = int64s({}, {3}), values = floats({2}, {-1, 1});
    expect_numbers(OneNode{"OneHot"}({int64s({2}, {1, -1}), depth, values}), {2, 3},
                   {-1, 1, -1, -1, -1, 1});
    expect_numbers(
        OneNode{"OneHot", 17, {{"axis", int64_t{0}}}}({int64s({2}, {1, 7}), depth, values}), {3, 2},
        {-1, -1, 1, -1, -1, -1});
}

TEST(Products, MatMulAndGemm) {
    Tensor a = floats({2, 2}, {1, 2, 3, 4}), b = floats({2, 3}, {1, 0, 2, 0, 1, 3});
    expect_numbers(OneNode{"MatMul"}({a, b}), {2, 3}, {1, 2, 8, 3, 4, 18});
    expect_numbers(OneNode{"MatMul"}({floats({2}, {1, 1}), b}), {3}, {1, 1, 5});
    expect_numbers(OneNode{"MatMul"}({floats({2, 1, 2}, {1, 1, 2, 0}), b}), {2, 1, 3},
                   {1, 1, 5, 2, 0, 4});
    EXPECT_EQ(longs(OneNode{"MatMul"}({int32s({1, 2}, {65536, 1}), int32s({2, 1}, {65536, 5})})),
              (Longs{5}));
    std::map<std::string, Attribute> flip = {
        {"transB", int64_t{1}}, {"alpha", 2.0f}, {"beta", 0.5f}};
    expect_numbers(OneNode{"Gemm", 17, flip}({a, a, floats({2}, {10, 20})}), {2, 2},
                   {15, 32, 27, 60});
    expect_numbers(OneNode{"Gemm", 17, {{"transA", int64_t{1}}}}({a, b}), {2, 3},
                   {1, 3, 11, 2, 4, 16});
    EXPECT_EQ(error_of({"MatMul"}, {b, b}),
              "m.onnx: node 'n' (MatMul, opset 17): multiplies shapes [2, 3] and [2, 3]");
}

TEST(Products, MatMulInteger) {
    Tensor a = uint8s({1, 2}, {130, 200}), b = int8s({2, 2}, {1, -2, 3, 4});
    EXPECT_EQ(longs(OneNode{"MatMulInteger"}({a, b})), (Longs{730, 540}));
    EXPECT_EQ(longs(OneNode{"MatMulInteger"}({a, b, uint8s({}, {128}), int8s({2}, {1, -1})})),
              (Longs{144, 358}));
    Tensor signed_a = int8s({1, 2}, {-128, 127});
    EXPECT_EQ(longs(OneNode{"MatMulInteger"}({signed_a, b})), (Longs{253, 764}));
}

TEST(Reducing, AlongAxes) {
    Tensor x = floats({2, 3}, {1, 5, 3, 4, 2, 6});
    expect_numbers(OneNode{"ReduceSum", 11, {{"axes", Longs{1}}, {"keepdims", int64_t{0}}}}({x}),
                   {2}, {9, 12});
    expect_numbers(OneNode{"ReduceSum"}({x, int64s({1}, {0})}), {1, 3}, {5, 7, 9});
    expect_numbers(OneNode{"ReduceSum"}({x}), {1, 1}, {21});
    expect_numbers(OneNode{"ReduceSum", 13, {{"noop_with_empty_axes", int64_t{1}}}}({x}), {2, 3},
                   {1, 5, 3, 4, 2, 6});
    expect_numbers(OneNode{"ReduceMax", 13, {{"axes", Longs{-1}}}}({x}), {2, 1}, {5, 6});
    expect_numbers(OneNode{"ReduceMax", 18}({x, int64s({1}, {0})}), {1, 3}, {4, 5, 6});
    expect_numbers(OneNode{"ReduceMin"}({x}), {1, 1}, {1});
    expect_numbers(OneNode{"ReduceMean", 18}({x, int64s({1}, {1})}), {2, 1}, {3, 4});
    EXPECT_EQ(longs(OneNode{"ReduceSum"}({int32s({2}, {2147483647, 1}), int64s({1}, {0})})),
              (Longs{-2147483648}));
}

TEST(Reducing, GreatestAndSums) {
    Tensor x = floats({2, 3}, {1, 5, 5, 4, 2, 4});
    EXPECT_EQ(longs(OneNode{"ArgMax", 17, {{"axis", int64_t{1}}}}({x})), (Longs{1, 0}));
    EXPECT_EQ(longs(OneNode{
                  "ArgMax", 17, {{"axis", int64_t{1}}, {"select_last_index", int64_t{1}}}}({x})),
              (Longs{2, 2}));
    EXPECT_EQ(longs(OneNode{"ArgMin", 17, {{"axis", int64_t{0}}, {"keepdims", int64_t{0}}}}({x})),
              (Longs{0, 1, 1}));
    OneNode top{"TopK", 11, {}, 2};
    expect_numbers(top({x, int64s({1}, {2})}, 0), {2, 2}, {5, 5, 4, 4});
    EXPECT_EQ(longs(top({x, int64s({1}, {2})}, 1)), (Longs{1, 2, 0, 2}));
    OneNode least{"TopK", 11, {{"largest", int64_t{0}}, {"axis", int64_t{0}}}, 2};
    expect_numbers(least({x, int64s({1}, {1})}, 0), {1, 3}, {1, 2, 4});
    Tensor row = int32s({4}, {1, 2, 3, 4}), axis = int64s({}, {0});
    EXPECT_EQ(longs(OneNode{"CumSum"}({row, axis})), (Longs{1, 3, 6, 10}));
    EXPECT_EQ(longs(OneNode{
                  "CumSum", 17, {{"exclusive", int64_t{1}}, {"reverse", int64_t{1}}}}({row, axis})),
              (Longs{9, 7, 4, 0}));
}

TEST(Reducing, Softmax) {
    Tensor x = floats({1, 2, 2}, {0, std::log(3.0f), 0, 0});
    expect_numbers(OneNode{"Softmax"}({x}), {1, 2, 2}, {0.25, 0.75, 0.5, 0.5});
    double sixth = 1.0 / 6;
    expect_numbers(OneNode{"Softmax", 11}({x}), {1, 2, 2}, {sixth, 0.5, sixth, sixth});
    expect_numbers(OneNode{"LogSoftmax"}({floats({2}, {0, 0})}), {2},
                   {-std::log(2.0), -std::log(2.0)});
}

// Of no elements, the loops and the reductions to the greatest; sanitized, they found writes out of bounds.
TEST(Operators, EmptyAxes) {
    Tensor none = floats({2, 0}, {});
    for (const char* op : {"Softmax", "LogSoftmax", "Hardmax"})
        expect_numbers(OneNode{op}({none}), {2, 0}, {});
    auto einsum = [&](const char* equation, const std::vector<Tensor>& inputs) {
        return OneNode{"Einsum", 12, {{"equation", std::string(equation)}}}(inputs);
    };
    expect_numbers(einsum("ij->i", {none}), {2}, {0, 0});
    expect_numbers(einsum("ij,jk->ik", {none, floats({0, 3}, {})}), {2, 3}, {0, 0, 0, 0, 0, 0});
    expect_numbers(einsum("ij,j->ij", {none, floats({1}, {1})}), {2, 0}, {});
    for (const char* mode : {"nearest", "linear", "cubic"})
        EXPECT_NE(error_of({"Resize", 13, {{"mode", std::string(mode)}}},
                           {none, kNone, kNone, int64s({2}, {2, 4})})
                      .find("an axis of no elements"),
                  std::string::npos);
    const int64_t long_axis = int64_t{1} << 39;
    EXPECT_NE(error_of({"EyeLike"}, {floats({long_axis, 0}, {})}).find("too large a constant"),
              std::string::npos);
    EXPECT_NE(error_of({"GatherND"}, {none, int64s({1, 2}, {0, 0})}).find("index 0"),
              std::string::npos);
}

// As the kernels have it: what pads is left out.
TEST(Operators, PoolsOfPaddingAlone) {
    Tensor image = floats({1, 1, 1}, {-5});
    const std::map<std::string, Attribute> padded = {{"kernel_shape", Longs{1}},
                                                     {"pads", Longs{1, 0}}};
    OneNode greatest{"MaxPool", 12, padded, 2};
    EXPECT_EQ(greatest({image}).values<double>(), (Doubles{-INFINITY, -5}));
    EXPECT_EQ(longs(greatest({image}, 1)), (Longs{-1, 0}));
    EXPECT_EQ(longs(greatest({uint8s({1, 1, 1}, {5})})), (Longs{0, 5}));
    expect_numbers(OneNode{"AveragePool", 11, padded}({image}), {1, 1, 2}, {0, -5});
}

TEST(Operators, AttributesBeyondTheirRange) {
    constexpr int64_t kLeast = INT64_MIN;
    Tensor x = floats({2, 2}, {1, 2, 3, 4}), image = floats({1, 1, 2, 2}, {1, 2, 3, 4});
    auto refusal = [](const char* op, const char* attribute, Attribute value,
                      const std::vector<Tensor>& inputs, int64_t opset = 13) {
        return error_of({op, opset, {{attribute, value}}}, inputs);
    };
    for (int64_t batches : {int64_t{-1}, kLeast, int64_t{2}})
        EXPECT_NE(
            refusal("GatherND", "batch_dims", batches, {x, int64s({2, 1}, {0, 1})}).find("batch_d"),
            std::string::npos);
    for (int64_t block : {int64_t{0}, kLeast, int64_t{1} << 32, INT64_MAX})
        for (const char* op : {"DepthToSpace", "SpaceToDepth"})
            EXPECT_NE(refusal(op, "blocksize", block, {image}).find("blocksize"),
                      std::string::npos);
    EXPECT_NE(refusal("LRN", "size", kLeast, {image}).find("size of"), std::string::npos);
    EXPECT_NE(refusal("ConvTranspose", "output_shape", Longs{kLeast, kLeast},
                      {image, floats({1, 1, 1, 1}, {1})})
                  .find("of no size"),
              std::string::npos);
    EXPECT_NE(refusal("Pad", "mode", std::string("none"), {x, int64s({4}, {0, 0, 0, 0})})
                  .find("the mode 'none'"),
              std::string::npos);
    EXPECT_NE(error_of({"Pad"}, {x, int64s({4}, {0, kLeast, 0, 0})}).find("pads [2, 2] by"),
              std::string::npos);
    expect_numbers(OneNode{"EyeLike", 13, {{"k", INT64_MAX}}}({x}), {2, 2}, {0, 0, 0, 0});
    expect_numbers(OneNode{"EyeLike", 13, {{"k", int64_t{-1}}}}({x}), {2, 2}, {0, 0, 1, 0});
    expect_numbers(OneNode{"Pad", 2, {{"pads", Longs{0, 1, 0, 0}}, {"value", 9.0f}}}({x}), {2, 3},
                   {9, 1, 2, 9, 3, 4});
}

TEST(Operators, RefusalsNameNodeOperatorAndOpset) {
    Tensor x = floats({1}, {1});
    EXPECT_EQ(error_of({"NonZero"}, {x}),
              "m.onnx: node 'n' (NonZero, opset 17): is not a supported operator");
    EXPECT_EQ(error_of({"OneHot", 8}, {x, x, x}),
              "m.onnx: node 'n' (OneHot, opset 8): is supported from opset 9 on");
    EXPECT_EQ(error_of({"Add"}, {x}), "m.onnx: node 'n' (Add, opset 17): has 1 inputs; expected 2");
    EXPECT_EQ(error_of({"Add"}, {x, kNone}), "m.onnx: node 'n' (Add, opset 17): lacks input 1");
    EXPECT_EQ(error_of({"Not"}, {x}), "m.onnx: node 'n' (Not, opset 17): takes no float32");
    EXPECT_EQ(
        error_of({"Add"}, {x, int32s({1}, {1})}),
        "m.onnx: node 'n' (Add, opset 17): has inputs of float32 and int32; expected one type");
    EXPECT_EQ(error_of({"Add"}, {floats({2}, {1, 2}), floats({3}, {1, 2, 3})}),
              "m.onnx: node 'n' (Add, opset 17): has inputs of shapes [2] and [3], which do not "
              "broadcast");
    EXPECT_NE(error_of({"GRU", 17, {{"direction", std::string("sideways")}}},
                       {floats({1, 1, 1}, {1}), floats({1, 3, 1}, {1, 1, 1}),
                        floats({1, 3, 1}, {1, 1, 1})})
                  .find("m.onnx: node 'n' (GRU, opset 17): has the direction 'sideways'"),
              std::string::npos);
}

}  // namespace
}  // namespace quillet

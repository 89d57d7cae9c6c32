// Numbers of 16 bits: every one comes back, and the kernel rounds as the witness does.
// SPDX-License-Identifier: MIT
#include "graph/half.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graph/value.h"
#include "runtime/quillet_elementwise.h"

namespace quillet {
namespace {

constexpr Type kHalves[] = {Type::float16, Type::bfloat16};

uint32_t number_of(Type type) {
    return static_cast<uint32_t>(type);
}

uint16_t cast_to_float16(double number) {
    uint16_t bits = 0;
    quillet_cast(&bits, &number, number_of(Type::float16), number_of(Type::float64), 1);
    return bits;
}

TEST(Half, EveryNumberComesBack) {
    for (Type type : kHalves)
        for (uint32_t i = 0; i <= 0xFFFF; i++) {
            const auto bits = static_cast<uint16_t>(i);
            const double number = number_of_half(bits, type);
            double cast = 0;
            quillet_cast(&cast, &bits, number_of(Type::float64), number_of(type), 1);
            if (std::isnan(number)) {
                ASSERT_TRUE(std::isnan(cast)) << i;
                ASSERT_TRUE(std::isnan(number_of_half(half_of(number, type), type))) << i;
                continue;
            }
            ASSERT_EQ(number, cast) << i;
            ASSERT_EQ(half_of(number, type), bits) << i;
            if (type == Type::float16) {
                ASSERT_EQ(cast_to_float16(number), bits) << i;
            }
        }
}

TEST(Half, RoundsToTheNearest) {
    EXPECT_EQ(half_of(1.0, Type::float16), 0x3C00);
    EXPECT_EQ(half_of(2049, Type::float16),
              half_of(2048, Type::float16));  // a tie: to the even one
    EXPECT_EQ(half_of(2051, Type::float16), half_of(2052, Type::float16));
    EXPECT_EQ(half_of(65519, Type::float16), 0x7BFF);
    EXPECT_EQ(half_of(65520, Type::float16), 0x7C00);
    EXPECT_EQ(half_of(-1e300, Type::float16), 0xFC00);
    EXPECT_EQ(half_of(std::ldexp(1, -25), Type::float16), 0);
    EXPECT_EQ(half_of(std::ldexp(1.5, -25), Type::float16), 1);
    EXPECT_EQ(half_of(1.0, Type::bfloat16), 0x3F80);
    EXPECT_EQ(half_of(3.4e38, Type::bfloat16), 0x7F80);
    EXPECT_EQ(half_of(-0.0, Type::bfloat16), 0x8000);
}

TEST(Half, TheKernelRoundsAsTheWitness) {
    for (uint32_t i = 0; i < 0x7BFF; i++) {
        const double low = number_of_half(static_cast<uint16_t>(i), Type::float16),
                     high = number_of_half(static_cast<uint16_t>(i + 1), Type::float16);
        for (double part : {0.25, 0.5, 0.75}) {
            const double number = low + part * (high - low);
            ASSERT_EQ(half_of(number, Type::float16), cast_to_float16(number)) << i;
            ASSERT_EQ(half_of(-number, Type::float16), cast_to_float16(-number)) << i;
        }
    }
}

TEST(Half, ComputesInFloat32) {
    Graph graph;
    graph.opset = 17;
    graph.inputs = {{"x", Type::float16, {1}}};
    graph.outputs = {{"y", Type::float16, {1}}};
    graph.initializers["w"] = tensor_of([] {
        Value value(TypedShape{Type::float16, {1}});
        value.numbers = {1.5};
        return value;
    }());
    graph.nodes = {{"add", "Add", "", {"x", "w"}, {"y"}, {}}};
    const Graph widened = with_halves_widened(graph);
    ASSERT_EQ(widened.nodes.size(), 3u);
    EXPECT_EQ(widened.nodes[0].op, "Cast");
    EXPECT_EQ(widened.nodes[1].op, "Add");
    EXPECT_EQ(widened.nodes[2].outputs[0], "y");
    EXPECT_EQ(widened.initializers.at("w").type, Type::float32);
    EXPECT_EQ(with_halves_widened(widened), widened);
}

}  // namespace
}  // namespace quillet

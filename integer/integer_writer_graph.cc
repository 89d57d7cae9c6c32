// The second ONNX form of an integer model: with the contract's sampler and generator, one run is
// one character.
// SPDX-License-Identifier: MIT
//
// Unsigned 32-bit arithmetic is done in int64, reduced by Mod. The sampler keeps what
// runtime/quillet_sampler.c keeps: there a cutoff key is walked down to, here all keys are sorted (TopK)
// and counted. A draw beyond the last whole stretch is drawn again by a Loop, which ends as soon as
// the C code's does. Exclusive or, which opset 17 lacks, is a sum of bits modulo 2: the generator's
// next words are a matrix over them.
#include <memory>

#include "integer/integer_graph.h"
#include "runtime/quillet_tables.h"

namespace quillet {

namespace {

constexpr int64_t kWords = int64_t{1} << 32;

std::vector<int64_t> counted(int64_t first, int64_t step, int64_t count) {
    std::vector<int64_t> result;
    for (int64_t i = 0; i < count; i++) result.push_back(first + i * step);
    return result;
}

/// Generator ///

// Next words and number of xoshiro128** as nodes of Loop's body; constants lie in the graph around
// it.
class GeneratorBuilder {
  public:
    GeneratorBuilder(IntegerGraphBuilder& outer, IntegerGraphBuilder& body)
        : outer_(outer), body_(body) {}

    void add(const std::string& words, const std::string& next, const std::string& number) {
        body_.graph().nodes.push_back({"words_split",
                                       "Split",
                                       "",
                                       {words, parts("one_by_one", {1, 1, 1, 1})},
                                       {"s0", "s1", "s2", "s3"},
                                       {{"axis", int64_t{0}}}});
        body_.node("Concat", {words, times("s1", 512, "s1_up")}, "five_words",
                   {{"axis", int64_t{0}}});
        const std::string column =
            body_.node("Unsqueeze", {"five_words", parts("last_axis", {1})}, "five_rows");
        outer_.int64s("powers", powers());
        const std::string shifted = body_.node("Div", {column, "powers"}, "shifted_words");
        const std::string bits = body_.node("Mod", {shifted, outer_.number(2)}, "bits");
        outer_.constant("mixing", {4, 5},
                        std::vector<int64_t>{1, 1, 0, 1, 0,    // s0 ^ s3 ^ s1
                                             1, 1, 1, 0, 0,    // s1 ^ s2 ^ s0
                                             1, 0, 1, 0, 1,    // s2 ^ s0 ^ (s1 << 9)
                                             0, 1, 0, 1, 0});  // s3 ^ s1, to be rotated
        const std::string sums = body_.node("MatMul", {"mixing", bits}, "bit_sums");
        const std::string mixed = body_.node("Mod", {sums, outer_.number(2)}, "mixed_bits");
        const std::string valued = body_.node("Mul", {mixed, "powers"}, "valued_bits");
        body_.node("ReduceSum", {valued, "last_axis"}, "mixed_words", {{"keepdims", int64_t{0}}});
        body_.graph().nodes.push_back({"mixed_split",
                                       "Split",
                                       "",
                                       {"mixed_words", parts("three_and_one", {3, 1})},
                                       {"first_three", "fourth"},
                                       {{"axis", int64_t{0}}}});
        body_.node("Concat", {"first_three", rotated("fourth", 11, "fourth_rotated")}, next,
                   {{"axis", int64_t{0}}});
        times(rotated(times("s1", 5, "s1_5"), 7, "s1_rotated"), 9, number);
    }

  private:
    std::string parts(const std::string& name, const std::vector<int64_t>& values) {
        return outer_.int64s(name, values);
    }
    static std::vector<int64_t> powers() {
        std::vector<int64_t> result;
        for (int i = 0; i < 32; i++) result.push_back(int64_t{1} << i);
        return result;
    }
    // x * factor modulo 2^32.
    std::string times(const std::string& x, int64_t factor, const std::string& output) {
        const std::string product =
            body_.node("Mul", {x, outer_.number(factor)}, output + "_product");
        return body_.node("Mod", {product, outer_.number(kWords)}, output);
    }
    std::string rotated(const std::string& x, int by, const std::string& output) {
        const std::string low = times(x, int64_t{1} << by, output + "_low");
        const std::string high =
            body_.node("Div", {x, outer_.number(kWords >> by)}, output + "_high");
        return body_.node("Add", {low, high}, output);
    }

    IntegerGraphBuilder& outer_;
    IntegerGraphBuilder& body_;
};

// Draws until a number is at most `limit`, not at all where `draws` is false: "words_out" and
// "drawn".
void add_draw(const std::string& words, const std::string& draws, const std::string& limit,
              IntegerGraphBuilder& b) {
    auto body = std::make_shared<Graph>();
    body->name = "draw";
    body->inputs = {{"draw_index", Type::int64, {}},
                    {"draw_condition", Type::boolean, {}},
                    {"words_in", Type::int64, {4}},
                    {"number_in", Type::int64, {1}}};
    body->outputs = {{"draw_again", Type::boolean, {}},
                     {"words_drawn", Type::int64, {4}},
                     {"number_drawn", Type::int64, {1}}};
    IntegerGraphBuilder inner(*body);
    GeneratorBuilder(b, inner).add("words_in", "words_drawn", "number_drawn");
    const std::string scalar = b.int64s("scalar_shape", {});
    inner.node("Reshape", {inner.node("Greater", {"number_drawn", limit}, "beyond_limit"), scalar},
               "draw_again");
    const std::string start = b.node("Reshape", {draws, scalar}, "draws_scalar");
    b.graph().nodes.push_back({"draw",
                               "Loop",
                               "",
                               {"", start, words, b.int64s("no_number", {0})},
                               {"words_out", "drawn"},
                               {{"body", Subgraph{std::move(body)}}}});
}

/// Sampler ///

class SamplerBuilder {
  public:
    SamplerBuilder(int64_t vocabulary, IntegerGraphBuilder& b) : vocabulary_(vocabulary), b_(b) {}

    // logits int64 [V] -> "token_next"; settings [1] each, the generator's words in "random_words".
    void add(const std::string& logits) {
        const std::string settings = b_.cast("sampling", Type::int64, "settings");
        b_.split(settings, {1, 1, 1, 1}, {"inverse_temperature", "min_p_gap", "top_k", "top_p"});
        b_.node("ReduceMax", {logits}, "maximum",
                {{"axes", std::vector<int64_t>{0}}, {"keepdims", int64_t{1}}});
        const std::string kept = keep(weigh(logits));
        const std::string axis = b_.number(0);
        const std::string range =
            b_.node("ReduceSum", {kept, b_.int64s("only_axis", {0})}, "range");
        const std::string width = b_.node("Div", {b_.number(kWords - 1), range}, "draw_width");
        const std::string limit = b_.node(
            "Sub", {b_.node("Mul", {width, range}, "draw_end"), b_.number(1)}, "draw_limit");
        const std::string draws =
            b_.node("Greater", {"inverse_temperature", b_.number(0)}, "draws");
        add_draw(b_.cast("random", Type::int64, "random_words"), draws, limit, b_);
        const std::string left = b_.node("Div", {"drawn", width}, "left");
        const std::string sums = b_.node("CumSum", {kept, axis}, "weight_sums");
        const std::string passed = b_.node("LessOrEqual", {sums, left}, "passed");
        const std::string token = count(passed, "drawn_token");
        b_.node("Where", {draws, token, most_likely(logits)}, "token_next");
        b_.cast("words_out", Type::uint32, "random_next");
    }

  private:
    // How many are true, [1].
    std::string count(const std::string& condition, const std::string& output) {
        const std::string ones = b_.cast(condition, Type::int64, output + "_ones");
        return b_.node("ReduceSum", {ones, b_.int64s("only_axis", {0})}, output);
    }

    std::string most_likely(const std::string& logits) {
        const std::string is_best =
            b_.cast(b_.node("Equal", {logits, "maximum"}, "is_maximum"), Type::int64, "is_best");
        const std::string from_end =
            b_.int64s("from_end", counted(vocabulary_ - 1, -1, vocabulary_));
        const std::string placed = b_.node("Mul", {is_best, from_end}, "best_from_end");
        b_.node("ReduceMax", {placed}, "first_from_end",
                {{"axes", std::vector<int64_t>{0}}, {"keepdims", int64_t{1}}});
        return b_.node("Sub", {b_.number(vocabulary_ - 1), "first_from_end"}, "most_likely");
    }

    std::string weigh(const std::string& logits) {
        const std::string gap = b_.node(
            "Min", {b_.node("Sub", {"maximum", logits}, "wide_gap"), b_.number(65535)}, "gap");
        const std::string scaled = b_.node("Mul", {gap, "inverse_temperature"}, "scaled_gap");
        const std::string half = b_.node("Add", {scaled, b_.number(2048)}, "scaled_gap_and_half");
        const std::string t = b_.node("Div", {half, b_.number(4096)}, "t");
        const std::string entry = b_.node("Min", {t, b_.number(1023)}, "entry");
        const std::vector<int32_t> table(quillet_exp2_table, quillet_exp2_table + 1024);
        const std::string power = b_.node("Gather", {b_.list("exp2_table", table), entry}, "power");
        const std::string in_table = b_.node("Less", {t, b_.number(1024)}, "in_table");
        const std::string near = b_.node("LessOrEqual", {gap, "min_p_gap"}, "near");
        const std::string counts =
            b_.cast(b_.node("And", {in_table, near}, "counts"), Type::int64, "counts_wide");
        return b_.node("Mul", {b_.cast(power, Type::int64, "power_wide"), counts}, "weights");
    }

    // Drops all that top-k and top-p leave out.
    std::string keep(const std::string& weights) {
        const std::string scaled = b_.node("Mul", {weights, b_.number(256)}, "scaled_weights");
        const std::string keys =
            b_.node("Add", {scaled, b_.int64s("from_255", counted(255, -1, vocabulary_))}, "keys");
        b_.graph().nodes.push_back({"sorting",
                                    "TopK",
                                    "",
                                    {keys, b_.int64s("all_keys", {vocabulary_})},
                                    {"sorted_keys", "sorted_tokens"},
                                    {{"axis", int64_t{0}}}});
        const std::string sorted =
            b_.node("Div", {"sorted_keys", b_.number(256)}, "sorted_weights");
        const std::string ranked =
            b_.node("Less", {b_.int64s("ranks", counted(0, 1, vocabulary_)), k()}, "within_k");
        const std::string first_k = b_.node(
            "Mul", {sorted, b_.cast(ranked, Type::int64, "within_k_wide")}, "first_k_weights");
        const std::string before =
            b_.node("CumSum", {first_k, b_.number(0)}, "sums_before", {{"exclusive", int64_t{1}}});
        const std::string kept =
            count(b_.node("Less", {before, enough(first_k)}, "within_p"), "kept_count");
        const std::string last = b_.node("Sub", {kept, b_.number(1)}, "last_rank");
        const std::string cutoff = b_.node("Gather", {"sorted_keys", last}, "cutoff");
        const std::string stays =
            b_.cast(b_.node("GreaterOrEqual", {keys, cutoff}, "stays"), Type::int64, "stays_wide");
        return b_.node("Mul", {weights, stays}, "kept_weights");
    }

    // Whether 0 < x < end, and then x, else `otherwise`.
    std::string where_between(const std::string& x, int64_t end, const std::string& then,
                              const std::string& otherwise, const std::string& output) {
        const std::string above = b_.node("Greater", {x, b_.number(0)}, output + "_above");
        const std::string below = b_.node("Less", {x, b_.number(end)}, output + "_below");
        return b_.node(
            "Where", {b_.node("And", {above, below}, output + "_is_set"), then, otherwise}, output);
    }

    std::string k() {
        return where_between("top_k", vocabulary_, "top_k", b_.number(vocabulary_), "k");
    }

    // The sum that top-p is content with: of all where it is off.
    std::string enough(const std::string& weights) {
        const std::string total =
            b_.node("ReduceSum", {weights, b_.int64s("only_axis", {0})}, "total");
        const std::string share = b_.node(
            "Add", {b_.node("Mul", {total, "top_p"}, "p_share"), b_.number(255)}, "p_share_up");
        return where_between("top_p", 256, b_.node("Div", {share, b_.number(256)}, "p_sum"), total,
                             "enough");
    }

    int64_t vocabulary_;
    IntegerGraphBuilder& b_;
};

}  // namespace

Graph to_writer_graph(const IntegerModel& model) {
    check_sizes(model, "integer model");
    const int64_t vocabulary = model.alphabet.size();
    Graph graph;
    IntegerGraphBuilder b(graph);
    graph.outputs.push_back({"token_next", Type::int64, {1}});
    const std::string wide = add_integer_step(model, b);
    graph.inputs.push_back({"random", Type::uint32, {4}});
    graph.inputs.push_back({"sampling", Type::uint32, {4}});
    graph.outputs.push_back({"random_next", Type::uint32, {4}});
    graph.metadata[key::kFormat] = kWriterFormat;
    SamplerBuilder(vocabulary, b)
        .add(b.node("Reshape", {wide, b.int64s("logits_shape", {vocabulary})}, "logits"));
    return graph;
}

}  // namespace quillet

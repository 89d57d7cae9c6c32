// From an integer model to a plan: weights packed for the target's kernels, one step as their
// calls.
// SPDX-License-Identifier: MIT
//
// A layer's states are h (int16), x (its h8, padded with zeros as the products want them) and the
// cell's others (an LSTM's c); of one that keeps no state, h and x alone, which nobody reads later.
// A product is up to three calls: prepare x for the weights' layout, multiply, requantize; in a cell
// the gates requantize. x is kept from step to step, for h8 of h is computed once and read by the
// layer above now and by the recurrent product next time.
#include "compile/lower_integer.h"

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "compile/finish.h"
#include "compile/kernels.h"

namespace quillet {
namespace {

WeightKind kind_of(int bits) {
    return bits == 8 ? WeightKind::int8 : bits == 4 ? WeightKind::int4 : WeightKind::ternary;
}

// A matrix of the model, packed, with its scales and the buffers that hold them.
struct Product {
    std::string name;
    PackedWeights packed;
    int bits = 0;
    int weights = 0, scales = 0;
};

// An input table: buffers.
struct Table {
    std::string name;
    int table = 0, scales = 0;
};

// What is read besides the layer below: of the token a table, else a product over a layer's x.
struct Reading {
    int from;
    Table table;
    Product product;
};

class IntegerLowering {
  public:
    IntegerLowering(const IntegerModel& model, Target target, const std::string& where)
        : model_(model), target_(target), where_(where) {}

    Plan run(const std::string& name) {
        plan_.name = identifier_of(name);
        plan_.alphabet = model_.alphabet;
        plan_.metadata = model_.metadata;
        add_weights();
        add_states();
        plan_.outputs.push_back({"logits", kLogitsBuffer});
        for (size_t i = 0; i < model_.layers.size(); i++) add_layer(i);
        add_output();
        finish(plan_);
        check(plan_);
        return std::move(plan_);
    }

  private:
    /// buffers ///

    int add_buffer(const std::string& name, Storage storage, Tensor tensor) {
        plan_.buffers.push_back({name, storage, std::move(tensor), "", 0});
        return static_cast<int>(plan_.buffers.size()) - 1;
    }

    int add_int32s(const std::string& name, const std::vector<int32_t>& values) {
        const int64_t count = static_cast<int64_t>(values.size());
        return add_buffer(name, Storage::weight, Tensor::of(Type::int32, {count}, values));
    }

    int add_scales(const std::string& name, const IntegerMatrix& matrix) {
        return add_buffer(name + "_scales", Storage::weight,
                          pack_scales(matrix.m, matrix.k, where_ + ": " + name));
    }

    // What a residual makes equal is stored once.
    Product add_product(const std::string& name, const IntegerMatrix& matrix, int bits) {
        for (const auto& [known, product] : products_)
            if (*known == matrix && bits == product.bits) {
                Product again = product;
                again.name = name;
                return again;
            }
        const Product product = new_product(name, matrix, bits);
        products_.emplace_back(&matrix, product);
        return product;
    }

    Product new_product(const std::string& name, const IntegerMatrix& matrix, int bits) {
        const SmallWeights weights{kind_of(bits), matrix.rows, matrix.columns, matrix.q};
        Product product{name, pack(weights, target_, where_ + ": " + name), bits, 0, 0};
        product.weights = add_buffer(name, Storage::weight, product.packed.weights);
        product.scales = add_scales(name, matrix);
        return product;
    }

    struct Layer {
        std::string name;
        const CellRow* cell;
        int64_t hidden;
        bool keeps_state;
        Product input, recurrent;  // no input in layer 0
        std::vector<Reading> skips;
        int x = 0;                // a state, the h8 of h
        std::vector<int> states;  // h and the cell's others
        int b = 0, b_hn = 0;      // weights

        int64_t rows() const { return cell->gates * hidden; }
        size_t state_count() const { return keeps_state ? cell->states.size() : 1; }
    };

    Table add_table(const std::string& name, const IntegerMatrix& table) {
        const int buffer = add_buffer(
            name, Storage::weight,
            model_.table_bits == 4 ? pack_table4(table.q, table.rows, table.columns)
                                   : Tensor::of(Type::int8, {table.rows, table.columns}, table.q));
        return {name, buffer, add_scales(name, table)};
    }

    std::vector<Reading> add_skips(const std::string& name, const std::vector<IntegerSkip>& skips,
                                   int bits) {
        std::vector<Reading> result;
        for (const IntegerSkip& skip : skips) {
            Reading reading{skip.from, {}, {}};
            const std::string matrix = name + skip_suffix(skip.from);
            if (skip.from == kToken)
                reading.table = add_table(matrix, skip.matrix);
            else
                reading.product = add_product(matrix, skip.matrix, bits);
            result.push_back(std::move(reading));
        }
        return result;
    }

    void add_weights() {
        table_ = add_table("table", model_.table);
        for (size_t i = 0; i < model_.layers.size(); i++) {
            const IntegerLayer& weights = model_.layers[i];
            Layer layer;
            layer.name = layer_name(model_, i);
            layer.cell = &row_of(weights.cell);
            layer.hidden = weights.hidden();
            layer.keeps_state = weights.keeps_state();
            if (i > 0) layer.input = add_product(layer.name + ".W", weights.input, model_.bits);
            layer.skips = add_skips(layer.name + ".W", weights.skips, model_.bits);
            if (layer.keeps_state)
                layer.recurrent = add_product(layer.name + ".R", weights.recurrent, model_.bits);
            layer.b = add_int32s(layer.name + ".b", weights.b);
            if (layer.cell->apart_biases() > 0)
                layer.b_hn = add_int32s(layer.name + ".b_hn", weights.b_hn);
            layers_.push_back(std::move(layer));
        }
        output_ = add_product("output.weight", model_.output, model_.output_bits);
        output_skips_ = add_skips("output.weight", model_.output_skips, model_.output_bits);
        output_bias_ = add_int32s("output.bias", model_.output_bias);
    }

    // The widest x that a product over this layer's h8 takes, in whole words.
    int64_t width_of_x(size_t index) const {
        int width = layers_[index].recurrent.packed.columns;
        const bool last = index + 1 == layers_.size();
        width = std::max(width,
                         last ? output_.packed.columns : layers_[index + 1].input.packed.columns);
        const auto widen = [&](const std::vector<Reading>& skips) {
            for (const Reading& skip : skips)
                if (skip.from == static_cast<int>(index))
                    width = std::max(width, skip.product.packed.columns);
        };
        for (const Layer& layer : layers_) widen(layer.skips);
        widen(output_skips_);
        return (width + 3) / 4 * 4;
    }

    // Words first, halfwords last, so that in C's struct each array begins at a word.
    void add_states() {
        const auto add_all = [&](bool wide) {
            for (Layer& layer : layers_) {
                layer.states.resize(layer.state_count());
                for (size_t j = 0; j < layer.states.size(); j++) {
                    if (layer.cell->states[j].is_wide != wide) continue;
                    const std::string name =
                        layer.keeps_state ? state_name(layer, j) : layer.name + ".h";
                    layer.states[j] =
                        add_buffer(name, Storage::state,
                                   {wide ? Type::int32 : Type::int16, {1, 1, layer.hidden}, ""});
                }
            }
        };
        add_all(true);
        for (size_t i = 0; i < layers_.size(); i++) {
            layers_[i].x = add_buffer(layers_[i].name + ".h8", Storage::state,
                                      {Type::int8, {width_of_x(i)}, ""});
        }
        add_all(false);
    }

    std::string state_name(const Layer& layer, size_t state) const {
        const size_t index = static_cast<size_t>(&layer - layers_.data());
        return layer.cell->states[state].name + (layers_.size() == 1 ? "" : std::to_string(index));
    }

    int add_scratch(const std::string& name, Type type, int64_t count) {
        return add_buffer(name, Storage::scratch, {type, {count}, ""});
    }

    /// steps ///

    void add_step(const std::string& kernel_name, std::vector<Argument> arguments,
                  const std::string& comment) {
        plan_.steps.push_back({&kernel(kernel_name), std::move(arguments), comment});
    }

    BufferArgument all(int buffer) const {
        return {buffer, 0, plan_.buffer(buffer).tensor.element_count()};
    }

    // product * x in a new scratch buffer, exact sums.
    int multiply(const Product& product, int x) {
        const PackedWeights& packed = product.packed;
        BufferArgument input{x, 0, packed.columns};
        if (!packed.prepare.empty()) {
            const int prepared =
                add_scratch(product.name + "_input", packed.input_type, packed.input_count);
            add_step(packed.prepare, {all(prepared), input, IntegerArgument{packed.columns}},
                     product.name);
            input = all(prepared);
        }
        const int acc = add_scratch(product.name + "_acc", Type::int32, packed.rows);
        add_step(packed.product,
                 {all(acc), all(product.weights), input, IntegerArgument{packed.rows},
                  IntegerArgument{packed.columns}},
                 product.name);
        return acc;
    }

    void add_table_row(int g, const Table& table, int bias, int64_t rows) {
        add_step(model_.table_bits == 4 ? "quillet_table_row4" : "quillet_table_row",
                 {all(g), all(table.table), all(table.scales), all(bias), TokenArgument{},
                  IntegerArgument{rows}},
                 table.name);
    }

    void add_scaled(Argument to, const Product& product, int x, int bias, int64_t rows) {
        const int acc = multiply(product, x);
        add_step("quillet_scale_rows",
                 {std::move(to), BufferArgument{acc, 0, rows}, all(product.scales), all(bias),
                  IntegerArgument{rows}},
                 product.name);
    }

    // What the skips read and the bias, Q10: the bias itself where there are none.
    int add_skips(const std::vector<Reading>& skips, int bias, int64_t rows) {
        for (const Reading& skip : skips) {
            const bool is_table = skip.from == kToken;
            const std::string name = is_table ? skip.table.name : skip.product.name;
            const int g = add_scratch(name + ".g", Type::int32, rows);
            if (is_table)
                add_table_row(g, skip.table, bias, rows);
            else
                add_scaled(all(g), skip.product, layers_[static_cast<size_t>(skip.from)].x, bias,
                           rows);
            bias = g;
        }
        return bias;
    }

    // The input's part of the gates with its biases, Q10.
    int add_input(size_t index) {
        const Layer& layer = layers_[index];
        const int bias = add_skips(layer.skips, layer.b, layer.rows());
        if (!layer.keeps_state) return bias;
        const int g = add_scratch(layer.name + ".g", Type::int32, layer.rows());
        if (index == 0)
            add_table_row(g, table_, bias, layer.rows());
        else
            add_scaled(all(g), layer.input, layers_[index - 1].x, bias, layer.rows());
        return g;
    }

    // Of a layer without state the gates requantize the product with the layer below.
    void add_layer(size_t index) {
        const Layer& layer = layers_[index];
        const int g = add_input(index);
        const Product& product = layer.keeps_state ? layer.recurrent : layer.input;
        const int acc = multiply(product, layer.keeps_state ? layer.x : layers_[index - 1].x);
        const BufferArgument sums{acc, 0, layer.rows()};
        const IntegerArgument units{layer.hidden}, first{0};
        std::vector<Argument> arguments;
        for (int state : layer.states) arguments.push_back(all(state));
        arguments.insert(arguments.end(), {sums, all(product.scales), all(g)});
        if (layer.cell->apart_biases() > 0) arguments.push_back(all(layer.b_hn));
        arguments.insert(arguments.end(), {units, first, units});
        add_step(layer.cell->integer_kernel, std::move(arguments), layer.name);
        add_step("quillet_narrow",
                 {BufferArgument{layer.x, 0, layer.hidden}, all(layer.states[0]), units},
                 layer.name);
        for (size_t i = 0; layer.keeps_state && i < layer.states.size(); i++)
            plan_.outputs.push_back({state_name(layer, i) + "_next", layer.states[i]});
    }

    void add_output() {
        const int64_t vocabulary = model_.alphabet.size();
        const int bias = add_skips(output_skips_, output_bias_, vocabulary);
        const int acc = multiply(output_, layers_.back().x);
        add_step("quillet_scale_rows",
                 {LogitsArgument{}, BufferArgument{acc, 0, vocabulary}, all(output_.scales),
                  all(bias), IntegerArgument{vocabulary}},
                 "output");
    }

    const IntegerModel& model_;
    Target target_;
    std::string where_;
    Plan plan_;
    std::vector<Layer> layers_;
    std::vector<std::pair<const IntegerMatrix*, Product>> products_;
    Product output_;
    std::vector<Reading> output_skips_;
    Table table_;
    int output_bias_ = 0;
};

}  // namespace

Plan lower_integer(const IntegerModel& model, Target target, const std::string& name,
                   const std::string& where) {
    check_sizes(model, where);
    return IntegerLowering(model, target, where).run(name);
}

}  // namespace quillet

// From an integer model to a plan: weights packed for the target's kernels, one step as their
// calls.
// SPDX-License-Identifier: MIT
//
// A layer's states are h (int16), x (its h8, padded with zeros as the products want them) and the
// cell's others (an LSTM's c). A product is up to three calls: prepare x for the weights' layout, multiply,
// requantise; in a cell the gates requantise. x is kept from step to step, for h8 of h is computed
// once and read by the layer above now and by the recurrent product next time.
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
    int weights = 0, scales = 0;
};

class IntegerLowering {
  public:
    IntegerLowering(const IntegerModel& model, Target target, const std::string& where)
        : model_(model), cell_(row_of(model.cell)), target_(target), where_(where) {}

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

    Product add_product(const std::string& name, const IntegerMatrix& matrix, int bits) {
        const SmallWeights weights{kind_of(bits), matrix.rows, matrix.columns, matrix.q};
        Product product{name, pack(weights, target_, where_ + ": " + name), 0, 0};
        product.weights = add_buffer(name, Storage::weight, product.packed.weights);
        product.scales = add_scales(name, matrix);
        return product;
    }

    struct Layer {
        std::string name;
        Product input, recurrent;  // no input in layer 0
        int x = 0;                 // a state, the h8 of h
        std::vector<int> states;   // h and the cell's others
        int b = 0, b_hn = 0;       // weights
    };

    void add_weights() {
        const IntegerMatrix& table = model_.table;
        table_ = add_buffer("table", Storage::weight,
                            model_.table_bits == 4
                                ? pack_table4(table.q, table.rows, table.columns)
                                : Tensor::of(Type::int8, {table.rows, table.columns}, table.q));
        table_scales_ = add_scales("table", table);
        for (size_t i = 0; i < model_.layers.size(); i++) {
            const IntegerLayer& weights = model_.layers[i];
            Layer layer;
            layer.name =
                name_of(model_.cell) + (model_.layers.size() == 1 ? "" : std::to_string(i));
            if (i > 0) layer.input = add_product(layer.name + ".W", weights.input, model_.bits);
            layer.recurrent = add_product(layer.name + ".R", weights.recurrent, model_.bits);
            layer.b = add_int32s(layer.name + ".b", weights.b);
            if (cell_.apart_biases() > 0)
                layer.b_hn = add_int32s(layer.name + ".b_hn", weights.b_hn);
            layers_.push_back(std::move(layer));
        }
        output_ = add_product("output.weight", model_.output, model_.output_bits);
        output_bias_ = add_int32s("output.bias", model_.output_bias);
    }

    // The widest x that a product over this layer's h8 takes, in whole words.
    int64_t width_of_x(size_t index) const {
        int width = layers_[index].recurrent.packed.columns;
        const bool last = index + 1 == layers_.size();
        width = std::max(width,
                         last ? output_.packed.columns : layers_[index + 1].input.packed.columns);
        return (width + 3) / 4 * 4;
    }

    // Words first, halfwords last, so that in C's struct each array begins at a word.
    void add_states() {
        const std::vector<std::string> names = state_names(model_);
        const size_t per_layer = cell_.states.size();
        const auto add_all = [&](bool wide) {
            for (size_t i = 0; i < layers_.size(); i++) {
                for (size_t j = 0; j < per_layer; j++) {
                    if (cell_.states[j].is_wide != wide) continue;
                    layers_[i].states.resize(per_layer);
                    layers_[i].states[j] =
                        add_buffer(names[i * per_layer + j], Storage::state,
                                   {wide ? Type::int32 : Type::int16, {1, 1, model_.hidden}, ""});
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

    int add_scratch(const std::string& name, Type type, int64_t count) {
        return add_buffer(name, Storage::scratch, {type, {count}, ""});
    }

    /// steps ///

    void add_step(const std::string& kernel_name, std::vector<Argument> arguments,
                  const std::string& comment) {
        plan_.steps.push_back({&kernel(kernel_name), std::move(arguments), comment});
    }

    BufferArgument all(int buffer) const {
        return {buffer, 0, plan_.buffers[static_cast<size_t>(buffer)].tensor.element_count()};
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

    // The input's part of the gates with its biases, Q10.
    int add_input(size_t index) {
        const Layer& layer = layers_[index];
        const int64_t rows = gates_of(model_.cell) * int64_t{model_.hidden};
        const int g = add_scratch(layer.name + ".g", Type::int32, rows);
        if (index == 0) {
            add_step(model_.table_bits == 4 ? "quillet_table_row4" : "quillet_table_row",
                     {all(g), all(table_), all(table_scales_), all(layer.b), TokenArgument{},
                      IntegerArgument{rows}},
                     "table");
            return g;
        }
        const int acc = multiply(layer.input, layers_[index - 1].x);
        add_step("quillet_scale_rows",
                 {all(g), BufferArgument{acc, 0, rows}, all(layer.input.scales), all(layer.b),
                  IntegerArgument{rows}},
                 layer.input.name);
        return g;
    }

    void add_layer(size_t index) {
        const Layer& layer = layers_[index];
        const int g = add_input(index);
        const int64_t hidden = model_.hidden, rows = gates_of(model_.cell) * hidden;
        const int acc = multiply(layer.recurrent, layer.x);
        const BufferArgument sums{acc, 0, rows};
        const IntegerArgument units{hidden}, first{0};
        std::vector<Argument> arguments;
        for (int state : layer.states) arguments.push_back(all(state));
        arguments.insert(arguments.end(), {sums, all(layer.recurrent.scales), all(g)});
        if (cell_.apart_biases() > 0) arguments.push_back(all(layer.b_hn));
        arguments.insert(arguments.end(), {units, first, units});
        add_step(cell_.integer_kernel, std::move(arguments), layer.name);
        add_step("quillet_narrow",
                 {BufferArgument{layer.x, 0, hidden}, all(layer.states[0]), units}, layer.name);
        const std::string suffix = layers_.size() == 1 ? "" : std::to_string(index);
        for (size_t i = 0; i < layer.states.size(); i++)
            plan_.outputs.push_back({cell_.states[i].name + suffix + "_next", layer.states[i]});
    }

    void add_output() {
        const int64_t vocabulary = model_.alphabet.size();
        const int acc = multiply(output_, layers_.back().x);
        add_step("quillet_scale_rows",
                 {LogitsArgument{}, BufferArgument{acc, 0, vocabulary}, all(output_.scales),
                  all(output_bias_), IntegerArgument{vocabulary}},
                 "output");
    }

    const IntegerModel& model_;
    const CellRow& cell_;
    Target target_;
    std::string where_;
    Plan plan_;
    std::vector<Layer> layers_;
    Product output_;
    int table_ = 0, table_scales_ = 0, output_bias_ = 0;
};

}  // namespace

Plan lower_integer(const IntegerModel& model, Target target, const std::string& name,
                   const std::string& where) {
    check_sizes(model, where);
    return IntegerLowering(model, target, where).run(name);
}

}  // namespace quillet

// Operators that are made of simpler ones: each is replaced by its parts, so that shape rules, the
// evaluator and the kernels know the simple ones only.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/operators.h"

namespace quillet {

// The attribute that tells at which opset a node that stands for a part is to be read.
inline constexpr const char* kPartOpset = "quillet_opset";
inline constexpr int64_t kOpsetOfParts = 18;
// The attribute of a Loop that goes on: how many turns were made before it.
inline constexpr const char* kTurn = "quillet_turn";
// The attribute of a Where whose two values must be of one shape.
inline constexpr const char* kOneShape = "quillet_one_shape";

// What If, Loop and Scan may become, all of a graph together: nodes, the bytes of their names, the
// bytes that their constants take. Their turns together may go through so many nodes and constants.
inline constexpr int64_t kMostUnrolled = 20000;
inline constexpr int64_t kMostUnrolledNames = int64_t{1} << 26;
inline constexpr int64_t kMostUnrolledConstants = int64_t{1} << 29;
inline constexpr int64_t kMostVisited = int64_t{1} << 21;

// Collects the nodes and constants that stand for one node.
class Parts {
  public:
    using Names = std::vector<std::string>;
    using Attributes = std::map<std::string, Attribute>;

    Parts(const NodeContext& of, std::map<std::string, Tensor>& constants)
        : context(of), constants_(constants) {}

    const NodeContext& context;
    std::vector<Node> nodes;

    const std::string& in(size_t i) const { return context.node.inputs[i]; }
    Type type() const { return context.input(0).type; }

    // What names of parts begin with: that of the first output in use.
    const std::string& base() const;
    // A node whose output gets a name of its own, which is returned.
    std::string add(const std::string& op, Names inputs, Attributes attributes = {});
    // A node that makes output `output` of the node that is replaced; nothing where that is not used.
    void make(size_t output, const std::string& op, Names inputs, Attributes attributes = {});
    // Constants: any; a number of type `type`; int64 numbers.
    std::string constant(Tensor tensor);
    void constant(const std::string& name, Tensor tensor) { constants_[name] = std::move(tensor); }
    std::string number(double value, Type type);
    std::string number(double value) { return number(value, type()); }
    std::string integers(const std::vector<int64_t>& values);
    // `value` with another shape, or of another type.
    std::string reshaped(const std::string& value, const Dimensions& shape) {
        return add("Reshape", {value, integers(shape)});
    }
    std::string cast(const std::string& value, Type to) {
        return add("Cast", {value}, {{"to", static_cast<int64_t>(to)}});
    }
    // A reduction over `axes` that keeps them as ones.
    std::string reduced(const char* op, const std::string& value,
                        const std::vector<int64_t>& axes) {
        return add(op, {value, integers(axes)});
    }

  private:
    std::string fresh();
    std::map<std::string, Tensor>& constants_;
    int count_ = 0;
};

struct Decomposition {
    std::string_view op;
    int64_t since;
    size_t least_inputs, most_inputs, most_outputs;
    void (*apply)(Parts& parts);
    // Whether the node is to be replaced; null: always.
    bool (*applies)(const NodeContext& context);
};

// The row of `op`; null where it is not made of others.
const Decomposition* find_decomposition(std::string_view op);
std::span<const Decomposition> decompositions();

// The nodes in place of context's; none where it stays.
std::vector<Node> decompose(const NodeContext& context, std::map<std::string, Tensor>& constants);

// Counts what If, Loop and Scan of a graph become, of which a small file could make more than any
// memory holds. Throws context's Error above one of the limits.
class Growth {
  public:
    void add(const NodeContext& context, const std::vector<Node>& parts);

  private:
    int64_t nodes_ = 0, names_ = 0, constants_ = 0, visited_ = 0;
};

// The parts of the families, by file.
void decompose_batch_normalization(Parts& parts);  // decompose_normalize.cc
void decompose_instance_normalization(Parts& parts);
void decompose_layer_normalization(Parts& parts);
void decompose_group_normalization(Parts& parts);
void decompose_rms_normalization(Parts& parts);
void decompose_mean_variance(Parts& parts);
void decompose_lp_normalization(Parts& parts);
void decompose_lrn(Parts& parts);
void decompose_reduction(Parts& parts);
void decompose_negative_log_likelihood(Parts& parts);
void decompose_cross_entropy(Parts& parts);
void decompose_global_pool(Parts& parts);
void decompose_quantize(Parts& parts);  // decompose_quantize.cc
void decompose_dequantize(Parts& parts);
void decompose_dynamic_quantize(Parts& parts);
void decompose_integer_product(Parts& parts);
void decompose_qlinear(Parts& parts);
void decompose_resize(Parts& parts);  // decompose_resize.cc
void decompose_if(Parts& parts);      // decompose_control.cc
void decompose_loop(Parts& parts);
void decompose_scan(Parts& parts);
void decompose_window(Parts& parts);  // decompose_signal.cc
void decompose_dft(Parts& parts);
void decompose_stft(Parts& parts);
void decompose_mel_weights(Parts& parts);

}  // namespace quillet

// Has ONNX's own library check the models that quillet writes: structure, operators, types and
// shapes. SPDX-License-Identifier: MIT
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <cstdio>

#include "graph/test_models.h"

namespace {

using quillet::Cell;

// What ONNX's checker and its shape inference, both strict, say of `bytes`; "" when nothing.
std::string complaint_of(const std::string& bytes) {
    onnx::ModelProto model;
    if (!model.ParseFromString(bytes)) return "protobuf does not read it";
    try {
        onnx::checker::check_model(model);
        onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(),
                                           {true, 1, true});
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

}  // namespace

int main() {
    int bad = 0, checked = 0;
    for (Cell cell : {Cell::gru, Cell::lstm})
        for (int layers : {1, 2, 3})
            for (int embedding : {0, 5}) {
                std::string bytes = quillet::write_onnx(
                    quillet::to_graph(quillet::random_model(cell, layers, embedding)));
                std::string complaint = complaint_of(bytes);
                checked++;
                if (complaint.empty()) continue;
                bad++;
                std::printf("%s, %d layers, embedding %d: %s\n", quillet::name_of(cell).c_str(),
                            layers, embedding, complaint.c_str());
            }
    // That the checker checks: a model with a wrong shape must not pass.
    quillet::Graph wrong = quillet::to_graph(quillet::random_model(Cell::gru, 1, 0));
    wrong.outputs[0].shape = {1, 13};
    if (complaint_of(quillet::write_onnx(wrong)).empty()) {
        std::printf("a model with a wrong output shape passes\n");
        bad++;
    }
    std::printf("%d models checked, %d of them bad\n", checked, bad);
    return bad == 0 ? 0 : 1;
}

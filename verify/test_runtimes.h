// Models, folders and runtimes that the tests of verify share.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "cells/test_models.h"
#include "run/execute.h"
#include "verify/verify.h"

namespace quillet {

// Weights that write lines of a few to some tens of characters and forget as trained models do: an
// error fades.
inline RecurrentModel calm_model(Cell cell, int layers, int embedding = 0) {
    RecurrentModel model = random_model(cell, layers, embedding, 12, 3);
    for (RecurrentLayer& layer : model.layers)
        for (float& value : layer.R.values) value *= 0.5f;
    for (float& value : model.output.values) value *= 3;
    return model;
}

// A model, its plan and its file.
struct TestSubject {
    explicit TestSubject(const RecurrentModel& model) : TestSubject(to_graph(model)) {}
    explicit TestSubject(Graph model, const std::string& name = "tiny")
        : graph(std::move(model)),
          plan(make_plan(graph, name, name + ".onnx")),
          path(folder.path() / (name + ".onnx")) {
        write_file(path, write_onnx(graph));
    }

    ModelUnderTest subject() const { return {graph, plan, path, folder.path()}; }

    TemporaryFolder folder;
    Graph graph;
    Plan plan;
    std::filesystem::path path;
};

// One setting, one seed: its first line is always looked at closely.
inline VerifyOptions one_setting(const std::string& setting, uint32_t lines = 30) {
    return {{setting_from(setting)}, lines, 1, 40};
}

inline RuntimeReport report_of(const TestSubject& tiny, std::unique_ptr<Runtime> runtime,
                               const VerifyOptions& options, bool exact = false) {
    std::vector<Candidate> candidates;
    candidates.push_back({"other", exact, std::move(runtime), ""});
    auto quiet = [](const std::string&, uint64_t, uint64_t) {};
    return verify(tiny.subject(), std::move(candidates), options, quiet).runtimes.at(0);
}

}  // namespace quillet

// A character model of anyone's making in the one form that every stage takes: token and states in,
// logits and the states' next values out.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace quillet {

struct TokenModel {
    Graph graph;
    std::vector<std::string> notes;  // what was changed or assumed, a sentence each
};

// The graph with open dimensions bound to 1 and constants folded; inputs: the token, integer, of one
// element, then the states; outputs: the logits, then each state's next value in the same order. What
// people export is brought to that form: a one-hot vector as input becomes a token, log-softmax and
// softmax at the end are dropped where they are over all logits (they change no draw), float64 becomes
// float32, states are paired by name where names tell.
// Throws Error(where, …), with advice, for a graph that is no such model: none or several tokens, a
// recurrent layer whose state neither goes in nor out, a sequence of more than one token, logits that
// are no floats, constants that are not finite.
// Without `fold` the nodes stay as they are: a graph that other runtimes take too.
TokenModel token_model_of(Graph graph, const std::string& where, bool fold = true);

// The same, folded, for who reads the weights out of it, in double: float64 stays, and so does what is
// not finite.
TokenModel token_model_to_read(Graph graph, const std::string& where);

// A sentence for people where `graph`, its open dimensions bound to 1, attends to one position alone (a
// softmax over one number, which is 1 whatever comes in), as a transformer does that was exported with a
// sequence of length 1; empty where it does not. Throws Error as infer_shapes does.
std::string note_on_length(const Graph& graph, const std::string& where);

}  // namespace quillet

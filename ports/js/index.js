// Quillet's character models in JavaScript: the same seed gives the same text as in C, C++ and Python.
// SPDX-License-Identifier: MIT
export { IntegerModel } from "./integer.js";
export { Model, q10 } from "./model.js";
export { OnnxError, readOnnx } from "./onnx.js";
export { Random } from "./random.js";
export { NO_GAP, sample, samplingOf } from "./sampler.js";
export { lineTokens } from "./text.js";
export { Tokenizer } from "./tokenizer.js";

// Runs an ONNX model one token at a time with ONNX Runtime.
// SPDX-License-Identifier: MIT
import { checkFormat, OnnxError, readOnnx, settingsIn } from "./onnx.js";
import { Tokenizer } from "./tokenizer.js";

const LOGIT_LIMIT = 1 << 24;

// By TensorProto.DataType: ONNX Runtime's name and the array that holds such elements.
const TYPES = {
    1: ["float32", Float32Array],
    2: ["uint8", Uint8Array],
    3: ["int8", Int8Array],
    4: ["uint16", Uint16Array],
    5: ["int16", Int16Array],
    6: ["int32", Int32Array],
    7: ["int64", BigInt64Array],
    11: ["float64", Float64Array],
};

/** The contract's integers of float logits (contract 2): times 1024, rounded half away from zero, clamped. */
export function q10(logits) {
    return Int32Array.from(logits, (logit) => {
        const scaled = logit * 1024;
        const rounded = scaled < 0 ? -Math.floor(0.5 - scaled) : Math.floor(scaled + 0.5);
        return rounded > -LOGIT_LIMIT ? Math.min(rounded, LOGIT_LIMIT) : -LOGIT_LIMIT; // not a number: the lowest
    });
}

function zeros(ort, { type, shape }) {
    const [name, TypedArray] = TYPES[type] ?? [];
    if (!name) throw new OnnxError(`element type ${type} is not supported`);
    return new ort.Tensor(name, new TypedArray(shape.reduce((a, b) => a * b, 1)), shape);
}

/**
 * A model with its states; inputs and outputs as docs/FORMATS.md says: the token, then the states, and the logits, then
 * the next states in the same order. One step at a time: await a step before the next.
 */
export class Model {
    #session;
    #inputs;
    #tokens;
    #zeros;
    #states;
    #last;

    /**
     * @param bytes the ONNX file, a Uint8Array
     * @param ort ONNX Runtime's module: onnxruntime-node, or onnxruntime-web in a browser
     * @param name the file in errors
     */
    static async of(bytes, ort, name = "model") {
        const refuse = (error) => {
            throw new OnnxError(`${name}: ${error.message.split("\n")[0]}`);
        };
        let file, tokenizer;
        try {
            file = readOnnx(bytes);
            checkFormat(file.metadata);
            tokenizer = new Tokenizer(file.metadata);
        } catch (error) {
            refuse(error);
        }
        if (file.inputs.length !== file.outputs.length)
            throw new OnnxError(`${name}: is no Quillet model: its states do not pair up`);
        const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
        const session = await ort.InferenceSession.create(bytes, options).catch(refuse);
        return new Model(session, ort, file, tokenizer);
    }

    constructor(session, ort, { metadata, inputs, outputs }, tokenizer) {
        this.metadata = metadata;
        this.tokenizer = tokenizer;
        this.alphabet = tokenizer.pieces; // texts in token order
        this.lineToken = tokenizer.lineToken;
        this.outputs = outputs; // {name, type, shape}
        this.#session = session;
        this.#inputs = inputs.map(({ name }) => name);
        this.#zeros = inputs.slice(1).map((value) => zeros(ort, value));
        this.#tokens = this.alphabet.map((_, token) => {
            const tensor = zeros(ort, inputs[0]);
            tensor.data.fill(typeof tensor.data[0] === "bigint" ? BigInt(token) : token);
            return tensor;
        });
        this.reset();
    }

    /** The sampling settings that the file recommends: {temperature, min_p, top_k, top_p} or fewer of them. */
    get settings() {
        return settingsIn(this.metadata);
    }

    /** All states zero. */
    reset() {
        this.#states = this.#zeros;
    }

    /** Feeds `token`; resolves to the logits, an Int32Array of Q10 integers. */
    async step(token) {
        const feeds = { [this.#inputs[0]]: this.#tokens[token] };
        this.#states.forEach((state, i) => (feeds[this.#inputs[i + 1]] = state));
        this.#last = await this.#session.run(feeds);
        this.#states = this.outputs.slice(1).map(({ name }) => this.#last[name]);
        const { data, type } = this.#last[this.outputs[0].name];
        return type === "float32" || type === "float64" ? q10(data) : Int32Array.from(data, Number);
    }

    /** ONNX Runtime's tensor of output `index` after the last step. */
    output(index) {
        return this.#last[this.outputs[index].name];
    }
}

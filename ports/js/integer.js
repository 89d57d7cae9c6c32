// Integer models without ONNX Runtime: the cells in plain JavaScript, by the formulas of docs/integer.md.
// SPDX-License-Identifier: MIT
import { checkFormat, OnnxError, readConstants, readOnnx, settingsIn } from "./onnx.js";
import { Tokenizer } from "./tokenizer.js";

const FORMAT = "integer-1";
const C_LIMIT = 65535; // of an LSTM's cell state

/** x shifted right by k, rounded; no intermediate leaves 32 bits, as whoever made the model has proven. */
const asr = (x, k) => (k === 0 ? x : ((x >> (k - 1)) + 1) >> 1);

/** table[clip(asr(x, 4), -512, 511) + 512] of a pre-activation, Q10. */
const lookUp = (table, x) => table[Math.min(Math.max(asr(x, 4), -512), 511) + 512];

/** Weights by rows with a multiplier and a shift each; stored by columns in the file where `byColumns`. */
class Matrix {
    constructor(take, name, byColumns = true) {
        const { shape, data } = take(name);
        const [rows, columns] = byColumns ? [shape[1], shape[0]] : shape;
        this.rows = rows;
        this.columns = columns;
        this.q = byColumns ? Int8Array.from(data, (_, i) => data[(i % columns) * rows + Math.floor(i / columns)])
            : data;
        this.m = take(`${name}_m`).data;
        this.k = Int32Array.from(take(`${name}_divisor`).data, (divisor) => 31 - Math.clz32(divisor));
    }

    /** Writes asr(m * sum of a row's products with x, k) into `out`, Q10. */
    times(x, out) {
        const { q, m, k, columns } = this;
        for (let row = 0, at = 0; row < this.rows; row++) {
            let sum = 0;
            for (let i = 0; i < columns; i++, at++) sum = (sum + q[at] * x[i]) | 0;
            out[row] = asr(Math.imul(sum, m[row]), k[row]);
        }
    }

    /** Writes row `row`, each value asr(m * q, k), into `out`, Q10. */
    takeRow(row, out) {
        const first = row * this.columns, m = this.m[row], k = this.k[row];
        for (let i = 0; i < this.columns; i++) out[i] = asr(Math.imul(this.q[first + i], m), k);
    }
}

/** What a layer or the logits read besides the layer below: of lower layers by matrices, of the token by a table. */
class Skips {
    constructor({ take, has }, name, layers) {
        this.table = has(`${name}_token`) ? new Matrix(take, `${name}_token`, false) : null;
        this.parts = layers.flatMap((layer, i) => (has(`${name}_${i}`) ? [[layer, new Matrix(take, `${name}_${i}`)]]
            : []));
        this.part = null;
    }

    /** Adds it to g, Q10. */
    addTo(g, token) {
        this.part ??= new Int32Array(g.length);
        const add = () => this.part.forEach((value, i) => (g[i] += value));
        if (this.table) {
            this.table.takeRow(token, this.part);
            add();
        }
        for (const [layer, matrix] of this.parts) {
            matrix.times(layer.x, this.part);
            add();
        }
    }
}

/** A layer with its states: h and, of an LSTM, c (Int32Array each), none where it keeps none; x is h in 8 bits. */
class Layer {
    constructor(model, name, layers, keepsState) {
        const { take } = model;
        this.below = layers.at(-1);
        this.input = this.below && new Matrix(take, `${name}.W`);
        this.recurrent = keepsState ? new Matrix(take, `${name}.R`) : null;
        this.skips = new Skips(model, `${name}.W`, layers);
        this.b = take(`${name}.b`).data;
        [this.sigmoid, this.tanh] = ["sigmoid_table", "tanh_table"]
            .map((key) => (model.has(key) ? take(key).data : null));
        this.hidden = keepsState ? this.recurrent.columns : this.b.length;
        this.h = new Int32Array(this.hidden);
        this.x = new Int8Array(this.hidden);
        this.g = new Int32Array(this.b.length);
        this.p = new Int32Array(this.b.length);
    }

    get states() {
        return this.recurrent ? [this.h] : [];
    }

    reset() {
        for (const state of [this.h, this.x, this.c]) state?.fill(0);
    }

    step(table, token) {
        if (!this.recurrent) this.g.fill(0);
        else if (this.below) this.input.times(this.below.x, this.g);
        else table.takeRow(token, this.g);
        for (let i = 0; i < this.g.length; i++) this.g[i] += this.b[i];
        this.skips.addTo(this.g, token);
        if (this.recurrent) this.recurrent.times(this.x, this.p);
        else this.input.times(this.below.x, this.p);
        for (let i = 0; i < this.hidden; i++) {
            this.unit(i);
            this.x[i] = (this.h[i] + 128) >> 8;
        }
    }
}

class Gru extends Layer {
    constructor(model, name, ...rest) {
        super(model, name, ...rest);
        this.bHn = model.take(`${name}.b_hn`).data;
    }

    unit(i) {
        const { hidden, g, p, h } = this, j = hidden + i, k = 2 * hidden + i;
        const z = lookUp(this.sigmoid, p[i] + g[i]), r = lookUp(this.sigmoid, p[j] + g[j]);
        const n = lookUp(this.tanh, g[k] + asr(Math.imul(r, p[k] + this.bHn[i]), 14));
        h[i] = n + asr(Math.imul(z, h[i] - n), 14);
    }
}

export class Lstm extends Layer {
    constructor(...all) {
        super(...all);
        this.c = new Int32Array(this.hidden);
    }

    get states() {
        return [this.h, this.c];
    }

    unit(i) {
        const { hidden, g, p, c } = this, pre = (gate) => p[gate * hidden + i] + g[gate * hidden + i];
        const [input, output, forget] = [0, 1, 2].map((gate) => lookUp(this.sigmoid, pre(gate)));
        const added = asr(Math.imul(input, lookUp(this.tanh, pre(3))), 3);
        c[i] = Math.min(Math.max(asr(Math.imul(forget, c[i]) + added, 14), -C_LIMIT), C_LIMIT);
        const bent = this.tanh[Math.min(Math.max(asr(c[i] * 129, 13), -512), 511) + 512];
        this.h[i] = asr(Math.imul(output, bent), 14);
    }
}

class Rnn extends Layer {
    unit(i) {
        this.h[i] = lookUp(this.tanh, this.p[i] + this.g[i]);
    }
}

class RnnRelu extends Layer {
    unit(i) {
        this.h[i] = asr(Math.min(Math.max(this.p[i] + this.g[i], 0), 1024) * 127, 2);
    }
}

// By the name of a layer without its number; the second says whether it keeps a state.
const CELLS = { gru: [Gru, true], lstm: [Lstm, true], rnn: [Rnn, true], rnn_relu: [RnnRelu, true], tanh: [Rnn, false],
    relu: [RnnRelu, false] };

/** Whether `bytes` are an ONNX file that IntegerModel runs; false for anything else. */
export function isIntegerModel(bytes) {
    try {
        return readOnnx(bytes).metadata["quillet.format"] === FORMAT;
    } catch (error) {
        if (error instanceof OnnxError) return false;
        throw error;
    }
}

/** What `read` gives; the file is named in what it throws. */
function named(name, read) {
    try {
        return read();
    } catch (error) {
        if (error instanceof OnnxError) throw new OnnxError(`${name}: ${error.message}`);
        throw error;
    }
}

/** An integer model with its states; it steps as Model does, without waiting. */
export class IntegerModel {
    /**
     * @param bytes the ONNX file, a Uint8Array
     * @param name the file in errors
     */
    constructor(bytes, name = "model") {
        const { metadata, outputs } = named(name, () => readOnnx(bytes)),
            constants = named(name, () => readConstants(bytes));
        named(name, () => checkFormat(metadata));
        if (metadata["quillet.format"] !== FORMAT)
            throw new OnnxError(`${name}: is not an integer model (integer-1); `
                + `Model.of runs float models, in ONNX Runtime`);
        const take = (key) => {
            const found = constants.get(key);
            if (!found?.data) throw new OnnxError(`${name}: has no constant '${key}' of integers`);
            return found;
        };
        this.metadata = metadata;
        this.tokenizer = named(name, () => new Tokenizer(metadata));
        this.alphabet = this.tokenizer.pieces; // texts in token order
        this.lineToken = this.tokenizer.lineToken;
        this.outputs = outputs; // {name, type, shape}
        this.table = new Matrix(take, "table", false);
        const model = { take, has: (key) => constants.has(key) };
        this.layers = this.#layersOf(model, [...constants.keys()]);
        this.output_ = new Matrix(take, "output.weight");
        this.skips = new Skips(model, "output.weight", this.layers);
        this.bias = take("output.bias").data;
        this.logits = new Int32Array(this.alphabet.length);
    }

    /** The layers "gru", or "gru0", "relu1", … by their biases. */
    #layersOf(model, names) {
        const layers = [], found = names.map((name) => /^((\w+?)(\d*))\.b$/.exec(name))
            .filter((parts) => parts && Object.hasOwn(CELLS, parts[2]));
        found.sort((a, b) => a[3] - b[3]);
        for (const [, name, cell] of found) {
            const [Kind, keepsState] = CELLS[cell];
            layers.push(new Kind(model, name, [...layers], keepsState));
        }
        return layers;
    }

    get settings() {
        return settingsIn(this.metadata);
    }

    /** All states zero. */
    reset() {
        for (const layer of this.layers) layer.reset();
    }

    /** Feeds `token`; returns the logits, an Int32Array of Q10 integers that the next step overwrites. */
    step(token) {
        for (const layer of this.layers) layer.step(this.table, token);
        this.output_.times(this.layers.at(-1).x, this.logits);
        for (let i = 0; i < this.logits.length; i++) this.logits[i] += this.bias[i];
        this.skips.addTo(this.logits, token);
        return this.logits;
    }

    /** {data, dims} of output `index` after the last step: the logits, then the states. */
    output(index) {
        const states = this.layers.flatMap((layer) => layer.states);
        const data = index === 0 ? this.logits : states[index - 1];
        return { data, dims: this.outputs[index].shape };
    }
}

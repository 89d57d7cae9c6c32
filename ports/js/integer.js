// Integer models without ONNX Runtime: the cells in plain JavaScript, by the formulas of docs/integer.md.
// SPDX-License-Identifier: MIT
import { OnnxError, readConstants, readOnnx } from "./onnx.js";
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
        this.q = byColumns ? Int8Array.from(data, (_, i) => data[(i % columns) * rows + Math.floor(i / columns)]) : data;
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

/** A layer with its states: h and, of an LSTM, c (Int32Array each); x is h in 8 bits. */
class Layer {
    constructor(take, name, below, hidden) {
        this.below = below;
        this.input = below && new Matrix(take, `${name}.W`);
        this.recurrent = new Matrix(take, `${name}.R`);
        this.b = take(`${name}.b`).data;
        this.sigmoid = take("sigmoid_table").data;
        this.tanh = take("tanh_table").data;
        this.hidden = hidden;
        this.h = new Int32Array(hidden);
        this.x = new Int8Array(hidden);
        this.g = new Int32Array(this.recurrent.rows);
        this.p = new Int32Array(this.recurrent.rows);
    }

    reset() {
        for (const state of [this.h, this.x, this.c]) state?.fill(0);
    }

    step(table, token) {
        if (this.below) this.input.times(this.below.x, this.g);
        else table.takeRow(token, this.g);
        for (let i = 0; i < this.g.length; i++) this.g[i] += this.b[i];
        this.recurrent.times(this.x, this.p);
        for (let i = 0; i < this.hidden; i++) {
            this.unit(i);
            this.x[i] = (this.h[i] + 128) >> 8;
        }
    }
}

export class Gru extends Layer {
    constructor(take, name, ...rest) {
        super(take, name, ...rest);
        this.bHn = take(`${name}.b_hn`).data;
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

    unit(i) {
        const { hidden, g, p, c } = this, pre = (gate) => p[gate * hidden + i] + g[gate * hidden + i];
        const [input, output, forget] = [0, 1, 2].map((gate) => lookUp(this.sigmoid, pre(gate)));
        const added = asr(Math.imul(input, lookUp(this.tanh, pre(3))), 3);
        c[i] = Math.min(Math.max(asr(Math.imul(forget, c[i]) + added, 14), -C_LIMIT), C_LIMIT);
        const bent = this.tanh[Math.min(Math.max(asr(c[i] * 129, 13), -512), 511) + 512];
        this.h[i] = asr(Math.imul(output, bent), 14);
    }
}

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
        const { metadata, outputs } = named(name, () => readOnnx(bytes)), constants = named(name, () => readConstants(bytes));
        if (metadata["quillet.format"] !== FORMAT) throw new OnnxError(`${name}: is not an integer model (integer-1)`);
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
        this.layers = this.#layersOf(take, [...constants.keys()]);
        this.output_ = new Matrix(take, "output.weight");
        this.bias = take("output.bias").data;
        this.logits = new Int32Array(this.alphabet.length);
    }

    /** The layers "gru", or "gru0", "gru1", …; likewise "lstm". */
    #layersOf(take, names) {
        const layers = [], cells = names.filter((name) => /^(gru|lstm)\d*\.R$/.test(name)).map((name) => name.slice(0, -2));
        cells.sort((a, b) => a.replace(/\D/g, "") - b.replace(/\D/g, ""));
        for (const cell of cells) {
            const hidden = take(`${cell}.R`).shape[0], below = layers.at(-1);
            layers.push(new (cell.startsWith("gru") ? Gru : Lstm)(take, cell, below, hidden));
        }
        return layers;
    }

    get settings() {
        return JSON.parse(this.metadata["quillet.sampling"] ?? "{}");
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
        return this.logits;
    }

    /** {data, dims} of output `index` after the last step: the logits, then the states. */
    output(index) {
        const states = this.layers.flatMap(({ h, c }) => (c ? [h, c] : [h]));
        const data = index === 0 ? this.logits : states[index - 1];
        return { data, dims: this.outputs[index].shape };
    }
}

// Runs the form of an integer model that has sampler and generator inside: one run is one character (docs/integer.md).
// SPDX-License-Identifier: MIT
import { OnnxError, readOnnx } from "./onnx.js";
import { Tokenizer } from "./tokenizer.js";

/** A model of format integer-writer-1 with its states. Await a step before the next. */
export class WriterModel {
    static async of(bytes, ort, name = "model") {
        const file = readOnnx(bytes);
        if (file.metadata["quillet.format"] !== "integer-writer-1")
            throw new OnnxError(`${name}: has no sampler inside`);
        const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
        return new WriterModel(await ort.InferenceSession.create(bytes, options), ort, file);
    }

    constructor(session, ort, { metadata, inputs }) {
        this.session = session;
        this.ort = ort;
        this.tokenizer = new Tokenizer(metadata);
        this.alphabet = this.tokenizer.pieces; // texts in token order
        this.lineToken = this.tokenizer.lineToken;
        this.states = inputs.filter(({ name }) => !["token", "random", "sampling"].includes(name));
        this.reset();
    }

    /** All states zero. */
    reset() {
        this.feeds = {};
        for (const { name, shape } of this.states) {
            this.feeds[name] = new this.ort.Tensor("int32", new Int32Array(shape.reduce((a, b) => a * b, 1)), shape);
        }
    }

    /**
     * Feeds `token`; resolves to the token drawn by `sampling` (Uint32Array of 4) and to the generator's next words.
     */
    async step(token, sampling, words) {
        const { Tensor } = this.ort;
        const done = await this.session.run({
            ...this.feeds,
            token: new Tensor("int64", BigInt64Array.of(BigInt(token)), [1]),
            random: new Tensor("uint32", words, [4]),
            sampling: new Tensor("uint32", sampling, [4]),
        });
        for (const { name } of this.states) this.feeds[name] = done[`${name}_next`];
        return { token: Number(done.token_next.data[0]), words: Uint32Array.from(done.random_next.data) };
    }
}

/** The tokens of one line after `prompt`, as lineTokens yields them; `random` carries on to the next line. */
export async function writtenLine(model, sampling, random, maxLength, prompt = []) {
    model.reset();
    const tokens = [];
    let fed = model.lineToken;
    for (const token of prompt) {
        await model.step(fed, sampling, random.words); // what it draws is ignored
        fed = token;
    }
    for (let length = prompt.length; length < maxLength; length++) {
        const { token, words } = await model.step(fed, sampling, random.words);
        random.words = words;
        if (token === model.lineToken) break;
        tokens.push((fed = token));
    }
    return tokens;
}

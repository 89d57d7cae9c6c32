// The port against tests/vectors/contract.json, which the C runtime and the Python port are tested against as well.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { checkFormat, OnnxError, readOnnx } from "./onnx.js";
import { Random } from "./random.js";
import { NO_GAP, sample, samplingOf } from "./sampler.js";
import { lineTokens } from "./text.js";
import { Tokenizer } from "./tokenizer.js";

const contract = JSON.parse(readFileSync(new URL("../../tests/vectors/contract.json", import.meta.url), "utf8"));

function samplingOfIntegers([inverseTemperature, minPGap, topK, topP]) {
    return { inverseTemperature, minPGap, topK, topP };
}

/** A model whose logits are a table, by step (repeating) and token. */
class TableModel {
    constructor({ line_token, logits }) {
        this.lineToken = line_token;
        this.logits = logits;
    }
    reset() {
        this.steps = 0;
    }
    step(token) {
        return this.logits[this.steps++ % this.logits.length][token];
    }
}

test("generator", () => {
    assert.ok(contract.generator.length >= 9);
    for (const { seed, start, outputs, end } of contract.generator) {
        const random = new Random(seed);
        assert.deepEqual([...random.words], start);
        assert.deepEqual(outputs.map(() => random.next()), outputs);
        assert.deepEqual([...Random.ofWords(random.words).words], end);
    }
});

test("bounded draws", () => {
    assert.ok(contract.bounded.length >= 16);
    for (const { seed, bound, outputs, end } of contract.bounded) {
        const random = new Random(seed);
        assert.deepEqual(outputs.map(() => random.below(bound)), outputs);
        assert.deepEqual([...random.words], end, `bound ${bound}`);
    }
});

test("settings", () => {
    assert.ok(contract.settings.length >= 13);
    for (const { temperature, min_p, top_k, top_p, sampling } of contract.settings) {
        const made = samplingOf({ temperature, minP: min_p, topK: top_k, topP: top_p });
        assert.deepEqual(made, samplingOfIntegers(sampling));
        // By the names that a model file has.
        assert.deepEqual(samplingOf({ temperature, min_p, top_k, top_p, max_length: 9 }), made);
    }
    assert.deepEqual(samplingOf({}), samplingOf({ temperature: 0.7 }));
    assert.deepEqual(samplingOf(), { inverseTemperature: 528, minPGap: NO_GAP, topK: 0, topP: 0 });
    assert.throws(() => samplingOf({ minp: 0.1 }), /minp/);
});

test("settings are clipped or no numbers", () => {
    const clipped = samplingOf({ temperature: -1, minP: 3, topK: -4, topP: -3 });
    assert.deepEqual(clipped, { inverseTemperature: 0, minPGap: 0, topK: 0, topP: 0 });
    assert.equal(samplingOf({ topK: Infinity }).topK, 2 ** 32 - 1);
    assert.equal(samplingOf({ min_p: -1, minP: undefined }).minPGap, NO_GAP);
    for (const wrong of [{ temperature: NaN }, { temperature: "0.7" }, { minP: null }, { topK: 2.5 }, { topP: NaN }]) {
        const [name] = Object.keys(wrong);
        assert.throws(() => samplingOf(wrong),
            { name: "RangeError", message: new RegExp(`^${name}: is .*; expected a `) });
    }
});

test("prompts are tokens", async () => {
    const model = new TableModel(contract.text[0].model), sampling = samplingOf({ temperature: 0 });
    const first = (token) => lineTokens(model, sampling, new Random(1), 9, [0, token]).next();
    for (const wrong of [-1, 1.5, "a"])
        await assert.rejects(first(wrong),
            /^RangeError: prompt: has a token that is .*; expected a whole number from 0 on$/);
    model.alphabet = ["\n", "a"];
    await assert.rejects(first(2), /^RangeError: prompt: has a token that is 2; expected a whole number from 0 to 1$/);
});

test("seeds are 32 bits", () => {
    for (const seed of [0, 2 ** 32 - 1]) assert.equal(new Random(seed).words.length, 4);
    for (const seed of [-1, 2 ** 32, 1.5, NaN, "1", undefined])
        assert.throws(() => new Random(seed),
            /^RangeError: seed: is .*; expected a whole number from 0 to 4294967295$/);
});

test("formats", () => {
    for (const metadata of [{}, { "quillet.format": "float-1" }, { "quillet.format": "integer-1" }])
        checkFormat(metadata);
    for (const [format, told] of [["integer-9", /'integer-9'; expected integer-1/], ["integer-10", /'integer-10'/],
        ["integer-writer-1", /without --with-sampler/]]) {
        assert.throws(() => checkFormat({ "quillet.format": format }), (error) => error instanceof OnnxError
            && told.test(error.message));
    }
});

test("files that are not ONNX", () => {
    const rows = [["", /^is empty; expected an ONNX model.*give /],
        ["# a text\n".repeat(9), /^is not an ONNX model, .*give /],
        ["The text of a story.\n", /^is not an ONNX model, .*give /],
            [":\x7fab", /^is cut short, or is not an ONNX model; give /],
        ["\n\x01a", /^is not an ONNX model: it has no graph; give /]];
    for (const [text, told] of rows) {
        assert.throws(() => readOnnx(new TextEncoder().encode(text)), (error) => error instanceof OnnxError
            && told.test(error.message));
    }
});

test("sampler", () => {
    assert.ok(contract.sampler.length >= 400);
    for (const vector of contract.sampler) {
        const random = new Random(vector.seed);
        const sampling = samplingOfIntegers(vector.sampling);
        const tokens = vector.tokens.map(() => sample(vector.logits, sampling, random));
        assert.deepEqual(tokens, vector.tokens, JSON.stringify(vector));
        assert.deepEqual([...random.words], vector.end, JSON.stringify(vector));
    }
});

test("a weight is nothing from 1024 steps of its table on", () => {
    // A gap of 4096 at an inverse temperature of 1024 is the 1024th step, behind the table's end.
    for (const logits of [[0, -4096], [-4096, 0]])
        for (let seed = 0; seed < 50; seed++)
            assert.equal(sample(logits, samplingOfIntegers([1024, NO_GAP, 0, 0]), new Random(seed)), logits.indexOf(0));
});

test("text loop", async () => {
    assert.ok(contract.text.length >= 4);
    for (const { model, runs } of contract.text) {
        for (const run of runs) {
            const random = new Random(run.seed);
            const sampling = samplingOfIntegers(run.sampling);
            for (const expected of run.lines) {
                const line = [];
                const tokens = lineTokens(new TableModel(model), sampling, random, run.max_length, run.prompt);
                for await (const token of tokens) line.push(token);
                assert.deepEqual(line, expected, JSON.stringify(run));
            }
            assert.deepEqual([...random.words], run.end, JSON.stringify(run));
        }
    }
});

test("tokens", () => {
    assert.ok(contract.tokens.length >= 28);
    for (const { alphabet, merges, pieces, texts } of contract.tokens) {
        const metadata = { "quillet.alphabet": alphabet };
        if (merges !== null) metadata["quillet.merges"] = merges;
        if (pieces === null) {
            assert.throws(() => new Tokenizer(metadata), OnnxError, alphabet);
            continue;
        }
        const tokenizer = new Tokenizer(metadata);
        assert.deepEqual(tokenizer.pieces, pieces);
        for (const { text, tokens, unknown } of texts) {
            const left = [];
            assert.deepEqual(tokenizer.encode(text, left), tokens, text);
            assert.equal(left.join(""), unknown);
            assert.equal(tokens.map((token) => tokenizer.pieces[token]).join(""),
                [...text].filter((character) => !left.includes(character)).join(""));
        }
    }
});

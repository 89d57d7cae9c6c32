// The port against tests/vectors/contract.json, which the C runtime and the Python port are tested against as well.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { OnnxError } from "./onnx.js";
import { Random } from "./random.js";
import { sample, samplingOf } from "./sampler.js";
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
    assert.throws(() => samplingOf({ minp: 0.1 }), /minp/);
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
            assert.equal(tokenizer.decode(tokens), [...text].filter((character) => !left.includes(character)).join(""));
        }
    }
});

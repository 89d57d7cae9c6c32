// The port with real files: what it reads of ONNX, what it says of broken ones, and that it writes.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { IntegerModel, Model, OnnxError, q10, readOnnx, samplingOf } from "./index.js";

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const names = new Uint8Array(readFileSync(path("models/names.onnx")));
const ort = await import("onnxruntime-node").catch(() => null);
const needsOrt = { skip: ort ? false : "onnxruntime-node is not installed" };

test("metadata, inputs and outputs", () => {
    const { metadata, inputs, outputs } = readOnnx(names);
    assert.ok(metadata["quillet.alphabet"].includes("\n"));
    assert.equal(inputs.length, outputs.length);
    assert.deepEqual([inputs[0].name, inputs[0].type, inputs[0].shape], ["token", 7, [1]]);
    assert.equal(outputs[0].shape.at(-1), [...metadata["quillet.alphabet"]].length);
    assert.deepEqual(inputs[1].shape, outputs[1].shape);
});

test("broken files are errors", () => {
    const zip = new Uint8Array([0x50, 0x4b, 3, 4, ...names]);
    const text = new TextEncoder().encode("# a text\n".repeat(9));
    const half = names.subarray(0, names.length >> 1);
    for (const broken of [names.subarray(0, 0), names.subarray(0, 1), half, names.subarray(0, -1), zip, text]) {
        assert.throws(() => readOnnx(broken), OnnxError);
    }
});

test("logits round half away from zero", () => {
    const values = [0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 1e30, -1e30, NaN].map((x) => Math.fround(x) / 1024);
    assert.deepEqual([...q10(values)], [1, -1, 2, 3, -3, 0, 2 ** 24, -(2 ** 24), -(2 ** 24)]);
});

test("a model's own settings are those that are drawn by", () => {
    const contract = JSON.parse(readFileSync(path("tests/vectors/contract.json"), "utf8"));
    const model = new IntegerModel(names);
    for (const { temperature, min_p, top_k, top_p, sampling } of contract.settings) {
        model.metadata["quillet.sampling"] = JSON.stringify({ temperature, min_p, top_k, top_p, max_length: 50 });
        const { inverseTemperature, minPGap, topK, topP } = samplingOf(model.settings);
        assert.deepEqual([inverseTemperature, minPGap, topK, topP], sampling);
    }
});

test("models without an alphabet are refused", needsOrt, async () => {
    const bytes = new Uint8Array(readFileSync(path("tests/models/gru1-embedding-state-opset17.onnx")));
    await assert.rejects(Model.of(bytes, ort, "x.onnx"), /^Error: x\.onnx: .*alphabet/);
});

test("integer cells are ONNX Runtime's to the bit", needsOrt, async () => {
    const plain = new IntegerModel(names), model = await Model.of(names, ort);
    assert.deepEqual(plain.alphabet, model.alphabet);
    for (let step = 0; step < 90; step++) {
        if (step % 40 === 0) for (const each of [plain, model]) each.reset();
        const token = (step * step * 7 + step) % model.alphabet.length;
        assert.deepEqual([...plain.step(token)], [...(await model.step(token))], `step ${step}`);
        model.outputs.forEach((_, i) => assert.deepEqual([...plain.output(i).data], [...model.output(i).data]));
    }
});

test("the program writes what the seed names", needsOrt, () => {
    const run = (...words) => spawnSync(process.execPath, [path("ports/js/quillet-js.js"), ...words], { encoding: "utf8" });
    const three = run(path("models/names.onnx"), "-n", "3", "--seed", "7").stdout.split("\n");
    assert.equal(three.length, 4);
    assert.deepEqual(run(path("models/names.onnx"), "-n", "2", "--seed", "7").stdout.split("\n"), [three[0], three[1], ""]);
    for (const wrong of [["no.onnx"], [path("README.md")], [], [path("models/names.onnx"), "--seed", "x"], ["--what"]]) {
        const { status, stderr } = run(...wrong);
        assert.equal(status, 2, wrong.join(" "));
        assert.match(stderr, /^quillet-js: [^\n]+\n$/);
    }
});

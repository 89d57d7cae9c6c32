// The port with real files: what it reads of ONNX, what it says of broken ones, and that it writes.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { IntegerModel, isIntegerModel, lines, Model, OnnxError, q10, readOnnx, samplingOf } from "./index.js";
import { Lstm } from "./integer.js";
import { readConstants } from "./onnx.js";

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const names = new Uint8Array(readFileSync(path("models/names.onnx")));
const ort = await import("onnxruntime-node").catch(() => null);
const needsOrt = { skip: ort ? false : "onnxruntime-node is not installed" };

/** `bytes` with an entry of metadata behind it, which goes before one that the file has. */
function withMetadata(bytes, key, value) {
    const inside = (number, content) => [(number << 3) | 2, content.length, ...content], utf8 = new TextEncoder();
    return new Uint8Array([...bytes,
        ...inside(14, [...inside(1, utf8.encode(key)), ...inside(2, utf8.encode(value))])]);
}

async function linesOf(options, bytes = names) {
    const written = [];
    for await (const line of lines(new IntegerModel(bytes), options)) written.push(line);
    return written;
}

test("metadata, inputs and outputs", () => {
    const { metadata, inputs, outputs } = readOnnx(names);
    assert.ok(metadata["quillet.alphabet"].includes("\n"));
    assert.equal(inputs.length, outputs.length);
    assert.deepEqual([inputs[0].name, inputs[0].type, inputs[0].shape], ["token", 7, [1]]);
    assert.equal(outputs[0].shape.at(-1), [...metadata["quillet.alphabet"]].length);
    assert.deepEqual(inputs[1].shape, outputs[1].shape);
});

test("an input that has a value is none, and what has no name has an empty one", () => {
    const inside = (number, content) => [(number << 3) | 2, content.length, ...content];
    const named = (name) => inside(1, [...name].map((letter) => letter.charCodeAt(0)));
    const tensor = inside(5, inside(8, [119])); // "w"
    const graph = [...tensor, ...inside(11, named("x")), ...inside(11, named("w")), ...inside(11, []),
        ...inside(12, named("y"))];
    const { inputs, outputs } = readOnnx(new Uint8Array(inside(7, graph)));
    assert.deepEqual(inputs.map(({ name }) => name), ["x", ""]);
    assert.deepEqual(outputs.map(({ name }) => name), ["y"]);
});

test("a dimension below 0 has its size", () => {
    const inside = (number, content) => [(number << 3) | 2, content.length, ...content];
    const minusTwo = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    const shape = inside(2, [...inside(1, [8, ...minusTwo]), ...inside(1, [8, 3]), ...inside(1, [])]);
    const value = [...inside(1, [120]), ...inside(2, inside(1, [8, 1, ...shape]))];
    assert.deepEqual(readOnnx(new Uint8Array(inside(7, inside(11, value)))).inputs[0].shape, [2, 3, 1]);
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

test("a constant's shape may be packed or not", () => {
    const inside = (number, bytes) => [(number << 3) | 2, bytes.length, ...bytes];
    for (const dims of [[0x08, 2, 0x08, 3], inside(1, [2, 3])]) {
        const tensor = [...dims, 0x10, 3, ...inside(8, [0x74]), ...inside(9, [1, 2, 3, 4, 5, 255])];
        const constants = readConstants(new Uint8Array(inside(7, inside(5, tensor))));
        assert.deepEqual(constants.get("t"), { shape: [2, 3], data: Int8Array.of(1, 2, 3, 4, 5, -1) });
    }
});

test("wire types that ONNX does not use are skipped or refused", () => {
    const more = (...bytes) => new Uint8Array([...names, ...bytes]);
    const field = (wire) => [0x78 | wire]; // field 15
    for (const skipped of [[...field(1), 1, 2, 3, 4, 5, 6, 7, 8], [...field(5), 1, 2, 3, 4], [...field(2), 1, 9],
        [...field(0), 9]]) {
        assert.deepEqual(readOnnx(more(...skipped)).metadata, readOnnx(names).metadata);
        assert.throws(() => readOnnx(more(...skipped.slice(0, -1))), OnnxError);
    }
    for (const wire of [3, 4, 6, 7])
        assert.throws(() => readOnnx(more(...field(wire), 1, 2, 3, 4, 5, 6, 7, 8)), OnnxError);
});

// An LSTM by docs/integer.md in BigInt, floor shifts and all; states up to their limits.
test("an LSTM's cell is that of the formulas, clamped at both ends", () => {
    const hidden = 5, sig = [], tanh = [];
    for (let i = 0; i < 1024; i++) {
        sig.push(Math.round(16384 / (1 + Math.exp(-(i - 512) / 64))));
        tanh.push(Math.round(32512 * Math.tanh((i - 512) / 64)));
    }
    let state = 1;
    const draw = (low, high) => low + ((state = (state * 1103515245 + 12345) % 2147483648) % (high - low + 1));
    const q = Int8Array.from({ length: 4 * hidden * hidden }, () => draw(-127, 127)); // by columns
    const m = Int32Array.from({ length: 4 * hidden }, () => draw(64, 127)), k = Int32Array.from(m, () => draw(0, 9));
    const b = Int32Array.from(m, () => draw(-900, 900));
    const constants = { "lstm.R": { shape: [hidden, 4 * hidden], data: q }, "lstm.R_m": { data: m },
        "lstm.R_divisor": { data: k.map((bits) => 1 << bits) }, "lstm.b": { data: b },
        sigmoid_table: { data: Int32Array.from(sig) }, tanh_table: { data: Int32Array.from(tanh) } };
    const layer = new Lstm({ take: (key) => constants[key], has: (key) => key in constants }, "lstm", [], true);
    const asr = (x, bits) => (bits === 0n ? x : (x + (1n << (bits - 1n))) >> bits);
    const at = (table, x) => BigInt(table[Number(x < -512n ? -512n : x > 511n ? 511n : x) + 512]);
    for (let step = 0; step < 300; step++) {
        const wide = [40, 3000, 90000][step % 3];
        const g = Int32Array.from(m, () => draw(-wide, wide)), x = [...layer.x], before = [...layer.c];
        if (step % 5 === 4) before.forEach((_, i) => (layer.c[i] = before[i] = i % 2 ? 65535 : -65535));
        layer.step({ takeRow: (_, out) => out.set(g) }, 0);
        for (let i = 0; i < hidden; i++) {
            const pre = (gate) => {
                const row = gate * hidden + i;
                let sum = 0n;
                for (let j = 0; j < hidden; j++) sum += BigInt(q[j * 4 * hidden + row]) * BigInt(x[j]);
                return asr(asr(sum * BigInt(m[row]), BigInt(k[row])) + BigInt(g[row]) + BigInt(b[row]), 4n);
            };
            let c = asr(at(sig, pre(2)) * BigInt(before[i]) + asr(at(sig, pre(0)) * at(tanh, pre(3)), 3n), 14n);
            c = c > 65535n ? 65535n : c < -65535n ? -65535n : c;
            const h = asr(at(sig, pre(1)) * at(tanh, asr(c * 129n, 13n)), 14n);
            assert.deepEqual([layer.c[i], layer.h[i], layer.x[i]], [Number(c), Number(h), Number((h + 128n) >> 8n)],
                `step ${step}, unit ${i}`);
        }
    }
});

test("every cell and link writes the program's lines", async () => {
    const { models } = JSON.parse(readFileSync(path("tests/vectors/integer_models.json"), "utf8"));
    assert.ok(models.length > 5);
    for (const { name, onnx, runs } of models) {
        const bytes = new Uint8Array(Buffer.from(onnx, "base64"));
        for (const { seed, count, temperature, max_length: maxLength, lines: expected } of runs)
            assert.deepEqual(await linesOf({ seed, count, temperature, minP: 0, maxLength }, bytes), expected, name);
    }
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
    const run = (...words) => spawnSync(process.execPath, [path("ports/js/quillet-js.js"), ...words],
        { encoding: "utf8" });
    const three = run(path("models/names.onnx"), "-n", "3", "--seed", "7").stdout.split("\n");
    assert.equal(three.length, 4);
    assert.deepEqual(run(path("models/names.onnx"), "-n", "2", "--seed", "7").stdout.split("\n"),
        [three[0], three[1], ""]);
    for (const wrong of [["no.onnx"], [path("README.md")], [], [path("models/names.onnx"), "--seed", "x"],
        ["--what"]]) {
        const { status, stderr } = run(...wrong);
        assert.equal(status, 2, wrong.join(" "));
        assert.match(stderr, /^quillet-js: [^\n]+\n$/);
    }
});

test("formats of other versions are errors", async () => {
    const newer = withMetadata(names, "quillet.format", "integer-9"),
        writer = withMetadata(names, "quillet.format", "integer-writer-1");
    const alphabet = withMetadata(names, "quillet.format", "integer-1"),
        at = Buffer.from(alphabet).indexOf("quillet.alphabet");
    alphabet[at] = 0x51; // another name
    const rows = [[newer, /^x\.onnx: is of format 'integer-9'; expected integer-1: /],
        [writer, /^x\.onnx: is of format integer-writer-1, .*--with-sampler/],
        [alphabet, /^x\.onnx: has no metadata quillet\.alphabet, .*--alphabet$/]];
    for (const [bytes, told] of rows) {
        const isTold = (error) => error instanceof OnnxError && told.test(error.message);
        assert.throws(() => new IntegerModel(bytes, "x.onnx"), isTold);
        await assert.rejects(Model.of(bytes, {}, "x.onnx"), isTold);
    }
    assert.deepEqual([newer, writer, names].map(isIntegerModel), [false, false, true]);
    assert.throws(() => new IntegerModel(withMetadata(names, "quillet.format", "float-1"), "x.onnx"),
        /x\.onnx: is not an integer model .*Model\.of/);
});

test("a file's settings are an object", () => {
    const settings = (text) => new IntegerModel(withMetadata(names, "quillet.sampling", text)).settings;
    assert.deepEqual(settings('{"top_k": null, "min_p": 0.5}'), { min_p: 0.5 });
    for (const wrong of ["[]", "{", "7", "null"])
        assert.throws(() => settings(wrong), /quillet\.sampling: is not a JSON object$/);
});

test("lines take a file's names and refuse what the program refuses", async () => {
    const own = await linesOf({ seed: 5, count: 3, temperature: 1.7, minP: 0.1, topK: 9, topP: 0.9, maxLength: 6 });
    assert.ok(own.every((line) => line.length <= 6));
    assert.deepEqual(await linesOf({ seed: 5, count: 3, temperature: 1.7, min_p: 0.1, top_k: 9, top_p: 0.9,
        max_length: 6 }), own);
    assert.deepEqual(await linesOf({ seed: 5, count: 3, maxLength: 6, max_length: 2 }),
        await linesOf({ seed: 5, count: 3, max_length: 6 }));
    const recommending = withMetadata(names, "quillet.sampling", '{"temperature": 0, "max_length": 4}');
    const recommended = await linesOf({ seed: 5, count: 1, prompt: undefined, temperature: undefined,
        maxLength: undefined }, recommending);
    assert.deepEqual(recommended, await linesOf({ seed: 9, count: 1, temperature: 0, maxLength: 4 }));
    const wrong = [{ seed: "x" }, { seed: -1 }, { seed: 2 ** 33 }, { seed: 1.5 }, { count: -1 }, { count: 1.5 },
        { temperature: NaN }, { temperature: 1001 },
        { temperature: -1 }, { minP: 1.5 }, { min_p: 7 }, { topP: -3 }, { topP: 1.5 }, { topK: 2.5 }, { topK: 2 ** 32 },
            { maxLength: 0 }, { max_length: 2.5 }];
    for (const options of wrong) {
        const name = Object.keys(options)[0].replace(/_(.)/, (_, letter) => letter.toUpperCase());
        await assert.rejects(linesOf({ count: 1, seed: 1, ...options }),
            new RegExp(`^RangeError: ${name}: is .*; expected a `), JSON.stringify(options));
    }
    assert.equal((await linesOf({ count: 1, maxLength: 5 })).length, 1, "a seed of its own");
    await assert.rejects(linesOf({ count: 1, prompt: "M€$" }), /^RangeError: prompt: the alphabet lacks "€"$/);
    await assert.rejects(linesOf({ count: 1, prompt: null }), /^TypeError: prompt: is null; expected a string$/);
    await assert.rejects(linesOf({ count: 1, prompt: "Mary", max_length: 3 }),
        /^RangeError: prompt: has 4 tokens; a line has 3 at most \(maxLength\)$/);
    await assert.rejects(linesOf({ count: 1 }, withMetadata(names, "quillet.sampling", '{"top_p": 2}')),
        /^RangeError: metadata quillet\.sampling: top_p is 2; /);
});

test("the program refuses what quillet generate refuses, in one line", () => {
    const run = (...words) => spawnSync(process.execPath, [path("ports/js/quillet-js.js"), ...words],
        { encoding: "utf8" });
    const model = path("models/names.onnx"), whole = "expected a whole number from 0 to 4294967295",
        folder = mkdtempSync(join(tmpdir(), "quillet_js_"));
    const refused = (words, told) => {
        const { status, stdout, stderr } = run(...words);
        assert.deepEqual([status, stdout, stderr], [2, "", `quillet-js: ${told}\n`], words.join(" "));
    };
    const rows = [["seed", whole, "", "0x10", "1e3", "1.5", "-1", "4294967296", "x"],
        ["count", whole, "1.5", "-1", "4294967296"],
        ["top-k", whole, "2.5", "-1", "4294967296"],
            ["temperature", "expected a number from 0 to 1000", "1001", "-1", "nan", "Infinity", ""],
        ["min-p", "expected a number from 0 to 1", "1.5", "-0.1"], ["top-p", "expected a number from 0 to 1", "1.5"],
        ["max-length", "expected a whole number from 1 to 1000000000", "2.5", "0", "-3"]];
    for (const [name, expected, ...values] of rows)
        for (const value of values) refused([model, `--${name}`, value], `--${name}: is '${value}'; ${expected}`);
    refused([model, "-n", "-1"], `--count: is '-1'; ${whole}`);
    refused([model, "--prompt", "Mary", "--max-length", "3"],
        "--prompt: has 4 tokens; a line has 3 at most (--max-length)");
    const edges = ["--seed", "4294967295", "--temperature", "1000", "--min-p", "1", "--top-p", "1.0", "--top-k",
        "4294967295", "--max-length", "3"];
    assert.deepEqual(run(model, "--prompt", "Mar", ...edges).stdout, "Mar\n");
    try {
        const file = join(folder, "x.onnx");
        refused([folder], `${folder}: is a folder; expected the .onnx file of a model`);
        refused([file], `${file}: cannot be opened: no such file or directory; give the .onnx file of a model`);
        writeFileSync(file, "");
        refused([file], `${file}: is empty; expected an ONNX model: give its .onnx file, or copy it again`);
        writeFileSync(file, withMetadata(names, "quillet.format", "integer-9"));
        refused([file], `${file}: is of format 'integer-9'; expected integer-1: quantize it again, `
            + `or use a package that knows 'integer-9'`);
        writeFileSync(file, withMetadata(names, "quillet.sampling", '{"top_p": 2}'));
        refused([file], `${file}: metadata quillet.sampling: top_p is 2; expected a number from 0 to 1`);
        writeFileSync(file, withMetadata(names, "quillet.sampling", "[]"));
        refused([file], `${file}: metadata quillet.sampling: is not a JSON object`);
    } finally {
        rmSync(folder, { recursive: true });
    }
});

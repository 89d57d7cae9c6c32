#!/usr/bin/env node
// Writes text with a model: quillet-js MODEL.onnx -n 5 --seed 1.
// SPDX-License-Identifier: MIT
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { IntegerModel, isIntegerModel, lines, Model, OnnxError } from "./index.js";

const USAGE = `usage: quillet-js MODEL.onnx [options]     writes text with a Quillet model
  -n N, --count N      lines (1)
  --seed S             0 .. 2^32 - 1; without it a random one, printed to standard error
  --temperature T      0: the most likely token (the model's, else 0.7)
  --min-p P            drop tokens less likely than this share of the best
  --top-k K            keep the k most likely
  --top-p P            keep the most likely until their share reaches this
  --prompt TEXT        begin every line with this text
  --max-length N       tokens a line (the model's, else 1000)`;

const text = { type: "string" };
const OPTIONS = {
    count: { ...text, short: "n", default: "1" },
    seed: text,
    temperature: text,
    "min-p": text,
    "top-k": text,
    "top-p": text,
    prompt: { ...text, default: "" },
    "max-length": text,
    help: { type: "boolean", short: "h" },
};

class UsageError extends Error {}

function numberOf(name, value, highest = Infinity) {
    const number = Number(value);
    if (!(number >= 0 && number <= highest)) throw new UsageError(`--${name} ${value}: expected a number from 0 on`);
    return number;
}

/** The settings that the options say; the model's are used for the others. */
function settingsFor(values) {
    const names = { temperature: "temperature", "min-p": "min_p", "top-k": "top_k", "top-p": "top_p", "max-length": "maxLength" };
    const given = Object.entries(names).filter(([option]) => values[option] !== undefined);
    return Object.fromEntries(given.map(([option, name]) => [name, numberOf(option, values[option])]));
}

/** Integer models run without ONNX Runtime. */
async function open(path) {
    const bytes = new Uint8Array(readFileSync(path));
    if (isIntegerModel(bytes)) return new IntegerModel(bytes, path);
    const ort = await import("onnxruntime-node").catch(() => {
        throw new UsageError(`${path}: is a float model, which onnxruntime-node runs; npm install onnxruntime-node`);
    });
    return Model.of(bytes, ort, path);
}

async function main() {
    let parsed;
    try {
        parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
    } catch (error) {
        throw new UsageError(error.message);
    }
    const { values, positionals } = parsed;
    if (values.help) return console.log(USAGE);
    if (positionals.length !== 1) throw new UsageError("expected one model file; --help lists the options");
    const model = await open(positionals[0]);
    const seed = values.seed === undefined ? randomInt(2 ** 32) : numberOf("seed", values.seed, 0xffffffff);
    if (values.seed === undefined) console.error(`seed ${seed}`);
    const count = numberOf("count", values.count);
    const options = { seed, count, prompt: values.prompt, ...settingsFor(values) };
    for await (const line of lines(model, options)) console.log(line);
}

try {
    await main();
} catch (error) {
    const expected = error instanceof UsageError || error instanceof OnnxError || error instanceof RangeError || error.code;
    console.error(`quillet-js: ${expected ? error.message : error.stack}`);
    process.exitCode = 2;
}

#!/usr/bin/env node
// Writes text with a model: quillet-js MODEL.onnx -n 5 --seed 1.
// SPDX-License-Identifier: MIT
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { lineTokens, Model, OnnxError, Random, samplingOf } from "./index.js";

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

/** What the options say, else the model, else the defaults. */
function settingsFor(values, { settings }) {
    const choose = (option, key, otherwise) =>
        values[option] === undefined ? (settings[key] ?? otherwise) : numberOf(option, values[option]);
    const sampling = samplingOf({
        temperature: choose("temperature", "temperature", 0.7),
        minP: choose("min-p", "min_p", 0),
        topK: choose("top-k", "top_k", 0),
        topP: choose("top-p", "top_p", 0),
    });
    return { sampling, maxLength: choose("max-length", "max_length", 1000) };
}

function promptTokens(tokenizer, prompt) {
    const unknown = prompt.includes("\n") ? ["\n"] : [];
    const tokens = tokenizer.encode(prompt, unknown);
    if (unknown.length) throw new UsageError(`--prompt: the alphabet lacks ${JSON.stringify(unknown[0])}`);
    return tokens;
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
    const ort = await import("onnxruntime-node");
    const model = await Model.of(new Uint8Array(readFileSync(positionals[0])), ort, positionals[0]);
    const prompt = promptTokens(model.tokenizer, values.prompt);
    const { sampling, maxLength } = settingsFor(values, model);
    const seed = values.seed === undefined ? randomInt(2 ** 32) : numberOf("seed", values.seed, 0xffffffff);
    if (values.seed === undefined) console.error(`seed ${seed}`);
    const random = new Random(seed);
    const count = numberOf("count", values.count);
    for (let line = 0; line < count; line++) {
        let written = values.prompt;
        for await (const token of lineTokens(model, sampling, random, maxLength, prompt)) written += model.alphabet[token];
        console.log(written);
    }
}

try {
    await main();
} catch (error) {
    const expected = error instanceof UsageError || error instanceof OnnxError || error.code;
    console.error(`quillet-js: ${expected ? error.message : error.stack}`);
    process.exitCode = 2;
}

#!/usr/bin/env node
// Writes text with a model: quillet-js MODEL.onnx -n 5 --seed 1.
// SPDX-License-Identifier: MIT
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { IntegerModel, isIntegerModel, lines, Model, OnnxError, readOnnx } from "./index.js";
import { checkFormat } from "./onnx.js";
import { faultOf, SETTINGS } from "./sampler.js";

const USAGE = `usage: quillet-js MODEL.onnx [options]     writes text with a Quillet model
  -n N, --count N      lines (1)
  --seed S             0 .. 2^32 - 1; without it a random one, printed to standard error
  --temperature T      0: the most likely token, at most 1000 (the model's, else 0.7)
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

// By option: the least, the most, whether it is a whole number.
const NUMBERS = { count: [0, 0xffffffff, true], seed: [0, 0xffffffff, true] };
for (const [name, [, ...bounds]] of Object.entries(SETTINGS)) NUMBERS[name.replace("_", "-")] = bounds;
const WHOLE = /^[0-9]+$/, DECIMAL = /^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;

/** The numbers among the options, by their names. */
function numbersIn(values) {
    const given = Object.entries(NUMBERS).filter(([option]) => values[option] !== undefined);
    return Object.fromEntries(given.map(([option, bounds]) => {
        const text = values[option], number = (bounds[2] ? WHOLE : DECIMAL).test(text) ? Number(text) : NaN;
        const fault = faultOf(number, ...bounds, `'${text}'`);
        if (fault) throw new UsageError(`--${option}: ${fault}`);
        return [option.replace("-", "_"), number];
    }));
}

/** The words with a number below 0 joined to its option; parseArgs takes it for another option. */
function joined(words) {
    const result = [];
    for (const word of words) {
        const last = result.at(-1), option = last === "-n" ? "count" : last?.startsWith("--") ? last.slice(2) : "";
        if (/^-[.0-9]/.test(word) && OPTIONS[option]?.type === "string")
          result[result.length - 1] = `--${option}=${word}`;
        else result.push(word);
    }
    return result;
}

function bytesOf(path) {
    try {
        return new Uint8Array(readFileSync(path));
    } catch (error) {
        if (error.code === "EISDIR") throw new UsageError(`${path}: is a folder; expected the .onnx file of a model`);
        const [, why] = /^\w+: ([^,]*)/.exec(error.message) ?? [null, error.message];
        throw new UsageError(`${path}: cannot be opened: ${why}; give the .onnx file of a model`);
    }
}

/** Integer models run without ONNX Runtime. */
async function open(path) {
    const bytes = bytesOf(path);
    if (isIntegerModel(bytes)) return new IntegerModel(bytes, path);
    try {
        checkFormat(readOnnx(bytes).metadata);
    } catch (error) {
        throw new OnnxError(`${path}: ${error.message}`);
    }
    const ort = await import("onnxruntime-node").catch(() => {
        throw new UsageError(`${path}: is a float model, which onnxruntime-node runs; npm install onnxruntime-node`);
    });
    return Model.of(bytes, ort, path);
}

async function main() {
    let parsed;
    try {
        parsed = parseArgs({ args: joined(process.argv.slice(2)), options: OPTIONS, allowPositionals: true });
    } catch (error) {
        throw new UsageError(error.message.replaceAll("\n", " "));
    }
    const { values, positionals } = parsed;
    if (values.help) return console.log(USAGE);
    if (positionals.length !== 1) throw new UsageError("expected one model file; --help lists the options");
    const { seed = randomInt(2 ** 32), ...settings } = numbersIn(values);
    const model = await open(positionals[0]), written = lines(model, { seed, prompt: values.prompt, ...settings });
    const first = await written.next().catch((error) => {
        if (error.message.startsWith("metadata ")) throw new OnnxError(`${positionals[0]}: ${error.message}`);
        if (!(error instanceof RangeError)) throw error;
        throw new UsageError(error.message.replace(/^prompt/, "--prompt").replace("(maxLength)", "(--max-length)"));
    });
    if (values.seed === undefined) console.error(`seed ${seed}`);
    if (!first.done) console.log(first.value);
    for await (const line of written) console.log(line);
}

try {
    await main();
} catch (error) {
    const expected = error instanceof UsageError || error instanceof OnnxError || error instanceof RangeError
      || error.code;
    console.error(`quillet-js: ${expected ? error.message : error.stack}`);
    process.exitCode = 2;
}

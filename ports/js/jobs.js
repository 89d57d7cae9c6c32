// Runs verify's job file and prints JSON lines: node jobs.js [--plain | --writer] MODEL.onnx JOBS.json
// (docs/FORMATS.md).
// SPDX-License-Identifier: MIT
// In ONNX Runtime; --plain: an integer model without it; --writer: a model with sampler and generator inside, texts
// only. Exit statuses: 0 done, 77 this runtime is not installed or lacks an operator (why: standard error), else
// failed.
import { readFileSync } from "node:fs";

import { IntegerModel } from "./integer.js";
import { Model } from "./model.js";
import { Random } from "./random.js";
import { sample } from "./sampler.js";
import { lineTokens } from "./text.js";
import { WriterModel, writtenLine } from "./writer.js";

const CANNOT = 77;

function startOf({ seed, random }) {
    return random ? Random.ofWords(random) : new Random(seed);
}

function samplingOfIntegers([inverseTemperature, minPGap, topK, topP]) {
    return { inverseTemperature, minPGap, topK, topP };
}

/** Yields a record a line, then one with steps and seconds. */
async function* runText(model, job, sampling, writeLine) {
    const random = startOf(job);
    let steps = 0;
    const begin = performance.now();
    for (let line = 0; line < job.count; line++) {
        const tokens = await writeLine(model, sampling, random, job.max_length, job.prompt);
        const length = tokens.length + job.prompt.length;
        steps += length + (length < job.max_length); // the line token ends what the limit does not
        yield { line, tokens, random: [...random.words] };
    }
    yield { steps, seconds: (performance.now() - begin) / 1000 };
}

async function drawnLine(...given) {
    const tokens = [];
    for await (const token of lineTokens(...given)) tokens.push(token);
    return tokens;
}

function recordOf({ data, dims }, type) {
    return { type, shape: [...dims], data: Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        .toString("base64") };
}

/** Yields the generator's start, then a record a step: every output, the Q10 logits, and what is drawn from them. */
async function* runTrace(model, job) {
    const random = startOf(job);
    const sampling = samplingOfIntegers(job.sampling);
    model.reset();
    yield { random: [...random.words] };
    for (const [step, token] of [model.lineToken, ...job.prompt, ...job.tokens].entries()) {
        const logits = await model.step(token);
        const drawn = step < job.prompt.length ? null : sample(logits, sampling, random);
        const outputs = model.outputs.map(({ type }, i) => recordOf(model.output(i), type));
        yield { step, outputs, logits: [...logits], drawn, random: [...random.words] };
    }
}

const KINDS = { text: (model, job) => runText(model, job, samplingOfIntegers(job.sampling), drawnLine),
    trace: runTrace };
const WRITERS = { text: (model, job) => runText(model, job, Uint32Array.from(job.sampling), writtenLine) };

async function open(form, bytes, path) {
    if (form === "--plain") return [new IntegerModel(bytes, path), KINDS];
    let ort;
    try {
        ort = await import("onnxruntime-node");
    } catch (error) {
        console.error(`onnxruntime-node is not installed: ${error.message.split("\n")[0]}`);
        return [];
    }
    try {
        if (form === "--writer") return [await WriterModel.of(bytes, ort, path), WRITERS];
        return [await Model.of(bytes, ort, path), KINDS];
    } catch (error) {  // ONNX Runtime lacks some operators in some element types, as Erf in double
        const missing = /Could not find an implementation for ([^\n]*)/.exec(error.message);
        if (!missing) throw error;
        console.error(`ONNX Runtime has no kernel for ${missing[1]}`);
        return [];
    }
}

async function main(words) {
    const form = words[0].startsWith("--") ? words.shift() : "", [modelPath, jobsPath] = words;
    const [model, kinds] = await open(form, new Uint8Array(readFileSync(modelPath)), modelPath);
    if (!model) return CANNOT;
    const { jobs } = JSON.parse(readFileSync(jobsPath, "utf8"));
    for (const [job, wanted] of jobs.entries()) {
        for await (const record of kinds[wanted.kind](model, wanted)) {
            process.stdout.write(JSON.stringify({ job, ...record }) + "\n");
        }
    }
    return 0;
}

process.exitCode = await main(process.argv.slice(2));

// Runs what integer_vectors wrote in an ONNX Runtime and compares every integer: integer_onnx.mjs RUNTIME FOLDER
// SPDX-License-Identifier: MIT
// RUNTIME is onnxruntime-node or onnxruntime-web. Exit status 77: it is not installed in ports/js.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";

const [runtime, folder] = process.argv.slice(2);
const require = createRequire(new URL("../../ports/js/package.json", import.meta.url));

function runtimeOrSkip() {
    try {
        return require(runtime);
    } catch (error) {
        console.log(`skipped: ${runtime} is not installed (npm ci --ignore-scripts in ports/js): `
            + `${error.message.split("\n")[0]}`);
        process.exit(77);
    }
}

const ort = runtimeOrSkip();

class Differs extends Error {}

function expectEqual(found, expected, what) {
    const at = expected.findIndex((value, i) => Number(found[i]) !== value);
    if (at >= 0 || found.length !== expected.length)
        throw new Differs(`${what}[${at}]: ${found[at]}, expected ${expected[at]}`);
}

const int64 = (value) => new ort.Tensor("int64", BigInt64Array.of(BigInt(value)), [1]);
const words = (values) => new ort.Tensor("uint32", Uint32Array.from(values), [4]);

function zeroStates({ states, sizes }) {
    return Object.fromEntries(states.map((name) =>
        [name, new ort.Tensor("int32", new Int32Array(sizes[name]), [1, 1, sizes[name]])]));
}

function nextStates({ states }, results) {
    return Object.fromEntries(states.map((name) => [name, results[`${name}_next`]]));
}

async function open(file) {
    const options = runtime === "onnxruntime-web" ? { executionProviders: ["wasm"] } : { intraOpNumThreads: 1 };
    return ort.InferenceSession.create(new Uint8Array(readFileSync(file)), options);
}

async function checkSteps(name, vectors) {
    const session = await open(`${folder}/${name}.onnx`);
    let states = zeroStates(vectors);
    for (const [i, step] of vectors.steps.entries()) {
        const results = await session.run({ token: int64(step.token), ...states });
        states = nextStates(vectors, results);
        expectEqual(results.logits.data, step.logits, `${name}, step ${i}: logits`);
        vectors.states.forEach((state, s) => expectEqual(states[state].data, step.states[s],
            `${name}, step ${i}: ${state}`));
    }
    return vectors.steps.length;
}

async function checkLines(name, vectors) {
    const session = await open(`${folder}/${name}.writer.onnx`);
    for (const [i, line] of vectors.lines.entries()) {
        let [states, random, token] = [zeroStates(vectors), words(line.random), int64(vectors.line_token)];
        const sampling = words(line.sampling), tokens = [];
        while (tokens.length < line.tokens.length) {
            const results = await session.run({ token, random, sampling, ...states });
            states = nextStates(vectors, results);
            ({ token_next: token, random_next: random } = results);
            tokens.push(Number(token.data[0]));
        }
        expectEqual(tokens, line.tokens, `${name}, line ${i}: tokens`);
        expectEqual(random.data, line.random_next, `${name}, line ${i}: random`);
    }
    return vectors.lines.length;
}

let steps = 0, lines = 0;
try {
    for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".json"))) {
        const name = file.slice(0, -".json".length);
        const vectors = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
        steps += await checkSteps(name, vectors);
        lines += await checkLines(name, vectors);
    }
} catch (error) {
    if (!(error instanceof Differs)) throw error;
    console.log(error.message);
    process.exit(1);
}
console.log(`${steps} steps and ${lines} lines: every integer equal in ${runtime}`);
process.exit(steps > 0 ? 0 : 1);

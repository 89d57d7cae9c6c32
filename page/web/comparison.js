// A worker that runs the ONNX file in ONNX Runtime Web, with the JavaScript generator, sampler and text loop.
// SPDX-License-Identifier: MIT
import * as ort from "./onnxruntime/ort.wasm.min.mjs";

import { bytesOf, candidateSeed } from "./shared.js";
import { pacer } from "./pacer.js";
import { Model } from "./quillet/model.js";
import { Random } from "./quillet/random.js";
import { lineTokens } from "./quillet/text.js";

let model;
let current = 0;

async function load({ bytes, url }) {
    // One thread: more would need headers that a file server does not send.
    ort.env.wasm.numThreads = 1;
    const folder = new URL("./onnxruntime/", import.meta.url).href;
    ort.env.wasm.wasmPaths = folder;
    // As bytes: ONNX Runtime complains of servers that send another type than application/wasm.
    ort.env.wasm.wasmBinary = await bytesOf(`${folder}ort-wasm-simd-threaded.wasm`);
    model = await Model.of(new Uint8Array(bytes), ort, url);
    for (let i = 0; i < 3; i++) await model.step(model.lineToken); // the first steps allocate
}

async function write({ id, seed, sampling, maxLength, prompt, drafts }) {
    const pace = pacer();
    for (let draft = 0; draft < drafts; draft++) {
        const random = new Random(candidateSeed(seed, draft));
        const tokens = [...prompt];
        for await (const token of lineTokens(model, sampling, random, maxLength, prompt)) {
            tokens.push(token);
            if (!pace.isDue()) continue;
            postMessage({ type: "progress", id, draft, tokens: Uint8Array.from(tokens), seconds: pace.seconds });
            await pace.rest();
            if (id !== current) return;
        }
        postMessage({ type: "line", id, draft, tokens: Uint8Array.from(tokens), seconds: pace.now() });
    }
    postMessage({ type: "done", id, seconds: pace.now() });
}

let queue = Promise.resolve(); // one request at a time: a model has one state

onmessage = ({ data }) => {
    if (data.type === "write") current = data.id;
    queue = queue.then(async () => {
        try {
            if (data.type === "load") {
                await load(data);
                postMessage({ type: "ready" });
            } else if (data.id === current) {
                await write(data);
            }
        } catch (error) {
            postMessage({ type: "failed", message: error.message });
        }
    });
};

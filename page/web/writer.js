// A worker that runs a compiled model in WebAssembly: lines of text, the logits of each token, a score of each line.
// SPDX-License-Identifier: MIT
import { candidateSeed } from "./candidates.js";
import { pacer } from "./pacer.js";

let wasm;
let current = 0; // the request that is answered; a newer one ends it

// Bytes, not a response: some file servers' types forbid the streaming form.
async function load({ bytes }) {
    const { instance } = await WebAssembly.instantiate(bytes);
    wasm = instance.exports;
}

const view = (Type, at, length) => new Type(wasm.memory.buffer, at, length);

function lineText() {
    return new TextDecoder().decode(view(Uint8Array, wasm.page_text(), wasm.page_text_length()));
}

function begin({ seed, sampling, maxLength, prompt }) {
    const { inverseTemperature, minPGap, topK, topP } = sampling;
    wasm.page_begin(seed, inverseTemperature, minPGap, topK, topP, maxLength);
    view(Uint8Array, wasm.page_prompt(), prompt.length).set(prompt);
}

/** Writes `best` lines, told one after another; the time counts steps and draws alone. */
async function write(request) {
    const { id, best, prompt, maxLength } = request;
    const vocabulary = wasm.page_vocabulary();
    const pace = pacer();
    for (let draft = 0; draft < best; draft++) {
        begin({ ...request, seed: candidateSeed(request.seed, draft) });
        const tokens = [...prompt];
        const logits = [];
        wasm.page_line(prompt.length);
        for (;;) {
            const token = wasm.page_next();
            if (token >= 0 || tokens.length < maxLength) logits.push(view(Int32Array, wasm.page_logits(), vocabulary).slice());
            if (token < 0) break;
            tokens.push(token);
            if (!pace.isDue()) continue;
            postMessage({ type: "progress", id, draft, tokens: Uint8Array.from(tokens), seconds: pace.seconds });
            await pace.rest();
            if (id !== current) return;
        }
        const line = { tokens: Uint8Array.from(tokens), text: lineText(), score: wasm.page_score(), logits };
        postMessage({ type: "line", id, draft, ...line, seconds: pace.now() });
    }
    postMessage({ type: "done", id, seconds: pace.now() });
}

onmessage = async ({ data }) => {
    try {
        if (data.type === "load") {
            await load(data);
            postMessage({ type: "ready" });
        } else {
            current = data.id;
            await write(data);
        }
    } catch (error) {
        postMessage({ type: "failed", message: error.message });
    }
};

// A worker that runs a compiled model in WebAssembly: lines of text, the logits of each token, a score of each line.
// SPDX-License-Identifier: MIT
import { candidateSeed } from "./shared.js";
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

const TRIES_MAX = 96; // QUILLET_TRIES_MAX of firmware/quote.h

/**
 * Writes lines, told one after another, until `best` of them may be shown, as devices do: those that are no lines of
 * the training text; with `drafts`, so many whatever they are. `follows`: the lines of one seed, one after the other,
 * which are neither blank nor cut, as devices' authors are; else the first line of each candidate's seed. The time
 * counts steps and draws alone.
 */
async function write(request) {
    const { id, best, drafts, follows, prompt, maxLength } = request;
    const vocabulary = wasm.page_vocabulary();
    const pace = pacer();
    const most = drafts ?? (request.sampling.inverseTemperature === 0 ? best : TRIES_MAX); // without draws all are one
    for (let draft = 0, able = 0; draft < most && (drafts || able < best); draft++) {
        if (!follows || draft === 0) begin({ ...request, seed: follows ? request.seed
            : candidateSeed(request.seed, draft) });
        const tokens = [...prompt];
        const logits = [];
        wasm.page_line(prompt.length);
        for (;;) {
            const token = wasm.page_next();
            if (token >= 0 || tokens.length < maxLength)
                logits.push(view(Int32Array, wasm.page_logits(), vocabulary).slice());
            if (token < 0) break;
            tokens.push(token);
            if (!pace.isDue()) continue;
            postMessage({ type: "progress", id, draft, tokens: Uint8Array.from(tokens), seconds: pace.seconds });
            await pace.rest();
            if (id !== current) return;
        }
        const text = lineText();
        const mayShow = !wasm.page_copied() && !(follows && (!text.trim() || tokens.length >= maxLength));
        const line = { tokens: Uint8Array.from(tokens), text, score: wasm.page_score(), mayShow, logits };
        able += mayShow;
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

// Draws a token from logits by integers alone (docs/DESIGN.md, contract 3).
// SPDX-License-Identifier: MIT
import { exp2Table } from "./tables.js";

export const NO_GAP = 0xffffffff;

function roundWithin(x, low, high) {
    return Math.floor(Math.min(Math.max(x, low), high) + 0.5);
}

/**
 * What people may set, by a model file's names: JavaScript's name, the least, the most, whether it is a whole number.
 */
export const SETTINGS = {
    temperature: ["temperature", 0, 1000, false],
    min_p: ["minP", 0, 1, false],
    top_k: ["topK", 0, 0xffffffff, true],
    top_p: ["topP", 0, 1, false],
    max_length: ["maxLength", 1, 1e9, true],
};

/** What is wrong with `value`: a text to follow its name, or null. */
export function faultOf(value, least, most, whole, shown = value) {
    const good = typeof value === "number" && value >= least && value <= most
        && (!whole || Number.isInteger(value) || value === Infinity);
    if (good) return null;
    const range = most === Infinity ? "on" : `to ${most}`;
    return `is ${shown}; expected a ${whole ? "whole " : ""}number from ${least} ${range}`;
}

/** `settings` by a model file's names, those that are undefined left out; a name that it does not know throws. */
export function byFileNames(settings) {
    const named = {}, names = Object.entries(SETTINGS);
    for (const [name, value] of Object.entries(settings)) {
        const found = names.find(([file, [own]]) => name === file || name === own);
        if (!found) throw new TypeError(`samplingOf: there is no setting '${name}'`);
        const [file, [own]] = found;
        if (value !== undefined && (name === own || settings[own] === undefined)) named[file] = value;
    }
    return named;
}

/**
 * Settings as people write them, as the contract's integers; what those cannot hold is clipped to the nearest:
 * inverseTemperature round(256 * log2(e) / T), 1 .. 65535 (0: the most likely token, no draw); minPGap, Q10 (NO_GAP:
 * none); topK (0: all); topP in 256ths (0, 256: all). Takes a model file's names as well (min_p, top_k, top_p), so that
 * samplingOf(model.settings) is what the file recommends. A name that it does not know throws; so does what is no
 * number.
 */
export function samplingOf(settings = {}) {
    const { temperature, min_p, top_k, top_p } = { temperature: 0.7, min_p: 0, top_k: 0, top_p: 0,
        ...byFileNames(settings) };
    for (const [name, value] of Object.entries({ temperature, min_p, top_k, top_p }))
        if (typeof value !== "number" || Number.isNaN(value))
            throw new RangeError(`${SETTINGS[name][0]}: is ${value}; expected a number`);
    const topK = Math.min(Math.max(top_k, 0), 0xffffffff);
    if (!Number.isInteger(topK)) throw new RangeError(`topK: is ${top_k}; expected a whole number`);
    return {
        inverseTemperature: temperature > 0 ? roundWithin((256 * 1.4426950408889634) / temperature, 1, 65535) : 0,
        minPGap: min_p > 0 ? roundWithin(-Math.log(min_p) * 1024, 0, 65535) : NO_GAP,
        topK,
        topP: top_p > 0 && top_p < 1 ? roundWithin(top_p * 256, 1, 256) : 0,
    };
}

function weightOf(gap, sampling) {
    gap = Math.min(gap, 65535);
    if (gap > sampling.minPGap) return 0;
    const t = (gap * sampling.inverseTemperature + 2048) >>> 12; // at most 2^32 - 1 before the shift
    return t < 1024 ? exp2Table[t] : 0;
}

/** Sets to 0 what top-k and top-p drop; of equal weights the lower token is kept first. */
function keepHeaviest(weights, { topK, topP }) {
    const ranking = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
    if (topK > 0) for (const token of ranking.slice(topK)) weights[token] = 0;
    if (topP === 0 || topP >= 256) return;
    const sum = weights.reduce((a, b) => a + b, 0);
    const enough = (sum * topP + 255) >>> 8;
    let soFar = 0;
    for (const token of ranking) {
        const weight = weights[token];
        if (soFar >= enough) weights[token] = 0;
        soFar += weight;
    }
}

/**
 * What a draw from `logits` (Q10) goes by: a token's weight over their sum is its probability, 0 for what the settings
 * drop. At temperature 0 the most likely token has it all.
 */
export function weightsOf(logits, sampling) {
    let best = 0;
    for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    if (sampling.inverseTemperature === 0) return Array.from(logits, (_, i) => (i === best ? 1 : 0));
    const weights = Array.from(logits, (logit) => weightOf(logits[best] - logit, sampling));
    if (sampling.topK > 0 || (sampling.topP > 0 && sampling.topP < 256)) keepHeaviest(weights, sampling);
    return weights;
}

/** A token drawn from `logits`, an array of Q10 integers (1 to 256), which it leaves as they are. */
export function sample(logits, sampling, random) {
    const weights = weightsOf(logits, sampling);
    if (sampling.inverseTemperature === 0) return weights.indexOf(1);
    let left = random.below(weights.reduce((a, b) => a + b, 0));
    let token = 0;
    while (left >= weights[token]) left -= weights[token++];
    return token;
}

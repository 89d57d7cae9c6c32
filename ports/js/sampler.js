// Draws a token from logits by integers alone (docs/DESIGN.md, contract 3).
// SPDX-License-Identifier: MIT
import { exp2Table } from "./tables.js";

export const NO_GAP = 0xffffffff;

function roundWithin(x, low, high) {
    return Math.floor(Math.min(Math.max(x, low), high) + 0.5);
}

/**
 * Settings as people write them, as the contract's integers; what those cannot hold is clipped to the nearest:
 * inverseTemperature round(256 * log2(e) / T), 1 .. 65535 (0: the most likely token, no draw); minPGap, Q10 (NO_GAP:
 * none); topK (0: all); topP in 256ths (0, 256: all). Takes a model file's names as well (min_p, top_k, top_p), so that
 * samplingOf(model.settings) is what the file recommends. A name that it does not know throws.
 */
export function samplingOf({ temperature = 0.7, min_p = 0, top_k = 0, top_p = 0, ...rest } = {}) {
    const { minP = min_p, topK = top_k, topP = top_p, max_length, maxLength, ...unknown } = rest;
    for (const name in unknown) throw new TypeError(`samplingOf: there is no setting '${name}'`);
    return {
        inverseTemperature: temperature > 0 ? roundWithin((256 * 1.4426950408889634) / temperature, 1, 65535) : 0,
        minPGap: minP > 0 ? roundWithin(-Math.log(minP) * 1024, 0, 65535) : NO_GAP,
        topK,
        topP: topP > 0 && topP < 1 ? roundWithin(topP * 256, 1, 256) : 0,
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

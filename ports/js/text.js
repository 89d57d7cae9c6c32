// The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).
// SPDX-License-Identifier: MIT
import { sample } from "./sampler.js";

/**
 * Yields the tokens of one line after `prompt`, which counts towards maxLength and is fed without a draw. The line ends
 * at the line token or at the limit; `random` carries on to the next line.
 * @param model has `lineToken`, `reset()` and `step(token)`, which resolves to the logits, an array of Q10 integers
 */
export async function* lineTokens(model, sampling, random, maxLength, prompt = []) {
    model.reset();
    let fed = model.lineToken;
    for (const token of prompt) {
        await model.step(fed);
        fed = token;
    }
    for (let length = prompt.length; length < maxLength; length++) {
        fed = sample(await model.step(fed), sampling, random);
        if (fed === model.lineToken) return;
        yield fed;
    }
}

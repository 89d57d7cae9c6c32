// The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).
// SPDX-License-Identifier: MIT
import { Random } from "./random.js";
import { sample, samplingOf } from "./sampler.js";

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

/**
 * Yields `count` lines of text as `quillet generate --seed SEED -n COUNT` writes them: by the settings that the file
 * recommends, other ones (temperature, minP, topK, topP, maxLength) in their place where given; each line begins with
 * `prompt`. Throws RangeError where the alphabet cannot spell it.
 * @param model an IntegerModel or a Model
 */
export async function* lines(model, { seed, count = Infinity, prompt = "", ...settings } = {}) {
    const { max_length = 1000, ...recommended } = model.settings;
    const { maxLength = max_length, ...rest } = settings;
    const sampling = samplingOf({ ...recommended, ...rest });
    const unknown = prompt.includes("\n") ? ["\n"] : [];
    const fed = model.tokenizer.encode(prompt, unknown);
    if (unknown.length) throw new RangeError(`prompt: the alphabet lacks ${JSON.stringify(unknown[0])}`);
    const random = new Random(seed ?? Math.floor(Math.random() * 2 ** 32));
    for (let line = 0; line < count; line++) {
        let text = prompt;
        for await (const token of lineTokens(model, sampling, random, maxLength, fed)) text += model.alphabet[token];
        yield text;
    }
}

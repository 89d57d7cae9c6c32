// The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).
// SPDX-License-Identifier: MIT
import { Random } from "./random.js";
import { byFileNames, faultOf, sample, samplingOf, SETTINGS } from "./sampler.js";

function checkPrompt(model, prompt) {
    const most = model.alphabet ? model.alphabet.length - 1 : Infinity;
    for (const token of prompt) {
        const fault = faultOf(token, 0, most, true);
        if (fault) throw new RangeError(`prompt: has a token that ${fault}`);
    }
}

/** `settings` by a model file's names; what quillet generate refuses throws RangeError. */
function checked(settings, ofFile) {
    const named = byFileNames(settings);
    for (const [name, value] of Object.entries(named)) {
        const [own, ...bounds] = SETTINGS[name], fault = faultOf(value, ...bounds);
        if (fault) throw new RangeError(ofFile ? `metadata quillet.sampling: ${name} ${fault}` : `${own}: ${fault}`);
    }
    return named;
}

/**
 * Yields the tokens of one line after `prompt`, which counts towards maxLength and is fed without a draw. The line ends
 * at the line token or at the limit; `random` carries on to the next line.
 * A prompt with what is no token throws RangeError.
 * @param model has `lineToken`, `reset()` and `step(token)`, which resolves to the logits, an array of Q10 integers
 */
export async function* lineTokens(model, sampling, random, maxLength, prompt = []) {
    checkPrompt(model, prompt);
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
 * recommends, other ones (temperature, minP, topK, topP, maxLength, or by the file's names) in their place where given;
 * each line begins with `prompt`. Throws RangeError for what `quillet generate` refuses as well, such as a prompt that
 * the alphabet cannot spell.
 * @param model an IntegerModel or a Model
 */
export async function* lines(model, { seed, count = Infinity, prompt = "", ...given } = {}) {
    const settings = { max_length: 1000, ...checked(model.settings, true), ...checked(given, false) };
    const faults = { seed: faultOf(seed ?? 0, 0, 0xffffffff, true), count: faultOf(count, 0, Infinity, true) };
    for (const [name, fault] of Object.entries(faults)) if (fault) throw new RangeError(`${name}: ${fault}`);
    if (typeof prompt !== "string") throw new TypeError(`prompt: is ${prompt}; expected a string`);
    const sampling = samplingOf(settings), maxLength = settings.max_length;
    const unknown = prompt.includes("\n") ? ["\n"] : [];
    const fed = model.tokenizer.encode(prompt, unknown);
    if (unknown.length) throw new RangeError(`prompt: the alphabet lacks ${JSON.stringify(unknown[0])}`);
    if (fed.length > maxLength) throw new RangeError(
        `prompt: has ${fed.length} tokens; a line has ${maxLength} at most (maxLength)`);
    const random = new Random(seed ?? Math.floor(Math.random() * 2 ** 32));
    for (let line = 0; line < count; line++) {
        let text = prompt;
        for await (const token of lineTokens(model, sampling, random, maxLength, fed)) text += model.alphabet[token];
        yield text;
    }
}

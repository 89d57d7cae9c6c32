// Tokens of a model's metadata: pieces of text, and the merges that make the longer ones (docs/FORMATS.md).
// SPDX-License-Identifier: MIT
import { OnnxError } from "./onnx.js";

const MOST_TOKENS = 256, LONGEST = 16;

/** The JSON list in `text`. */
function listOf(text, what) {
    let list;
    try {
        list = JSON.parse(text);
    } catch {
        list = undefined;
    }
    if (!Array.isArray(list) || list.length > MOST_TOKENS) throw new OnnxError(`has ${what} that are no JSON list`);
    return list;
}

function isToken(value, pieces) {
    return Number.isInteger(value) && value >= 0 && value < pieces.length;
}

export class Tokenizer {
    #tokens; // piece -> token
    #ranks; // left * 256 + right -> rank
    #wholes; // by rank

    /** @param metadata a model's; throws OnnxError for an alphabet that is none */
    constructor(metadata) {
        const text = metadata["quillet.alphabet"], merges = metadata["quillet.merges"];
        if (text === undefined) throw new OnnxError("has no metadata quillet.alphabet, the characters in token order; "
            + "add it to the file, or quantize the float model with --alphabet");
        /** The tokens' texts, in token order. */
        this.pieces = merges === undefined ? [...text] : listOf(text, "tokens");
        this.#tokens = new Map(this.pieces.map((piece, token) => [piece, token]));
        this.#check();
        this.lineToken = this.#tokens.get("\n");
        this.#takeMerges(merges === undefined ? [] : listOf(merges, "merges"));
    }

    #check() {
        const { pieces } = this;
        const good = (piece) => typeof piece === "string" && piece.length > 0 && [...piece].length <= LONGEST
            && piece.isWellFormed?.() !== false && (piece === "\n" || !piece.includes("\n"));
        if (pieces.length > MOST_TOKENS || !pieces.every(good) || this.#tokens.size !== pieces.length
            || !this.#tokens.has("\n"))
            throw new OnnxError("has an alphabet of other than 1 to 256 different pieces, one the newline");
    }

    #takeMerges(merges) {
        const made = this.pieces.map((piece, token) => [...piece].length === 1 && token !== this.lineToken);
        this.#ranks = new Map();
        this.#wholes = merges.map((pair, rank) => {
            const fits = Array.isArray(pair) && pair.length === 2
                && pair.every((token) => isToken(token, this.pieces) && made[token]);
            const whole = fits ? this.#tokens.get(this.pieces[pair[0]] + this.pieces[pair[1]]) : undefined;
            if (whole === undefined || made[whole])
                throw new OnnxError(`has a merge ${rank} that makes no new piece of earlier ones`);
            this.#ranks.set(pair[0] * 256 + pair[1], rank);
            made[whole] = true;
            return whole;
        });
        made[this.lineToken] = true;
        if (made.includes(false)) throw new OnnxError(
            `has '${this.pieces[made.indexOf(false)]}', which no merge makes`);
    }

    /**
     * The tokens of `text`, whose lines merges do not leave; characters that it lacks are left out and go to `unknown`.
     */
    encode(text, unknown = []) {
        let tokens = [];
        for (const character of text) {
            const token = this.#tokens.get(character);
            if (token === undefined) unknown.push(character);
            else tokens.push(token);
        }
        for (;;) {
            let best = Infinity;
            for (let i = 0; i + 1 < tokens.length; i++) best = Math.min(best, this.#rankAt(tokens, i));
            if (best === Infinity) return tokens;
            const merged = [];
            for (let i = 0; i < tokens.length; i++) {
                const joins = this.#rankAt(tokens, i) === best;
                merged.push(joins ? this.#wholes[best] : tokens[i]);
                if (joins) i++;
            }
            tokens = merged;
        }
    }

    #rankAt(tokens, i) {
        return this.#ranks.get(tokens[i] * 256 + tokens[i + 1]) ?? Infinity;
    }
}

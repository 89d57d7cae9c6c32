// The e-ink panels: eink/'s C in WebAssembly sets a text, and a canvas shows its pixels.
// SPDX-License-Identifier: MIT

import { bytesOf } from "./shared.js";

const PAPER = [217, 217, 210], INK = [42, 42, 45];
const NO_FIT = {
    [-1]: "There is nothing to set.",
    [-2]: "The line has a character that no panel’s font has, such as an emoji; the device would take another.",
    [-3]: "The line is too long for a panel; the device would take another.",
    [-4]: "The panel’s font lacks a letter of this line.",
    [-5]: "The line does not fit this panel; the device would take another.",
};

export class Panels {
    #wasm;

    static async load(url) {
        const { instance } = await WebAssembly.instantiate(await bytesOf(url));
        return new Panels(instance.exports);
    }

    constructor(wasm) {
        this.#wasm = wasm;
    }

    /**
     * Puts the texts one behind the other where the C reads them; returns their lengths, or null where they are too
     * long.
     */
    #put(...texts) {
        const encoded = texts.map((text) => new TextEncoder().encode(text));
        if (encoded.reduce((sum, { length }) => sum + length, 0) > this.#wasm.panel_room()) return null;
        let at = this.#wasm.panel_text();
        for (const bytes of encoded) {
            new Uint8Array(this.#wasm.memory.buffer, at, bytes.length).set(bytes);
            at += bytes.length;
        }
        return encoded.map(({ length }) => length);
    }

    /**
     * `text` with a typographer's marks, in quotation marks where wanted; where it cannot be set, with nothing else
     * changed.
     */
    prose(text, marks) {
        const lengths = this.#put(text);
        const count = lengths ? this.#wasm.panel_prose(lengths[0], marks ? 1 : 0) : -1;
        if (count < 0) return marks && text.trim() ? `“${text}”` : text;
        return String.fromCharCode(...new Uint16Array(this.#wasm.memory.buffer, this.#wasm.panel_codes(), count));
    }

    /** Draws on `canvas`, pixel for pixel, as panel {index, width, height}; returns "" or why it cannot. */
    draw(canvas, { index, width, height }, portrait, text, author) {
        const lengths = this.#put(text, author);
        const error = lengths ? this.#wasm.panel_draw(index, portrait ? 1 : 0, ...lengths) : -3;
        [canvas.width, canvas.height] = portrait ? [height, width] : [width, height];
        const image = new ImageData(canvas.width, canvas.height);
        const stride = (canvas.width + 7) >> 3;
        const bits = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.panel_bytes(), stride * canvas.height);
        for (let y = 0, at = 0; y < canvas.height; y++) {
            for (let x = 0; x < canvas.width; x++, at += 4) {
                const ink = !error && (bits[y * stride + (x >> 3)] >> (7 - (x & 7))) & 1;
                image.data.set(ink ? INK : PAPER, at);
                image.data[at + 3] = 255;
            }
        }
        canvas.getContext("2d").putImageData(image, 0, 0);
        return error ? NO_FIT[error] ?? "The line cannot be set on this panel; the device would take another." : "";
    }
}

// Two runtimes side by side: both write from the seed, and every token is compared.
// SPDX-License-Identifier: MIT

const number = new Intl.NumberFormat("en");

/** The first place where two lists of tokens differ, as far as both go; -1 where there is none. */
export function firstDifference(a, b, areWhole) {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i;
    return areWhole && a.length !== b.length ? shorter : -1;
}

class Lane {
    constructor(root, texts) {
        this.list = root.querySelector(".lines");
        this.speed = root.querySelector(".speed b");
        this.texts = texts;
        this.lines = []; // {tokens, isWhole}
        this.seconds = 0;
        this.isDone = false;
        this.list.replaceChildren();
        this.speed.textContent = "–";
    }

    textOf(tokens) {
        return Array.from(tokens, (token) => this.texts[token]).join("");
    }

    get characters() {
        return this.lines.reduce((sum, { tokens, isWhole }) => sum + [...this.textOf(tokens)].length
            + (isWhole ? 1 : 0), 0);
    }

    take({ type, draft, tokens, seconds }) {
        this.seconds = seconds;
        if (type === "done") this.isDone = true;
        else this.lines[draft] = { tokens, isWhole: type === "line" };
        if (seconds > 0) this.speed.textContent = number.format(Math.round(this.characters / seconds));
    }

    item(draft) {
        while (this.list.children.length <= draft) this.list.append(document.createElement("li"));
        return this.list.children[draft];
    }

    /** Shows line `draft`, red from token `differs` on (-1: nowhere). */
    show(draft, differs) {
        const { tokens } = this.lines[draft], item = this.item(draft);
        if (differs < 0) {
            item.textContent = this.textOf(tokens);
        } else {
            const mark = document.createElement("mark");
            mark.textContent = this.textOf(tokens.slice(differs)) || "⏎";
            item.replaceChildren(this.textOf(tokens.slice(0, differs)), mark);
            item.classList.add("differs");
        }
        // The one that is being written stays in sight.
        if (!this.isDone) this.list.scrollTop = this.list.scrollHeight;
    }
}

export class Lanes {
    #wasm;
    #onnx;
    #verdict;
    #texts;
    #difference;

    constructor(verdict) {
        this.#verdict = verdict;
    }

    begin(texts) {
        this.#texts = texts;
        this.#wasm = new Lane(document.querySelector("#lane-wasm"), texts);
        this.#onnx = new Lane(document.querySelector("#lane-onnx"), texts);
        this.#difference = null;
        this.#verdict.textContent = "";
        this.#verdict.className = "verdict";
    }

    /** A message of a worker: its line as far as it is written. */
    take(which, message) {
        const lane = which === "wasm" ? this.#wasm : this.#onnx;
        lane.take(message);
        if (message.type !== "done") this.#compare(message.draft);
        if (this.#wasm.isDone && this.#onnx.isDone) this.#conclude();
    }

    /** Marks the line that the page shows. */
    choose(draft) {
        for (const lane of [this.#wasm, this.#onnx])
            [...lane.list.children].forEach((item, i) => item.classList.toggle("chosen", i === draft));
    }

    #compare(draft) {
        const a = this.#wasm.lines[draft], b = this.#onnx.lines[draft];
        const at = a && b ? firstDifference(a.tokens, b.tokens, a.isWhole && b.isWhole) : -1;
        if (a) this.#wasm.show(draft, at);
        if (b) this.#onnx.show(draft, at);
        if (b?.isWhole && a?.isWhole && at < 0) this.#onnx.item(draft).classList.add("same");
        if (at < 0 || (this.#difference && this.#difference.draft <= draft)) return;
        const piece = ({ tokens }) => (at < tokens.length ? `“${this.#texts[tokens[at]]}”` : "the line’s end");
        this.#difference = { draft, at };
        this.#verdict.className = "verdict differs";
        this.#verdict.textContent = `Different at line ${draft + 1}, step ${at + 1}: `
            + `${piece(a)} here, ${piece(b)} in ONNX Runtime Web.`;
    }

    #conclude() {
        for (const { list } of [this.#wasm, this.#onnx]) {
            const chosen = list.querySelector(".differs, .chosen");
            if (chosen) list.scrollTop = chosen.offsetTop - list.clientHeight / 3;
        }
        if (this.#difference) return;
        const factor = this.#onnx.seconds / this.#wasm.seconds;
        const lines = this.#wasm.lines.length;
        const isMeasured = this.#onnx.seconds > 0 && this.#wasm.seconds > 0; // browsers may have coarse clocks
        const times = !isMeasured ? "" : factor >= 1.05 ? `Quillet’s C was ${factor.toFixed(1)} times as fast.`
            : `ONNX Runtime Web was ${(1 / factor).toFixed(1)} times as fast.`;
        this.#verdict.classList.add("same");
        this.#verdict.textContent = `The same text: ${lines} ${lines === 1 ? "line" : "lines"}, `
            + `${number.format(this.#onnx.characters)} characters, every piece compared. ${times}`;
        this.#verdict.dataset.factor = isMeasured ? factor.toFixed(2) : "";
    }
}

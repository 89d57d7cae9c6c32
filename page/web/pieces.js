// The line piece by piece: what else could have stood at each place, and how likely.
// SPDX-License-Identifier: MIT
import { NO_GAP, weightsOf } from "./quillet/sampler.js";

const SHOWN = 8;

export const visible = (piece) => (piece === "\n" ? "end of line" : piece.replaceAll(" ", "·"));

function percent(share) {
    return share >= 0.0995 ? `${Math.round(share * 100)} %` : share >= 0.001 ? `${(share * 100).toFixed(1)} %`
        : "< 0.1 %";
}

/** [{token, share}], the likeliest first, of the tokens that the settings keep. */
function candidatesOf(logits, sampling) {
    const weights = weightsOf(logits, sampling);
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight, token) => ({ token, share: weight / sum })).filter(({ share }) => share > 0)
        .sort((a, b) => b.share - a.share || a.token - b.token);
}

/** What dropped the other tokens; empty where no setting did. */
function filterOf({ inverseTemperature, minPGap, topK, topP }) {
    if (inverseTemperature === 0) return "temperature 0";
    const filters = [minPGap !== NO_GAP && "min-p", topK > 0 && "top-k", topP > 0 && "top-p"].filter(Boolean);
    return filters.join(", ").replace(/, (?=[^,]*$)/, " and ");
}

function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
}

export class Pieces {
    #strip;
    #list;
    #places = []; // {button, token, logits}
    #sampling;
    #texts;

    constructor(strip, list) {
        this.#strip = strip;
        this.#list = list;
        for (const event of ["pointerover", "focusin", "click"])
            strip.addEventListener(event, ({ target }) => this.#choose(target));
        strip.addEventListener("keydown", (event) => this.#move(event));
    }

    /**
     * Shows a line: `tokens`, of which the first `given` are a prompt, and the logits that the others were drawn from.
     */
    show({ tokens, logits }, given, texts, lineToken, sampling) {
        this.#texts = texts;
        this.#sampling = sampling;
        const prompt = [...tokens.slice(0, given)].map((token) => element("span", "given", texts[token]));
        const drawn = [...tokens.slice(given)];
        if (logits.length > drawn.length) drawn.push(lineToken);
        this.#places = drawn.map((token, i) => ({ button: this.#button(token, logits[i]), token, logits: logits[i] }));
        this.#strip.replaceChildren(...prompt, ...this.#places.map(({ button }) => button));
        if (this.#places.length) this.#tell(this.#mostOpen());
    }

    clear() {
        this.#places = [];
        this.#strip.replaceChildren();
        this.#list.replaceChildren();
    }

    #button(token, logits) {
        const isEnd = this.#texts[token] === "\n";
        // No button: a line may not break between the pieces of a word.
        const button = element("span", isEnd ? "piece end" : "piece", isEnd ? "⏎" : this.#texts[token]);
        const share = candidatesOf(logits, this.#sampling).find((candidate) => candidate.token === token)?.share ?? 0;
        button.role = "button";
        button.tabIndex = -1;
        button.style.setProperty("--doubt", Math.min(1, -Math.log2(Math.max(share, 1e-6)) / 5).toFixed(2));
        button.setAttribute("aria-label", `${visible(this.#texts[token])}, ${percent(share)}`);
        return button;
    }

    /** The place with the most to choose from: a good one to begin with. */
    #mostOpen() {
        const doubts = this.#places.map(({ button }) => Number(button.style.getPropertyValue("--doubt")));
        return doubts.indexOf(Math.max(...doubts));
    }

    #choose(target) {
        const index = this.#places.findIndex(({ button }) => button === target);
        if (index >= 0) this.#tell(index);
    }

    #move(event) {
        const at = this.#places.findIndex(({ button }) => button === document.activeElement);
        const last = this.#places.length - 1;
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - 5, ArrowDown: at + 5, Home: 0,
            End: last }[event.key];
        if (at < 0 || to === undefined) return;
        event.preventDefault();
        this.#places[Math.min(Math.max(to, 0), last)].button.focus();
    }

    #tell(index) {
        this.#places.forEach(({ button }, i) => {
            button.tabIndex = i === index ? 0 : -1;
            button.setAttribute("aria-pressed", i === index);
        });
        const { token, logits } = this.#places[index];
        const candidates = candidatesOf(logits, this.#sampling);
        const place = candidates.findIndex((candidate) => candidate.token === token);
        const shown = candidates.slice(0, SHOWN);
        if (place >= SHOWN) shown.splice(-1, 1, candidates[place]);
        const rows = shown.map(({ token: other, share }) => {
            const row = element("li", other !== token ? "" : place >= SHOWN ? "drawn apart" : "drawn");
            row.append(element("span", "what", visible(this.#texts[other])), element("span", "bar"),
                element("span", "share", percent(share)));
            row.style.setProperty("--share", share);
            if (other === token) row.append(element("span", "hidden", " was drawn"));
            return row;
        });
        const list = element("ol");
        list.append(...rows);
        const count = `${candidates.length} ${candidates.length === 1 ? "candidate" : "candidates"}`;
        const others = logits.length - candidates.length, filter = filterOf(this.#sampling);
        const rest = filter ? `${count} passed ${filter}; ${others} were dropped.`
            : `${count} can be drawn; the probability of ${others} rounds to zero.`;
        this.#list.replaceChildren(list, element("p", "note", `Piece ${index + 1} of ${this.#places.length}. ${rest}`));
    }
}

// The settings' form.
// SPDX-License-Identifier: MIT

const at = (selector) => document.querySelector(selector);

const SPOKEN = {
    temperature: (value) => (value === 0 ? "0, always the likeliest" : value.toFixed(2)),
    min_p: (value) => (value === 0 ? "off" : value.toFixed(2)),
    top_k: (value) => (value === 0 ? "off" : String(value)),
    top_p: (value) => (value === 0 || value === 1 ? "off" : value.toFixed(2)),
    best: (value) => (value === 1 ? "1 line" : `${value} lines`),
};

export class Controls {
    /** `on` has change(changes), reset(), random() and model(name). */
    constructor(about, on) {
        at("#model").replaceChildren(...about.models.map(({ name }) => new Option(name, name)));
        at("#model-field").hidden = about.models.length < 2;
        at("#panel-name").replaceChildren(...about.panels.map(({ name, width, height }) =>
            new Option(`${width} × ${height}, ${name}`, name)));
        for (const name of Object.keys(SPOKEN))
            at(`#${name}`).addEventListener("input",
                ({ target }) => on.change({ [name]: Controls.#valueOf(name, Number(target.value)) }));
        at("#seed").addEventListener("input", ({ target }) => {
            this.#tell("#seed", target.validity.valid ? "" : `A seed is a whole number from 0 to ${target.max}.`);
            if (target.validity.valid) on.change({ seed: Number(target.value) });
        });
        at("#prompt").addEventListener("input", ({ target }) => on.change({ prompt: target.value }));
        at("#model").addEventListener("change", ({ target }) => on.model(target.value));
        at("#panel-name").addEventListener("change", ({ target }) => on.change({ panel: target.value }));
        for (const radio of document.querySelectorAll("input[name=turn]"))
            radio.addEventListener("change", ({ target }) => on.change({ portrait: target.value === "portrait" }));
        at("#dice").addEventListener("click", on.random);
        at("#reset").addEventListener("click", on.reset);
        at("#copy").addEventListener("click", () => this.#copy());
        at("#controls").addEventListener("submit", (event) => event.preventDefault());
    }

    /** Top-p's slider ends at 1, which is off: 0 in the settings. */
    static #valueOf(name, value) {
        return name === "top_p" && value === 1 ? 0 : value;
    }

    show(settings, model) {
        at("#top_k").max = Math.max(64, settings.top_k);
        for (const [name, spoken] of Object.entries(SPOKEN)) {
            const input = at(`#${name}`), shown = name === "top_p" && settings[name] === 0 ? 1 : settings[name];
            if (Number(input.value) !== shown) input.value = shown;
            input.style.setProperty("--filled", (Number(input.value) - input.min) / (input.max - input.min));
            const text = spoken(settings[name]);
            at(`output[for=${name}]`).textContent = text;
            input.setAttribute("aria-valuetext", text);
        }
        const put = (selector, value) => {
            if (at(selector).value !== String(value)) at(selector).value = value;
        };
        put("#seed", settings.seed);
        this.#tell("#seed", "");
        put("#prompt", settings.prompt);
        put("#model", model.name);
        put("#panel-name", settings.panel);
        at(`input[name=turn][value=${settings.portrait ? "portrait" : "landscape"}]`).checked = true;
    }

    tellPrompt(error) {
        this.#tell("#prompt", error);
    }

    /** Says below a field what is wrong with it; "" that nothing is. */
    #tell(field, error) {
        if (at(`${field}-error`).textContent !== error) at(`${field}-error`).textContent = error;
        at(field).setAttribute("aria-invalid", error !== "");
    }

    async #copy() {
        try {
            await navigator.clipboard.writeText(location.href);
            at("#copied").textContent = "Copied.";
        } catch {
            // Without HTTPS a page may not write there.
            at("#copied").textContent = "The address bar has it.";
        }
        setTimeout(() => (at("#copied").textContent = ""), 3000);
    }
}

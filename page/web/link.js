// The settings of a page, and the link that carries them.
// SPDX-License-Identifier: MIT

// Name in the link -> setting; numbers have their range.
const NUMBERS = {
    seed: ["seed", 0, 0xffffffff],
    t: ["temperature", 0, 2],
    minp: ["min_p", 0, 1],
    topk: ["top_k", 0, 256],
    topp: ["top_p", 0, 1],
    n: ["best", 1, 64],
};
const WHOLE = new Set(["seed", "top_k", "best"]);
const BEST_OF = 16; // fewer than a device's 48: the reader waits

/** What a model recommends. */
export function defaultsOf(model) {
    const { temperature, min_p, top_k, top_p } = model.settings;
    return { temperature, min_p, top_k, top_p, best: BEST_OF };
}

/** The day's seed, the same for everybody: 20260131. */
export function seedOfToday(now = new Date()) {
    return now.getFullYear() * 10000 + (now.getMonth() + 1) * 100 + now.getDate();
}

function numberIn(text, name, low, high) {
    const number = text === null || text.trim() === "" ? NaN : Number(text);
    if (!(number >= low && number <= high) || (WHOLE.has(name) && !Number.isInteger(number))) return undefined;
    return number;
}

/** Settings of the link's fragment; what it lacks or has wrong is the model's or the day's. */
export function settingsOf(fragment, { models, panels }) {
    const given = new URLSearchParams(fragment.replace(/^#/, ""));
    const model = models.find(({ name }) => name === given.get("model")) ?? models[0];
    const settings = { model: model.name, seed: seedOfToday(), prompt: given.get("prompt") ?? "", ...defaultsOf(model) };
    for (const [key, [name, low, high]] of Object.entries(NUMBERS)) {
        const number = numberIn(given.get(key), name, low, high);
        if (number !== undefined) settings[name] = number;
    }
    settings.panel = (panels.find(({ name }) => name === given.get("panel")) ?? panels[0]).name;
    settings.portrait = given.get("hung") === "portrait";
    return settings;
}

/** What is wrong in the link's fragment and was not taken: ["seed=-5"]. */
export function wrongIn(fragment, { models, panels }) {
    const given = [...new URLSearchParams(fragment.replace(/^#/, ""))];
    const isRight = ([key, value]) => {
        if (key === "model") return models.some(({ name }) => name === value);
        if (key === "panel") return panels.some(({ name }) => name === value);
        return !Object.hasOwn(NUMBERS, key) || numberIn(value, ...NUMBERS[key]) !== undefined;
    };
    return given.filter((pair) => !isRight(pair)).map(([key, value]) => `${key}=${value}`);
}

/** The fragment that settingsOf reads these settings from. */
export function fragmentOf(settings) {
    const given = new URLSearchParams({ model: settings.model });
    for (const [key, [name]] of Object.entries(NUMBERS)) given.set(key, settings[name]);
    if (settings.prompt) given.set("prompt", settings.prompt);
    given.set("panel", settings.panel);
    if (settings.portrait) given.set("hung", "portrait");
    return "#" + given;
}

function quoted(word) {
    return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command that writes the same line. */
export function commandOf(settings, model) {
    const file = model.file.startsWith("-") ? `./${model.file}` : model.file;
    const words = ["quillet", "generate", file, "--seed", settings.seed];
    for (const [option, name] of [["--temperature", "temperature"], ["--min-p", "min_p"], ["--top-k", "top_k"], ["--top-p", "top_p"]])
        if (settings[name] !== model.settings[name]) words.push(option, settings[name]);
    if (settings.prompt) words.push("--prompt", settings.prompt);
    if (settings.best > 1) words.push("--best", settings.best);
    return words.map((word) => quoted(String(word))).join(" ");
}

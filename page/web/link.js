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

/**
 * Settings of the link's fragment; what it lacks or has wrong is the model's or the day's. What it has wrong goes to
 * `wrong`: "seed=-5".
 */
export function settingsOf(fragment, { models, panels }, wrong) {
    const given = new URLSearchParams(fragment.replace(/^#/, ""));
    /** `found`, or `usual` where it is undefined, which is wrong in a link that has `key`. */
    const either = (key, found, usual) => {
        if (found === undefined && given.has(key)) wrong.push(`${key}=${given.get(key)}`);
        return found ?? usual;
    };
    const called = (key, all) => either(key, all.find(({ name }) => name === given.get(key)), all[0]);
    const model = called("model", models);
    const settings = { model: model.name, seed: seedOfToday(), prompt: given.get("prompt") ?? "",
        ...defaultsOf(model) };
    for (const [key, [name, low, high]] of Object.entries(NUMBERS))
        settings[name] = either(key, numberIn(given.get(key), name, low, high), settings[name]);
    settings.panel = called("panel", panels).name;
    settings.portrait = given.get("hung") === "portrait";
    return settings;
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

/** The command that writes the same line; the program's own model needs no file. */
export function commandOf(settings, model) {
    const file = model.file.startsWith("-") ? `./${model.file}` : model.file;
    const words = ["quillet", "generate", ...(file ? [file] : []), "--seed", settings.seed];
    for (const [option, name] of [["--temperature", "temperature"], ["--min-p", "min_p"], ["--top-k", "top_k"],
        ["--top-p", "top_p"]])
        if (settings[name] !== model.settings[name]) words.push(option, settings[name]);
    if (settings.prompt) words.push("--prompt", settings.prompt);
    if (settings.best > 1) words.push("--best", settings.best);
    return words.map((word) => quoted(String(word))).join(" ");
}

// The page: settings in, a line out; everything else shows that line.
// SPDX-License-Identifier: MIT
import { candidateSeed } from "./shared.js";
import { Controls } from "./controls.js";
import { Lanes } from "./lanes.js";
import { commandOf, defaultsOf, fragmentOf, settingsOf } from "./link.js";
import { Panels } from "./panel.js";
import { Pieces } from "./pieces.js";
import { samplingOf } from "./quillet/sampler.js";
import { Tokenizer } from "./quillet/tokenizer.js";
import { Runner } from "./runner.js";
import { fillSizes, kilobytes, setUpLinks, setUpTheme } from "./surroundings.js";

const about = JSON.parse(document.querySelector("#about").textContent);
const at = (selector) => document.querySelector(selector);
const number = new Intl.NumberFormat("en");

const MOST_WIDE = 640, MOST_HIGH = 480; // of the panel's picture, in CSS pixels

const tokenizers = new Map(about.models.map(({ name, tokens }) => [name, new Tokenizer(tokens)]));
const pieces = new Pieces(at("#pieces"), at("#candidates"));
const lanes = new Lanes(at("#verdict"));
const writer = new Runner("./writer.js"), author = new Runner("./writer.js"), twin = new Runner("./writer.js"),
    onnx = new Runner("./comparison.js");
const panelsReady = Panels.load("panels.wasm");

let settings; // takeAddress() has the first
let shown = null; // {text, author, ...} of the line on the page
let hasText = false, hasCompared = false;

const modelNow = () => about.models.find(({ name }) => name === settings.model);
const tokenizerNow = () => tokenizers.get(settings.model);

const samplingNow = ({ temperature, min_p, top_k, top_p }) => samplingOf({ temperature, min_p, top_k, top_p });

/** What a worker is asked for; {error} where the prompt is none. */
function requestOf() {
    const unknown = [];
    const prompt = tokenizerNow().encode(settings.prompt, unknown);
    const { max_length: maxLength } = modelNow().settings;
    const strange = [...new Set(unknown)].slice(0, 3).map((character) => `“${character}”`).join(", ");
    const error = strange ? `The model does not know ${strange}.` : prompt.length > maxLength
        ? "That is longer than a line of the model." : "";
    controls.tellPrompt(error);
    return error ? { error } : { seed: settings.seed, sampling: samplingNow(settings), maxLength, prompt,
        best: settings.best };
}

/// the line ///

function showQuote(line, name) {
    const text = panels.prose(line.text, true);
    const paragraph = document.createElement("p");
    text.split(" ").forEach((word, i) => {
        const span = document.createElement("span");
        span.textContent = word;
        span.style.setProperty("--i", i);
        paragraph.append(i ? " " : "", span);
    });
    const quote = at("#quote");
    quote.replaceChildren(paragraph);
    quote.dataset.text = line.text;
    quote.classList.remove("nothing");
    quote.classList.toggle("marked", text.startsWith("“")); // which hangs out of the edge
    quote.dataset.size = text.length < 64 ? "large" : text.length < 120 ? "middle" : "small";
    quote.removeAttribute("aria-busy");
    at("#author").textContent = !line.mayShow ? "from the training text" : name ? panels.prose(name, false) : "";
    at("#author").dataset.text = name;
}

/** No line, and why: whatever told of one goes. */
function showNothing(why) {
    writer.stop();
    author.stop();
    shown = null;
    const quote = at("#quote"), paragraph = document.createElement("p");
    paragraph.textContent = `${why} Change what the line begins with, under “Look inside”, and it writes one.`;
    quote.replaceChildren(paragraph);
    quote.className = "nothing";
    delete quote.dataset.text;
    delete quote.dataset.size;
    quote.removeAttribute("aria-busy");
    for (const selector of ["#author", "#status", "#command"]) at(selector).textContent = "";
    showParts(false);
    pieces.clear();
    clearComparison();
    panelsReady.then(() => shown || showPanel()).catch(fail);
}

/** What there is only with a line: who said it, the command that writes it, and the comparison. */
function showParts(isLine) {
    at("#compare").disabled = !isLine;
    at(".command").hidden = !isLine;
    at(".lede").classList.toggle("nothing", !isLine);
}

/** Who said it: a model without a filter of its training text may have learned the line by heart. */
function showLede({ mayShow, author: name }) {
    const { guarded, wasm } = modelNow();
    const invented = `Nobody is known to have said this.`
        + `${name ? " The author is invented too; if somebody has that name, it is a coincidence." : ""}`;
    at("#lede-claim").textContent = !mayShow ? "This is a line of the training text." : guarded ? invented : "";
    at("#lede-deed").textContent = !mayShow ? "wrote it" : guarded ? "made it up" : "wrote this";
    at("#lede-size").textContent = kilobytes(about.sizes[wasm][0]);
}

function showPanel() {
    if (!panels) return;
    const { text, author: name, mayShow } = shown ?? { text: "", author: "", mayShow: true };
    const panel = about.panels.find(({ name }) => name === settings.panel);
    const canvas = at("#canvas");
    const error = panels.draw(canvas, panel, settings.portrait, text, name);
    canvas.setAttribute("aria-label", error || `The panel shows: ${text}${name ? ` ${name}` : ""}`);
    const millimetres = (pixels) => Math.round((pixels / panel.dots_per_inch) * 25.4);
    const kept = mayShow ? "" : "A device does not show lines of the training text. ";
    at("#panel-note").textContent = error || `${kept}${panel.controller}, ${canvas.width} × ${canvas.height} pixels, `
        + `${millimetres(canvas.width)} × ${millimetres(canvas.height)} mm`;
    fitCanvas();
}

/**
 * As large as there is room for: a pixel of the panel takes whole pixels of the screen, or a fraction of them on fine
 * screens, where nobody sees the difference, and where the panel is wider than the room.
 */
function fitCanvas() {
    const canvas = at("#canvas"), wall = at(".wall"), scale = devicePixelRatio || 1;
    const inner = (element) => 2 * parseFloat(getComputedStyle(element).paddingLeft);
    const room = wall.clientWidth - inner(wall) - inner(at(".frame"));
    const widest = (room * scale) / canvas.width;
    const wanted = Math.min(widest, (MOST_WIDE * scale) / canvas.width, (MOST_HIGH * scale) / canvas.height);
    const isFine = scale >= 2 || widest < 1;
    const times = isFine ? Math.min(widest, Math.max(0.5, wanted)) : Math.max(1, Math.floor(wanted));
    canvas.style.width = `${(canvas.width * times) / scale}px`;
    canvas.dataset.fine = isFine;
}

function tell({ lines, seconds }) {
    const characters = lines.reduce((sum, { text }) => sum + [...text].length + 1, 0);
    const drafts = settings.best > 1 ? `the best of ${settings.best} lines` : "one line";
    const known = lines.filter(({ mayShow }) => !mayShow).length;
    const passed = !shown.mayShow ? ", of the training text" : known
        ? `, ${known} more of the training text passed over` : "";
    // A browser's clock may be too coarse for a small model.
    const speed = seconds > 0
        ? `${seconds.toFixed(2)} s, ${number.format(Math.round(characters / seconds))} characters a second`
        : "too quick to count characters a second";
    at("#status").textContent = `Seed ${settings.seed}, ${drafts}${passed}, ${speed}`;
}

/** The author, the first line that a device takes: the names' model has the same seed, and settings of its own. */
async function nameOf(seed) {
    if (!about.names) return "";
    const { settings: own } = about.names;
    const result = await author.write(about.names.wasm,
        { seed, sampling: samplingOf(own), maxLength: own.max_length, prompt: [], best: 1, follows: true });
    if (!result) return null;
    const last = result.lines.at(-1);
    return last.mayShow ? last.text : "";
}

/** Which line is shown: the best of those that may be, else the best. */
function bestOf(lines) {
    const better = (a, b) => (b.mayShow !== a.mayShow ? b.mayShow : b.score > a.score);
    return lines.reduce((best, line, i) => (better(lines[best], line) ? i : best), 0);
}

/**
 * The command that writes the shown line; where lines were passed over, which `generate` does not do, by its own seed.
 */
function commandFor(lines, best) {
    const isAsWritten = lines.every(({ mayShow }) => mayShow);
    const own = isAsWritten ? settings : { ...settings, seed: candidateSeed(settings.seed, best), best: 1 };
    return commandOf(own, modelNow());
}

function tellProgress({ draft, tokens }) {
    if (!tokens) return;
    if (!hasText) performance.mark("quillet-text");
    const waiting = document.querySelector("#quote.nothing p");
    if (waiting) waiting.textContent = settings.best > 1
        ? `The model writes ${settings.best} lines, of which the best is shown.` : "The model writes a line.";
    hasText = true;
    const text = Array.from(tokens, (token) => tokenizerNow().pieces[token]).join("");
    at("#status").textContent = settings.best > 1
        ? `Line ${draft + 1} of ${Math.max(settings.best, draft + 1)}: ${text}` : text;
}

async function write() {
    const request = requestOf();
    if (request.error) return showNothing(request.error);
    at("#command").textContent = commandOf(settings, modelNow());
    at("#quote").setAttribute("aria-busy", "true");
    const [result, name] = await Promise.all([writer.write(modelNow().wasm, request, tellProgress),
        nameOf(request.seed), panelsReady]);
    if (!result || name === null) return; // a newer request took its place
    const best = bestOf(result.lines), line = result.lines[best];
    shown = { ...line, author: line.mayShow ? name : "", draft: best,
        request: { ...request, drafts: result.lines.length } };
    at("#command").textContent = commandFor(result.lines, best);
    showQuote(line, shown.author);
    showLede(shown);
    showParts(true);
    performance.mark("quillet-quote");
    tell(result);
    pieces.show(line, request.prompt.length, tokenizerNow().pieces, tokenizerNow().lineToken, request.sampling);
    showPanel();
    if (hasCompared) compare().catch(fail);
}

/// the comparison ///

/** What was compared was of another line. */
function clearComparison() {
    twin.stop();
    onnx.stop();
    hasCompared = false;
    lanes.begin([]);
    at("#compare").textContent = "Run both";
}

async function compare() {
    if (!shown) return;
    hasCompared = true;
    const { request, draft } = shown, model = modelNow();
    at("#verdict").textContent = "";
    lanes.begin(tokenizerNow().pieces);
    at("#compare").textContent = "Loading ONNX Runtime …";
    await Promise.all([twin.load(model.wasm), onnx.load(model.onnx)]);
    if (!hasCompared) return; // the line has gone meanwhile
    at("#compare").textContent = "Run both again";
    const listen = (which) => (message) => {
        lanes.take(which, message);
        lanes.choose(draft);
    };
    // One after the other, so that neither takes the other's time.
    if (await twin.write(model.wasm, request, listen("wasm"))) await onnx.write(model.onnx, request, listen("onnx"));
}

/// wiring ///

/** The settings of the address; what it has wrong is told. */
function takeAddress() {
    const wrong = [];
    settings = settingsOf(location.hash, about, wrong);
    at("#link-error").textContent = wrong.length
        ? `The link has ${wrong.join(", ")}, which this page cannot show; `
            + `the usual ${wrong.length > 1 ? "settings take their" : "setting takes its"} place.`
        : "";
    controls.show(settings, modelNow());
}

function fail(error) {
    at("#quote").removeAttribute("aria-busy");
    const waiting = document.querySelector("#quote.nothing p");
    if (waiting) waiting.textContent = "The model wrote nothing.";
    at("#compare").textContent = hasCompared ? "Run both again" : "Run both";
    at("#status").textContent = `Something went wrong: ${error.message}`;
    console.error(error);
}

let later = 0;

/** The settings in the address; browsers that take only so many changes in a time get the last one later. */
function remember(isNew) {
    clearTimeout(later);
    try {
        history[isNew ? "pushState" : "replaceState"](null, "", fragmentOf(settings));
    } catch {
        later = setTimeout(() => remember(false), 1000);
    }
}

/** Takes changes of settings; `isNew`: Back returns to what was before. */
function change(changes, isNew = false) {
    settings = { ...settings, ...changes };
    at("#link-error").textContent = "";
    remember(isNew);
    controls.show(settings, modelNow());
    if (Object.keys(changes).every((name) => name === "panel" || name === "portrait")) showPanel();
    else write().catch(fail);
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % 1000000;

const controls = new Controls(about, {
    change,
    reset: () => change({ prompt: "", ...defaultsOf(modelNow()) }),
    random: () => change({ seed: randomSeed() }, true),
    model: (name) => change({ model: name, ...defaultsOf(about.models.find((model) => model.name === name)) }),
});

at("#another").addEventListener("click", () => change({ seed: randomSeed() }, true));
at("#compare").addEventListener("click", () => compare().catch(fail));
addEventListener("hashchange", () => {
    takeAddress();
    write().catch(fail);
});
addEventListener("resize", fitCanvas);

if (!about.onnxruntime) {
    at("#runtimes").hidden = true;
    at('a[href="#runtimes"]').hidden = true;
}
fillSizes(about);
setUpTheme(at("#theme"));
setUpLinks();
takeAddress();
let panels;
panelsReady.then((loaded) => (panels = loaded)).catch(fail);
write().catch(fail);

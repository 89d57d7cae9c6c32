// What stands around the line: colors, sizes, where it comes from.
// SPDX-License-Identifier: MIT

const at = (selector) => document.querySelector(selector);
const number = new Intl.NumberFormat("en");

export function kilobytes(bytes) {
    return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const THEMES = ["", "light", "dark"];
const NAMES = { "": ["Theme: auto", "as the system has them"], light: ["Theme: light", "light"],
    dark: ["Theme: dark", "dark"] };

function remembered() {
    try {
        return localStorage.getItem("quillet-theme") ?? "";
    } catch {
        return ""; // storage may be forbidden
    }
}

/** The button goes round auto, light, dark. */
export function setUpTheme(button) {
    let theme = THEMES.includes(remembered()) ? remembered() : "";
    const show = () => {
        document.documentElement.dataset.theme = theme;
        button.textContent = NAMES[theme][0];
        button.setAttribute("aria-label", `Colors: ${NAMES[theme][1]}`);
    };
    button.addEventListener("click", () => {
        theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
        try {
            localStorage.setItem("quillet-theme", theme);
        } catch {
            // then it lasts as long as the page
        }
        show();
    });
    show();
}

/** Links within the page: they go there, and leave the address, which holds the settings, as it is. */
export function setUpLinks() {
    for (const link of document.querySelectorAll('a[href^="#"]')) {
        link.addEventListener("click", (event) => {
            event.preventDefault();
            const target = at(link.getAttribute("href"));
            if (target.tabIndex < 0) target.tabIndex = -1; // a section can then be where Tab goes on from
            target.scrollIntoView();
            target.focus({ preventScroll: true });
        });
    }
}

/** [what, files] of the table: what a reader fetches for it. */
function groupsOf({ sizes, models, names, onnxruntime }) {
    const files = Object.keys(sizes);
    const scripts = files.filter((path) => /\.(js|css)$/.test(path));
    return [
        ...models.map(({ name, wasm }) => [`The model “${name}”, weights and code`, [wasm]]),
        ...(names && !models.some(({ wasm }) => wasm === names.wasm) ? [["The model that writes authors", [names.wasm]]]
            : []),
        ["The panels, with their fonts", ["panels.wasm"]],
        ["This page’s scripts and style", scripts],
        ["Fonts", files.filter((path) => path.startsWith("fonts/"))],
        ...(onnxruntime ? [[`ONNX Runtime Web ${onnxruntime}`, files.filter((path) => path.startsWith("onnxruntime/"))]]
            : []),
        ...(onnxruntime ? models.map(({ name, onnx }) => [`The model “${name}” as ONNX`, [onnx]]) : []),
    ].filter(([, paths]) => paths.length);
}

export function fillSizes(about) {
    const rows = groupsOf(about).map(([what, paths]) => {
        const row = document.createElement("tr"), head = document.createElement("th");
        head.scope = "row";
        head.textContent = what;
        row.append(head);
        for (const which of [0, 1]) {
            const cell = row.insertCell();
            cell.textContent = number.format(paths.reduce((sum, path) => sum + about.sizes[path][which], 0));
        }
        return row;
    });
    at("#sizes tbody").replaceChildren(...rows);
    at("#licence").textContent = about.models.map(({ name, weights, licence }) =>
        `${name}: ${number.format(weights)} weights${licence ? `. ${licence}` : ""}.`).join(" ");
    const letters = Object.keys(about.sizes).some((path) => path.startsWith("fonts/"))
        ? " Set in EB Garamond (SIL Open Font License)." : "";
    at("#made").textContent = `Made by quillet page, version ${about.version}.${letters}`;
}

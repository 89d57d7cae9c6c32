// A file server on loopback that sends nothing but types: no headers for shared memory, no compression.
// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
    ".otf": "font/otf" };

/** Serves `folder`; resolves to {url, close()}. `replaced`: path -> the bytes to send instead. */
export function serve(folder, replaced = {}) {
    const server = createServer(async (request, response) => {
        const path = normalize(new URL(request.url, "http://x").pathname).replace(/^\/$/, "/index.html");
        try {
            const bytes = replaced[path] ?? (await readFile(join(folder, path)));
            response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(bytes);
        } catch {
            response.writeHead(404).end();
        }
    });
    return new Promise((resolve) => {
        server.listen(0, "127.0.0.1", () =>
            resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }));
    });
}

// A worker with one model in it, as promises.
// SPDX-License-Identifier: MIT

import { bytesOf } from "./shared.js";

export class Runner {
    #script;
    #worker = null;
    #url = null; // of the model that is loaded, or on its way
    #ready = null;
    #id = 0;
    #take = () => {};
    #fail = () => {}; // rejects the request that is being answered

    constructor(script) {
        this.#script = new URL(script, import.meta.url);
    }

    /** Resolves when the model at `url` is loaded. The file is fetched while the worker begins. */
    load(url) {
        if (url === this.#url) return this.#ready;
        this.#url = url;
        this.#worker?.terminate();
        const worker = new Worker(this.#script, { type: "module" });
        this.#worker = worker;
        this.#ready = new Promise((resolve, reject) => {
            const fail = (error) => {
                reject(error);
                if (this.#worker === worker) this.#fail(error);
            };
            worker.onmessage = ({ data }) => {
                if (data.type === "ready") resolve();
                else if (data.type === "failed") fail(new Error(data.message));
                else this.#take(data);
            };
            worker.onerror = ({ message }) => fail(new Error(message ?? `${this.#script} cannot be run`));
            bytesOf(url).then((bytes) => worker.postMessage({ type: "load", bytes, url }, [bytes]), fail);
        });
        // What could not be loaded is tried again when it is asked for again.
        this.#ready.catch(() => {
            if (this.#worker === worker) this.#url = null;
        });
        return this.#ready;
    }

    /**
     * {lines, seconds} of a request to the model at `url`; null where a newer one took its place. `listen` is told
     * "progress", "line" and "done" as they come. Rejects where the model cannot be loaded, or its worker fails.
     */
    async write(url, request, listen = () => {}) {
        const id = ++this.#id;
        await this.load(url);
        if (id !== this.#id) return null;
        this.#finish?.(null);
        return new Promise((resolve, reject) => {
            this.#fail = reject;
            const lines = [];
            this.#finish = resolve;
            this.#take = (message) => {
                if (message.id !== id) return;
                listen(message);
                if (message.type === "line") lines[message.draft] = message;
                if (message.type === "done") resolve({ lines, seconds: message.seconds });
            };
            this.#worker.postMessage({ type: "write", id, ...request });
        });
    }

    /** Nobody waits for an answer any more: what is asked for resolves to null, and nothing more is told. */
    stop() {
        this.#id++;
        this.#take = () => {};
        this.#finish?.(null);
    }

    #finish = null; // resolves the request before
}

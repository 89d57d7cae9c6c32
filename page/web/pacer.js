// Lets a worker breathe: counts the time it works, and says when to look for messages.
// SPDX-License-Identifier: MIT

const STRETCH = 12; // milliseconds

/** {seconds, isDue(), rest(), now()}: seconds of work up to the last isDue() or now(), rests left out. */
export function pacer() {
    const channel = new MessageChannel();
    let began = performance.now(), worked = 0;
    const count = () => {
        const now = performance.now();
        worked += now - began;
        began = now;
    };
    return {
        get seconds() {
            return worked / 1000;
        },
        isDue() {
            if (performance.now() - began < STRETCH) return false;
            count();
            return true;
        },
        now() {
            count();
            return worked / 1000;
        },
        async rest() {
            await new Promise((resolve) => {
                channel.port1.onmessage = resolve;
                channel.port2.postMessage(0);
            });
            began = performance.now();
        },
    };
}

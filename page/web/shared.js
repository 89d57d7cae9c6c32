// What several of the page's modules need.
// SPDX-License-Identifier: MIT

/** A file's bytes from where the page is, an ArrayBuffer; rejects with the address and what the server said. */
export async function bytesOf(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    return response.arrayBuffer();
}

/**
 * The seed of candidate `number`, from 0, for a line of `seed`, as on devices and in `quillet generate --best`:
 * quillet_candidate_seed() of runtime/quillet_rank.h.
 */
export const candidateSeed = (seed, number) => (seed + Math.imul(number, 0x9e3779b9)) >>> 0;

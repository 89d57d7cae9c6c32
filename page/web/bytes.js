// A file's bytes from where the page is.
// SPDX-License-Identifier: MIT

/** An ArrayBuffer; rejects with the address and what the server said. */
export async function bytesOf(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    return response.arrayBuffer();
}

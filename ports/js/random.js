// The generator of the contract: xoshiro128**, seeded by four outputs of SplitMix32 (docs/DESIGN.md, contract 1).
// SPDX-License-Identifier: MIT

function rotateLeft(x, k) {
    return (x << k) | (x >>> (32 - k));
}

function seedWords(seed) {
    return Uint32Array.from({ length: 4 }, () => {
        seed = (seed + 0x9e3779b9) | 0;
        let z = seed;
        z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
        z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
        return z ^ (z >>> 15);
    });
}

/** A sequence of 32-bit numbers; `words` (Uint32Array of 4) is its whole state. */
export class Random {
    /**
     * @param {number} seed 0 .. 2^32 - 1
     * @throws {RangeError} another seed
     */
    constructor(seed) {
        if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
            throw new RangeError(`seed: is ${seed}; expected a whole number from 0 to 4294967295`);
        this.words = seedWords(seed);
    }

    /** Carries on where a generator with these four words stood. */
    static ofWords(words) {
        const random = new Random(0);
        random.words = Uint32Array.from(words);
        return random;
    }

    /** The next number, uniform in 0 .. 2^32 - 1. */
    next() {
        const s = this.words;
        const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
        const t = s[1] << 9;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotateLeft(s[3], 11);
        return result;
    }

    /**
     * An unbiased number in 0 .. bound - 1: the place of a number among `bound` stretches of equal width; what lies
     * beyond them is drawn again.
     */
    below(bound) {
        const width = Math.floor(0xffffffff / bound);
        let x;
        do {
            x = Math.floor(this.next() / width);
        } while (x >= bound);
        return x;
    }
}

// The seeds of the lines from which the best is chosen, as on devices and in `quillet generate --best`.
// SPDX-License-Identifier: MIT

/** The seed of candidate `number`, from 0, for a line of `seed`: quillet_candidate_seed() of runtime/quillet_rank.h. */
export const candidateSeed = (seed, number) => (seed + Math.imul(number, 0x9e3779b9)) >>> 0;

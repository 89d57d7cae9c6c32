// Types of Quillet's character models in JavaScript.
// SPDX-License-Identifier: MIT

/** What is wrong with a model's file, in one line. */
export class OnnxError extends Error {}

export interface ValueInfo {
    name: string;
    /** TensorProto.DataType */
    type: number;
    /** 1 where the file leaves a dimension open */
    shape: number[];
}

/** Metadata, inputs and outputs of an ONNX file. Throws OnnxError. */
export function readOnnx(bytes: Uint8Array): {
    metadata: Record<string, string>;
    inputs: ValueInfo[];
    outputs: ValueInfo[];
};

/** Tokens and their texts, by a model's metadata. */
export class Tokenizer {
    constructor(metadata: Record<string, string>);
    /** The tokens' texts, in token order. */
    readonly pieces: string[];
    readonly lineToken: number;
    /** Appends to `unknown` the characters that no piece spells. */
    encode(text: string, unknown?: string[]): number[];
}

/** The generator of the contract, xoshiro128**; `words` is its whole state. */
export class Random {
    /** @param seed 0 .. 2^32 - 1 */
    constructor(seed: number);
    static ofWords(words: ArrayLike<number>): Random;
    words: Uint32Array;
    /** The next number, uniform in 0 .. 2^32 - 1. */
    next(): number;
    /** An unbiased number in 0 .. bound - 1. */
    below(bound: number): number;
}

/**
 * Settings as people write them; a model file's names are taken as well, JavaScript's before them where both are given.
 * samplingOf clips what is out of bounds; lines refuses it.
 */
export interface Settings {
    /** 0 .. 1000; 0: always the most likely token; 0.7 unless given */
    temperature?: number;
    /** 0 .. 1: drops tokens less likely than this share of the best; 0: off */
    minP?: number;
    min_p?: number;
    /** Whole, 0 .. 2^32 - 1: keeps the k most likely; 0: off */
    topK?: number;
    top_k?: number;
    /** 0 .. 1: keeps the most likely until their share reaches this; 0: off */
    topP?: number;
    top_p?: number;
    /** Whole, 1 .. 10^9: tokens a line, the prompt's included; 1000 unless given */
    maxLength?: number;
    max_length?: number;
}

/** Settings as the contract's integers. */
export interface Sampling {
    inverseTemperature: number;
    minPGap: number;
    topK: number;
    topP: number;
}

/** minPGap where there is no min-p. */
export const NO_GAP: number;

/** Throws TypeError for a setting that it does not know, RangeError for what is no number and for a topK that is not whole. */
export function samplingOf(settings?: Settings): Sampling;

/** A token drawn from Q10 logits, which it leaves as they are. */
export function sample(logits: ArrayLike<number>, sampling: Sampling, random: Random): number;

/** What a line is written with: an IntegerModel, a Model, or anything that takes steps. */
export interface Steps {
    readonly lineToken: number;
    reset(): void;
    /** Feeds `token`; gives the logits of the next, Q10 integers. */
    step(token: number): ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** The tokens of one line after `prompt`; `random` carries on to the next line. Throws RangeError for a prompt with what is no token. */
export function lineTokens(
    model: Steps,
    sampling: Sampling,
    random: Random,
    maxLength: number,
    prompt?: number[],
): AsyncGenerator<number, void, void>;

interface TextModel extends Steps {
    readonly metadata: Record<string, string>;
    readonly tokenizer: Tokenizer;
    /** The tokens' texts, in token order. */
    readonly alphabet: string[];
    readonly outputs: ValueInfo[];
    /** The sampling settings that the file recommends. */
    readonly settings: Settings;
}

/** Lines of text, those of `quillet generate --seed SEED -n COUNT`. Throws RangeError for what that refuses. */
export function lines(
    model: TextModel,
    options?: Settings & {
        /** 0 .. 2^32 - 1; a random one unless given */
        seed?: number;
        /** without end unless given */
        count?: number;
        /** begins every line */
        prompt?: string;
    },
): AsyncGenerator<string, void, void>;

/** Whether these are the bytes of an integer model; false for anything else. */
export function isIntegerModel(bytes: Uint8Array): boolean;

/** An integer model, run without any dependency. */
export class IntegerModel implements TextModel {
    /**
     * Throws OnnxError.
     * @param bytes the ONNX file
     * @param name the file in errors
     */
    constructor(bytes: Uint8Array, name?: string);
    readonly metadata: Record<string, string>;
    readonly tokenizer: Tokenizer;
    readonly alphabet: string[];
    readonly lineToken: number;
    readonly outputs: ValueInfo[];
    readonly settings: Settings;
    reset(): void;
    /** The logits are overwritten by the next step. */
    step(token: number): Int32Array;
    /** The logits (0) or a state after the last step. */
    output(index: number): { data: Int32Array; dims: number[] };
}

/** Any model, run by ONNX Runtime; await a step before the next. */
export class Model implements TextModel {
    /** @param ort the module onnxruntime-node or onnxruntime-web */
    static of(bytes: Uint8Array, ort: object, name?: string): Promise<Model>;
    private constructor();
    readonly metadata: Record<string, string>;
    readonly tokenizer: Tokenizer;
    readonly alphabet: string[];
    readonly lineToken: number;
    readonly outputs: ValueInfo[];
    readonly settings: Settings;
    reset(): void;
    step(token: number): Promise<Int32Array>;
    /** ONNX Runtime's tensor of an output after the last step. */
    output(index: number): { data: ArrayLike<number>; dims: readonly number[] };
}

/** The contract's integers of float logits: times 1024, rounded half away from zero, clamped. */
export function q10(logits: ArrayLike<number>): Int32Array;

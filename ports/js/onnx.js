// Reads of an ONNX file what ONNX Runtime does not tell: metadata, types and shapes of inputs and outputs, constants.
// SPDX-License-Identifier: MIT
// Source: onnx.proto (ONNX 1.15) and protobuf's encoding.

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What is wrong with the file, in one line. */
export class OnnxError extends Error {}

const NOT_ONNX = "is not an ONNX model, or is damaged; give the .onnx file of a model, or copy it again";
const CUT_SHORT = "is cut short, or is not an ONNX model; give the whole .onnx file of a model";

/** [value as a BigInt, the place after it] of the varint at `at`. */
function varint(bytes, at) {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
        if (at >= bytes.length) break;
        const byte = bytes[at++];
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return [value, at];
    }
    throw new OnnxError(CUT_SHORT);
}

/** Yields [field number, value]: a BigInt for varints, a Uint8Array for all else. */
function* fields(bytes) {
    let at = 0;
    while (at < bytes.length) {
        let key, value;
        [key, at] = varint(bytes, at);
        const wire = Number(key & 7n);
        if (wire === 0) {
            [value, at] = varint(bytes, at);
        } else {
            let size = wire === 1 ? 8n : 4n;
            if (wire === 2) [size, at] = varint(bytes, at);
            else if (wire !== 1 && wire !== 5) throw new OnnxError(NOT_ONNX);
            if (BigInt(at) + size > BigInt(bytes.length)) throw new OnnxError(CUT_SHORT);
            value = bytes.subarray(at, at + Number(size));
            at += Number(size);
        }
        yield [Number(key >> 3n), value];
    }
}

/** The first field `number` of the message `bytes`, or `otherwise`. */
function field(bytes, number, otherwise) {
    for (const [n, value] of fields(bytes)) if (n === number) return value;
    return otherwise;
}

const NONE = new Uint8Array(0);

function text(bytes) {
    if (!(bytes instanceof Uint8Array)) throw new OnnxError(NOT_ONNX);
    return utf8.decode(bytes);
}

function* messages(bytes, number) {
    for (const [n, value] of fields(bytes)) if (n === number && value instanceof Uint8Array) yield value;
}

/** {name, type, shape} of a ValueInfoProto; 1 for a dimension that the file leaves open. */
function valueOf(bytes) {
    const tensorType = field(field(bytes, 2, NONE), 1, NONE);
    const dimensions = [...messages(field(tensorType, 2, NONE), 1)];
    return {
        name: text(field(bytes, 1, NONE)),
        type: Number(field(tensorType, 1, 1n)),
        shape: dimensions.map((dimension) => Math.abs(Number(BigInt.asIntN(64, field(dimension, 1, 1n))))),
    };
}

// The arrays of constants, by TensorProto.DataType.
const ARRAYS = { 3: Int8Array, 5: Int16Array, 6: Int32Array, 7: BigInt64Array };

/** [name, {shape, data}] of a TensorProto; data is an array of its type, or undefined for types that are not read. */
function constantOf(bytes) {
    const shape = [];
    for (const [number, value] of fields(bytes)) {
        if (number !== 1) continue;
        if (typeof value === "bigint") shape.push(Number(value));
        else for (let at = 0, size; at < value.length; shape.push(Number(size))) [size, at] = varint(value, at);
    }
    const TypedArray = ARRAYS[Number(field(bytes, 2, 0n))], raw = field(bytes, 9, undefined);
    const data = TypedArray && raw && new TypedArray(raw.slice().buffer);
    return [text(field(bytes, 8, NONE)), { shape, data }];
}

/**
 * The constants of the ModelProto `bytes`, {shape, data} by name; those of integers of 8 to 64 bits have their data.
 */
export function readConstants(bytes) {
    try {
        return new Map([...messages(field(bytes, 7, NONE), 5)].map(constantOf));
    } catch (error) {
        if (error instanceof OnnxError) throw error;
        throw new OnnxError(NOT_ONNX);
    }
}

/**
 * {metadata: {key: value}, inputs: [{name, type, shape}], outputs: […]} of the ModelProto `bytes`; types are numbered
 * as TensorProto.DataType. Throws OnnxError for anything that is not one.
 */
export function readOnnx(bytes) {
    if (bytes.length === 0) throw new OnnxError(
        "is empty; expected an ONNX model: give its .onnx file, or copy it again");
    const metadata = {};
    let graph = null;
    try {
        graph = field(bytes, 7, null);
        for (const entry of messages(bytes, 14)) metadata[text(field(entry, 1, NONE))] = text(field(entry, 2, NONE));
        if (!(graph instanceof Uint8Array))
            throw new OnnxError("is not an ONNX model: it has no graph; give the .onnx file of a model");
        const constants = new Set([...messages(graph, 5)].map((tensor) => text(field(tensor, 8, NONE))));
        const inputs = [...messages(graph, 11)].map(valueOf).filter((value) => !constants.has(value.name));
        return { metadata, inputs, outputs: [...messages(graph, 12)].map(valueOf) };
    } catch (error) {
        if (error instanceof OnnxError) throw error;
        throw new OnnxError(NOT_ONNX);
    }
}

/** Throws OnnxError for a format of integer models that this package does not run. */
export function checkFormat(metadata) {
    const format = metadata["quillet.format"] ?? "";
    if (format === "integer-writer-1")
        throw new OnnxError("is of format integer-writer-1, which has the sampler inside; "
            + "quantize without --with-sampler, "
            + "or run it in ONNX Runtime, one run a character (docs/integer.md)");
    if (format.startsWith("integer-") && format !== "integer-1")
        throw new OnnxError(`is of format '${format}'; expected integer-1: quantize it again, `
            + `or use a package that knows '${format}'`);
}

/** The sampling settings that the metadata recommend, by the file's names; empty where there are none. */
export function settingsIn(metadata) {
    let found = null;
    try {
        found = JSON.parse(metadata["quillet.sampling"] || "{}");
    } catch {
        // told below
    }
    if (typeof found !== "object" || found === null || Array.isArray(found))
        throw new OnnxError("metadata quillet.sampling: is not a JSON object");
    return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null));
}

// Runs an ONNX file once by ONNX Runtime: node run_once.js MODEL FOLDER
// SPDX-License-Identifier: MIT
//
// FOLDER/inputs.json lists {name, type, dims, file}, raw little-endian elements in each file of FOLDER; results are
// written the same way, their list to FOLDER/outputs.json. Exit status 77 where ONNX Runtime does not take the model, 1
// where it fails at running it; the reason stands on stderr.
import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';

const ARRAYS = {
    float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array,
    uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array,
    bool: Uint8Array, float16: Uint16Array,
};

function end(error, status) {
    console.error(String(error.message).split('\n')[0]);
    process.exit(status);
}

const [model, folder] = process.argv.slice(2);
const inputs = JSON.parse(fs.readFileSync(path.join(folder, 'inputs.json'), 'utf8'));
const session = await ort.InferenceSession.create(model, {graphOptimizationLevel: 'disabled', logSeverityLevel: 3})
    .catch((error) => end(error, 77));
try {
    const feeds = {};
    for (const {name, type, dims, file} of inputs) {
        const bytes = new Uint8Array(fs.readFileSync(path.join(folder, file)));
        const data = new ARRAYS[type](bytes.buffer, 0, bytes.byteLength / ARRAYS[type].BYTES_PER_ELEMENT);
        feeds[name] = new ort.Tensor(type, data, dims);
    }
    const results = await session.run(feeds);
    const outputs = session.outputNames.map((name, i) => {
        const {type, dims, data} = results[name];
        const file = `output${i}.bin`;
        fs.writeFileSync(path.join(folder, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        return {name, type, dims, file};
    });
    fs.writeFileSync(path.join(folder, 'outputs.json'), JSON.stringify(outputs));
} catch (error) {
    end(error, 1);
}

#!/bin/sh
# Makes the shipped models, the float ones beside the integer ones: tools/make_models.sh TEXTS OUT [quotes | names]
# SPDX-License-Identifier: MIT
#
# TEXTS holds the corpora that the models' cards name. A release carries OUT's *.float.onnx; models/ has the integer ones.
set -eu
texts=${1:?the folder of the texts} out=${2:?the folder to write to} only=${3:-}
quillet=$(cd "$(dirname "$0")/.." && pwd)/build/release/quillet
mkdir -p "$out"

# note FILE KEY VALUE: appends an entry of metadata, field 14 of ONNX's ModelProto.
note() {
    python3 - "$@" <<'PYTHON'
import sys

def field(number, data):
    size, length = len(data), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data

path, key, value = sys.argv[1:]
with open(path, "ab") as file:
    file.write(field(14, field(1, key.encode()) + field(2, value.encode())))
PYTHON
}

# make NAME TEXT SAMPLING LICENCE TRAINING...: trains in float, then fine-tunes through the rounding to four bits.
make() {
    name=$1 text=$texts/$2 sampling=$3 licence=$4
    shift 4
    if [ -n "$only" ] && [ "$only" != "$name" ]; then return; fi
    "$quillet" train "$text" -o "$out/$name.float.onnx" "$@" --averaging 0.998 --weight-decay 0.02 --threads 2 --seed 1
    note "$out/$name.float.onnx" quillet.sampling "$sampling"
    note "$out/$name.float.onnx" quillet.licence "$licence"
    "$quillet" quantize "$out/$name.float.onnx" -o "$out/$name.onnx" --bits 4 --tune "$text" --threads 1
}

make quotes quotes-wood-ballou.txt '{"temperature":0.7,"min_p":0.1,"max_length":200}' \
    "Public domain in the United States: J. Wood, Dictionary of Quotations (1893); M. M. Ballou, Pearls of Thought (1881), both by Project Gutenberg" \
    --hidden 320 --epochs 24 --dropout 0.3 --recurrent-dropout 0.2
make names names-pantheon-moma-legislators.txt '{"temperature":0.8,"min_p":0.05,"max_length":40}' \
    "CC0: MIT Pantheon 1.0, MoMA artists, US legislators" --hidden 176 --epochs 40 --dropout 0.25 --recurrent-dropout 0.15

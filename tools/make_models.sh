#!/bin/sh
# Makes the shipped models, the float ones beside the integer ones: tools/make_models.sh TEXTS OUT [quotes | names | scots]
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

# train OUT TEXT TRAINING...
train() {
    to=$1 from=$2
    shift 2
    "$quillet" train "$texts/$from" -o "$out/$to" --averaging 0.998 --weight-decay 0.02 --threads 2 "$@"
}

# finish NAME TEXT SAMPLING LICENCE: settings and licence, then four bits, fine-tuned through the rounding.
finish() {
    note "$out/$1.float.onnx" quillet.sampling "$3"
    note "$out/$1.float.onnx" quillet.licence "$4"
    "$quillet" quantize "$out/$1.float.onnx" -o "$out/$1.onnx" --bits 4 --tune "$texts/$2" --threads 1
}

if [ "${only:-quotes}" = quotes ]; then
    text=quotes-wood-ballou.txt
    train first.onnx $text --hidden 320 --epochs 24 --dropout 0.3 --recurrent-dropout 0.2 --seed 1
    train quotes.float.onnx $text --from "$out/first.onnx" --epochs 30 --learning-rate 0.004 --dropout 0.15 --recurrent-dropout 0.1 --seed 2
    finish quotes $text '{"temperature":0.7,"min_p":0.1,"max_length":200}' \
        "Public domain in the United States: J. Wood, Dictionary of Quotations (1893); M. M. Ballou, Pearls of Thought (1881), both by Project Gutenberg"
fi
if [ "${only:-names}" = names ]; then
    text=names-pantheon-moma-legislators.txt
    train names.float.onnx $text --hidden 176 --epochs 40 --dropout 0.25 --recurrent-dropout 0.15 --seed 1
    finish names $text '{"temperature":0.8,"min_p":0.05,"max_length":40}' "CC0: MIT Pantheon 1.0, MoMA artists, US legislators"
fi
# From OUT's float quotes model, which must be there: first over both texts, so that the new words are learned beside the old ones, then
# over the proverbs alone. Eight bits, for tuning overfits so short a text.
if [ "${only:-scots}" = scots ]; then
    cat "$texts/quotes-wood-ballou.txt" "$texts/scots-hislop.txt" "$texts/scots-hislop.txt" "$texts/scots-hislop.txt" >"$out/quotes-and-scots.txt"
    "$quillet" train "$out/quotes-and-scots.txt" -o "$out/quotes-and-scots.onnx" --from "$out/quotes.float.onnx" --epochs 6 --learning-rate 0.003 \
        --dropout 0.15 --recurrent-dropout 0.1 --averaging 0.998 --weight-decay 0.02 --threads 2 --seed 1
    "$quillet" train "$texts/scots-hislop.txt" -o "$out/scots.float.onnx" --from "$out/quotes-and-scots.onnx" --epochs 16 --learning-rate 0.003 \
        --dropout 0.15 --recurrent-dropout 0.15 --averaging 0.997 --weight-decay 0.1 --threads 2 --seed 1
    note "$out/scots.float.onnx" quillet.sampling '{"temperature":0.7,"min_p":0.1,"max_length":200}'
    note "$out/scots.float.onnx" quillet.licence "Public domain in the United States: A. Hislop, The Proverbs of Scotland (1868), J. Wood, Dictionary of Quotations (1893), M. M. Ballou, Pearls of Thought (1881), all by Project Gutenberg"
    "$quillet" quantize "$out/scots.float.onnx" -o "$out/scots.onnx" --bits 8
fi

#!/bin/sh
# Makes the shipped models, the float ones beside the integer ones: tools/make_models.sh TEXTS OUT [quotes-small | names | quotes | scots]
# SPDX-License-Identifier: MIT
#
# TEXTS holds the corpora that the models' cards name, in the layout of tools/pretrain/prepare.py. A release carries OUT's *.float.onnx; models/ has the
# integer ones. quotes and scots want OUT/quotes.npz and OUT/scots.npz, which tools/pretrain trains on a GPU.
set -eu
texts=${1:?the folder of the texts} out=${2:?the folder to write to} only=${3:-}
root=$(cd "$(dirname "$0")/.." && pwd)
quillet=$root/build/release/quillet
mkdir -p "$out"

# note FILE KEY VALUE: appends an entry of metadata, field 14 of ONNX's ModelProto.
note() {
    PYTHONPATH=$root/tests python3 -c 'import sys
from onnx_writer import field
path, key, value = sys.argv[1:]
open(path, "ab").write(field(14, field(1, key) + field(2, value)))' "$@"
}

# guard NAME BYTES TEXT: a filter of the training lines, so that devices and bots show none of them (docs/study.md); a seed's text stays the same.
guard() {
    "$quillet" study "$out/$1.onnx" --train "$3" --guard "$out/$1.guarded.onnx" --guard-bytes "$2"
    mv "$out/$1.guarded.onnx" "$out/$1.onnx"
}

# train OUT TEXT TRAINING...
train() {
    to=$1 from=$2
    shift 2
    "$quillet" train "$from" -o "$out/$to" --averaging 0.998 --weight-decay 0.02 --threads 2 "$@"
}

# pretrained NAME LICENCE BITS TEXT...: the float model of NAME.npz, then four bits; TEXT: what its lines must not repeat.
pretrained() {
    name=$1 licence=$2 bits=$3
    shift 3
    python3 "$root/tools/pretrain/to_onnx.py" "$out/$name.npz" "$out/$name.float.onnx" "quillet.licence=$licence" \
        'quillet.sampling={"temperature":0.9,"min_p":0.1,"max_length":110}' \
        'quillet.corpus={"name":"tools/pretrain/prepare.py","sha256":"9eaefa89c893755fe5b795d4b155f3b611a03da3bd105c4373d95612d146c7ec","items":740380,"characters":105900119,"validation":"5%"}' \
        "quillet.training={\"cell\":\"gru\",\"hidden\":800,\"layers\":1,\"embedding\":0,\"recipe\":\"tools/pretrain\",\"validation_bpc\":$bits}"
    "$quillet" quantize "$out/$name.float.onnx" -o "$out/$name.onnx" --bits 4 --table-bits 4 --collection "$@"
}

if [ "${only:-quotes-small}" = quotes-small ]; then
    text=$texts/quotes/quotes-wood-ballou.txt name=quotes-small
    train first.onnx "$text" --hidden 320 --epochs 24 --dropout 0.3 --recurrent-dropout 0.2 --seed 1
    train $name.float.onnx "$text" --from "$out/first.onnx" --epochs 30 --patience 0 --learning-rate 0.004 --dropout 0.15 --recurrent-dropout 0.1 --seed 2
    note "$out/$name.float.onnx" quillet.sampling '{"temperature":0.7,"min_p":0.1,"max_length":200}'
    note "$out/$name.float.onnx" quillet.licence "Public domain in the United States: J. Wood, Dictionary of Quotations (1893); M. M. Ballou, Pearls of Thought (1881), both by Project Gutenberg"
    "$quillet" quantize "$out/$name.float.onnx" -o "$out/$name.onnx" --bits 4 --tune "$text" --threads 1
    guard $name 32768 "$text"
fi
if [ "${only:-names}" = names ]; then
    cat "$texts/names/names-pantheon-moma-legislators.txt" "$texts/names/names-nga.txt" >"$out/names.txt"
    # Three larger models, which no device has room for, write lines; the model reads those beside the text.
    train names-gru512.onnx "$out/names.txt" --hidden 512 --epochs 30 --learning-rate 0.004 --dropout 0.4 --recurrent-dropout 0.25 --threads 1 --seed 21
    train names-lstm352.onnx "$out/names.txt" --cell lstm --hidden 352 --epochs 25 --learning-rate 0.006 --dropout 0.3 --recurrent-dropout 0.25 --threads 1 --seed 23
    train names-lstm400.onnx "$out/names.txt" --cell lstm --hidden 400 --epochs 22 --learning-rate 0.006 --dropout 0.35 --recurrent-dropout 0.3 --threads 1 --seed 24
    lines() { # MODEL COUNT SEED
        "$quillet" generate "$out/$1.onnx" -n "$2" --temperature 1 --min-p 0 --max-length 60 --seed "$3" >"$out/$1-$3.txt"
    }
    lines names-lstm352 200000 31
    lines names-gru512 60000 32
    lines names-lstm400 75000 33
    lines names-lstm400 75000 34
    python3 "$root/tools/mix_lines.py" --held-out "$out/names-held-out.txt" "$out/names.txt" "$out/names-mixed.txt" \
        "$out/names-lstm352-31.txt" "$out/names-gru512-32.txt" "$out/names-lstm400-33.txt" "$out/names-lstm400-34.txt"
    train names-first.onnx "$out/names-mixed.txt" --valid "$out/names-held-out.txt" --cell lstm --hidden 272 --epochs 4 --learning-rate 0.006 \
        --dropout 0.03 --recurrent-dropout 0.02 --averaging 0.999 --seed 41
    train names.float.onnx "$out/names-mixed.txt" --valid "$out/names-held-out.txt" --from "$out/names-first.onnx" --epochs 2 --patience 0 --learning-rate 0.003 \
        --dropout 0.02 --recurrent-dropout 0.02 --averaging 0.999 --seed 42
    note "$out/names.float.onnx" quillet.sampling '{"temperature":0.8,"min_p":0.05,"max_length":40}'
    note "$out/names.float.onnx" quillet.licence "CC0: MIT Pantheon 1.0, MoMA artists, US legislators, National Gallery of Art"
    "$quillet" quantize "$out/names.float.onnx" -o "$out/names.onnx" --bits 4
    guard names 40960 "$out/names.txt"
fi
books="Public domain in the United States: quotations of J. Wood, Dictionary of Quotations (1893), M. M. Ballou, Pearls of Thought (1881) and forty more collections and essayists, prose of 380 books"
if [ "${only:-quotes}" = quotes ]; then
    pretrained quotes "$books, all by Project Gutenberg" 1.533 "$texts/quotes/quotes-wood-ballou.txt" "$texts"/quotes/more/*.txt
fi
if [ "${only:-scots}" = scots ]; then
    pretrained scots "$books, A. Hislop, The Proverbs of Scotland (1868), Scots dialogue of 28 books, all by Project Gutenberg" 1.825 "$texts/proverbs/scots-hislop.txt"
fi

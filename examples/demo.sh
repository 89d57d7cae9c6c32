#!/usr/bin/env bash
# The demo: five invented quotes with invented authors, both models as C, one on an e-ink panel, and the proof that every runtime writes the same.
# SPDX-License-Identifier: MIT
set -euo pipefail
cd "$(dirname "$0")/.."
quillet=build/release/quillet
out=build/demo
rm -rf "$out" && mkdir -p "$out"

heading() {
    if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

heading "Five quotes, and names for their authors, by the models"
"$quillet" generate models/quotes.onnx -n 5 --best 48 --seed 5 >"$out/quotes.txt"
"$quillet" generate models/names.onnx -n 5 --seed 1 >"$out/names.txt"
paste -d '\n' "$out/quotes.txt" "$out/names.txt" | while IFS= read -r quote && IFS= read -r name; do
    printf '\n'
    printf '%s\n' "$quote" | fold -s -w 78 | sed 's/^/  /'
    printf '%*s\n' 80 "— $name"
done

heading "Both models as C99, built by $(cc --version | head -n 1)"
for model in quotes names; do
    "$quillet" compile "models/$model.onnx" -o "$out/$model"
    if ! { cmake -S "$out/$model" -B "$out/$model/build" -DCMAKE_BUILD_TYPE=Release &&
        cmake --build "$out/$model/build"; } >"$out/$model.log" 2>&1; then
        cat "$out/$model.log" >&2
        exit 1
    fi
    printf '%s, by the C program: ' "$model"
    "$out/$model/build/$model" 4 | head -n 1
done

heading "As a Pico with a 4.2 inch e-ink panel would show it"
"$quillet" preview models/quotes.onnx models/names.onnx --seed 2 --frame -o "$out/preview.png" 2>"$out/preview.log" ||
    { cat "$out/preview.log" >&2; exit 1; }

heading "The same text everywhere"
"$quillet" verify models/quotes-small.onnx --lines 5
"$quillet" verify models/names.onnx --lines 5

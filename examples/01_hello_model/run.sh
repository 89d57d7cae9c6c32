#!/usr/bin/env bash
# Compiles hello.onnx to C, builds main.c with it and runs that: run.sh [QUILLET [FOLDER]].
# SPDX-License-Identifier: MIT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
quillet=${1:-$here/../../build/release/quillet}
folder=${2:-$here/../../build/examples/01_hello_model}

"$quillet" compile "$here/hello.onnx" -o "$folder"
cc -std=c99 -O2 -ffp-contract=off -I"$folder" "$here/main.c" "$folder"/hello.c "$folder"/runtime/*.c -o "$folder/greet"
"$folder/greet"

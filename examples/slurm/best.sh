#!/usr/bin/env bash
# The models of a folder by their validation, best first, in bits a character: best.sh FOLDER
# SPDX-License-Identifier: MIT
set -euo pipefail
for model in "$1"/*.onnx; do
    printf '%s %s\n' "$(grep -ao '"validation_bpc":[0-9.]*' "$model" | cut -d: -f2)" "$model"
done | sort -n

#!/bin/bash
# Fails when clang 14 does not take a source of the upper layers; the fuzz targets have the lower ones compiled by it: clang.sh SOURCE_DIR
# SPDX-License-Identifier: MIT
set -uo pipefail
command -v clang++-14 >/dev/null || { echo "clang++-14 is not installed"; exit 77; }
cd "$1" || exit 2
flags="-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -I. -Iinclude -DQUILLET_SLOW_BLAS=0"
sources() { find "$@" -name '*.cc' ! -name '*_test.cc' | sort; }

# Eight at a time, as QUILLET_UNITY has them, reads their headers once. A verb has names of its own, and each kernels_*.cc
# makes the same ones for its instructions; MPI's and CUDA's modules need headers of their own.
export flags
for layer in train study bot verify device library page; do
    sources "$layer" ! -path 'train/mpi/*' ! -name 'kernels_*' | xargs -n 8
done | tr '\n' '\0' | xargs -0 -P 2 -I{} sh -c 'printf "#include \"%s\"\n" {} | clang++-14 $flags -x c++ -' || exit 1
{ sources cli; sources train -name 'kernels_*'; } | xargs -P 2 -n 4 clang++-14 $flags -Wshadow

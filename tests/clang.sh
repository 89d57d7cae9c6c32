#!/bin/sh
# Fails when clang 14 does not take a source of the upper floors; the lower ones' are built by it for the fuzz targets: clang.sh SOURCE_DIR
# SPDX-License-Identifier: MIT
command -v clang++-14 >/dev/null || { echo "clang++-14 is not installed"; exit 77; }
cd "$1" || exit 2
# MPI's and CUDA's modules need headers of their own.
find train study bot verify device library page cli -name '*.cc' ! -name '*_test.cc' ! -path 'train/mpi/*' | sort |
    xargs -P 2 -n 4 clang++-14 -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Werror -I. -Iinclude -DQUILLET_SLOW_BLAS=0

#!/usr/bin/env bash
# Compiles and links the CUDA module for one generation of GPUs; exits 77 where nvcc is not installed.
# SPDX-License-Identifier: MIT
set -eu
root=$1 out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
nvcc=$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)
[ -x "$nvcc" ] || { echo "skipped: nvcc is not installed"; exit 77; }
"$nvcc" -std=c++20 -O1 -arch=sm_80 -shared -Xcompiler -fPIC,-w -I"$root" "$root/train/gpu_cuda.cu" "$root"/cells/{cell,gru,lstm,rnn}.cc -lcublas -o "$out/quillet_cuda.so"
nm -D --defined-only "$out/quillet_cuda.so" | grep -qw quillet_make_cuda_network
# What the module does not bring itself must come from the C++ library, CUDA and libc: nothing of ours may be missing.
! nm -DC --undefined-only "$out/quillet_cuda.so" | grep 'quillet::'

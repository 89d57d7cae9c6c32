#!/usr/bin/env bash
# Builds examples/02_library against an installed Quillet and runs it: installed.sh BUILD QUILLET.
# SPDX-License-Identifier: MIT
set -euo pipefail
build=$1 quillet=$2
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "installed.sh: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/prefix" > "$work/install.log"
count=$(ls "$work"/prefix/include/quillet/*.h | wc -l)
[ "$count" -le 8 ] || fail "$count public headers; at most eight"
# A sanitizer's own tables and debug information name sources: only a release can be held to this.
if grep -q '^QUILLET_SANITIZE:BOOL=ON' "$build/CMakeCache.txt"; then binaries=(); else binaries=("$work"/prefix/bin/quillet "$work"/prefix/lib*/libquillet.a "$work"/prefix/lib*/*/libquillet.a); fi
for binary in "${binaries[@]}"; do
  if [ -e "$binary" ] && grep -qaF "$source/" "$binary"; then fail "$binary names $source"; fi
done

# Moved: nothing remembers where it was installed.
mv "$work/prefix" "$work/moved"
cmake -S "$source/examples/02_library" -B "$work/user" -DCMAKE_PREFIX_PATH="$work/moved" \
  -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_BUILD_TYPE=Debug > "$work/configure.log"
grep -qE -e "-Werror|-march|-ffp-contract" "$work/user/compile_commands.json" && fail "our flags reach the user"
cmake --build "$work/user" > "$work/build.log" || { cat "$work/build.log"; exit 1; }
mkdir "$work/out"
cd "$work"
env -u QUILLET_HOME user/two_models "$source/examples/01_hello_model/hello.txt" out | tee lines.txt
[ "$(wc -l < lines.txt)" -eq 4 ] || fail "expected a line of figures and three of text"
# The program writes the same text from the model that the library wrote.
tail -n 3 lines.txt | diff - <(moved/bin/quillet generate out/small.onnx --seed 7 --count 3 --best 4) || fail "the program writes other lines"
moved/bin/quillet generate out/small.onnx --seed 7 --count 12 > all.txt
cc -std=c99 -O2 -ffp-contract=off -Wall -Werror -Iout/c out/c/*.c out/c/runtime/*.c -o small
./small 7 12 | diff - all.txt || fail "the C that the library wrote differs"
[ -x "$quillet" ] || fail "$quillet is missing"

#!/bin/sh
# Fails when clang-format 14 would change a source: format.sh SOURCE_DIR
# SPDX-License-Identifier: MIT
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed"; exit 77; }
cd "$1" || exit 2
if [ -e .git ]; then git ls-files '*.h' '*.c' '*.cc'; else find . -path ./build -prune -o -name '*.[hc]' -print -o -name '*.cc' -print; fi |
    grep -v -e '^\(./\)\?runtime/quillet_tables' | xargs clang-format-14 --dry-run --Werror 2>&1 |
    sed -n 's/^\([^:]*\):.*/\1/p' | sort -u | { ! grep . || { echo "clang-format-14 changes these: ./dev format"; false; }; }

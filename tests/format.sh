#!/bin/sh
# Fails when clang-format 14 would change a source, or a line of JavaScript has more than 120 columns: format.sh SOURCE_DIR
# SPDX-License-Identifier: MIT
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed"; exit 77; }
cd "$1" || exit 2
# files ENDING...
files() {
    if [ -e .git ]; then
        for ending; do git ls-files "*.$ending"; done
    else
        for ending; do find . \( -path ./build -o -name node_modules \) -prune -o -name "*.$ending" -print; done
    fi
}
files js mjs | LC_ALL=C.UTF-8 xargs grep -nHE '^.{121,}' | sed 's/^\([^:]*:[^:]*\):.*/\1: more than 120 columns/' |
    { ! grep .; } || exit 1
files h c cc | grep -v -e '^\(./\)\?runtime/quillet_tables' | xargs clang-format-14 --dry-run --Werror 2>&1 |
    sed -n 's/^\([^:]*\):.*/\1/p' | sort -u | { ! grep . || { echo "clang-format-14 changes these: ./dev format"; false; }; }

#!/usr/bin/env bash
# Runs a libFuzzer program from seeds of a folder for 10 seconds, or $QUILLET_FUZZ_SECONDS, and fails on a finding: fuzz.sh PROGRAM SEEDS
# SPDX-License-Identifier: MIT
set -eu
program=$1 seconds=${QUILLET_FUZZ_SECONDS:-10} seeds=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
if ! "$program" -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$work/" "$work/corpus" "$seeds" >"$work/log" 2>&1; then
    tail -60 "$work/log"
    for finding in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
        [ -e "$finding" ] || continue
        echo "finding $(basename "$finding"), base64 of its first 12000 bytes:"
        head -c 12000 "$finding" | base64 -w 0
        echo
    done
    exit 1
fi
grep -E '^stat::number_of_executed_units|^stat::new_units_added|cov: ' "$work/log" | tail -3

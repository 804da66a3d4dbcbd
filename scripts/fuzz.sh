#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs every libFuzzer target of a fuzz build for a given time, two at once,
# and reports the first input that breaks one. The corpus found is kept outside
# the tree, so that the next run starts where this one ended.

set -uo pipefail
cd "$(dirname "$0")/.."
build=build-fuzz
seconds=600
jobs=$(nproc)
corpus_root=${XDG_CACHE_HOME:-$HOME/.cache}/gantry/fuzz
targets=()

usage() {
    cat <<EOF
Usage: scripts/fuzz.sh [--builddir=DIR] [--seconds=N] [--jobs=N] [TARGET...]

Build first: CC=clang ./configure --builddir=$build --enable-fuzz && ninja -C $build
Without TARGET, all of them run. Corpora are kept in $corpus_root.
EOF
}

for argument in "$@"; do
    case $argument in
    --builddir=*) build=${argument#*=} ;;
    --seconds=*) seconds=${argument#*=} ;;
    --jobs=*) jobs=${argument#*=} ;;
    -h | --help) usage && exit 0 ;;
    -*) echo "fuzz.sh: unknown option '$argument'; see --help" >&2 && exit 1 ;;
    *) targets+=("$argument") ;;
    esac
done

bin=$build/tests/fuzz
if [ ${#targets[@]} -eq 0 ]; then
    for path in "$bin"/fuzz-*; do
        [ -f "$path" ] && [ -x "$path" ] && targets+=("${path##*/}")
    done
fi
if [ ${#targets[@]} -eq 0 ]; then
    echo "fuzz.sh: no target in $bin; see --help" >&2
    exit 1
fi
logs=$build/fuzz-logs
mkdir -p "$logs"

run_one() {
    local target=$1 corpus=$corpus_root/$1 seeds=tests/fuzz/corpus/$1
    mkdir -p "$corpus"
    local inputs=("$corpus")
    local dictionary=tests/fuzz/dict/$1.dict options=()
    [ -d "$seeds" ] && inputs+=("$seeds")
    [ -f "$dictionary" ] && options+=("-dict=$dictionary")
    # Entropic power schedules cost more than the runs of targets with thousands of features.
    options+=(-entropic=0)
    if "$bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$logs/$target-" "${options[@]}" "${inputs[@]}" >"$logs/$target.log" 2>&1; then
        echo "ok   $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$target.log") inputs"
    else
        echo "FAIL $target: see $logs/$target.log"
        grep -m 3 -E 'ERROR|SUMMARY|runtime error' "$logs/$target.log"
        return 1
    fi
}

status=0
running=0
for target in "${targets[@]}"; do
    if [ "$running" -ge "$jobs" ]; then
        wait -n || status=1
        running=$((running - 1))
    fi
    run_one "$target" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n || status=1
    running=$((running - 1))
done
exit $status

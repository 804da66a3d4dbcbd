#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs all benchmarks of a release build, one after the other; docs/performance.md
# says what each line means. Never part of the tests: a figure is not a verdict.

set -uo pipefail
cd "$(dirname "$0")/.."
build=build
for argument in "$@"; do
    case $argument in
    --builddir=*) build=${argument#*=} ;;
    -h | --help) echo "Usage: scripts/bench.sh [--builddir=DIR]" && exit 0 ;;
    *) echo "bench.sh: unknown option '$argument'; see --help" >&2 && exit 1 ;;
    esac
done

status=0
for bench in "$build"/tests/bench/bench-*; do
    [ -f "$bench" ] && [ -x "$bench" ] || continue
    echo "== ${bench##*/}"
    case ${bench##*/} in
    bench-vfio-user) "$bench" "$build/gantry-system-aarch64" || status=1 ;;
    *) "$bench" || status=1 ;;
    esac
done
echo "== bench-startup"
python3 tests/bench/bench-startup.py --binary "$build/gantry-system-aarch64" || status=1
exit $status

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets up, builds and passes the tests. Without options: the release build, with
# a smoke test on each of the lab's emulated arm64 hosts, and the
# AddressSanitizer + UBSan build, under 15 minutes on two cores (and ten more
# once, for the kernel of the lab). --full adds all scenarios of the lab, clang,
# ThreadSanitizer, a build without optional features, the arm64 cross build and
# some minutes of every fuzz target.
#
# The last line counts the results that the test programs reported:
# "N passed, N failed, N skipped".

set -uo pipefail
cd "$(dirname "$0")/.."
source_dir=$PWD

full=false
install=true
lab_kernel=true
fuzz_seconds=60
work=${GANTRY_CHECK_DIR:-$source_dir/build-check}

usage() {
    cat <<EOF
Usage: scripts/check.sh [--full] [--no-setup] [--no-lab-kernel] [--fuzz-seconds=N] [--dir=DIR]

  --full            every configuration, and the fuzz targets for N seconds each
  --no-setup        do not install packages
  --no-lab-kernel   do not build the lab's kernel where there is none: its tests are skipped
  --fuzz-seconds=N  how long each fuzz target runs with --full [$fuzz_seconds]
  --dir=DIR         where the builds go [$work]
EOF
}

for argument in "$@"; do
    case $argument in
    --full) full=true ;;
    --no-setup) install=false ;;
    --no-lab-kernel) lab_kernel=false ;;
    --fuzz-seconds=*) fuzz_seconds=${argument#*=} ;;
    --dir=*) work=${argument#*=} ;;
    -h | --help) usage && exit 0 ;;
    *) echo "check.sh: unknown option '$argument'; see --help" >&2 && exit 1 ;;
    esac
done

if $install; then
    scripts/setup.sh $($full && echo --full --cross) || exit 1
    # Other architectures' packages are not to be had from every mirror.
    scripts/setup.sh --lab || echo "check.sh: the lab's packages are missing: its tests are skipped"
fi
mkdir -p "$work"
broken=()
started=$SECONDS

say() {
    printf '[%4ds] %s\n' $((SECONDS - started)) "$*"
}

# compiler NAME -> the command, through ccache where there is one
compiler() {
    if command -v ccache >/dev/null; then
        echo "ccache $1"
    else
        echo "$1"
    fi
}

# build NAME CONFIGURE-OPTION...
build() {
    local name=$1
    shift
    say "$name: building"
    if ! ./configure --builddir="$work/$name" --enable-werror "$@" >"$work/$name.log" 2>&1 ||
        ! ninja -C "$work/$name" >>"$work/$name.log" 2>&1; then
        grep -E 'error|ERROR|FAILED' "$work/$name.log" | head -n 20
        tail -n 5 "$work/$name.log"
        say "$name: BUILD FAILED, see $work/$name.log"
        broken+=("$name")
        return 1
    fi
}

# run_tests NAME MESON-TEST-OPTION...
run_tests() {
    local name=$1
    shift
    say "$name: testing"
    if ! meson test -C "$work/$name" --no-rebuild --print-errorlogs "$@"; then
        broken+=("$name tests")
    fi
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=1:detect_stack_use_after_return=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:abort_on_error=1:print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:allocator_may_return_null=1}
export G_SLICE=always-malloc

if $lab_kernel; then
    say "the lab's kernel"
    tests/lab/labkernel.py || say "no kernel: the lab's tests are skipped"
fi
if $full; then
    export GANTRY_LAB=full
fi

build release --cc="$(compiler gcc)" --enable-release && run_tests release
if $full && [ -x "$work/release/tests/unit/test-arm-fp" ]; then
    say "floating point: ten million operands per operation"
    GANTRY_FP_OPERANDS=10000000 "$work/release/tests/unit/test-arm-fp" >"$work/fp.log" 2>&1 ||
        broken+=("fp, see $work/fp.log")
fi
build sanitizers --cc="$(compiler gcc)" --enable-sanitizers &&
    run_tests sanitizers --no-suite style --no-suite lab --timeout-multiplier 4

if $full; then
    build clang --cc="$(compiler clang)" --enable-release &&
        run_tests clang --no-suite style --no-suite lab
    build bare --cc="$(compiler gcc)" --enable-debug --without-default-features \
        --trace-backends=log && run_tests bare --no-suite style --no-suite lab
    build tsan --cc="$(compiler clang)" --enable-tsan &&
        run_tests tsan --suite unit --suite qtest --timeout-multiplier 10
    build arm64 --cross-prefix=aarch64-linux-gnu- --enable-release &&
        run_tests arm64 --suite unit --timeout-multiplier 10
    # Also the build of clang's AddressSanitizer and UBSan.
    if build fuzz --cc="$(compiler clang)" --enable-fuzz; then
        run_tests fuzz --no-suite style --no-suite lab --timeout-multiplier 10
        say "fuzz: $fuzz_seconds seconds each"
        scripts/fuzz.sh --builddir="$work/fuzz" --seconds="$fuzz_seconds" || broken+=(fuzz)
    fi
    say "benchmarks"
    scripts/bench.sh --builddir="$work/release" || broken+=(bench)
fi

if [ ${#broken[@]} -gt 0 ]; then
    printf 'check.sh: failed: %s\n' "${broken[@]}" >&2
fi
python3 scripts/test-summary.py --extra-failures=${#broken[@]} "$work"/*/meson-logs/testlog.junit.xml

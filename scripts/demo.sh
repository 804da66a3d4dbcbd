#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets up, builds, and shows what the program is for: a process with three devices, and a virtual
# machine to which they are assigned, whose Debian Linux uses them. demo/demo.py has the story.

set -euo pipefail
cd "$(dirname "$0")/.."
build=${GANTRY_DEMO_DIR:-$PWD/build}
install=true
options=()

usage() {
    cat <<EOF
Usage: scripts/demo.sh [--no-setup] [--smp N]

Installs packages (scripts/setup.sh), builds in $build, gets Debian's arm64
kernel and busybox with apt (60 MB, once; kept in ~/.cache/gantry, not installed)
and runs the demonstration.
  --no-setup   do not install packages
  --smp N      CPUs of the guest [2]
EOF
}

while [ $# -gt 0 ]; do
    case $1 in
    --no-setup) install=false ;;
    --smp)
        [ $# -gt 1 ] || { echo "demo.sh: --smp needs a number" >&2 && exit 1; }
        options+=(--smp "$2")
        shift
        ;;
    -h | --help) usage && exit 0 ;;
    *) echo "demo.sh: unknown option '$1'; see --help" >&2 && exit 1 ;;
    esac
    shift
done

if $install; then
    scripts/setup.sh
fi
echo "building in $build (first time some minutes)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { [ -f "$build/build.ninja" ] || ./configure --builddir="$build" --enable-release; } >"$log" 2>&1 ||
    ! ninja -C "$build" gantry-system-aarch64 >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "demo.sh: the build failed, see above" >&2
    exit 1
fi
rm -f "$log"
trap - EXIT
exec python3 scripts/demo/demo.py "${options[@]}" "$build/gantry-system-aarch64"

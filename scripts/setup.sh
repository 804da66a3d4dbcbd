#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs the Debian 12 packages that building and testing need. Asks apt
# only for what is missing, so a second run is quick and needs no network.

set -euo pipefail

build_packages=(gcc libc6-dev pkg-config meson ninja-build python3
    libglib2.0-dev libjson-c-dev liburcu-dev libseccomp-dev systemtap-sdt-dev
    libfdt-dev zlib1g-dev libslirp-dev libcapstone-dev)
test_packages=(ccache socat git device-tree-compiler e2fsprogs libmpfr-dev)
full_packages=(clang libclang-rt-14-dev qemu-system-arm)
cross_packages=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    libglib2.0-dev:arm64 libjson-c-dev:arm64 liburcu-dev:arm64 libseccomp-dev:arm64
    zlib1g-dev:arm64 libslirp-dev:arm64 libfdt1:arm64)
lab_packages=("${cross_packages[@]}" qemu-system-arm device-tree-compiler make bc flex bison xz-utils)

usage() {
    cat <<EOF
Usage: scripts/setup.sh [--build] [--full] [--cross] [--lab] [--list]

Installs what Gantry needs from Debian's packages (as root, or through sudo).

  (nothing)  build, and run the tests of scripts/check.sh
  --build    build only
  --full     also clang and the peer that the benchmarks compare with
  --cross    also the arm64 cross compiler and libraries
  --lab      also what the emulated arm64 hosts of the tests need (includes --cross)
  --list     print the packages instead of installing them
EOF
}

packages=("${build_packages[@]}" "${test_packages[@]}")
list=false
cross=false
for argument in "$@"; do
    case $argument in
    --build) packages=("${build_packages[@]}") ;;
    --full) packages+=("${full_packages[@]}") ;;
    --cross) packages+=("${cross_packages[@]}") && cross=true ;;
    --lab) packages+=("${lab_packages[@]}") && cross=true ;;
    --list) list=true ;;
    -h | --help) usage && exit 0 ;;
    *) echo "setup.sh: unknown option '$argument'; see --help" >&2 && exit 1 ;;
    esac
done

if $list; then
    printf '%s\n' "${packages[@]}"
    exit 0
fi

native=$(dpkg --print-architecture)

# True when $1 (name, or name:architecture) is installed; a plain name means the
# machine's own architecture, of which another may be installed beside it.
installed() {
    local name=${1%%:*} architecture=$native
    [ "$name" = "$1" ] || architecture=${1#*:}
    dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$name:*" "$name" 2>/dev/null |
        grep -qE "^($architecture|all) installed\$"
}

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: everything needed is installed"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup.sh: run as root, or install: ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
    if $cross; then
        "${as_root[@]}" dpkg --add-architecture arm64
    fi
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"
} >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo "setup.sh: apt-get failed, see above" >&2
    exit 1
}
echo "setup: done"

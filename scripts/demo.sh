#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets up, builds, and shows a machine being driven: its monitors over a UNIX
# socket, guest memory over the qtest protocol, tracing, and a clean end.

set -euo pipefail
cd "$(dirname "$0")/.."
build=${GANTRY_DEMO_DIR:-$PWD/build}
install=true

usage() {
    cat <<EOF
Usage: scripts/demo.sh [--no-setup]

Installs packages (scripts/setup.sh), builds in $build and runs the demonstration.
  --no-setup   do not install packages
EOF
}

for argument in "$@"; do
    case $argument in
    --no-setup) install=false ;;
    -h | --help) usage && exit 0 ;;
    *) echo "demo.sh: unknown option '$argument'; see --help" >&2 && exit 1 ;;
    esac
done

step() {
    printf '\n== %s\n' "$*"
}

$install && scripts/setup.sh
step "building (first time about two minutes)"
log=$(mktemp)
dir=$(mktemp -d)
gantry_pid=
finish() {
    [ -z "$gantry_pid" ] || kill "$gantry_pid" 2>/dev/null || true
    rm -rf "$log" "$dir"
}
trap finish EXIT
if ! { [ -f "$build/build.ninja" ] || ./configure --builddir="$build" --enable-release; } >"$log" 2>&1 ||
    ! ninja -C "$build" gantry-system-aarch64 >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "demo.sh: the build failed, see above" >&2
    exit 1
fi
gantry=$build/gantry-system-aarch64
"$gantry" -version

step "a machine without CPUs: QMP on one socket, qtest on another, trace events to a file"
set -x
"$gantry" -M none,memory-backend=ram0 -m 1M -nodefaults -display none -accel qtest \
    -object memory-backend-memfd,id=ram0,size=1M \
    -trace 'runstate*' -trace 'memory_*' -D "$dir/trace.log" \
    -qmp unix:"$dir/qmp.sock",server=on,wait=off \
    -qtest unix:"$dir/qtest.sock",server=on,wait=off -qtest-log none &
{ gantry_pid=$!; set +x; } 2>/dev/null
for _ in $(seq 100); do
    [ -S "$dir/qtest.sock" ] && [ -S "$dir/qmp.sock" ] && break
    sleep 0.05
done

# qmp LINE...: one session over the QMP socket
qmp() {
    { printf '{"execute": "qmp_capabilities"}\n'; printf '%s\n' "$@"; } | tee "$dir/sent" >/dev/null
    sed 's/^/-> /' "$dir/sent"
    socat -t 1 - UNIX-CONNECT:"$dir/qmp.sock" <"$dir/sent" | sed 's/^/<- /'
}

hmp() {
    printf '{"execute": "human-monitor-command", "arguments": {"command-line": "%s"}}' "$1"
}

step "QMP"
qmp '{"execute": "query-status"}' '{"execute": "query-memdev"}' \
    '{"execute": "qom-list", "arguments": {"path": "/objects"}}' \
    '{"execute": "object-ad", "arguments": {}}'

step "the human monitor's commands, through QMP"
qmp "$(hmp 'info status')" "$(hmp 'info mtree -f')" "$(hmp 'info qtree')" | sed 's/\\r\\n/\n      /g'

step "qtest: the virtual clock, guest memory, and an access where nothing answers"
printf '%s\n' 'clock_step 1000000' 'writel 0x1000 0xcafef00d' 'read 0x1000 4' 'readl 0x9000000' |
    socat -t 1 - UNIX-CONNECT:"$dir/qtest.sock" | sed 's/^/<- /'

step "the end, by QMP"
qmp '{"execute": "quit"}'
status=0
wait "$gantry_pid" || status=$?
gantry_pid=
echo "exit status $status"

step "what the trace events said"
head -n 12 "$dir/trace.log"
exit "$status"

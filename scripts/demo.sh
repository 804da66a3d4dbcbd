#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets up, builds, and shows two machines being driven: their monitors over UNIX
# sockets, guest memory and devices over the qtest protocol, tracing, and a clean
# end; of the virt board also the memory map, the device tree and the console.

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
server_pid=
finish() {
    [ -z "$gantry_pid" ] || kill "$gantry_pid" 2>/dev/null || true
    [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || true
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

# wait_for SOCKET...: until the machine listens
wait_for() {
    local socket
    for socket in "$@"; do
        for _ in $(seq 100); do
            [ -S "$dir/$socket" ] && break
            sleep 0.05
        done
    done
}
wait_for qtest.sock qmp.sock

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

# qtest: its requests come on standard input
qtest() {
    socat -t 1 - UNIX-CONNECT:"$dir/qtest.sock" | sed 's/^/<- /'
}

# machine_end: quits, and gives the exit status
machine_end() {
    local status=0
    qmp '{"execute": "quit"}'
    wait "$gantry_pid" || status=$?
    gantry_pid=
    echo "exit status $status"
    return "$status"
}

step "qtest: the virtual clock, guest memory, and an access where nothing answers"
printf '%s\n' 'clock_step 1000000' 'writel 0x1000 0xcafef00d' 'read 0x1000 4' 'readl 0x9000000' |
    qtest

step "the end, by QMP"
machine_end

step "what the trace events said"
head -n 12 "$dir/trace.log"

step "the virt board, two CPUs and GICv3; its console on a socket, no guest code runs"
rm -f "$dir"/*.sock
printf 'a kernel would be here' >"$dir/kernel"
set -x
"$gantry" -M virt,gic-version=3 -smp 2 -m 256M -nodefaults -display none -accel qtest \
    -kernel "$dir/kernel" -append 'console=ttyAMA0' -device pl031,id=second-rtc \
    -serial unix:"$dir/serial.sock",server=on,wait=off \
    -qmp unix:"$dir/qmp.sock",server=on,wait=off \
    -qtest unix:"$dir/qtest.sock",server=on,wait=off -qtest-log none &
{ gantry_pid=$!; set +x; } 2>/dev/null
wait_for qtest.sock qmp.sock serial.sock

step "its memory map, and what was loaded"
qmp "$(hmp 'info mtree')" "$(hmp 'info roms')" | sed 's/\\r\\n/\n      /g' |
    awk '/virtio-mmio$/ { if (n++ > 1) next } { print } n == 2 { print "      (30 more)"; n = 3 }'

step "its device tree"
qmp "{\"execute\": \"dumpdtb\", \"arguments\": {\"filename\": \"$dir/virt.dtb\"}}"
if command -v dtc >/dev/null; then
    dtc -I dtb -O dts "$dir/virt.dtb" |
        awk '/^\tvirtio_mmio@/ && n++ { skip = 1 } !skip { print } /^\t};/ { skip = 0 }' | cat -s
else
    echo "dtc is not installed; $(stat -c %s "$dir/virt.dtb") bytes"
fi

step "the console: a guest's driver writes to the UART, we read the socket"
socat -u UNIX-CONNECT:"$dir/serial.sock" - >"$dir/console" &
reader=$!
sleep 0.2
{
    echo 'writel 0x900002c 0x70'                     # UARTLCR_H: 8 bits, FIFOs
    echo 'writel 0x9000030 0x301'                    # UARTCR: on, send, receive
    printf 'Hello from the PL011\n' | od -An -v -tx1 -w1 | sed 's/^ */writel 0x9000000 0x/'
} | qtest | tail -n 1
sleep 0.2
kill "$reader"
cat "$dir/console"

step "and the other way: we write to the socket, the driver reads the UART's FIFO"
(printf 'hi'; sleep 2) | socat -u - UNIX-CONNECT:"$dir/serial.sock" &
sleep 0.3
printf '%s\n' 'readl 0x9000018' 'readl 0x9000000' 'readl 0x9000000' 'readl 0x9000018' | qtest
wait $!

step "the end, by QMP"
machine_end

step "a process that serves an RTC over vfio-user, and a machine that it is assigned to"
rm -f "$dir"/*.sock
set -x
"$gantry" -M none -nodefaults -display none -device pl031,id=rtc \
    -object vfio-user-server,id=server,socket="$dir/rtc.sock",device=rtc &
{ server_pid=$!; set +x; } 2>/dev/null
wait_for rtc.sock
set -x
"$gantry" -M virt -nodefaults -display none -accel qtest \
    -device vfio-platform,socket="$dir/rtc.sock",id=assigned \
    -qmp unix:"$dir/qmp.sock",server=on,wait=off \
    -qtest unix:"$dir/qtest.sock",server=on,wait=off -qtest-log none &
{ gantry_pid=$!; set +x; } 2>/dev/null
wait_for qtest.sock qmp.sock

step "the guest's tree node, made from what the server says of its device"
qmp "{\"execute\": \"dumpdtb\", \"arguments\": {\"filename\": \"$dir/assigned.dtb\"}}"
if command -v dtc >/dev/null; then
    dtc -I dtb -O dts "$dir/assigned.dtb" | sed -n '/platform-bus@/,/^\t};/p'
fi

step "a guest's driver sets an alarm a second from now; the GIC has its interrupt, 32 + 112"
now=$(echo 'readl 0xc000000' | qtest | sed 's/.* //')
{
    echo 'writel 0x8000000 1'                        # GICD_CTLR: on
    echo 'writeb 0x8000890 1'                        # GICD_ITARGETSR of 144: CPU 0
    echo 'writel 0x8000110 0x10000'                  # GICD_ISENABLER of 144
    printf '%s\n' 'writel 0x8010004 0xf0' 'writel 0x8010000 1' # GICC_PMR, GICC_CTLR
    printf '%s\n' "writel 0xc000004 $((now + 1))" 'writel 0xc000010 1' # RTCMR, RTCIMSC
} | qtest | tail -n 1
sleep 1.2
echo 'readl 0x801000c' | qtest                       # GICC_IAR
qmp "$(hmp 'info vfio')" | sed 's/\\r\\n/\n      /g'

step "the driver clears the alarm and ends the interrupt"
printf '%s\n' 'writel 0xc00001c 1' 'writel 0x8010010 144' | qtest | tail -n 1 # RTCICR, GICC_EOIR
sleep 0.2
qmp "$(hmp 'info vfio')" | sed 's/\\r\\n/\n      /g'

step "the end of both"
machine_end
kill "$server_pid"
wait "$server_pid" || echo "server: exit status $?"
server_pid=

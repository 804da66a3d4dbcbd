# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shell functions of the scenarios, which run in the emulated host (L1).
# $host is its kind: virt3, virt2 or zcu102.

for word in $(cat /proc/cmdline); do
    case $word in labhost=*) host=${word#labhost=} ;; esac
done

# ok TEXT: a point of the test's report.
ok() {
    echo "ok - $*"
}

# fail TEXT: the scenario ends here.
fail() {
    echo "FAILED: $*"
    exit 1
}

# expect TEXT FILE: the file must have the text.
expect() {
    grep -qF -- "$1" "$2" || { cat "$2"; fail "no '$1' in the output above"; }
}

# refused TEXT COMMAND...: the command must fail and say TEXT.
refused() {
    local text=$1
    shift
    timeout 20 "$@" >out 2>&1 && fail "$* succeeded"
    expect "$text" out
}

# bind DEVICE...: give devices to VFIO.
bind() {
    local name
    for name in "$@"; do
        gantry-host bind "$name" >out 2>&1 || { cat out; fail "gantry-host bind $name"; }
    done
}

# A machine that runs no guest; its devices are driven through the qtest protocol.
idle="gantry -M virt -accel qtest -m 128 -display none -nodefaults"

# start COMMAND...: a machine in the background, with a monitor; its number is $machine.
start() {
    rm -f qmp qtest
    "$@" -qmp unix:qmp,server=on,wait=off </dev/null >machine.log 2>&1 &
    machine=$!
    lab-qmp qmp query-status >out || { cat machine.log; fail "the machine did not start: $*"; }
}

# stop: ends the machine that start began; it must end well.
stop() {
    lab-qmp qmp quit >out || { cat out machine.log; fail "no monitor"; }
    wait "$machine" || { cat machine.log; fail "the machine ended with status $?"; }
}

# info: the monitor's account of assigned devices goes to the file "info".
info() {
    lab-qmp qmp hmp "info vfio" >info || { cat machine.log; fail "no info vfio"; }
}

# guest_words: what a guest's kernel needs to use VFIO itself, quietly.
guest_words="console=ttyAMA0 quiet vfio_platform.reset_required=0 vfio.enable_unsafe_noiommu_mode=1"

# The peer, where run-l1.sh --peer has put it: with its own loader and libraries.
peer="/peer/lib/ld-linux-aarch64.so.1 --library-path /peer/lib /peer/bin/qemu-system-aarch64"

# guest COMMAND OPTION...: runs a guest to its end, its output in "guest.log". COMMAND is one for the
# guest's shell, its words joined by commas; options are gantry's. $gic is the GIC's version, $emulator what runs
# the guest instead of gantry.
guest() {
    local command=$1
    shift
    timeout "${guest_seconds:-120}" ${emulator:-gantry} -M "virt,gic-version=${gic:-host}${machine_options:-}" \
        -accel "kvm${accel_options:-}" -cpu host -m 256 -display none -nodefaults \
        -serial stdio -kernel /lab/Image -initrd /lab/guest.cpio \
        -append "$guest_words lab=$command" "$@" </dev/null >guest.log 2>&1 ||
        { cat guest.log; fail "the machine ended with status $? ($*)"; }
    grep -q "guest: exit 0" guest.log || { cat guest.log; fail "the guest's command failed ($*)"; }
}

# lines TEXT...: shows the result lines of the last guest.
lines() {
    grep -hE "^(irq|access):" guest.log
}

# guest_start COMMAND OPTION...: the same guest in the background, with a monitor at "qmp". It starts
# again at a reset, and its output is in "guest.log".
guest_start() {
    local command=$1
    shift
    rm -f qmp
    : >guest.log
    ${emulator:-gantry} -M "virt,gic-version=${gic:-host}${machine_options:-}" \
        -accel "kvm${accel_options:-}" -cpu host -m 256 -display none -nodefaults \
        -serial stdio -kernel /lab/Image -initrd /lab/guest.cpio -qmp unix:qmp,server=on,wait=off \
        -append "$guest_words lab=$command" "$@" </dev/null >guest.log 2>&1 &
    machine=$!
}

# seen COUNT TEXT: waits until the guest has printed TEXT COUNT times.
seen() {
    local tries=0
    while [ "$(grep -cF -- "$2" guest.log)" -lt "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 2400 ] || { cat guest.log; fail "the guest did not say '$2' $1 times"; }
        kill -0 $machine 2>/dev/null || { cat guest.log; fail "the machine ended"; }
        usleep 50000
    done
}

# guest_stop: ends it from the monitor.
guest_stop() {
    lab-qmp qmp quit >out || { cat out guest.log; fail "no monitor"; }
    wait $machine || { cat guest.log; fail "the machine ended with status $?"; }
}

# raise_pl031: the host's own processor makes the device raise its line, which nobody serves.
raise_pl031() {
    devmem 0x9010010 32 1
    devmem 0x9010004 32 "$(devmem 0x9010000 32)"
}

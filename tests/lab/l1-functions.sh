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

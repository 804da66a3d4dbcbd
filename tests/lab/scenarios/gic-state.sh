# SPDX-License-Identifier: GPL-2.0-or-later
#
# The state of the kernel's interrupt controller, with interrupts active, nested, pending and masked on
# two CPUs: saved, loaded by a second program, saved again with not one byte different, loaded by a third,
# where the guest goes on and finds everything as it was.

. /lab/functions.sh

case $host in virt3) own=3 ;; *) own=2 ;; esac

# machine GIC OPTION...: the guest, with a monitor.
machine() {
    local version=$1
    shift
    rm -f qmp
    : >guest.log
    gantry -M "virt,gic-version=$version" -accel "kvm$accel_options" -cpu host -m 128 -smp 2 \
        -display none -nodefaults -serial stdio -qmp unix:qmp,server=on,wait=off \
        -kernel /lab/bare-gic "$@" </dev/null >guest.log 2>&1 &
    machine=$!
}

# command NAME [ARGUMENTS]: a command of the monitor that must succeed.
command() {
    lab-qmp qmp "$@" >out || { cat out guest.log; fail "$*"; }
}

# save FILE: the stopped machine's state.
save() {
    local tries=0
    command migrate '{"uri": "file:'"$PWD/$1"'"}'
    until command query-migrate && grep -q '"status": "completed"' out; do
        grep -q '"status": "failed"' out && { cat out guest.log; fail "migrate"; }
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { cat out; fail "saving does not end"; }
        usleep 50000
    done
    command quit
    wait $machine || { cat guest.log; fail "the machine ended with status $?"; }
}

# loaded: waits until the state has come.
loaded() {
    local tries=0
    while command query-status && grep -q inmigrate out; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { cat guest.log; fail "loading does not end"; }
        usleep 50000
    done
}

# round GIC TEXT
round() {
    machine "$1"
    wait $machine || { cat guest.log; fail "the machine ended with status $?"; }
    expect "bare: all as it was" guest.log
    machine "$1"
    seen 1 "bare: ready"
    command stop
    save first
    machine "$1" -S -incoming "file:$PWD/first"
    loaded
    save second
    cmp first second || fail "what was loaded is not what was saved"
    machine "$1" -S -incoming "file:$PWD/second"
    loaded
    command cont
    wait $machine || { cat guest.log; fail "the machine ended with status $?"; }
    expect "bare: all as it was" guest.log
    ok "$2: $(wc -c <first) bytes, the same after loading; the guest goes on"
}

accel_options=
round $own "the kernel's GICv$own"
accel_options=,kernel-irqchip=off
round 2 "GICv2 outside of the kernel"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine with two CPUs is reset many times while the device holds its line high, the interrupt
# active on one CPU or the other, pending, or ended in vain. So is one that resets itself, and one
# whose guest jumps to a fresh start without ending what it took, as a crashed kernel to the next.

. /lab/functions.sh

resets=${RESETS:-1000}
case $host in virt3) own=3 ;; *) own=2 ;; esac
bind 9010000.pl031

# bare MODE STARTS OPTIONS: the guest that does it, in the background.
bare() {
    rm -f qmp
    : >guest.log
    gantry -M "virt,gic-version=$gic" -accel "kvm$accel_options" -cpu host -m 128 -smp 2 \
        -display none -nodefaults -serial stdio -qmp unix:qmp,server=on,wait=off \
        -kernel /lab/bare-pl031 -append "lab=$1 starts=$2" \
        -device vfio-platform,host=9010000.pl031$3 </dev/null >guest.log 2>&1 &
    machine=$!
}

# bare_end STARTS: its end, and what it says.
bare_end() {
    wait $machine || { tail -n 20 guest.log; fail "the machine ended with status $?"; }
    expect "bare: starts=$1 count=500 lost=0" guest.log
    grep "^bare: starts" guest.log
}

# all OPTIONS TEXT: the three ways with one set-up.
all() {
    bare hold "$resets" "$1"
    lab-reset qmp guest.log "bare: held" "$resets" || { tail -n 20 guest.log; fail "reset"; }
    bare_end "$resets"
    ok "$resets resets, $2"
    bare reset 100 "$1"
    bare_end 100
    ok "100 resets by the guest itself, $2"
    bare restart "$resets" "$1"
    bare_end "$resets"
    ok "$resets restarts without a reset, $2"
}

accel_options=
gic=$own
all "" "irqfd"
all ,x-irqfd=off "trapped accesses"
gic=2
accel_options=,kernel-irqchip=off
all "" "GICv2 outside of the kernel"

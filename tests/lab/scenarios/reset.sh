# SPDX-License-Identifier: GPL-2.0-or-later
#
# The machine is reset many times while the device holds its line high. The
# interrupt is there for the guest that comes after.

. /lab/functions.sh

resets=${RESETS:-1000}
case $host in virt3) own=3 ;; *) own=2 ;; esac
bind 9010000.pl031
raise_pl031

run() {
    guest_start "irq.sh,*pl031,-h,-n,500" -smp 2 -device vfio-platform,host=9010000.pl031$1
    for number in $(seq "$resets"); do
        echo '{"execute": "system_reset"}'
    done | lab-qmp qmp batch || { cat guest.log; fail "system_reset"; }
    seen 1 "irq: device="
    expect "irq: the line was high" guest.log
    expect "lost=0" guest.log
    kill $machine 2>/dev/null
    wait $machine
    raise_pl031
}

gic=$own run ""
ok "$resets resets with irqfd"
gic=$own run ,x-irqfd=off
ok "$resets resets with trapped accesses"
gic=2 accel_options=,kernel-irqchip=off run ""
ok "$resets resets with GICv2 outside of the kernel"

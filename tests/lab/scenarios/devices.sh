# SPDX-License-Identifier: GPL-2.0-or-later
#
# Devices of other kinds, several at once, a line that is high before the guest
# listens, a guest that starts again in the middle, unplugging and plugging.

. /lab/functions.sh

rtc=9010000.pl031
gpio=9030000.pl061
virtio=a000000.virtio_mmio
bind $rtc $gpio $virtio

guest "irq.sh,*virtio_mmio,-n,500" -device vfio-platform,host=$virtio
lines
guest "irq.sh,*virtio_mmio,-n,500" -device vfio-platform,host=$virtio,x-irqfd=off
lines
ok "an edge interrupt, registers smaller than a page"

guest "irq.sh,*pl061,-n,1000" -device vfio-platform,host=$rtc -device vfio-platform,host=$gpio
lines
guest "irq.sh,*pl031,-n,1000" -device vfio-platform,host=$rtc -device vfio-platform,host=$gpio
lines
ok "two devices at once"

for way in x-irqfd=on x-irqfd=off; do
    raise_pl031
    guest "irq.sh,*pl031,-h,-n,500" -device vfio-platform,host=$rtc,$way
    expect "irq: the line was high" guest.log
done
ok "a line that is high before the guest listens"

for way in x-irqfd=on x-irqfd=off; do
    guest_start "irq.sh,*pl031,-n,0,-k" -smp 2 -device vfio-platform,host=$rtc,$way
    seen 1 "irq: kept"
    lab-qmp qmp system_reset >out || fail "system_reset"
    seen 2 "irq: kept"
    guest_stop
done
ok "a reset while the interrupt is active"

guest_start "sleep,1000" -device vfio-platform,host=$rtc,id=rtc
seen 1 "guest: up"
for round in 1 2 3; do
    lab-qmp qmp device_del '{"id": "rtc"}' >out || { cat out; fail "device_del"; }
    lab-qmp qmp device_add '{"driver": "vfio-platform", "host": "'$rtc'", "id": "rtc"}' >out ||
        { cat out; fail "device_add, round $round"; }
done
guest_stop
ok "device_del and device_add, three times"

guest "irq.sh,*pl031,lab-vfio-access" -device vfio-platform,host=$rtc
lines
guest "irq.sh,*pl031,lab-vfio-access" -device vfio-platform,host=$rtc,x-no-mmap=on
lines
ok "pairs, indexed and vector accesses, mapped and trapped"

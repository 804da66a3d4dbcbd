# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest takes interrupts of an assigned PL031, whose line is level-triggered,
# in every way that Gantry has to inject and end them. None is lost.

. /lab/functions.sh

device=9010000.pl031
count=${IRQ_COUNT:-10000}
bind $device
assigned="-device vfio-platform,host=$device"

guest "irq.sh,*pl031,-n,$count" $assigned
lines
ok "irqfd and resample: $count interrupts"

guest "irq.sh,*pl031,-n,$count" -object iommufd,id=i $assigned,iommufd=i
lines
ok "the same through iommufd"

guest "irq.sh,*pl031,-n,$count" $assigned,x-irqfd=off
lines
ok "eoi=trap: $count interrupts"

guest "irq.sh,*pl031,-n,$count" $assigned,x-no-mmap=on
lines
ok "irqfd with every access trapping"

guest "irq.sh,*pl031,-n,$count" $assigned,x-irqfd=off,x-no-mmap=on
lines
ok "eoi=trap with every access trapping"

gic=2 accel_options=,kernel-irqchip=off guest "irq.sh,*pl031,-n,$count" $assigned
lines
ok "eoi=irqchip, GICv2 outside of the kernel"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest uses devices of a host without an IOMMU: a timer with three level
# interrupts, and a DMA controller that moves nothing.

. /lab/functions.sh

timer=ff110000.timer
bind $timer fd500000.dma-controller
assigned="-device vfio-platform,host=$timer,x-noiommu=on"
dma="-device vfio-platform,host=fd500000.dma-controller,x-noiommu=on"

for index in 0 1 2; do
    guest "irq.sh,*timer,-i,$index,-n,500" -smp 4 $assigned
    lines
done
ok "each of the timer's three interrupts, four CPUs"
guest "irq.sh,*timer,-i,2,-n,500" $assigned,x-irqfd=off
lines
ok "the third by trapped accesses"
for way in x-irqfd=on x-irqfd=off x-no-mmap=on; do
    guest "irq.sh,*timer,-a,3,-n,${IRQ_COUNT:-2000}" -smp 4 $assigned,$way
    lines
    [ "$(grep -c "lost=0" guest.log)" = 3 ] || fail "not three interrupts that lose none"
done
ok "all three at once on CPUs of their own, each read to clear, in three modes"
guest "irq.sh,*dma*,-n,1000" $assigned $dma
lines
ok "a second device"

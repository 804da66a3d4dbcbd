# SPDX-License-Identifier: GPL-2.0-or-later
#
# The host by itself: its kernel's VFIO gives a program every interrupt of the
# devices that other scenarios assign to guests. Tells faults of the lab from
# those of the program under test.

. /lab/functions.sh

case $host in
zcu102)
    bind ff110000.timer fd500000.dma-controller
    lab-irq -n 200 -i 0 ff110000.timer || fail "timer, counter 0"
    lab-irq -n 200 -i 2 ff110000.timer || fail "timer, counter 2"
    lab-irq -n 500 fd500000.dma-controller || fail "DMA"
    ;;
*)
    bind 9010000.pl031 9030000.pl061 a000000.virtio_mmio
    lab-irq -n 2000 9010000.pl031 || fail "pl031"
    lab-irq -n 500 -s 9010000.pl031 || fail "pl031 by calls"
    lab-irq -n 500 9030000.pl061 || fail "pl061"
    lab-irq -n 200 a000000.virtio_mmio || fail "virtio-mmio"
    ;;
esac
ok "the host's VFIO loses no interrupt"

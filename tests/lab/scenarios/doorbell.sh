# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest reads from a virtio disk. With ioeventfd=on its notifications end in the kernel: none
# comes out to the device's register. With off each does.

. /lab/functions.sh

# reads COUNT SWITCH: a guest that makes so many reads; how many of its notifications came out.
reads() {
    guest_start "lab-reads,/dev/vda,$1" -drive file=disk,if=none,id=d0,format=raw \
        -device virtio-blk-device,drive=d0 -global virtio-mmio.ioeventfd=$2 \
        -trace virtio_mmio_write
    seen 1 "reads: done"
    guest_stop
    notified=$(grep -c "virtio_mmio_write.*register 0x50 " guest.log)
    acknowledged=$(grep -c "virtio_mmio_write.*register 0x64 " guest.log)
    echo "doorbell: ioeventfd=$2, $1 reads: $notified notifications and $acknowledged" \
        "acknowledgements reached the device's registers"
    # An interrupt for each read: it was served.
    [ "$acknowledged" -ge "$1" ] || fail "fewer interrupts than reads"
}

dd if=/dev/zero of=disk bs=1M count=4 2>/dev/null
reads 1000 on
[ "$notified" = 0 ] || fail "$notified notifications left the kernel"
ok "1000 reads, and no notification leaves the kernel"
reads 1000 off
[ "$notified" -ge 1000 ] || fail "$notified notifications of 1000 reads"
ok "the same with ioeventfd=off: $notified notifications leave it"

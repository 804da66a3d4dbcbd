# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest reads from a virtio disk. With ioeventfd=on its notifications end in the kernel: none
# reaches the device's register, and the kernel counts no exit for them. With off each does.

. /lab/functions.sh

# reads COUNT SWITCH: a guest that makes so many reads; how many exits for MMIO the kernel counted.
reads() {
    guest_start "lab-reads,/dev/vda,$1" -drive file=disk,if=none,id=d0,format=raw \
        -device virtio-blk-device,drive=d0 -global virtio-mmio.ioeventfd=$2 \
        -trace virtio_mmio_write
    seen 1 "reads: done"
    exits=$(cat /sys/kernel/debug/kvm/*-*/mmio_exit_user | awk '{ sum += $1 } END { print sum }')
    guest_stop
    notified=$(grep -c "virtio_mmio_write.*register 0x50 " guest.log)
    echo "doorbell: ioeventfd=$2, $1 reads: $exits exits, $notified of them notifications"
}

dd if=/dev/zero of=disk bs=1M count=4 2>/dev/null
reads 200 on
few=$exits
[ "$notified" = 0 ] || fail "$notified notifications left the kernel"
reads 1000 on
[ "$notified" = 0 ] || fail "$notified notifications left the kernel"
on=$((exits - few))
ok "no notification leaves the kernel"

reads 200 off
few=$exits
[ "$notified" -ge 200 ] || fail "$notified notifications of 200 reads"
reads 1000 off
off=$((exits - few))
# Of one read: notification, interrupt status, acknowledgement; without the first a third less.
[ $((off - on)) -ge 700 ] || fail "800 reads: $on exits with eventfds, $off without"
ok "800 reads: $on exits to the program with eventfds, $off without"

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# In a guest (L2): uses a virtio disk, a network card on a user network, and a console, all at once.
# Fails when one of them does not do what it is for.

set -e
# The disk has its name at its beginning; what is written must be there when it is read anew.
[ "$(head -c 11 /dev/vda)" = gantry-disk ]
dd if=/bin/busybox of=/dev/vda bs=4096 seek=1 count=256 conv=fsync 2>/dev/null
echo 3 >/proc/sys/vm/drop_caches
dd if=/dev/vda bs=4096 skip=1 count=256 2>/dev/null >/tmp/back
dd if=/bin/busybox bs=4096 count=256 2>/dev/null | cmp - /tmp/back
echo "guest: disk"
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ping -c 3 -W 10 10.0.2.2 >/tmp/ping
echo "guest: network"
echo "hello from the console" >/dev/hvc0
echo "guest: console"

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# First program of the emulated host (L1): mounts, runs /lab/command, says how
# it ended, powers off.

/bin/busybox mkdir -p /proc /sys /dev /tmp /run /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mkdir -p /dev/shm
/bin/busybox mount -t tmpfs tmpfs /tmp
/bin/busybox --install -s /bin
export PATH=/lab/bin:/bin HOME=/root TERM=dumb LAB=/lab
[ -d /sys/kernel/debug ] && mount -t debugfs debugfs /sys/kernel/debug
ip link set lo up
# Nothing in here makes entropy, and the first program that wants some would wait for it.
lab-seed
cd /root || exit
echo "lab: up after $(cut -d' ' -f1 /proc/uptime) s"
sh /lab/command </dev/null 2>&1
echo "lab: exit $?"
sync
poweroff -f

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# First program of a guest (L2): mounts, then runs what "lab=" on its kernel
# command line says (words joined by commas), or says that it is up.

/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
lab-seed
# drain: what was printed has left before the power goes; to change a terminal's modes waits for that.
drain() {
    stty echo </dev/console
}

command=
for word in $(cat /proc/cmdline); do
    case $word in lab=*) command=$(echo "${word#lab=}" | tr , ' ') ;; esac
done
echo "guest: up, $(uname -r), $(nproc) cpus"
drain
if [ -n "$command" ]; then
    $command
    echo "guest: exit $?"
    drain
fi
poweroff -f

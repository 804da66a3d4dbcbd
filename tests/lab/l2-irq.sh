#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# In a guest (L2): gives the assigned devices to the guest's own VFIO and runs
# lab-irq or another program on one of them. irq.sh PATTERN [PROGRAM] [OPTION]...

pattern=$1
shift
case $1 in lab-*) program=$1 && shift ;; *) program=lab-irq ;; esac
bus=/sys/bus/platform
for folder in $bus/devices/*; do
    name=${folder##*/}
    case $name in $pattern) ;; *) continue ;; esac
    case $(readlink -f "$folder/of_node") in */platform*@*) ;; *) continue ;; esac
    [ -e "$folder/driver" ] && echo "$name" >"$folder/driver/unbind"
    echo vfio-platform >"$folder/driver_override"
    echo "$name" >$bus/drivers_probe
    echo "guest: $name"
    exec $program "$@" "$name"
done
echo "guest: no assigned device $pattern among:"
ls $bus/devices
exit 1

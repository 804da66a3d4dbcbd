#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# First program of the demonstration's guest: loads the modules, then uses the assigned devices
# the way a user does, by what the kernel's own drivers offer in /dev and /sys. Lines that begin
# with "result" are what demo.py checks, "wait" asks it to do its part.

/bin/busybox mkdir -p /proc /sys /dev /mnt
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
trap 'poweroff -f' EXIT

say() {
    echo "-- $*"
}

# Whether a device's tree node is on the platform bus, where assigned devices are.
is_assigned() {
    case $(readlink -f "$1/of_node") in */platform-bus@*) return 0 ;; esac
    return 1
}

# assigned VARIABLE DEVICE...: of the devices of a class, the assigned one. A disk's own device
# is virtio's, its node is that of the transport above it.
assigned() {
    local variable=$1 device
    shift
    for device in "$@"; do
        if is_assigned "$device/device" || is_assigned "$device/device/.."; then
            eval "$variable=${device##*/}"
            return
        fi
    done
    echo "result missing: an assigned device among $*"
    return 1
}

# Line of the interrupt with that name; count of it, of all CPUs.
interrupt_line() {
    grep -E "$1" /proc/interrupts
}

interrupts() {
    interrupt_line "$1" | awk '{ for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }'
}

uptime() {
    cut -d. -f1 /proc/uptime
}

# until_interrupt PATTERN COUNT SECONDS: whether there are more than COUNT by then.
until_interrupt() {
    local end=$(($(uptime) + $3))
    while [ "$(interrupts "$1")" -le "$2" ]; do
        [ "$(uptime)" -lt $end ] || return 1
        usleep 100000
    done
    interrupt_line "$1"
}

say "Linux $(uname -r), $(nproc) CPUs, up $(uptime) s"
for module in $(cat /modules/order); do
    insmod "/modules/$module.ko" || echo "result missing: module $module"
done

say "the tree nodes on the platform bus, and the drivers that bound"
for node in /proc/device-tree/platform-bus@*/*@*; do
    [ -e "$node/compatible" ] && echo "${node##*/}: $(tr '\0' ' ' <"$node/compatible")"
done
for driver in amba/drivers/rtc-pl031 amba/drivers/pl061_gpio platform/drivers/virtio-mmio; do
    for device in /sys/bus/$driver/*; do
        is_assigned "$device" && echo "result bound: ${driver##*/} ${device##*/}"
    done
done
echo "wait info"

# A machine that is busy with other things may need longer than two seconds to set the alarm.
rtc_alarm() {
    local ahead before now
    for ahead in 2 10 60; do
        before=$(interrupts rtc-pl031)
        now=$(cat "$1/since_epoch")
        echo 0 >"$1/wakealarm"
        echo $((now + ahead)) >"$1/wakealarm"
        if until_interrupt rtc-pl031 "$before" $((ahead + 3)); then
            echo "result rtc-interrupts: $(($(interrupts rtc-pl031) - before))"
            echo "result rtc-early: $((now + ahead > $(cat "$1/since_epoch")))"
            return
        fi
        echo "no alarm within $((ahead + 3)) s: it was set too late, once more"
    done
}

say "the real-time clock: an alarm two seconds from now"
if assigned rtc /sys/class/rtc/rtc*; then
    echo "$rtc says $(cat "/sys/class/rtc/$rtc/date") $(cat "/sys/class/rtc/$rtc/time")"
    rtc_alarm "/sys/class/rtc/$rtc"
fi

say "the GPIO controller: a rising edge at pin 3"
if assigned chip /sys/class/gpio/gpiochip*; then
    pin=$(($(cat "/sys/class/gpio/$chip/base") + 3))
    echo $pin >/sys/class/gpio/export
    echo rising >/sys/class/gpio/gpio$pin/edge
    echo "result gpio-before: $(cat /sys/class/gpio/gpio$pin/value)"
    echo "wait pin"
    until_interrupt gpiolib 0 60
    echo "result gpio-interrupts: $(interrupts gpiolib)"
    echo "result gpio-after: $(cat /sys/class/gpio/gpio$pin/value)"
fi

say "the disk: ext4, mounted, read and written"
if assigned disk /sys/class/block/vd*; then
    mount -t ext4 "/dev/$disk" /mnt && df -h /mnt
    echo "result sha256: $(sha256sum </mnt/known.bin)"
    sha256sum </mnt/known.bin >/mnt/from-the-guest
    umount /mnt
    interrupt_line 'virtio[0-9]'
    echo "result disk-interrupts: $(interrupts 'virtio[0-9]')"
fi
echo "wait info"
say "power off, up $(uptime) s"

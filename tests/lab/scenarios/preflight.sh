# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the program and gantry-host say about a device that cannot be assigned
# yet, on the sysfs of a real kernel; and that what they say helps.

. /lab/functions.sh

device=9010000.pl031
modules=/sys/module
with_iommufd="-object iommufd,id=iommufd0 -device vfio-platform,host=$device,iommufd=iommufd0"

refused "the device is bound to no driver" $idle -device vfio-platform,host=$device
expect "echo $device > /sys/bus/platform/drivers_probe" out
refused "failed to get the sysfs host device file status" $idle -device vfio-platform,host=nothing.there
ok "a device that is not bound is refused with the lines that bind it"

echo 0 >$modules/vfio/parameters/enable_unsafe_noiommu_mode
gantry-host show $device >out && fail "a device without a driver is ready"
expect "assignable" out
expect "the device is bound to no driver" out
bind $device
expect "# $device is bound to vfio-platform" out
gantry-host show $device >out || fail "a bound device is not ready"
expect "$device: ready" out
ok "gantry-host binds a device whose group the kernel makes when it is bound"

echo N >$modules/vfio_iommu_type1/parameters/allow_unsafe_interrupts
refused "echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts" \
    $idle -device vfio-platform,host=$device
echo N >$modules/iommufd/parameters/allow_unsafe_interrupts
refused "echo 1 > /sys/module/iommufd/parameters/allow_unsafe_interrupts" $idle $with_iommufd
echo 1 >$modules/vfio_iommu_type1/parameters/allow_unsafe_interrupts
start $idle -device vfio-platform,host=$device
ok "a host that does not isolate interrupts is refused with the line that allows it"

refused "Another program has the group open" $idle -device vfio-platform,host=$device
refused "Device or resource busy" $idle $with_iommufd
stop
echo 1 >$modules/iommufd/parameters/allow_unsafe_interrupts
start $idle $with_iommufd
info
expect "backend: iommufd" info
stop
ok "a device in use is refused, and free when its user has ended"

gantry-host unbind $device >out || fail "gantry-host unbind"
gantry-host show $device >out && fail "an unbound device is ready"
expect "the device is bound to no driver" out
ok "gantry-host takes a device back"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# What gantry-host says on the sysfs of a running kernel about devices that share an IOMMU group
# (two functions of a PCI device) with drivers of the host, and that the lines it prints mend it.

. /lab/functions.sh

one=0000:00:05.0
two=0000:00:05.1

for name in $one $two; do
    [ -e /sys/bus/pci/devices/$name/driver ] || fail "$name has no driver of the host"
done
[ "$(readlink -f /sys/bus/pci/devices/$one/iommu_group)" = \
  "$(readlink -f /sys/bus/pci/devices/$two/iommu_group)" ] || fail "two groups"

# lines DEVICE: the lines for a shell that gantry-host prints.
lines_of() {
    gantry-host show "$1" | sed -n 's/^ *\(echo .*\)$/\1/p'
}

gantry-host show $one >out && fail "a device of the host's is ready"
expect "$one: assignable" out
expect "the device is bound to virtio-pci" out
expect "$two, in the same IOMMU group, is bound to virtio-pci" out
ok "gantry-host names the host's driver of the device, and of another in its group"

gantry-host bind $one >out || { cat out; fail "gantry-host bind $one"; }
[ "$(basename "$(readlink -f /sys/bus/pci/devices/$two/driver)")" = virtio-pci ] ||
    fail "a device that was not named lost its driver"
gantry-host show $one >out && fail "a group with a driver of the host's is ready"
grep -q "the device is bound to" out && fail "$one is not bound"
expect "$two, in the same IOMMU group, is bound to virtio-pci" out
ok "only the device that is named is bound, and its group is still not ready"

lines_of $one >lines
expect "echo $two > /sys/bus/pci/drivers_probe" lines
sh -e lines || { cat lines; fail "the lines that gantry-host prints"; }
gantry-host show $one >out || { cat out; fail "the group is not ready"; }
expect "$one: ready" out
ok "the lines that it prints bind the other device, and the group is ready"

echo N >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
echo N >/sys/module/iommufd/parameters/allow_unsafe_interrupts
gantry-host show $one >out
grep -q "allow_unsafe_interrupts" out && fail "a note of a parameter that is off"
echo Y >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
gantry-host show $one >out
expect "allow_unsafe_interrupts of vfio_iommu_type1 is on" out
grep -q "of iommufd is on" out && fail "a note of the other parameter"
ok "gantry-host tells whether interrupts need not be isolated"

for name in $one $two; do
    gantry-host unbind $name >out || { cat out; fail "gantry-host unbind $name"; }
    [ "$(basename "$(readlink -f /sys/bus/pci/devices/$name/driver)")" = virtio-pci ] ||
        fail "$name: the host's driver has it not"
done
ok "the host's drivers have both again"

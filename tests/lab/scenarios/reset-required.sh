# SPDX-License-Identifier: GPL-2.0-or-later
#
# A host started without vfio_platform.reset_required=0: the kernel refuses
# devices that it cannot reset, and gantry-host says so before it tries.

. /lab/functions.sh

gantry-host show 9010000.pl031 >out && fail "a device that VFIO refuses is ready"
expect "reset_required=0" out
refused "reset_required=0" gantry-host bind 9010000.pl031
[ -e /sys/bus/platform/devices/9010000.pl031/driver ] && fail "the device has a driver"
ok "gantry-host names the parameter that lets a device without a reset be bound"

refused "reset_required=0" $idle -device vfio-platform,host=9010000.pl031
ok "gantry names it too"

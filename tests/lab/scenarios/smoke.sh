# SPDX-License-Identifier: GPL-2.0-or-later
#
# The program and its host tool run on the emulated host, whose kernel has KVM
# and VFIO, and see its devices.

. /lab/functions.sh

[ -c /dev/kvm ] || fail "the host has no /dev/kvm"
[ -c /dev/vfio/vfio ] || fail "the host has no /dev/vfio/vfio"
ok "the host has KVM and VFIO"

gantry --version >out || fail "gantry does not start"
expect "Gantry emulator version" out
ok "gantry starts"

gantry-host list >out || fail "gantry-host list"
case $host in
zcu102) expect ff110000.timer out ;;
*) expect 9010000.pl031 out ;;
esac
ok "gantry-host lists the host's devices"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# A device of the AMBA bus.

. /lab/functions.sh

device=9010000.pl031
bind $device
start $idle -device vfio-platform,host=$device,id=rtc
info
expect "compatible: arm,pl031" info
stop
guest_start "sleep,1000" -device vfio-platform,host=$device,id=rtc
seen 1 "guest: up"
info
expect "irq 0: SPI 112, level" info
guest_stop
ok "a device on the AMBA bus is assigned"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# Devices of a host without an IOMMU: refused until both the host's
# administrator and the user of the device consent.

. /lab/functions.sh

mode=/sys/module/vfio/parameters/enable_unsafe_noiommu_mode
timer=ff110000.timer
rtc=ffa60000.rtc

echo 0 >$mode
gantry-host show $timer >out && fail "a device without an IOMMU is ready"
expect "$timer: blocked" out
expect "echo 1 > $mode" out
refused "echo 1 > $mode" gantry-host bind $timer
ok "without the mode gantry-host refuses, and names it"

echo 1 >$mode
bind $timer $rtc fd500000.dma-controller ff060000.can
gantry-host show $timer >out || fail "a bound device is not ready"
expect "vfio-platform,host=$timer,x-noiommu=on" out
refused "add x-noiommu=on" $idle -device vfio-platform,host=$timer
ok "a device without an IOMMU is refused without consent"

start $idle -qtest unix:qtest,server=on,wait=off -qtest-log none \
    -device vfio-platform,host=$timer,x-noiommu=on \
    -device vfio-platform,host=$rtc,x-noiommu=on \
    -device vfio-platform,host=fd500000.dma-controller,x-noiommu=on \
    -device vfio-platform,host=ff060000.can,x-noiommu=on
expect "ALL memory of the host" machine.log
info
[ "$(grep -c 'irq .: SPI .*, level' info)" = 7 ] || { cat info; fail "not 3 + 2 + 1 + 1 interrupts"; }
expect "region 0: 0x100 bytes, flags 0x3, at 0xc001000, every access traps" info
# TTC: the counter is off after reset (Counter_Control 0x21). RTC: CURRENT_TIME is not 0.
lab-qtest qtest "readl 0xc00000c" >out
expect 0x0000000000000021 out
lab-qtest qtest "readl 0xc001010" >out
grep -q 0x0000000000000000 out && fail "the clock does not run"
stop
ok "with consent four devices work at once, one of them smaller than a page"

bind ff0e0000.ethernet
start $idle -device vfio-platform,host=ff0e0000.ethernet,x-noiommu=on
expect "cannot set the TRIGGER eventfd of interrupt 1.0: Device or resource busy" machine.log
stop
start $idle -device vfio-platform,host=ff0e0000.ethernet,x-noiommu=on,irqs=0
grep -q "TRIGGER" machine.log && fail "an interrupt that is left out was set up"
stop
ok "an interrupt that the host cannot give twice is reported, and can be left out"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# One device with five regions and four interrupts, level and edge.

. /lab/functions.sh

device=9010000.xgbe
bind $device
start $idle -device vfio-platform,host=$device
info
[ "$(grep -c ' region .: ' info)" = 5 ] || { cat info; fail "not five regions"; }
[ "$(grep -c ' irq .: .*level' info)" = 2 ] || { cat info; fail "not two level interrupts"; }
[ "$(grep -c ' irq .: .*edge' info)" = 2 ] || { cat info; fail "not two edge interrupts"; }
stop
ok "five regions, four interrupts"

for way in x-irqfd=on x-irqfd=off x-no-mmap=on; do
    guest "irq.sh,*xgbe,-n,1000" -device vfio-platform,host=$device,$way
    lines
done
ok "its first interrupt, by irqfd, by trapped accesses, without mappings"

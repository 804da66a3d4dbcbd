# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine is killed while its guest takes interrupts: the host has the device
# back at once, and the next guest uses it.

. /lab/functions.sh

case $host in
zcu102) name=ff110000.timer; assigned="-device vfio-platform,host=$name,x-noiommu=on" ;;
*) name=9010000.pl031; assigned="-device vfio-platform,host=$name" ;;
esac
pattern="*${name#*.}"
bind $name

seed=20262
rounds=${KILL_ROUNDS:-10}
for round in $(seq "$rounds"); do
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    case $((round % 2)) in 0) way= ;; 1) way=,x-irqfd=off ;; esac
    guest_start "irq.sh,$pattern,-n,100000000" $assigned$way
    seen 1 "guest: up"
    usleep $((seed / 65536 % 400 * 1000))
    kill -9 $machine
    wait $machine
done
guest "irq.sh,$pattern,-n,1000" $assigned
lines
ok "a device is usable again at once after each of $rounds kills of a running guest"

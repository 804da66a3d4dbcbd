# SPDX-License-Identifier: GPL-2.0-or-later
#
# The program is killed at random points of its life: the kernel has the
# device back at once, whatever it was doing, and the next one can use it.

. /lab/functions.sh

rounds=${KILL_ROUNDS:-30}
if [ "$host" = zcu102 ]; then
    name=ff110000.timer
    device="vfio-platform,host=$name,x-noiommu=on"
else
    name=9010000.pl031
    device="vfio-platform,host=$name"
fi
bind $name

seed=20261
for round in $(seq "$rounds"); do
    # A linear congruential generator: the same points in each run.
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    pause=$((seed / 65536 % 400))
    case $((round % 2)) in
    0) backend= ;;
    1) backend=",iommufd=i" ;;
    esac
    [ "$host" = zcu102 ] && backend=
    $idle -object iommufd,id=i -device "$device$backend" </dev/null >machine.log 2>&1 &
    victim=$!
    usleep $((pause * 1000))
    kill -9 $victim || { cat machine.log; fail "round $round: it had ended before $pause ms"; }
    wait $victim
    start $idle -qtest unix:qtest,server=on,wait=off -qtest-log none -device "$device"
    lab-qtest qtest "readl 0xc000000" >out || { cat out; fail "round $round: no access"; }
    stop
done
ok "a device is usable again at once after each of $rounds kills"

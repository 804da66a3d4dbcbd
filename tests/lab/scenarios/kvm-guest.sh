# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest's life under KVM: it boots with one CPU and two, is looked at, stopped,
# let go, reset, and powers itself off.

. /lab/functions.sh

guest="gantry -accel kvm -M virt,gic-version=host -m 256 -display none -nodefaults -serial file:serial
    -kernel /lab/Image -initrd /lab/guest.cpio"

# boot ARGUMENTS...: until the guest has powered itself off.
boot() {
    timeout 100 $guest "$@" </dev/null >log 2>&1 || { cat log serial; fail "status $? of: $*"; }
    [ ! -s log ] || { cat log; fail "messages of: $*"; }
}

for cpus in 1 2; do
    boot -smp $cpus -append "console=ttyAMA0 quiet"
    expect "guest: up" serial
    expect "$cpus cpus" serial
    ok "boots with $cpus CPUs and powers itself off"
done

boot -no-reboot -append "console=ttyAMA0 quiet lab=reboot,-f"
ok "resets itself"

# wait_for TEXT COUNT: until the serial port has said it so often; a reset may cut its line short.
wait_for() {
    local n=0
    # Not -F, with which -o tells of one match in a line.
    while [ "$(grep -o -- "$1" serial | wc -l)" -lt "$2" ]; do
        n=$((n + 1))
        [ $n -lt 600 ] || { cat serial machine.log; fail "no '$1' ($2) in 60 s"; }
        usleep 100000
    done
}

: >serial
start $guest -smp 2 -append "console=ttyAMA0 quiet lab=sleep,100000"
wait_for "guest: up" 1
lab-qmp qmp hmp "info registers" >registers || fail "info registers"
expect " PC=" registers
expect "PSTATE=" registers
lab-qmp qmp stop >out
lab-qmp qmp hmp "info registers" >first
usleep 300000
lab-qmp qmp hmp "info registers" >second
cmp first second || fail "registers change while the machine is stopped"
ok "registers are read while it runs and while it is stopped"
lab-qmp qmp cont >out
resets=${KVM_RESETS:-3}
for reset in $(seq "$resets"); do
    lab-qmp qmp system_reset >out
    wait_for "guest: up" $((reset + 1))
done
ok "comes up again after each of $resets resets"
stop
[ ! -s machine.log ] || { cat machine.log; fail "messages of the machine"; }

# SPDX-License-Identifier: GPL-2.0-or-later
#
# The figures of docs/performance.md: what an assigned device costs under KVM, and beside it the
# same with the peer, where the host has it. With the host's clock counting instructions they are
# the same in each run.

. /lab/functions.sh

device=9010000.pl031
bind $device
# mov x0, #PSCI_SYSTEM_OFF; hvc #0
printf '\x00\x01\x80\xd2\x00\x80\xb0\xf2\x02\x00\x00\xd4' >off.bin

# number FIELD: the number of that name in the last guest's output.
number() {
    sed -n "s/^irq: .*$1=\([0-9]*\).*/\1/p" guest.log | tail -n 1
}

# idle: the last guest left its interrupt without an end. RTCIMSC, RTCICR.
idle() {
    devmem 0x9010010 32 0
    devmem 0x901001c 32 1
}

# exits COUNT: exits to user space for MMIO of a guest that took so many interrupts.
exits() {
    guest_start "irq.sh,*pl031,-n,$1,-k" $assigned
    seen 1 "irq: kept"
    cat /sys/kernel/debug/kvm/*-*/mmio_exit_user
    # Not guest_stop: the peer does not always answer "quit".
    kill $machine
    wait $machine
    idle
}

# keep NAME FIGURE: for the table.
keep() {
    [ -n "$2" ] || { cat guest.log; fail "no figure $1 of $who"; }
    echo "# $who: $1 $2, after $(cut -d" " -f1 /proc/uptime) s"
    echo "$2" >"$who.$1"
}

# The cases, with $emulator and $assigned.
case_irqfd() {
    guest "irq.sh,*pl031,-n,0,-t,200,-r,10000" $assigned
    keep irqfd "$(number raise_ns)"
    keep read "$(number read_ns)"
}

case_trap() {
    guest "irq.sh,*pl031,-n,0,-t,200,-r,10000" $assigned,x-irqfd=off
    keep trap "$(number raise_ns)"
    keep trapped-read "$(number read_ns)"
}

case_trap_mapped() {
    guest "irq.sh,*pl031,-n,0,-t,20,-p,1200" $assigned,x-irqfd=off
    keep trap-mapped "$(number raise_ns)"
}

case_exits() {
    local few many
    few=$(exits 1000)
    many=$(exits 3000)
    [ -n "$few" ] && [ -n "$many" ] || fail "the kernel does not say how many exits there were"
    keep exits $((many - few))
}

# The first start brings the files into the host's caches.
case_launch() {
    local round
    for round in 1 2; do
        lab-time $emulator -M virt -accel kvm -cpu host -m 128 -display none -nodefaults \
            -kernel off.bin >out 2>&1 || { cat out; fail "a guest that powers off at once"; }
    done
    keep launch "$(sed -n 's/^time: //p' out)"
}

cases="case_irqfd case_trap case_trap_mapped case_exits case_launch"

# row NAME TEXT: of the table. The ratio is of what was measured here; without the peer there is none.
row() {
    local ratio=-
    [ -e "peer.$1" ] && ratio=$(awk -v a="$(cat "gantry.$1")" -v b="$(cat "peer.$1")" \
        'BEGIN { if (b) printf "%.3f", a / b; else printf "-" }')
    printf 'figure: %-58s %9s %10s %6s\n' "$2" "$(cat "gantry.$1")" \
        "$(cat "peer.$1" 2>/dev/null || echo -)" "$ratio"
}

who=gantry emulator=gantry assigned="-device vfio-platform,host=$device"
for name in $cases; do
    $name
done
if [ -d /peer ]; then
    # The peer refuses the option above. It has a type for a device that also is one region and
    # level interrupts, and writes that one's node into the guest's tree.
    who=peer emulator=$peer assigned="-device vfio-calxeda-xgmac,host=$device"
    for name in $cases; do
        ($name) || echo "# the peer cannot do $name: there is no figure"
    done
fi

printf 'figure: %-58s %9s %10s %6s\n' "" gantry peer ratio
row irqfd "raise to eventfd in the guest, irqfd (ns)"
row read "register read after it (ns)"
row trap "raise to eventfd, eoi=trap, raised by trapped accesses (ns)"
row trap-mapped "raise to eventfd, eoi=trap, raised by mapped accesses (ns)"
row trapped-read "register read that traps (ns)"
row exits "exits to user space for 2000 interrupts"
row launch "launch to the end of a guest that powers off at once (ns)"
ok "all figures"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# The figures of docs/performance.md: what an assigned device costs under KVM.
# With the host's clock counting instructions they are the same in each run.

. /lab/functions.sh

device=9010000.pl031
assigned="-device vfio-platform,host=$device"
bind $device

# figure NAME LINE-PREFIX: the number after it in the last guest's output.
figure() {
    echo "figure: $1: $(sed -n "s/^irq: .*$2=\([0-9]*\).*/\1/p" guest.log | tail -n 1) ns"
}

# exits COUNT: exits to user space for MMIO of a guest that took so many interrupts.
exits() {
    guest_start "irq.sh,*pl031,-n,$1,-k" $assigned
    seen 1 "irq: kept"
    cat /sys/kernel/debug/kvm/*-*/mmio_exit_user
    guest_stop
}

guest "irq.sh,*pl031,-n,0,-t,200,-r,10000" $assigned
figure "raise to eventfd in the guest, irqfd" raise_ns
figure "register read after it, irqfd" read_ns
guest "irq.sh,*pl031,-n,0,-t,200,-r,10000" $assigned,x-irqfd=off
figure "raise to eventfd, eoi=trap, raised by trapped accesses" raise_ns
figure "register read after it, eoi=trap" read_ns
guest "irq.sh,*pl031,-n,0,-t,20,-p,1200" $assigned,x-irqfd=off
figure "raise to eventfd, eoi=trap, raised by mapped accesses" raise_ns

few=$(exits 1000)
many=$(exits 3000)
[ -n "$few" ] && [ -n "$many" ] || fail "the kernel does not say how many exits there were"
echo "figure: exits to user space for 2000 interrupts, irqfd: $((many - few))"

# mov x0, #PSCI_SYSTEM_OFF; hvc #0
printf '\x00\x01\x80\xd2\x00\x80\xb0\xf2\x02\x00\x00\xd4' >off.bin
for round in 1 2; do
    lab-time gantry -M virt -accel kvm -cpu host -m 128 -display none -nodefaults \
        -kernel off.bin >out 2>&1 || { cat out; fail "a guest that powers off at once"; }
done
echo "figure: launch to the end of a guest that powers off at once: $(sed -n 's/^time: //p' out) ns"
ok "all figures"

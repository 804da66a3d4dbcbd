# SPDX-License-Identifier: GPL-2.0-or-later
#
# Linux starts as a guest under KVM, with each interrupt controller that the
# host can give, one CPU and two, a disk and a network card; and starts and
# powers off again many times.

. /lab/functions.sh

rounds=${BOOT_ROUNDS:-20}
case $host in virt3) own=3 ;; *) own=2 ;; esac

for cpus in 1 2; do
    gic=$own guest nproc -smp $cpus
    expect "$(printf '%s cpus' $cpus)" guest.log
done
ok "the host's own GIC version $own, one CPU and two"

gic=2 accel_options=,kernel-irqchip=off guest nproc -smp 2
expect "2 cpus" guest.log
ok "GICv2 outside of the kernel"

gic=max guest nproc
case $own in
3) gic=2 refused "GIC" gantry -M virt,gic-version=2 -accel kvm -cpu host -display none -nodefaults ;;
2) gic=3 refused "GIC" gantry -M virt,gic-version=3 -accel kvm -cpu host -display none -nodefaults ;;
esac
ok "gic-version=max, and the refusal of a version that the host has not"

dd if=/dev/zero of=disk bs=1M count=4 2>/dev/null
printf 'gantry-disk' | dd of=disk conv=notrunc 2>/dev/null

# virtio OPTION...: the guest uses disk, network and console.
virtio() {
    guest virtio.sh -smp 2 -drive file=disk,if=none,id=d0,format=raw -device virtio-blk-device,drive=d0 \
        -netdev user,id=n0 -device virtio-net-device,netdev=n0 -device virtio-serial-device \
        -chardev file,id=c0,path=console -device virtconsole,chardev=c0 "$@"
    expect "hello from the console" console
}

gic=$own virtio
gic=$own virtio -global virtio-mmio.force-legacy=off
gic=$own virtio -global virtio-mmio.ioeventfd=off
gic=2 accel_options=,kernel-irqchip=off virtio
ok "disk, network and console by virtio, of both versions, with both GICs, without eventfds"

for round in $(seq "$rounds"); do
    guest true -smp $((round % 2 + 1))
done
ok "$rounds starts and power-offs"

for cpus in 1 2; do
    guest_start sh,-c,reboot\$IFS-f -smp $cpus
    seen $((rounds / 2 + 1)) "guest: up"
    guest_stop
done
ok "$rounds reboots by the guest"

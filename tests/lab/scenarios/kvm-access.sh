# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loads and stores that the hardware does not describe to KVM: a program of the
# guest makes them to the registers of an emulated device.

. /lab/functions.sh

timeout 100 gantry -accel kvm -M virt,gic-version=host -m 256 -nographic -nodefaults -serial stdio \
    -kernel /lab/Image -initrd /lab/guest.cpio -append "console=ttyAMA0 quiet lab=lab-access" \
    </dev/null >log 2>&1 || { cat log; fail "the machine ended with an error"; }
cat log
expect "access: 0 failures" log
ok "pairs, indexed and SIMD accesses to a device's registers"

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A Linux guest is saved in the middle of what it does, and goes on in another process.

At several points, first while the kernel starts, then while the userland uses disk, console and
random numbers, the machine is stopped and saved, and the process ends. The next one loads that,
saves it again at once, which must give the same bytes, and lets the guest go on to the next point.
What the guest computes of all that must be right in the end.

Kernel and busybox as for test-linux.py; GANTRY_LINUX=all tries all numbers of CPUs and GICs.
"""
import hashlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import linuxguest  # noqa: E402
from savedstate import Machine  # noqa: E402
from taptest import main, test  # noqa: E402

APPLETS = 'sh mount cat echo dd sha256sum grep poweroff'
DISK_BYTES = 4 << 20
HALF = DISK_BYTES // 2
ROUNDS = 6
# Disk: each round reads a part of the first half, writes it to the second, and reads that.
INIT = '''#!/bin/sh
mount -t proc proc /proc
mount -t devtmpfs dev /dev
echo 1 > /proc/sys/kernel/printk
echo "cpus: $(grep -c ^processor /proc/cpuinfo)"
n=0
while [ $n -lt %d ]; do
    (i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done; echo "sum $n: $i") &
    dd if=/dev/vda of=/dev/vda bs=4k count=64 skip=$((n * 64)) seek=$((512 + n * 64)) conv=fsync
    dd if=/dev/hwrng of=/dev/null bs=64 count=8
    echo 3 > /proc/sys/vm/drop_caches
    echo "disk $n: $(dd if=/dev/vda bs=4k count=64 skip=$((512 + n * 64)) | sha256sum)"
    echo "console $n" > /dev/hvc0
    wait
    n=$((n + 1))
done 2> /dev/null
echo the end
poweroff -f
''' % ROUNDS
# Bytes of the kernel's messages, then lines of the userland, after which to stop.
POINTS = (400, 3000, 5500, 7000, b'cpus:', b'disk 0:', b'disk 2:', b'sum 4:')


def initramfs(path):
    archive = linuxguest.archive(INIT)
    for name in APPLETS.split():
        archive.link('bin/' + name, 'busybox')
    with open(path, 'wb') as file:
        file.write(archive.pack())
    return path


class Guest(Machine):
    """The guest and its files."""

    def __init__(self, run, cpus, gic, model):
        kernel = linuxguest.lab_kernel()
        initrd = initramfs(run.path('initrd'))
        self.serial = run.path('serial.log')
        self.console = run.path('console.log')
        self.disk = run.path('disk')
        for path in (self.serial, self.console):
            with open(path, 'wb'):
                pass
        self.content = b''.join(hashlib.sha256(b'%d' % n).digest() for n in range(HALF // 32))
        with open(self.disk, 'wb') as file:
            file.write(self.content)
            file.truncate(DISK_BYTES)
        super().__init__(
            run, '-M', 'virt,gic-version=%d' % gic, '-cpu', model, '-accel', 'tcg', '-smp', str(cpus),
            '-m', '256M', '-nodefaults', '-display', 'none',
            '-chardev', 'file,id=serial,append=on,path=' + self.serial, '-serial', 'chardev:serial',
            '-chardev', 'file,id=console,append=on,path=' + self.console,
            '-device', 'virtio-serial-device', '-device', 'virtconsole,chardev=console',
            '-drive', 'if=none,id=disk,format=raw,file=' + self.disk,
            '-device', 'virtio-blk-device,drive=disk',
            '-object', 'rng-builtin,id=rng', '-device', 'virtio-rng-device,rng=rng',
            '-kernel', kernel, '-initrd', initrd, '-append', 'console=ttyAMA0 panic=-1')

    def run_to(self, point):
        self.wait_text(self.serial, lambda text: len(text) >= point if isinstance(point, int)
                       else b'\n' + point in text)

    def check_end(self, cpus):
        self.finish()
        with open(self.serial, 'rb') as file:
            text = file.read().replace(b'\r', b'')
        lines = text.decode('utf-8', 'replace').splitlines()
        part = 64 * 4096
        wanted = ['cpus: %d' % cpus, 'the end'] + ['sum %d: 3000' % n for n in range(ROUNDS)]
        for n in range(ROUNDS):
            digest = hashlib.sha256(self.content[n * part:(n + 1) * part]).hexdigest()
            wanted.append('disk %d: %s  -' % (n, digest))
        missing = [line for line in wanted if line not in lines]
        assert not missing, '%s\nnot in\n%s' % ('\n'.join(missing), '\n'.join(lines[-80:]))
        with open(self.disk, 'rb') as file:
            data = file.read()
        assert data[:HALF] == self.content
        assert data[HALF:HALF + ROUNDS * part] == self.content[:ROUNDS * part]
        with open(self.console, 'rb') as file:
            console = file.read().replace(b'\r', b'').splitlines()
        assert console == [b'console %d' % n for n in range(ROUNDS)], console


def journey(run, cpus, gic, model='cortex-a57'):
    guest = Guest(run, cpus, gic, model)
    guest.start()
    for point in POINTS:
        guest.run_to(point)
        guest.hop()
    guest.check_end(cpus)


@test
def one_cpu_with_gicv2_goes_on_after_each_stop(run):
    journey(run, 1, 2)


@test
def two_cpus_with_gicv3_and_all_features_go_on_after_each_stop(run):
    journey(run, 2, 3, 'max')


@test
def a_machine_that_runs_is_saved_and_runs_on_elsewhere(run):
    guest = Guest(run, 2, 2, 'cortex-a72')
    guest.start()
    guest.run_to(b'disk 1:')
    path = guest.save('state')
    guest.quit()
    guest.start('-incoming', 'file:' + path)
    guest.wait_transfer()
    guest.check_end(2)


@test
def every_combination_goes_on_after_each_stop(run):
    linuxguest.only_with_all()
    for cpus in (1, 2, 4):
        for gic in (2, 3):
            for model in ('cortex-a53', 'max'):
                journey(run, cpus, gic, model)


if __name__ == '__main__':
    main()

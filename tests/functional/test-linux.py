#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux on the software CPU: the lab's arm64 kernel boots to a userland of Debian's busybox, does
sums with known answers, and powers off.

GANTRY_LAB_KERNEL names the kernel (or the lab's cache has it), busybox comes from the lab's cache;
skipped without them. With GANTRY_LINUX=all every combination of CPUs and GIC is booted, and Debian's
own kernel, which apt-get downloads once (60 MB).
"""
import glob
import gzip
import hashlib
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lab'))
import labfiles  # noqa: E402
import labkernel  # noqa: E402
from taptest import Skip, main, test  # noqa: E402

BOOT_TIMEOUT = 400
APPLETS = 'sh mount cat echo grep sha256sum gzip sort awk poweroff'
DATA = b''.join(b'%d %d\n' % (n * 7919 % 10007, n) for n in range(4000))
SORTED = b''.join(sorted(DATA.splitlines(True), key=lambda line: int(line.split()[0])))
INIT = '''#!/bin/sh
mount -t proc proc /proc
echo "cpus: $(grep -c ^processor /proc/cpuinfo)"
echo "sha256: $(sha256sum < /data)"
echo "gzip: $(gzip -dc /data.gz | sha256sum)"
echo "sort: $(sort -n /data | sha256sum)"
echo "awk: $(awk '{ s += $1 * $2 } END { print s }' /data)"
poweroff -f
'''


def digest(data):
    return hashlib.sha256(data).hexdigest() + '  -'


def expected(cpus):
    total = sum(int(a) * int(b) for a, b in (line.split() for line in DATA.splitlines()))
    return ['cpus: %d' % cpus, 'sha256: ' + digest(DATA), 'gzip: ' + digest(DATA),
            'sort: ' + digest(SORTED), 'awk: %d' % total]


def initramfs(path):
    archive = labfiles.Archive()
    archive.file('bin/busybox', labfiles.busybox())
    for name in APPLETS.split():
        archive.link('bin/' + name, 'busybox')
    archive.data('init', INIT, 0o755)
    archive.data('data', DATA)
    archive.data('data.gz', gzip.compress(DATA, mtime=0))
    archive.folder('proc')
    archive.folder('dev')
    archive.entries['dev/console'] = (0o020600, b'')
    with open(path, 'wb') as file:
        file.write(archive.pack())
    return path


def debian_kernel():
    """Debian's kernel for arm64, as the package has it."""
    folder = labfiles.cache_dir('debian-kernel')
    with labfiles.locked(folder):
        if not glob.glob(folder + '/boot/vmlinuz-*'):
            depends = labfiles.run(['apt-cache', 'depends', 'linux-image-arm64:arm64']).split()
            names = [name for name in depends if name.startswith('linux-image-6')]
            if not names:
                raise Skip('apt knows no linux-image-arm64:arm64')
            labfiles.run(['apt-get', 'download', names[0]], cwd=folder)
            for name in glob.glob(folder + '/*.deb'):
                labfiles.run(['dpkg-deb', '-x', name, folder])
                os.remove(name)
    return sorted(glob.glob(folder + '/boot/vmlinuz-*'))[-1]


def boot(run, cpus, gic, model='cortex-a57', kernel=None):
    try:
        kernel = kernel or labkernel.find()
        initrd = initramfs(run.path('initrd'))
    except labfiles.Unavailable as reason:
        raise Skip(str(reason).splitlines()[0]) from reason
    serial = run.path('serial.log')
    process = run.start('-M', 'virt,gic-version=%d' % gic, '-cpu', model, '-accel', 'tcg',
                        '-smp', str(cpus), '-m', '256M', '-nodefaults', '-display', 'none',
                        '-serial', 'file:' + serial, '-kernel', kernel, '-initrd', initrd,
                        '-append', 'console=ttyAMA0 panic=-1 quiet')
    began = time.monotonic()
    try:
        process.wait(timeout=BOOT_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
    took = time.monotonic() - began
    result = run.finish(process)
    with open(serial, 'rb') as file:
        log = file.read().decode('utf-8', 'replace').replace('\r', '')
    assert result.status == 0, '%r after %.0f s:\n%s' % (result, took, log[-3000:])
    print('# smp %d, gic %d, %s: %.1f s' % (cpus, gic, model, took), flush=True)
    missing = [line for line in expected(cpus) if line not in log.splitlines()]
    assert not missing, '%s\nnot in\n%s' % ('\n'.join(missing), log[-3000:])


@test
def one_cpu_with_gicv2_runs_a_userland(run):
    boot(run, 1, 2)


@test
def two_cpus_with_gicv3_run_a_userland(run):
    boot(run, 2, 3)


@test
def four_cpus_with_all_features_run_a_userland(run):
    boot(run, 4, 3, 'max')


@test
def every_combination_runs_a_userland(run):
    if os.environ.get('GANTRY_LINUX') != 'all':
        raise Skip('GANTRY_LINUX is not "all"')
    for cpus in (1, 2, 4, 8):
        for gic in (2, 3):
            for model in ('cortex-a53', 'cortex-a72', 'max'):
                boot(run, cpus, gic, model)


@test
def debians_kernel_runs_a_userland(run):
    if os.environ.get('GANTRY_LINUX') != 'all':
        raise Skip('GANTRY_LINUX is not "all"')
    for cpus, gic, model in ((1, 2, 'cortex-a57'), (2, 3, 'cortex-a72'), (4, 3, 'max')):
        boot(run, cpus, gic, model, debian_kernel())


if __name__ == '__main__':
    main()

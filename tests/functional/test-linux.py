#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux on the software CPU: the lab's arm64 kernel boots to a userland of Debian's busybox, does
sums with known answers, and powers off.

GANTRY_LAB_KERNEL names the kernel (or the lab's cache has it), busybox is downloaded by apt-get once;
skipped without them. With GANTRY_LINUX=all every combination of CPUs and GIC is booted, with Debian's
own kernel too (60 MB, downloaded once), and one machine GANTRY_LINUX_BOOTS times (50) in a row.
"""
import gzip
import hashlib
import os

import linuxguest
from taptest import main, test

DATA = b''.join(b'%d %d\n' % (n * 7919 % 10007, n) for n in range(4000))
SORTED = b''.join(sorted(DATA.splitlines(True), key=lambda line: int(line.split()[0])))
INIT = '''#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s /bin
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


def boot(run, kernel, cpus, gic, model='cortex-a57'):
    archive = linuxguest.archive(INIT)
    archive.data('data', DATA)
    archive.data('data.gz', gzip.compress(DATA, mtime=0))
    linuxguest.check(linuxguest.boot(run, archive, kernel, cpus, gic, model), expected(cpus))


@test
def one_cpu_with_gicv2_runs_a_userland(run):
    boot(run, linuxguest.lab_kernel(), 1, 2)


@test
def two_cpus_with_gicv3_run_a_userland(run):
    boot(run, linuxguest.lab_kernel(), 2, 3)


@test
def four_cpus_with_all_features_run_a_userland(run):
    boot(run, linuxguest.lab_kernel(), 4, 3, 'max')


@test
def every_combination_runs_a_userland(run):
    linuxguest.only_with_all()
    for cpus in (1, 2, 4, 8):
        for gic in (2, 3):
            for model in ('cortex-a53', 'cortex-a72', 'max'):
                boot(run, linuxguest.lab_kernel(), cpus, gic, model)


@test
def every_combination_runs_a_userland_on_debians_kernel(run):
    linuxguest.only_with_all()
    for cpus, model in ((1, 'cortex-a57'), (2, 'cortex-a72'), (4, 'max')):
        for gic in (2, 3):
            boot(run, linuxguest.debian_kernel(), cpus, gic, model)


@test
def four_cpus_boot_many_times_in_a_row(run):
    linuxguest.only_with_all()
    for _ in range(int(os.environ.get('GANTRY_LINUX_BOOTS', '50'))):
        boot(run, linuxguest.lab_kernel(), 4, 3)


if __name__ == '__main__':
    main()

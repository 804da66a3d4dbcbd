#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Several CPUs of the software CPU: a guest without an operating system (a64/smp.c).

Counters that four CPUs increment by exclusives and atomic instructions must not lose an increment,
outcomes that the memory model forbids (Arm ARM B2.3) must not be seen, and CPUs must go on and off.
Skipped without the cross compiler.
"""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from taptest import Skip, main, test  # noqa: E402

CC = 'aarch64-linux-gnu-gcc'
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64', 'smp.c')
TESTS = 17


def guest_run(run, *options):
    if not shutil.which(CC):
        raise Skip('no ' + CC)
    subprocess.run([CC, '-O2', '-Wall', '-Werror', '-ffreestanding', '-fno-tree-loop-distribute-patterns',
                    '-mgeneral-regs-only', '-mstrict-align', '-march=armv8.2-a', '-mno-outline-atomics',
                    '-nostdlib', '-static', '-Wl,-N,--no-warn-rwx-segments', '-Wl,--build-id=none',
                    '-Wl,-Ttext=0x40200000', '-o', run.path('guest'), SOURCE], check=True)
    out = run.path('serial.txt')
    result = run.run('-M', 'virt', '-cpu', 'max', '-smp', '4', '-m', '1G', '-nodefaults', '-display',
                     'none', '-serial', 'file:' + out, '-kernel', run.path('guest'), *options)
    assert result.status == 0 and result.err == '', result
    with open(out, encoding='ascii') as f:
        lines = [line.split() for line in f]
    wrong = ['%s: %s, not %s' % tuple(l) for l in lines if l[1] != l[2]]
    assert not wrong and len(lines) == TESTS, '\n'.join(wrong) or '%d lines' % len(lines)


@test
def four_cpus_in_threads_of_their_own(run):
    guest_run(run, '-accel', 'tcg,thread=multi')


@test
def four_cpus_in_one_thread(run):
    guest_run(run, '-accel', 'tcg,thread=single')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Code that changes, and mappings that change: a guest without an operating system (a64/code.c).

Code is written through other mappings, by itself, by other CPUs, by every kind of store, by a
disk's DMA, with the maintenance that the manual asks for (Arm ARM B2.4.4); pages are unmapped while
other CPUs use them (D8.14). Skipped without the cross compiler.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 27
SECTORS = 64
MOV_W0, RET = 0x52800000, 0xd65f03c0


def code_run(run, *options):
    """With a disk whose sectors are functions."""
    with open(run.path('disk'), 'wb') as f:
        for n in range(SECTORS):
            f.write(struct.pack('<II', MOV_W0 | (1000 + n) << 5, RET).ljust(512, b'\0'))
    a64guest.run_all(run, 'code.c', RESULTS, '-cpu', 'max', '-smp', '4',
                     '-global', 'virtio-mmio.force-legacy=off',
                     '-drive', 'if=none,id=d,format=raw,file=' + run.path('disk'),
                     '-device', 'virtio-blk-device,drive=d', *options)


@test
def code_changes_with_cpus_in_threads_of_their_own(run):
    code_run(run, '-accel', 'tcg')


@test
def code_changes_with_cpus_in_one_thread(run):
    code_run(run, '-accel', 'tcg,thread=single')


@test
def code_changes_with_an_instruction_a_block(run):
    code_run(run, '-accel', 'tcg,one-insn-per-tb=on')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Software step of the software CPU: a guest without an operating system (a64/step.S).

Expectations are from the Arm Architecture Reference Manual (D2.12): one exception per instruction,
what it says of the instruction, and where PSTATE.SS is kept. Skipped without the cross binutils.
"""
import os
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from taptest import Skip, main, test  # noqa: E402

CC = 'aarch64-linux-gnu-gcc'
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64', 'step.S')

IL = 1 << 25
STEP = 0x32 << 26 | IL | 0x22
ISV, EX = 1 << 24, 1 << 6
SS = 1 << 21
SVC = 0x15 << 26 | IL
ABORT = 0x24 << 26 | IL | 0x10

# ESR, ELR from the program's start, SPSR.
EXPECTED = [
    (STEP | ISV, 4, 0),             # nop
    (STEP | ISV, 12, 0),            # branch
    (STEP | ISV | EX, 16, 0),       # load-exclusive
    (SVC | 1, 20, 0),               # the call counts as done
    (STEP, 20, 0),                  # so its step exception follows at once
    (ABORT, 20, SS),                # not done
    (STEP | ISV, 32, 0),            # conditional branch
    (SVC | 2, 36, 0),
]


@test
def each_instruction_is_stepped(run):
    if not shutil.which(CC):
        raise Skip('no ' + CC)
    subprocess.run([CC, '-nostdlib', '-static', '-Wl,-N,--no-warn-rwx-segments', '-Wl,--build-id=none',
                    '-Wl,-Ttext=0x40200000', '-o', run.path('guest'), SOURCE], check=True)
    out = run.path('serial.bin')
    result = run.run('-M', 'virt', '-cpu', 'cortex-a57', '-accel', 'tcg', '-m', '1G', '-nodefaults',
                     '-display', 'none', '-serial', 'file:' + out, '-kernel', run.path('guest'))
    assert result.status == 0 and result.err == '', result
    with open(out, 'rb') as f:
        records = list(struct.iter_unpack('<3Q', f.read()))
    assert records == EXPECTED, '\n'.join('0x%x 0x%x 0x%x' % r for r in records)


if __name__ == '__main__':
    main()

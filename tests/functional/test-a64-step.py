#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Debug by the software CPU: guests without an operating system (a64/step.S, a64/debug.S).

Expectations are from the Arm Architecture Reference Manual (D2.8, D2.9, D2.12): one exception per
instruction that is stepped, and where PSTATE.SS is kept; which accesses watchpoints match. Skipped without the cross binutils.
"""
import os
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from taptest import Skip, main, test  # noqa: E402

CC = 'aarch64-linux-gnu-gcc'
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64')

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



BREAKPOINT = 0x30 << 26 | IL | 0x22
WATCHPOINT = 0x34 << 26 | IL | 0x22
WNR = 1 << 6
ANY = None
# ESR, ELR from the program's start, FAR from what is watched.
DEBUG_EXPECTED = [
    (BREAKPOINT, 8, ANY),
    (WATCHPOINT | WNR, 20, 3),
    (WATCHPOINT | WNR, 28, 0),      # the access covers bytes that are watched
    (WATCHPOINT, 36, 127),
    (SVC | 1, 52, ANY),
]


def guest(run, source):
    """What the guest wrote, three words each."""
    if not shutil.which(CC):
        raise Skip('no ' + CC)
    subprocess.run([CC, '-nostdlib', '-static', '-Wl,-N,--no-warn-rwx-segments', '-Wl,--build-id=none',
                    '-Wl,-Ttext=0x40200000', '-o', run.path('guest'),
                    os.path.join(SOURCES, source)], check=True)
    out = run.path('serial.bin')
    result = run.run('-M', 'virt', '-cpu', 'cortex-a57', '-accel', 'tcg', '-m', '1G', '-nodefaults',
                     '-display', 'none', '-serial', 'file:' + out, '-kernel', run.path('guest'))
    assert result.status == 0 and result.err == '', result
    with open(out, 'rb') as f:
        return list(struct.iter_unpack('<3Q', f.read()))


def assert_records(records, expected):
    same = len(records) == len(expected) and all(
        should is ANY or is_ == should for record, line in zip(records, expected)
        for is_, should in zip(record, line))
    assert same, '\n'.join('0x%x 0x%x 0x%x' % r for r in records)


@test
def each_instruction_is_stepped(run):
    assert_records(guest(run, 'step.S'), EXPECTED)


@test
def breakpoints_and_watchpoints_match(run):
    assert_records(guest(run, 'debug.S'), DEBUG_EXPECTED)


if __name__ == '__main__':
    main()

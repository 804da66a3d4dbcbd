#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Debug by the software CPU: guests without an operating system (a64/step.S, a64/debug.S).

Expectations are from the Arm Architecture Reference Manual (D2.8, D2.9, D2.12): one exception per
instruction that is stepped, and where PSTATE.SS is kept; which accesses watchpoints match. Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

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


def assert_records(records, expected):
    same = len(records) == len(expected) and all(
        should is ANY or is_ == should for record, line in zip(records, expected)
        for is_, should in zip(record, line))
    assert same, '\n'.join('0x%x 0x%x 0x%x' % r for r in records)


@test
def each_instruction_is_stepped(run):
    assert_records(a64guest.records(run, 'step.S', 3, '-cpu', 'cortex-a57'), EXPECTED)


@test
def breakpoints_and_watchpoints_match(run):
    assert_records(a64guest.records(run, 'debug.S', 3, '-cpu', 'cortex-a57'), DEBUG_EXPECTED)


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Exceptions of the software CPU: a guest without an operating system (a64/exceptions.S).

Each expectation is from the Arm Architecture Reference Manual: where the exception arrives, its
syndrome (D17.2.37), return address, saved state and fault address. Skipped without the cross
compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

IL = 1 << 25
UNDEFINED = IL
EL1H, EL1T, EL0T = 0x3c5, 0x3c4, 0
Z_C = 0x60000000
BTYPE_BR = 1 << 10             # by BR in a page that is not guarded
FROM_SP_EL0, FROM_EL1, FROM_EL0 = 0, 0x200, 0x400
ANY = None


def sysreg(op0, op1, crn, crm, op2, rt, is_read):
    return (0x18 << 26 | IL | op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | rt << 5 | crm << 1 |
            is_read)


def abort(ec, status, is_write=0):
    return ec << 26 | IL | is_write << 6 | status


# Vector, ESR, ELR (from the start of the case), SPSR, FAR, X0, PAN.
CASES = [
    ('svc', FROM_EL1, 0x15 << 26 | IL | 0x1234, 4, EL1H),
    ('svc with SP_EL0', FROM_SP_EL0, 0x15 << 26 | IL | 1, 4, EL1T),
    ('svc from EL0', FROM_EL0, 0x15 << 26 | IL | 2, 8, Z_C),
    ('brk', FROM_EL1, 0x3c << 26 | IL | 0x55, 0, EL1H),
    ('udf', FROM_EL1, UNDEFINED, 0, EL1H),
    ('hlt', FROM_EL1, UNDEFINED, 0, EL1H),
    ('smc without EL3', FROM_EL1, UNDEFINED, 0, EL1H),
    ('hvc from EL0', FROM_EL0, UNDEFINED, 0, EL0T),
    ('eret at EL0', FROM_EL0, UNDEFINED, 0, EL0T),
    ('register of EL1 at EL0', FROM_EL0, UNDEFINED, 0, EL0T),
    ('register of EL2', FROM_EL1, UNDEFINED, 0, EL1H),
    ('write of a read-only register', FROM_EL1, UNDEFINED, 0, EL1H),
    ('msr spsel at EL0', FROM_EL0, UNDEFINED, 0, EL0T),
    ('msr daifset without UMA', FROM_EL0, sysreg(0, 3, 4, 5, 6, 31, 0), 0, EL0T),
    ('mrs daif without UMA', FROM_EL0, sysreg(3, 3, 4, 2, 1, 5, 1), 0, EL0T),
    ('wfi without nTWI', FROM_EL0, 1 << 26 | IL | 1 << 24 | 0xe << 20, 4, EL0T),
    ('SIMD register with FPEN 0', FROM_EL1, 7 << 26 | IL | 1 << 24 | 0xe << 20, 0, EL1H),
    ('FPCR at EL0 with FPEN 1', FROM_EL0, 7 << 26 | IL | 1 << 24 | 0xe << 20, 0, EL0T),
    ('misaligned SP', FROM_EL1, 0x26 << 26 | IL, 8, EL1H, ANY, 1),
    ('SP misaligned later', FROM_EL1, 0x26 << 26 | IL, 8, EL1H),
    ('misaligned SP at EL0', FROM_EL0, 0x26 << 26 | IL, 4, EL0T),
    ('misaligned PC', FROM_EL1, 0x22 << 26 | IL, 6, EL1H | BTYPE_BR, 6),
    ('load with SCTLR.A', FROM_EL1, abort(0x25, 0x21), 4, EL1H, 2),
    ('pair with SCTLR.A', FROM_EL1, abort(0x25, 0x21, 1), 12, EL1H, 12),
    ('exclusive pair', FROM_EL0, abort(0x24, 0x21), 8, EL0T, 8),
    ('atomic', FROM_EL1, abort(0x25, 0x21, 1), 8, EL1H, 1),
    ('illegal return to EL2', FROM_EL1, 0x0e << 26 | IL, 20, EL1H | 1 << 20, ANY, 0x3c9),
    ('IL is gone', FROM_EL0, 0x15 << 26 | IL | 3, 4, EL0T),
    ('illegal return to AArch32', FROM_EL1, 0x0e << 26 | IL, 28, 0x601001c5),
    ('load of nothing', FROM_EL1, abort(0x25, 0x10), 4, EL1H, 0x0f000000),
    ('fetch of nothing', FROM_EL1, abort(0x21, 0x10), 0x0f000000, EL1H | BTYPE_BR,
     0x0f000000),
    ('store beyond the physical addresses', FROM_EL0, abort(0x24, 0, 1), 4, EL0T, 4 << 48),
    ('PAN without SPAN', FROM_EL1, 0x15 << 26 | IL | 4, 4, EL1H, ANY, ANY, 1 << 22),
    ('pac and aut', FROM_EL1, 0x15 << 26 | IL | 5, 44, EL1H | Z_C, ANY, 0x11),
    ('aut that fails', FROM_EL1, 0x15 << 26 | IL | 6, 28, EL1H, ANY, 1 << 61 | 0x4000),
    ('pac with the key disabled', FROM_EL1, 0x15 << 26 | IL | 7, 16, EL1H, ANY, 0x4000),
    ('adr and adrp', FROM_EL1, 0x15 << 26 | IL | 10, 36, EL1H, ANY, 7),
    ('ror of a known value by nothing', FROM_EL1, 0x15 << 26 | IL | 11, 16, EL1H, ANY, 0xffff3aca),
    ('big-endian load', FROM_EL1, 0x15 << 26 | IL | 8, 12, EL1H, ANY, 0x44332211),
    # In memory 01020305 05060708, then 1; exchanged by the exclusive store.
    ('big-endian accesses', FROM_EL1, 0x15 << 26 | IL | 9, 68, EL1H, ANY,
     0x0102030505060708 + 0x0305 + (1 << 32)),
]
FIELDS = ('vector', 'ESR', 'ELR', 'FAR', 'SPSR', 'X0', 'PAN')


def differences(case, record):
    name, vector, esr, elr, spsr, *rest = case
    far, x0, pan = (rest + [ANY, ANY, 0])[:3] if len(rest) < 3 else rest
    expected = (vector, esr, elr, far, spsr, x0, pan)
    return ['%s: %s is 0x%x, not 0x%x' % (name, field, is_, should)
            for field, is_, should in zip(FIELDS, record, expected)
            if should is not ANY and is_ != should]


@test
def exceptions_arrive_as_the_manual_says(run):
    records = a64guest.records(run, 'exceptions.S', 8, '-cpu', 'max')
    wrong = ['%d records, not %d' % (len(records), len(CASES))] if len(records) != len(CASES) else []
    for case, record in zip(CASES, records):
        wrong += differences(case, record[1:])
    assert not wrong, '\n'.join(wrong)


if __name__ == '__main__':
    main()

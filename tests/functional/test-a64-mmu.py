#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The MMU of the software CPU: a guest without an operating system (a64/mmu.S).

Each expectation is from the Arm Architecture Reference Manual (D8, D17.2.37): syndrome with the
level, fault address, and that a faulting instruction has done nothing. Skipped without the cross
compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

IL = 1 << 25
ADDRESS_SIZE, TRANSLATION, ACCESS_FLAG, PERMISSION, WALK_ABORT, ALIGNMENT = 0, 4, 8, 12, 20, 0x21
LOAD, STORE = 0, 1
CM = 1 << 8
ALL_ONES = 0xffffffffffffffff
ANY = None


def data(kind, level, is_write, far, elr=0, x0=0, ec=0x25, iss=0):
    return (ec << 26 | IL | iss | is_write << 6 | kind + level, far, elr, x0)


def fetch(kind, level, far, elr, ec=0x21):
    return (ec << 26 | IL | kind + level, far, elr, 0)


def svc(number, elr, x0):
    return (0x15 << 26 | IL | number, ANY, elr, x0)


# ESR, FAR, ELR from the start of the case, X0.
CASES = [
    ('translation, level 0', data(TRANSLATION, 0, LOAD, 0x8000000000)),
    ('translation, level 1', data(TRANSLATION, 1, LOAD, 0xc0000000)),
    ('translation, level 2', data(TRANSLATION, 2, STORE, 0x80200000)),
    ('translation, level 3', data(TRANSLATION, 3, LOAD, 0x80001000)),
    ('translation from EL0', data(TRANSLATION, 3, STORE, 0x80001008, ec=0x24)),
    ('translation of a fetch', fetch(TRANSLATION, 3, 0x80001000, 0x80001000)),
    ('access flag, level 1', data(ACCESS_FLAG, 1, LOAD, 0x100000000)),
    ('access flag, level 2', data(ACCESS_FLAG, 2, STORE, 0x80400000)),
    ('access flag, level 3', data(ACCESS_FLAG, 3, LOAD, 0x80002000)),
    ('permission, level 1', data(PERMISSION, 1, STORE, 0x140000000)),
    ('permission, level 2', data(PERMISSION, 2, STORE, 0x80600000)),
    ('permission, level 3', data(PERMISSION, 3, STORE, 0x80003000)),
    ("EL1's page from EL0", data(PERMISSION, 3, LOAD, 0x80000000, ec=0x24)),
    ("EL1's page by ldtr", data(PERMISSION, 3, LOAD, 0x80000000)),
    ('fetch with PXN', fetch(PERMISSION, 3, 0x80006000, 0x80006000)),
    ("EL0's page with PAN, not by ldtr", data(PERMISSION, 3, LOAD, 0x80004000, 4, 0xa)),
    ('atomic on a read-only page', data(PERMISSION, 3, STORE, 0x80003000)),
    ('atomic on no page', data(TRANSLATION, 3, LOAD, 0x80001000)),
    ('address size', data(ADDRESS_SIZE, 2, LOAD, 0x80800000)),
    ('external abort on the walk', data(WALK_ABORT, 3, LOAD, 0x80a00000)),
    ('alignment on a device', data(ALIGNMENT, 0, LOAD, 0x80005001)),
    ('stp into the next page', data(TRANSLATION, 3, STORE, 0x80001000, 4)),
    ('of which nothing was written', svc(1, 8, 2)),
    ('str across the pages', data(TRANSLATION, 3, STORE, 0x80001000)),
    ('of which nothing was written either', svc(2, 8, 2)),
    ('ldp that fails changes nothing', data(TRANSLATION, 3, LOAD, 0x80001000, 4, 7)),
    ('dc cvac', data(TRANSLATION, 3, STORE, 0x80001000, iss=CM)),
    ('ic ivau at EL0 without UCI',
     (0x18 << 26 | IL | 1 << 20 | 1 << 17 | 3 << 14 | 7 << 10 | 1 << 5 | 5 << 1, ANY, 0, 0)),
    ('tlbi shows another page', svc(3, 48, 0xa0000000b)),
    ('another ASID has another page', svc(4, 48, 0xa000a000b)),
    ('at s1e1r', svc(5, 24, 0xff << 56 | 0xa00)),
    ('at s1e0w of a page of EL1', svc(6, 16, 0x800 | (PERMISSION + 3) << 1 | 1)),
    ('translation of a fetch, level 1', fetch(TRANSLATION, 1, 0xc0000000, 0xc0000000)),
    ('translation of a fetch, level 2', fetch(TRANSLATION, 2, 0x80200000, 0x80200000)),
    ('access flag of a fetch', fetch(ACCESS_FLAG, 3, 0x80002000, 0x80002000)),
    ('address size of a fetch', fetch(ADDRESS_SIZE, 2, 0x80800000, 0x80800000)),
    ('fetch with UXN', fetch(PERMISSION, 3, 0x80006000, 0x80006000, ec=0x20)),
    ('address size, level 1', data(ADDRESS_SIZE, 1, LOAD, 0x180000000)),
    ('address size, level 3', data(ADDRESS_SIZE, 3, STORE, 0x8000c000)),
    ('external abort on the walk, level 2', data(WALK_ABORT, 2, LOAD, 0x1c0000000)),
    ("external abort on a fetch's walk", fetch(WALK_ABORT, 2, 0x1c0000000, 0x1c0000000)),
    ('str q across the pages', data(TRANSLATION, 3, STORE, 0x80001000, 8)),
    ('str q wrote nothing', svc(7, 8, 2)),
    ('stp q into the next page', data(TRANSLATION, 3, STORE, 0x80001000)),
    ('stp q wrote nothing', svc(8, 8, 0)),
    ('st1 into the next page', data(TRANSLATION, 3, STORE, 0x80001000)),
    ('st1 wrote nothing', svc(9, 8, 0)),
    ('st4 across the pages', data(TRANSLATION, 3, STORE, 0x80001000)),
    ('st4 wrote nothing', svc(10, 8, 0)),
    ('st2 into the next page', data(TRANSLATION, 3, STORE, 0x80001000)),
    ('st2 wrote nothing', svc(11, 8, 2)),
    ('ld1 from the next page', data(TRANSLATION, 3, LOAD, 0x80001000)),
    ('ld1 changed no register', svc(12, 8, ALL_ONES)),
    ('ldp q from the next page', data(TRANSLATION, 3, LOAD, 0x80001000)),
    ('ldp q changed no register', svc(13, 8, ALL_ONES)),
    ('ldp with writeback', data(TRANSLATION, 3, LOAD, 0x80001000, 4)),
    ('ldp changed no base', svc(14, 8, 0)),
    ('st1 with writeback', data(TRANSLATION, 3, STORE, 0x80001000, 4)),
    ('st1 changed no base', svc(15, 8, 0)),
    ('ldxp across the pages', data(ALIGNMENT, 0, LOAD, 0x80000ff8)),
    ('stlr across the pages', data(ALIGNMENT, 0, STORE, 0x80000ffc)),
    ('str q into a read-only page', data(PERMISSION, 3, STORE, 0x8000b000)),
    ('stp into a read-only page', data(PERMISSION, 3, STORE, 0x8000b000)),
    ('str across into a read-only page', data(PERMISSION, 3, STORE, 0x8000b000)),
    ('none of which wrote', svc(16, 12, 0xb00000002)),
    ('dc zva of a read-only page', data(PERMISSION, 3, STORE, 0x80003000)),
    ('stxp into a read-only page', data(PERMISSION, 3, STORE, 0x80003000, 4)),
]
FIELDS = ('ESR', 'FAR', 'ELR', 'X0')


def differences(name, expected, record, number):
    return ['%s (case %d): %s is 0x%x, not 0x%x' % (name, number, field, is_, should)
            for field, is_, should in zip(FIELDS, record, expected)
            if should is not ANY and is_ != should]


@test
def translation_is_as_the_manual_says(run):
    records = a64guest.records(run, 'mmu.S', 4, '-cpu', 'max')
    wrong = ['%d records, not %d' % (len(records), len(CASES))] if len(records) != len(CASES) else []
    for number, ((name, expected), record) in enumerate(zip(CASES, records)):
        wrong += differences(name, expected, record, number)
    assert not wrong, '\n'.join(wrong)


if __name__ == '__main__':
    main()

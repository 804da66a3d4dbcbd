#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CPUs of the software CPU that take turns: a guest without an operating system (a64/turns.c).

Who waits for the other CPUs' TLBs goes on at once, though they wait for their turn; and with
-icount the same instructions run at the same time in each run. Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 5


def outcome(run, *options):
    data = a64guest.serial(run, '-cpu', 'max', '-smp', '4', *options)
    a64guest.assert_results(data, RESULTS)
    return data


@test
def flushes_do_not_wait_for_turns(run):
    a64guest.build(run, 'turns.c')
    outcome(run, '-accel', 'tcg,thread=single')


@test
def instructions_are_the_clock_of_all_cpus(run):
    a64guest.build(run, 'turns.c')
    for shift in ('0', '1', '7'):
        first = outcome(run, '-accel', 'tcg', '-icount', 'shift=' + shift)
        for _ in range(2):
            assert outcome(run, '-accel', 'tcg', '-icount', 'shift=' + shift) == first


if __name__ == '__main__':
    main()

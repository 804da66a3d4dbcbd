#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Several CPUs of the software CPU: a guest without an operating system (a64/smp.c).

Counters that four CPUs increment by exclusives and atomic instructions must not lose an increment,
and outcomes that the memory model forbids (Arm ARM B2.3) must not be seen.
Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

TESTS = 15


@test
def four_cpus_in_threads_of_their_own(run):
    a64guest.run_all(run, 'smp.c', TESTS, '-cpu', 'max', '-smp', '4', '-accel', 'tcg,thread=multi')


@test
def four_cpus_in_one_thread(run):
    a64guest.run_all(run, 'smp.c', TESTS, '-cpu', 'max', '-smp', '4', '-accel', 'tcg,thread=single')


if __name__ == '__main__':
    main()

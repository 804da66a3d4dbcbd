#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Several CPUs of the software CPU: guests without an operating system (a64/smp.c, a64/litmus.c).

Counters that four CPUs increment by exclusives and atomic instructions must not lose an increment,
and outcomes that the memory model forbids (Arm ARM B2.3) must not be seen.
Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

COUNTERS = 10
LITMUS = 28


@test
def four_cpus_count_in_threads_of_their_own(run):
    a64guest.run_all(run, 'smp.c', COUNTERS, '-cpu', 'max', '-smp', '4', '-accel', 'tcg,thread=multi')


@test
def four_cpus_count_in_one_thread(run):
    a64guest.run_all(run, 'smp.c', COUNTERS, '-cpu', 'max', '-smp', '4', '-accel', 'tcg,thread=single')


@test
def outcomes_that_the_memory_model_forbids_are_not_seen(run):
    a64guest.run_all(run, 'litmus.c', LITMUS, '-cpu', 'max', '-smp', '4', '-accel', 'tcg')


@test
def nor_with_an_instruction_a_block(run):
    a64guest.run_all(run, 'litmus.c', LITMUS, '-cpu', 'max', '-smp', '4', '-accel',
                     'tcg,one-insn-per-tb=on')


if __name__ == '__main__':
    main()

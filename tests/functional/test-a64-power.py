#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CPUs of the software CPU go on and off: a guest without an operating system (a64/power.c).

What PSCI answers (Arm DEN 0022), a thousand lives of CPUs, CPUs that race for the life of another,
and a reset of the machine while all are busy. Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 88


@test
def cpus_go_on_and_off_in_threads_of_their_own(run):
    a64guest.run_all(run, 'power.c', RESULTS, '-accel', 'tcg', '-cpu', 'max', '-smp', '4')


@test
def cpus_go_on_and_off_in_one_thread(run):
    a64guest.run_all(run, 'power.c', RESULTS, '-accel', 'tcg,thread=single', '-cpu', 'max', '-smp', '4',
                     machine='virt,gic-version=3')


@test
def cpus_go_on_and_off_by_counted_instructions(run):
    a64guest.run_all(run, 'power.c', RESULTS, '-cpu', 'max', '-smp', '4', '-icount', 'shift=0')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""WFE of the software CPU: a guest without an operating system (a64/events.c), with CPUs that have
threads, that share one, and whose instructions are the clock. Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 5


def events(run, *options):
    a64guest.run_all(run, 'events.c', RESULTS, '-cpu', 'max', '-smp', '3', *options)


@test
def cpus_with_threads_of_their_own_are_woken(run):
    events(run, '-accel', 'tcg,thread=multi')


@test
def cpus_that_take_turns_are_woken(run):
    events(run, '-accel', 'tcg,thread=single')


@test
def cpus_that_count_instructions_are_woken(run):
    events(run, '-accel', 'tcg', '-icount', 'shift=2')
    events(run, '-accel', 'tcg', '-icount', 'shift=2,sleep=off')


if __name__ == '__main__':
    main()

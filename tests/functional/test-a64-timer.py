#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generic timers of the software CPU: a guest without an operating system (a64/timer.c).

Both views of a timer, its status and its line, interrupts and sleep (Arm ARM D11), by the host's
time and by counted instructions. Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 68


def timer_run(run, gic, *options):
    a64guest.run_all(run, 'timer.c', RESULTS, '-cpu', 'max', '-smp', '4', *options,
                     machine='virt,gic-version=' + gic)


@test
def timers_interrupt_gicv2(run):
    timer_run(run, '2', '-accel', 'tcg')


@test
def timers_interrupt_gicv3_with_cpus_in_one_thread(run):
    timer_run(run, '3', '-accel', 'tcg,thread=single')


@test
def timers_count_instructions(run):
    timer_run(run, '3', '-icount', 'shift=0')


@test
def timers_jump_over_sleep(run):
    timer_run(run, '2', '-icount', 'shift=3,sleep=off')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupts of the software CPU: guests without an operating system (a64/interrupts*.c).

Priorities, preemption, masks, groups and ends of interrupts as a CPU sees them, and CPUs that
interrupt each other, with either GIC (Arm IHI 0048B, IHI 0069). Skipped without the cross compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 83
SMP_RESULTS = 18


@test
def gicv2_interrupts_a_cpu(run):
    a64guest.run_all(run, 'interrupts.c', RESULTS, '-accel', 'tcg', machine='virt,gic-version=2')


@test
def gicv3_interrupts_a_cpu(run):
    a64guest.run_all(run, 'interrupts.c', RESULTS, '-accel', 'tcg', '-cpu', 'max',
                     machine='virt,gic-version=3')


@test
def gicv2_between_four_cpus(run):
    a64guest.run_all(run, 'interrupts-smp.c', SMP_RESULTS, '-accel', 'tcg', '-cpu', 'max', '-smp', '4',
                     machine='virt,gic-version=2')


@test
def gicv3_between_four_cpus(run):
    a64guest.run_all(run, 'interrupts-smp.c', SMP_RESULTS, '-accel', 'tcg', '-cpu', 'max', '-smp', '4',
                     machine='virt,gic-version=3')


@test
def gicv3_between_four_cpus_in_one_thread(run):
    a64guest.run_all(run, 'interrupts-smp.c', SMP_RESULTS, '-cpu', 'max', '-smp', '4', '-icount',
                     'shift=2', machine='virt,gic-version=3')


if __name__ == '__main__':
    main()

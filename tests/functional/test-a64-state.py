#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest without an operating system (a64/state.c) is saved in the middle of everything, loaded
by another process, saved again, which gives the same bytes, and goes on. Skipped without the cross
compiler.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64guest  # noqa: E402
from savedstate import Machine  # noqa: E402
from taptest import main, test  # noqa: E402

RESULTS = 15


def journey(run, gic, *options):
    a64guest.build(run, 'state.c')
    serial = run.path('serial')
    machine = Machine(
        run, '-M', 'virt,gic-version=%d' % gic, '-cpu', 'max', '-smp', '3', '-m', '64M', '-nodefaults',
        '-display', 'none', '-chardev', 'file,id=serial,append=on,path=' + serial,
        '-serial', 'chardev:serial', '-kernel', run.path('guest'),
        '-global', 'virtio-mmio.force-legacy=false',
        # Requests take a second of the host's, so they are under way when the machine stops.
        '-blockdev', 'null-co,node-name=disk,size=1048576,read-zeroes=on,latency-ns=1000000000',
        '-device', 'virtio-blk-device,drive=disk', *options)
    machine.start()
    machine.wait_text(serial, lambda text: text)
    machine.hop()
    machine.wait_text(serial, lambda text: b'ready 1 1\n' in text)
    machine.hop()
    machine.wait_text(serial, lambda text: b'next ' in text)
    machine.hop()
    machine.finish()
    with open(serial, 'rb') as file:
        a64guest.assert_results(file.read(), RESULTS)


@test
def gicv2_and_all_that_is_under_way_go_on(run):
    journey(run, 2, '-accel', 'tcg')


@test
def gicv3_and_all_that_is_under_way_go_on(run):
    journey(run, 3, '-accel', 'tcg')


@test
def cpus_that_take_turns_go_on(run):
    journey(run, 3, '-accel', 'tcg,thread=single')


@test
def instructions_as_the_clock_go_on(run):
    journey(run, 2, '-accel', 'tcg', '-icount', 'shift=4')


if __name__ == '__main__':
    main()

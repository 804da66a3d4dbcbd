#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a shell command in an emulated arm64 host that has KVM, VFIO and Gantry.

Prints the host's console and ends with the command's exit status; 124 when the time is over or
the host died, 125 when this machine cannot run the lab. In the host: gantry, gantry-host, busybox,
the programs of tests/lab/programs, /lab/Image and /lab/guest.cpio (kernel and initramfs for a
guest), and ". /lab/functions.sh" for the scenarios' shell functions.
"""
import argparse
import os
import sys

import labfiles
import labmachine
import labpeer


def arguments():
    parser = argparse.ArgumentParser(prog='run-l1.sh', description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--l1', choices=sorted(labmachine.KINDS), default='virt3',
                        help='which host: virt with GICv3 or GICv2, or ZCU102 [%(default)s]')
    parser.add_argument('--tree', choices=labmachine.labtree.VARIANTS,
                        help='device tree of a virt host [vfio]')
    parser.add_argument('--smp', type=int, help='CPUs of the host [2; 4 on zcu102; 1 with --icount]')
    parser.add_argument('--icount', action='store_true',
                        help='the clock of the host counts instructions: times repeat exactly')
    parser.add_argument('--build', metavar='DIR',
                        help='arm64 build of Gantry [one is kept below --folder]')
    parser.add_argument('--folder', metavar='DIR', default=labmachine.default_folder(),
                        help='where the lab keeps its files [%(default)s]')
    parser.add_argument('--file', metavar='PATH', action='append', default=[],
                        help='also put this file into the host, as /lab/NAME')
    parser.add_argument('--peer', action='store_true',
                        help="also put Debian's arm64 emulator into the host, in /peer")
    parser.add_argument('--device', action='append', default=[],
                        help='a further device of the host, as the emulator takes it')
    parser.add_argument('--append', default='', help="more for the host's kernel command line")
    parser.add_argument('--timeout', type=int, default=300, help='seconds [%(default)s]')
    parser.add_argument('command', nargs='+', metavar='COMMAND',
                        help='words of a shell command, or one file with a script')
    return parser.parse_args()


def main():
    args = arguments()
    command = ' '.join(args.command)
    if len(args.command) == 1 and os.path.isfile(args.command[0]):
        with open(args.command[0], encoding='utf-8') as stream:
            command = stream.read()
    files = {}
    for path in args.file:
        with open(path, 'rb') as stream:
            files['lab/' + os.path.basename(path)] = stream.read()
    lab = labmachine.Lab(args.folder, args.build)
    try:
        lab.prepare()
        if args.peer:
            files.update(labpeer.files())
        status, _ = lab.run(args.l1, command, tree=args.tree, smp=args.smp, icount=args.icount,
                            files=files, timeout=args.timeout, echo=sys.stdout.buffer,
                            append=args.append, devices=args.device)
    except (labfiles.Unavailable, RuntimeError) as problem:
        labmachine.fail('run-l1.sh', problem)
    sys.exit(124 if status is None else status)


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one scenario of the lab as a test: scenarios/NAME.sh in an emulated host of the given kind.

Prints TAP: a point for each line "ok - TEXT" of the scenario, and one for its end. Skipped, with
the reason, where this machine cannot run it, and unless GANTRY_LAB=full when it is a long one.
"""
import argparse
import contextlib
import fcntl
import os
import re
import sys
import time

import labfiles
import labmachine
import labpeer

HOST_BYTES = 3 << 30


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--l1', required=True, choices=sorted(labmachine.KINDS))
    parser.add_argument('--tree', choices=labmachine.labtree.VARIANTS)
    parser.add_argument('--smp', type=int)
    parser.add_argument('--icount', action='store_true')
    parser.add_argument('--peer', action='store_true', help="with Debian's arm64 emulator beside ours")
    parser.add_argument('--long', action='store_true', help='only with GANTRY_LAB=full')
    parser.add_argument('--device', action='append', default=[],
                        help='a further device of the host, as the emulator takes it')
    parser.add_argument('--append', default='', help="more for the host's kernel command line")
    parser.add_argument('--timeout', type=int, default=300)
    parser.add_argument('--folder', required=True)
    parser.add_argument('scenario')
    return parser.parse_args()


def memory_bytes():
    with open('/proc/meminfo', encoding='ascii') as stream:
        return int(re.search(r'MemTotal:\s+(\d+) kB', stream.read()).group(1)) << 10


@contextlib.contextmanager
def slot(folder):
    """Holds one of as many slots as hosts fit in the machine's memory and processors."""
    count = min(os.cpu_count(), memory_bytes() // HOST_BYTES)
    if count < 1:
        raise labfiles.Unavailable('an emulated host needs a machine with 3 GiB of memory')
    with contextlib.ExitStack() as stack:
        locks = [stack.enter_context(open(os.path.join(folder, f'slot{i}.lock'), 'w', encoding='ascii'))
                 for i in range(count)]
        while True:
            for lock in locks:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield
                    return
                except BlockingIOError:
                    pass
            time.sleep(0.2)


def peer_files():
    """The peer's files; none, with the reason said, where it is not to be had: it is no part of a test."""
    try:
        return labpeer.files()
    except labfiles.Unavailable as reason:
        print(f'# without the peer: {reason}')
        return {}


def skip(reason):
    print(f'1..0 # SKIP {reason}')
    sys.exit(0)


def report(status, output):
    """Prints TAP for a scenario that ended; returns whether it passed."""
    points = re.findall(r'^ok - (.*)$', output, re.MULTILINE)
    for number, text in enumerate(points, 1):
        print(f'ok {number} - {text}')
    passed = status == 0 and points
    for line in output.splitlines():
        print('# ' + line)
    ending = ('the host did not come to the end' if status is None else f'exit status {status}')
    print(f'{"ok" if passed else "not ok"} {len(points) + 1} - the scenario ended: {ending}')
    print(f'1..{len(points) + 1}')
    return passed


def main():
    args = arguments()
    if args.long and os.environ.get('GANTRY_LAB') != 'full':
        skip('GANTRY_LAB=full runs it')
    lab = labmachine.Lab(args.folder, os.environ.get('GANTRY_LAB_BUILD'))
    try:
        lab.prepare()
        files = peer_files() if args.peer else {}
        with open(args.scenario, encoding='utf-8') as stream, slot(lab.folder):
            status, output = lab.run(args.l1, stream.read(), tree=args.tree, smp=args.smp,
                                     icount=args.icount, files=files, timeout=args.timeout,
                                     append=args.append, devices=args.device)
    except labfiles.Unavailable as reason:
        skip(reason)
    except RuntimeError as problem:
        print('# ' + str(problem).replace('\n', '\n# '))
        print('not ok 1 - the lab can be built\n1..1')
        sys.exit(1)
    sys.exit(0 if report(status, output) else 1)


if __name__ == '__main__':
    main()

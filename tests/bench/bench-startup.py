#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time from starting the emulator to its answer to qmp_capabilities.

Starts this emulator and, when installed, the peer, in turns, each with
"-M MACHINE -nodefaults -display none -S" and a QMP socket on which this
program listens; first for the machine "none", then for "virt". Prints least
and median time and the largest resident set of each, and how many times
faster ours is. Measures, does not judge: the exit status only tells whether
it could measure.
"""
import argparse
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time

PEER = 'qemu-system-aarch64'
ARGS = ['-nodefaults', '-S', '-display', 'none']
MACHINES = ['none', 'virt']


def start(argv):
    """Start a program with nothing inherited but the standard files; its pid."""
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)])
    return pid


def peak_rss_kib(pid):
    """Largest resident set of a running program; wait4's figure counts ours before exec too."""
    with open('/proc/%d/status' % pid, encoding='ascii') as status:
        for line in status:
            if line.startswith('VmHWM:'):
                return int(line.split()[1])
    raise RuntimeError('no VmHWM of process %d' % pid)


def end(stream):
    """Ask the program to end; some answer, some just close."""
    try:
        stream.write(b'{"execute":"quit"}\n')
        stream.flush()
        stream.read()
    except ConnectionError:
        pass


def measure(binary, extra, folder):
    """One start: (seconds to the answer, peak resident KiB)."""
    path = os.path.join(folder, 'qmp')
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    listener.settimeout(20)
    try:
        begin = time.perf_counter()
        pid = start([binary, *ARGS, *extra, '-qmp', 'unix:' + path])
        client, _ = listener.accept()
        with client, client.makefile('rwb') as stream:
            stream.readline()
            stream.write(b'{"execute":"qmp_capabilities"}\n')
            stream.flush()
            answer = stream.readline()
            seconds = time.perf_counter() - begin
            peak_kib = peak_rss_kib(pid)
            end(stream)
    finally:
        listener.close()
        os.unlink(path)
    _, status = os.waitpid(pid, 0)
    if b'return' not in answer or status != 0:
        raise RuntimeError('%s: answer %r, status %d' % (binary, answer, status))
    return seconds, peak_kib


def report(name, samples):
    times = [seconds * 1000 for seconds, _ in samples]
    print('%-32s min %7.2f ms   median %7.2f ms   peak RSS %6.2f MB' % (
        name, min(times), statistics.median(times),
        max(rss for _, rss in samples) * 1024 / 1e6))
    return min(times), statistics.median(times)


def compare(binary, peer, machine, runs, folder):
    """Both in turns on one machine type, and a line for each."""
    args = ['-M', machine]
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(measure(binary, args, folder))
        if peer:
            theirs.append(measure(peer, args + ['-accel', 'tcg'], folder))
    our_min, our_median = report('gantry, -M ' + machine, ours)
    if peer:
        their_min, their_median = report(os.path.basename(peer) + ', -M ' + machine, theirs)
        print('ratio: min 1/%.1f, median 1/%.1f (goal: at most 1/8)' % (
            their_min / our_min, their_median / our_median))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--binary', default='build/gantry-system-aarch64')
    parser.add_argument('--peer', default=PEER, help='program to compare with')
    parser.add_argument('--runs', type=int, default=25)
    parser.add_argument('--machine', action='append', choices=MACHINES,
                        help='only this one (default: %s)' % ', '.join(MACHINES))
    options = parser.parse_args()

    peer = shutil.which(options.peer)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for machine in options.machine or MACHINES:
                compare(os.path.abspath(options.binary), peer, machine, options.runs, folder)
        except (OSError, RuntimeError) as error:
            print('bench-startup: %s' % error, file=sys.stderr)
            return 1
    if not peer:
        print('%s is not installed: no comparison' % options.peer)
    return 0


if __name__ == '__main__':
    sys.exit(main())

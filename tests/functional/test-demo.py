#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: Debian's Linux uses devices of another process; what it checks itself is true,
and it leaves nothing behind when it is interrupted. Skipped where apt cannot get the packages.
"""
import os
import signal
import subprocess
import sys

from taptest import Skip, main, test, wait_until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNAVAILABLE = 77
TIMEOUT_S = 900


def start(run):
    temporary = run.path('tmp')
    os.mkdir(temporary)
    process = subprocess.Popen(
        [sys.executable, os.path.join(ROOT, 'scripts', 'demo', 'demo.py'), run.binary],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, 'TMPDIR': temporary})
    run.processes.append(process)
    return process, temporary


def users_of(folder):
    """Processes that have the folder's name on their command line."""
    found = []
    for name in os.listdir('/proc'):
        try:
            with open('/proc/%s/cmdline' % name, 'rb') as file:
                if folder.encode() in file.read():
                    found.append(name)
        except OSError:
            pass
    return found


@test
def a_guest_uses_devices_of_another_process(run):
    process, temporary = start(run)
    out, err = process.communicate(timeout=TIMEOUT_S)
    if process.returncode == UNAVAILABLE:
        raise Skip(err.strip().splitlines()[-1])
    assert process.returncode == 0, err + out[-6000:]
    assert 'the demonstration is complete' in out, out[-6000:]
    print('# ' + out.strip().splitlines()[-1], flush=True)
    assert not os.listdir(temporary)


@test
def an_interrupt_ends_all_of_it(run):
    process, temporary = start(run)
    for line in process.stdout:
        if 'the guest boots' in line:
            break
    else:
        process.wait()
        raise Skip(process.stderr.read().strip().splitlines()[-1])
    assert users_of(temporary)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=TIMEOUT_S) == 128 + signal.SIGINT
    wait_until(lambda: not users_of(temporary), 'the end of the processes')
    assert not os.listdir(temporary)


if __name__ == '__main__':
    main()

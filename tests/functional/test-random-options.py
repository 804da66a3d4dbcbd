# SPDX-License-Identifier: GPL-2.0-or-later
"""Random command lines: whatever is typed, the program answers and ends.

The generator is deterministic. GANTRY_RANDOM_RUNS asks for more than the 300
runs of the quick mode, GANTRY_RANDOM_SEED for other ones. A run that is still
alive after a while has accepted its command line: it is then asked to end.
"""
import os
import random
import signal
import subprocess

from taptest import main, test

RUNS = int(os.environ.get('GANTRY_RANDOM_RUNS', '300'))
SEED = int(os.environ.get('GANTRY_RANDOM_SEED', '20261121'))

OPTIONS = {
    '-M': ['none', 'help', 'nnone', 'none,help', 'type=none', 'none,mem-merge=on', 'none,x=y', ''],
    '-m': ['1', '1M', '0', '4G', '-1', '1,slots=1', 'x', '9999999999999999999', '1,maxmem=2M'],
    '-smp': ['1', '2', '0', 'cpus=1', '1,cores=1', '1,maxcpus=0', 'help', '4294967296'],
    '-accel': ['qtest', 'kvm', 'tcg', 'help', 'bogus', 'qtest,x=y', ''],
    '-device': ['test-gate', 'test-gate,id=a', 'test-gate,num-lines=3', 'help', 'test-gate,help',
                'bogus', '{"driver": "test-gate"}', '{', '{"driver":', 'split-irq,id=b',
                'test-gate,num-lines=-1', 'platform-bus-device', 'unimplemented-device', 'unimplemented-device,size=1',
                'unimplemented-device,size=4096,name=x', 'cpu', 'machine', 'irq', '[]', '{}'],
    '-object': ['memory-backend-ram,id=m,size=1M', 'help', 'memory-backend-ram,help', 'bogus,id=x',
                'memory-backend-memfd,id=n,size=2M', '{"qom-type": "memory-backend-ram"}',
                'memory-backend-file,id=f,size=1M,mem-path=/dev/null', 'container,id=c'],
    '-global': ['test-gate.num-lines=2', 'a.b=c', 'x', 'test-gate.bogus=1', 'driver=a'],
    '-set': ['device.a.num-lines=2', 'x.y.z=1', 'device.a', 'object.m.size=2M'],
    '-chardev': ['null,id=c', 'ringbuf,id=r', 'help', 'bogus,id=q', 'null', 'ringbuf,id=s,size=3',
                 'file,id=f,path=/dev/null', 'socket,id=t,path=/nonexistent/x', 'testdev,id=u'],
    '-mon': ['c', 'chardev=c,mode=control', 'chardev=r,mode=readline', 'x', 'c,mode=bogus'],
    '-serial': ['none', 'null', 'mon:null', 'chardev:c', 'bogus'],
    '-monitor': ['none', 'null', 'chardev:c', 'bogus'],
    '-qmp': ['none', 'null', 'bogus', 'unix:/nonexistent/y'],
    '-qtest': ['null', 'bogus', 'chardev:c'],
    '-qtest-log': ['none', '/dev/null', '/nonexistent/z'],
    '-trace': ['help', 'qdev*', 'bogus', 'enable=qom*', 'events=/dev/null', 'file=/dev/null'],
    '-d': ['guest_errors', 'unimp,int', 'help', 'bogus', 'trace:qdev*', 'all', 'none'],
    '-D': ['/dev/null', '/nonexistent/l'],
    '-dfilter': ['0x0..0x1000', 'x', '0+1', '5..1'],
    '-display': ['none', 'gtk', 'help'],
    '-vga': ['none', 'std'],
    '-audio': ['none', 'pa'],
    '-name': ['a', 'guest=b,process=c', 'x=y', 'a,debug-threads=on', ''],
    '-uuid': ['12345678-9abc-def0-1234-56789abcdef0', 'x', ''],
    '-action': ['panic=none', 'reboot=shutdown,shutdown=pause', 'x=y', 'panic=x', ''],
    '-fw_cfg': ['opt/a,string=x', 'opt/b,file=/dev/null', 'opt/a', 'x'],
    '-rtc': ['base=utc', 'base=2026-01-01', 'base=x', 'clock=vm', 'clock=x', 'driftfix=slew'],
    '-msg': ['timestamp=on', 'guest-name=on', 'x', ''],
    '-sandbox': ['on', 'off', 'on,spawn=deny', 'x', 'on,elevateprivileges=children'],
    '-run-with': ['async-teardown=off', 'async-teardown=on', 'user=nobody-here', 'x'],
    '-overcommit': ['mem-lock=off', 'cpu-pm=on', 'x'],
    '-add-fd': ['fd=0,set=1', 'fd=7,set=1', 'x', 'fd=3,set=-1'],
    '-readconfig': ['/dev/null', '/nonexistent/c', '/'],
    '-seed': ['1', 'x', '-1', '18446744073709551615'],
    '-echr': ['1', '0x14', '999', 'x'],
    '-netdev': ['x', 'help', 'stream,id=n,addr.type=unix,addr.path=/nonexistent/s', 'user',
                'dgram,id=n,local.type=fd,local.str=9', '{"type": "stream", "id": "n"}', 'tap,id=n,fd=x',
                'user,id=n,restrict=on,net=10.0.0.0/40', 'user,id=n,hostfwd=x,hostfwd=y'],
    '-nic': ['none', 'help', 'model=help', 'user,mac=1', 'stream,addr.type=fd,addr.str=99', 'hubport'],
    '-net': ['none', 'nic', 'user'],
    '-cpu': ['help', 'max', ''],
    '-kernel': ['x'], '-drive': ['x'], '-incoming': ['x', 'defer', 'file:/nonexistent/x', 'fd:99', 'exec:true'],
}
FLAGS = ['-S', '-nodefaults', '-no-user-config', '-no-reboot', '-no-shutdown', '-only-migratable',
         '-h', '-version', '-s', '-enable-kvm', '-bogus', '--', '-', '', 'file', '-nographic']


def mutate(rng, text):
    """Change a few characters of @text."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(text))
        cut = rng.randint(0, 1)
        piece = rng.choice(['', ',', ',,', '=', '.', '"', '{', '}', '%s', 'a', '0', '-', '\xe9',
                            'x' * 300, '[0]', '/', ':', ' ', '\n', 'help', '\x7f'])
        text = text[:at] + piece + text[at + cut:]
    return text


def command_line(rng):
    args = ['-M', 'none'] if rng.random() < 0.8 else []
    for _ in range(rng.randint(0, 6)):
        if rng.random() < 0.15:
            args.append(rng.choice(FLAGS))
            continue
        option = rng.choice(sorted(OPTIONS))
        args.append('-' + option if rng.random() < 0.1 else option)
        if rng.random() > 0.02:
            value = rng.choice(OPTIONS[option])
            args.append(mutate(rng, value) if rng.random() < 0.3 else value)
    return args


def check(run, args):
    process = run.start(*args)
    try:
        out, err = process.communicate(timeout=0.3)
    except subprocess.TimeoutExpired:
        # It runs: its handlers for signals are certain to be there when it answers one.
        for _ in range(200):
            process.send_signal(signal.SIGTERM)
            try:
                out, err = process.communicate(timeout=0.3)
                break
            except subprocess.TimeoutExpired:
                continue
        else:
            raise AssertionError('does not end: %r' % args)
        if process.returncode == -signal.SIGTERM:
            return
    run.processes.remove(process)
    text = err.decode('utf-8', 'replace')
    for sign in ('Sanitizer', 'runtime error', 'CRITICAL', 'assert', 'Assert'):
        assert sign not in text, '%r: %s' % (args, text)
    assert process.returncode in (0, 1), '%r: status %d: %s' % (args, process.returncode, text)
    if process.returncode == 1:
        assert text.strip(), '%r: status 1 without a message' % args
        assert out == b'', '%r: output %r besides an error' % (args, out)


@test
def random_command_lines_are_answered(run):
    rng = random.Random(SEED)
    for _ in range(RUNS):
        check(run, command_line(rng))


if __name__ == '__main__':
    main()

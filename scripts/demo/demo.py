#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: one process has three devices, a virtual machine with Debian's Linux uses them.

The first process serves an RTC, a GPIO controller and a disk over vfio-user and runs no guest. The
second is a virt board with the software CPU; to it they are assigned devices. The guest (init.sh)
uses them through its own drivers and says what it found, which is checked here.
"""
import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), 'tests', 'lab'))
import debian  # noqa: E402
import labfiles  # noqa: E402

MODULES = ['virtio_mmio', 'virtio_blk', 'crc32c_generic', 'ext4']
FILE_BYTES = 4 << 20
IMAGE_BYTES = 16 << 20
TIMEOUT_S = 600
UNAVAILABLE = 77  # exit status: packages cannot be had
BEGAN = time.monotonic()


class Failure(Exception):
    """The demonstration did not show what it should; the text says what."""


def step(text):
    print('\n[%3d s] == %s' % (time.monotonic() - BEGAN, text), flush=True)


def say(text):
    print('[%3d s] %s' % (time.monotonic() - BEGAN, text), flush=True)


class Line:
    """A connection to a UNIX socket that carries lines."""

    def __init__(self, path, process):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + 60
        while self.socket.connect_ex(path) != 0:
            if process.poll() is not None:
                raise Failure('%s ended with status %d' % (process.args[0], process.returncode))
            if time.monotonic() > end:
                raise Failure('nobody listens at ' + path)
            time.sleep(0.05)
        self.socket.settimeout(TIMEOUT_S)
        self.file = self.socket.makefile('rwb')

    def receive(self):
        line = self.file.readline().decode('utf-8', 'replace')
        return line.rstrip('\r\n') if line else None

    def request(self, text):
        self.file.write(text.encode() + b'\n')
        self.file.flush()
        return self.receive()


class Qmp(Line):
    """The QMP monitor of a process."""

    def __init__(self, path, process):
        super().__init__(path, process)
        self.receive()
        self.execute('qmp_capabilities')

    def execute(self, command, **arguments):
        answer = self.request(json.dumps({'execute': command, 'arguments': arguments}))
        while answer is not None and 'event' in json.loads(answer):
            answer = self.receive()
        if answer is None or 'return' not in json.loads(answer):
            raise Failure('%s: %s' % (command, answer))
        return json.loads(answer)['return']

    def hmp(self, command):
        say('(qemu) ' + command)
        print(self.execute('human-monitor-command', **{'command-line': command}).replace('\r', ''))


class Demo:
    """Files and processes, which end with it."""

    def __init__(self, binary, cpus):
        self.binary = binary
        self.cpus = cpus
        self.folder = tempfile.mkdtemp(prefix='gantry-demo-')
        self.processes = []
        self.results = {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def clean_up(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *args):
        text = ' '.join([os.path.basename(self.binary), *args]).replace(self.folder, '$DIR')
        print('+ ' + re.sub(r' (-(?:device|object|drive|kernel|qmp|serial)) ', r' \\\n    \1 ', text),
              flush=True)
        process = subprocess.Popen([self.binary, *args], stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def make_disk(self):
        """An ext4 image with one file, whose sum is returned."""
        content = random.Random(1).randbytes(FILE_BYTES)
        os.mkdir(self.path('root'))
        with open(self.path('root/known.bin'), 'wb') as file:
            file.write(content)
        with open(self.path('disk.img'), 'wb') as file:
            file.truncate(IMAGE_BYTES)
        labfiles.run([tool('mke2fs'), '-q', '-t', 'ext4', '-d', self.path('root'),
                      self.path('disk.img')])
        return hashlib.sha256(content).hexdigest()

    def make_initramfs(self):
        archive = labfiles.Archive()
        archive.file('bin/busybox', debian.busybox())
        archive.file('init', os.path.join(HERE, 'init.sh'))
        modules = debian.modules(MODULES)
        for name, data in modules:
            archive.data('modules/%s.ko' % name, data)
        archive.data('modules/order', '\n'.join(name for name, _ in modules))
        archive.device('dev/console', 5, 1)
        archive.folder('dev')
        with open(self.path('initrd'), 'wb') as file:
            file.write(archive.pack())

    def serve(self):
        """The process that has the devices."""
        devices = [('rtc', 'pl031', []), ('gpio', 'pl061', []),
                   ('disk', 'virtio-blk-device', ['-drive', 'if=none,id=image,format=raw,file='
                                                  + self.path('disk.img'),
                                                  '-device', 'virtio-mmio,force-legacy=off'])]
        options = []
        for name, kind, before in devices:
            options += [*before, '-device', '%s,id=%s%s' % (kind, name, ',drive=image' if before
                                                            else ''),
                        '-object', 'vfio-user-server,id=%s-server,device=%s,socket=%s'
                        % (name, name, self.path(name + '.sock'))]
        server = self.start('-M', 'none', '-nodefaults', '-display', 'none', *options,
                            '-qtest', 'unix:%s,server=on,wait=off' % self.path('pins.sock'),
                            '-qtest-log', 'none')
        for name in ('rtc', 'gpio', 'disk'):
            while not os.path.exists(self.path(name + '.sock')) and server.poll() is None:
                time.sleep(0.02)
        return server, Line(self.path('pins.sock'), server)

    def machine(self, kernel):
        """The process with the guest."""
        options = []
        for name in ('rtc', 'gpio', 'disk'):
            options += ['-device', 'vfio-platform,id=%s,socket=%s'
                        % (name, self.path(name + '.sock'))]
        process = self.start('-M', 'virt,gic-version=3', '-cpu', 'cortex-a57', '-accel', 'tcg',
                             '-smp', str(self.cpus), '-m', '256M', '-nodefaults', '-display',
                             'none', *options, '-kernel', kernel, '-initrd', self.path('initrd'),
                             '-append', 'console=ttyAMA0 quiet panic=-1',
                             '-qmp', 'unix:%s,server=on,wait=off' % self.path('qmp.sock'),
                             '-serial', 'unix:%s,server=on' % self.path('serial.sock'))
        serial = Line(self.path('serial.sock'), process)
        return process, serial, Qmp(self.path('qmp.sock'), process)

    def show_tree(self, qmp):
        step('the guest\'s tree nodes, made from what the server says of its devices')
        qmp.execute('dumpdtb', filename=self.path('dtb'))
        if not shutil.which('dtc'):
            say('dtc is not installed (package device-tree-compiler)')
            return
        text = labfiles.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', self.path('dtb')])
        print(re.search(r'^\tplatform-bus@.*?^\t};', text, re.M | re.S).group(0), flush=True)

    def follow(self, serial, qmp, pins):
        """Print what the guest says and do what it waits for, until it is off."""
        waits = {'info': lambda: qmp.hmp('info vfio'), 'pin': lambda: self.raise_pin(pins)}
        while True:
            line = serial.receive()
            if line is None:
                return
            if line.startswith('-- '):
                step('guest: ' + line[3:])
                continue
            say('guest: ' + line)
            kind, _, rest = line.partition(' ')
            if kind == 'wait':
                waits[rest]()
            elif kind == 'result':
                name, _, value = rest.partition(': ')
                self.results.setdefault(name, []).append(value)

    def raise_pin(self, pins):
        request = 'set_irq_in /machine/peripheral/gpio unnamed-gpio-in 3 1'
        answer = pins.request(request)
        say('to the process with the devices: %s: %s' % (request, answer))

    def check(self, digest, image_digest):
        """Whether the guest saw what it should."""
        found = {name: ' '.join(values) for name, values in self.results.items()}

        def number(name):
            return int(found.get(name, '0'))
        bound = found.get('bound', '')
        checks = {
            'all drivers bound': all(name in bound for name in
                                     ('rtc-pl031', 'pl061_gpio', 'virtio-mmio')),
            'nothing was missing': 'missing' not in found,
            'the alarm came, once and not early': (found.get('rtc-interrupts'),
                                                   found.get('rtc-early')) == ('1', '0'),
            'the pin\'s edge came, once': number('gpio-interrupts') == 1,
            'the pin was low, and is high': (found.get('gpio-before'), found.get('gpio-after'))
                                            == ('0', '1'),
            'the disk interrupted': number('disk-interrupts') > 0,
            'the guest read the file as it is': found.get('sha256', '').split(' ')[0] == digest,
            'what the guest wrote is on the disk': image_digest == digest,
        }
        for what, is_so in checks.items():
            say('%-4s %s' % ('ok' if is_so else 'BAD', what))
        return all(checks.values())

    def run(self):
        step('Debian\'s arm64 kernel and busybox, and a disk')
        kernel = debian.kernel(say)
        debian.busybox(say)
        self.make_initramfs()
        digest = self.make_disk()
        say('%s; disk.img: ext4, known.bin has sha256 %s' % (os.path.basename(kernel), digest))
        step('a process that serves a real-time clock, a GPIO controller and a disk')
        server, pins = self.serve()
        step('a machine that they are assigned to')
        machine, serial, qmp = self.machine(kernel)
        self.show_tree(qmp)
        step('the guest boots')
        self.follow(serial, qmp, pins)
        status = machine.wait(timeout=60)
        server.terminate()
        server_status = server.wait(timeout=60)
        step('what came of it')
        say('exit status: machine %d, devices %d' % (status, server_status))
        written = labfiles.run([tool('debugfs'), '-R', 'cat /from-the-guest',
                                self.path('disk.img')])
        image_digest = re.search(r'^([0-9a-f]{64})', written, re.M)
        good = self.check(digest, image_digest and image_digest.group(1))
        return good and (status, server_status) == (0, 0)


def tool(name):
    """Path of a program of e2fsprogs, which is not in every user's PATH."""
    path = shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    if not path:
        raise labfiles.Unavailable('%s is not installed (package e2fsprogs)' % name)
    return path


def stop(number, _frame):
    raise SystemExit(128 + number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('binary', help='gantry-system-aarch64')
    parser.add_argument('--smp', type=int, default=2, help='CPUs of the guest [2]')
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    demo = Demo(os.path.abspath(options.binary), options.smp)
    try:
        good = demo.run()
        say('the demonstration %s' % ('is complete' if good else 'FAILED, see above'))
        return 0 if good else 1
    except labfiles.Unavailable as reason:
        print('demo: %s' % reason, file=sys.stderr)
        return UNAVAILABLE
    except (Failure, RuntimeError, OSError, subprocess.SubprocessError) as reason:
        print('demo: %s' % reason, file=sys.stderr)
        return 1
    finally:
        demo.clean_up()


if __name__ == '__main__':
    sys.exit(main())

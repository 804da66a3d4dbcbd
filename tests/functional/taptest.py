# SPDX-License-Identifier: GPL-2.0-or-later
"""Functional tests: run the emulator as a user does and look at what it says.

A test file defines functions marked with @test and ends with main(). Each
gets a Run object that starts emulators in a folder of its own and leaves
nothing behind. Results are printed in TAP form.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

TIMEOUT = 60
_tests = []


def test(func):
    """Mark a function as a test; its name is what it states."""
    _tests.append(func)
    return func


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


class Result:
    """What a finished emulator left: exit status and output."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __repr__(self):
        return 'status %d, stdout %r, stderr %r' % (self.status, self.out, self.err)


class Qmp:
    """A QMP client on a connected socket."""

    def __init__(self, sock):
        sock.settimeout(TIMEOUT)
        self.file = sock.makefile('rwb')
        sock.close()
        self.events = []
        self.greeting = self.receive()

    def receive(self):
        line = self.file.readline()
        if not line:
            raise EOFError('the emulator closed the QMP connection')
        return json.loads(line)

    def send_raw(self, data):
        self.file.write(data)
        self.file.flush()

    def answer(self):
        while True:
            message = self.receive()
            if 'event' not in message:
                return message
            self.events.append(message)

    def command(self, name, **arguments):
        message = {'execute': name}
        if arguments:
            message['arguments'] = {k.replace('_', '-'): v for k, v in arguments.items()}
        self.send_raw(json.dumps(message).encode() + b'\n')
        return self.answer()

    def negotiate(self):
        assert self.command('qmp_capabilities') == {'return': {}}
        return self

    def wait_event(self, name):
        for event in self.events:
            if event['event'] == name:
                self.events.remove(event)
                return event
        while True:
            message = self.receive()
            if message.get('event') == name:
                return message
            self.events.append(message)

    def close(self):
        self.file.close()


class Run:
    """One test's folder and emulators."""

    def __init__(self, binary):
        self.binary = binary
        self.folder = tempfile.mkdtemp(prefix='gantry-')
        self.processes = []
        self.sockets = 0

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
        return path

    def start(self, *args, **kwargs):
        """Start an emulator and do not wait for it."""
        kwargs.setdefault('stdin', subprocess.DEVNULL)
        process = subprocess.Popen([self.binary, *args], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, cwd=self.folder, **kwargs)
        self.processes.append(process)
        return process

    def finish(self, process, timeout=TIMEOUT):
        """Wait for a started emulator."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            raise AssertionError('the emulator did not end: %s' % process.args)
        return Result(process.returncode, out.decode('utf-8', 'replace'),
                      err.decode('utf-8', 'replace'))

    def run(self, *args, **kwargs):
        """Run an emulator to its end."""
        return self.finish(self.start(*args, **kwargs))

    def ok(self, *args):
        """Run, which must succeed; the standard output."""
        result = self.run(*args)
        assert result.status == 0, result
        assert result.err == '', result
        return result.out

    def refused(self, *args):
        """Run, which must fail with status 1 and exactly one line; that line."""
        result = self.run(*args)
        assert result.status == 1, result
        lines = result.err.splitlines()
        assert len(lines) == 1, result
        assert lines[0].startswith(os.path.basename(self.binary) + ':'), result
        assert result.out == '', result
        return lines[0]

    def with_qmp(self, *args, count=1, **kwargs):
        """Start with @count QMP sockets; the process and the negotiated clients."""
        listeners = []
        options = []
        for _ in range(count):
            self.sockets += 1
            path = self.path('qmp%d' % self.sockets)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(TIMEOUT)
            listeners.append(listener)
            options += ['-qmp', 'unix:' + path]
        process = self.start(*options, *args, **kwargs)
        clients = []
        for listener in listeners:
            while True:
                listener.settimeout(0.2)
                try:
                    client, _ = listener.accept()
                    break
                except socket.timeout:
                    if process.poll() is not None:
                        raise AssertionError('ended early: %s' % self.finish(process))
            clients.append(client)
            listener.close()
        return process, [Qmp(client).negotiate() for client in clients]

    def cleanup(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            for stream in (process.stdout, process.stderr):
                stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(condition, what):
    """Poll @condition, which must become true soon."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, 'timeout: ' + what
        time.sleep(0.01)


def connected(path, process):
    """A socket connected to the server at @path, which @process makes soon; None if it ends."""
    sock = socket.socket(socket.AF_UNIX)
    wait_until(lambda: process.poll() is not None or
               (os.path.exists(path) and sock.connect_ex(path) == 0), 'connecting to ' + path)
    return sock if process.poll() is None else None


def main():
    """Run all tests against the binary named by the first argument."""
    binary = os.path.abspath(sys.argv[1])
    only = sys.argv[2:]
    failed = False
    tests = [t for t in _tests if not only or t.__name__ in only]
    print('1..%d' % len(tests), flush=True)
    for number, func in enumerate(tests, 1):
        name = func.__name__.replace('_', '-')
        run = Run(binary)
        try:
            func(run)
            print('ok %d - %s' % (number, name), flush=True)
        except Skip as reason:
            print('ok %d - %s # SKIP %s' % (number, name, reason), flush=True)
        except Exception:  # pylint: disable=broad-except
            failed = True
            print('not ok %d - %s' % (number, name), flush=True)
            for line in traceback.format_exc().splitlines():
                print('# ' + line, flush=True)
        finally:
            run.cleanup()
    sys.exit(1 if failed else 0)

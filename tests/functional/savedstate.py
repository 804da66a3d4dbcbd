# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine that goes from process to process: saved, loaded, saved again and compared."""
import struct
import time

TIMEOUT = 400


def sections(path):
    """What a saved state has: names of memory blocks and devices, and the bytes of each."""
    with open(path, 'rb') as file:
        data = file.read()
    found = {}
    pos = 12                                    # magic, format

    def text(at):
        length, = struct.unpack_from('>H', data, at)
        return data[at + 2:at + 2 + length].decode(), at + 2 + length

    _, pos = text(pos)
    while data[pos:pos + 1] != b'E':
        begin = pos
        length, = struct.unpack_from('>I', data, pos + 1)
        name, _ = text(pos + 5)
        pos += 5 + length
        if data[begin:begin + 1] == b'R':
            while True:
                offset, = struct.unpack_from('>Q', data, pos)
                pos += 8
                if offset == (1 << 64) - 1:
                    break
                pos += 4 + struct.unpack_from('>I', data, pos)[0]
        while name in found:
            name += '+'
        found[name] = data[begin:pos]
    return found


def assert_same(first, second):
    a, b = sections(first), sections(second)
    assert len(a) > 10, a.keys()
    wrong = [(name, a.get(name, b'')[-200:], b.get(name, b'')[-200:])
             for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)]
    assert not wrong, wrong
    with open(first, 'rb') as file, open(second, 'rb') as other:
        assert file.read() == other.read()


class Machine:
    """The process it is in now; @options: those of all of them."""

    def __init__(self, run, *options):
        self.run = run
        self.options = options
        self.process = self.qmp = None

    def start(self, *more):
        self.process, (self.qmp,) = self.run.with_qmp(*self.options, *more)

    def command(self, name, **arguments):
        answer = self.qmp.command(name, **arguments)
        assert answer == {'return': {}}, (name, answer)

    def status(self):
        return self.qmp.command('query-status')['return']['status']

    def wait_transfer(self):
        end = time.monotonic() + TIMEOUT
        info = {'status': 'active'}
        while info['status'] not in ('completed', 'failed', 'cancelled'):
            assert time.monotonic() < end, info
            time.sleep(0.01)
            info = self.qmp.command('query-migrate')['return']
        assert info['status'] == 'completed', info

    def save(self, name):
        path = self.run.path(name)
        self.command('migrate', uri='file:' + path)
        self.wait_transfer()
        return path

    def load(self, path):
        self.start('-incoming', 'defer')
        assert self.status() == 'inmigrate'
        self.command('migrate-incoming', uri='file:' + path)
        self.wait_transfer()

    def quit(self):
        self.command('quit')
        self.qmp.close()
        result = self.run.finish(self.process)
        assert result.status == 0 and result.err == '', result

    def hop(self):
        """Into the next process, and on."""
        self.command('stop')
        first = self.save('first')
        assert self.status() == 'postmigrate'
        self.quit()
        self.load(first)
        assert self.status() == 'paused'
        assert_same(first, self.save('second'))
        self.command('cont')

    def wait_text(self, path, is_there):
        """Until @is_there(what is in @path)."""
        end = time.monotonic() + TIMEOUT
        while True:
            with open(path, 'rb') as file:
                text = file.read().replace(b'\r', b'')
            if is_there(text):
                return
            assert self.process.poll() is None, '%r, %r' % (self.run.finish(self.process), text[-3000:])
            assert time.monotonic() < end, text[-3000:]
            time.sleep(0.005)

    def finish(self):
        """Its end, which the guest brings about."""
        end = time.monotonic() + TIMEOUT
        while self.process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.02)
        result = self.run.finish(self.process)
        assert result.status == 0 and result.err == '', result

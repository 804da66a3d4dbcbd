# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that serves a device: its command line, its socket, a client from scratch."""
import base64
import json
import os
import signal
import socket
import struct

from taptest import connected, main, test

NONE = ['-M', 'none', '-nodefaults', '-display', 'none']
VERSION, GET_INFO, SET_IRQS, REGION_READ, REGION_WRITE, RESET = 1, 4, 8, 9, 10, 13


class Client:
    """The vfio-user protocol, written again: 16 bytes of header, then a payload."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(60)
        self.next_id = 0

    @classmethod
    def connect(cls, process, path):
        sock = connected(path, process)
        assert sock, 'the server ended early'
        return cls(sock)

    def receive(self, size):
        data = b''
        while len(data) < size:
            piece = self.sock.recv(size - len(data))
            assert piece, 'the server hung up'
            data += piece
        return data

    def request(self, command, payload=b'', fds=()):
        """The error number and the payload of the answer."""
        self.next_id += 1
        header = struct.pack('=HHIII', self.next_id, command, 16 + len(payload), 0, 0)
        socket.send_fds(self.sock, [header + payload], list(fds))
        number, echoed, size, flags, error = struct.unpack('=HHIII', self.receive(16))
        assert (number, echoed) == (self.next_id, command)
        return (error if flags & 0x20 else 0), self.receive(size - 16)

    def ok(self, *args):
        error, payload = self.request(*args)
        assert error == 0, os.strerror(error)
        return payload

    def negotiate(self):
        wish = {'capabilities': {'gantry.dt-node': True}}
        payload = self.ok(VERSION, struct.pack('=HH', 0, 1) + json.dumps(wish).encode() + b'\0')
        assert struct.unpack('=HH', payload[:4]) == (0, 1)
        return json.loads(payload[4:-1])['capabilities']

    def read(self, offset, region=0):
        payload = self.ok(REGION_READ, struct.pack('=QII', offset, region, 4))
        return struct.unpack('=I', payload[16:])[0]

    def write(self, offset, value, region=0):
        self.ok(REGION_WRITE, struct.pack('=QIII', offset, region, 4, value))

    def set_irqs(self, flags, index, fds=()):
        self.ok(SET_IRQS, struct.pack('=IIIII', 20, flags, index, 0, 1), fds)

    def close(self):
        self.sock.close()


def server(path, device='dev'):
    return ['-object', 'vfio-user-server,id=server,socket=%s,device=%s' % (path, device)]


@test
def a_served_pl061_is_a_complete_process(run):
    path = run.path('sock')
    process = run.start(*NONE, '-device', 'pl061,id=dev', *server(path))
    client = Client.connect(process, path)
    tree = base64.b64decode(client.negotiate()['gantry.dt-node'])
    assert struct.unpack('>I', tree[:4])[0] == 0xd00dfeed
    assert b'arm,pl061' in tree
    _, flags, regions, irqs = struct.unpack('=IIII', client.ok(GET_INFO, struct.pack(
        '=IIII', 16, 0, 0, 0)))
    assert (flags, regions, irqs) == (5, 1, 1)
    # PL061 manual: peripheral and PrimeCell identification
    assert [client.read(0xfe0 + 4 * i) for i in range(8)] == [
        0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1]
    client.close()
    process.send_signal(signal.SIGTERM)
    assert run.finish(process).status == 0
    assert not os.path.exists(path)


@test
def a_level_interrupt_comes_once_until_it_is_unmasked(run):
    path = run.path('sock')
    process = run.start(*NONE, '-device', 'pl061,id=dev', *server(path))
    client = Client.connect(process, path)
    client.negotiate()
    event = os.eventfd(0, os.EFD_NONBLOCK)

    def count():
        try:
            return os.eventfd_read(event)
        except BlockingIOError:
            return 0
    client.set_irqs(0x24, 0, [event])
    level = client.read(0x3fc) & 1  # GPIODATA: of pin 0
    client.write(0x404, 0xff)       # GPIOIS: levels
    client.write(0x40c, 1 - level)  # GPIOIEV: the other level
    client.write(0x410, 0x01)       # GPIOIE
    assert count() == 0
    client.write(0x40c, level)
    assert count() == 1
    client.write(0x40c, 1 - level)
    client.write(0x40c, level)
    assert count() == 0             # masked
    client.set_irqs(0x11, 0)        # unmask: still there
    assert count() == 1
    client.ok(RESET)
    assert client.read(0x410) == 0
    process.kill()


@test
def the_device_on_a_virtio_transport_stands_for_it(run):
    path = run.path('sock')
    process = run.start(*NONE, '-device', 'virtio-mmio,id=bus', '-device',
                        'virtio-rng-device,id=dev', *server(path))
    client = Client.connect(process, path)
    assert 'gantry.dt-node' in client.negotiate()
    assert client.read(0) == 0x74726976  # "virt"
    assert client.read(8) == 4           # entropy source
    process.kill()


@test
def one_client_after_another(run):
    path = run.path('sock')
    process = run.start(*NONE, '-device', 'pl061,id=dev', *server(path))
    for value in range(5):
        client = Client.connect(process, path)
        client.negotiate()
        assert client.read(0x410) == value  # the state is kept
        client.write(0x410, value + 1)
        client.close()
    process.kill()


@test
def a_killed_server_leaves_a_file_that_the_next_replaces(run):
    path = run.path('sock')
    process = run.start(*NONE, '-device', 'pl061,id=dev', *server(path))
    Client.connect(process, path).close()
    process.kill()
    process.wait()
    assert os.path.exists(path)
    process = run.start(*NONE, '-device', 'pl061,id=dev', *server(path))
    Client.connect(process, path).negotiate()
    second = run.refused(*NONE, '-device', 'pl061,id=dev', *server(path))
    assert 'Address already in use' in second, second
    process.kill()


@test
def an_inherited_connection_is_served(run):
    ours, theirs = socket.socketpair()
    process = run.start(*NONE, '-device', 'pl061,id=dev', '-object',
                        'vfio-user-server,id=server,fd=%d,device=dev' % theirs.fileno(),
                        pass_fds=[theirs.fileno()])
    theirs.close()
    client = Client(ours)
    client.negotiate()
    assert client.read(0xff0) == 0x0d
    process.kill()


@test
def servers_come_and_go_over_qmp(run):
    path = run.path('sock')
    process, [qmp] = run.with_qmp(*NONE, '-device', 'pl061,id=dev')
    arguments = {'qom-type': 'vfio-user-server', 'id': 's', 'socket': path, 'device': 'dev',
                 'edge-irqs': '0', 'x-dma-timeout-ms': 100}
    assert 'return' in qmp.command('object-add', **arguments)
    client = Client.connect(process, path)
    client.negotiate()
    assert 'return' in qmp.command('object-del', id='s')
    assert client.sock.recv(1) == b''
    assert not os.path.exists(path)
    assert 'error' in qmp.command('object-add', **{**arguments, 'device': 'other'})
    assert 'return' in qmp.command('object-add', **arguments)
    qmp.command('quit')
    assert run.finish(process).status == 0
    assert not os.path.exists(path)


@test
def mistakes_are_told(run):
    path = run.path('sock')
    for options, text in (
            ('socket=%s' % path, 'needs device=ID'),
            ('device=dev', 'needs either socket=PATH or fd=N'),
            ('device=dev,socket=%s,fd=3' % path, 'needs either socket=PATH or fd=N'),
            ('device=none,socket=%s' % path, "device 'none' not found"),
            ('device=dev,fd=0', 'fd=0 is not a UNIX stream socket'),
            ('device=dev,socket=%s,edge-irqs=7' % path, "'7' is no interrupt of device 'dev'")):
        line = run.refused(*NONE, '-device', 'pl061,id=dev', '-object',
                           'vfio-user-server,id=server,' + options)
        assert text in line, (options, line)
        assert not os.path.exists(path)


if __name__ == '__main__':
    main()

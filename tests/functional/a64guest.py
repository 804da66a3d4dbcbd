# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests without an operating system: built with the cross compiler from a64/, run on `virt`.

Those in assembler (*.S) write words of 64 bits to the PL011, those in C (*.c) lines of a name, what
was found and what should be.
"""
import os
import shutil
import struct
import subprocess

from taptest import Skip

CC = 'aarch64-linux-gnu-gcc'
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64')
LINK = ['-nostdlib', '-static', '-Wl,-N,--no-warn-rwx-segments', '-Wl,--build-id=none',
        '-Wl,-Ttext=0x40200000']
COMPILE = ['-O2', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-fno-tree-loop-distribute-patterns',
           '-fno-pie', '-mgeneral-regs-only', '-mstrict-align', '-march=armv8.2-a', '-mno-outline-atomics']
# CPUs that wait for each other are slow on a busy host.
TIMEOUT = 240
SCALE = '-DSCALE=' + os.environ.get('GANTRY_A64_SCALE', '1')
LIBRARY = {'.S': ['record.S'], '.c': ['start.S', 'guest.c', 'gic.c', 'disk.c']}


def build(run, source):
    """The guest of a64/@source, as run.path('guest').

    GANTRY_A64_SCALE: how many times more often those with several CPUs try.
    """
    if not shutil.which(CC):
        raise Skip('no ' + CC)
    extension = os.path.splitext(source)[1]
    library = [os.path.join('lib', name) for name in LIBRARY[extension]]
    subprocess.run([CC, *(COMPILE if extension == '.c' else []), SCALE, *LINK, '-o', run.path('guest'),
                    *(os.path.join(FOLDER, name) for name in [source, *library])], check=True)


def serial(run, *options, machine='virt', memory='1G'):
    """Runs the guest that was built to its end; what it wrote."""
    out = run.path('serial')
    process = run.start('-M', machine, '-m', memory, '-nodefaults', '-display', 'none',
                        '-serial', 'file:' + out, '-kernel', run.path('guest'), *options)
    result = run.finish(process, TIMEOUT)
    assert result.status == 0 and result.err == '', result
    with open(out, 'rb') as f:
        return f.read()


def records(run, source, words, *options):
    """What a guest in assembler wrote, @words each."""
    build(run, source)
    return list(struct.iter_unpack('<%dQ' % words, serial(run, '-accel', 'tcg', *options)))


def assert_results(data, count):
    """@count lines of a guest in C, of which each found what should be."""
    lines = [line.split() for line in data.decode('ascii').splitlines()]
    wrong = ['%s: %s, not %s' % tuple(l) for l in lines if l[1] != l[2]]
    assert not wrong and len(lines) == count, '\n'.join(wrong) or '%d lines' % len(lines)


def run_all(run, source, count, *options, **kwargs):
    """Builds a guest in C and runs it: @count results, all as they should be."""
    build(run, source)
    assert_results(serial(run, *options, **kwargs), count)

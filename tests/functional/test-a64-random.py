#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random A64 instructions: the software CPU against qemu-aarch64, an independent executor, and
against the manual's pseudocode (a64reference.py).

Usage: test-a64-random.py EMULATOR DUMP TABLE SIMD-TABLE

Both run the same program (a64/random.S) with the same instructions; its output, a digest of all
registers and of the memory after each 32 instructions, must be equal. GANTRY_A64_INSNS says how
many instructions of each kind (default 20000), GANTRY_A64_VALUES how many of them are the same
code with other values (1), GANTRY_A64_SEED the seed. Skipped without the cross binutils or
qemu-aarch64.
"""
import os
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import a64fpreference  # noqa: E402
import a64random  # noqa: E402
import a64reference  # noqa: E402
from taptest import Skip, main, test  # noqa: E402

AS, LD = 'aarch64-linux-gnu-as', 'aarch64-linux-gnu-ld'
OBJDUMP = 'aarch64-linux-gnu-objdump'
ORACLE = 'qemu-aarch64'
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64', 'random.S')
LOAD_ADDRESS = 0x40200000
INSNS = int(os.environ.get('GANTRY_A64_INSNS', '20000'))
VALUES = int(os.environ.get('GANTRY_A64_VALUES', '1'))
SEED = int(os.environ.get('GANTRY_A64_SEED', '1'))
DUMP, TABLES = sys.argv[2], sys.argv[3:5]
del sys.argv[2:5]


def segment_size(kind):
    return a64random.SIMD_SEGMENT if kind in a64random.VECTOR_KINDS else a64random.SEGMENT


def build(run, kind, segments, defines):
    """The program with @segments; the path of the ELF file."""
    if kind in a64random.VECTOR_KINDS:
        defines = ['SIMD', *defines]
    binary = run.path('segments.bin')
    with open(binary, 'wb') as f:
        f.write(segments)
    name = '-'.join(['random', *defines]).lower().replace('=', '')
    values = {'SEGMENTS': '\\"%s\\"' % binary, 'SEGMENT': segment_size(kind),
              'SCRATCH': a64random.SCRATCH,
              'DIGESTS': 8 * (len(segments) // segment_size(kind))}
    options = ['-D%s=%s' % item for item in values.items()] + ['-D' + d for d in defines]
    subprocess.run('cpp -P %s %s | %s -march=armv8.5-a -o %s -' % (
        ' '.join(options), SOURCE, AS, run.path(name + '.o')), shell=True, check=True)
    subprocess.run([LD, '-N', '--no-warn-rwx-segments',
                    '-Ttext=0x%x' % LOAD_ADDRESS, '-o', run.path(name), '--entry=_start',
                    run.path(name + '.o')], check=True)
    return run.path(name)


def symbol(path, name):
    out = subprocess.run(['aarch64-linux-gnu-nm', path], capture_output=True, text=True,
                         check=True).stdout
    return next(int(l.split()[0], 16) for l in out.splitlines() if l.split()[-1] == name)


def on_gantry(run, program, accel='tcg', *options):
    out = run.path('serial.bin')
    result = run.run('-M', 'virt', '-cpu', 'max', '-accel', accel, '-m', '1G', '-nodefaults',
                     '-display', 'none', '-serial', 'file:' + out, '-kernel', program, *options)
    assert result.status == 0 and result.err == '', result
    with open(out, 'rb') as f:
        return f.read()


def on_oracle(program):
    return subprocess.run([ORACLE, '-cpu', 'max', program], capture_output=True, check=True,
                          timeout=600).stdout


def segment_show(run, kind, segments, index):
    """What one segment did on both, and its instructions: for a message."""
    size = segment_size(kind)
    one = segments[index * size:(index + 1) * size]
    states = [on_gantry(run, build(run, kind, one, ['DUMP'])),
              on_oracle(build(run, kind, one, ['DUMP', 'USER']))]
    names = ['x%d' % i for i in range(28)] + ['sp', 'nzcv']
    initial = list(struct.unpack('<29Q', one[:232]))
    initial.insert(28, 0)
    if kind == 'simd':
        names += ['v%d.%s' % (i, half) for i in range(32) for half in ('low', 'high')] + ['fpsr']
        initial += struct.unpack('<65Q', one[232:232 + 65 * 8])
    ours, theirs = (struct.unpack('<%dQ' % len(names), s[:8 * len(names)]) for s in states)
    lines = ['segment %d, seed %d' % (index, SEED)]
    lines += ['%s: begins %x, is %x, should be %x' % row
              for row in zip(names, initial, ours, theirs) if row[2] != row[3]]
    if kind == 'simd':
        lines += ['fpcr %x' % initial[-1]]
        lines += ['v%d begins %016x %016x' % (i, initial[31 + 2 * i], initial[30 + 2 * i])
                  for i in range(32)]
    with open(run.path('code.bin'), 'wb') as f:
        f.write(one[-(a64random.INSNS * 4 + 8):])
    lines += subprocess.run([OBJDUMP, '-D', '-b', 'binary', '-m', 'aarch64', f.name],
                            capture_output=True, text=True, check=True).stdout.splitlines()[7:]
    return '\n'.join(lines)


def need(*tools):
    for tool in tools:
        if not shutil.which(tool):
            raise Skip('no ' + tool)


def compare(run, kind):
    need(AS, LD, ORACLE)
    generator = a64random.Generator(TABLES, DUMP, SEED)
    codes = max(INSNS // a64random.INSNS // VALUES, 1)
    count = codes * VALUES
    # The address of the scratch memory does not depend on what the segments contain.
    empty = bytes(count * segment_size(kind))
    scratch = symbol(build(run, kind, empty, ['USER']), 'scratch')
    segments = generator.segments(kind, codes, scratch, VALUES)
    ours = on_gantry(run, build(run, kind, segments, []))
    theirs = on_oracle(build(run, kind, segments, ['USER']))
    assert len(theirs) == 8 * count
    for i in range(count):
        if ours[i * 8:i * 8 + 8] != theirs[i * 8:i * 8 + 8]:
            raise AssertionError(segment_show(run, kind, segments, i))


def segment_run(generator, segment, sp):
    """What the manual says of a segment: X0..X27, SP, NZCV."""
    values = struct.unpack_from('<29Q', segment)
    state = a64reference.State(values[:28], sp, values[28] >> 28)
    for word in struct.unpack_from('<%dI' % a64random.INSNS, segment, 29 * 8):
        if word != a64random.NOP:
            a64reference.step(state, generator.line_of(word), word)
    return [*state.x[:28], state.sp, state.nzcv << 28]


@test
def integer_instructions_are_as_the_manual_says(run):
    need(AS, LD)
    generator = a64random.Generator(TABLES, DUMP, SEED + 1000)
    count = INSNS // a64random.INSNS
    segments = generator.segments('integer', count)
    program = build(run, 'integer', segments, ['DUMP'])
    sp = symbol(program, 'scratch') + 256
    ours = struct.iter_unpack('<30Q', on_gantry(run, program))
    for i, registers in enumerate(ours):
        one = segments[i * a64random.SEGMENT:(i + 1) * a64random.SEGMENT]
        expected = segment_run(generator, one, sp)
        if list(registers) != expected:
            raise AssertionError('segment %d, seed %d\n%s' % (i, SEED, '\n'.join(
                'register %d is %x, should be %x' % (n, a, b)
                for n, (a, b) in enumerate(zip(registers, expected)) if a != b)))
    assert i == count - 1


def pairs(words):
    """128 bits each, low halves first."""
    return [low | high << 64 for low, high in zip(words[::2], words[1::2])]


def conversions_run(generator, segment):
    """What the manual says of a segment: X0..X27, NZCV, vectors, FPSR."""
    values = struct.unpack_from('<29Q', segment)
    vectors = struct.unpack_from('<65Q', segment, 29 * 8)
    state = a64fpreference.State(values[:28], values[28] >> 28, pairs(vectors[:64]), vectors[64])
    for word in struct.unpack_from('<%dI' % a64random.INSNS, segment, (29 + 65) * 8):
        a64fpreference.step(state, generator.conversion_of(word), word)
    return [*state.x, state.nzcv << 28, *state.v, state.fpsr]


@test
def conversions_to_integers_are_as_the_manual_says(run):
    need(AS, LD)
    generator = a64random.Generator(TABLES, DUMP, SEED + 3000)
    count = INSNS // 4 // a64random.INSNS
    segments = generator.segments('conversion', count)
    ours = on_gantry(run, build(run, 'conversion', segments, ['DUMP']))
    size = segment_size('conversion')
    assert len(ours) == count * 95 * 8
    for i, got in enumerate(struct.iter_unpack('<95Q', ours)):
        expected = conversions_run(generator, segments[i * size:(i + 1) * size])
        got = [*got[:28], got[29], *pairs(got[30:94]), got[94]]
        if got != expected:
            raise AssertionError('segment %d, seed %d\n%s' % (i, SEED, '\n'.join(
                'value %d is %x, should be %x' % (n, a, b)
                for n, (a, b) in enumerate(zip(got, expected)) if a != b)))


@test
def integer_instructions_agree(run):
    compare(run, 'integer')


@test
def loads_stores_and_atomics_agree(run):
    compare(run, 'memory')


@test
def floating_point_and_simd_instructions_agree(run):
    compare(run, 'simd')


@test
def branches_and_system_instructions_agree(run):
    compare(run, 'flow')


# Ways to cut the same program into blocks, to join them, and to count them.
CUTS = {
    'single instructions': ('tcg,one-insn-per-tb=on',),
    'blocks that are not joined': ('tcg', '-d', 'nochain'),
    'code that is dropped often': ('tcg,tb-size=1',),
    'turns': ('tcg,thread=single',),
    'counted': ('tcg', '-icount', 'shift=0'),
    'counted slowly': ('tcg', '-icount', 'shift=9,sleep=off'),
    'counted single instructions': ('tcg,one-insn-per-tb=on', '-icount', 'shift=1'),
}


@test
def cuts_into_blocks_do_not_matter(run):
    need(AS, LD)
    generator = a64random.Generator(TABLES, DUMP, SEED + 2000)
    for kind in ('flow', 'memory', 'simd', 'integer'):
        count = INSNS // a64random.INSNS
        empty = bytes(count * segment_size(kind))
        scratch = symbol(build(run, kind, empty, []), 'scratch')
        program = build(run, kind, generator.segments(kind, count, scratch), [])
        expected = on_gantry(run, program)
        assert len(expected) == 8 * count
        for name, options in CUTS.items():
            ours = on_gantry(run, program, *options)
            assert ours == expected, '%s, %s, seed %d: segment %d differs' % (
                kind, name, SEED + 2000,
                next(i for i in range(count) if ours[i * 8:i * 8 + 8] != expected[i * 8:i * 8 + 8]))


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random instructions of all kinds do no harm: the emulator goes on and obeys QMP.

Usage: test-a64-stream.py EMULATOR TABLE...

Words have the fixed bits of a random line of the encoding table, so that most are allocated.
GANTRY_A64_SECONDS: how long each stream runs (default 1); GANTRY_A64_SEED: the first stream.
Skipped without the cross compiler.
"""
import os
import random
import shutil
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import a64random  # noqa: E402
from taptest import Skip, main, test  # noqa: E402

CC = 'aarch64-linux-gnu-gcc'
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a64', 'stream.S')
WORDS = 16384
SECONDS = float(os.environ.get('GANTRY_A64_SECONDS', '1'))
SEED = int(os.environ.get('GANTRY_A64_SEED', '1'))
TABLES = sys.argv[2:]
del sys.argv[2:]


BRANCHES = 'B BL B_cond CBZ CBNZ TBZ TBNZ'.split()
# There is no interrupt that would end a loop, so branches lead forwards.
BACKWARDS = 'BR BLR RET ERET BRAZ BLRAZ RETA ERETA BRA BLRA'.split()


def is_wanted(word):
    """Not those that end or stop everything at once: HVC, WFI; MSR of VBAR_EL1 and SCTLR_EL1."""
    return (word & 0xffe0001f != 0xd4000002 and word != 0xd503207f and
            word & 0xffffffe0 not in (0xd518c000, 0xd5181000))


def stream(seed):
    rng = random.Random(seed)
    lines = [line for table in TABLES for line in a64random.table_read(table)]
    words = []
    while len(words) < WORDS:
        line = rng.choice(lines)
        word = line.value | rng.getrandbits(32) & ~line.mask
        for field in ('rn', 'rt', 'rd'):
            # Bases that are addresses; what would destroy them, less often.
            if field in line.fields and rng.random() < 0.7:
                word = line.put(word, field, rng.randint(4, 10) if field == 'rn' else
                                rng.randint(11, 30))
        if line.name in BRANCHES:
            field = next(f for f in ('imm26', 'imm19', 'imm14') if f in line.fields)
            word = line.put(word, field, rng.randint(1, 40))
        if is_wanted(word) and line.name not in BACKWARDS:
            words.append(word)
    return struct.pack('<%dI' % WORDS, *words)


def stream_run(run, seed, *options):
    if not shutil.which(CC):
        raise Skip('no ' + CC)
    with open(run.path('stream.bin'), 'wb') as f:
        f.write(stream(seed))
    subprocess.run([CC, '-nostdlib', '-static', '-Wl,-N,--no-warn-rwx-segments',
                    '-Wl,--build-id=none', '-Wl,-Ttext=0x40200000', '-DSEED=%d' % seed,
                    '-DWORDS=%d' % WORDS, '-DSTREAM="%s"' % run.path('stream.bin'), '-o',
                    run.path('guest'), SOURCE], check=True)
    process, (qmp,) = run.with_qmp('-M', 'virt', '-m', '256M', '-nodefaults', '-display', 'none',
                                   '-kernel', run.path('guest'), *options)
    time.sleep(SECONDS)
    assert process.poll() is None, 'stream %d: %s' % (seed, run.finish(process))
    assert qmp.command('stop') == {'return': {}}
    registers = qmp.command('human-monitor-command', command_line='info registers')['return']
    assert 'PSTATE=' in registers, registers
    assert qmp.command('quit') == {'return': {}}
    result = run.finish(process)
    assert result.status == 0 and result.err == '', 'stream %d: %s' % (seed, result)


@test
def streams_on_max(run):
    for seed in range(SEED, SEED + 3):
        stream_run(run, seed, '-accel', 'tcg', '-cpu', 'max')


@test
def streams_on_cortex_a57(run):
    stream_run(run, SEED, '-accel', 'tcg', '-cpu', 'cortex-a57')


@test
def streams_by_single_instructions(run):
    stream_run(run, SEED, '-accel', 'tcg,one-insn-per-tb=on', '-cpu', 'max')


if __name__ == '__main__':
    main()

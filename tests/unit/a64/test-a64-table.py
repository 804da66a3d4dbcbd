#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The A64 encoding table against the disassembler of binutils, and its generator.

Usage: test-a64-table.py DUMP DECODEGEN TABLE...

DUMP is a64-decode-dump. Words are random, most of them with the fixed bits of a line of the table,
so that each line is tried. GANTRY_A64_WORDS sets how many per line; GANTRY_A64_SEED the seed.
"""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

OBJDUMP = 'aarch64-linux-gnu-objdump'
PER_LINE = int(os.environ.get('GANTRY_A64_WORDS', '30'))
SEED = int(os.environ.get('GANTRY_A64_SEED', '1'))
DUMP, DECODEGEN, *TABLES = sys.argv[1:]
# What runs programs of another architecture, in a cross build.
WRAPPER = os.environ.get('MESON_EXE_WRAPPER', '').split()

# The table's name of several instructions, and what the manual calls them.
MNEMONICS = {
    'ST_mult': 'st[1-4]', 'LD_mult': 'ld[1-4]', 'ST_single': 'st[1-4]', 'LD_single': 'ld[1-4]',
    'LD_rep': 'ld[1-4]r', 'STP': 'stn?p', 'LDP': 'ldn?p', 'STP_v': 'stn?p', 'LDP_v': 'ldn?p',
    'STR_idx': 'stu?r[bh]?', 'LDR_idx': 'ldu?r[bh]?', 'LDRS_idx': 'ldu?rs[bhw]',
    'STR_idx_v': 'stu?r', 'LDR_idx_v': 'ldu?r', 'LDTRS': 'ldtrs[bhw]', 'LDRS_imm': 'ldrs[bhw]',
    'LDRS_reg': 'ldrs[bhw]', 'LDXR': 'lda?xr[bh]?', 'STXR': 'stl?xr[bh]?', 'LDXP': 'lda?xp',
    'STXP': 'stl?xp', 'MOVI_v': 'movi|mvni|orr|bic|fmov', 'SETF': 'setf(8|16)', 'CFINV': 'cfinv|msr',
    'REV32': 'rev(32)?', 'REV64': 'rev(64)?', 'PAC': 'pac[id][ab]', 'AUT': 'aut[id][ab]',
    'PAC_z': 'pac[id]z[ab]', 'AUT_z': 'aut[id]z[ab]', 'XPAC': 'xpac[id]', 'LDRA': 'ldra[ab]',
    'BRA': 'bra[ab]', 'BLRA': 'blra[ab]', 'BRAZ': 'bra[ab]z', 'BLRAZ': 'blra[ab]z',
    'RETA': 'reta[ab]', 'ERETA': 'ereta[ab]', 'B_cond': r'b\.\w\w', 'CASP': 'caspa?l?',
    'CRC32': 'crc32[bhwx]', 'CRC32C': 'crc32c[bhwx]',
}
HINTS = 'YIELD WFE WFI SEV SEVL XPACLRI PAC1716 AUT1716 PACZ PACSP AUTZ AUTSP BTI HINT'.split()
ORDERED = 'LDADD LDCLR LDEOR LDSET LDSMAX LDSMIN LDUMAX LDUMIN SWP CAS'.split()
SIZED = 'STR_imm LDR_imm STR_reg LDR_reg STTR LDTR STLR LDAR LDAPR'.split()

# What the disassembler knows and no model claims: SVE and SME besides (by their place).
UNCLAIMED = re.compile(
    'stgp|st2?z?2?g|ldg|addg|subg|subps?|irg|gmi|stll?r[bh]?|ldlar[bh]?|ldapurs?[bhw]*|stlur[bh]?|'
    '[su](min|max)|cnt|ctz|abs|sm3\\w+|sm4\\w+|sha512\\w+|eor3|bcax|rax1|xar|bc\\.\\w\\w|'
    'fml[as]l2?|bfdot|bfmlal[bt]|bfmmla|bfcvt\\w*|usdot|sudot|us?mmla|smmla|cpy\\w+|set[gpme]\\w*|'
    'st64b\\w*|ld64b|tcancel|tstart|tcommit|ttest|frint(32|64)[xz]|xaflag|axflag|udf|drps|'
    'wfet|wfit|tsb|psb|esb|stz2g')
# Operands that should be ones, and are ignored here; a result of an unpredictable kind.
STRICTER = {'LDAR', 'LDAPR', 'STLR', 'LDXR', 'STXR', 'LDPSW', 'CFINV', 'CLREX', 'SB'}


def table_lines():
    source = subprocess.run([sys.executable, DECODEGEN, 'source', '-', *TABLES], check=True,
                            capture_output=True, text=True).stdout
    return [(m[1], int(m[2], 16), int(m[3], 16)) for m in
            re.finditer(r'\{ "(\w+)", \w+, \w+, (0x\w+), (0x\w+),', source)]


def words_make(lines):
    rng = random.Random(SEED)
    words = [rng.getrandbits(32) for _ in range(PER_LINE * len(lines) // 4)]
    for _, mask, value in lines:
        words += [value | (rng.getrandbits(32) & ~mask) for _ in range(PER_LINE)]
    return words


def ours(data):
    dump = subprocess.run([*WRAPPER, DUMP], input=data, capture_output=True, check=True)
    return dump.stdout.decode().split()


def theirs(data):
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        text = subprocess.run([OBJDUMP, '-D', '-z', '-b', 'binary', '-m', 'aarch64', '-M',
                               'no-aliases', f.name], check=True, capture_output=True,
                              text=True).stdout
    rows = [line.split('\t') for line in text.splitlines() if line.count('\t') >= 2]
    return [None if row[2].startswith('.inst') or 'undefined' in row[-1] else row[2].strip()
            for row in rows]


def mnemonic_is(name, mnemonic):
    base = re.sub('_post$', '', name)
    if base in HINTS:
        return mnemonic in ('hint', 'nop', name.lower())
    pattern = MNEMONICS.get(base, re.sub('^(f?cm[a-z]+)0$', r'\1', base.split('_')[0].lower()) + '2?')
    if base in ORDERED:
        pattern = base.lower() + 'a?l?[bh]?'
    if base in SIZED:
        pattern = base.split('_')[0].lower() + '[bh]?'
    if base.startswith('MSR'):
        pattern = 'msr'
    return re.fullmatch(pattern, mnemonic)


def is_known_gap(word, mnemonic):
    # Major groups 0, 1, 2, 3: reserved and SME, unallocated, SVE; system space with op0 = 0.
    return word >> 25 & 15 < 4 or word & 0xffd80000 == 0xd5000000 or UNCLAIMED.fullmatch(mnemonic)


def differences():
    lines = table_lines()
    words = words_make(lines)
    data = b''.join(struct.pack('<I', w) for w in words)
    names, mnemonics = ours(data), theirs(data)
    assert len(names) == len(mnemonics) == len(words)
    wrong, seen = [], set()
    for word, name, mnemonic in zip(words, names, mnemonics):
        if name == '-':
            if mnemonic and not is_known_gap(word, mnemonic):
                wrong.append('%08x: unallocated, but objdump says %s' % (word, mnemonic))
        elif mnemonic is None:
            if name in STRICTER:
                seen.add(name)
            else:
                wrong.append('%08x: %s, but objdump says undefined' % (word, name))
        elif mnemonic_is(name, mnemonic):
            seen.add(name)
        else:
            wrong.append('%08x: %s, but objdump says %s' % (word, name, mnemonic))
    wrong += ['%s was never met' % n for n in sorted({line[0] for line in lines} - seen)]
    return wrong


def generator_refuses(text, reason):
    with tempfile.NamedTemporaryFile('w', suffix='.decode') as f:
        f.write('%fields rd=5 imm=26\n' + text)
        f.flush()
        run = subprocess.run([sys.executable, DECODEGEN, 'list', '-', f.name], capture_output=True,
                             text=True, check=False)
    return [] if run.returncode and reason in run.stderr else [run.stderr or 'accepted']


def tests():
    if shutil.which(OBJDUMP):
        yield 'agrees-with-objdump seed %d' % SEED, differences()
    else:
        yield 'agrees-with-objdump # SKIP no ' + OBJDUMP, []
    yield 'overlap-is-refused', generator_refuses(
        'A | 000000 imm\nB | 00000 x imm\n', 'B overlaps A')
    yield 'overlap-in-values-is-refused', generator_refuses(
        '%fields f=6\nA | f{1,2} imm\nB | f{2,3} imm\n', 'B overlaps A')
    yield 'wrong-length-is-refused', generator_refuses('A | 0 imm\n', 'has 27 bits')
    yield 'unknown-field-is-refused', generator_refuses('A | 0 rq imm\n', '"rq" is neither')


def main():
    results = list(tests())
    print('1..%d' % len(results))
    for number, (name, wrong) in enumerate(results, 1):
        print('%s %d %s' % ('not ok' if wrong else 'ok', number, name))
        for line in wrong[:20]:
            print('# ' + line)


if __name__ == '__main__':
    main()

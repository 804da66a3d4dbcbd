# SPDX-License-Identifier: GPL-2.0-or-later
"""Random A64 instructions, for comparison with another executor (test-a64-random.py).

Instructions are made from the encoding table: fixed bits of a line, random fields, asked of the
decoder whether they are allocated. Registers are kept so that nothing traps and nothing of the
program around is hurt: X28..X30 are its own, X20..X27 hold addresses where memory is accessed.
"""
import random
import re
import struct
import subprocess

import a64flow
import a64fpreference

INSNS = 32                      # per segment
HEADER = 29 * 8                 # X0..X27, NZCV
VECTORS = 65 * 8                # V0..V31, FPCR: where instructions use them
SEGMENT = HEADER + INSNS * 4 + 8
SIMD_SEGMENT = SEGMENT + VECTORS
SCRATCH = 2048
# Of segments that begin with vectors, too.
VECTOR_KINDS = ('simd', 'conversion')
RET = 0xd65f03c0
NOP = 0xd503201f

# Names of lines by kind. What depends on addresses of code, or traps, is elsewhere.
INTEGER = ('ADD SUB ADDS SUBS AND ORR EOR ANDS BIC ORN EON BICS MOVN MOVZ MOVK SBFM BFM UBFM EXTR UDIV '
           'SDIV LSLV LSRV ASRV RORV CRC32 CRC32C RBIT REV16 REV32 REV64 CLZ CLS ADC ADCS SBC SBCS '
           'RMIF SETF CCMN CCMP CSEL CSINC CSINV CSNEG MADD MSUB SMADDL SMSUBL SMULH UMADDL UMSUBL '
           'UMULH CFINV').split()
NO_RD = 'RMIF SETF CCMN CCMP CFINV'.split()
PLAIN = 'STP LDP LDPSW STR_idx LDR_idx LDRS_idx STR_reg LDR_reg LDRS_reg STR_imm LDR_imm LDRS_imm ' \
        'STTR LDTR LDTRS'.split()
ATOMIC = 'LDXR STXR LDXP STXP STLR LDAR CASP CAS LDADD LDCLR LDEOR LDSET LDSMAX LDSMIN LDUMAX LDUMIN ' \
         'SWP LDAPR'.split()

# What the other executor does otherwise: FJCVTZS calls a flushed denormal exact; a half scalar
# converted to fixed point is extended to 32 bits.  See a64fpreference.py.
SIMD_LEFT_OUT = ('FJCVTZS',)
HALF_LEFT_OUT = ('FCVTZS_si',)

# With a general register, X28..X30 being the program's.
GENERAL = ('_g', '_gfix', 'FMOV_to_', 'FMOV_from_', 'FJCVTZS', 'SMOV', 'UMOV', 'gen_v')
FPCR_BITS = (19, 22, 23, 24, 25, 26)     # FZ16, RMode, FZ, DN, AHP

# Lanes that matter: zeroes, ones, the edges of integers, infinities, NaNs, denormals.
LANES = {16: [0, 1, 0x7fff, 0x8000, 0xffff, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7d01, 0x03ff,
              0x0400, 0x7bff, 0x4000],
         32: [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x3f800000, 0xbf800000, 0x7f800000,
              0xff800000, 0x7fc00001, 0x7f800001, 0x007fffff, 0x00800000, 0x7f7fffff, 0x4f000000],
         64: [0, 1, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
              0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
              0x7ff8000000000001, 0x7ff0000000000001, 0x000fffffffffffff, 0x0010000000000000,
              0x7fefffffffffffff, 0x43e0000000000000]}

EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
         0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0xffffffff80000000]


WIDTHS = {}


class Line:
    """An encoding: fixed bits and where its fields are."""

    def __init__(self, name, pattern):
        self.name, self.fields = name, {}
        self.mask = self.value = self.ignored = 0
        at = 32
        for token in pattern.split():
            if re.fullmatch('[01x]+', token):
                for bit in token:
                    at -= 1
                    self.mask |= (bit != 'x') << at
                    self.value |= (bit == '1') << at
                    self.ignored |= (bit == 'x') << at
                continue
            name = re.match(r'\w+', token)[0]
            at -= WIDTHS[name]
            self.fields[name] = (at, WIDTHS[name])

    def put(self, word, field, value):
        shift, width = self.fields[field]
        return word & ~(((1 << width) - 1) << shift) | (value & ((1 << width) - 1)) << shift

    def get(self, word, field):
        shift, width = self.fields[field]
        return word >> shift & ((1 << width) - 1)

    def random(self, rng):
        """Random fields; ignored bits are 0 (memory: 1), as they should be."""
        word = self.value | rng.getrandbits(32) & ~self.mask & ~self.ignored
        return word | self.ignored if self.name in ATOMIC else word


def table_read(path):
    lines = []
    for text in open(path, encoding='utf-8'):
        text = text.split('#')[0].strip()
        if text.startswith('%fields'):
            for word in text.split()[1:]:
                name, _, width = word.partition('=')
                WIDTHS[name] = int(width.lstrip('s'))
        elif '|' in text:
            name, pattern = [c.strip() for c in text.split('|')[:2]]
            lines.append(Line(name, pattern))
    return lines


class Generator:
    def __init__(self, tables, dump, seed):
        self.rng = random.Random(seed)
        self.dump = dump
        lines = table_read(tables[0])
        vector = table_read(tables[1])
        self.simd = [l for l in vector if 'rt' not in l.fields and l.name not in SIMD_LEFT_OUT]
        self.conversions = [l for l in vector if a64fpreference.LINES.fullmatch(l.name)]

        def pick(names):
            return [l for l in lines if l.name in names or l.name.split('_')[0] in names]
        self.integer = pick(INTEGER)
        self.plain = [l for l in lines if l.name in PLAIN]
        self.atomic = [l for l in lines if l.name in ATOMIC]
        self.pool = []

    def register(self, top=27):
        return self.rng.randint(0, top)

    def integer_word(self, top=27):
        """Changes one of X0..X@top, SP, NZCV."""
        line = self.rng.choice(self.integer)
        word = line.random(self.rng)
        for field in line.fields:
            if field == 'rd' and line.name.split('_')[0] not in NO_RD:
                word = line.put(word, field, self.rng.choice([31] + [self.register(top)] * 20))
            elif field in ('rn', 'rm', 'ra'):
                word = line.put(word, field, self.rng.choice([31] + [self.register()] * 12))
        return (word,)

    def simd_word(self):
        line = self.rng.choice(self.simd)
        word = line.random(self.rng)
        if line.name in HALF_LEFT_OUT and line.get(word, 'immh') < 4:
            return self.simd_word()
        return self.with_general_registers(line, word)

    def conversion_word(self):
        line = self.rng.choice(self.conversions)
        word = line.random(self.rng)
        if 'immh' in line.fields and line.get(word, 'immh') < 2:
            return self.conversion_word()       # of another line
        return self.with_general_registers(line, word)

    def with_general_registers(self, line, word):
        if any(part in line.name for part in GENERAL):
            for field in ('rd', 'rn'):
                word = line.put(word, field, self.register())
        return (word,)

    def vector(self):
        """16 bytes of lanes of one size, a third of them special."""
        size = self.rng.choice((16, 32, 64))
        value = 0
        for _ in range(128 // size):
            lane = self.rng.getrandbits(size)
            what = self.rng.random()
            if what < 0.3:
                lane = self.rng.choice(LANES[size])
            elif what < 0.6:
                # A number near one, so that sums and products meet.
                fraction = {16: 10, 32: 23, 64: 52}[size]
                bias = {16: 15, 32: 127, 64: 1023}[size]
                lane = lane & ((1 << fraction) - 1) | (lane >> (size - 1)) << (size - 1) | \
                    (bias + self.rng.randint(-6, 6)) << fraction
            value = value << size | lane
        return struct.pack('<QQ', value & (1 << 64) - 1, value >> 64)

    def vectors(self):
        fpcr = sum(1 << b for b in FPCR_BITS if self.rng.random() < 0.25)
        return b''.join(self.vector() for _ in range(32)) + struct.pack('<Q', fpcr)

    def plain_word(self):
        """Bases X24..X27, which stay multiples of 16; index registers X18 and X19."""
        line = self.rng.choice(self.plain)
        word = line.random(self.rng)
        word = line.put(word, 'rn', self.rng.randint(24, 27))
        for field in ('rt', 'rt2'):
            if field in line.fields:
                word = line.put(word, field, self.rng.choice([31] + [self.register(17)] * 12))
        if 'rt2' in line.fields and line.get(word, 'rt2') == line.get(word, 'rt'):
            word = line.put(word, 'rt2', (line.get(word, 'rt') + 1) % 16)
        for field, values in (('imm7', (-1, 1)), ('imm9', (-1, 1)), ('imm12', (0, 7))):
            if field in line.fields:
                value = self.rng.randint(*values) * (16 if field == 'imm9' else 1)
                word = line.put(word, field, value * (4 if field == 'imm7' else 1))
        if 'rm' in line.fields:
            word = line.put(word, 'rm', self.rng.randint(18, 19))
        return (word,)

    def atomic_word(self):
        """
        Bases X20..X23, which nobody changes. A load-exclusive is followed by its store: what a
        store of another size does is not defined.
        """
        line = self.rng.choice(self.atomic)
        word = line.random(self.rng)
        word = line.put(word, 'rn', self.rng.randint(20, 23))
        free = self.rng.sample(range(0, 17, 2), 3)
        for field, register in zip(('rt', 'rs', 'rt2'), free):
            if field in line.fields:
                word = line.put(word, field, register)
        if not line.name.startswith('LDX'):
            return (word,)
        store = next(l for l in self.atomic if l.name == line.name.replace('LD', 'ST'))
        second = store.random(self.rng)
        for field in ('size', 'sz', 'rn', 'rt2'):
            if field in line.fields and field in store.fields:
                second = store.put(second, field, line.get(word, field))
        second = store.put(second, 'rt', line.get(word, 'rt') + 1)
        return word, store.put(second, 'rs', free[1])

    def allocated(self, words):
        data = b''.join(struct.pack('<I', w) for w in words)
        out = subprocess.run([self.dump], input=data, capture_output=True, check=True).stdout
        return [n != '-' for n in out.decode().split()]

    def line_of(self, word):
        """The line of the table that an integer instruction is of."""
        return next(l for l in self.integer if not (word ^ l.value) & l.mask)

    def conversion_of(self, word):
        return next(l for l in self.conversions if not (word ^ l.value) & l.mask)

    def units(self, kind, count):
        """@count times one or two words of a kind, allocated."""
        make = {'integer': self.integer_word, 'plain': self.plain_word,
                'atomic': self.atomic_word, 'simd': self.simd_word,
                'conversion': self.conversion_word,
                'inside': lambda: self.integer_word(a64flow.FREE)}[kind]
        result = []
        while len(result) < count:
            some = [make() for _ in range(count + 64)]
            good = iter(self.allocated([w for unit in some for w in unit]))
            result += [unit for unit in some if all([next(good) for _ in unit])]
        return result[:count]

    def values(self, with_memory, scratch):
        regs = [self.rng.choice(EDGES) if self.rng.random() < 0.3 else self.rng.getrandbits(64)
                for _ in range(28)]
        if with_memory:
            regs[18] = self.rng.randrange(0, 2) * 16
            regs[19] = self.rng.randrange(0, 2) * 16
            for i in range(20, 28):
                regs[i] = scratch + 1024 + self.rng.randrange(0, 16) * 16
        return regs + [self.rng.getrandbits(4) << 28]

    def flow_segments(self, count, scratch, values):
        """Programs with branches: a64flow.py."""
        inside = iter(self.units('inside', count * INSNS))
        flow = a64flow.Flow(self.rng, lambda: next(inside)[0])
        data = []
        for _ in range(count):
            code = struct.pack('<%dI' % (INSNS + 2), *flow.program(INSNS), a64flow.RET_SAVED, NOP)
            for _ in range(values):
                data += [struct.pack('<29Q', *self.values(True, scratch)), code]
        return b''.join(data)

    def segments(self, kind, count, scratch=0, values=1):
        """
        @kind: integer, memory (loads, stores, atomics), simd, conversion (of floating point to
        integers), or flow (branches, and what goes with them).  @values: how many times the same code, each with other values in the registers.
        """
        if kind == 'flow':
            return self.flow_segments(count, scratch, values)
        kinds = {kind: count * INSNS}
        if kind == 'memory':
            kinds = {'plain': count * INSNS // 2, 'atomic': count * INSNS // 2}
        units = []
        for name, number in kinds.items():
            units += self.units(name, number)
        self.rng.shuffle(units)
        data = []
        for _ in range(count):
            words = []
            while units and len(words) + len(units[-1]) <= INSNS:
                words += units.pop()
            words += [NOP] * (INSNS - len(words)) + [RET, NOP]
            code = struct.pack('<%dI' % len(words), *words)
            for _ in range(values):
                data.append(struct.pack('<29Q', *self.values(kind == 'memory', scratch)))
                if kind in VECTOR_KINDS:
                    data.append(self.vectors())
                data.append(code)
        return b''.join(data)

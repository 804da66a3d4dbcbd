# SPDX-License-Identifier: GPL-2.0-or-later
"""A64's integer instructions as the manual's pseudocode has them (Arm ARM C6.2, J1.3).

step() does one instruction on a State. Written for clarity, and from the manual alone.
"""

M64 = (1 << 64) - 1
N, Z, C, V = 8, 4, 2, 1


class State:
    def __init__(self, regs, sp, nzcv):
        self.x = list(regs) + [0] * (31 - len(regs))
        self.sp, self.nzcv = sp, nzcv

    def reg(self, n, size=64):
        return (0 if n == 31 else self.x[n]) & ((1 << size) - 1)

    def reg_sp(self, n, size=64):
        return (self.sp if n == 31 else self.x[n]) & ((1 << size) - 1)

    def set(self, n, value):
        if n != 31:
            self.x[n] = value

    def set_sp(self, n, value):
        if n == 31:
            self.sp = value
        else:
            self.x[n] = value

    def holds(self, cond):
        """ConditionHolds."""
        n, z, c, v = (bool(self.nzcv & bit) for bit in (N, Z, C, V))
        result = [z, c, n, v, c and not z, n == v, n == v and not z, True][cond >> 1]
        return not result if cond & 1 and cond != 15 else result


def signed(value, size):
    return value - (1 << size) if value >> (size - 1) & 1 else value


def ones(n):
    return (1 << n) - 1


def add_with_carry(x, y, carry, size):
    """AddWithCarry: result and NZCV."""
    unsigned_sum = x + y + carry
    signed_sum = signed(x, size) + signed(y, size) + carry
    result = unsigned_sum & ones(size)
    return result, (N * (result >> (size - 1)) | Z * (result == 0) | C * (result != unsigned_sum) |
                    V * (signed(result, size) != signed_sum))


def shift(value, kind, amount, size):
    """ShiftReg: LSL, LSR, ASR, ROR."""
    amount %= size
    if kind == 0:
        return value << amount & ones(size)
    if kind == 1:
        return value >> amount
    if kind == 2:
        return signed(value, size) >> amount & ones(size)
    return (value >> amount | value << (size - amount)) & ones(size)


def extend(value, option, amount, size):
    """ExtendReg."""
    length = min(8 << (option & 3), size)
    value &= ones(length)
    if option & 4:
        value = signed(value, length)
    return value << amount & ones(size)


def replicate(value, length, size):
    return sum(value << i for i in range(0, size, length))


def bit_masks(n, imms, immr, immediate, size):
    """DecodeBitMasks: wmask and tmask."""
    length = (n << 6 | ~imms & 63).bit_length() - 1
    levels = ones(length)
    s, r = imms & levels, immr & levels
    d = s - r & levels
    esize = 1 << length
    welem = shift(ones(s + 1), 3, r, esize)
    return replicate(welem, esize, size), replicate(ones(d + 1), esize, size)


def crc(acc, value, bits, polynomial):
    """Poly32Mod2 of bit-reversed operands: the reflected form, bit by bit."""
    acc ^= value
    for _ in range(bits):
        acc = acc >> 1 ^ (polynomial if acc & 1 else 0)
    return acc


def leading_zeros(value, size):
    return size - value.bit_length()


class Insn:
    """A word with its fields by name."""

    def __init__(self, line, word):
        self.name = line.name
        for field in line.fields:
            setattr(self, field, line.get(word, field))
        self.size = 64 if getattr(self, 'sf', 1) else 32


def logical(st, i, op, a, b):
    result = {'AND': a & b, 'ORR': a | b, 'EOR': a ^ b, 'ANDS': a & b}[op]
    if op == 'ANDS':
        st.nzcv = N * (result >> (i.size - 1)) | Z * (result == 0)
    return result


def add_sub(st, i, op, a, b):
    """ADD, ADDS, SUB, SUBS."""
    if op.startswith('SUB'):
        result, flags = add_with_carry(a, ~b & ones(i.size), 1, i.size)
    else:
        result, flags = add_with_carry(a, b, 0, i.size)
    if op.endswith('S'):
        st.nzcv = flags
    return result


def immediate(st, i, op):
    if op in ('ADD', 'ADDS', 'SUB', 'SUBS'):
        result = add_sub(st, i, op, st.reg_sp(i.rn, i.size), i.imm12 << 12 * i.sh)
    else:
        mask, _ = bit_masks(i.n, i.imms, i.immr, True, i.size)
        result = logical(st, i, op, st.reg(i.rn, i.size), mask)
    (st.set if op.endswith('DS') or op == 'SUBS' else st.set_sp)(i.rd, result)


def shifted(st, i, op):
    a = st.reg(i.rn, i.size)
    b = shift(st.reg(i.rm, i.size), i.shift, i.imm6, i.size)
    if op in ('ADD', 'ADDS', 'SUB', 'SUBS'):
        st.set(i.rd, add_sub(st, i, op, a, b))
        return
    inverted = {'BIC': 'AND', 'ORN': 'ORR', 'EON': 'EOR', 'BICS': 'ANDS'}
    if op in inverted:
        op, b = inverted[op], ~b & ones(i.size)
    st.set(i.rd, logical(st, i, op, a, b))


def extended(st, i, op):
    b = extend(st.reg(i.rm), i.option, i.imm3, i.size)
    result = add_sub(st, i, op, st.reg_sp(i.rn, i.size), b)
    (st.set if op.endswith('S') else st.set_sp)(i.rd, result)


def bitfield(st, i, op):
    wmask, tmask = bit_masks(i.n, i.imms, i.immr, False, i.size)
    src, old = st.reg(i.rn, i.size), st.reg(i.rd, i.size)
    rotated = shift(src, 3, i.immr, i.size)
    if op == 'BFM':
        bottom = old & ~wmask | rotated & wmask
        st.set(i.rd, old & ~tmask & ones(i.size) | bottom & tmask)
        return
    top = ones(i.size) if op == 'SBFM' and src >> i.imms & 1 else 0
    st.set(i.rd, top & ~tmask | rotated & wmask & tmask)


def move_wide(st, i, op):
    value, pos = i.imm16 << i.hw * 16, i.hw * 16
    if op == 'MOVN':
        value = ~value & ones(i.size)
    elif op == 'MOVK':
        value |= st.reg(i.rd, i.size) & ~(0xffff << pos)
    st.set(i.rd, value)


def carry(st, i, op):
    b = st.reg(i.rm, i.size)
    if op.startswith('SBC'):
        b = ~b & ones(i.size)
    result, flags = add_with_carry(st.reg(i.rn, i.size), b, st.nzcv >> 1 & 1, i.size)
    if op.endswith('S'):
        st.nzcv = flags
    st.set(i.rd, result)


def cond_compare(st, i, op):
    b = st.reg(i.rm, i.size) if hasattr(i, 'rm') else i.imm5
    if not st.holds(i.cond):
        st.nzcv = i.nzcv
    elif op == 'CCMP':
        st.nzcv = add_with_carry(st.reg(i.rn, i.size), ~b & ones(i.size), 1, i.size)[1]
    else:
        st.nzcv = add_with_carry(st.reg(i.rn, i.size), b, 0, i.size)[1]


def cond_select(st, i, op):
    result = st.reg(i.rn, i.size)
    if not st.holds(i.cond):
        b = st.reg(i.rm, i.size)
        result = {'CSEL': b, 'CSINC': b + 1, 'CSINV': ~b, 'CSNEG': -b}[op] & ones(i.size)
    st.set(i.rd, result)


def two_sources(st, i, op):
    a, b = st.reg(i.rn, i.size), st.reg(i.rm, i.size)
    if op in ('UDIV', 'SDIV'):
        if op == 'SDIV':
            a, b = signed(a, i.size), signed(b, i.size)
        quotient = abs(a) // abs(b) if b else 0
        st.set(i.rd, (quotient if (a < 0) == (b < 0) else -quotient) & ones(i.size))
    elif op.startswith('CRC32'):
        bits = 8 << i.sz2
        polynomial = 0x82f63b78 if op == 'CRC32C' else 0xedb88320
        st.set(i.rd, crc(st.reg(i.rn, 32), st.reg(i.rm) & ones(bits), bits, polynomial))
    else:
        st.set(i.rd, shift(a, ['LSLV', 'LSRV', 'ASRV', 'RORV'].index(op), b, i.size))


def one_source(st, i, op):
    a = st.reg(i.rn, i.size)
    if op == 'CLZ':
        result = leading_zeros(a, i.size)
    elif op == 'CLS':
        result = leading_zeros((a >> 1 ^ a) & ones(i.size - 1), i.size - 1)
    elif op == 'RBIT':
        result = int(format(a, '0%db' % i.size)[::-1], 2)
    else:
        unit = int(op[3:])
        parts = [(a >> k & ones(unit)).to_bytes(unit // 8, 'little') for k in range(0, i.size, unit)]
        result = sum(int.from_bytes(p, 'big') << k * unit for k, p in enumerate(parts))
    st.set(i.rd, result)


def three_sources(st, i, op):
    a, b, c = st.reg(i.rn, i.size), st.reg(i.rm, i.size), st.reg(getattr(i, 'ra', 31), i.size)
    if op in ('SMULH', 'UMULH'):
        product = signed(a, 64) * signed(b, 64) if op == 'SMULH' else a * b
        st.set(i.rd, product >> 64 & M64)
        return
    if op.endswith('L'):
        a, b = a & ones(32), b & ones(32)
        if op.startswith('S'):
            a, b = signed(a, 32), signed(b, 32)
    st.set(i.rd, (c - a * b if 'SUB' in op else c + a * b) & ones(i.size))


def flags(st, i, op):
    if op == 'CFINV':
        st.nzcv ^= C
    elif op == 'RMIF':
        rotated = shift(st.reg(i.rn), 3, i.imm6, 64)
        st.nzcv = st.nzcv & ~i.mask | rotated & i.mask
    else:
        msb = 15 if i.sz else 7
        a = st.reg(i.rn)
        st.nzcv = (st.nzcv & C | N * (a >> msb & 1) | Z * (a & ones(msb + 1) == 0) |
                   V * ((a >> msb ^ a >> (msb + 1)) & 1))


def extract(st, i, op):
    st.set(i.rd, (st.reg(i.rn, i.size) << i.size | st.reg(i.rm, i.size)) >> i.imms & ones(i.size))


CLASSES = {
    '_i': immediate, '_r': shifted, '_ext': extended, 'BFM SBFM UBFM': bitfield, 'EXTR': extract,
    'MOVN MOVZ MOVK': move_wide, 'ADC ADCS SBC SBCS': carry, 'CCMN_r CCMP_r CCMN_i CCMP_i':
    cond_compare, 'CSEL CSINC CSINV CSNEG': cond_select,
    'UDIV SDIV LSLV LSRV ASRV RORV CRC32 CRC32C': two_sources,
    'RBIT REV16 REV32 REV64 CLZ CLS': one_source,
    'MADD MSUB SMADDL SMSUBL SMULH UMADDL UMSUBL UMULH': three_sources, 'RMIF SETF CFINV': flags,
}


def step(state, line, word):
    """Do @word, which is an encoding of @line."""
    insn = Insn(line, word)
    for names, function in CLASSES.items():
        if line.name in names.split():
            return function(state, insn, line.name.split('_')[0])
    base, _, kind = line.name.partition('_')
    return CLASSES['_' + kind](state, insn, base)

# SPDX-License-Identifier: GPL-2.0-or-later
"""A64's conversions of floating point to integers and fixed point as the manual's pseudocode has
them (Arm ARM, FPToFixed, FPToFixedJS).

step() does one instruction on a State. Written for clarity, and from the manual alone.
"""
import math
import re
from fractions import Fraction

LINES = re.compile(r'FCVT([NAPMZ])([SU])_(g|gfix|v|vh|s|sh|vi|si)|FJCVTZS')

# FPSR's cumulative exceptions.
IOC, IXC, IDC = 1 << 0, 1 << 4, 1 << 7
# FPCR.
FZ16, FZ = 1 << 19, 1 << 24
Z_FLAG = 4

# Size: bits of the fraction, of the exponent.
FORMATS = {16: (10, 5), 32: (23, 8), 64: (52, 11)}


class State:
    """X0..X27, NZCV, V0..V31 as numbers of 128 bits, FPCR, FPSR."""

    def __init__(self, x, nzcv, v, fpcr):
        self.x, self.nzcv, self.v, self.fpcr, self.fpsr = list(x), nzcv, list(v), fpcr, 0


class Operand:
    """FPUnpack: kind (nan, infinity, zero, number), sign, value."""

    def __init__(self, state, bits, size):
        fraction_bits, exponent_bits = FORMATS[size]
        fraction = bits & (1 << fraction_bits) - 1
        exponent = bits >> fraction_bits & (1 << exponent_bits) - 1
        bias = (1 << exponent_bits - 1) - 1
        self.sign, self.value = bits >> size - 1, Fraction(0)
        if exponent == (1 << exponent_bits) - 1:
            self.kind = 'nan' if fraction else 'infinity'
        elif exponent or (fraction and not state.fpcr & (FZ16 if size == 16 else FZ)):
            self.kind = 'number'
            significand = fraction | (1 << fraction_bits if exponent else 0)
            self.value = (-1) ** self.sign * significand * \
                Fraction(2) ** (max(exponent, 1) - bias - fraction_bits)
        else:
            self.kind = 'zero'
            if fraction and size != 16:
                state.fpsr |= IDC


def round_by(mode, value):
    """RoundDown(), and up where the mode says so."""
    below = math.floor(value)
    error = value - below
    half = Fraction(1, 2)
    up = {'N': error > half or (error == half and below & 1),
          'A': error > half or (error == half and below >= 0),
          'P': error != 0, 'M': False, 'Z': error != 0 and below < 0}[mode]
    return below + bool(up), error != 0


def saturate(value, size, is_unsigned):
    """SatQ."""
    low, high = (0, (1 << size) - 1) if is_unsigned else (-(1 << size - 1), (1 << size - 1) - 1)
    result = max(low, min(high, value))
    return result & (1 << size) - 1, result != value


def to_fixed(state, bits, size, to_size, how):
    """FPToFixed; @how: rounding, is unsigned, bits of the fraction."""
    mode, is_unsigned, fraction_bits = how
    operand = Operand(state, bits, size)
    if operand.kind == 'nan':
        state.fpsr |= IOC
        return 0
    if operand.kind == 'infinity':
        operand.value = Fraction((-1) ** operand.sign << 200)
    integer, is_inexact = round_by(mode, operand.value * (1 << fraction_bits))
    result, overflows = saturate(integer, to_size, is_unsigned)
    if overflows:
        state.fpsr |= IOC
    elif is_inexact:
        state.fpsr |= IXC
    return result


def to_javascript(state, bits):
    """FPToFixedJS: the result modulo 2^32, and PSTATE.Z if it is exact (and not -0)."""
    operand = Operand(state, bits, 64)
    if operand.kind in ('nan', 'infinity'):
        state.fpsr |= IOC
        return 0, False
    integer, is_inexact = round_by('Z', operand.value)
    if not -(1 << 31) <= integer < 1 << 31:
        state.fpsr |= IOC
        return integer & 0xffffffff, False
    if is_inexact:
        state.fpsr |= IXC
        return integer & 0xffffffff, False
    # A zero counts as exact only if it is +0 to begin with: not a flushed denormal.
    return integer & 0xffffffff, not (operand.value == 0 and bits != 0)


def shape(form, field):
    """Of a vector form: size of a lane, number of lanes, bits of the fraction."""
    fraction_bits = 0
    if form[1:] == 'i':
        immediate = field('immh') << 3 | field('immb')
        size = 8 << field('immh').bit_length() - 1
        fraction_bits = 2 * size - immediate
    else:
        size = 16 if form[1:] == 'h' else 32 << field('sz')
    lanes = (128 if field('q') else 64) // size if form[0] == 'v' else 1
    return size, lanes, fraction_bits


def step(state, line, word):
    """@line: of the encoding table (a64random.Line), one that LINES matches."""
    def field(name):
        return line.get(word, name)
    name = LINES.fullmatch(line.name)
    source = state.v[field('rn')]
    if line.name == 'FJCVTZS':
        state.x[field('rd')], is_exact = to_javascript(state, source & (1 << 64) - 1)
        state.nzcv = Z_FLAG if is_exact else 0
        return
    mode, is_unsigned, form = name[1], name[2] == 'U', name[3]
    if form[0] == 'g':
        size = {0: 32, 1: 64, 3: 16}[field('ftype')]
        fraction_bits = 64 - field('scale6') if form == 'gfix' else 0
        state.x[field('rd')] = to_fixed(state, source & (1 << size) - 1, size,
                                        64 if field('sf') else 32,
                                        (mode, is_unsigned, fraction_bits))
        return
    size, lanes, fraction_bits = shape(form, field)
    result = 0
    for lane in range(lanes):
        bits = source >> lane * size & (1 << size) - 1
        result |= to_fixed(state, bits, size, size,
                           (mode, is_unsigned, fraction_bits)) << lane * size
    state.v[field('rd')] = result

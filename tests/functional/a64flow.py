# SPDX-License-Identifier: GPL-2.0-or-later
"""Random programs with branches, calls, loops, pointer authentication, system registers that EL0
may read, hints and exclusives with code between load and store (test-a64-random.py).

A program is made of units, which are short patterns with random words inside, so that all of it
ends.  X18 counts loops, X19 and X30 are addresses of code, X20..X23 of data; results must not
depend on authentication keys, which the executors choose.
"""
SP, XZR = 31, 31
LOOP, TARGET, LINK, SAVED_LINK = 18, 19, 30, 29
FREE = 17                       # X0..X17 are anybody's
RET_SAVED = 0xd65f0000 | SAVED_LINK << 5
ENTRY = 0xaa0003e0 | LINK << 16 | SAVED_LINK    # MOV X29, X30

# HINT numbers that are NOP at EL0, or say something about the future only.
HINTS = (0, 1, 4, 5, 6, 20, 32, 34, 36, 38, *range(40, 128))

TPIDR_EL0, CNTFRQ_EL0, NZCV, FPCR, FPSR, DIT, SSBS = (
    # op1, CRn, CRm, op2 of op0 3
    (3, 13, 0, 2), (3, 14, 0, 0), (3, 4, 2, 0), (3, 4, 4, 0), (3, 4, 4, 1), (3, 4, 2, 5),
    (3, 4, 2, 6))
# Bits that a register is written with, the others being another executor's affair.
WRITABLE = {TPIDR_EL0: (1 << 64) - 1, NZCV: 0xf0000000, FPCR: 0x07c80000, FPSR: 0x0800009f,
            DIT: 1 << 24, SSBS: 1 << 12}


def movz(rd, value):
    return 0xd2800000 | value << 5 | rd


def move(rd, rm):
    return 0xaa0003e0 | rm << 16 | rd


def adr(rd, words):
    """ADR of a place @words behind this one."""
    return 0x10000000 | (words & 0x7ffff) << 5 | rd


def branch(words, link=False):
    return 0x14000000 | link << 31 | words & 0x3ffffff


def load_constant(rd, value):
    return [movz(rd, value & 0xffff)] + [0xf2800000 | hw << 21 | (value >> 16 * hw & 0xffff) << 5 | rd
                                         for hw in (1, 2, 3) if value >> 16 * hw & 0xffff]


def mrs(rd, register):
    op1, crn, crm, op2 = register
    return 0xd5380000 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5 | rd


def msr(register, rd):
    return mrs(rd, register) & ~(1 << 21)


class Flow:
    """@next_word: a word that changes nothing but X0..X17, SP and NZCV."""

    def __init__(self, rng, next_word):
        self.rng, self.next_word = rng, next_word

    def register(self):
        return self.rng.choice([XZR] + [self.rng.randint(0, FREE)] * 8)

    def body(self, low, high):
        return [self.next_word() for _ in range(self.rng.randint(low, high))]

    def conditional(self, words):
        """A branch, perhaps taken, to @words behind it."""
        rng, rt = self.rng, self.register()
        return rng.choice([
            branch(words),
            0x54000000 | words << 5 | rng.randint(0, 15),                               # B.cond
            0x34000000 | rng.randint(0, 1) << 31 | rng.randint(0, 1) << 24 | words << 5 | rt,
            0x36000000 | rng.randint(0, 1) << 31 | rng.randint(0, 1) << 24 |            # TBZ, TBNZ
            rng.randint(0, 31) << 19 | words << 5 | rt])

    def skip(self):
        body = self.body(1, 3)
        return [self.conditional(len(body) + 1), *body]

    def loop(self):
        body = self.body(1, 3)
        if self.rng.random() < 0.5:
            body += self.skip()
        back = -(len(body) + 1)
        if self.rng.random() < 0.5:     # SUB, CBNZ; SUBS, B.NE
            end = [0xd1000400 | LOOP << 5 | LOOP, 0xb5000000 | (back & 0x7ffff) << 5 | LOOP]
        else:
            end = [0xf1000400 | LOOP << 5 | LOOP, 0x54000001 | (back & 0x7ffff) << 5]
        return [movz(LOOP, self.rng.randint(1, 4)), *body, *end]

    def indirect(self):
        """BR, BLR, RET over some words."""
        skipped = self.body(0, 2)
        op = self.rng.choice((0xd61f0000, 0xd63f0000, 0xd65f0000))
        words = [adr(TARGET, len(skipped) + 2), op | TARGET << 5, *skipped]
        return words + ([move(self.rng.randint(0, FREE), LINK)] if op == 0xd63f0000 else [])

    def call(self):
        body = self.body(1, 3)
        return [branch(2, link=True), branch(len(body) + 2), *body, 0xd65f0000 | LINK << 5]

    # -- pointer authentication --

    def modifier(self):
        """A register that is left alone between signing and authentication."""
        return self.rng.choice([SP] + list(range(FREE + 1)))

    def pac(self, rd, key, modifier):
        """PACIA, PACIB, PACDA, PACDB (@key 0..3); None: of zero."""
        if modifier is None:
            return 0xdac123e0 | key << 10 | rd
        return 0xdac10000 | key << 10 | modifier << 5 | rd

    def authenticate(self, rd, key, modifier):
        return self.pac(rd, key, modifier) | 1 << 12

    def strip(self, rd, is_data=0):
        return 0xdac143e0 | is_data << 10 | rd

    def pauth_branch(self):
        """BRAA, BRAB, BLRAA... to a signed address; it is stripped where it leads."""
        rng, key, skipped = self.rng, self.rng.randint(0, 1), self.body(0, 2)
        modifier = rng.choice([None, self.modifier()])
        op = rng.choice((0xd61f0800, 0xd63f0800)) | key << 10 | TARGET << 5
        op |= XZR if modifier is None else 1 << 24 | modifier
        return [adr(TARGET, len(skipped) + 3), self.pac(TARGET, key, modifier), op, *skipped,
                self.strip(TARGET)]

    def pauth_return(self):
        """PACIASP or PACIBSP, RETAA or RETAB."""
        key, skipped = self.rng.randint(0, 1), self.body(0, 2)
        return [adr(LINK, len(skipped) + 3), 0xd503233f | key << 6, 0xd65f0bff | key << 10,
                *skipped, 0xd50320ff]           # XPACLRI

    def pauth_data(self):
        """Signed, then authenticated or stripped: as before."""
        rng, key = self.rng, self.rng.randint(0, 3)
        modifier = rng.choice([None, self.modifier()])
        words = [adr(TARGET, rng.randint(0, 100)), self.pac(TARGET, key, modifier)]
        words.append(rng.choice([self.authenticate(TARGET, key, modifier),
                                 self.strip(TARGET, key >> 1)]))
        return words + [move(rng.randint(0, FREE), TARGET)]

    def pauth_hints(self):
        """The forms of the hint space: X17 with X16, X30 with SP or zero."""
        key = self.rng.randint(0, 1) << 6
        if self.rng.random() < 0.4:
            return [adr(17, 5), 0xd503211f | key, 0xd503219f | key]
        form = self.rng.choice((0xd503231f, 0xd503233f)) | key
        return [adr(LINK, 7), form, form | 1 << 7, move(self.rng.randint(0, FREE), LINK)]

    def pauth_generic(self):
        """PACGA: the low half is zero."""
        rd = self.rng.randint(0, FREE)
        return [0x9ac03000 | self.register() << 16 | self.register() << 5 | rd,
                0x92407c00 | rd << 5 | rd]              # AND Xd, Xd, #0xffffffff

    def pauth_load(self):
        """LDRAA, LDRAB, with and without writeback."""
        rng, key = self.rng, self.rng.randint(0, 1)
        return [move(TARGET, rng.randint(20, 23)), self.pac(TARGET, 2 + key, None),
                0xf8200400 | key << 23 | rng.randint(0, 7) << 12 | rng.randint(0, 1) << 11 |
                TARGET << 5 | rng.randint(0, FREE), self.strip(TARGET, 1)]

    # -- the rest --

    def hint(self):
        number = self.rng.choice(HINTS)
        return [0xd503201f | number << 5] + self.body(0, 1)

    def barrier(self):
        crm = self.rng.choice((1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15))
        return [self.rng.choice([0xd503309f | crm << 8, 0xd50330bf | crm << 8, 0xd5033fdf,
                                 0xd50330ff])]

    def system_register(self):
        rng, rd = self.rng, self.rng.randint(0, FREE)
        register = rng.choice([CNTFRQ_EL0, *WRITABLE])
        if register not in WRITABLE:
            return [mrs(rd, register)]
        value = rng.getrandbits(64) & WRITABLE[register]
        words = [*load_constant(rd, value), msr(register, rd)] if rng.random() < 0.6 else []
        return words + [mrs(rng.randint(0, FREE), register)]

    def immediate(self):
        """MSR DIT, #n; MSR SSBS, #n; CFINV."""
        return [self.rng.choice((0xd503405f, 0xd503403f)) | self.rng.randint(0, 1) << 8,
                self.rng.choice((0xd500401f, mrs(self.rng.randint(0, FREE), NZCV)))]

    def exclusive(self):
        """With code between load and store, which may have lost the monitor."""
        rng = self.rng
        size, base = rng.randint(0, 3) << 30, rng.randint(20, 23) << 5
        order = rng.randint(0, 1) << 15
        words = [0x085f7c00 | size | order | base | rng.randint(0, FREE), *self.body(0, 3)]
        if rng.random() < 0.2:
            words.append(0xd5033f5f)            # CLREX
        status, value = rng.sample(range(FREE + 1), 2)
        return words + [0x08007c00 | size | order | status << 16 | base | value]

    def program(self, length):
        """@length words; what follows must be RET_SAVED."""
        units = (self.skip, self.skip, self.loop, self.loop, self.indirect, self.call,
                 self.pauth_branch, self.pauth_return, self.pauth_data, self.pauth_hints,
                 self.pauth_generic, self.pauth_load, self.hint, self.barrier,
                 self.system_register, self.system_register, self.immediate, self.exclusive)
        words = [ENTRY]
        while len(words) < length:
            unit = self.rng.choice(units)()
            if len(words) + len(unit) > length:
                unit = [self.next_word() for _ in range(min(length - len(words), 2))]
            words += unit
        return words

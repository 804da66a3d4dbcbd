# SPDX-License-Identifier: GPL-2.0-or-later
"""Booting: kernel images of every form, where things land in RAM, and one-line errors.

Expectations come from Linux' Documentation/arch/arm64/booting.rst and from the
board's specification: kernel at the base of RAM plus text_offset, initrd at half of RAM
or 128 MiB or the kernel's end, device tree 2 MiB aligned behind it.
"""
import gzip
import os
import re
import struct

from taptest import main, test

MIB = 1 << 20
RAM = 0x40000000
BASE = ['-M', 'virt', '-accel', 'qtest', '-nodefaults', '-display', 'none', '-S']
EM_AARCH64 = 183


def image(text_offset=0, image_size=0x10000, flags=0xa, size=8192):
    """An arm64 Image: header, then bytes that say where they are."""
    header = struct.pack('<IIQQQQQQ4sI', 0x91005a4d, 0x14000000, text_offset, image_size, flags,
                         0, 0, 0, b'ARM\x64', 0)
    return header + bytes(i % 251 for i in range(size - len(header)))


def elf(entry=0x41000010, paddr=0x41000000, vaddr=None, body=b'E' * 4096, memsz=None,
        machine=EM_AARCH64, order=1, width=2, **change):
    """An ELF file with one executable PT_LOAD segment; @change overrides header fields."""
    ident = b'\x7fELF' + bytes([width, order, 1]) + bytes(9)
    head = {'phoff': 64, 'phnum': 1, 'phentsize': 56, 'offset': 120, 'filesz': len(body)}
    head.update(change)
    ehdr = ident + struct.pack('<HHIQQQIHHHHHH', 2, machine, 1, entry, head['phoff'], 0, 0, 64,
                               head['phentsize'], head['phnum'], 0, 0, 0)
    phdr = struct.pack('<IIQQQQQQ', 1, 5, head['offset'], paddr if vaddr is None else vaddr, paddr,
                       head['filesz'], len(body) if memsz is None else memsz, 4096)
    return ehdr + phdr + body


def zboot(payload, method=b'gzip', offset=64, size=None):
    """An EFI zboot wrapper around @payload."""
    header = b'MZ\0\0zimg' + struct.pack('<II', offset, len(payload) if size is None else size)
    return (header + bytes(8) + method.ljust(32, b'\0')).ljust(64, b'\0') + payload


def put(run, name, data):
    path = run.path(name)
    with open(path, 'wb') as file:
        file.write(data)
    return path


class Machine:
    """A machine that was reset once and stands still."""

    def __init__(self, run, *args):
        self.process, (self.qmp,) = run.with_qmp(*BASE, *args)
        self.run = run

    def hmp(self, line):
        return self.qmp.command('human-monitor-command', command_line=line)['return']

    def roms(self):
        """What was loaded: {name: (address, size)}."""
        found = re.findall(r'addr=(\w+) size=(\w+) mem=\S+ name="([^"]*)"', self.hmp('info roms'))
        return {os.path.basename(name): (int(addr, 16), int(size, 16))
                for addr, size, name in found}

    def memory(self, addr, size):
        path = self.run.path('memory')
        answer = self.qmp.command('pmemsave', val=addr, size=size, filename=path)
        assert 'return' in answer, answer
        with open(path, 'rb') as file:
            return file.read()

    def pc(self):
        return int(self.hmp('print /x $pc'), 16)

    def end(self):
        self.qmp.command('quit')
        self.qmp.close()
        result = self.run.finish(self.process)
        assert result.status == 0, result


def boots(run, data, addr, *args, entry=None, contents=None):
    """@data as kernel lands at @addr with @contents and is entered at @entry."""
    kernel = put(run, 'kernel', data)
    machine = Machine(run, '-kernel', kernel, *args)
    contents = data if contents is None else contents
    assert machine.memory(addr, len(contents)) == contents
    assert machine.pc() == (addr if entry is None else entry)
    roms = machine.roms()
    machine.end()
    return roms


def refused(run, data, *args):
    line = run.refused(*BASE, '-kernel', put(run, 'kernel', data), *args)
    assert 'kernel' in line, line
    return line


# ---- forms of kernels ----

@test
def image_lands_at_its_text_offset(run):
    boots(run, image(0), RAM)
    boots(run, image(0x80000), RAM + 0x80000)
    boots(run, image(0x200000), RAM + 0x200000)


@test
def image_without_size_lands_at_512_kib_whatever_its_offset_says(run):
    boots(run, image(0x1234000, image_size=0), RAM + 0x80000)


@test
def flags_of_an_image_do_not_move_it(run):
    for flags in (0, 1, 2, 8, 0xffffffffffffffff):
        boots(run, image(0x80000, flags=flags), RAM + 0x80000)


@test
def flat_binary_lands_at_512_kib(run):
    boots(run, b'\x01', RAM + 0x80000)
    boots(run, b'flat' * 1000, RAM + 0x80000)
    # One byte less than an Image header.
    boots(run, image()[:63], RAM + 0x80000)


@test
def header_alone_is_an_image(run):
    boots(run, image(0x1000, size=64), RAM + 0x1000)


@test
def gzip_image_is_decompressed(run):
    boots(run, gzip.compress(image(0x80000)), RAM + 0x80000, contents=image(0x80000))
    boots(run, gzip.compress(b'flat' * 99), RAM + 0x80000, contents=b'flat' * 99)
    large = image(0, image_size=4 * MIB, size=3 * MIB + 17)
    boots(run, gzip.compress(large), RAM, contents=large)


@test
def zboot_image_is_decompressed(run):
    boots(run, zboot(gzip.compress(image())), RAM, contents=image())


@test
def elf_lands_at_its_own_address(run):
    data = elf()
    boots(run, data, 0x41000000, entry=0x41000010, contents=b'E' * 4096)


@test
def elf_with_virtual_addresses_is_entered_at_the_physical_one(run):
    boots(run, elf(entry=0xffff800000000040, vaddr=0xffff800000000000), 0x41000000,
          entry=0x41000040, contents=b'E' * 4096)


@test
def elf_bss_is_zero(run):
    boots(run, elf(memsz=8192), 0x41000000, entry=0x41000010, contents=b'E' * 4096 + bytes(4096))


# ---- places ----

def places(run, data, *args, initrd=b'I' * 5000):
    kernel = put(run, 'kernel', data)
    more = ['-initrd', put(run, 'initrd', initrd)] if initrd else []
    machine = Machine(run, '-kernel', kernel, *more, *args)
    roms = machine.roms()
    machine.end()
    spans = sorted((addr, addr + size) for addr, size in roms.values())
    for (_, end), (start, _) in zip(spans, spans[1:]):
        assert end <= start, roms
    return roms


@test
def initrd_is_at_half_of_ram(run):
    roms = places(run, image(), '-m', '64M')
    assert roms['initrd'] == (RAM + 32 * MIB, 5000)
    assert roms['dtb'][0] == RAM + 34 * MIB


@test
def initrd_is_at_128_mib_of_large_ram(run):
    for size in ('256M', '1G', '3G'):
        roms = places(run, image(), '-m', size)
        assert roms['initrd'][0] == RAM + 128 * MIB
        assert roms['dtb'][0] == RAM + 130 * MIB


@test
def initrd_is_behind_a_kernel_that_reaches_beyond(run):
    # image_size counts, not the file's size; pages are 4 KiB.
    roms = places(run, image(image_size=140 * MIB + 5), '-m', '512M')
    assert roms['initrd'][0] == RAM + 140 * MIB + 4096
    assert roms['dtb'][0] == RAM + 142 * MIB


@test
def tree_is_2_mib_aligned_behind_the_initrd(run):
    roms = places(run, image(), '-m', '64M', initrd=b'I' * (2 * MIB + 1))
    assert roms['dtb'][0] == RAM + 36 * MIB


@test
def tree_is_where_the_initrd_would_be(run):
    roms = places(run, image(), '-m', '64M', initrd=None)
    assert roms['dtb'][0] == RAM + 32 * MIB


@test
def tree_of_an_elf_kernel_is_at_the_base_of_ram(run):
    assert places(run, elf())['dtb'][0] == RAM
    # No room there: behind the initrd.
    roms = places(run, elf(entry=RAM + 0x100, paddr=RAM + 0x100), '-m', '64M')
    assert roms['dtb'][0] == RAM + 34 * MIB


@test
def tree_is_at_the_base_of_ram_without_a_kernel(run):
    machine = Machine(run)
    assert machine.roms()['dtb'][0] == RAM
    assert machine.memory(RAM, 4) == b'\xd0\x0d\xfe\xed'
    assert machine.pc() == 0
    machine.end()


@test
def firmware_is_started_and_finds_the_rest(run):
    """-bios: flash at 0, tree at the base of RAM, kernel, initrd and command line in fw_cfg."""
    bios = put(run, 'bios', b'firmware' * 999)
    kernel = put(run, 'kernel', gzip.compress(image()))
    initrd = put(run, 'initrd', b'I' * 77)
    machine = Machine(run, '-bios', bios, '-kernel', kernel, '-initrd', initrd, '-append', 'a=b')
    assert machine.memory(0, 8 * 999) == b'firmware' * 999
    assert machine.pc() == 0
    roms = machine.roms()
    assert roms['dtb'][0] == RAM
    assert 'kernel' not in roms and 'initrd' not in roms
    machine.end()


@test
def loader_device_says_where_a_cpu_starts(run):
    kernel = put(run, 'kernel', image())
    machine = Machine(run, '-device', 'loader,addr=0x41000000,cpu-num=0')
    assert machine.pc() == 0x41000000
    machine.end()
    machine = Machine(run, '-kernel', kernel, '-device', 'loader,addr=0x42000000,cpu-num=0')
    assert machine.pc() == 0x42000000
    machine.qmp.command('system_reset')
    machine.qmp.wait_event('RESET')
    assert machine.pc() == 0x42000000
    machine.end()


@test
def firmware_files_are_checked(run):
    assert 'none' in run.refused(*BASE, '-bios', run.path('none'))
    assert 'empty' in run.refused(*BASE, '-bios', put(run, 'bios', b''))
    line = run.refused(*BASE, '-bios', put(run, 'bios', bytes(64 * MIB + 1)))
    assert str(64 * MIB) in line and str(64 * MIB + 1) in line, line


@test
def ram_base_moves_everything(run):
    roms = places(run, image(0x80000), '-M', 'ram-base=0x80000000', '-m', '64M')
    assert roms['kernel'][0] == 0x80080000
    assert roms['initrd'][0] == 0x80000000 + 32 * MIB


@test
def reset_restores_what_was_loaded(run):
    kernel = put(run, 'kernel', image())
    machine = Machine(run, '-kernel', kernel, '-append', 'x=1')
    addr, size = machine.roms()['dtb']
    first = machine.memory(addr, size)
    machine.qmp.command('system_reset')
    machine.qmp.wait_event('RESET')
    second = machine.memory(addr, size)
    # Seeds are new, all else is the same.
    assert first != second and len(first) == len(second)
    assert sum(a != b for a, b in zip(first, second)) <= 40
    assert machine.memory(RAM, 8192) == image()
    machine.end()


@test
def same_seed_makes_the_same_tree(run):
    def tree():
        machine = Machine(run, '-seed', '7')
        addr, size = machine.roms()['dtb']
        data = machine.memory(addr, size)
        machine.end()
        return data
    assert tree() == tree()


# ---- errors: each names the file, and what does not fit its size and the room ----

@test
def missing_and_empty_files_are_named(run):
    kernel = put(run, 'kernel', image())
    empty = put(run, 'empty', b'')
    for option in ('-kernel', '-initrd', '-dtb'):
        args = [*BASE, *([] if option == '-kernel' else ['-kernel', kernel]), option]
        line = run.refused(*args, run.path('none'))
        assert run.path('none') in line and 'No such file' in line, line
        line = run.refused(*args, empty)
        assert empty in line and 'is empty' in line, line
        line = run.refused(*args, run.folder)
        assert run.folder in line and 'not a file' in line, line


@test
def kernel_larger_than_ram_is_refused(run):
    line = refused(run, b'x' * (9 * MIB), '-m', '8M')
    assert str(9 * MIB) in line and str(8 * MIB) in line, line
    line = refused(run, image(image_size=1 << 40))
    assert str(1 << 40) in line and str(128 * MIB) in line, line
    # The flat one fits in RAM, but not above 512 KiB of it.
    line = refused(run, b'x' * (8 * MIB - 4096), '-m', '8M')
    assert str(8 * MIB - 0x80000) in line, line


@test
def hostile_image_headers_are_refused(run):
    for offset, size in ((1 << 63, 1), (0xffffffffffffffff, 0xffffffffffffffff),
                         (128 * MIB, 1), (0, 0xffffffffffffffff), (128 * MIB - 1, 8192)):
        refused(run, image(offset, size))


@test
def damaged_gzip_is_refused(run):
    good = gzip.compress(image())
    assert 'too early' in refused(run, good[:-9])
    assert 'too early' in refused(run, good[:40])
    assert 'damaged' in refused(run, good[:-8] + b'\0\0\0\0' + good[-4:])
    assert 'damaged' in refused(run, good[:100] + b'\xff' * 50 + good[150:])
    assert 'cannot be decompressed' in refused(run, b'\x1f\x8b')
    assert 'empty' in refused(run, gzip.compress(b''))
    assert 'compressed ELF' in refused(run, gzip.compress(elf()))


@test
def gzip_bomb_stops_at_the_size_of_ram(run):
    line = refused(run, gzip.compress(bytes(20 * MIB)), '-m', '16M')
    assert 'too large' in line and str(16 * MIB) in line, line


@test
def gzip_that_fills_ram_exactly_is_not_too_large_to_unpack(run):
    # Flat, it then has no room above 512 KiB: the error is about that.
    line = refused(run, gzip.compress(bytes(8 * MIB)), '-m', '8M')
    assert 'decompressed' not in line, line


@test
def bad_zboot_files_are_refused(run):
    payload = gzip.compress(image())
    assert "'zstd'" in refused(run, zboot(payload, b'zstd'))
    assert 'payload ends' in refused(run, zboot(payload, size=1 << 20))
    assert 'payload ends' in refused(run, zboot(payload, offset=0xffffffff, size=0xffffffff))
    assert 'too few' in refused(run, zboot(payload)[:20])
    assert "gzip is" in refused(run, zboot(payload, b'\xff' * 32))


@test
def bad_elf_files_are_refused(run):
    assert 'another CPU' in refused(run, elf(machine=62))
    assert 'byte order' in refused(run, elf(order=2))
    assert 'another CPU' in refused(run, elf(width=1))
    assert 'damaged' in refused(run, elf()[:63])
    assert 'damaged' in refused(run, elf(phnum=0))
    assert 'damaged' in refused(run, elf(phnum=0xffff))
    assert 'damaged' in refused(run, elf(phoff=0xffffffffffffffff))
    assert 'damaged' in refused(run, elf(phentsize=1))
    assert 'damaged' in refused(run, elf(offset=0xfffffffffffffff0))
    assert 'damaged' in refused(run, elf(filesz=1 << 40, memsz=1 << 41))
    assert 'do not fit' in refused(run, elf(memsz=(1 << 64) - 1))
    assert 'RAM is' in refused(run, elf(paddr=0x9000000))
    assert 'RAM is' in refused(run, elf(memsz=1 << 40))


@test
def initrd_and_tree_without_room_are_refused(run):
    kernel = put(run, 'kernel', image(image_size=8 * MIB))
    line = run.refused(*BASE, '-m', '8M', '-kernel', kernel, '-initrd', put(run, 'rd', b'i'))
    assert 'rd' in line and 'no room' in line, line
    line = run.refused(*BASE, '-m', '8M', '-kernel', put(run, 'kernel', image()), '-initrd',
                       put(run, 'rd', bytes(4 * MIB + 1)))
    assert 'rd' in line and str(4 * MIB) in line and str(4 * MIB + 1) in line, line
    line = run.refused(*BASE, '-m', '8M', '-kernel', put(run, 'kernel', image()), '-initrd',
                       put(run, 'rd', bytes(4 * MIB)))
    assert 'device tree' in line and 'no room' in line, line


@test
def options_that_need_a_kernel_say_so(run):
    assert '-initrd needs -kernel' in run.refused(*BASE, '-initrd', put(run, 'rd', b'i'))
    assert '-append needs -kernel' in run.refused(*BASE, '-append', 'x')
    line = run.refused('-M', 'none', '-display', 'none', '-kernel', put(run, 'kernel', b'k'))
    assert "machine 'none' has no CPU" in line, line


main()

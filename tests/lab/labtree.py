# SPDX-License-Identifier: GPL-2.0-or-later
"""Device trees of the emulated host: that of the emulator's machine, with devices made assignable.

The emulator's own tree of "virt" puts no device of the platform bus behind an IOMMU. The kernel
believes the tree, so an "iommus" property is enough for a group, type1 and iommufd (the device's
DMA stays untranslated: these devices do none). The variants, see virt-*.dtsi:

  plain   as it is
  vfio    pl031, pl061 and two virtio-mmio transports, each in a group of its own
  amba    the same with pl031 and pl061 on the AMBA bus
  multi   the four joined to one device with five regions and four interrupts
"""
import os
import re

from labfiles import HERE, Unavailable, locked, need_tool, newer, run

VARIANTS = ('plain', 'vfio', 'amba', 'multi')


def smmu_phandle(text):
    """The phandle of the SMMU in a tree's source; it depends on the number of CPUs."""
    node = text[text.index('smmuv3@'):]
    return re.search(r'phandle = <(0x[0-9a-f]+)>', node).group(1)


def dump(machine, smp, memory):
    """Source text of the tree of the emulator's machine, without its random seeds."""
    blob = f'/tmp/lab-{os.getpid()}-{os.urandom(4).hex()}.dtb'
    try:
        run(['qemu-system-aarch64', '-M', f'{machine},dumpdtb={blob}', '-cpu', 'cortex-a57',
             '-smp', str(smp), '-m', memory, '-display', 'none', '-nodefaults'])
        text = run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', blob])
    finally:
        if os.path.exists(blob):
            os.remove(blob)
    return re.sub(r'\n\s*(rng|kaslr)-seed = [^;]*;', '', text)


def compile_source(text, target):
    source = target[:-len('.dtb')] + '.dts'
    with open(source, 'w', encoding='ascii') as stream:
        stream.write(text)
    run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', target + '.new', source])
    os.rename(target + '.new', target)


def virt_tree(folder, machine, smp, memory, variant):
    """Path of a variant of the tree of a "virt" machine, made in folder when it is not there."""
    if variant not in VARIANTS:
        raise Unavailable(f'no device tree variant {variant!r}; there are {", ".join(VARIANTS)}')
    need_tool('dtc', 'device-tree-compiler')
    gic = re.search(r'gic-version=(\d)', machine).group(1)
    target = os.path.join(folder, f'virt{gic}-{smp}-{memory}-{variant}.dtb')
    edits = os.path.join(HERE, f'virt-{variant}.dtsi')
    sources = [os.path.abspath(__file__)] + ([edits] if variant != 'plain' else [])
    with locked(target):
        if not newer(target, sources):
            text = dump(machine, smp, memory)
            if variant != 'plain':
                with open(edits, encoding='ascii') as stream:
                    text += stream.read().replace('SMMU', smmu_phandle(text))
            compile_source(text, target)
    return target


def zcu102_tree(folder):
    """Path of the tree of the ZCU102, which the emulator has none of."""
    need_tool('dtc', 'device-tree-compiler')
    source = os.path.join(HERE, 'zcu102.dts')
    target = os.path.join(folder, 'zcu102.dtb')
    with locked(target):
        if not newer(target, [source]):
            with open(source, encoding='ascii') as stream:
                text = stream.read()
            compile_source(text, target)
    return target

# SPDX-License-Identifier: GPL-2.0-or-later
"""The virt board's options: what is accepted, and one line with the reason for what is not."""
import os
import re
import shutil
import struct
import subprocess

from taptest import Skip, main, test

REST = ['-accel', 'qtest', '-nodefaults', '-display', 'none']


def refused(run, machine, *args):
    return run.refused('-M', machine, *REST, *args)


def dumps(run, machine, *args):
    """The tree that the machine writes instead of running."""
    path = run.path('dump.dtb')
    result = run.run('-M', machine + ',dumpdtb=' + path, *REST, *args)
    assert result.status == 0, result
    assert result.err.count('\n') == 1 and path in result.err, result
    with open(path, 'rb') as file:
        return file.read()


def put_tree(run, source):
    if not shutil.which('dtc'):
        raise Skip('dtc is not installed')
    path = run.path('user.dtb')
    subprocess.run(['dtc', '-q', '-o', path], input=source, check=True)
    return path


def decompile(run, dump):
    path = run.path('decompile.dtb')
    with open(path, 'wb') as file:
        file.write(dump)
    return subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', path], capture_output=True,
                          check=True).stdout.decode()


@test
def help_names_every_property(run):
    text = run.ok('-M', 'virt,help')
    for name in ('gic-version', 'highmem', 'dumpdtb', 'dtb-randomness', 'memory-backend',
                 'mem-shared', 'ram-base', 'platform-bus-base', 'platform-bus-size',
                 'kernel-irqchip', 'virtualization', 'secure', 'its', 'iommu', 'msi'):
        assert re.search(r'^ *(virt\.)?' + name + r'\b', text, re.M), name
    assert re.search(r'^virt +Arm', run.ok('-M', 'help'), re.M)


@test
def features_that_do_not_exist_are_refused_with_a_reason(run):
    for option, reason in (('virtualization=on', 'EL2'), ('secure=on', 'EL3'),
                           ('its=on', 'PCI'), ('msi=on', 'PCI'), ('iommu=smmuv3', 'PCI'),
                           ('mte=on', 'tags'), ('ras=on', 'error records'),
                           ('acpi=on', 'device tree')):
        line = refused(run, 'virt,' + option)
        assert option in line and reason in line, line


@test
def their_absence_may_be_said(run):
    dumps(run, 'virt,virtualization=off,secure=off,its=off,msi=off,iommu=none,mte=off,ras=off,'
          'acpi=off,highmem=on,dtb-randomness=on,kernel-irqchip=off')


@test
def gic_versions(run):
    for version in ('2', '3', 'max'):
        dumps(run, 'virt,gic-version=' + version)
    assert 'needs the KVM accelerator' in refused(run, 'virt,gic-version=host')
    for bad in ('1', '4', 'x', ''):
        line = refused(run, 'virt,gic-version=' + bad)
        assert '2, 3, host or max' in line, line


@test
def kernel_irqchip_needs_kvm(run):
    assert 'needs the KVM accelerator' in refused(run, 'virt,kernel-irqchip=on')
    assert 'does not exist' in refused(run, 'virt,kernel-irqchip=split')
    assert 'perhaps' in refused(run, 'virt,kernel-irqchip=perhaps')


@test
def number_of_cpus_is_limited_by_the_gic(run):
    dumps(run, 'virt', '-smp', '8')
    line = refused(run, 'virt', '-smp', '9')
    assert 'gic-version=2' in line and '8' in line and '9' in line and 'gic-version=3' in line, line
    dumps(run, 'virt,gic-version=3', '-smp', '123')
    line = refused(run, 'virt,gic-version=3', '-smp', '124')
    assert '123' in line and '124' in line, line
    # CPUs that could come later count as well.
    assert '9' in refused(run, 'virt', '-smp', '1,maxcpus=9')


@test
def cpu_models(run):
    for model in ('cortex-a53', 'cortex-a57', 'cortex-a72', 'max'):
        dumps(run, 'virt', '-cpu', model)
    line = refused(run, 'virt', '-cpu', 'cortex-a15')
    assert 'cortex-a15' in line, line


@test
def ram_is_limited_by_the_addresses_of_the_cpu(run):
    line = refused(run, 'virt,highmem=off', '-m', '4G')
    assert 'RAM' in line and 'highmem=off' in line, line
    dumps(run, 'virt,highmem=off', '-m', '3G')
    # Cortex-A53: 40 bits; nothing of this size is allocated before it is checked.
    line = refused(run, 'virt,ram-base=0xfff0000000', '-cpu', 'cortex-a53', '-m', '512M')
    assert 'RAM' in line and '0x10000000000' in line, line
    dumps(run, 'virt,ram-base=0xfff0000000', '-cpu', 'cortex-a57', '-m', '512M')


@test
def places_are_checked(run):
    for option, part in (('ram-base=0x40100000', '2048 KiB'), ('ram-base=x', 'ram-base'),
                         ('ram-base=0x8000000', 'the GIC distributor'),
                         ('ram-base=0', 'the flash'),
                         ('platform-bus-base=0x40000000', 'RAM'),
                         ('platform-bus-base=0x9000000', 'the UART'),
                         ('platform-bus-base=0x80000001', '4 KiB'),
                         ('platform-bus-size=0', '4 KiB and 4 GiB'),
                         ('platform-bus-size=8G', '4 KiB and 4 GiB'),
                         ('platform-bus-size=0x2800', '4 KiB'),
                         ('platform-bus-base=0xffffffffffff0000', 'the platform bus'),
                         ('platform-bus-base=0x4000000000', 'the high GIC redistributors')):
        line = refused(run, 'virt,' + option)
        assert part in line, (option, line)


@test
def places_above_ram_move_with_its_end(run):
    """Reserved for PCI, seen through what a bus put there would overlap."""
    for options, args, base, name in (
            ('', (), 0x4000000000, 'the high GIC redistributors'),
            ('', (), 0x4010000000, 'the high PCIe configuration window'),
            ('', (), 0x8000000000, 'the high PCIe memory window'),
            # RAM ends at 257 GiB.
            ('ram-base=0x3fc0000000,', ('-m', '2G'), 0x4040000000, 'the high GIC redistributors'),
            ('ram-base=0x3fc0000000,', ('-m', '2G'), 0x4050000000,
             'the high PCIe configuration window')):
        line = refused(run, 'virt,%splatform-bus-base=0x%x' % (options, base), *args)
        assert name in line and '0x%x' % base in line, line
    # 40 bits have room for all of them, but not when RAM is in the way.
    refused(run, 'virt,platform-bus-base=0x8000000000', '-cpu', 'cortex-a53')
    dumps(run, 'virt,ram-base=0x8000000000,platform-bus-base=0xfff0000000', '-cpu', 'cortex-a53')


@test
def a_tree_that_cannot_be_written_is_an_error(run):
    line = refused(run, 'virt,dumpdtb=' + os.path.join(run.folder, 'none', 'x.dtb'))
    assert 'x.dtb' in line and 'No such file' in line, line
    line = run.refused('-M', 'none,dumpdtb=' + run.path('x.dtb'), *REST)
    assert 'no device tree' in line, line


@test
def monitor_writes_the_tree_too(run):
    process, (qmp,) = run.with_qmp('-M', 'virt', *REST)
    path = run.path('qmp.dtb')
    assert qmp.command('dumpdtb', filename=path) == {'return': {}}
    with open(path, 'rb') as file:
        first = file.read()
    path = run.path('hmp.dtb')
    answer = qmp.command('human-monitor-command', command_line='dumpdtb ' + path)
    assert answer == {'return': ''}, answer
    with open(path, 'rb') as file:
        assert file.read() == first
    magic, size = struct.unpack('>II', first[:8])
    assert magic == 0xd00dfeed and size == len(first)
    answer = qmp.command('dumpdtb', filename=run.folder)
    assert 'cannot write' in answer['error']['desc'], answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def users_tree_gets_memory_and_chosen(run):
    """-dtb: memory nodes are replaced, /chosen is made, all else stays."""
    tree = put_tree(run, b'''/dts-v1/;
        / { #address-cells = <2>; #size-cells = <1>; compatible = "mine"; memory { reg = <0 0 1>; };
            memory@1 { reg = <0 1 1>; }; memory-controller { x = <1>; }; };''')
    kernel = run.path('kernel', 'flat')
    dump = dumps(run, 'virt', '-dtb', tree, '-kernel', kernel, '-append', 'a b', '-initrd', kernel)
    text = decompile(run, dump)
    assert 'compatible = "mine"' in text, text
    assert re.search(r'memory@40000000 {[^}]*reg = <0x0+ 0x40000000 0x8000000>', text), text
    assert text.count('memory') == 3 and 'memory-controller' in text, text
    assert 'bootargs = "a b"' in text, text
    assert re.search(r'linux,initrd-start = <0x0+ 0x44000000>', text), text
    assert 'psci' not in text, text


@test
def size_that_the_users_cells_cannot_hold_is_an_error(run):
    tree = put_tree(run, b'/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; };')
    dumps(run, 'virt', '-dtb', tree)
    line = refused(run, 'virt', '-dtb', tree, '-m', '4G')
    assert tree in line and 'memory' in line, line


@test
def damaged_trees_are_refused(run):
    tree = put_tree(run, b'/dts-v1/; / { a { b = "c"; }; };')
    with open(tree, 'rb') as file:
        good = file.read()
    for name, bad in (('text', b'hello, this is no tree at all, but it is long enough'),
                      ('short', good[:30]), ('cut', good[:-8]),
                      ('size', good[:4] + struct.pack('>I', 1 << 30) + good[8:]),
                      ('struct', good[:8] + struct.pack('>I', 0xfffffff0) + good[12:])):
        path = run.path(name)
        with open(path, 'wb') as file:
            file.write(bad)
        line = refused(run, 'virt', '-dtb', path)
        assert path in line and 'not a usable device tree' in line, line
    path = run.path('large')
    with open(path, 'wb') as file:
        file.write(bytes(3 << 20))
    assert 'room' in refused(run, 'virt', '-dtb', path)


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""gantry-host looks at recorded hosts: what it finds, says and prints as JSON."""
import json
import os

from hosttree import PLAIN, XGMAC, HostTree, cells, good_board
from taptest import main, test

READY, FAILED, USAGE, NOT_READY = 0, 1, 2, 3


def run(env, tree, *args):
    return env.run('--sysroot', tree.root, *args)


def show(env, tree, name):
    """The device as JSON; the exit status agrees with its state."""
    result = run(env, tree, 'show', name, '--json')
    assert result.err == '', result
    dev = json.loads(result.out)
    assert result.status == (READY if dev['state'] == 'ready' else NOT_READY), result
    return dev


def ids(dev):
    return [finding['id'] for finding in dev['findings']]


def finding(dev, name):
    found = [f for f in dev['findings'] if f['id'] == name]
    assert len(found) == 1, dev
    return found[0]


def refused(env, tree, *args):
    result = run(env, tree, *args)
    assert result.status == FAILED and result.out == '', result
    return result.err


@test
def a_bound_device_of_a_good_board_is_ready(env):
    dev = show(env, good_board(env.path('host')), 'fff50000.ethernet')
    assert dev['state'] == 'ready' and dev['findings'] == [], dev
    assert dev['device-option'] == 'vfio-platform,host=fff50000.ethernet', dev
    assert dev['bus'] == 'platform' and dev['driver'] == 'vfio-platform', dev
    assert dev['driver-override'] is None, dev
    assert dev['path'] == '/sys/bus/platform/devices/fff50000.ethernet', dev
    assert dev['compatible'] == ['calxeda,hb-xgmac'], dev
    assert dev['node'] == '/soc/fff50000.ethernet', dev
    assert dev['iommu'] == 'arm,smmu-v3' and dev['dma-coherent'] is True, dev
    assert dev['reset'] == 'vfio-module' and dev['power'] == 'active', dev
    assert dev['regions'] == [
        {'address': 0xfff50000, 'cpu-address': 0xfff50000, 'size': 0x1000}], dev
    assert dev['supported'] is True, dev
    assert dev['interrupt-names'] == ['main', 'power', 'wake'], dev
    assert dev['group'] == {'id': 1, 'noiommu': False, 'members': [
        {'name': 'fff50000.ethernet', 'bus': 'platform', 'driver': 'vfio-platform'}]}, dev


@test
def the_text_names_state_facts_and_option(env):
    result = run(env, good_board(env.path('host')), 'show', 'fff50000.ethernet')
    assert result.status == READY, result
    lines = result.out.splitlines()
    assert lines[0] == 'fff50000.ethernet: ready', result
    assert '  driver          vfio-platform' in lines, result
    assert '  regions         0: 0xfff50000 size 0x1000' in lines, result
    assert lines[-2:] == ['option:', '    -device vfio-platform,host=fff50000.ethernet'], result


@test
def the_manual_shows_what_is_printed(env):
    tree = HostTree(env.path('host'))
    tree.smmu('smmu', 'arm,smmu-v3', True)
    real = tree.device('fff50000.ethernet', driver='xgmac', group=1, iommu='smmu')
    tree.file(real + '/modalias', 'of:NethernetT(null)Ccalxeda,hb-xgmac\n')
    tree.node('/soc/ethernet@fff50000', XGMAC)
    tree.link(real + '/of_node', 'sys/firmware/devicetree/base/soc/ethernet@fff50000')
    manual = os.path.join(os.path.dirname(__file__), '..', '..', 'docs', 'assign-a-device.md')
    with open(manual, encoding='utf-8') as file:
        blocks = file.read().split('```\n')
    assert run(env, tree, 'show', 'fff50000.ethernet').out in blocks


@test
def an_unbound_device_is_assignable_with_the_lines_that_bind_it(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', driver='xgmac', group=2, iommu='smmu', node=XGMAC)
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'assignable' and ids(dev) == ['not-bound'], dev
    assert finding(dev, 'not-bound')['severity'] == 'step', dev
    assert finding(dev, 'not-bound')['command'].splitlines() == [
        'echo vfio-platform > /sys/bus/platform/devices/a.eth/driver_override',
        'echo a.eth > /sys/bus/platform/devices/a.eth/driver/unbind',
        'echo a.eth > /sys/bus/platform/drivers_probe'], dev


@test
def a_device_without_driver_needs_no_unbind_line(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    command = finding(show(env, tree, 'a.eth'), 'not-bound')['command']
    assert 'unbind' not in command and len(command.splitlines()) == 2, command


@test
def a_missing_vfio_driver_is_loaded_before_binding(env):
    tree = HostTree(env.path('bare'), modules=())
    tree.device('a.eth', group=2, node=XGMAC)
    dev = show(env, tree, 'a.eth')
    assert finding(dev, 'no-vfio-driver')['command'] == 'modprobe vfio_platform', dev
    assert finding(dev, 'no-container')['command'] == 'modprobe vfio_iommu_type1', dev
    assert ids(dev).index('no-vfio-driver') < ids(dev).index('not-bound'), dev


@test
def without_a_group_the_device_is_blocked(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', node=XGMAC)
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'blocked' and dev['group'] is None, dev
    assert dev['device-option'] is None, dev
    assert finding(dev, 'no-group')['command'].endswith('/enable_unsafe_noiommu_mode'), dev
    text = run(env, tree, 'show', 'a.eth').out
    assert 'a.eth: blocked' in text and '-device' not in text, text


@test
def a_group_that_linux_makes_at_binding_is_no_blocker(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', node={**XGMAC, 'iommus': cells(0x8001, 7)})
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'assignable' and ids(dev) == ['not-bound'], dev
    assert dev['group'] is None and dev['iommu'] == 'arm,smmu-v3', dev
    assert dev['device-option'] == 'vfio-platform,host=a.eth', dev
    assert 'made when the device is bound' in run(env, tree, 'show', 'a.eth').out


@test
def a_group_to_come_needs_no_consent_to_no_iommu_mode(env):
    tree = good_board(env.path('host'))
    tree.file('sys/module/vfio/parameters/enable_unsafe_noiommu_mode', 'Y\n')
    tree.device('a.eth', node={**XGMAC, 'iommus': cells(0x8001, 7)})
    assert ids(show(env, tree, 'a.eth')) == ['not-bound']


@test
def an_iommu_without_a_driver_gives_no_group(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', node={**XGMAC, 'iommus': cells(0x8002, 7)})
    assert ids(show(env, tree, 'a.eth')) == ['no-group', 'not-bound']


@test
def a_group_to_come_behind_a_non_coherent_smmu_is_blocked(env):
    tree = HostTree(env.path('host'))
    tree.smmu('smmu', 'arm,smmu-v3', False)
    tree.device('a.eth', node={**XGMAC, 'iommus': cells(0x8001, 7)})
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'blocked' and 'not-coherent' in ids(dev), dev


@test
def with_no_iommu_mode_enabled_the_option_carries_the_consent(env):
    tree = good_board(env.path('host'))
    tree.file('sys/module/vfio/parameters/enable_unsafe_noiommu_mode', 'Y\n')
    tree.file('sys/kernel/iommu_groups/7/name', 'vfio-noiommu\n')
    tree.device('a.eth', driver='vfio-platform', group=7, node=XGMAC)
    tree.file('dev/vfio/noiommu-7', '')
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'ready' and ids(dev) == ['no-iommu'], dev
    assert finding(dev, 'no-iommu')['severity'] == 'warning', dev
    assert dev['group']['noiommu'] is True, dev
    assert dev['device-option'] == 'vfio-platform,host=a.eth,x-noiommu=on', dev


@test
def a_foreign_driver_in_the_group_is_named_with_the_lines_that_move_it(env):
    tree = good_board(env.path('host'))
    tree.device('b.uart', bus='amba', driver='uart-pl011', group=1)
    tree.device('c.idle', group=1)
    dev = show(env, tree, 'fff50000.ethernet')
    assert dev['state'] == 'assignable' and ids(dev) == ['group-not-viable'], dev
    found = finding(dev, 'group-not-viable')
    assert 'b.uart' in found['text'] and 'uart-pl011' in found['text'], dev
    assert found['command'].splitlines() == [
        'echo vfio-amba > /sys/bus/amba/devices/b.uart/driver_override',
        'echo b.uart > /sys/bus/amba/devices/b.uart/driver/unbind',
        'echo b.uart > /sys/bus/amba/drivers_probe'], dev
    assert [m['name'] for m in dev['group']['members']] == [
        'b.uart', 'c.idle', 'fff50000.ethernet'], dev


@test
def a_foreign_member_on_a_bus_without_vfio_blocks(env):
    tree = good_board(env.path('host'))
    tree.device('mc0', bus='fsl-mc', driver='fsl_mc_dprc', group=1)
    dev = show(env, tree, 'fff50000.ethernet')
    assert dev['state'] == 'blocked', dev
    assert 'mc0' in finding(dev, 'group-not-viable')['text'], dev


@test
def a_pci_bridge_may_keep_its_driver(env):
    tree = good_board(env.path('host'), modules=('vfio_pci', 'vfio_iommu_type1'))
    tree.device('0000:00:01.0', bus='pci', driver='pcieport', group=3)
    real = tree.device('0000:01:00.0', bus='pci', driver='vfio-pci', group=3)
    tree.file(real + '/reset', '')
    tree.file(real + '/resource', '0x0000000010000000 0x000000001000ffff 0x40200\n'
              '0x0000000000000000 0x0000000000000000 0x0\n')
    dev = show(env, tree, '0000:01:00.0')
    assert dev['state'] == 'ready' and dev['findings'] == [], dev
    assert dev['bus'] == 'pci' and dev['reset'] == 'pci', dev
    assert [r['size'] for r in dev['regions']] == [0x10000], dev
    assert dev['device-option'] == 'vfio-pci,host=0000:01:00.0', dev


@test
def without_a_reset_module_reset_required_must_be_off(env):
    tree = good_board(env.path('host'))
    tree.device('a.dma', group=2, iommu='smmu', node=PLAIN)
    dev = show(env, tree, 'a.dma')
    assert 'ENOENT' in finding(dev, 'reset-required')['text'], dev
    assert finding(dev, 'reset-required')['command'].endswith('reset_required=0'), dev
    assert ids(dev).index('reset-required') < ids(dev).index('not-bound'), dev
    assert dev['reset'] == 'none', dev


@test
def with_reset_required_off_it_is_only_noted(env):
    tree = good_board(env.path('host'), reset_required=False)
    tree.device('a.dma', group=2, iommu='smmu', node=PLAIN)
    dev = show(env, tree, 'a.dma')
    assert 'reset-required' not in ids(dev), dev
    assert finding(dev, 'no-reset')['severity'] == 'note', dev


@test
def a_non_coherent_smmuv3_blocks_even_a_coherent_device(env):
    tree = HostTree(env.path('host'))
    tree.smmu('smmu', 'arm,smmu-v3', False)
    tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    dev = show(env, tree, 'a.eth')
    assert dev['state'] == 'blocked', dev
    assert 'EINVAL' in finding(dev, 'not-coherent')['text'], dev


@test
def an_smmuv2_takes_coherency_from_the_device(env):
    tree = HostTree(env.path('host'))
    tree.smmu('smmu', 'arm,mmu-500', False)
    tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    bare = {k: v for k, v in XGMAC.items() if k != 'dma-coherent'}
    tree.device('b.eth', group=3, iommu='smmu', node=bare)
    assert show(env, tree, 'a.eth')['state'] == 'assignable'
    assert show(env, tree, 'b.eth')['state'] == 'blocked'


@test
def coherency_is_inherited_and_can_be_taken_back(env):
    tree = good_board(env.path('host'))
    tree.node('/soc', {'dma-coherent': b''})
    bare = {k: v for k, v in XGMAC.items() if k != 'dma-coherent'}
    tree.device('a.eth', group=2, iommu='smmu', node=bare)
    tree.device('b.eth', group=3, iommu='smmu', node={**bare, 'dma-noncoherent': b''})
    assert show(env, tree, 'a.eth')['dma-coherent'] is True
    assert show(env, tree, 'b.eth')['dma-coherent'] is False


@test
def an_amba_device_uses_its_driver_and_needs_no_reset(env):
    tree = good_board(env.path('host'), modules=('vfio_amba', 'vfio_iommu_type1'))
    tree.device('2c0000.dma', bus='amba', driver='dma-pl330', group=4, iommu='smmu', node=PLAIN)
    dev = show(env, tree, '2c0000.dma')
    assert dev['bus'] == 'amba' and dev['state'] == 'assignable', dev
    assert 'reset-required' not in ids(dev), dev
    assert finding(dev, 'not-bound')['command'].startswith('echo vfio-amba > '), dev
    assert dev['device-option'] == 'vfio-platform,host=2c0000.dma', dev


@test
def a_suspended_device_is_warned_of(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', group=2, iommu='smmu', node=XGMAC, power='suspended')
    found = finding(show(env, tree, 'a.eth'), 'suspended')
    assert found['severity'] == 'warning', found
    assert found['command'] == 'echo on > /sys/bus/platform/devices/a.eth/power/control', found


@test
def a_suspended_device_of_vfio_is_normal(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', driver='vfio-platform', group=2, iommu='smmu', node=XGMAC,
                power='suspended')
    assert show(env, tree, 'a.eth')['findings'] == []


@test
def each_consent_to_unsafe_interrupts_is_noted(env):
    tree = good_board(env.path('host'))
    for module in ('vfio_iommu_type1', 'iommufd'):
        tree.file('sys/module/%s/parameters/allow_unsafe_interrupts' % module, 'Y\n')
    dev = show(env, tree, 'fff50000.ethernet')
    assert dev['state'] == 'ready' and ids(dev) == ['unsafe-interrupts'] * 2, dev
    assert 'vfio_iommu_type1' in dev['findings'][0]['text'], dev
    assert 'iommufd' in dev['findings'][1]['text'], dev


@test
def windows_below_a_page_are_noted(env):
    tree = good_board(env.path('host'), reset_required=False)
    tree.device('a.dma', group=2, iommu='smmu', node=PLAIN)
    assert 'region 1 (0x800 bytes' in finding(show(env, tree, 'a.dma'), 'sub-page-region')['text']


@test
def a_bound_device_without_its_node_in_dev_is_not_ready(env):
    tree = good_board(env.path('host'))
    os.unlink(tree.path('dev/vfio/1'))
    dev = show(env, tree, 'fff50000.ethernet')
    assert ids(dev) == ['no-node'] and '/dev/vfio/1' in finding(dev, 'no-node')['text'], dev


@test
def files_that_are_missing_or_broken_leave_facts_out(env):
    tree = HostTree(env.path('host'))
    tree.folder('sys/bus/platform/devices/empty')
    os.symlink('nowhere', tree.path('sys/bus/platform/devices/dangling'))
    tree.device('odd.reg', group=1, node={'reg': b'\0\0', 'compatible': b'no-nul'})
    dev = show(env, tree, 'odd.reg')
    assert dev['regions'] == [] and dev['compatible'] == ['no-nul'], dev
    assert 'no device' in refused(env, tree, 'show', 'dangling')
    dev = show(env, tree, 'empty')
    assert dev['driver'] is None and dev['power'] is None and dev['node'] is None, dev
    listed = json.loads(run(env, tree, 'list', '--json').out)['devices']
    assert [d['name'] for d in listed] == ['odd.reg'], listed


@test
def an_empty_sysroot_has_no_devices(env):
    os.mkdir(env.path('host'))
    result = env.run('--sysroot', env.path('host'), 'list', '--json')
    assert result.status == READY and json.loads(result.out) == {'devices': []}, result


@test
def names_are_quoted_where_they_go(env):
    tree = good_board(env.path('host'))
    name = "a,b $(x)'.eth\x1b"
    tree.device(name, group=2, iommu='smmu', node=XGMAC)
    dev = show(env, tree, name)
    assert dev['name'] == name, dev
    assert "a,,b $(x)'\\''.eth" in dev['device-option'], dev
    assert finding(dev, 'not-bound')['command'].splitlines()[-1] == \
        "echo 'a,b $(x)'\\''.eth\x1b' > /sys/bus/platform/drivers_probe", dev
    text = run(env, tree, 'show', name).out + run(env, tree, 'list').out
    assert '\x1b' not in text and '.eth?' in text, text


@test
def links_out_of_the_sysroot_are_not_followed(env):
    tree = good_board(env.path('host'))
    secret = env.path('secret', 'of:secret')
    os.unlink(tree.path('sys/bus/platform/devices/fff50000.ethernet/modalias'))
    os.symlink(secret, tree.path('sys/bus/platform/devices/fff50000.ethernet/modalias'))
    outside = os.path.join(env.folder, 'outside')
    os.mkdir(outside)
    os.symlink('../../../../../outside', tree.path('sys/bus/platform/devices/outside'))
    os.symlink('/', tree.path('sys/bus/platform/devices/slash'))
    assert show(env, tree, 'fff50000.ethernet')['modalias'] is None
    assert 'no device' in refused(env, tree, 'show', 'outside')
    assert 'no device' in refused(env, tree, 'show', 'slash')


@test
def loops_pipes_and_endless_files_do_not_hold_it_up(env):
    tree = good_board(env.path('host'))
    real = tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    for name in ('modalias', 'power/runtime_status'):
        os.unlink(tree.path(real + '/' + name))
    os.mkfifo(tree.path(real + '/modalias'))
    os.symlink('runtime_status', tree.path(real + '/power/runtime_status'))
    tree.file('sys/firmware/devicetree/base/soc/a.eth/reg', b'\0' * 1000000)
    dev = show(env, tree, 'a.eth')
    assert dev['modalias'] is None and dev['power'] is None, dev
    assert len(dev['regions']) == 65536 // 8, len(dev['regions'])


@test
def names_that_are_paths_are_taken_as_such(env):
    tree = good_board(env.path('host'))
    dev = show(env, tree, '/sys/devices/platform/fff50000.ethernet')
    assert dev['name'] == 'fff50000.ethernet' and dev['bus'] == 'platform', dev
    for name in ('../devices/fff50000.ethernet', '..', '.', ''):
        assert 'wrong host device name' in refused(env, tree, 'show', name)
    assert 'is not a device' in refused(env, tree, 'show', '/sys/kernel')


@test
def an_unknown_name_is_answered_with_the_nearest_one(env):
    tree = good_board(env.path('host'))
    for name in ('fff5000.ethernet', 'ethernet@fff50000', 'fff50000', 'fff5', 'ethernet'):
        assert "did you mean 'fff50000.ethernet'?" in refused(env, tree, 'show', name), name
    for name in ('ether', 'x@', '@'):
        assert "'gantry-host list' shows" in refused(env, tree, 'show', name), name


@test
def the_list_has_a_line_for_each_device(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', driver='xgmac', group=2, iommu='smmu', node=XGMAC)
    tree.device('made-up')
    result = run(env, tree, 'list')
    assert result.status == READY, result
    assert [line.split() for line in result.out.splitlines()] == [
        ['BUS', 'GROUP', 'DRIVER', 'STATE', 'NAME'],
        ['platform', '2', 'xgmac', 'assignable', 'a.eth'],
        ['platform', '1', 'vfio-platform', 'ready', 'fff50000.ethernet']], result


@test
def registers_follow_the_cells_of_the_parent(env):
    tree = good_board(env.path('host'))
    tree.node('/soc', {'#address-cells': cells(2), '#size-cells': cells(2)})
    tree.node('/soc/fff50000.ethernet', {'reg': cells(4, 0xfff50000, 1, 0x2000)})
    assert show(env, tree, 'fff50000.ethernet')['regions'] == [
        {'address': 0x4fff50000, 'cpu-address': 0x4fff50000, 'size': 0x100002000}]


@test
def registers_are_also_given_as_the_cpu_sees_them(env):
    tree = good_board(env.path('host'))
    tree.node('/soc', {'ranges': cells(0xf0000000, 0x8, 0x10000000, 0x0, 0x08000000,
                                       0xf8000000, 0x9, 0x00000000, 0x0, 0x08000000),
                       '#size-cells': cells(2)})
    tree.node('/soc/fff50000.ethernet',
              {'reg': cells(0xfff50000, 0, 0x1000, 0xf0000800, 0, 0x1000, 0x1000, 0, 0x1000)})
    dev = show(env, tree, 'fff50000.ethernet')
    assert [(r['address'], r['cpu-address']) for r in dev['regions']] == [
        (0xfff50000, 0x907f50000), (0xf0000800, 0x810000800), (0x1000, None)], dev
    text = run(env, tree, 'show', 'fff50000.ethernet').out
    assert '0: 0x907f50000 size 0x1000 (0xfff50000 on its bus)' in text, text
    assert '2: not for the CPU size 0x1000 (0x1000 on its bus)' in text, text
    assert 'at 0x810000800) is not made of whole pages' in text, text


@test
def a_node_of_the_device_itself_is_shown(env):
    tree = good_board(env.path('host'))
    assert show(env, tree, 'fff50000.ethernet')['cdev'] is None
    tree.folder('sys/devices/platform/fff50000.ethernet/vfio-dev/vfio3')
    assert show(env, tree, 'fff50000.ethernet')['cdev'] == 'vfio3'
    assert '/dev/vfio/devices/vfio3' in run(env, tree, 'show', 'fff50000.ethernet').out


@test
def a_bus_without_ranges_hides_its_registers_from_the_cpu(env):
    tree = good_board(env.path('host'))
    os.unlink(tree.path('sys/firmware/devicetree/base/soc/ranges'))
    dev = show(env, tree, 'fff50000.ethernet')
    assert dev['regions'][0]['cpu-address'] is None, dev
    # Sizes of a word that lead beyond the end, and cells that are too many, are no ranges.
    tree.node('/soc', {'ranges': cells(0, 0, 1), '#address-cells': cells(9)})
    show(env, tree, 'fff50000.ethernet')


@test
def a_pci_device_is_said_not_to_be_supported_yet(env):
    tree = good_board(env.path('host'))
    real = tree.device('0000:01:00.0', bus='pci', driver='vfio-pci', group=4)
    tree.file(real + '/resource', '0x10000000 0x1000ffff 0x40200\n')
    dev = show(env, tree, '0000:01:00.0')
    assert dev['supported'] is False, dev
    assert dev['regions'] == [{'address': 0x10000000, 'cpu-address': 0x10000000,
                               'size': 0x10000}], dev
    text = run(env, tree, 'show', '0000:01:00.0').out
    assert 'option (not yet supported by gantry: it has no vfio-pci):' in text, text
    assert 'not yet' not in run(env, tree, 'show', 'fff50000.ethernet').out


# System RAM with reserved pieces as arm64 lists them; memory with no-map is outside.
IOMEM = """\
40000000-8fffffff : System RAM
  40010000-41a4ffff : Kernel code
  50000000-57ffffff : reserved
  58000000-5fffffff : reserved
  70000000-700fffff : reserved
90000000-9fffffff : reserved
a0000000-ffffffff : System RAM
"""


def carve_out_board(root, iomem=IOMEM):
    tree = good_board(root)
    tree.node('/reserved-memory', {'#address-cells': cells(2), '#size-cells': cells(2),
                                   'ranges': b''})
    for name, address, size, extra in (
            ('guest', 0x50000000, 0x10000000, {}), ('firmware', 0x90000000, 0x10000000,
                                                    {'no-map': b''}),
            ('cma', 0x60000000, 0x1000000, {'reusable': b''}),
            ('off', 0x62000000, 0x1000000, {'status': b'disabled\0'}),
            ('small', 0x70080000, 0x80000, {'status': b'okay\0'}),
            ('used', 0xa0000000, 0x10000000, {})):
        tree.node('/reserved-memory/%s@%x' % (name, address),
                  {'reg': cells(0, address, 0, size), **extra})
    tree.node('/reserved-memory/anywhere', {'size': cells(0, 0x100000)})
    if iomem is not None:
        tree.file('proc/iomem', iomem)
    return tree


def carve_outs(env, tree):
    result = run(env, tree, 'carve-outs', '--json')
    assert result.status == READY and result.err == '', result
    return {c['node'].split('/')[-1]: c for c in json.loads(result.out)['carve-outs']}


@test
def carve_outs_are_listed_with_what_forbids_them(env):
    found = carve_outs(env, carve_out_board(env.path('host')))
    assert {name: c['state'] for name, c in found.items()} == {
        'guest@50000000': 'usable', 'firmware@90000000': 'no-map', 'cma@60000000': 'reusable',
        'off@62000000': 'disabled', 'small@70080000': 'misaligned',
        'used@a0000000': 'not-reserved'}, found
    assert found['guest@50000000'] == {
        'node': '/reserved-memory/guest@50000000', 'address': 0x50000000, 'size': 0x10000000,
        'state': 'usable', 'option':
        '-object memory-backend-file,id=ram0,mem-path=/dev/mem,offset=0x50000000,size=0x10000000,'
        'share=on -M virt,ram-base=0x50000000,memory-backend=ram0'}, found
    assert [c['option'] for c in found.values()].count(None) == 5, found


@test
def without_the_right_to_read_iomem_the_tree_alone_decides(env):
    for name, iomem in (('none', None), ('zeros', '00000000-00000000 : System RAM\n'
                                         '  00000000-00000000 : reserved\n')):
        found = carve_outs(env, carve_out_board(env.path(name), iomem))
        assert found['guest@50000000']['state'] == 'usable', found
        assert found['used@a0000000']['state'] == 'usable', found
        assert found['firmware@90000000']['state'] == 'no-map', found


@test
def a_gap_in_what_the_kernel_reserves_is_seen(env):
    tree = carve_out_board(env.path('host'), IOMEM.replace('58000000-', '58001000-'))
    assert carve_outs(env, tree)['guest@50000000']['state'] == 'not-reserved'


@test
def the_list_of_carve_outs_has_a_line_for_each(env):
    result = run(env, carve_out_board(env.path('host')), 'carve-outs')
    lines = [line.split() for line in result.out.splitlines()]
    assert lines[0] == ['ADDRESS', 'SIZE', 'STATE', 'NODE'], result
    assert lines[1] == ['0x50000000', '0x10000000', 'usable', '/reserved-memory/guest@50000000']
    assert len(lines) == 1 + 6 + 2 and lines[7] == ['option:'], result
    empty = run(env, good_board(env.path('other')), 'carve-outs')
    assert empty.status == READY and len(empty.out.splitlines()) == 1, empty


@test
def bind_dry_run_prints_the_lines_and_writes_nothing(env):
    tree = good_board(env.path('host'))
    real = tree.device('a.eth', driver='xgmac', group=2, iommu='smmu', node=XGMAC)
    result = run(env, tree, 'bind', 'a.eth', '--dry-run')
    assert result.status == READY and result.err == '', result
    assert result.out.splitlines() == [
        'echo vfio-platform > /sys/bus/platform/devices/a.eth/driver_override',
        'echo a.eth > /sys/bus/platform/devices/a.eth/driver/unbind',
        'echo a.eth > /sys/bus/platform/drivers_probe',
        '# dry run: nothing was written',
        '# a.eth is bound to xgmac'], result
    assert tree.read(real + '/driver_override') == '(null)\n'
    assert tree.read('sys/bus/platform/drivers_probe') == ''
    assert tree.read('sys/bus/platform/drivers/xgmac/unbind') == ''


@test
def bind_as_json_names_each_write_and_the_device_after_it(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    result = run(env, tree, '--json', '--dry-run', 'bind', 'a.eth')
    assert result.status == READY and result.err == '', result
    answer = json.loads(result.out)
    assert answer['dry-run'] is True, answer
    assert answer['writes'] == [
        {'path': '/sys/bus/platform/devices/a.eth/driver_override', 'text': 'vfio-platform'},
        {'path': '/sys/bus/platform/drivers_probe', 'text': 'a.eth'}], answer
    assert answer['device']['state'] == 'assignable', answer


@test
def bind_of_a_bound_device_prints_the_option(env):
    tree = good_board(env.path('host'))
    result = run(env, tree, 'bind', 'fff50000.ethernet')
    assert result.status == READY, result
    assert result.out.splitlines() == [
        '# fff50000.ethernet is bound to vfio-platform',
        'option:', '    -device vfio-platform,host=fff50000.ethernet'], result


@test
def bind_reads_the_driver_again_and_puts_the_override_back(env):
    tree = good_board(env.path('host'))  # nothing reacts to the writes: the driver stays
    real = tree.device('a.eth', driver='xgmac', group=2, iommu='smmu', node=XGMAC)
    tree.file(real + '/driver_override', 'xgmac\n')
    result = run(env, tree, 'bind', 'a.eth')
    assert result.status == FAILED, result
    assert 'a.eth is bound to xgmac after drivers_probe' in result.err, result
    assert 'dmesg' in result.err, result
    assert tree.read(real + '/driver_override') == 'xgmac\n'


@test
def bind_refuses_what_the_driver_would_and_says_why(env):
    tree = good_board(env.path('host'))
    real = tree.device('a.dma', driver='dma', group=2, iommu='smmu', node=PLAIN)
    result = run(env, tree, 'bind', 'a.dma')
    assert result.status == FAILED and result.out == '', result
    assert 'a.dma is not bound' in result.err and 'reset_required=0' in result.err, result
    assert tree.read(real + '/driver_override') == '(null)\n'


@test
def bind_does_not_write_through_links_out_of_the_sysroot(env):
    tree = good_board(env.path('host'))
    real = tree.device('a.eth', group=2, iommu='smmu', node=XGMAC)
    outside = env.path('outside', 'untouched')
    os.unlink(tree.path(real + '/driver_override'))
    os.symlink(outside, tree.path(real + '/driver_override'))
    result = run(env, tree, 'bind', 'a.eth')
    assert result.status == FAILED and 'driver_override' in result.err, result
    with open(outside, encoding='utf-8') as file:
        assert file.read() == 'untouched'


@test
def unbind_dry_run_prints_the_lines(env):
    tree = good_board(env.path('host'))
    tree.file('sys/devices/platform/fff50000.ethernet/driver_override', 'vfio-platform\n')
    result = run(env, tree, 'unbind', 'fff50000.ethernet', '--dry-run')
    path = '/sys/bus/platform/devices/fff50000.ethernet/'
    assert result.status == READY, result
    assert result.out.splitlines()[:4] == [
        'echo > ' + path + 'driver_override',
        'echo fff50000.ethernet > ' + path + 'driver/unbind',
        'echo fff50000.ethernet > /sys/bus/platform/drivers_probe',
        '# dry run: nothing was written'], result


@test
def unbind_does_not_touch_other_drivers(env):
    tree = good_board(env.path('host'))
    tree.device('a.eth', driver='xgmac', group=2, iommu='smmu', node=XGMAC)
    assert 'not bound to a vfio driver, but to xgmac' in refused(env, tree, 'unbind', 'a.eth')
    assert tree.read('sys/bus/platform/drivers/xgmac/unbind') == ''


@test
def interrupts_are_counted_by_the_cells_of_their_controllers(env):
    tree = good_board(env.path('host'))
    node = '/soc/fff50000.ethernet'
    tree.node('/gic', {'#interrupt-cells': cells(3), 'phandle': cells(1)})
    tree.node('/soc/gpio', {'#interrupt-cells': cells(2), 'phandle': cells(7)})
    tree.node('', {'interrupt-parent': cells(1)})
    tree.node(node, {'interrupts': cells(0, 77, 4, 0, 78, 4)})
    assert show(env, tree, 'fff50000.ethernet')['interrupts'] == 2
    tree.node(node, {'interrupt-parent': cells(7)})
    assert show(env, tree, 'fff50000.ethernet')['interrupts'] == 3
    tree.node(node, {'interrupts-extended': cells(1, 0, 77, 4, 7, 1, 4)})
    assert show(env, tree, 'fff50000.ethernet')['interrupts'] == 2


@test
def broken_interrupts_are_not_counted(env):
    tree = good_board(env.path('host'))
    node = '/soc/fff50000.ethernet'
    tree.node('/gic', {'#interrupt-cells': cells(0xffffffff), 'phandle': cells(1)})
    os.symlink('..', tree.path('sys/firmware/devicetree/base/soc/loop'))
    for name in ('interrupts', 'interrupts-extended'):
        for data in (b'', b'\0', cells(1), cells(9, 1, 1), cells(1, 1, 1)):
            tree.node(node, {'interrupt-parent': cells(1), name: data})
            assert show(env, tree, 'fff50000.ethernet')['interrupts'] == 0, data


@test
def wrong_usage_is_status_2_and_one_line(env):
    for args in ([], ['frobnicate'], ['show'], ['list', 'x'], ['show', 'a', 'b'], ['bind'], ['unbind', 'a', 'b'], ['--what'],
                 ['list', '--sysroot']):
        result = env.run(*args)
        assert result.status == USAGE and result.out == '', result
        assert len(result.err.splitlines()) == 1, result


@test
def a_sysroot_must_be_a_folder(env):
    result = env.run('list', '--sysroot', env.path('none'))
    assert result.status == FAILED and 'sysroot' in result.err, result
    result = env.run('list', '--sysroot', env.path('file', 'x'))
    assert result.status == FAILED and 'not a folder' in result.err, result


@test
def help_and_version_are_printed(env):
    out = env.ok('--help')
    for word in ('list', 'show DEV', 'bind DEV', 'unbind DEV', '--dry-run', '--json', '--sysroot', 'Exit status'):
        assert word in out, out
    assert env.ok('--version').startswith('gantry-host ')


if __name__ == '__main__':
    main()

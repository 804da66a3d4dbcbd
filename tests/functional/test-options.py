# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: every option's form, help texts, and one-line errors."""
import json
import os
import re

from taptest import main, test

NONE = ['-M', 'none', '-nodefaults', '-display', 'none']

# Options that are known but whose feature does not exist, with an argument if they take one.
REFUSED = [
    '-netdev hubport,id=n', '-nic socket', '-net nic',
    '-gdb tcp::1234', '-s', '-smbios type=0', '-numa node',
    '-snapshot', '-vnc :0', '-spice port=1', '-usb', '-usbdevice mouse',
    '-tpmdev x', '-loadvm x', '-fsdev x', '-virtfs x', '-plugin x', '-semihosting',
    '-option-rom x', '-singlestep', '-preconfig', '-compat x',
    '-dump-vmstate x', '-k de', '-full-screen', '-debugcon x', '-audio-help',
    '-async-teardown', '-writeconfig x',
]


@test
def help_shows_every_option_of_this_version(run):
    text = run.ok('-h')
    for option in ('-machine', '-accel', '-smp', '-m ', '-device', '-object', '-global', '-set',
                   '-chardev', '-serial', '-parallel', '-monitor', '-qmp', '-qmp-pretty', '-mon ',
                   '-qtest', '-qtest-log', '-trace', '-d ', '-D ', '-dfilter', '-S', '-display',
                   '-nographic', '-vga', '-audio', '-nodefaults', '-no-user-config', '-no-reboot',
                   '-no-shutdown', '-action', '-name', '-uuid', '-pidfile', '-daemonize',
                   '-run-with', '-sandbox', '-msg', '-only-migratable', '-rtc', '-readconfig',
                   '-add-fd', '-overcommit', '-incoming', '-fw_cfg', '-version', '-cpu'):
        assert re.search(r'^  (-\w+, )?' + re.escape(option.strip()) + r'\b', text, re.M), option


@test
def two_dashes_are_like_one(run):
    assert run.ok('--help') == run.ok('-h')
    assert run.ok('--version') == run.ok('-version')


@test
def version_names_the_program(run):
    assert re.match(r'Gantry emulator version \d+\.\d+', run.ok('-version'))


@test
def lists_are_printed_on_request(run):
    assert 'none' in run.ok('-M', 'help')
    assert 'none' in run.ok('-machine', 'help')
    assert 'memory-backend' in run.ok('-M', 'none,help')
    assert 'qtest' in run.ok('-accel', 'help')
    assert 'test-gate' in run.ok('-device', 'help')
    assert 'num-lines' in run.ok('-device', 'test-gate,help')
    assert 'memory-backend-ram' in run.ok('-object', 'help')
    assert 'size' in run.ok('-object', 'memory-backend-ram,help')
    assert 'socket' in run.ok('-chardev', 'help')
    assert 'guest_errors' in run.ok('-d', 'help')
    assert 'qtest_command_run' in run.ok('-trace', 'help')
    assert 'none' in run.ok('-display', 'help')
    assert 'none' in run.ok('-audio', 'help')
    assert 'maxcpus' in run.ok('-smp', 'help')
    run.ok('-cpu', 'help')


@test
def every_property_of_every_device_is_described(run):
    types = re.findall(r'^name "([^"]+)"', run.ok('-device', 'help'), re.M)
    assert 'vfio-platform' in types and 'pl011' in types, types
    for name in types:
        if name.startswith('test-'):
            continue
        for line in run.ok('-device', name + ',help').splitlines()[1:]:
            text = re.fullmatch(r'  ([^=]+)=<.+?> *(?:- (.*))?', line)
            assert text, (name, line)
            what = re.sub(r'\(default: .*\)$', '', text.group(2) or '').strip()
            assert len(what) > 8 or text.group(1) in ('drive', 'chardev'), (name, line)


@test
def properties_with_a_number_in_their_name_are_explained(run):
    text = run.ok('-device', 'vfio-platform,help')
    for name in ('addr.N', 'irq.N', 'eoi.N', 'clock-frequency.NAME'):
        assert re.search(r'^  ' + re.escape(name) + r'=<\w+> +- \w', text, re.M), name
    line = run.refused(*NONE, '-device', 'vfio-platform,addr.N=1')
    assert 'write a number instead of N, as in addr.0=' in line, line


@test
def device_properties_may_have_a_dot(run):
    for text in ('addr.1=0xc000000', 'irq.0=120', 'eoi=trap,eoi.0=0:0x10:1:w',
                 'clock-frequency.axi=100000000'):
        line = run.refused(*NONE, '-device', 'vfio-platform,host=none.such,' + text)
        assert 'none.such: failed to get the sysfs host device file status' in line, line
    process, [qmp] = run.with_qmp('-M', 'virt', '-accel', 'none', '-nodefaults', '-display', 'none')
    answer = qmp.command('human-monitor-command',
                         command_line='device_add vfio-platform,host=none.such,addr.0=0')
    assert 'none.such: failed to get the sysfs' in answer['return'], answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def trace_events_of_vfio_platform_have_their_names(run):
    events = run.ok('-trace', 'help').split()
    for name in ('realize', 'base_device_init', 'populate_regions', 'populate_interrupts',
                 'intp_interrupt', 'intp_inject_pending_lockheld', 'eoi', 'eoi_handle_pending',
                 'intp_mmap_enable', 'mmap_set_enabled', 'start_level_irqfd_injection',
                 'start_edge_irqfd_injection'):
        assert 'vfio_platform_' + name in events, name
    assert 'vfio_intp_interrupt_set_pending' in events, events


@test
def help_wins_over_later_mistakes(run):
    run.ok('-M', 'help', '-bogus')


@test
def no_machine_is_an_error_with_a_hint(run):
    result = run.run()
    assert result.status == 1
    assert 'No machine specified, and there is no default' in result.err
    assert '-machine help' in result.err


@test
def unknown_options_are_named_with_the_nearest(run):
    line = run.refused('-machin', 'none')
    assert "'machin'" in line and "'machine'" in line, line
    line = run.refused('--daemonise')
    assert "'daemonise'" in line and "'daemonize'" in line, line
    assert "'zzzzzzzzzz'" in run.refused('-zzzzzzzzzz')


@test
def a_word_that_is_no_option_is_a_disk(run):
    virt = ['-M', 'virt', '-accel', 'none', '-nodefaults', '-display', 'none']
    image = run.path('disk.img', 512 * 'x')
    process, [qmp] = run.with_qmp(*virt, image)
    disks = qmp.command('query-block')['return']
    assert [disk['inserted']['file'] for disk in disks] == [image], disks
    qmp.command('quit')
    assert run.finish(process).status == 0
    assert 'missing.img' in run.refused(*virt, 'missing.img')
    run.refused(*virt, '-')
    run.refused(*virt, '')


@test
def missing_arguments_are_named(run):
    for option in ('-M', '-m', '-smp', '-device', '-object', '-chardev', '-qmp', '-name'):
        line = run.refused(*NONE, option)
        assert option in line and 'argument' in line, line


@test
def options_of_missing_features_are_known(run):
    for words in REFUSED:
        line = run.refused(*NONE, *words.split())
        assert words.split()[0] in line and 'unknown' not in line, line
        assert 'not supported' in line, line


@test
def refusals_say_what_to_use_instead(run):
    for words, part in (('-singlestep', '-accel tcg,one-insn-per-tb=on'),
                        ('-one-insn-per-tb', '-accel tcg,'), ('-fda x', '-drive'),
                        ('-snapshot', 'readonly=on'), ('-loadvm x', '-incoming'),
                        ('-s', 'monitor')):
        line = run.refused(*NONE, *words.split())
        assert part in line, line


@test
def mistakes_of_disks_are_named(run):
    for words, part in (('-drive file=/no/such/file,if=none,format=raw', "'/no/such/file'"),
                        ('-drive file=null-co://,if=none,fromat=raw', "'format'"),
                        ('-drive file=null-co://,if=none,format=qcow2', 'format=qcow2'),
                        ('-drive file=null-co://,format=raw,if=virtoi', "'virtio'"),
                        ('-drive file=null-co://,format=raw,if=sd', 'no place for drive'),
                        ('-drive file=null-co://,format=raw,if=virtio', "drive 'virtio0'"),
                        ('-drive file=null-co://,format=raw,if=none,snapshot=on', 'snapshot=on'),
                        ('-hda /no/such/file', "'/no/such/file'"),
                        ('-pflash /no/such/file', "'/no/such/file'"),
                        ('-blockdev driver=file,node-name=n', "'filename'"),
                        ('-blockdev driver=null-co', "'node-name'"),
                        ('-blockdev driver=qcow2,node-name=n', 'qcow2'),
                        ('-blockdev {"driver":"null-co","node-name":"n","sise":1}', "'sise'")):
        line = run.refused(*NONE, *words.split())
        assert words.split()[0] in line and part in line, line


@test
def mistakes_of_networks_are_named(run):
    for words, part in (('-netdev user', 'needs an id'),
                        ('-netdev usr,id=n', "'user'"),
                        ('-netdev stream,id=n', "'addr'"),
                        ('-netdev [1]', "'[1]'"),
                        ('-netdev {"type":"dgram","id":1}', 'id'),
                        ('-netdev {"type":"dgram"', 'JSON'),
                        ('-nic dgram,local.type=fd,local.str=zz', 'zz'),
                        ('-nic dgram,mac=1', 'mac=1'),
                        ('-net user', '-nic')):
        line = run.refused(*NONE, *words.split(' ', 1))
        assert part in line and words.split()[0] in line, line


@test
def networks_help(run):
    for words in ('-netdev help', '-nic help', '-netdev user,help'):
        assert 'stream' in run.ok(*words.split())
    run.ok('-nic', 'stream,model=help')


@test
def no_network_is_accepted(run):
    for words in ('-nic none', '-net none'):
        process, [qmp] = run.with_qmp(*NONE, *words.split())
        qmp.command('quit')
        assert run.finish(process).status == 0


@test
def firmware_is_looked_for_in_folders(run):
    virt = ['-M', 'virt', '-accel', 'none', '-nodefaults', '-display', 'none']
    folder, empty = run.path('fw'), run.path('empty')
    os.mkdir(folder)
    os.mkdir(empty)
    path = run.path('fw/flash.fd', 'firmware')
    process, [qmp] = run.with_qmp(*virt, '-bios', 'flash.fd', '-L', empty, '-L', folder)
    assert qmp.command('qom-get', path='/machine', property='firmware') == {'return': path}
    qmp.command('quit')
    assert run.finish(process).status == 0
    line = run.refused(*virt, '-bios', 'flash.fd', '-L', empty)
    assert 'flash.fd' in line, line
    assert run.ok('-L', folder, '-L', 'help') == folder + '\n'
    run.refused(*virt, '-L', '')


@test
def wishes_for_the_boot_are_checked(run):
    for arg in ('strict=on', 'order=cdn,menu=off,strict=off', 'c', 'once=d,reboot-timeout=-1', ''):
        process, [qmp] = run.with_qmp(*NONE, '-boot', arg)
        qmp.command('quit')
        assert run.finish(process).status == 0
    for arg, word in (('order=z', "'z'"), ('cc', 'twice'), ('once=ada', 'twice'),
                      ('menu=perhaps', 'menu'), ('splash=x', 'splash'),
                      ('reboot-timeout=65536', '65536'), ('reboot-timeout=', 'reboot-timeout'),
                      ('reboot-timeout=-2', '-2'), ('reboot-timeout=1s', '1s')):
        line = run.refused(*NONE, '-boot', arg)
        assert '-boot' in line and word in line, line
    assert 'reboot-timeout' in run.ok('-boot', 'help')


@test
def memory_may_be_files_of_a_folder(run):
    virt = ['-M', 'virt', '-accel', 'none', '-nodefaults', '-display', 'none', '-m', '16']
    process, [qmp] = run.with_qmp(*virt, '-mem-path', run.folder, '-mem-prealloc')
    [memory] = qmp.command('query-memdev')['return']
    assert memory['size'] == 16 << 20 and memory['prealloc'] is True, memory
    assert qmp.command('qom-get', path='/objects/' + memory['id'],
                       property='mem-path') == {'return': run.folder}
    qmp.command('quit')
    assert run.finish(process).status == 0
    line = run.refused(*virt, '-mem-path', '/nonexistent/folder')
    assert '/nonexistent/folder' in line, line
    run.refused(*virt, '-mem-path', '')


@test
def prealloc_is_for_memory_objects_too(run):
    process, [qmp] = run.with_qmp(*NONE, '-mem-prealloc', '-object',
                                  'memory-backend-ram,id=m,size=1M')
    [memory] = qmp.command('query-memdev')['return']
    assert memory['prealloc'] is True, memory
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def options_for_what_is_absent_anyway_are_accepted(run):
    for words in ('-no-acpi', '-audio none', '-audiodev none,id=a', '-audio driver=none',
                  '-audiodev {"id":"audio1","driver":"none"}'):
        process, [qmp] = run.with_qmp(*NONE, *words.split())
        qmp.command('quit')
        assert run.finish(process).status == 0
    for words in ('-audiodev id=a', '-audiodev {"id":"a"}', '-audiodev {', '-audiodev pa,id=a'):
        assert '-audiodev' in run.refused(*NONE, *words.split())


@test
def unknown_machines_suggest_a_name(run):
    line = run.refused('-M', 'none1')
    assert "'none1'" in line and "'none'" in line, line


@test
def unknown_machine_properties_are_named(run):
    line = run.refused('-M', 'none,memory-backen=x')
    assert 'memory-backen' in line and "'memory-backend'" in line, line
    assert '-M none,memory-backen=x' in line, line


@test
def machine_property_values_are_checked(run):
    assert 'mem-merge' in run.refused('-M', 'none,mem-merge=perhaps')
    assert 'nothing' in run.refused('-M', 'none,memory-backend=nothing')


@test
def sizes_are_checked(run):
    for size in ('0', 'x', '-1', '1X', '99999999999999999999', '16E', '1,slots=1', '2,maxmem=1M',
                 '1,bogus=2', ''):
        assert '-m' in run.refused('-M', 'none', '-m', size), size


@test
def topologies_are_checked(run):
    for smp in ('0', '2', '-1', 'x', 'cpus=1,sockets=0', 'cpus=1,maxcpus=2', '1,cores=2,threads=3',
                '1,dies=2', '99999999999', '1,core=1', 'cpus=1,sockets=4294967296', ''):
        assert '-smp' in run.refused('-M', 'none', '-smp', smp), smp


@test
def one_cpu_is_a_legal_topology(run):
    process, [qmp] = run.with_qmp(*NONE, '-smp', '1,sockets=1,cores=1,threads=1')
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def cpu_needs_a_machine_with_cpus(run):
    line = run.refused('-M', 'none', '-cpu', 'cortex-a57')
    assert '-cpu cortex-a57' in line and 'no CPUs' in line, line


@test
def cpu_models_are_listed(run):
    lines = run.ok('-cpu', 'help').splitlines()
    assert [line.split()[0] for line in lines[1:]] == ['cortex-a53', 'cortex-a57', 'cortex-a72',
                                                       'host', 'max'], lines


@test
def cpu_options_are_checked(run):
    virt = ('-M', 'virt', '-accel', 'qtest', '-nodefaults', '-display', 'none')
    for option, reason in (('cortex-a99', 'unknown'), ('arm-cpu', 'unknown'), ('', 'model'),
                           ('max,sve=on', 'no feature "sve"'), ('max,pauth', 'name=value'),
                           ('cortex-a53,pauth=off', 'no feature "pauth"'),
                           ('max,pmu=7', 'pmu'), ('max,cntfrq=0', 'cntfrq'),
                           ('max,rvbar=2', 'rvbar')):
        line = run.refused(*virt, '-cpu', option)
        assert reason in line, (option, line)


@test
def machine_without_accelerator_takes_the_software_cpu(run):
    process, (qmp,) = run.with_qmp('-M', 'virt', '-nodefaults', '-display', 'none', '-S',
                                   '-smp', '2')
    assert qmp.command('query-status')['return']['status'] == 'prelaunch'
    assert qmp.command('cont') == {'return': {}}
    assert qmp.command('query-status')['return']['running'] is True
    assert qmp.command('system_reset') == {'return': {}}
    qmp.wait_event('RESET')
    assert qmp.command('quit') == {'return': {}}
    result = run.finish(process)
    assert result.status == 0, result
    assert result.err == '', result


@test
def idle_cpus_on_request_are_no_reason_to_warn(run):
    process, (qmp,) = run.with_qmp('-M', 'virt', '-accel', 'none', '-nodefaults', '-display',
                                   'none')
    assert qmp.command('query-status')['return']['running'] is True
    qmp.command('quit')
    result = run.finish(process)
    assert result.status == 0 and result.err == '', result


@test
def unknown_accelerators_are_named(run):
    line = run.refused('-M', 'none', '-accel', 'qtes')
    assert 'qtes' in line, line


@test
def first_usable_accelerator_wins(run):
    process, [qmp] = run.with_qmp('-M', 'none', '-accel', 'hvf', '-accel', 'qtest',
                                  '-accel', 'xen')
    qmp.command('quit')
    result = run.finish(process)
    assert result.status == 0
    assert 'hvf' in result.err and 'xen' not in result.err, result


@test
def machine_takes_accelerators_too(run):
    process, [qmp] = run.with_qmp('-M', 'none,accel=hvf:qtest')
    qmp.command('quit')
    result = run.finish(process)
    assert result.status == 0
    assert 'hvf' in result.err, result


@test
def machine_keeps_its_memory_backend(run):
    process, [qmp] = run.with_qmp('-M', 'none', '-object', 'memory-backend-ram,id=late,size=1M')
    error = qmp.command('qom-set', path='/machine', property='memory-backend',
                        value='late')['error']
    assert 'memory-backend' in error['desc'], error
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def unknown_devices_suggest_a_type(run):
    line = run.refused(*NONE, '-device', 'test-gat')
    assert "'test-gat'" in line and "'test-gate'" in line, line


@test
def unknown_device_properties_suggest_a_name(run):
    line = run.refused(*NONE, '-device', 'test-gate,num-line=3')
    assert 'num-line' in line and "'num-lines'" in line, line


@test
def device_values_are_checked(run):
    for value in ('x', '-1', '99999999999', '1.5', ''):
        assert 'num-lines' in run.refused(*NONE, '-device', 'test-gate,num-lines=' + value), value


@test
def devices_take_json(run):
    process, [qmp] = run.with_qmp(*NONE, '-device',
                                  json.dumps({'driver': 'test-gate', 'id': 'g', 'num-lines': 5}))
    answer = qmp.command('qom-get', path='/machine/peripheral/g', property='num-lines')
    assert answer == {'return': 5}, answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def bad_device_arguments_are_refused(run):
    for arg in ('', ',', 'id=x', 'test-gate,id=1bad', 'test-gate,id=a,id', '{', '[]', '{}',
                '{"driver": 3}', '{"driver": "test-gate", "num-lines": "3"}',
                '{"driver": "test-gate", "driver": "test-gate"}', '{"driver": "test-gate"} x',
                'device', 'memory-backend-ram', 'test-gate,bus=nowhere', '=', '=x', 'test-gate,,'):
        assert '-device' in run.refused(*NONE, '-device', arg), arg


@test
def duplicate_device_ids_are_refused(run):
    line = run.refused(*NONE, '-device', 'test-gate,id=a', '-device', 'test-gate,id=a')
    assert "'a'" in line, line


@test
def objects_take_both_forms(run):
    process, [qmp] = run.with_qmp(
        *NONE, '-object', 'memory-backend-ram,id=a,size=1M',
        '-object', json.dumps({'qom-type': 'memory-backend-ram', 'id': 'b', 'size': 2097152}))
    for name, size in (('a', 1 << 20), ('b', 2 << 20)):
        answer = qmp.command('qom-get', path='/objects/' + name, property='size')
        assert answer == {'return': size}, answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def bad_objects_are_refused(run):
    for arg in ('', 'bogus,id=x', 'memory-backend-ram', 'memory-backend-ram,id=m',
                'memory-backend-ram,id=m,size=0', 'memory-backend-ram,id=m,size=x',
                'memory-backend-ram,id=m,size=1M,sharee=on', 'memory-backend-ram,id=9,size=1M',
                'memory-backend-file,id=m,size=1M,mem-path=/nonexistent/x', 'object,id=x',
                '{"qom-type": "memory-backend-ram", "id": "m", "size": "1M"}', 'test-gate,id=x'):
        assert '-object' in run.refused(*NONE, '-object', arg), arg
    twice = ['-object', 'memory-backend-ram,id=m,size=1M'] * 2
    run.refused(*NONE, *twice)


@test
def memory_objects_become_the_memory(run):
    process, [qmp] = run.with_qmp('-M', 'none,memory-backend=m', '-object',
                                  'memory-backend-ram,id=m,size=4M')
    answer = qmp.command('query-memory-size-summary')
    assert answer['return']['base-memory'] == 4 << 20, answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def globals_change_defaults(run):
    for arg in ('test-gate.num-lines=7', 'driver=test-gate,property=num-lines,value=7'):
        process, [qmp] = run.with_qmp(*NONE, '-global', arg, '-device', 'test-gate,id=g')
        answer = qmp.command('qom-get', path='/machine/peripheral/g', property='num-lines')
        assert answer == {'return': 7}, answer
        qmp.command('quit')
        assert run.finish(process).status == 0


@test
def bad_globals_are_refused(run):
    for arg in ('', 'x', 'x=y', '.x=y', 'x.=y', 'driver=x', 'driver=x,property=y', 'drive=x'):
        assert '-global' in run.refused(*NONE, '-global', arg), arg


@test
def set_changes_what_came_before(run):
    process, [qmp] = run.with_qmp(*NONE, '-device', 'test-gate,id=g,num-lines=2',
                                  '-set', 'device.g.num-lines=9')
    answer = qmp.command('qom-get', path='/machine/peripheral/g', property='num-lines')
    assert answer == {'return': 9}, answer
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def bad_sets_are_refused(run):
    for arg in ('', 'x', 'device.g=1', 'device.g.x', 'device.g.num-lines=1', '..=', 'bogus.a.b=1',
                'chardev.c.path=x'):
        assert '-set' in run.refused(*NONE, '-set', arg), arg


@test
def bad_fw_cfg_items_are_refused(run):
    virt = ['-M', 'virt', '-accel', 'qtest', '-nodefaults', '-display', 'none']
    item = run.path('item', 'content')
    for arg, word in (
            ('', 'name='), ('opt/x', 'one of'), ('string=x', 'name='), ('name=,string=x', 'name='),
            ('opt/x,string=x,file=x', 'one of'), ('opt/x,strng=x', "'strng'"),
            ('opt/' + 52 * 'x' + ',string=x', '1 to 55'),
            ('opt/x,file=/nonexistent/item', '/nonexistent/item'), ('opt/x,file=/', "'/'"),
            ('opt/x,gen_id=nobody', "'nobody'")):
        line = run.refused(*virt, '-fw_cfg', arg)
        assert '-fw_cfg' in line and word in line, (arg, line)
    line = run.refused(*virt, '-fw_cfg', 'opt/x,string=1', '-fw_cfg', 'opt/x,string=2')
    assert 'duplicate' in line, line
    line = run.refused(*virt, *[a for i in range(33) for a in ('-fw_cfg', 'opt/%d,string=' % i)])
    assert 'no room' in line, line
    assert 'no fw_cfg' in run.refused(*NONE, '-fw_cfg', 'opt/x,file=' + item)
    assert 'gen_id' in run.ok('-fw_cfg', 'help')


@test
def bad_chardevs_are_refused(run):
    for arg in ('', 'bogus,id=c', 'null', 'socket,id=c', 'socket,id=c,path=/nonexistent/x',
                'null,id=c,bogus=1', 'file,id=c', 'null,id=1', 'socket,id=c,path=x,server=maybe'):
        assert '-chardev' in run.refused(*NONE, '-chardev', arg), arg
    run.refused(*NONE, '-chardev', 'null,id=c', '-chardev', 'null,id=c')


@test
def bad_monitors_are_refused(run):
    assert '-mon' in run.refused(*NONE, '-mon', 'chardev=nothing')
    assert '-mon' in run.refused(*NONE, '-mon', 'mode=control')
    assert '-mon' in run.refused(*NONE, '-chardev', 'null,id=c', '-mon', 'c,mode=bogus')
    assert '-qmp' in run.refused(*NONE, '-qmp', 'bogus')
    assert '-qmp' in run.refused(*NONE, '-qmp', 'unix:/nonexistent/x')
    assert '-monitor' in run.refused(*NONE, '-monitor', 'unix:/nonexistent/x')


@test
def only_absent_displays_are_accepted(run):
    for option, value in (('-display', 'gtk'), ('-vga', 'std'), ('-audio', 'pa'),
                          ('-parallel', 'stdio'), ('-audiodev', 'alsa,id=a')):
        line = run.refused('-M', 'none', option, value)
        assert option in line and 'none' in line, line


@test
def serial_ports_need_a_machine_with_some(run):
    assert 'no serial ports' in run.refused(*NONE, '-serial', 'null')


@test
def bad_log_options_are_refused(run):
    line = run.refused(*NONE, '-d', 'guest_error')
    assert "'guest_error'" in line and "'guest_errors'" in line, line
    assert '/nonexistent/log' in run.refused(*NONE, '-d', 'unimp', '-D', '/nonexistent/log')
    assert '-dfilter' in run.refused(*NONE, '-dfilter', 'bogus')
    assert '-trace' in run.refused(*NONE, '-trace', 'no_such_event')
    assert '-trace' in run.refused(*NONE, '-trace', 'events=/nonexistent/x')


@test
def trace_and_log_go_where_asked(run):
    log = run.path('log')
    process, [qmp] = run.with_qmp(*NONE, '-d', 'guest_errors', '-D', log, '-trace', 'enable=qtest*')
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def bad_process_options_are_refused(run):
    for option, value in (
            ('-uuid', 'x'), ('-uuid', '12345678-9abc-def0-1234-56789abcdef'), ('-name', 'a,b=c'),
            ('-name', 'a,debug-threads=x'), ('-action', 'reboot=bogus'), ('-action', 'bogus=none'),
            ('-action', 'panic=pauze'), ('-watchdog-action', 'bogus'), ('-rtc', 'base=tomorrow'),
            ('-rtc', 'clock=sun'), ('-rtc', 'bogus=1'), ('-msg', 'timestamp=x'), ('-msg', 'x=on'),
            ('-run-with', 'async-teardown=on'), ('-run-with', 'user=no-such-user-here'),
            ('-run-with', 'chroot=/nonexistent'), ('-run-with', 'bogus=1'), ('-sandbox', 'maybe'),
            ('-sandbox', 'on,spawn=perhaps'), ('-sandbox', 'on,bogus=deny'),
            ('-overcommit', 'cpu-pm=on'), ('-overcommit', 'x=on'), ('-add-fd', 'fd=99,set=1'),
            ('-add-fd', 'fd=1,set=1'), ('-add-fd', 'set=1'), ('-add-fd', 'fd=x,set=1'),
            ('-echr', 'x'), ('-echr', '256'), ('-seed', 'x'), ('-pidfile', '/nonexistent/pid')):
        assert option in run.refused(*NONE, option, value), (option, value)


@test
def unknown_keys_suggest_the_nearest(run):
    line = run.refused(*NONE, '-name', 'gest=x')
    assert "'gest'" in line and "'guest'" in line, line


@test
def messages_may_have_a_time(run):
    line = run.run(*NONE, '-msg', 'timestamp=on', '-device', 'bogus').err
    assert re.match(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d', line), line


@test
def readconfig_is_like_the_command_line(run):
    config = run.path('vm.cfg', '# a machine\n[machine]\n  type = "none"\n'
                      '[device "g"]\n  driver = "test-gate"\n  num-lines = "6"\n'
                      '[object "m"]\n  qom-type = "memory-backend-ram"\n  size = "1M"\n'
                      '[name]\n  guest = "from, file"\n')
    process, [qmp] = run.with_qmp('-readconfig', config)
    answer = qmp.command('qom-get', path='/machine/peripheral/g', property='num-lines')
    assert answer == {'return': 6}, answer
    assert qmp.command('query-name') == {'return': {'name': 'from, file'}}
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def readconfig_errors_name_file_and_line(run):
    for text, line_number, words in (
            ('[machin]\n  type = "none"\n', 1, ["'machin'", "'machine'"]),
            ('[machine]\n  type = none\n', 2, []),
            ('\n[device "x"]\n  driver = "bogus"\n', 2, ["'bogus'"]),
            ('type = "none"\n', 1, []),
            ('[machine\n', 1, [])):
        config = run.path('bad.cfg', text)
        line = run.refused('-M', 'none', '-readconfig', config)
        assert 'bad.cfg:%d' % line_number in line, (text, line)
        for word in words:
            assert word in line, (text, line)
    assert '/nonexistent' in run.refused('-readconfig', '/nonexistent')


if __name__ == '__main__':
    main()

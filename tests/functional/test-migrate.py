#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Saving a machine and starting from what was saved, as a user asks for it: places, run states,
refusals, giving up. No guest runs here; test-saved-state.py has one.
"""
import os
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from taptest import TIMEOUT, main, test, wait_until  # noqa: E402

MACHINE = ('-M', 'virt', '-accel', 'qtest', '-m', '64M', '-nodefaults', '-display', 'none')


def start(run, *options, status=None, **kwargs):
    process, (qmp,) = run.with_qmp(*MACHINE, *options, **kwargs)
    if status:
        assert qmp.command('query-status')['return']['status'] == status
    return process, qmp


def start_full(run):
    """A machine whose state does not fit in a pipe: who does not read it holds it up."""
    with open(run.path('noise'), 'wb') as file:
        file.write(os.urandom(1 << 20))
    return start(run, '-device', 'loader,addr=0x41000000,force-raw=on,file=' + run.path('noise'),
                 status='running')


def command(qmp, name, **arguments):
    answer = qmp.command(name, **arguments)
    assert answer == {'return': {}}, (name, answer)


def refused(qmp, name, **arguments):
    answer = qmp.command(name, **arguments)
    assert answer.get('error', {}).get('class') == 'GenericError', (name, answer)
    return answer['error']['desc']


def status_of(qmp):
    return qmp.command('query-status')['return']['status']


def wait_migration(qmp, wanted):
    """Until nothing is under way, which must then have ended as @wanted; the figures."""
    end = time.monotonic() + TIMEOUT
    while True:
        info = qmp.command('query-migrate')['return']
        if info.get('status') not in ('setup', 'active', 'cancelling'):
            assert info.get('status') == wanted, info
            return info
        assert time.monotonic() < end, info
        time.sleep(0.005)


def save(qmp, uri):
    command(qmp, 'migrate', uri=uri)
    return wait_migration(qmp, 'completed')


def quit_machine(run, process, qmp):
    command(qmp, 'quit')
    qmp.close()
    result = run.finish(process)
    assert result.status == 0 and result.err == '', result


def content(path):
    with open(path, 'rb') as file:
        return file.read()


@test
def what_is_loaded_saves_to_the_same_bytes(run):
    first, second = run.path('first'), run.path('second')
    process, qmp = start(run, '-S', status='prelaunch')
    assert qmp.command('query-migrate') == {'return': {}}
    info = save(qmp, 'file:' + first)
    assert info['ram']['remaining'] == 0, info
    assert info['ram']['transferred'] == info['ram']['total'] >= 64 << 20, info
    assert status_of(qmp) == 'postmigrate'
    names = [e['data']['status'] for e in qmp.events if e['event'] == 'MIGRATION']
    assert names == ['setup', 'active', 'completed'], names
    quit_machine(run, process, qmp)
    process, qmp = start(run, '-incoming', 'file:' + first)
    wait_migration(qmp, 'completed')
    assert status_of(qmp) == 'prelaunch'
    save(qmp, 'file:' + second)
    quit_machine(run, process, qmp)
    assert content(first) == content(second)
    assert len(content(first)) > 1000


@test
def a_running_machine_runs_on_and_a_stopped_one_stays_stopped(run):
    for stopped, more, wanted in ((False, (), 'running'), (False, ('-S',), 'paused'),
                                  (True, (), 'paused')):
        state = run.path('state')
        process, qmp = start(run, status='running')
        if stopped:
            command(qmp, 'stop')
        save(qmp, 'file:' + state)
        quit_machine(run, process, qmp)
        process, qmp = start(run, '-incoming', 'defer', *more, status='inmigrate')
        command(qmp, 'migrate-incoming', uri='file:' + state)
        wait_migration(qmp, 'completed')
        assert status_of(qmp) == wanted, (stopped, more)
        quit_machine(run, process, qmp)


@test
def cont_and_stop_decide_while_the_state_is_waited_for(run):
    state = run.path('state')
    process, qmp = start(run, status='running')
    save(qmp, 'file:' + state)
    quit_machine(run, process, qmp)
    for more, name, wanted in (((), 'stop', 'paused'), (('-S',), 'cont', 'running')):
        process, qmp = start(run, '-incoming', 'defer', *more, status='inmigrate')
        command(qmp, name)
        assert status_of(qmp) == 'inmigrate'
        command(qmp, 'migrate-incoming', uri='file:' + state)
        wait_migration(qmp, 'completed')
        assert status_of(qmp) == wanted
        quit_machine(run, process, qmp)


@test
def a_saved_machine_can_go_on(run):
    process, qmp = start(run, status='running')
    save(qmp, 'file:' + run.path('state'))
    assert status_of(qmp) == 'postmigrate'
    command(qmp, 'cont')
    assert status_of(qmp) == 'running'
    save(qmp, 'file:' + run.path('state'))
    quit_machine(run, process, qmp)


@test
def a_file_is_used_from_an_offset_on(run):
    state = run.path('state', 'x' * 5000)
    process, qmp = start(run, '-S')
    save(qmp, 'file:%s,offset=4K' % state)
    quit_machine(run, process, qmp)
    assert content(state)[:4096] == b'x' * 4096
    assert content(state)[4096:4104] == b'GANTRYVM'
    process, qmp = start(run, '-incoming', 'file:%s,offset=4096' % state)
    wait_migration(qmp, 'completed')
    quit_machine(run, process, qmp)


@test
def a_longer_old_state_leaves_nothing_behind(run):
    state = run.path('state', 'x' * (8 << 20))
    process, qmp = start(run, '-S')
    save(qmp, 'file:' + state)
    quit_machine(run, process, qmp)
    assert not content(state).endswith(b'x')


@test
def commands_are_the_other_end(run):
    state = run.path('state.gz')
    process, qmp = start(run, '-S')
    save(qmp, 'exec:gzip > ' + state)
    quit_machine(run, process, qmp)
    # gzip may still be writing its end.
    wait_until(lambda: os.system('gzip -qt %s 2> /dev/null' % state) == 0, 'a whole file')
    process, qmp = start(run, '-incoming', 'exec:gzip -dc ' + state)
    wait_migration(qmp, 'completed')
    quit_machine(run, process, qmp)


@test
def descriptors_are_the_other_end(run):
    ours, theirs = socket.socketpair()
    source, source_qmp = start(run, '-S', pass_fds=(ours.fileno(),))
    target, target_qmp = start(run, '-incoming', 'fd:%d' % theirs.fileno(),
                               pass_fds=(theirs.fileno(),))
    theirs.close()
    save(source_qmp, 'fd:%d' % ours.fileno())
    ours.close()
    wait_migration(target_qmp, 'completed')
    quit_machine(run, source, source_qmp)
    quit_machine(run, target, target_qmp)


@test
def saving_is_given_up_and_the_machine_goes_on(run):
    process, qmp = start_full(run)
    for _ in range(3):
        command(qmp, 'migrate', uri='exec:exec sleep 20')
        info = qmp.command('query-migrate')['return']
        assert info['status'] == 'active', info
        assert status_of(qmp) == 'finish-migrate'
        assert 'in progress' in refused(qmp, 'migrate', uri='file:' + run.path('other'))
        assert 'migrate_cancel' in refused(qmp, 'cont')
        assert 'wait' in refused(qmp, 'device_add', driver='virtio-rng-device', id='r')
        command(qmp, 'system_reset')
        command(qmp, 'migrate_cancel')
        wait_migration(qmp, 'cancelled')
        assert status_of(qmp) == 'running'
        qmp.wait_event('RESET')
    command(qmp, 'migrate_cancel')
    quit_machine(run, process, qmp)


@test
def the_program_ends_while_a_state_is_transferred(run):
    process, qmp = start(run)
    command(qmp, 'migrate', uri='exec:exec sleep 20')
    quit_machine(run, process, qmp)
    process, qmp = start(run, '-incoming', 'exec:exec sleep 20')
    assert status_of(qmp) == 'inmigrate'
    quit_machine(run, process, qmp)


@test
def a_machine_that_cannot_be_saved_is_as_before(run):
    process, qmp = start_full(run)
    for uri, text in (('file:/nonexistent/x', '/nonexistent/x'), ('tcp:localhost:1', 'tcp:'),
                      ('file:x,offset=z', 'offset'), ('fd:unknown', 'unknown')):
        assert text in refused(qmp, 'migrate', uri=uri)
        assert status_of(qmp) == 'running'
    command(qmp, 'migrate', uri='file:/dev/full')
    info = wait_migration(qmp, 'failed')
    assert 'No space left' in info['error-desc'], info
    assert status_of(qmp) == 'running'
    command(qmp, 'stop')
    command(qmp, 'migrate', uri='exec:exec true')
    wait_migration(qmp, 'failed')
    assert status_of(qmp) == 'paused'
    assert '-incoming' in refused(qmp, 'migrate-incoming', uri='file:x')
    command(qmp, 'quit')
    qmp.close()
    result = run.finish(process)
    assert result.status == 0, result
    assert result.err.count('migration failed: ') == 2, result


@test
def a_state_that_cannot_be_loaded_ends_the_program(run):
    process, qmp = start(run, '-S')
    save(qmp, 'file:' + run.path('good'))
    quit_machine(run, process, qmp)
    good = content(run.path('good'))
    with open(run.path('bad'), 'wb') as file:
        file.write(good[:len(good) - 100])
    for name, more, text in (('bad', (), 'too early'), ('bad', ('-no-shutdown',), 'too early'),
                             ('good', ('-device', 'virtio-rng-device'), 'virtio-rng'),
                             ('good', ('-m', '128M'), 'memory')):
        line = run.refused(*MACHINE, *more, '-incoming', 'file:' + run.path(name))
        assert text in line, line
    assert 'nowhere' in run.refused(*MACHINE, '-incoming', 'file:/nowhere')
    assert 'offset' in run.refused(*MACHINE, '-incoming', 'rdma:x')


@test
def people_save_and_load_too(run):
    process, qmp = start(run, status='running')

    def line(text):
        return qmp.command('human-monitor-command', command_line=text)['return']

    assert line('migrate -d file:' + run.path('state')) == ''
    wait_migration(qmp, 'completed')
    text = line('info migrate')
    assert 'Migration status: completed' in text and 'total ram:' in text, text
    assert 'postmigrate' in line('info status')
    assert 'in_progress' not in line('migrate_cancel')
    quit_machine(run, process, qmp)
    process, qmp = start(run, '-incoming', 'defer', status='inmigrate')
    assert line('migrate_incoming file:' + run.path('state')) == ''
    wait_migration(qmp, 'completed')
    assert 'running' in line('info status')
    quit_machine(run, process, qmp)


if __name__ == '__main__':
    main()

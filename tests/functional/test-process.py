# SPDX-License-Identifier: GPL-2.0-or-later
"""The process: signals, exit status, pid file, background, rights, terminal."""
import os
import pty
import re
import signal
import socket
import subprocess
import termios

from taptest import Qmp, Skip, connected, main, test, wait_until

NONE = ['-M', 'none', '-nodefaults', '-display', 'none']


# A leak check at the end reads /proc and traces its own process: not where that is forbidden.
NO_LEAK_CHECK = {**os.environ, 'ASAN_OPTIONS': 'detect_leaks=0'}


def read_pid(path):
    with open(path, encoding='ascii') as file:
        return int(file.read())


def is_alive(pid):
    """Whether @pid runs; a process that only waits to be collected does not."""
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


@test
def signals_end_it_gracefully(run):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Ignored where these tests run, under nohup for one, it would stay so.
        process, [qmp] = run.with_qmp(
            *NONE, preexec_fn=lambda number=number: signal.signal(number, signal.SIG_DFL))
        process.send_signal(number)
        event = qmp.wait_event('SHUTDOWN')
        assert event['data'] == {'guest': False, 'reason': 'host-signal'}, event
        result = run.finish(process)
        assert result.status == 0, result
        expected = r'%s: terminating on signal %d from pid %d \(.+\)' % (
            os.path.basename(run.binary), number, os.getpid())
        assert re.match(expected, result.err), result


@test
def hangup_is_ignored_under_nohup(run):
    process, [qmp] = run.with_qmp(
        *NONE, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    assert qmp.command('query-status')['return']['running'] is True
    qmp.command('quit')
    result = run.finish(process)
    assert (result.status, result.err) == (0, ''), result


@test
def standard_files_that_are_closed_become_none(run):
    def close_all():
        for fd in range(3):
            os.close(fd)

    process, [qmp] = run.with_qmp(*NONE, preexec_fn=close_all)
    for fd in range(3):
        assert os.readlink('/proc/%d/fd/%d' % (process.pid, fd)) == '/dev/null', fd
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def help_that_cannot_be_written_is_an_error(run):
    for option in ('-h', '-version', '-d', '-trace'):
        with open('/dev/full', 'wb') as full:
            words = [option] if option in ('-h', '-version') else [option, 'help']
            result = subprocess.run([run.binary, *words], stdout=full, stderr=subprocess.PIPE,
                                    stdin=subprocess.DEVNULL, timeout=60, check=False)
        assert result.returncode == 1 and b'standard output' in result.stderr, result


@test
def input_is_used_to_its_last_byte(run):
    commands = b'info name\n' * 500
    for options in (['-nographic'], ['-monitor', 'stdio'], ['-monitor', 'mon:stdio']):
        result = subprocess.run([run.binary, '-M', 'none', '-name', 'wren', *options],
                                input=commands + b'quit\n', stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=60, check=False)
        assert result.returncode == 0, result
        assert result.stdout.count(b'\nwren\r') == 500, result


@test
def broken_pipes_are_survived(run):
    process, [first, second] = run.with_qmp(*NONE, count=2)
    process.send_signal(signal.SIGPIPE)
    first.close()
    assert 'return' in second.command('query-status')
    second.command('quit')
    assert run.finish(process).status == 0


@test
def quit_ends_with_status_0(run):
    process, [qmp] = run.with_qmp(*NONE)
    assert qmp.command('quit') == {'return': {}}
    result = run.finish(process)
    assert (result.status, result.err) == (0, ''), result


@test
def two_qmp_clients_are_served(run):
    process, [first, second] = run.with_qmp(*NONE, '-S', count=2)
    assert first.command('cont') == {'return': {}}
    second.wait_event('RESUME')
    assert second.command('query-status')['return']['running'] is True
    assert first.command('quit') == {'return': {}}
    assert run.finish(process).status == 0


@test
def qmp_server_socket_takes_clients_in_turn(run):
    path = run.path('sock')
    process = run.start(*NONE, '-qmp', 'unix:%s,server=on,wait=off' % path)
    for last in (False, True):
        client = Qmp(connected(path, process)).negotiate()
        assert 'return' in client.command('query-status')
        if last:
            client.command('quit')
        client.close()
    assert run.finish(process).status == 0


@test
def pidfile_is_there_while_it_runs(run):
    path = run.path('pid')
    process, [qmp] = run.with_qmp(*NONE, '-pidfile', path)
    assert read_pid(path) == process.pid
    qmp.command('quit')
    assert run.finish(process).status == 0
    assert not os.path.exists(path)


@test
def pidfile_is_removed_on_signal(run):
    path = run.path('pid')
    process, _ = run.with_qmp(*NONE, '-pidfile', path)
    process.terminate()
    assert run.finish(process).status == 0
    assert not os.path.exists(path)


@test
def pidfile_in_use_is_refused(run):
    path = run.path('pid')
    process, [qmp] = run.with_qmp(*NONE, '-pidfile', path)
    line = run.refused(*NONE, '-pidfile', path)
    assert '-pidfile' in line and path in line, line
    assert read_pid(path) == process.pid
    qmp.command('quit')
    run.finish(process)


@test
def stale_pidfile_is_taken_over(run):
    path = run.path('pid', '999999999999\n')
    process, [qmp] = run.with_qmp(*NONE, '-pidfile', path)
    assert read_pid(path) == process.pid
    qmp.command('quit')
    run.finish(process)


@test
def daemon_is_ready_when_the_command_returns(run):
    path, sock_path = run.path('pid'), run.path('sock')
    out = run.ok(*NONE, '-daemonize', '-pidfile', path,
                 '-qmp', 'unix:%s,server=on,wait=off' % sock_path)
    assert out == ''
    pid = read_pid(path)
    try:
        assert is_alive(pid)
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(sock_path)
        client = Qmp(sock).negotiate()
        assert os.readlink('/proc/%d/cwd' % pid) == '/'
        for fd in range(3):
            assert os.readlink('/proc/%d/fd/%d' % (pid, fd)) == '/dev/null'
        client.command('quit')
        wait_until(lambda: not is_alive(pid), 'end of the daemon')
        assert not os.path.exists(path)
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@test
def daemon_that_fails_tells_its_starter(run):
    line = run.refused(*NONE, '-daemonize', '-device', 'bogus')
    assert "'bogus'" in line, line


@test
def daemon_has_no_terminal_to_share(run):
    run.refused('-M', 'none', '-daemonize', '-nographic')


@test
def process_may_have_a_name(run):
    process, [qmp] = run.with_qmp(*NONE, '-name', 'guest=g,process=crane,debug-threads=on')
    with open('/proc/%d/comm' % process.pid, encoding='ascii') as file:
        assert file.read() == 'crane\n'
    assert qmp.command('query-name') == {'return': {'name': 'g'}}
    qmp.command('quit')
    run.finish(process)


@test
def user_is_changed(run):
    if os.getuid() != 0:
        raise Skip('only root may become another user')
    process, [qmp] = run.with_qmp(*NONE, '-run-with', 'user=65534:65534')
    with open('/proc/%d/status' % process.pid, encoding='ascii') as file:
        assert re.search(r'^Uid:\t65534\t65534', file.read(), re.M)
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def root_folder_is_changed(run):
    if os.getuid() != 0:
        raise Skip('only root may change the root folder')
    process, [qmp] = run.with_qmp(*NONE, '-run-with', 'chroot=' + run.folder,
                                  env=NO_LEAK_CHECK)
    assert os.readlink('/proc/%d/root' % process.pid) == os.path.realpath(run.folder)
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def sandbox_filters_system_calls(run):
    process = run.start(*NONE, '-sandbox',
                        'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
                        '-qmp', 'unix:%s,server=on,wait=off' % run.path('sock'),
                        env=NO_LEAK_CHECK)
    sock = connected(run.path('sock'), process)
    if not sock:
        result = run.finish(process)
        assert 'built without the sandbox' in result.err, result
        raise Skip('built without libseccomp')
    client = Qmp(sock).negotiate()
    with open('/proc/%d/status' % process.pid, encoding='ascii') as file:
        assert re.search(r'^Seccomp:\t2$', file.read(), re.M)
    client.command('quit')
    assert run.finish(process).status == 0


@test
def sandbox_off_filters_nothing(run):
    process, [qmp] = run.with_qmp(*NONE, '-sandbox', 'off')
    with open('/proc/%d/status' % process.pid, encoding='ascii') as file:
        assert re.search(r'^Seccomp:\t0$', file.read(), re.M)
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def inherited_descriptors_form_sets(run):
    with open(run.path('data', 'text'), encoding='ascii') as file:
        fd = file.fileno()
        process, [qmp] = run.with_qmp(*NONE, '-add-fd', 'fd=%d,set=3,opaque=mine' % fd,
                                      pass_fds=[fd])
        answer = qmp.command('query-fdsets')['return']
        assert len(answer) == 1 and answer[0]['fdset-id'] == 3, answer
        assert answer[0]['fds'][0]['opaque'] == 'mine', answer
        qmp.command('quit')
        assert run.finish(process).status == 0


@test
def terminal_is_restored(run):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([run.binary, '-M', 'none', '-nographic'], stdin=slave,
                               stdout=slave, stderr=subprocess.PIPE)
    run.processes.append(process)
    process.stdout = open(os.devnull, 'rb')
    output = b''
    while b'(gantry)' not in output and b'(qemu)' not in output:
        output += os.read(master, 4096)
    assert termios.tcgetattr(slave) != before
    os.write(master, b'quit\r')
    assert process.wait(timeout=60) == 0
    assert termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)


@test
def hmp_on_stdio_ends_with_quit(run):
    result = subprocess.run([run.binary, '-M', 'none', '-monitor', 'stdio'], input=b'quit\n',
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                            check=False)
    assert result.returncode == 0, result


@test
def no_shutdown_does_not_stop_quit(run):
    process, [qmp] = run.with_qmp(*NONE, '-no-shutdown', '-no-reboot')
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def start_with_S_waits(run):
    process, [qmp] = run.with_qmp(*NONE, '-S')
    assert qmp.command('query-status')['return']['status'] == 'prelaunch'
    qmp.command('cont')
    assert qmp.command('query-status')['return']['status'] == 'running'
    qmp.command('quit')
    assert run.finish(process).status == 0


@test
def traced_qmp_messages_take_one_log_line(run):
    process, [qmp] = run.with_qmp(*NONE, '-trace', 'monitor_qmp_send', '-D', run.path('log'))
    qmp.command('quit')
    assert run.finish(process).status == 0
    with open(run.path('log'), encoding='utf-8', newline='') as log:
        lines = log.read().split('\n')
    assert lines.pop() == ''
    assert lines and all('monitor_qmp_send' in line and '\r' not in line for line in lines), lines


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux as a guest of the software CPU: an initramfs with Debian's busybox, a boot to power-off.

The first program is a shell script of the test; what it prints is the answer.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'lab'))
import debian  # noqa: E402
import labfiles  # noqa: E402
import labkernel  # noqa: E402
from taptest import Skip  # noqa: E402

BOOT_TIMEOUT = 900


def only_with_all():
    """Skips what takes long, unless all is asked for."""
    if os.environ.get('GANTRY_LINUX') != 'all':
        raise Skip('GANTRY_LINUX is not "all"')


def available(what):
    """What a function of the lab's modules finds; the test is skipped if that cannot be had."""
    try:
        return what()
    except labfiles.Unavailable as reason:
        raise Skip(str(reason).splitlines()[0]) from reason


def lab_kernel():
    return available(labkernel.find)


def debian_kernel():
    return available(debian.kernel)


def archive(init):
    """An initramfs with busybox and @init as the first program."""
    made = labfiles.Archive()
    made.file('bin/busybox', available(debian.busybox))
    made.data('init', init, 0o755)
    for folder in ('proc', 'sys', 'tmp', 'dev'):
        made.folder(folder)
    made.device('dev/console', 5, 1)
    made.device('dev/null', 1, 3, 0o666)
    return made


def boot(run, initramfs, kernel, cpus=1, gic=3, model='cortex-a57', memory='256M'):
    """Boots until the guest is off; the lines it printed."""
    with open(run.path('initrd'), 'wb') as file:
        file.write(initramfs.pack())
    serial = run.path('serial.log')
    process = run.start('-M', 'virt,gic-version=%d' % gic, '-cpu', model, '-accel', 'tcg',
                        '-smp', str(cpus), '-m', memory, '-nodefaults', '-display', 'none',
                        '-serial', 'file:' + serial, '-kernel', kernel,
                        '-initrd', run.path('initrd'),
                        '-append', 'console=ttyAMA0 panic=-1 quiet')
    began = time.monotonic()
    try:
        process.wait(timeout=BOOT_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
    took = time.monotonic() - began
    result = run.finish(process)
    with open(serial, 'rb') as file:
        log = file.read().decode('utf-8', 'replace').replace('\r', '')
    assert result.status == 0, '%r after %.0f s:\n%s' % (result, took, log[-3000:])
    print('# %s, smp %d, gic %d, %s: %.1f s' % (os.path.basename(kernel), cpus, gic, model, took),
          flush=True)
    return log.splitlines()


def check(lines, expected):
    """Fails unless all expected lines were printed."""
    missing = [line for line in expected if line not in lines]
    assert not missing, '%s\nnot in\n%s' % ('\n'.join(missing), '\n'.join(lines)[-3000:])

# SPDX-License-Identifier: GPL-2.0-or-later
"""The emulated host (L1): a kernel with real KVM and VFIO, run by Debian's emulator, with Gantry in it.

A command for the shell of L1 goes in, its console output and exit status come out. Nothing is
shared with the machine that runs it: all files are in the initramfs.
"""
import glob
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import debian
import labfiles
import labkernel
import labtree
from labfiles import CROSS, HERE, SOURCE_ROOT, Archive, Unavailable, locked, need_tool, newer, run

KERNEL_ARGS = ('quiet vfio_platform.reset_required=0 vfio.enable_unsafe_noiommu_mode=1 '
               'vfio_iommu_type1.allow_unsafe_interrupts=1 iommufd.allow_unsafe_interrupts=1')
BARE_FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-nostdlib',
              '-static', '-fpie', '-fvisibility=hidden', '-fno-stack-protector', '-mcmodel=tiny',
              '-mgeneral-regs-only', '-mstrict-align', '-Wl,--build-id=none',
              '-Wl,--no-warn-rwx-segments']
PROGRAMS = {'gantry-system-aarch64': 'gantry-system-aarch64', 'gantry-host': 'tools/gantry-host'}
# What the emulator says of parts that the lab does not use.
EXPECTED_COMPLAINT = re.compile('module audio-|has no peer|moved used index|says index')
EXIT_LINE = re.compile(rb'lab: exit (\d+)')


class L1:
    """One kind of emulated host."""

    def __init__(self, machine, memory, smp, console):
        self.machine = machine
        self.memory = memory
        self.smp = smp
        self.console = console

    def options(self, folder, tree, smp, icount):
        """Machine options of the emulator. folder: where device trees are kept."""
        args = ['-M', self.machine, '-m', self.memory, '-smp', str(smp)]
        if self.machine.startswith('virt'):
            dtb = labtree.virt_tree(folder, self.machine, smp, self.memory, tree or 'vfio')
            args += ['-cpu', 'cortex-a57', '-dtb', dtb, '-global', 'virtio-mmio.force-legacy=false']
            # Two transports with devices that the kernel has no driver for.
            for bus in range(2):
                args += ['-device', f'virtio-keyboard-device,bus=virtio-mmio-bus.{bus}']
        elif tree:
            raise Unavailable('zcu102 has one device tree')
        else:
            args += ['-dtb', labtree.zcu102_tree(folder)]
        if icount:
            args += ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2026-01-01,clock=vm']
        return args


VIRT = 'virt,virtualization=on,iommu=smmuv3,dtb-randomness=off,gic-version='
# More than 2 GiB of "xlnx-zcu102" crash the emulator; it always has four CPUs at most.
KINDS = {
    'virt3': L1(VIRT + '3', '2G', 2, 'ttyAMA0'),
    'virt2': L1(VIRT + '2', '2G', 2, 'ttyAMA0'),
    'zcu102': L1('xlnx-zcu102,virtualization=on', '2G', 4, 'ttyPS0'),
}


class Lab:
    """Everything that is the same for all runs from one build folder."""

    def __init__(self, folder, build=None):
        """folder: for what is made here; build: an arm64 build, or None to keep one in folder."""
        self.folder = os.path.abspath(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.build = os.path.abspath(build) if build else None
        self.kernel = None
        self.base = None

    def prepare(self):
        """Makes what is missing or old. Raises Unavailable where this machine cannot."""
        need_tool('qemu-system-aarch64', 'qemu-system-arm')
        need_tool(CROSS + 'gcc', 'gcc-aarch64-linux-gnu')
        self.kernel = labkernel.find()
        if not self.build:
            self.build = self._cross_build()
        self.base = self._base_archive()

    def _cross_build(self):
        build = os.path.join(self.folder, 'arm64')
        # Not through a compiler cache's name, which configure would not find: by its folder.
        env = dict(os.environ, PATH='/usr/lib/ccache:' + os.environ['PATH'])
        for name in ('CC', 'CFLAGS', 'MAKEFLAGS'):
            env.pop(name, None)
        with locked(build):
            if not os.path.exists(os.path.join(build, 'build.ninja')):
                run([os.path.join(SOURCE_ROOT, 'configure'), '--cross-prefix=' + CROSS,
                     '--builddir=' + build, '--enable-release', '-Dtests=false'],
                    cwd=SOURCE_ROOT, env=env)
            run(['ninja', '-C', build], env=env)
        return build

    def _programs(self):
        """Compiles programs/*.c, static, and returns {name: path}."""
        folder = os.path.join(self.folder, 'programs')
        os.makedirs(folder, exist_ok=True)
        made = {}
        for source in sorted(glob.glob(os.path.join(HERE, 'programs', '*.c'))):
            name = os.path.basename(source)[:-2]
            made[name] = os.path.join(folder, name)
            headers = glob.glob(os.path.join(HERE, 'programs', '*.h'))
            if not newer(made[name], [source] + headers):
                run([CROSS + 'gcc', '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-static',
                     '-D_GNU_SOURCE', '-o', made[name], source])
        return made

    def _bare_guests(self):
        """Compiles guests/*.c, images that need no operating system, and returns {name: path}."""
        folder = os.path.join(self.folder, 'guests')
        os.makedirs(folder, exist_ok=True)
        made = {}
        common = [os.path.join(HERE, 'guests', name) for name in ('bare.h', 'bare.ld')]
        for source in sorted(glob.glob(os.path.join(HERE, 'guests', '*.c'))):
            name = os.path.basename(source)[:-2]
            made[name] = os.path.join(folder, name)
            if not newer(made[name], [source] + common):
                run([CROSS + 'gcc'] + BARE_FLAGS + ['-T', os.path.join(HERE, 'guests', 'bare.ld'),
                                                   '-o', made[name] + '.elf', source])
                run([CROSS + 'objcopy', '-O', 'binary', made[name] + '.elf', made[name]])
        return made

    def _guest_archive(self, programs):
        """The initramfs of the guests (L2): busybox, our programs, l2-init.sh."""
        archive = Archive()
        archive.file('bin/busybox', debian.busybox())
        archive.file('init', os.path.join(HERE, 'l2-init.sh'))
        for name in ('irq', 'virtio'):
            archive.file(f'bin/{name}.sh', os.path.join(HERE, f'l2-{name}.sh'))
        for name, path in programs.items():
            archive.file('bin/' + name, path)
        return archive.pack()

    def _base_archive(self):
        """The part of L1's initramfs that does not change from run to run."""
        build = hashlib.sha256(self.build.encode()).hexdigest()[:8]
        target = os.path.join(self.folder, f'l1-base-{build}.cpio')
        with locked(os.path.join(self.folder, 'l1-base')):
            programs = self._programs()
            guests = self._bare_guests()
            gantry = {'lab/bin/' + name: os.path.join(self.build, path)
                      for name, path in PROGRAMS.items()}
            scripts = glob.glob(os.path.join(HERE, '*.sh')) + glob.glob(os.path.join(HERE, '*.py'))
            sources = (scripts + list(programs.values()) + list(guests.values()) +
                       list(gantry.values()) + [self.kernel])
            for path in gantry.values():
                if not os.path.exists(path):
                    raise Unavailable(f'{path} is not built')
            if newer(target, sources):
                return target
            archive = Archive()
            archive.file('init', os.path.join(HERE, 'l1-init.sh'))
            archive.file('bin/busybox', debian.busybox())
            for name, path in programs.items():
                archive.file('lab/bin/' + name, path)
            for name, path in guests.items():
                archive.file('lab/' + name, path, mode=0o644)
            archive.file('lab/functions.sh', os.path.join(HERE, 'l1-functions.sh'))
            archive.file('lab/Image', self.kernel, mode=0o644)
            archive.data('lab/guest.cpio', self._guest_archive(programs))
            with tempfile.TemporaryDirectory(dir=self.folder) as stripped:
                for name, path in gantry.items():
                    small = os.path.join(stripped, os.path.basename(name))
                    run([CROSS + 'strip', '-o', small, path])
                    gantry[name] = small
                labfiles.add_programs(archive, gantry)
            archive.link('lab/bin/gantry', 'gantry-system-aarch64')
            archive.data('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
            archive.data('etc/group', 'root:x:0:\n')
            with open(target + '.new', 'wb') as out:
                out.write(archive.pack())
            os.rename(target + '.new', target)
        return target

    def initrd(self, out, command, files):
        """Writes the initramfs of one run: the base, and over it the command and more files."""
        extra = Archive()
        extra.data('lab/command', command)
        for path, data in (files or {}).items():
            extra.data(path, data, mode=0o755)
        with open(self.base, 'rb') as base:
            shutil.copyfileobj(base, out)
        out.write(extra.pack())
        out.flush()

    def run(self, kind, command, *, tree=None, smp=None, icount=False, files=None, timeout=300,
            echo=None, append='', devices=()):
        """Runs a shell command in an L1; returns (exit status or None, console output).

        None: the host did not get as far as to say; the output says why. echo: a binary stream
        that gets the output while it comes. files: {path in L1: contents}. devices: further
        ones of the host, in the emulator's words.
        """
        l1 = KINDS[kind]
        smp = smp or (1 if icount else l1.smp)
        with tempfile.NamedTemporaryFile(prefix='l1-', suffix='.cpio', dir=self.folder) as initrd:
            self.initrd(initrd, command, files)
            args = (['qemu-system-aarch64'] + l1.options(self.folder, tree, smp, icount) +
                    ['-display', 'none', '-nodefaults', '-serial', 'stdio', '-monitor', 'none',
                     '-no-reboot', '-kernel', self.kernel, '-initrd', initrd.name,
                     '-append', f'console={l1.console} {KERNEL_ARGS} labhost={kind} {append}'.strip()] +
                    [word for device in devices for word in ('-device', device)])
            return watch(args, timeout, echo)


def watch(args, timeout, echo):
    """Runs the emulator and reads its console until it ends or the time is over."""
    output = bytearray()
    env = dict(os.environ, QEMU_AUDIO_DRV='none')
    with tempfile.TemporaryFile() as errors, \
         subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                          env=env) as process:
        late = threading.Timer(timeout, lambda: process.send_signal(signal.SIGKILL))
        late.start()
        try:
            while chunk := os.read(process.stdout.fileno(), 65536):
                output += chunk
                if echo:
                    echo.write(chunk)
                    echo.flush()
        finally:
            process.kill()
            expired = not late.is_alive()
            late.cancel()
        process.wait()
        errors.seek(0)
        complaints = dict.fromkeys(line for line in errors.read().decode().splitlines()
                                   if not EXPECTED_COMPLAINT.search(line))
    ending = [f'lab: stopped after {timeout} s'] if expired else []
    ending = '\n'.join(list(complaints) + ending + ['']).encode()
    if echo:
        echo.write(ending)
        echo.flush()
    found = EXIT_LINE.findall(bytes(output))
    return (int(found[-1]) if found and not expired else None,
            bytes(output + ending).replace(b'\r', b'').decode(errors='replace'))


def default_folder():
    """Where the tools of a source tree keep the lab's files when no build folder is named."""
    return os.path.join(SOURCE_ROOT, 'build-lab')


def fail(program, problem):
    print(f'{program}: {problem}', file=sys.stderr)
    sys.exit(125)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The arm64 kernel of the lab: both of the emulated host and of the guests in it.

In this order: the file that GANTRY_LAB_KERNEL names, the one in the cache, a new one built from
Debian's source package with kernel.config. Run as a program it makes sure that there is one and
prints its path; that takes some ten minutes on two cores when it has to be built.
"""
import glob
import gzip
import hashlib
import os
import re
import shutil
import sys

from labfiles import CROSS, HERE, Unavailable, cache_dir, locked, need_tool, run

SOURCE_PACKAGE = 'linux-source-6.12'
CONFIG = os.path.join(HERE, 'kernel.config')
OTHERWISE = 'set GANTRY_LAB_KERNEL to an arm64 Image that was built with tests/lab/kernel.config'


def source_version():
    """Version of the source package that is installed, or that apt would install."""
    need_tool('apt-cache', 'apt')
    text = run(['apt-cache', 'policy', SOURCE_PACKAGE])
    found = re.findall(r'(?:Installed|Candidate): (\d\S*)', text)
    if not found:
        raise Unavailable(f'no lab kernel, and the configured archives have no package '
                          f'{SOURCE_PACKAGE} to build one from (apt-get update?): {OTHERWISE}')
    return found[0]


def cached_path():
    """Where the cache has, or would have, the kernel: its name tells source and configuration."""
    with open(CONFIG, 'rb') as stream:
        digest = hashlib.sha256(stream.read()).hexdigest()[:12]
    return os.path.join(cache_dir('lab'), f'Image-{source_version()}-{digest}')


def unpacked(path):
    """The Image itself; a compressed one is unpacked into the cache once."""
    if not path.endswith('.gz'):
        return path
    with open(path, 'rb') as stream:
        packed = stream.read()
    target = os.path.join(cache_dir('lab'), 'Image-' + hashlib.sha256(packed).hexdigest()[:16])
    with locked(target):
        if not os.path.exists(target):
            with open(target + '.new', 'wb') as out:
                out.write(gzip.decompress(packed))
            os.rename(target + '.new', target)
    return target


def find():
    """Path of a kernel that is there already; Unavailable says how to get one."""
    given = os.environ.get('GANTRY_LAB_KERNEL')
    if given:
        if not os.path.exists(given):
            raise Unavailable(f'GANTRY_LAB_KERNEL: no file {given}')
        return unpacked(given)
    path = cached_path()
    if not os.path.exists(path):
        raise Unavailable('no lab kernel: set GANTRY_LAB_KERNEL, or build one with '
                          'tests/lab/labkernel.py')
    return path


def unpack_source(folder):
    """Unpacks the source, from the installed package or one that is downloaded now."""
    archive = f'/usr/src/{SOURCE_PACKAGE}.tar.xz'
    if not os.path.exists(archive):
        try:
            run(['apt-get', 'download', SOURCE_PACKAGE], cwd=folder)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise Unavailable(f'{SOURCE_PACKAGE} cannot be downloaded ({reason}): install it, or '
                              f'{OTHERWISE}') from error
        run(['dpkg-deb', '-x', glob.glob(os.path.join(folder, '*.deb'))[0], folder])
        archive = folder + archive
    run(['tar', '-xf', archive, '-C', folder])
    return os.path.join(folder, SOURCE_PACKAGE)


def build(target):
    for tool, package in ((CROSS + 'gcc', 'gcc-aarch64-linux-gnu'), ('make', 'make'), ('bc', 'bc'),
                          ('flex', 'flex'), ('bison', 'bison'), ('xz', 'xz-utils')):
        need_tool(tool, package)
    folder = cache_dir('lab', 'kernel-build')
    try:
        source = unpack_source(folder)
        make = ['make', '-C', source, 'ARCH=arm64', 'CROSS_COMPILE=' + CROSS,
                'KBUILD_BUILD_TIMESTAMP=2026-01-01', f'-j{os.cpu_count()}']
        run(make + ['allnoconfig'], env=dict(os.environ, KCONFIG_ALLCONFIG=CONFIG))
        run(make + ['Image'])
        shutil.copy(os.path.join(source, 'arch/arm64/boot/Image'), target + '.new')
        os.rename(target + '.new', target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_or_build():
    try:
        return find()
    except Unavailable:
        if os.environ.get('GANTRY_LAB_KERNEL'):
            raise
    target = cached_path()
    with locked(target):
        if not os.path.exists(target):
            print(f'building {os.path.basename(target)}: some ten minutes', file=sys.stderr)
            build(target)
    return target


if __name__ == '__main__':
    try:
        print(find_or_build())
    except (Unavailable, RuntimeError) as problem:
        sys.exit(f'labkernel.py: {problem}')

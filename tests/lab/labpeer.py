# SPDX-License-Identifier: GPL-2.0-or-later
"""The peer: Debian's arm64 emulator, to run beside Gantry in the emulated host.

Its package and those that it needs come from Debian's archive (40 MB), whatever is installed here;
the program, its loader and its libraries are kept below the user's cache folder (55 MB). In the
host they are in /peer, apart from Gantry's libraries: l1-functions.sh says how it is started.
"""
import glob
import os
import shutil

import debian
import labfiles
from labfiles import Unavailable, cache_dir, locked, run

PACKAGE = 'qemu-system-arm'
PROGRAM = 'qemu-system-aarch64'
ROOT_LIBRARIES = ('usr/lib/aarch64-linux-gnu', 'lib/aarch64-linux-gnu', 'lib')


def download(folder):
    """Gets the arm64 package and all that it needs; returns the paths of the packages."""
    os.makedirs(os.path.join(folder, 'partial'))
    status = os.path.join(folder, 'status')
    with open(status, 'w', encoding='ascii'):
        pass
    options = {'Dir::State::status': status, 'Dir::Cache::archives': folder + '/',
               'APT::Architecture': 'arm64', 'APT::Architectures': 'arm64',
               'APT::Install-Recommends': 'false', 'APT::Sandbox::User': 'root',
               'Debug::NoLocking': 'true'}
    words = [word for name, value in options.items() for word in ('-o', f'{name}={value}')]
    words = debian.apt_options(PACKAGE) + words
    try:
        run(['apt-get'] + words + ['--download-only', '--yes', 'install', PACKAGE])
    except RuntimeError as error:
        raise Unavailable(f'{PACKAGE}:arm64 and what it needs cannot be downloaded: '
                          + str(error).strip().splitlines()[-1]) from error
    return sorted(glob.glob(os.path.join(folder, '*.deb')))


def unpack(packages, work):
    """Unpacks packages into work; returns {path below /peer: path of the file}."""
    for package in packages:
        run(['dpkg-deb', '-x', package, work])
    program = os.path.join(work, 'usr/bin', PROGRAM)
    libraries = labfiles.library_closure([program],
                                         [os.path.join(work, name) for name in ROOT_LIBRARIES])
    return {f'bin/{PROGRAM}': program, **{f'lib/{name}': path for name, path in libraries.items()}}


def find():
    """The folder with the peer's files; Unavailable says why there is none."""
    target = os.path.join(cache_dir('lab'), 'peer')
    work = target + '.work'
    with locked(target):
        if not os.path.exists(target):
            shutil.rmtree(work, ignore_errors=True)
            try:
                new = os.path.join(work, 'new')
                for name, source in unpack(download(os.path.join(work, 'packages')), work).items():
                    os.makedirs(os.path.dirname(os.path.join(new, name)), exist_ok=True)
                    shutil.copy(source, os.path.join(new, name))
                os.rename(new, target)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return target


def files():
    """{path in the emulated host: contents}"""
    root = find()
    found = {}
    for path in sorted(glob.glob(os.path.join(root, '*', '*'))):
        with open(path, 'rb') as stream:
            found['peer/' + os.path.relpath(path, root)] = stream.read()
    return found

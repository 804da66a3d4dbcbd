# SPDX-License-Identifier: GPL-2.0-or-later
"""What the emulated host is made of: cache, tools, cpio archives, library closures.

Everything that takes long to make is kept, below the build folder when it follows from the
source tree, below the user's cache folder when it does not.
"""
import contextlib
import fcntl
import os
import shutil
import stat
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE_ROOT = os.path.dirname(os.path.dirname(HERE))
CROSS = 'aarch64-linux-gnu-'
LIBRARY_DIRS = ['/usr/lib/aarch64-linux-gnu', '/lib/aarch64-linux-gnu', '/usr/aarch64-linux-gnu/lib']


class Unavailable(Exception):
    """This machine cannot run the lab; the text says what is missing and what brings it."""


def cache_dir(*parts):
    """A folder below the user's cache, made if it is not there."""
    base = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    path = os.path.join(base, 'gantry', *parts)
    os.makedirs(path, exist_ok=True)
    return path


def need_tool(name, package):
    if not shutil.which(name):
        raise Unavailable(f'{name} is not installed (package {package}; scripts/setup.sh --lab)')


def run(args, **options):
    """Runs a command; its output is part of the error when it fails."""
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(args)}: exit status {done.returncode}\n{done.stdout[-3000:]}')
    return done.stdout


@contextlib.contextmanager
def locked(path):
    """Tests that run side by side make the same file only once."""
    with open(path + '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def newer(target, sources):
    """Whether target exists and was made after all of sources."""
    if not os.path.exists(target):
        return False
    made = os.stat(target).st_mtime_ns
    return all(os.stat(source).st_mtime_ns <= made for source in sources)


class Archive:
    """A cpio archive in the "newc" format, as the kernel unpacks it over its root folder."""

    def __init__(self):
        self.entries = {}
        self.numbers = {}

    def _parents(self, path):
        parts = path.split('/')[:-1]
        for count in range(1, len(parts) + 1):
            self.entries.setdefault('/'.join(parts[:count]), (stat.S_IFDIR | 0o755, b''))

    def _put(self, path, mode, data):
        path = path.strip('/')
        self._parents(path)
        self.entries[path] = (mode, data)

    def data(self, path, data, mode=0o644):
        self._put(path, stat.S_IFREG | mode, data if isinstance(data, bytes) else data.encode())

    def file(self, path, source, mode=0o755):
        with open(source, 'rb') as stream:
            self.data(path, stream.read(), mode)

    def link(self, path, target):
        self._put(path, stat.S_IFLNK | 0o777, target.encode())

    def device(self, path, major, minor, mode=0o600):
        """A node for a character device."""
        self._put(path, stat.S_IFCHR | mode, b'')
        self.numbers[path.strip('/')] = (major, minor)

    def folder(self, path):
        self.entries.setdefault(path.strip('/'), (stat.S_IFDIR | 0o755, b''))

    def pack(self):
        """The archive's bytes; the same entries always give the same bytes."""
        out = []
        names = list(self.entries.items()) + [('TRAILER!!!', (0, b''))]
        for inode, (name, (mode, data)) in enumerate(names, 1):
            encoded = name.encode() + b'\0'
            fields = [inode, mode, 0, 0, 1, 0, len(data), 0, 0,
                      *self.numbers.get(name, (0, 0)), len(encoded), 0]
            record = b'070701' + b''.join(b'%08x' % field for field in fields) + encoded
            for part in (record, data):
                out += [part, b'\0' * (-len(part) % 4)]
        return b''.join(out)


def needed(path):
    """Names of the shared libraries that an ELF file asks for."""
    text = run([CROSS + 'readelf', '-d', path])
    return [line.split('[')[1].split(']')[0] for line in text.splitlines() if '(NEEDED)' in line]


def library_closure(programs, folders=LIBRARY_DIRS):
    """{name: path} of all shared libraries that the programs need, the loader with them."""
    found = {}
    todo = list(programs)
    while todo:
        for name in needed(todo.pop()):
            if name in found:
                continue
            for folder in folders:
                path = os.path.join(folder, name)
                if os.path.exists(path):
                    found[name] = path
                    todo.append(path)
                    break
            else:
                raise Unavailable(f'no arm64 library {name} (scripts/setup.sh --lab)')
    return found


def add_programs(archive, programs, folders=LIBRARY_DIRS):
    """Puts {path in the archive: host path} and the libraries of them into an archive."""
    for path, source in programs.items():
        archive.file(path, source)
    for name, source in library_closure(programs.values(), folders).items():
        folder = 'lib' if name.startswith('ld-linux') else 'lib/aarch64-linux-gnu'
        archive.file(f'{folder}/{name}', source)

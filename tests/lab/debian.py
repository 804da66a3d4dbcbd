# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's arm64 packages for guests: downloaded by apt and unpacked into the cache, never installed.

Where apt does not know the architecture, lists of packages of our own are used: nothing of the
system's apt is changed, and no root is needed. Who imports this gets the kernel, its modules and
programs with their libraries.
"""
import glob
import lzma
import os
import re
import shutil

from labfiles import Unavailable, cache_dir, locked, run

KERNEL = 'linux-image-arm64'


def own_apt():
    """Options that give apt lists of arm64 packages below the cache folder."""
    root = cache_dir('apt')
    for folder in ('lists/partial', 'archives/partial'):
        cache_dir('apt', folder)
    with open(os.path.join(root, 'status'), 'a', encoding='ascii'):
        pass
    settings = {
        'APT::Architecture': 'arm64',
        'APT::Architectures': 'arm64',
        'APT::Sandbox::User': 'root',
        'Acquire::Languages': 'none',
        'Acquire::Retries': '1',
        'Acquire::http::Timeout': '30',
        'Dir::State': root,
        'Dir::State::status': os.path.join(root, 'status'),
        'Dir::Cache': root,
    }
    return [word for name, value in settings.items() for word in ('-o', f'{name}={value}')]


def depends(package, options):
    return run(['apt-cache', *options, 'depends', package + ':arm64'])


def apt_options(package):
    """Options with which apt knows the arm64 package."""
    for tool in ('apt-get', 'apt-cache', 'dpkg-deb'):
        if not shutil.which(tool):
            raise Unavailable(f'{tool} is not installed: Debian\'s arm64 packages cannot be had')
    for options in ([], own_apt()):
        try:
            depends(package, options)
            return options
        except RuntimeError:
            pass
    try:
        run(['apt-get', *own_apt(), 'update'])
        problem = 'the configured archives have no such package'
    except RuntimeError as error:  # of one archive of several, perhaps
        problem = str(error).strip().splitlines()[-1]
    try:
        depends(package, own_apt())
    except RuntimeError:
        raise Unavailable(f'apt cannot get {package}:arm64: {problem}') from None
    return own_apt()


def fetch(package, folder, tell):
    """Downloads a package and unpacks it into the folder."""
    options = apt_options(package)
    if package == KERNEL:
        found = re.findall(r'Depends: (linux-image-\d\S*)', depends(package, options))
        if not found:
            raise Unavailable(f'{KERNEL}:arm64 names no kernel')
        package = found[0].split(':')[0]
    tell(f'downloading {package}:arm64')
    try:
        run(['apt-get', *options, 'download', package + ':arm64'], cwd=folder)
    except RuntimeError as error:
        raise Unavailable(f'{package}:arm64 cannot be downloaded: '
                          + str(error).strip().splitlines()[-1]) from error
    for name in glob.glob(os.path.join(folder, '*.deb')):
        run(['dpkg-deb', '-x', name, folder])
        os.remove(name)


def package_dir(package, tell=lambda text: None):
    """Folder with the unpacked arm64 package; downloaded if it is not there, which is told."""
    folder = os.path.join(cache_dir('debian'), package)
    with locked(folder):
        if not os.path.exists(folder):
            new = folder + '.new'
            shutil.rmtree(new, ignore_errors=True)
            os.makedirs(new)
            fetch(package, new, tell)
            os.rename(new, folder)
    return folder


def kernel(tell=lambda text: None):
    """Path of Debian's kernel."""
    found = sorted(glob.glob(package_dir(KERNEL, tell) + '/boot/vmlinuz-*'))
    if not found:
        raise Unavailable(f'{package_dir(KERNEL)}: no kernel in it')
    return found[-1]


def module_files():
    """{name of a module: its file} of Debian's kernel."""
    paths = glob.glob(package_dir(KERNEL) + '/lib/modules/*/kernel/**/*.ko*', recursive=True)
    return {os.path.basename(path).split('.ko')[0].replace('-', '_'): path for path in paths}


def module_data(path):
    with open(path, 'rb') as stream:
        data = stream.read()
    return lzma.decompress(data) if path.endswith('.xz') else data


def modules(names):
    """[(name, contents)] of modules and all that they depend on, in the order to load them."""
    files = module_files()
    loaded = {}

    def load(name):
        if name in loaded or name not in files:
            return  # the latter are built in
        data = module_data(files[name])
        needs = re.search(rb'\0depends=([\w,-]*)\0', data)
        for need in needs.group(1).decode().replace('-', '_').split(',') if needs else ():
            load(need)
        loaded[name] = data

    for name in names:
        load(name)
    return list(loaded.items())


def busybox(tell=lambda text: None):
    """Path of the static busybox."""
    return os.path.join(package_dir('busybox-static', tell), 'bin', 'busybox')

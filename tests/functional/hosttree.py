# SPDX-License-Identifier: GPL-2.0-or-later
"""Host trees for gantry-host: /sys and /dev of a board, from a compact description."""
import os
import struct


def cells(*values):
    return b''.join(struct.pack('>I', value) for value in values)


class HostTree:
    """A sysroot. Folders and links are as Linux 6.x makes them."""

    def __init__(self, root, modules=('vfio_platform', 'vfio_iommu_type1'), reset_required=True):
        self.root = root
        for bus, driver in (('platform', 'vfio-platform'), ('amba', 'vfio-amba'),
                            ('pci', 'vfio-pci')):
            self.folder('sys/bus/%s/devices' % bus)
            self.file('sys/bus/%s/drivers_probe' % bus, '')
            if driver.replace('-', '_') in modules:
                self.folder('sys/bus/%s/drivers/%s' % (bus, driver))
        self.folder('sys/kernel/iommu_groups')
        self.node('', {'#address-cells': cells(2), '#size-cells': cells(2)})
        self.node('/soc', {'#address-cells': cells(1), '#size-cells': cells(1), 'ranges': b''})
        if 'vfio_iommu_type1' in modules:
            self.file('dev/vfio/vfio', '')
            self.file('sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts', 'N\n')
        if 'vfio_platform' in modules:
            self.file('sys/module/vfio_platform/parameters/reset_required',
                      'Y\n' if reset_required else 'N\n')

    def path(self, name):
        return os.path.join(self.root, name)

    def folder(self, name):
        os.makedirs(self.path(name), exist_ok=True)

    def file(self, name, data):
        self.folder(os.path.dirname(name))
        with open(self.path(name), 'wb') as file:
            file.write(data.encode() if isinstance(data, str) else data)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def link(self, name, target):
        """A relative link, as sysfs has them, to @target below the root."""
        self.folder(os.path.dirname(name))
        folder = os.path.realpath(self.path(os.path.dirname(name)))
        os.symlink(os.path.relpath(os.path.join(os.path.realpath(self.root), target), folder),
                   self.path(name))

    def node(self, path, properties):
        folder = 'sys/firmware/devicetree/base' + path
        self.folder(folder)
        for name, value in properties.items():
            self.file(folder + '/' + name, value)

    def driver(self, bus, name):
        self.folder('sys/bus/%s/drivers/%s' % (bus, name))
        self.file('sys/bus/%s/drivers/%s/unbind' % (bus, name), '')

    def smmu(self, name, compatible, coherent, phandle=0x8001):
        self.node('/' + name, {'compatible': compatible.encode() + b'\0',
                               'phandle': cells(phandle),
                               **({'dma-coherent': b''} if coherent else {})})
        self.folder('sys/devices/platform/%s/iommu/smmu0' % name)
        self.link('sys/devices/platform/%s/of_node' % name, 'sys/firmware/devicetree/base/' + name)
        self.link('sys/devices/platform/%s/iommu/smmu0/device' % name,
                  'sys/devices/platform/' + name)
        self.link('sys/class/iommu/' + name, 'sys/devices/platform/%s/iommu/smmu0' % name)

    def device(self, name, bus='platform', driver=None, group=None, iommu=None, node=None,
               power='active'):
        """A device; @node: properties of its tree node /soc/NAME; returns its folder."""
        real = 'sys/devices/%s/%s' % (bus, name)
        self.file(real + '/driver_override', '(null)\n')
        self.file(real + '/modalias', 'of:N%s\n' % name)
        self.file(real + '/power/runtime_status', power + '\n')
        self.file(real + '/power/control', 'auto\n')
        self.link(real + '/subsystem', 'sys/bus/' + bus)
        self.link('sys/bus/%s/devices/%s' % (bus, name), real)
        if driver:
            self.driver(bus, driver)
            self.link(real + '/driver', 'sys/bus/%s/drivers/%s' % (bus, driver))
        if group is not None:
            self.link('sys/kernel/iommu_groups/%d/devices/%s' % (group, name), real)
            self.link(real + '/iommu_group', 'sys/kernel/iommu_groups/%d' % group)
            if driver and driver.startswith('vfio'):
                self.file('dev/vfio/%d' % group, '')
        if iommu:
            self.link(real + '/iommu', 'sys/devices/platform/%s/iommu/smmu0' % iommu)
        if node is not None:
            self.node('/soc/' + name, node)
            self.link(real + '/of_node', 'sys/firmware/devicetree/base/soc/' + name)
        return real


XGMAC = {
    'compatible': b'calxeda,hb-xgmac\0',
    'reg': cells(0xfff50000, 0x1000),
    'interrupt-names': b'main\0power\0wake\0',
    'dma-coherent': b'',
}
PLAIN = {
    'compatible': b'vendor,dma-2\0vendor,dma\0',
    'reg': cells(0xff000000, 0x1000, 0xff010000, 0x800),
    'dma-coherent': b'',
}


def good_board(root, **kwargs):
    """A board with a coherent SMMUv3 and a network device that can be assigned at once."""
    tree = HostTree(root, **kwargs)
    tree.smmu('smmu', 'arm,smmu-v3', True)
    tree.device('fff50000.ethernet', driver='vfio-platform', group=1, iommu='smmu', node=XGMAC)
    return tree

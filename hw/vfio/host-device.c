/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about devices of the host: which there are, their drivers, IOMMU groups, ways to reset.
 */
#include "qemu/osdep.h"
#include "qemu/suggest.h"
#include "host-internal.h"

/* ---- names -------------------------------------------------------- */

static const struct {
    const char *name;
    const char *vfio_driver;
} buses[] = {
    [VFIO_HOST_BUS_PLATFORM] = { "platform", "vfio-platform" },
    [VFIO_HOST_BUS_AMBA] = { "amba", "vfio-amba" },
    [VFIO_HOST_BUS_PCI] = { "pci", "vfio-pci" },
};

const char *vfio_host_bus_name(VFIOHostBus bus)
{
    return bus < VFIO_HOST_BUS__MAX ? buses[bus].name : "other";
}

const char *vfio_host_driver_for(VFIOHostBus bus)
{
    return bus < VFIO_HOST_BUS__MAX ? buses[bus].vfio_driver : NULL;
}

bool vfio_host_driver_is_vfio(const char *driver)
{
    return driver && g_str_has_prefix(driver, "vfio");
}

const char *vfio_host_reset_name(VFIOHostReset reset)
{
    static const char *const names[] = {
        [VFIO_HOST_RESET_NONE] = "none",
        [VFIO_HOST_RESET_DRIVER] = "vfio-module",
        [VFIO_HOST_RESET_PCI] = "pci",
        [VFIO_HOST_RESET_UNKNOWN] = "unknown",
    };

    return names[reset];
}

static VFIOHostBus bus_of(const VFIOHost *host, const char *path)
{
    g_autofree char *link = g_build_filename(path, "subsystem", NULL);
    g_autofree char *name = vfio_host_link_name(host, link);
    VFIOHostBus bus = VFIO_HOST_BUS_PLATFORM;

    while (bus < VFIO_HOST_BUS__MAX && g_strcmp0(name, buses[bus].name) != 0) {
        bus++;
    }
    return bus;
}

char *vfio_host_quote(const char *text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-+=:,./@%";

    return *text && !text[strspn(text, safe)] ? g_strdup(text) : g_shell_quote(text);
}

bool vfio_host_is_supported(const VFIOHostDevice *dev)
{
    return dev->bus == VFIO_HOST_BUS_PLATFORM || dev->bus == VFIO_HOST_BUS_AMBA;
}

char *vfio_host_option(const VFIOHostDevice *dev)
{
    /* The option parser takes two commas for one. */
    g_auto(GStrv) parts = g_strsplit(dev->name, ",", -1);
    g_autofree char *name = g_strjoinv(",,", parts);
    g_autofree char *option = g_strdup_printf("%s,host=%s%s",
                                              dev->bus == VFIO_HOST_BUS_PCI ? "vfio-pci" :
                                              "vfio-platform", name,
                                              dev->noiommu ? ",x-noiommu=on" : "");

    return vfio_host_quote(option);
}

/* ---- groups -------------------------------------------------------- */

static void member_free(void *opaque)
{
    VFIOHostMember *member = opaque;

    g_free(member->name);
    g_free(member->driver);
    g_free(member);
}

static void read_group(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *link = g_build_filename(dev->path, "iommu_group", NULL);
    g_autofree char *number = vfio_host_link_name(host, link);
    g_autofree char *group = NULL, *devices = NULL, *name_path = NULL, *name = NULL;
    g_auto(GStrv) names = NULL;
    uint64_t id;

    if (!number || !g_ascii_string_to_unsigned(number, 10, 0, INT_MAX, &id, NULL)) {
        return;
    }
    dev->group = id;
    group = g_strdup_printf("/sys/kernel/iommu_groups/%d", dev->group);
    name_path = g_build_filename(group, "name", NULL);
    name = vfio_host_text(host, name_path);
    dev->noiommu = name && g_str_has_prefix(name, "vfio-noiommu");
    devices = g_build_filename(group, "devices", NULL);
    names = vfio_host_names(host, devices);
    for (int i = 0; names[i]; i++) {
        g_autofree char *path = g_build_filename(devices, names[i], NULL);
        g_autofree char *driver = g_build_filename(path, "driver", NULL);
        VFIOHostMember *member = g_new0(VFIOHostMember, 1);

        member->name = g_strdup(names[i]);
        member->driver = vfio_host_link_name(host, driver);
        member->bus = bus_of(host, path);
        g_ptr_array_add(dev->members, member);
    }
}

/* @iommu: the folder that stands for the IOMMU in sysfs. */
static void read_iommu_node(const VFIOHost *host, VFIOHostDevice *dev, const char *iommu)
{
    g_autofree char *compatible = g_build_filename(iommu, "device/of_node/compatible", NULL);
    g_autofree char *coherent = g_build_filename(iommu, "device/of_node/dma-coherent", NULL);

    dev->iommu = vfio_host_text(host, compatible);
    dev->iommu_coherent = vfio_host_exists(host, coherent);
}

/* The folder of the working IOMMU that the device's tree node names in "iommus", or NULL. */
static char *find_named_iommu(const VFIOHost *host, const VFIOHostDevice *dev)
{
    g_autofree char *property = g_build_filename(dev->path, "of_node/iommus", NULL);
    size_t size = 0;
    g_autofree char *iommus = vfio_host_bytes(host, property, &size);
    g_auto(GStrv) names = vfio_host_names(host, "/sys/class/iommu");

    if (!iommus || size < sizeof(uint32_t)) {
        return NULL;
    }
    for (int i = 0; names[i]; i++) {
        g_autofree char *iommu = g_build_filename("/sys/class/iommu", names[i], NULL);
        g_autofree char *path = g_build_filename(iommu, "device/of_node/phandle", NULL);
        g_autofree char *phandle = vfio_host_bytes(host, path, &size);

        if (phandle && size == sizeof(uint32_t) && memcmp(phandle, iommus, size) == 0) {
            return g_steal_pointer(&iommu);
        }
    }
    return NULL;
}

/*
 * Linux makes a platform device's group when the device is first probed by a driver; until then
 * only the tree tells that there will be one.
 */
static void read_iommu(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *link = g_build_filename(dev->path, "iommu", NULL);
    g_autofree char *named = NULL;

    if (dev->group >= 0 || dev->bus == VFIO_HOST_BUS_PCI) {
        read_iommu_node(host, dev, link);
        return;
    }
    named = find_named_iommu(host, dev);
    if (named) {
        dev->group_at_binding = true;
        read_iommu_node(host, dev, named);
    }
}

/* ---- resets and regions -------------------------------------------------------- */

/* The reset modules of drivers/vfio/platform/reset. */
static bool has_reset_module(const VFIOHostDevice *dev)
{
    static const char *const known[] = {
        "calxeda,hb-xgmac", "amd,xgbe-seattle-v1a", "brcm,iproc-flexrm-mbox", NULL,
    };

    /* The kernel asks for the first string only. */
    return dev->compatible && dev->compatible[0] && g_strv_contains(known, dev->compatible[0]);
}

static void read_reset(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *pci = g_build_filename(dev->path, "reset", NULL);
    g_autofree char *acpi = g_build_filename(dev->path, "firmware_node", NULL);

    if (dev->bus == VFIO_HOST_BUS_PCI) {
        dev->reset = vfio_host_exists(host, pci) ? VFIO_HOST_RESET_PCI : VFIO_HOST_RESET_NONE;
    } else if (has_reset_module(dev)) {
        dev->reset = VFIO_HOST_RESET_DRIVER;
    } else {
        dev->reset = !dev->compatible && vfio_host_exists(host, acpi) ? VFIO_HOST_RESET_UNKNOWN :
                     VFIO_HOST_RESET_NONE;
    }
}

/* The file "resource": a line "FIRST LAST FLAGS" for each BAR, zeros for none. */
static void read_pci_regions(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *path = g_build_filename(dev->path, "resource", NULL);
    g_autofree char *text = vfio_host_text(host, path);
    g_auto(GStrv) lines = g_strsplit(text ?: "", "\n", 7);

    for (int i = 0; lines[i] && i < 6; i++) {
        uint64_t first, last;

        if (sscanf(lines[i], "%" SCNx64 " %" SCNx64, &first, &last) == 2 && last > first) {
            VFIOHostRegion region = { .address = first, .cpu_address = first,
                                      .size = last - first + 1 };

            g_array_append_val(dev->regions, region);
        }
    }
}

/* ---- devices -------------------------------------------------------- */

static char *attribute(const VFIOHost *host, const VFIOHostDevice *dev, const char *name)
{
    g_autofree char *path = g_build_filename(dev->path, name, NULL);
    char *text = vfio_host_text(host, path);

    if (text && (!*text || strcmp(text, "(null)") == 0)) {
        g_clear_pointer(&text, g_free);
    }
    return text;
}

static void finding_free(void *opaque)
{
    VFIOHostFinding *finding = opaque;

    g_free(finding->text);
    g_free(finding->command);
    g_free(finding);
}

/* What the folder vfio-dev, of kernels that give devices nodes of their own, names. */
static char *cdev_name(const VFIOHost *host, const char *path)
{
    g_autofree char *folder = g_build_filename(path, "vfio-dev", NULL);
    g_auto(GStrv) names = vfio_host_names(host, folder);

    return g_strdup(names[0]);
}

static VFIOHostDevice *device_read(const VFIOHost *host, VFIOHostBus bus, const char *path)
{
    VFIOHostDevice *dev = g_new0(VFIOHostDevice, 1);
    g_autofree char *driver = g_build_filename(path, "driver", NULL);

    dev->bus = bus;
    dev->path = g_strdup(path);
    dev->name = g_path_get_basename(path);
    dev->members = g_ptr_array_new_with_free_func(member_free);
    dev->findings = g_ptr_array_new_with_free_func(finding_free);
    dev->regions = g_array_new(false, false, sizeof(VFIOHostRegion));
    dev->group = -1;
    dev->driver = vfio_host_link_name(host, driver);
    dev->driver_override = attribute(host, dev, "driver_override");
    dev->modalias = attribute(host, dev, "modalias");
    dev->cdev = cdev_name(host, path);
    dev->power = attribute(host, dev, "power/runtime_status");
    vfio_host_read_node(host, dev);
    if (bus == VFIO_HOST_BUS_PCI) {
        read_pci_regions(host, dev);
    }
    read_group(host, dev);
    read_iommu(host, dev);
    read_reset(host, dev);
    vfio_host_find(host, dev);
    return dev;
}

void vfio_host_device_free(VFIOHostDevice *dev)
{
    if (!dev) {
        return;
    }
    g_free(dev->name);
    g_free(dev->path);
    g_free(dev->driver);
    g_free(dev->driver_override);
    g_free(dev->modalias);
    g_strfreev(dev->compatible);
    g_free(dev->node);
    g_ptr_array_unref(dev->members);
    g_free(dev->iommu);
    g_free(dev->cdev);
    g_free(dev->power);
    g_array_unref(dev->regions);
    g_strfreev(dev->interrupt_names);
    g_ptr_array_unref(dev->findings);
    g_free(dev);
}

static char *bus_folder(VFIOHostBus bus)
{
    return g_strdup_printf("/sys/bus/%s/devices", buses[bus].name);
}

static VFIOHostDevice *device_at(VFIOHost *host, const char *path, Error **errp)
{
    VFIOHostBus bus;

    if (!vfio_host_exists(host, path)) {
        error_setg(errp, "there is no device at '%s'", path);
        return NULL;
    }
    bus = bus_of(host, path);
    if (bus == VFIO_HOST_BUS__MAX) {
        error_setg(errp, "'%s' is not a device of the platform, AMBA or PCI bus", path);
        return NULL;
    }
    return device_read(host, bus, path);
}

/* A tree's "ethernet@fff51000" is "fff51000.ethernet" on its bus. NULL: not of that form. */
static char *name_from_node(const char *name)
{
    const char *at = strchr(name, '@');

    return at ? g_strdup_printf("%s.%.*s", at + 1, (int)(at - name), name) : NULL;
}

/* Whether @part is the address or the word of a @name like "fff51000.ethernet". */
static bool is_half_of(const char *part, const char *name)
{
    const char *dot = strchr(name, '.');

    return dot && (strcmp(part, dot + 1) == 0 ||
                   (strlen(part) == dot - name && g_str_has_prefix(name, part)));
}

char *vfio_host_suggest(const VFIOHost *host, const char *name, VFIOHostBus end)
{
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_autofree char *from_node = name_from_node(name);
    const char *typed = from_node ?: name;
    const char *by_half = NULL;
    Suggest suggest;

    suggest_init(&suggest, typed);
    for (VFIOHostBus bus = 0; bus < end; bus++) {
        g_autofree char *folder = bus_folder(bus);
        char **names = vfio_host_names(host, folder);

        g_ptr_array_add(lists, names);
        for (int i = 0; names[i]; i++) {
            suggest_offer(&suggest, names[i]);
            if (!by_half && is_half_of(typed, names[i])) {
                by_half = names[i];
            }
        }
    }
    return g_strdup(by_half ?: suggest_get(&suggest));
}

VFIOHostDevice *vfio_host_device(VFIOHost *host, const char *name, Error **errp)
{
    g_autofree char *nearest = NULL;

    if (*name == '/') {
        return device_at(host, name, errp);
    }
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        error_setg(errp, "wrong host device name '%s'", name);
        error_append_hint(errp, "A name as in /sys/bus/platform/devices, or a whole path.\n");
        return NULL;
    }
    for (VFIOHostBus bus = 0; bus < VFIO_HOST_BUS__MAX; bus++) {
        g_autofree char *folder = bus_folder(bus);
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (vfio_host_exists(host, path)) {
            return device_read(host, bus, path);
        }
    }
    nearest = vfio_host_suggest(host, name, VFIO_HOST_BUS__MAX);
    error_setg(errp, "the host has no device '%s' on its platform, AMBA or PCI bus; %s%s%s", name,
               nearest ? "did you mean '" : "'gantry-host list' shows those there are",
               nearest ?: "", nearest ? "'?" : "");
    return NULL;
}

/* Devices that drivers made up for themselves have no description by firmware. */
static bool is_described(const VFIOHost *host, VFIOHostBus bus, const char *path)
{
    g_autofree char *tree = g_build_filename(path, "of_node", NULL);
    g_autofree char *acpi = g_build_filename(path, "firmware_node", NULL);
    g_autofree char *group = g_build_filename(path, "iommu_group", NULL);

    return bus != VFIO_HOST_BUS_PLATFORM || vfio_host_exists(host, tree) ||
           vfio_host_exists(host, acpi) || vfio_host_exists(host, group);
}

static void device_free_func(void *opaque)
{
    vfio_host_device_free(opaque);
}

GPtrArray *vfio_host_list(VFIOHost *host)
{
    GPtrArray *devices = g_ptr_array_new_with_free_func(device_free_func);

    for (VFIOHostBus bus = 0; bus < VFIO_HOST_BUS__MAX; bus++) {
        g_autofree char *folder = bus_folder(bus);
        g_auto(GStrv) names = vfio_host_names(host, folder);

        for (int i = 0; names[i]; i++) {
            g_autofree char *path = g_build_filename(folder, names[i], NULL);

            if (vfio_host_exists(host, path) && is_described(host, bus, path)) {
                g_ptr_array_add(devices, device_read(host, bus, path));
            }
        }
    }
    return devices;
}

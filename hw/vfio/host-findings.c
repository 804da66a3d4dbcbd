/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps a device of the host from being assigned, and the commands that mend it. Each check
 * is one function; the conditions are those of the kernel's drivers/vfio.
 */
#include "qemu/osdep.h"
#include <sys/resource.h>
#include "qemu/units.h"
#include "host-internal.h"

const char *vfio_host_severity_name(VFIOHostSeverity severity)
{
    static const char *const names[] = {
        [VFIO_HOST_NOTE] = "note",
        [VFIO_HOST_WARNING] = "warning",
        [VFIO_HOST_STEP] = "step",
        [VFIO_HOST_BLOCKER] = "blocker",
    };

    return names[severity];
}

VFIOHostSeverity vfio_host_verdict(const VFIOHostDevice *dev)
{
    VFIOHostSeverity worst = VFIO_HOST_NOTE;

    for (guint i = 0; i < dev->findings->len; i++) {
        VFIOHostFinding *finding = g_ptr_array_index(dev->findings, i);

        worst = MAX(worst, finding->severity);
    }
    return worst;
}

/* Takes ownership of @text and @command. */
static VFIOHostFinding *add(VFIOHostDevice *dev, VFIOHostSeverity severity, const char *id,
                            char *text, char *command)
{
    VFIOHostFinding *finding = g_new0(VFIOHostFinding, 1);

    *finding = (VFIOHostFinding) {
        .severity = severity, .id = id, .text = text, .command = command,
    };
    g_ptr_array_add(dev->findings, finding);
    return finding;
}

static bool is_bound(const VFIOHostDevice *dev)
{
    return vfio_host_driver_is_vfio(dev->driver);
}

/* ---- drivers -------------------------------------------------------- */

/* The lines that give device @name of @bus, bound to @driver or to none, to VFIO. */
static char *bind_lines(VFIOHostBus bus, const char *name, const char *driver)
{
    const char *bus_name = vfio_host_bus_name(bus);
    g_autofree char *word = vfio_host_quote(name);
    g_autofree char *path = g_strdup_printf("/sys/bus/%s/devices/%s", bus_name, name);
    g_autofree char *file = vfio_host_quote(path);
    g_autofree char *unbind = driver ? g_strdup_printf("echo %s > %s/driver/unbind\n", word, file)
                                     : g_strdup("");

    return g_strdup_printf("echo %s > %s/driver_override\n%s"
                           "echo %s > /sys/bus/%s/drivers_probe", vfio_host_driver_for(bus), file,
                           unbind, word, bus_name);
}

static void check_driver(const VFIOHost *host, VFIOHostDevice *dev)
{
    const char *vfio_driver = vfio_host_driver_for(dev->bus);
    g_autofree char *driver = g_strdup_printf("/sys/bus/%s/drivers/%s",
                                              vfio_host_bus_name(dev->bus), vfio_driver);
    g_autofree char *module = g_strdelimit(g_strdup(vfio_driver), "-", '_');

    if (is_bound(dev)) {
        return;
    }
    if (!vfio_host_exists(host, driver)) {
        add(dev, VFIO_HOST_STEP, "no-vfio-driver",
            g_strdup_printf("the kernel's driver %s is not loaded", vfio_driver),
            g_strdup_printf("modprobe %s", module))->bars_binding = true;
    }
    add(dev, VFIO_HOST_STEP, "not-bound",
        dev->driver ? g_strdup_printf("the device is bound to %s", dev->driver) :
                      g_strdup("the device is bound to no driver"),
        bind_lines(dev->bus, dev->name, dev->driver));
}

/* ---- groups -------------------------------------------------------- */

/* Bridges to the group's devices may keep their driver (vfio_dev_driver_allowed()). */
static bool may_stay(const VFIOHostMember *member)
{
    return !member->driver || vfio_host_driver_is_vfio(member->driver) ||
           strcmp(member->driver, "pcieport") == 0 || strcmp(member->driver, "pci-stub") == 0;
}

static void check_members(VFIOHostDevice *dev)
{
    for (guint i = 0; i < dev->members->len; i++) {
        VFIOHostMember *member = g_ptr_array_index(dev->members, i);

        if (may_stay(member) || strcmp(member->name, dev->name) == 0) {
            continue;
        }
        if (member->bus == VFIO_HOST_BUS__MAX) {
            add(dev, VFIO_HOST_BLOCKER, "group-not-viable",
                g_strdup_printf("%s, in the same IOMMU group, is bound to %s and is on a bus "
                                "without a vfio driver", member->name, member->driver), NULL);
            continue;
        }
        add(dev, VFIO_HOST_STEP, "group-not-viable",
            g_strdup_printf("%s, in the same IOMMU group, is bound to %s", member->name,
                            member->driver),
            bind_lines(member->bus, member->name, member->driver));
    }
}

static void check_group(const VFIOHost *host, VFIOHostDevice *dev)
{
    bool noiommu = vfio_host_flag(host, "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
                                  false);

    if (dev->group_at_binding) {
        return;
    }
    if (dev->group >= 0 && !dev->noiommu) {
        check_members(dev);
    } else if (dev->noiommu || noiommu) {
        add(dev, VFIO_HOST_WARNING, "no-iommu",
            g_strdup("no IOMMU confines the device: its DMA can read and overwrite all memory of "
                     "the host; the option x-noiommu=on is the consent to that"), NULL);
    } else {
        add(dev, VFIO_HOST_BLOCKER, "no-group",
            g_strdup("the host has no IOMMU for the device, or the IOMMU's driver is not there; "
                     "for a device that does no DMA, VFIO can do without"),
            g_strdup("echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode"))
            ->bars_binding = true;
    }
}

/* Consent to message interrupts that the interrupt controller does not isolate is given here. */
static void check_interrupts(const VFIOHost *host, VFIOHostDevice *dev)
{
    static const char *const modules[] = { "vfio_iommu_type1", "iommufd" };

    for (size_t i = 0; i < G_N_ELEMENTS(modules); i++) {
        g_autofree char *path = g_strdup_printf("/sys/module/%s/parameters/allow_unsafe_interrupts",
                                                modules[i]);

        if (vfio_host_flag(host, path, false)) {
            add(dev, VFIO_HOST_NOTE, "unsafe-interrupts",
                g_strdup_printf("allow_unsafe_interrupts of %s is on: an assigned device that "
                                "writes message interrupts may raise any of the host's",
                                modules[i]), NULL);
        }
    }
}

/* ---- coherency -------------------------------------------------------- */

/* The kernel's type 1 binds only devices whose DMA is coherent (IOMMU_CAP_CACHE_COHERENCY). */
static void check_coherency(VFIOHostDevice *dev)
{
    bool is_v3 = g_strcmp0(dev->iommu, "arm,smmu-v3") == 0;
    bool is_v2 = dev->iommu && !is_v3 &&
                 (strstr(dev->iommu, "smmu") || strstr(dev->iommu, ",mmu-"));

    if (is_bound(dev) || (dev->group < 0 && !dev->group_at_binding) || dev->noiommu || !dev->node) {
        return;
    }
    if (is_v3 ? dev->iommu_coherent : dev->iommu_coherent || dev->dma_coherent) {
        return;
    }
    if (is_v3 || is_v2) {
        add(dev, VFIO_HOST_BLOCKER, "not-coherent",
            g_strdup_printf("binding would fail with EINVAL, as DMA is not cache coherent: %s has "
                            "no dma-coherent in the host's device tree; add it there only if the "
                            "hardware is coherent", is_v3 ? "the SMMU's node" :
                            "neither the device's node nor the SMMU's"), NULL)
            ->bars_binding = true;
    } else {
        add(dev, VFIO_HOST_WARNING, "not-coherent",
            g_strdup("the device's node has no dma-coherent: binding fails with EINVAL if the "
                     "IOMMU does not keep caches coherent"), NULL);
    }
}

/* ---- reset -------------------------------------------------------- */

static void check_reset(const VFIOHost *host, VFIOHostDevice *dev)
{
    bool required = dev->bus == VFIO_HOST_BUS_PLATFORM && !is_bound(dev) &&
                    vfio_host_flag(host, "/sys/module/vfio_platform/parameters/reset_required",
                                   true);

    if (dev->reset == VFIO_HOST_RESET_DRIVER || dev->reset == VFIO_HOST_RESET_PCI) {
        return;
    }
    if (required && dev->reset == VFIO_HOST_RESET_NONE) {
        add(dev, VFIO_HOST_STEP, "reset-required",
            g_strdup("binding would fail with ENOENT: vfio-platform knows no reset for the device; "
                     "with its parameter reset_required=0 (vfio_platform.reset_required=0 on the "
                     "kernel's command line where it is built in) it does without"),
            g_strdup("modprobe -r vfio_platform; modprobe vfio_platform reset_required=0"))
            ->bars_binding = true;
    } else if (dev->reset == VFIO_HOST_RESET_UNKNOWN) {
        add(dev, VFIO_HOST_NOTE, "reset-unknown",
            g_strdup("whether the device can be reset depends on a method _RST of ACPI"), NULL);
    } else {
        add(dev, VFIO_HOST_NOTE, "no-reset",
            g_strdup("the device cannot be reset: it keeps its state, and goes on with DMA, when "
                     "the guest resets"), NULL);
    }
}

/* ---- power -------------------------------------------------------- */

static void check_power(VFIOHostDevice *dev)
{
    g_autofree char *path = g_build_filename(dev->path, "power/control", NULL);
    g_autofree char *file = vfio_host_quote(path);

    /* A vfio driver wakes its device when it is opened. */
    if (is_bound(dev) || g_strcmp0(dev->power, "suspended") != 0) {
        return;
    }
    add(dev, VFIO_HOST_WARNING, "suspended",
        g_strdup("the device is suspended: an access while its clock or power is off can stop "
                 "the host with an external abort; keep it awake"),
        g_strdup_printf("echo on > %s", file));
}

/* ---- regions -------------------------------------------------------- */

static void check_regions(VFIOHostDevice *dev)
{
    for (guint i = 0; i < dev->regions->len; i++) {
        VFIOHostRegion *region = &g_array_index(dev->regions, VFIOHostRegion, i);

        uint64_t address = region->cpu_address == VFIO_HOST_NO_ADDRESS ? region->address
                                                                       : region->cpu_address;

        if (region->size && (address | region->size) % (4 * KiB)) {
            add(dev, VFIO_HOST_NOTE, "sub-page-region",
                g_strdup_printf("region %u (0x%" PRIx64 " bytes at 0x%" PRIx64 ") is not made of "
                                "whole pages: each access traps", i, region->size, address), NULL);
        }
    }
}

/* ---- access -------------------------------------------------------- */

static void check_node(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *node = g_strdup_printf("/dev/vfio/%s%d", dev->noiommu ? "noiommu-" : "",
                                            dev->group);
    g_autofree char *user = vfio_host_quote(g_get_user_name());

    if (!vfio_host_exists(host, "/dev/vfio/vfio")) {
        add(dev, VFIO_HOST_STEP, "no-container",
            g_strdup("there is no /dev/vfio/vfio: the kernel's VFIO is not loaded"),
            g_strdup("modprobe vfio_iommu_type1"))->bars_group = true;
    }
    if (dev->group < 0 || !is_bound(dev)) {
        return;
    }
    if (!vfio_host_exists(host, node)) {
        add(dev, VFIO_HOST_STEP, "no-node",
            g_strdup_printf("there is no %s, though the device is bound", node),
            g_strdup("udevadm trigger --subsystem-match=vfio"))->bars_group = true;
    } else if (!vfio_host_may_open(host, node)) {
        add(dev, VFIO_HOST_STEP, "node-access",
            g_strdup_printf("this user may not open %s", node),
            g_strdup_printf("chown %s %s", user, node))->bars_group = true;
    }
}

static void check_memlock(const VFIOHost *host, VFIOHostDevice *dev)
{
    struct rlimit limit;

    if (vfio_host_is_recorded(host) || geteuid() == 0 || dev->noiommu ||
        getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) {
        return;
    }
    add(dev, VFIO_HOST_WARNING, "memlock",
        g_strdup_printf("this user may lock %" PRIu64 " KiB of memory; all of the guest's RAM is "
                        "locked", (uint64_t)limit.rlim_cur / KiB),
        g_strdup("ulimit -l unlimited  # after a line \"USER - memlock unlimited\" in "
                 "/etc/security/limits.conf"));
}

/* ---- all -------------------------------------------------------- */

static int worst_first(gconstpointer a, gconstpointer b)
{
    const VFIOHostFinding *const *left = a;
    const VFIOHostFinding *const *right = b;
    int by_severity = (int)(*right)->severity - (int)(*left)->severity;

    /* What bars binding is to be mended before the device is bound. */
    return by_severity ?: (*right)->bars_binding - (*left)->bars_binding;
}

void vfio_host_find(const VFIOHost *host, VFIOHostDevice *dev)
{
    check_group(host, dev);
    check_interrupts(host, dev);
    check_coherency(dev);
    check_reset(host, dev);
    check_driver(host, dev);
    check_node(host, dev);
    check_power(dev);
    check_regions(dev);
    check_memlock(host, dev);
    g_ptr_array_sort(dev->findings, worst_first);
}

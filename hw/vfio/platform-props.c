/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties of vfio-platform, and which of them go together.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "hw/vfio/iommufd.h"
#include "qapi/error.h"
#include "qapi/qapi-builtin-visit.h"
#include "qapi/qapi-types-vfio.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "platform-internal.h"
#include "sys-internal.h"

/* ---- lists of indices ------------------------------------------------------------------- */

/* Takes "FIRST[-LAST]" off *@text. False: it is not one. */
static bool index_range_take(const char **text, uint64_t *first, uint64_t *last)
{
    if (!g_ascii_isdigit(**text) || qemu_strtou64(*text, text, 10, first) < 0) {
        return false;
    }
    *last = *first;
    if (**text == '-') {
        (*text)++;
        if (!g_ascii_isdigit(**text) || qemu_strtou64(*text, text, 10, last) < 0) {
            return false;
        }
    }
    if (**text == ',' || **text == ':') {
        (*text)++;
        return **text != '\0';
    }
    return **text == '\0';
}

bool vfio_index_list_check(const char *list, const char *property, unsigned limit, Error **errp)
{
    uint64_t first, last;

    for (const char *at = list; at && *at;) {
        if (!index_range_take(&at, &first, &last) || last < first) {
            error_setg(errp, "%s=%s: expected a list of numbers and ranges like 0,2-4 (on the "
                       "command line 0:2-4, or commas doubled)", property, list);
            return false;
        }
        if (last >= limit) {
            error_setg(errp, "%s=%s: the device has no number %" PRIu64 ", it has %u", property,
                       list, last, limit);
            return false;
        }
    }
    return true;
}

bool vfio_index_list_has(const char *list, unsigned n)
{
    uint64_t first, last;

    if (!list) {
        return true;
    }
    for (const char *at = list; *at;) {
        if (!index_range_take(&at, &first, &last)) {
            return false;
        }
        if (first <= n && n <= last) {
            return true;
        }
    }
    return false;
}

/* ---- "eoi.N" ------------------------------------------------------------------------------ */

static bool hint_direction(const char *text, VFIOEoiHint *hint)
{
    if (strcmp(text, "r") && strcmp(text, "w") && strcmp(text, "rw")) {
        return false;
    }
    hint->on_read = text[0] == 'r';
    hint->on_write = text[strlen(text) - 1] == 'w';
    return true;
}

static bool hint_fields(char **part, guint n, VFIOEoiHint *hint)
{
    uint64_t region;

    if (n < 2 || n > 4 || qemu_strtou64(part[0], NULL, 0, &region) < 0 || region > UINT8_MAX ||
        qemu_strtou64(part[1], NULL, 0, &hint->offset) < 0) {
        return false;
    }
    hint->is_set = true;
    hint->region = region;
    hint->mask = 0;
    hint->on_read = false;
    hint->on_write = true;
    if (n == 3 && hint_direction(part[2], hint)) {
        return true;
    }
    if (n >= 3 && (qemu_strtou64(part[2], NULL, 0, &hint->mask) < 0 || !hint->mask)) {
        return false;
    }
    return n < 4 || hint_direction(part[3], hint);
}

bool vfio_eoi_hint_parse(const char *text, VFIOEoiHint *hint, Error **errp)
{
    g_auto(GStrv) part = g_strsplit(text, ":", -1);

    *hint = (VFIOEoiHint) { 0 };
    if (hint_fields(part, g_strv_length(part), hint)) {
        return true;
    }
    *hint = (VFIOEoiHint) { 0 };
    error_setg(errp, "'%s': expected REGION:OFFSET[:MASK][:r|w|rw], with a MASK that is not 0",
               text);
    return false;
}

/* ---- families of properties: addr.N, irq.N, eoi.N, clock-frequency.NAME -------------------- */

typedef struct Family {
    const char *prefix;
    const char *pattern; /* the name in help */
    bool is_number;      /* the value; otherwise text */
    bool has_index;      /* a number, below 256, after the dot; otherwise a name */
    const char *description;
} Family;

static const Family families[] = {
    { "addr.", "addr.N", true, true, "guest address of region N" },
    { "irq.", "irq.N", true, true, "shared peripheral interrupt of the guest for interrupt N" },
    { "eoi.", "eoi.N", false, true,
      "REGION:OFFSET[:MASK][:r|w|rw]: access that ends interrupt N in mode trap" },
    { "clock-frequency.", "clock-frequency.NAME", true, false,
      "rate in Hz of the clock of that name" },
};

static const char *family_type(const Family *family)
{
    return family->is_number ? "uint64" : "str";
}

static const Family *family_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        const char *suffix;
        uint64_t n;

        if (!strstart(name, families[i].prefix, &suffix) || !*suffix) {
            continue;
        }
        if (!families[i].has_index ||
            (g_ascii_isdigit(*suffix) && (suffix[0] != '0' || !suffix[1]) &&
             qemu_strtou64(suffix, NULL, 10, &n) == 0 && n <= UINT8_MAX)) {
            return &families[i];
        }
    }
    return NULL;
}

static void family_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Family *family = opaque;
    char *text = g_hash_table_lookup(VFIO_PLATFORM_DEVICE(obj)->indexed, name) ?: (char *)"";
    uint64_t number = g_ascii_strtoull(text, NULL, 10);

    if (family->is_number) {
        visit_type_uint64(v, name, &number, errp);
    } else {
        visit_type_str(v, name, &text, errp);
    }
}

static void family_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Family *family = opaque;
    char *text = NULL;
    VFIOEoiHint hint;
    uint64_t number;

    if (DEVICE(obj)->realized) {
        error_setg(errp, "Property '%s' cannot change while the device is in use", name);
        return;
    }
    if (family->is_number) {
        if (!visit_type_uint64(v, name, &number, errp)) {
            return;
        }
        text = g_strdup_printf("%" PRIu64, number);
    } else if (!visit_type_str(v, name, &text, errp)) {
        return;
    } else if (!vfio_eoi_hint_parse(text, &hint, errp)) {
        error_prepend(errp, "%s=", name);
        g_free(text);
        return;
    }
    g_hash_table_replace(VFIO_PLATFORM_DEVICE(obj)->indexed, g_strdup(name), text);
}

static void platform_property_missing(Object *obj, const char *name)
{
    const Family *family = family_find(name);

    if (family) {
        object_property_add(obj, name, family_type(family), family_get, family_set, NULL,
                            (void *)family);
        object_property_set_description(obj, name, family->description);
    }
}

/* Somebody took the name in help at its word. */
static void family_pattern_set(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    const Family *family = opaque;

    error_setg(errp, "%s: write %s instead of %s, as in %s%s=", name,
               family->has_index ? "a number" : "the name of a clock",
               strchr(family->pattern, '.') + 1, family->prefix, family->has_index ? "0" : "axi");
}

/* So that help tells of them. */
static void families_announce(ObjectClass *klass)
{
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        const Family *family = &families[i];

        object_class_property_add(klass, family->pattern, family_type(family), NULL,
                                  family_pattern_set, NULL, (void *)family);
        object_class_property_set_description(klass, family->pattern, family->description);
    }
}

const char *vfio_platform_indexed(VFIOPlatformDevice *vdev, const char *prefix, const char *suffix)
{
    g_autofree char *name = g_strdup_printf("%s.%s", prefix, suffix);

    return g_hash_table_lookup(vdev->indexed, name);
}

bool vfio_platform_indexed_number(VFIOPlatformDevice *vdev, const char *prefix, unsigned n,
                                  uint64_t *value)
{
    g_autofree char *suffix = g_strdup_printf("%u", n);
    const char *text = vfio_platform_indexed(vdev, prefix, suffix);

    *value = text ? g_ascii_strtoull(text, NULL, 10) : 0;
    return text;
}

bool vfio_platform_indexed_check(VFIOPlatformDevice *vdev, Error **errp)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, vdev->indexed);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const char *name = key;
        bool is_region = g_str_has_prefix(name, "addr.");
        const char *what = is_region ? "region" : "interrupt";
        const char *list = is_region ? vdev->region_list : vdev->irq_list;
        unsigned limit = is_region ? vdev->vbasedev.num_regions : vdev->vbasedev.num_irqs;
        uint64_t n = g_ascii_strtoull(strchr(name, '.') + 1, NULL, 10);

        if (!family_find(name)->has_index) {
            continue;
        }
        if (n >= limit) {
            error_setg(errp, "%s: the device has no %s %" PRIu64 ", it has %u", name, what, n,
                       limit);
            return false;
        }
        if (!vfio_index_list_has(list, n)) {
            error_setg(errp, "%s: %s %" PRIu64 " is left out by %s=%s", name, what, n,
                       is_region ? "regions" : "irqs", list);
            return false;
        }
    }
    return true;
}

/* ---- what goes together -------------------------------------------------------------------- */

static bool excluded(bool both, const char *a, const char *b, const char *why, Error **errp)
{
    if (both) {
        error_setg(errp, "%s and %s exclude each other: %s", a, b, why);
    }
    return both;
}

static bool socket_check(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;

    if (v->socket) {
        return !excluded(v->name, "socket=", "host=", "a server's device is none of this host's, "
                         "leave out host=", errp) &&
               !excluded(v->sysfsdev, "socket=", "sysfsdev=", "a server's device is none of this "
                         "host's, leave out sysfsdev=", errp) &&
               !excluded(v->iommufd, "socket=", "iommufd=", "a server has no use for it, leave "
                         "out iommufd=", errp) &&
               !excluded(vdev->fd_name, "socket=", "fd=", "choose one", errp) &&
               !excluded(v->noiommu_allowed, "socket=", "x-noiommu=", "a server's DMA is limited "
                         "to the guest's memory, leave out x-noiommu=", errp);
    }
    if (v->reconnect_s || v->posted_writes) {
        error_setg(errp, "%s= is for servers: give socket=PATH, or leave it out",
                   v->reconnect_s ? "reconnect" : "x-posted-writes");
        return false;
    }
    return true;
}

bool vfio_platform_props_check(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;

    if (!v->name && !v->sysfsdev && !v->socket && !vdev->fd_name) {
        error_setg(errp, "no host device: give host=NAME (a name in /sys/bus/platform/devices), "
                   "sysfsdev=PATH, socket=PATH, or fd=FD with iommufd=ID");
        return false;
    }
    if (!socket_check(vdev, errp)) {
        return false;
    }
    if (vdev->fd_name && !v->iommufd) {
        error_setg(errp, "fd= needs iommufd=: add -object iommufd,id=iommufd0 and "
                   "iommufd=iommufd0");
        return false;
    }
    return !excluded(vdev->fd_name && v->name, "fd=", "host=", "the descriptor says which device "
                     "it is, leave out host=", errp) &&
           !excluded(vdev->fd_name && v->sysfsdev, "fd=", "sysfsdev=", "the descriptor says which "
                     "device it is, leave out sysfsdev=", errp) &&
           !excluded(v->iommufd && v->noiommu_allowed, "iommufd=", "x-noiommu=", "a device "
                     "without an IOMMU is reached by its group, leave out iommufd=", errp);
}

/* ---- the others --------------------------------------------------------------------------- */

static char *platform_get_fd(Object *obj, Error **errp)
{
    return g_strdup(VFIO_PLATFORM_DEVICE(obj)->fd_name);
}

static void given_fd_drop(VFIOPlatformDevice *vdev)
{
    if (vdev->given_fd >= 0) {
        vfio_sys->close(vdev->given_fd);
        vdev->given_fd = -1;
    }
}

static void platform_set_fd(Object *obj, const char *value, Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    int fd;

    if (DEVICE(obj)->realized) {
        error_setg(errp, "Property 'fd' cannot change while the device is in use");
        return;
    }
    fd = fd_param_get(value, errp);
    if (fd < 0) {
        return;
    }
    given_fd_drop(vdev);
    g_free(vdev->fd_name);
    vdev->fd_name = g_strdup(value);
    vdev->given_fd = fd;
}

static int platform_get_eoi(Object *obj, Error **errp)
{
    return VFIO_PLATFORM_DEVICE(obj)->eoi_policy;
}

static void platform_set_eoi(Object *obj, int value, Error **errp)
{
    if (DEVICE(obj)->realized) {
        error_setg(errp, "Property 'eoi' cannot change while the device is in use");
        return;
    }
    VFIO_PLATFORM_DEVICE(obj)->eoi_policy = value;
}

static void platform_get_compat(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    strList *list = NULL;
    strList **tail = &list;
    const char *text = vdev->compat;

    for (unsigned i = 0; i < vdev->num_compat; i++) {
        QAPI_LIST_APPEND(tail, g_strdup(text));
        text += strlen(text) + 1;
    }
    visit_type_strList(v, name, &list, errp);
    qapi_free_strList(list);
}

static Property platform_properties[] = {
    DEFINE_PROP_STRING("host", VFIOPlatformDevice, vbasedev.name),
    DEFINE_PROP_STRING("sysfsdev", VFIOPlatformDevice, vbasedev.sysfsdev),
    DEFINE_PROP_LINK("iommufd", VFIOPlatformDevice, vbasedev.iommufd, TYPE_IOMMUFD_BACKEND,
                     IOMMUFDBackend *),
    DEFINE_PROP_STRING("socket", VFIOPlatformDevice, vbasedev.socket),
    DEFINE_PROP_UINT32("reconnect", VFIOPlatformDevice, vbasedev.reconnect_s, 0),
    DEFINE_PROP_BOOL("x-posted-writes", VFIOPlatformDevice, vbasedev.posted_writes, false),
    DEFINE_PROP_UINT32("x-timeout-ms", VFIOPlatformDevice, vbasedev.timeout_ms, 5000),
    DEFINE_PROP_BOOL("x-no-mmap", VFIOPlatformDevice, vbasedev.no_mmap, false),
    DEFINE_PROP_UINT32("mmap-timeout-ms", VFIOPlatformDevice, mmap_timeout, 1100),
    DEFINE_PROP_BOOL("x-irqfd", VFIOPlatformDevice, irqfd_allowed, true),
    DEFINE_PROP_BOOL("x-noiommu", VFIOPlatformDevice, vbasedev.noiommu_allowed, false),
    DEFINE_PROP_STRING("regions", VFIOPlatformDevice, region_list),
    DEFINE_PROP_STRING("irqs", VFIOPlatformDevice, irq_list),
    DEFINE_PROP_STRING("dt-node", VFIOPlatformDevice, dt_node),
    DEFINE_PROP_STRING("dt-overlay", VFIOPlatformDevice, dt_overlay),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText platform_texts[] = {
    { "host", "name in /sys/bus/platform/devices or /sys/bus/amba/devices" },
    { "sysfsdev", "full path of the device in sysfs; wins over host" },
    { "iommufd", "id of an -object iommufd: attach by the device's node, not its group" },
    { "socket", "path of a vfio-user server's socket, instead of a device of this host" },
    { "reconnect", "seconds between attempts to reach a server that went away; 0: none" },
    { "x-posted-writes", "do not wait until a server has done a write" },
    { "x-timeout-ms", "longest wait for a server's reply, ms" },
    { "x-no-mmap", "never map registers: each access traps" },
    { "mmap-timeout-ms", "ms after an interrupt until registers are mapped again; 0: never" },
    { "x-irqfd", "allow the accelerator to inject interrupts" },
    { "x-noiommu", "accept a device without an IOMMU, whose DMA reaches all of the host" },
    { "regions", "numbers of the regions to show, as 0:2-4; none given: all" },
    { "irqs", "numbers of the interrupts to show, as 0:2-4; none given: all" },
    { "dt-node", "PATH or FILE.dtb:PATH of the node to describe the device by" },
    { "dt-overlay", "compiled overlay that describes the device" },
    { }
};

void vfio_platform_props_class_init(ObjectClass *klass)
{
    klass->property_missing = platform_property_missing;
    device_class_set_props(DEVICE_CLASS(klass), platform_properties);
    device_class_describe_props(DEVICE_CLASS(klass), platform_texts);
    families_announce(klass);
    object_class_property_add_str(klass, "fd", platform_get_fd, platform_set_fd);
    object_class_property_set_description(klass, "fd", "an open VFIO device node: its number, or "
                                          "the name of a passed descriptor; needs iommufd");
    object_class_property_add_enum(klass, "eoi", "VfioEoi", &VfioEoi_lookup, platform_get_eoi,
                                   platform_set_eoi);
    object_class_property_set_description(klass, "eoi", "how the end of a level interrupt is "
                                          "learnt: auto, irqchip, trap");
    object_class_property_add(klass, "compat", "list of str", platform_get_compat, NULL, NULL,
                              NULL);
    object_class_property_set_description(klass, "compat", "compatible strings of the device");
}

void vfio_platform_props_init(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);

    vdev->given_fd = -1;
    vdev->indexed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void vfio_platform_props_finalize(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);

    given_fd_drop(vdev);
    g_free(vdev->fd_name);
    g_hash_table_unref(vdev->indexed);
}

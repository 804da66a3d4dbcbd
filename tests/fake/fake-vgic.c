/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated in-kernel GIC: see fake-vgic.h.
 */
#include "qemu/osdep.h"
#include "fake-vgic.h"

enum { GRP_ADDR, GRP_DIST, GRP_CPU, GRP_NR_IRQS, GRP_CTRL, GRP_REDIST, GRP_SYSREGS, GRP_LEVEL };

#define SGI_FRAME 0x10000
#define V2_IIDR 0x0004b43b
#define ICFGR0 0xc00
#define SGIS_ARE_EDGES 0xaaaaaaaa
#define SYSREG_ICC_CTLR 0xc664
#define SYSREG_ICC_BPR1 0xc663

FakeVGIC fake_vgic;

static int fail(int error)
{
    errno = error;
    return -1;
}

/* ---- the store ---- */

static gint64 key_of(uint32_t group, uint64_t attr)
{
    /* Aff3, the uppermost byte of an attribute, is 0 in tests. */
    return attr << 4 | group;
}

uint64_t fake_vgic_get(uint32_t group, uint64_t attr)
{
    gint64 key = key_of(group, attr);
    const uint64_t *value = g_hash_table_lookup(fake_vgic.store, &key);

    return value ? *value : 0;
}

void fake_vgic_set(uint32_t group, uint64_t attr, uint64_t value)
{
    gint64 key = key_of(group, attr);

    g_hash_table_insert(fake_vgic.store, g_memdup2(&key, sizeof(key)),
                        g_memdup2(&value, sizeof(value)));
}

static void bits_change(uint32_t group, uint64_t attr, uint32_t set, uint32_t clear)
{
    fake_vgic_set(group, attr, (fake_vgic_get(group, attr) | set) & ~clear);
}

/* ---- registers of distributor and redistributors ---- */

static bool in(uint32_t offset, uint32_t first, uint32_t size)
{
    return offset >= first && offset < first + size;
}

/* Lines of level-sensitive SPIs: GICv2's ISPENDR shows them, too. */
static uint32_t v2_lines(unsigned word)
{
    uint32_t lines = 0;

    for (unsigned i = 0; i < 32 && word; i++) {
        uint32_t icfgr = fake_vgic_get(GRP_DIST, 0xc00 + 8 * word + i / 16 * 4);
        bool edge = icfgr >> (i % 16 * 2 + 1) & 1;

        lines |= (uint32_t)(fake_vgic.spi_line[32 * (word - 1) + i] && !edge) << i;
    }
    return lines;
}

static uint32_t reg_read(uint32_t group, uint64_t attr, uint32_t offset)
{
    if (in(offset, 0x180, 0x80) || in(offset, 0x380, 0x80)) {
        return fake_vgic_get(group, attr - 0x80);
    }
    if (fake_vgic.version == 2 && offset == 0x8) {
        return V2_IIDR;
    }
    if (offset == ICFGR0) {
        return SGIS_ARE_EDGES;
    }
    if (fake_vgic.version == 2 && in(offset, 0x200, 0x80)) {
        return fake_vgic_get(group, attr) | v2_lines((offset - 0x200) / 4);
    }
    return fake_vgic_get(group, attr);
}

static int reg_write(uint32_t group, uint64_t attr, uint32_t offset, uint32_t value)
{
    bool is_v2 = fake_vgic.version == 2;

    if (in(offset, 0x100, 0x80) || in(offset, 0x300, 0x80) || (is_v2 && in(offset, 0x200, 0x80)) ||
        (is_v2 && in(offset, 0xf20, 0x10))) {
        bits_change(group, attr, value, 0);
    } else if (in(offset, 0x180, 0x80) || in(offset, 0x380, 0x80) ||
               (is_v2 && in(offset, 0x280, 0x80))) {
        bits_change(group, attr - 0x80, 0, value);
    } else if (is_v2 && in(offset, 0xf10, 0x10)) {
        bits_change(group, attr + 0x10, 0, value);
    } else if (is_v2 && offset == 0x8) {
        if (value != V2_IIDR) {
            return fail(EINVAL);
        }
        fake_vgic.groups_writable = true;
    } else if (offset == ICFGR0 || (!is_v2 && in(offset, 0x280, 0x80))) {
        return 0;
    } else if (!(is_v2 && in(offset, 0x80, 0x80)) || fake_vgic.groups_writable) {
        fake_vgic_set(group, attr, value);
    }
    return 0;
}

static int reg_access(uint32_t group, uint64_t attr, uint32_t *value, bool is_write)
{
    uint32_t offset = (uint32_t)attr;

    if (offset & 3) {
        return fail(EINVAL);
    }
    if (group == GRP_REDIST) {
        if (offset < SGI_FRAME) {
            return fail(ENXIO);
        }
        offset -= SGI_FRAME;
    }
    if (is_write) {
        return reg_write(group, attr, offset, *value);
    }
    *value = reg_read(group, attr, offset);
    return 0;
}

/* ---- the rest of the attributes ---- */

static uint32_t ctlr_host(void)
{
    return (fake_vgic.pri_bits - 1) << 8;
}

static int sysreg_access(uint64_t attr, uint64_t *value, bool is_write)
{
    uint64_t ctlr_attr = (attr & ~0xffffull) | SYSREG_ICC_CTLR;
    bool is_ctlr = attr == ctlr_attr;

    if (!is_write) {
        *value = fake_vgic_get(GRP_SYSREGS, attr) | (is_ctlr ? ctlr_host() : 0);
        return 0;
    }
    if (is_ctlr && (*value & ~3ull) != ctlr_host()) {
        return fail(EINVAL);
    }
    if ((attr & 0xffff) != SYSREG_ICC_BPR1 || !(fake_vgic_get(GRP_SYSREGS, ctlr_attr) & 1)) {
        fake_vgic_set(GRP_SYSREGS, attr, is_ctlr ? *value & 3 : *value);
    }
    return 0;
}

static int attr_access(const struct kvm_device_attr *attr, bool is_write)
{
    void *value = (void *)(uintptr_t)attr->addr;

    fake_vgic.attr_calls++;
    switch (attr->group) {
    case GRP_ADDR:
        fake_vgic_set(GRP_ADDR, attr->attr, *(uint64_t *)value);
        return 0;
    case GRP_NR_IRQS:
        if (*(uint32_t *)value < 64 || *(uint32_t *)value % 32) {
            return fail(EINVAL);
        }
        fake_vgic.num_irq = *(uint32_t *)value;
        return 0;
    case GRP_CTRL:
        fake_vgic.inits++;
        return 0;
    case GRP_DIST:
    case GRP_REDIST:
        return reg_access(attr->group, attr->attr, value, is_write);
    case GRP_SYSREGS:
        return sysreg_access(attr->attr, value, is_write);
    case GRP_CPU:
    case GRP_LEVEL:
        if (is_write) {
            fake_vgic_set(attr->group, attr->attr, *(uint32_t *)value);
        } else {
            *(uint32_t *)value = fake_vgic_get(attr->group, attr->attr);
        }
        return 0;
    default:
        return fail(ENXIO);
    }
}

/* ---- calls of the VM ---- */

static int line_set(const struct kvm_irq_level *line)
{
    unsigned intid = line->irq & 0xffff;

    fake_vgic.line_calls++;
    fake_vgic.last_line = *line;
    if ((line->irq >> 24 & 0xf) != 1) {
        return 0;
    }
    if (intid < 32 || intid - 32 >= FAKE_VGIC_SPIS) {
        return fail(EINVAL);
    }
    fake_vgic.spi_line[intid - 32] = line->level;
    if (fake_vgic.version == 3) {
        uint32_t bit = 1u << intid % 32;

        bits_change(GRP_LEVEL, intid & ~31u, line->level ? bit : 0, line->level ? 0 : bit);
    }
    return 0;
}

static int routes_set(const struct kvm_irq_routing *table)
{
    g_assert_cmpuint(table->nr, <=, G_N_ELEMENTS(fake_vgic.routes));
    memcpy(fake_vgic.routes, table->entries, table->nr * sizeof(table->entries[0]));
    fake_vgic.nr_routes = table->nr;
    fake_vgic.route_calls++;
    return 0;
}

/* True: *@ret is the answer; otherwise the simulated KVM makes a device. */
static bool device_create(const struct kvm_create_device *request, int *ret)
{
    int version = request->type == KVM_DEV_TYPE_ARM_VGIC_V2 ? 2 :
                  request->type == KVM_DEV_TYPE_ARM_VGIC_V3 ? 3 : 0;

    if (version && !(fake_vgic.offers >> version & 1)) {
        *ret = fail(ENODEV);
        return true;
    }
    if (!version || request->flags & KVM_CREATE_DEVICE_TEST) {
        return false;
    }
    if (fake_vgic.version) {
        *ret = fail(EEXIST);
        return true;
    }
    fake_vgic.version = version;
    return false;
}

static bool vgic_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    switch (request) {
    case KVM_CREATE_DEVICE:
        return device_create(arg, ret);
    case KVM_IRQ_LINE:
        *ret = line_set(arg);
        return true;
    case KVM_SET_GSI_ROUTING:
        *ret = routes_set(arg);
        return true;
    case KVM_IRQFD:
        fake_vgic.irqfd = *(struct kvm_irqfd *)arg;
        fake_vgic.irqfd_calls++;
        *ret = 0;
        return true;
    case KVM_SET_DEVICE_ATTR:
    case KVM_GET_DEVICE_ATTR:
        if (kind != 'd') {
            return false;
        }
        *ret = attr_access(arg, request == KVM_SET_DEVICE_ATTR);
        return true;
    default:
        return false;
    }
}

void fake_vgic_start(unsigned offers)
{
    memset(&fake_vgic, 0, sizeof(fake_vgic));
    fake_vgic.offers = offers;
    fake_vgic.pri_bits = 5;
    fake_vgic.store = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    fake_kvm.ioctl = vgic_ioctl;
    fake_kvm.extensions[KVM_CAP_IRQ_ROUTING] = 1100;
    fake_kvm.extensions[KVM_CAP_IRQFD] = 1;
    fake_kvm.extensions[KVM_CAP_IRQFD_RESAMPLE] = 1;
}

void fake_vgic_stop(void)
{
    g_clear_pointer(&fake_vgic.store, g_hash_table_unref);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts by the kernel: whether it emulates the interrupt controller, the table that says where
 * a global system interrupt (GSI) leads, and interrupts from eventfds (KVM_IRQFD).  API: Linux'
 * Documentation/virt/kvm/api.rst.  Everything here is called with the BQL.
 *
 * The kernel has a table of its own to begin with, in which GSI n is input n of the controller.
 * Setting ours replaces it as a whole, so ours always has the inputs, too, and is not set before
 * it says more than the kernel's.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "kvm-internal.h"
#include "trace.h"

/*
 * @entries: what KVM_SET_GSI_ROUTING gets.  @used: GSIs that are taken, @gsi_count of them exist.
 * @is_default: the table says no more than the kernel's own.
 */
struct KVMRoutes {
    GArray *entries;
    unsigned long *used;
    unsigned gsi_count;
    bool is_default;
};

/* -- the table ------------------------------------------------------------------------------- */

static KVMRoutes *routes_new(unsigned gsi_count)
{
    KVMRoutes *routes = g_new0(KVMRoutes, 1);

    routes->entries = g_array_new(false, true, sizeof(struct kvm_irq_routing_entry));
    routes->used = bitmap_new(gsi_count);
    routes->gsi_count = gsi_count;
    routes->is_default = true;
    return routes;
}

static void routes_free(KVMRoutes *routes)
{
    if (routes) {
        g_array_free(routes->entries, true);
        g_free(routes->used);
        g_free(routes);
    }
}

static struct kvm_irq_routing_entry *entry_at(KVMRoutes *routes, unsigned i)
{
    return &g_array_index(routes->entries, struct kvm_irq_routing_entry, i);
}

static struct kvm_irq_routing_entry *entry_find(KVMRoutes *routes, uint32_t gsi)
{
    for (unsigned i = 0; i < routes->entries->len; i++) {
        if (entry_at(routes, i)->gsi == gsi) {
            return entry_at(routes, i);
        }
    }
    return NULL;
}

void kvm_irqchip_add_irq_route(KVMState *s, int gsi, int irqchip, int pin)
{
    struct kvm_irq_routing_entry entry = {
        .gsi = gsi,
        .type = KVM_IRQ_ROUTING_IRQCHIP,
        .u.irqchip.irqchip = irqchip,
        .u.irqchip.pin = pin,
    };

    bql_assert_locked();
    g_assert(s->routes && gsi >= 0);
    if (gsi < s->routes->gsi_count && !test_and_set_bit(gsi, s->routes->used)) {
        s->routes->is_default &= gsi == pin && irqchip == 0;
        g_array_append_val(s->routes->entries, entry);
    }
}

/* 0 or -errno. */
static int routes_commit(KVMState *s)
{
    KVMRoutes *routes = s->routes;
    g_autofree struct kvm_irq_routing *table = NULL;
    size_t size;
    int ret;

    bql_assert_locked();
    if (!kvm_gsi_routing_enabled() || routes->is_default) {
        return 0;
    }
    size = routes->entries->len * sizeof(struct kvm_irq_routing_entry);
    table = g_malloc0(sizeof(*table) + size);
    table->nr = routes->entries->len;
    memcpy(table->entries, routes->entries->data, size);
    ret = kvm_vm_ioctl(s, KVM_SET_GSI_ROUTING, table);
    trace_kvm_irqchip_commit_routes(table->nr, ret);
    return ret;
}

void kvm_irqchip_commit_routes(KVMState *s)
{
    routes_commit(s);
}

/* -- message-signalled interrupts ------------------------------------------------------------ */

static struct kvm_irq_routing_entry msi_entry(uint32_t gsi, uint64_t address, uint32_t data,
                                              uint32_t devid)
{
    struct kvm_irq_routing_entry entry = {
        .gsi = gsi,
        .type = KVM_IRQ_ROUTING_MSI,
        .u.msi.address_lo = address,
        .u.msi.address_hi = address >> 32,
        .u.msi.data = data,
    };

    if (kvm_msi_devid_required()) {
        entry.flags = KVM_MSI_VALID_DEVID;
        entry.u.msi.devid = devid;
    }
    return entry;
}

int kvm_irqchip_add_msi_message(KVMRouteChange *c, uint64_t address, uint32_t data,
                                uint32_t devid)
{
    KVMRoutes *routes = c->s->routes;
    struct kvm_irq_routing_entry entry;
    unsigned gsi;

    bql_assert_locked();
    if (!kvm_gsi_routing_enabled()) {
        return -ENOSYS;
    }
    gsi = find_first_zero_bit(routes->used, routes->gsi_count);
    if (gsi >= routes->gsi_count) {
        return -ENOSPC;
    }
    set_bit(gsi, routes->used);
    entry = msi_entry(gsi, address, data, devid);
    g_array_append_val(routes->entries, entry);
    routes->is_default = false;
    c->changes++;
    trace_kvm_irqchip_add_msi_route(gsi, address, data, devid);
    return gsi;
}

/* By fields: what else the union has room for is not defined. */
static bool is_same_message(const struct kvm_irq_routing_entry *a,
                            const struct kvm_irq_routing_entry *b)
{
    return a->flags == b->flags && a->u.msi.address_lo == b->u.msi.address_lo &&
           a->u.msi.address_hi == b->u.msi.address_hi && a->u.msi.data == b->u.msi.data &&
           (!(a->flags & KVM_MSI_VALID_DEVID) || a->u.msi.devid == b->u.msi.devid);
}

int kvm_irqchip_update_msi_message(KVMState *s, int gsi, uint64_t address, uint32_t data,
                                   uint32_t devid)
{
    struct kvm_irq_routing_entry *entry = s->routes ? entry_find(s->routes, gsi) : NULL;
    struct kvm_irq_routing_entry new = msi_entry(gsi, address, data, devid);

    bql_assert_locked();
    if (!entry || entry->type != KVM_IRQ_ROUTING_MSI) {
        return -ENOENT;
    }
    if (is_same_message(entry, &new)) {
        return 0;
    }
    *entry = new;
    return routes_commit(s);
}

void kvm_irqchip_release_virq(KVMState *s, int gsi)
{
    KVMRoutes *routes = s->routes;

    bql_assert_locked();
    for (unsigned i = 0; routes && i < routes->entries->len; i++) {
        const struct kvm_irq_routing_entry *entry = entry_at(routes, i);

        if (entry->gsi == gsi && entry->type == KVM_IRQ_ROUTING_MSI) {
            g_array_remove_index_fast(routes->entries, i);
            clear_bit(gsi, routes->used);
            return;
        }
    }
}

KVMRouteChange kvm_irqchip_begin_route_changes(KVMState *s)
{
    return (KVMRouteChange){ .s = s };
}

int kvm_irqchip_commit_route_changes(KVMRouteChange *c)
{
    int ret = c->changes ? routes_commit(c->s) : 0;

    c->changes = 0;
    return ret;
}

/* -- eventfds -------------------------------------------------------------------------------- */

int kvm_irqchip_add_irqfd_notifier_gsi(KVMState *s, EventNotifier *n, EventNotifier *rn, int gsi)
{
    struct kvm_irqfd request = { .fd = event_notifier_get_fd(n), .gsi = gsi };
    int ret;

    if (!kvm_irqfds_enabled() || (rn && !kvm_resamplefds_enabled())) {
        return -ENOSYS;
    }
    if (gsi < 0) {
        return -EINVAL;
    }
    if (rn) {
        request.flags = KVM_IRQFD_FLAG_RESAMPLE;
        request.resamplefd = event_notifier_get_fd(rn);
    }
    ret = kvm_vm_ioctl(s, KVM_IRQFD, &request);
    trace_kvm_irqfd("add", request.fd, rn ? (int)request.resamplefd : -1, gsi, ret);
    return ret;
}

int kvm_irqchip_remove_irqfd_notifier_gsi(KVMState *s, EventNotifier *n, int gsi)
{
    struct kvm_irqfd request = {
        .fd = event_notifier_get_fd(n),
        .gsi = gsi,
        .flags = KVM_IRQFD_FLAG_DEASSIGN,
    };
    int ret;

    if (!kvm_irqfds_enabled()) {
        return -ENOSYS;
    }
    ret = kvm_vm_ioctl(s, KVM_IRQFD, &request);
    trace_kvm_irqfd("remove", request.fd, -1, gsi, ret);
    return ret;
}

int kvm_irqchip_add_irqfd_notifier(KVMState *s, EventNotifier *n, EventNotifier *rn, qemu_irq irq)
{
    int gsi = qemu_irq_get_gsi(irq);

    return gsi < 0 ? -ENXIO : kvm_irqchip_add_irqfd_notifier_gsi(s, n, rn, gsi);
}

int kvm_irqchip_remove_irqfd_notifier(KVMState *s, EventNotifier *n, qemu_irq irq)
{
    int gsi = qemu_irq_get_gsi(irq);

    return gsi < 0 ? -ENXIO : kvm_irqchip_remove_irqfd_notifier_gsi(s, n, gsi);
}

/* -- where the controller is ----------------------------------------------------------------- */

/* The documented minimum of GSIs, for kernels that do not tell. */
#define GSI_COUNT_DEFAULT 1024

static bool user_irqchip_check(KVMState *s, Error **errp)
{
    if (kvm_vm_check_extension(s, KVM_CAP_ARM_USER_IRQ)) {
        return true;
    }
    error_setg(errp, "kernel-irqchip=off needs KVM_CAP_ARM_USER_IRQ, which the host's kernel "
               "lacks: Linux has it since 4.13");
    return false;
}

bool kvm_irqchip_create(KVMState *s, bool in_kernel, Error **errp)
{
    int gsis;

    bql_assert_locked();
    g_assert(!kvm_kernel_irqchip && !s->routes);
    if (!in_kernel) {
        return user_irqchip_check(s, errp);
    }
    gsis = kvm_vm_check_extension(s, KVM_CAP_IRQ_ROUTING);
    kvm_kernel_irqchip = true;
    kvm_async_interrupts_allowed = true;
    kvm_gsi_routing_allowed = gsis > 0;
    kvm_irqfds_allowed = kvm_vm_check_extension(s, KVM_CAP_IRQFD);
    kvm_resamplefds_allowed = kvm_irqfds_allowed &&
                              kvm_vm_check_extension(s, KVM_CAP_IRQFD_RESAMPLE);
    kvm_msi_via_irqfd_allowed = kvm_irqfds_allowed && kvm_gsi_routing_allowed;
    kvm_msi_use_devid = kvm_vm_check_extension(s, KVM_CAP_MSI_DEVID);
    s->routes = routes_new(gsis > 0 ? gsis : GSI_COUNT_DEFAULT);
    return true;
}

void kvm_irqchip_destroy(KVMState *s)
{
    g_clear_pointer(&s->routes, routes_free);
}

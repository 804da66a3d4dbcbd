/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of a served device, with the rules of the kernel's vfio-platform: a level line
 * masks itself when it signals (automasked), unmasking it while it is high signals again; an edge
 * line signals at each rise. The client's eventfds are not trusted (user-eventfd.c).
 */
#include "user-server-internal.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "../../util/fd.h"
#include "trace.h"

static void irq_signal(VFIOUserServedIRQ *irq)
{
    int fd = irq->fds[VFIO_USER_IRQ_TRIGGER];

    trace_vfio_user_server_irq(irq->server->name, irq->index, fd);
    if (fd >= 0) {
        vfio_user_signal(&irq->server->signaller, fd);
    }
}

/* A level line with somebody to tell signals once and is quiet until it is unmasked. */
static void irq_update(VFIOUserServedIRQ *irq)
{
    if (!irq->is_edge && irq->level && !irq->masked && irq->fds[VFIO_USER_IRQ_TRIGGER] >= 0) {
        irq->masked = true;
        irq_signal(irq);
    }
}

static void irq_set_mask(VFIOUserServedIRQ *irq, bool masked)
{
    trace_vfio_user_server_irq_mask(irq->server->name, irq->index, masked);
    irq->masked = masked;
    irq_update(irq);
}

/* The device drives its line. */
static void irq_handler(void *opaque, int n, int level)
{
    VFIOUserServer *server = opaque;
    VFIOUserServedIRQ *irq = &server->irqs[n];
    bool rises = level && !irq->level;

    irq->level = level;
    if (!irq->is_edge) {
        irq_update(irq);
    } else if (rises) {
        irq_signal(irq);
    }
}

static void irq_unmask_ready(void *opaque)
{
    VFIOUserServedIRQ *irq = opaque;

    if (vfio_user_eventfd_take(irq->fds[VFIO_USER_IRQ_UNMASK])) {
        irq_set_mask(irq, false);
    }
}

static void irq_mask_ready(void *opaque)
{
    VFIOUserServedIRQ *irq = opaque;

    if (vfio_user_eventfd_take(irq->fds[VFIO_USER_IRQ_MASK])) {
        irq_set_mask(irq, true);
    }
}

static void irq_drop_fd(VFIOUserServedIRQ *irq, int which)
{
    if (irq->fds[which] >= 0 && which != VFIO_USER_IRQ_TRIGGER) {
        qemu_set_fd_handler(irq->fds[which], NULL, NULL, NULL);
    }
    fd_close(&irq->fds[which]);
}

static void irq_set_fd(VFIOUserServedIRQ *irq, int which, int fd)
{
    static IOHandler *const handlers[] = {
        [VFIO_USER_IRQ_MASK] = irq_mask_ready,
        [VFIO_USER_IRQ_UNMASK] = irq_unmask_ready,
    };

    irq_drop_fd(irq, which);
    irq->fds[which] = fd;
    if (which == VFIO_USER_IRQ_TRIGGER) {
        irq_update(irq); /* a line that is high already fires at once */
    } else {
        qemu_set_fd_handler(fd, handlers[which], NULL, irq);
    }
}

/* -- SET_IRQS -------------------------------------------------------------------------------- */

static int irq_action(uint32_t flags)
{
    return flags & VFIO_IRQ_SET_ACTION_MASK ? VFIO_USER_IRQ_MASK :
           flags & VFIO_IRQ_SET_ACTION_UNMASK ? VFIO_USER_IRQ_UNMASK : VFIO_USER_IRQ_TRIGGER;
}

static int irq_set_eventfd(VFIOUserServedIRQ *irq, int which, VFIOUserMsg *msg)
{
    if (!msg->num_fds) {
        irq_drop_fd(irq, which);
        return 0;
    }
    if (!vfio_user_fd_is_eventfd(msg->fds[0])) {
        return -EINVAL;
    }
    if (which != VFIO_USER_IRQ_TRIGGER && irq->fds[which] >= 0) {
        return -EBUSY;
    }
    irq_set_fd(irq, which, vfio_user_msg_steal_fd(msg, 0));
    return 0;
}

/* Do now what an eventfd would cause. */
static void irq_do(VFIOUserServedIRQ *irq, int which)
{
    if (which != VFIO_USER_IRQ_TRIGGER) {
        irq_set_mask(irq, which == VFIO_USER_IRQ_MASK);
    } else if (irq->is_edge) {
        irq_signal(irq);
    } else if (!irq->masked) {
        irq->masked = true;
        irq_signal(irq);
    }
}

int vfio_user_irqs_set(VFIOUserServer *server, VFIOUserMsg *msg)
{
    const VFIOUserIRQSet *set = msg->payload;
    const uint8_t *bools = (const uint8_t *)(set + 1);
    int which = irq_action(set->flags);
    VFIOUserServedIRQ *irq;

    if (set->index >= server->num_irqs || set->start || set->count > 1) {
        return -EINVAL;
    }
    irq = &server->irqs[set->index];
    trace_vfio_user_server_set_irqs(server->name, set->index, set->flags, set->count,
                                    msg->num_fds);
    if (irq->is_edge && which != VFIO_USER_IRQ_TRIGGER) {
        return -EINVAL;
    }
    if (!set->count) {
        irq_drop_fd(irq, VFIO_USER_IRQ_TRIGGER);
    } else if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
        return irq_set_eventfd(irq, which, msg);
    } else if (!(set->flags & VFIO_IRQ_SET_DATA_BOOL) || bools[0]) {
        irq_do(irq, which);
    }
    return 0;
}

void vfio_user_irqs_release(VFIOUserServer *server)
{
    for (unsigned int i = 0; i < server->num_irqs; i++) {
        for (int which = 0; which < VFIO_USER_IRQ_FDS; which++) {
            irq_drop_fd(&server->irqs[i], which);
        }
        server->irqs[i].masked = false;
    }
}

/* -- connecting ------------------------------------------------------------------------------ */

/* edge-irqs=0:3 says which lines are edges, whatever the node says. */
static bool edges_parse(VFIOUserServer *server, Error **errp)
{
    g_auto(GStrv) numbers = NULL;

    if (!server->edge_irqs) {
        return true;
    }
    for (unsigned int i = 0; i < server->num_irqs; i++) {
        server->irqs[i].is_edge = false;
    }
    if (!strcmp(server->edge_irqs, "none")) {
        return true;
    }
    numbers = g_strsplit(server->edge_irqs, ":", -1);
    for (char **number = numbers; *number; number++) {
        unsigned int index;

        if (qemu_strtoui(*number, NULL, 10, &index) || index >= server->num_irqs) {
            error_setg(errp, "edge-irqs: '%s' is no interrupt of device '%s', which has %u",
                       *number, server->device_id, server->num_irqs);
            return false;
        }
        server->irqs[index].is_edge = true;
    }
    return true;
}

bool vfio_user_irqs_start(VFIOUserServer *server, Error **errp)
{
    unsigned int n = 0;

    while (sysbus_has_irq(server->device, n)) {
        n++;
    }
    server->irqs = g_new0(VFIOUserServedIRQ, n);
    server->num_irqs = n;
    for (unsigned int i = 0; i < n; i++) {
        server->irqs[i].server = server;
        server->irqs[i].index = i;
        memset(server->irqs[i].fds, -1, sizeof(server->irqs[i].fds));
    }
    vfio_user_node_make(server);
    if (!edges_parse(server, errp)) {
        vfio_user_irqs_stop(server);
        return false;
    }
    for (unsigned int i = 0; i < n; i++) {
        VFIOUserServedIRQ *irq = &server->irqs[i];

        irq->previous = sysbus_get_connected_irq(server->device, i);
        irq->input = qemu_allocate_irq(irq_handler, server, i);
        sysbus_connect_irq(server->device, i, irq->input);
    }
    return true;
}

void vfio_user_irqs_stop(VFIOUserServer *server)
{
    vfio_user_irqs_release(server);
    for (unsigned int i = 0; i < server->num_irqs; i++) {
        VFIOUserServedIRQ *irq = &server->irqs[i];

        if (irq->input) {
            sysbus_connect_irq(server->device, i, irq->previous);
            qemu_free_irq(irq->input);
        }
    }
    g_free(server->irqs);
    server->irqs = NULL;
    server->num_irqs = 0;
    g_free(server->node);
    server->node = NULL;
    server->node_size = 0;
}

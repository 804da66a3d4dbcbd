/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about devices of the host that the guest has. */
#include "qemu/osdep.h"
#include "hw/vfio-info.h"
#include "qapi/qapi-commands-vfio.h"
#include "hmp-cmds-internal.h"

VfioDeviceInfoList *qmp_query_vfio(Error **errp)
{
    return vfio_info_query_all();
}

static void region_print(Monitor *mon, const VfioRegionInfo *region, bool fast)
{
    monitor_printf(mon, "  region %" PRId64 ": ", region->index);
    if (!region->size) {
        monitor_puts(mon, "empty\n");
        return;
    }
    monitor_printf(mon, "0x%" PRIx64 " bytes, flags 0x%x, ", region->size, region->flags);
    if (region->has_address) {
        monitor_printf(mon, "at 0x%" PRIx64 ", ", region->address);
    } else {
        monitor_puts(mon, "not in the guest's map, ");
    }
    monitor_puts(mon, !region->areas ? "every access traps" : fast ? "fast path" : "slow path");
    for (const VfioMappedAreaList *el = region->areas; el; el = el->next) {
        monitor_printf(mon, ", mapped 0x%" PRIx64 "+0x%" PRIx64, el->value->offset,
                       el->value->size);
    }
    monitor_puts(mon, "\n");
}

static void irq_print(Monitor *mon, const VfioIrqInfo *irq)
{
    monitor_printf(mon, "  irq %" PRId64 ": ", irq->index);
    if (irq->has_spi) {
        monitor_printf(mon, "SPI %" PRId64 ", ", irq->spi);
    }
    monitor_printf(mon, "%s, %s%s, %s\n", irq->level ? "level" : "edge",
                   VfioInjectMode_str(irq->mode), irq->armed ? "" : " (not armed)",
                   VfioIrqState_str(irq->state));
    if (irq->no_irqfd) {
        monitor_printf(mon, "    not irqfd: %s\n", irq->no_irqfd);
    }
    if (irq->no_irqchip) {
        monitor_printf(mon, "    not irqchip: %s\n", irq->no_irqchip);
    }
    if (irq->has_guest_edge && irq->guest_edge == irq->level) {
        monitor_printf(mon, "    the guest has configured it for %s%s\n",
                       irq->level ? "edges" : "levels",
                       irq->level && irq->mode == VFIO_INJECT_MODE_IRQFD ?
                       ": it comes once, and not again until a reset" : "");
    }
    if (irq->mode == VFIO_INJECT_MODE_IRQFD) {
        return;
    }
    monitor_printf(mon, "    triggered %" PRIu64 ", coalesced %" PRIu64 ", injected %" PRIu64
                   ", deferred %" PRIu64 ", discarded %" PRIu64 ", ended %" PRIu64 ", lost %"
                   PRIu64 "\n", irq->triggered, irq->coalesced, irq->injected, irq->deferred,
                   irq->discarded, irq->eois, irq->lost);
}

static void device_print(Monitor *mon, const VfioDeviceInfo *info)
{
    monitor_printf(mon, "%s: host device %s\n", info->id ? info->id : info->qom_path,
                   info->name);
    for (const strList *el = info->compatible; el; el = el->next) {
        monitor_printf(mon, "  compatible: %s\n", el->value);
    }
    monitor_printf(mon, "  backend: %s", info->backend);
    if (info->has_group) {
        monitor_printf(mon, ", group %" PRId64, info->group);
    }
    if (info->has_container) {
        monitor_printf(mon, ", container %" PRId64, info->container);
    }
    monitor_printf(mon, ", %s\n", info->reset ? "can be reset" : "cannot be reset");
    for (const VfioRegionInfoList *el = info->regions; el; el = el->next) {
        region_print(mon, el->value, el->value->fast);
    }
    for (const VfioIrqInfoList *el = info->irqs; el; el = el->next) {
        irq_print(mon, el->value);
    }
    monitor_printf(mon, "  fast path %" PRIu64 " us, slow path %" PRIu64 " us, switched %" PRIu64
                   " times; %" PRIu64 " traps, %.2f for each interrupt\n", info->fast_ns / 1000,
                   info->slow_ns / 1000, info->switches, info->traps, info->traps_per_irq);
}

HMP_HANDLER(info_vfio)
{
    VfioDeviceInfoList *list = vfio_info_query_all();

    if (!list) {
        monitor_puts(mon, "No devices of the host\n");
    }
    for (const VfioDeviceInfoList *el = list; el; el = el->next) {
        device_print(mon, el->value);
    }
    qapi_free_VfioDeviceInfoList(list);
}

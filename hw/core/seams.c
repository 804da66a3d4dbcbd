/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small interfaces by which device classes and boards meet without knowing
 * each other: device tree nodes, MSI translation, interrupt statistics; and
 * the end of the program for a broken device model.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "hw/core/irq-stats.h"
#include "hw/core/msi-controller.h"
#include "hw/fdt-node.h"
#include "hw/hw.h"

bool msi_controller_translate(Object *controller, uint32_t requester_id, hwaddr address,
                              uint32_t data, MSITranslation *out)
{
    MSIControllerClass *mcc = MSI_CONTROLLER_GET_CLASS(controller);

    return mcc->translate(controller, requester_id, address, data, out);
}

static int irq_stats_append(Object *obj, void *opaque)
{
    GString *out = opaque;
    InterruptStatsProvider *provider =
        (InterruptStatsProvider *)object_dynamic_cast(obj, TYPE_INTERRUPT_STATS_PROVIDER);
    InterruptStatsProviderClass *ispc;
    g_autofree char *path = NULL;
    uint64_t *counts;
    unsigned int n;

    if (!provider) {
        return 0;
    }
    ispc = INTERRUPT_STATS_PROVIDER_GET_CLASS(obj);
    path = object_get_canonical_path(obj);
    g_string_append_printf(out, "IRQ statistics for %s (%s):\n", object_get_typename(obj),
                           path ? path : "-");
    if (ispc->get_statistics && ispc->get_statistics(provider, &counts, &n)) {
        for (unsigned int i = 0; i < n; i++) {
            if (counts[i]) {
                g_string_append_printf(out, "%2u: %" PRIu64 "\n", i, counts[i]);
            }
        }
    }
    if (ispc->append_text) {
        ispc->append_text(provider, out);
    }
    return 0;
}

char *irq_stats_text(void)
{
    GString *out = g_string_new(NULL);

    object_child_foreach_recursive(object_get_root(), irq_stats_append, out);
    return g_string_free(out, FALSE);
}

void hw_error(const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    error_report("device model failure: %s", text);
    abort();
}

static const TypeInfo seam_types[] = {
    {
        .name = TYPE_FDT_NODE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(FdtNodeClass),
    },
    {
        .name = TYPE_MSI_CONTROLLER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(MSIControllerClass),
    },
    {
        .name = TYPE_INTERRUPT_STATS_PROVIDER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(InterruptStatsProviderClass),
    },
};

DEFINE_TYPES(seam_types)

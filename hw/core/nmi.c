/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Non-maskable interrupts on request (hw/nmi.h). */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/nmi.h"

typedef struct NMIRequest {
    int cpu_index;
    bool is_handled;
    Error *err;
} NMIRequest;

static int nmi_ask(Object *obj, void *opaque)
{
    NMIRequest *request = opaque;
    NMIState *nmi = (NMIState *)object_dynamic_cast(obj, TYPE_NMI);

    if (!nmi) {
        return 0;
    }
    request->is_handled = true;
    NMI_GET_CLASS(nmi)->nmi_monitor_handler(nmi, request->cpu_index, &request->err);
    return request->err ? -1 : 0;
}

void nmi_monitor_handle(int cpu_index, Error **errp)
{
    NMIRequest request = { .cpu_index = cpu_index };

    object_child_foreach_recursive(object_get_root(), nmi_ask, &request);
    if (request.err) {
        error_propagate(errp, request.err);
    } else if (!request.is_handled) {
        error_setg(errp, "this machine has no way to inject an NMI");
    }
}

static const TypeInfo nmi_types[] = {
    {
        .name = TYPE_NMI,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(NMIClass),
    },
};

DEFINE_TYPES(nmi_types)

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registration functions of each kind (qemu/module.h). They arrive from
 * constructors, before main() and single threaded.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"

typedef void ModuleInitFn(void);

typedef struct ModuleInits {
    GArray *fns;                /* of ModuleInitFn * */
    bool done;
} ModuleInits;

static ModuleInits module_inits[MODULE_INIT_MAX];

void register_module_init(void (*fn)(void), module_init_type type)
{
    ModuleInits *inits = &module_inits[type];

    if (!inits->fns) {
        inits->fns = g_array_new(false, false, sizeof(fn));
    }
    g_array_append_val(inits->fns, fn);
}

void module_call_init(module_init_type type)
{
    ModuleInits *inits = &module_inits[type];

    if (inits->done) {
        return;
    }
    inits->done = true;
    for (guint i = 0; inits->fns && i < inits->fns->len; i++) {
        g_array_index(inits->fns, ModuleInitFn *, i)();
    }
}

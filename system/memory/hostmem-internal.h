/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers of the memory backends.
 */
#ifndef SYSTEM_MEMORY_HOSTMEM_INTERNAL_H
#define SYSTEM_MEMORY_HOSTMEM_INTERNAL_H

#include "sysemu/hostmem.h"

/* Whether property @name may still change; otherwise *errp says why not. */
bool hostmem_property_open(HostMemoryBackend *backend, const char *name, Error **errp);

/* RAM_* flags that follow from the common properties. */
uint32_t hostmem_ram_flags(const HostMemoryBackend *backend);

/* Getter and setter of a switch that is fixed once the memory exists. */
#define HOSTMEM_BOOL(prefix, Type, CAST, field, property)                                       \
    static bool prefix##_get_##field(Object *obj, Error **errp)                                 \
    {                                                                                           \
        return CAST(obj)->field;                                                                \
    }                                                                                           \
    static void prefix##_set_##field(Object *obj, bool value, Error **errp)                     \
    {                                                                                           \
        Type *backend = CAST(obj);                                                              \
                                                                                                \
        if (hostmem_property_open(MEMORY_BACKEND(obj), property, errp)) {                       \
            backend->field = value;                                                             \
        }                                                                                       \
    }

#endif

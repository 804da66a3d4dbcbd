/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ids (qemu/id.h). */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/id.h"

char *id_generate(IdSubSystems id)
{
    static const char *const names[ID_MAX] = {
        [ID_QDEV] = "qdev",
        [ID_BLOCK] = "block",
        [ID_CHR] = "chr",
        [ID_NET] = "net",
    };
    static uint64_t counters[ID_MAX];

    g_assert(id < ID_MAX);
    return g_strdup_printf("#%s%" PRIu64, names[id], qatomic_fetch_inc(&counters[id]));
}

bool id_wellformed(const char *id)
{
    if (!g_ascii_isalpha(id[0])) {
        return false;
    }
    for (const char *c = id + 1; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("-._", *c)) {
            return false;
        }
    }
    return true;
}

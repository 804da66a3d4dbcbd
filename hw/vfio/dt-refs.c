/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References: properties that are lists of a phandle and the arguments that its target wants.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qemu/bswap.h"

GArray *dt_refs_parse(const VFIOHostTree *tree, const void *value, int size,
                      const char *cells_name)
{
    g_autoptr(GArray) refs = g_array_new(FALSE, FALSE, sizeof(DTRef));
    const uint8_t *cells = value;
    int n = size / 4;

    if (size % 4) {
        return NULL;
    }
    for (int i = 0; i < n;) {
        DTRef ref = { .phandle = ldl_be_p(cells + 4 * i), .node = -1 };
        uint32_t nargs = 0;

        i++;
        if (ref.phandle) {
            ref.node = dt_host_by_phandle(tree, ref.phandle);
            if (ref.node < 0) {
                return NULL;
            }
            if (cells_name) {
                nargs = dt_host_cell(tree, ref.node, cells_name, UINT32_MAX);
            }
        }
        if (nargs > DT_ARGS_MAX || nargs > (uint32_t)(n - i)) {
            return NULL;
        }
        ref.nargs = nargs;
        for (int a = 0; a < ref.nargs; a++) {
            ref.args[a] = ldl_be_p(cells + 4 * i++);
        }
        g_array_append_val(refs, ref);
    }
    return g_steal_pointer(&refs);
}

static bool is_copied(const DTBuild *build, uint32_t phandle)
{
    return g_hash_table_contains(build->copied, GUINT_TO_POINTER(phandle));
}

bool dt_refs_are_copied(const DTBuild *build, const GArray *refs)
{
    for (unsigned i = 0; i < refs->len; i++) {
        if (!is_copied(build, g_array_index(refs, DTRef, i).phandle)) {
            return false;
        }
    }
    return refs->len;
}

void dt_refs_cells(const DTBuild *build, const GArray *refs, GArray *cells)
{
    for (unsigned i = 0; i < refs->len; i++) {
        const DTRef *ref = &g_array_index(refs, DTRef, i);
        uint32_t phandle = GPOINTER_TO_UINT(g_hash_table_lookup(build->copied,
                                                                GUINT_TO_POINTER(ref->phandle)));

        g_array_append_val(cells, phandle);
        g_array_append_vals(cells, ref->args, ref->nargs);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks: the guest cannot reach the host's clock controllers, so each clock of a device becomes
 * a fixed-clock with the rate it has on the host. Where the rate is found, in this order: the
 * user (clock-frequency.NAME), the consumers in debugfs' clk_summary, debugfs by the clock's
 * name, fixed clocks in the tree, assigned-clock-rates of the device or of the controller.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"

/* Longest chain of fixed-factor clocks; a broken tree may have a ring of them. */
#define CHAIN_MAX 16
#define CLK_SUMMARY_MAX (4 * 1024 * 1024)

/* Columns of clk_summary: name, enable, prepare and protect counts, rate, accuracy, phase, duty. */
enum { COLUMN_NAME, COLUMN_RATE = 4, COLUMN_HARDWARE = 8, COLUMN_CONSUMER, COLUMN_CONNECTION };

/* ---- debugfs -------------------------------------------------------------------------------- */

static bool rate_parse(const char *text, uint64_t *hz)
{
    return text && parse_uint_full(text, 10, hz) == 0 && *hz;
}

static const char *clk_summary(DTBuild *build)
{
    if (!build->clk_summary_was_read && build->dev->sysroot) {
        g_autofree char *path = g_strconcat(build->dev->sysroot,
                                            "/sys/kernel/debug/clk/clk_summary", NULL);
        gsize size;

        build->clk_summary_was_read = true;
        if (g_file_get_contents(path, &build->clk_summary, &size, NULL) &&
            size > CLK_SUMMARY_MAX) {
            g_clear_pointer(&build->clk_summary, g_free);
        }
    }
    return build->clk_summary;
}

/* The words of a line, without those that are empty. */
static GPtrArray *line_words(char *line)
{
    GPtrArray *words = g_ptr_array_new();
    char *next, *word;

    for (word = strtok_r(line, " \t", &next); word; word = strtok_r(NULL, " \t", &next)) {
        g_ptr_array_add(words, word);
    }
    return words;
}

/*
 * A clock's line has its columns and, from Linux 6.8 on, its first consumer; lines with a consumer
 * only follow. The clock that @device knows as @connection, or, if @device is NULL, that is
 * named @connection.
 */
static bool summary_find(DTBuild *build, const char *device, const char *connection, uint64_t *hz)
{
    const char *text = clk_summary(build);
    g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;
    uint64_t rate = 0;

    for (int i = 0; lines && lines[i]; i++) {
        g_autoptr(GPtrArray) words = line_words(lines[i]);
        bool is_clock = words->len > COLUMN_RATE + 1 &&
                        g_ascii_isdigit(*(char *)words->pdata[COLUMN_RATE]);
        unsigned consumer = is_clock ? COLUMN_CONSUMER : 0;

        if (is_clock && !rate_parse(words->pdata[COLUMN_RATE], &rate)) {
            rate = 0;
        }
        if (!device) {
            if (is_clock && rate && strcmp(words->pdata[COLUMN_NAME], connection) == 0) {
                *hz = rate;
                return true;
            }
        } else if (rate && words->len == consumer + 2 &&
                   strcmp(words->pdata[consumer], device) == 0 &&
                   strcmp(words->pdata[consumer + 1], connection) == 0) {
            *hz = rate;
            return true;
        }
    }
    return false;
}

static bool debugfs_by_name(DTBuild *build, const char *name, uint64_t *hz)
{
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;

    if (!build->dev->sysroot || !name || !dt_name_is_valid(name)) {
        return false;
    }
    path = g_strconcat(build->dev->sysroot, "/sys/kernel/debug/clk/", name, "/clk_rate", NULL);
    if (g_file_get_contents(path, &text, NULL, NULL) && rate_parse(g_strstrip(text), hz)) {
        return true;
    }
    return summary_find(build, NULL, name, hz);
}

/* ---- the tree ------------------------------------------------------------------------------- */

/* The host's name of the clock that @ref leads to, or NULL. */
static char *clock_name(const VFIOHostTree *tree, const DTRef *ref)
{
    uint32_t index = ref->nargs ? ref->args[0] : 0;
    int size;
    const uint8_t *indices = fdt_getprop(tree->fdt, ref->node, "clock-indices", &size);
    const char *name;

    for (int i = 0; indices && i + 4 <= size; i += 4) {
        if (ldl_be_p(indices + i) == index) {
            index = i / 4;
            break;
        }
    }
    name = index > INT_MAX ? NULL : dt_host_string(tree, ref->node, "clock-output-names", index);
    if (!name && !ref->nargs) {
        name = fdt_get_name(tree->fdt, ref->node, NULL);
        return name ? g_strndup(name, strcspn(name, "@")) : NULL;
    }
    return g_strdup(name);
}

static bool is_compatible(const VFIOHostTree *tree, int node, const char *compatible)
{
    return fdt_node_check_compatible(tree->fdt, node, compatible) == 0;
}

/* Rate of fixed clocks and of those that are fixed parts or multiples of them. */
static bool fixed_rate(const VFIOHostTree *tree, int node, uint64_t *hz)
{
    uint64_t mult = 1, div = 1;

    for (int i = 0; node >= 0 && i < CHAIN_MAX; i++) {
        uint64_t rate = dt_host_cell(tree, node, "clock-frequency", 0);

        if (is_compatible(tree, node, "fixed-clock")) {
            return !umul64_overflow(rate, mult, &rate) && (*hz = rate / div) > 0;
        }
        if (!is_compatible(tree, node, "fixed-factor-clock") ||
            umul64_overflow(mult, dt_host_cell(tree, node, "clock-mult", 0), &mult) ||
            umul64_overflow(div, dt_host_cell(tree, node, "clock-div", 0), &div) || !div) {
            return false;
        }
        node = dt_host_by_phandle(tree, dt_host_cell(tree, node, "clocks", 0));
    }
    return false;
}

static bool ref_equal(const DTRef *a, const DTRef *b)
{
    return a->phandle == b->phandle && a->nargs == b->nargs &&
           memcmp(a->args, b->args, a->nargs * sizeof(a->args[0])) == 0;
}

static bool assigned_rate(const VFIOHostTree *tree, int node, const DTRef *ref, uint64_t *hz)
{
    int size, rates_size;
    const void *value = fdt_getprop(tree->fdt, node, "assigned-clocks", &size);
    const uint8_t *rates = fdt_getprop(tree->fdt, node, "assigned-clock-rates", &rates_size);
    g_autoptr(GArray) refs = value ? dt_refs_parse(tree, value, size, "#clock-cells") : NULL;

    for (unsigned i = 0; refs && rates && i < refs->len && 4 * i + 4 <= rates_size; i++) {
        if (ref_equal(&g_array_index(refs, DTRef, i), ref) && ldl_be_p(rates + 4 * i)) {
            *hz = ldl_be_p(rates + 4 * i);
            return true;
        }
    }
    return false;
}

/* ---- rates -------------------------------------------------------------------------------- */

static bool user_rate(DTBuild *build, const char *name, uint64_t *hz)
{
    return build->dev->clock_hz && build->dev->clock_hz(build->dev->opaque, name, hz);
}

typedef struct DTClock {
    const char *name; /* of clock-names; or NULL */
    char index[12];
    int owner;        /* host node that has the clock */
    DTRef ref;
} DTClock;

static bool clock_user_rate(DTBuild *build, const DTClock *clock, uint64_t *hz)
{
    return (clock->name && user_rate(build, clock->name, hz)) ||
           user_rate(build, clock->index, hz);
}

static bool clock_rate(DTBuild *build, const DTClock *clock, uint64_t *hz)
{
    g_autofree char *output = clock_name(build->tree, &clock->ref);

    return (clock->owner == build->host && summary_find(build, build->dev->name, clock->name ?:
                                                        "no_connection_id", hz)) ||
           debugfs_by_name(build, output, hz) ||
           fixed_rate(build->tree, clock->ref.node, hz) ||
           assigned_rate(build->tree, clock->owner, &clock->ref, hz) ||
           assigned_rate(build->tree, build->host, &clock->ref, hz) ||
           assigned_rate(build->tree, clock->ref.node, &clock->ref, hz);
}

static uint32_t clock_add(DTBuild *build, const char *name, uint64_t hz, Error **errp)
{
    uint32_t phandle;
    DTNode *node;

    if (!hz || hz > UINT32_MAX) {
        error_setg(errp, "vfio %s: clock '%s': %" PRIu64 " Hz cannot be the rate of a fixed clock",
                   build->dev->name, name, hz);
        return 0;
    }
    node = dt_build_extra(build, "clock", name, &phandle);
    dt_node_put_string(node, "compatible", "fixed-clock");
    dt_node_put_cell(node, "#clock-cells", 0);
    dt_node_put_cell(node, "clock-frequency", hz);
    dt_node_put_string(node, "clock-output-names", node->name);
    dt_node_put_cell(node, "phandle", phandle);
    return phandle;
}

uint32_t dt_clock_from_user(DTBuild *build, const char *name, Error **errp)
{
    ERRP_GUARD();
    uint64_t hz;

    if (!user_rate(build, name, &hz)) {
        error_setg(errp, "vfio %s: the rate of clock '%s' is not known", build->dev->name, name);
        error_append_hint(errp, "Give it with clock-frequency.%s=HZ.\n", name);
        return 0;
    }
    return clock_add(build, name, hz, errp);
}

/* The guest's phandle of a clock, made when it is met first. */
static uint32_t clock_follow(DTBuild *build, const DTClock *clock, Error **errp)
{
    ERRP_GUARD();
    g_autoptr(GString) key = g_string_new("clock");
    const char *name = clock->name ?: clock->index;
    uint32_t phandle;
    uint64_t hz;

    /* Two names of one clock may be given two rates. */
    if (clock_user_rate(build, clock, &hz)) {
        return clock_add(build, name, hz, errp);
    }
    g_string_append_printf(key, " %" PRIx32, clock->ref.phandle);
    for (int i = 0; i < clock->ref.nargs; i++) {
        g_string_append_printf(key, " %" PRIx32, clock->ref.args[i]);
    }
    phandle = GPOINTER_TO_UINT(g_hash_table_lookup(build->providers, key->str));
    if (phandle) {
        return phandle;
    }
    if (!clock_rate(build, clock, &hz)) {
        error_setg(errp, "vfio %s: the host's rate of clock '%s' cannot be read",
                   build->dev->name, name);
        error_append_hint(errp, "Give it with clock-frequency.%s=HZ.\n", name);
        return 0;
    }
    phandle = clock_add(build, name, hz, errp);
    if (phandle) {
        g_hash_table_insert(build->providers, g_string_free(g_steal_pointer(&key), FALSE),
                            GUINT_TO_POINTER(phandle));
    }
    return phandle;
}

static void clock_cells(DTBuild *build, const DTRef *ref, uint32_t copied, GArray *cells)
{
    g_array_append_val(cells, copied);
    g_array_append_vals(cells, ref->args, ref->nargs);
}

bool dt_clocks_copy(DTBuild *build, DTNode *node, int host, Error **errp)
{
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    int size;
    const void *value = fdt_getprop(build->tree->fdt, host, "clocks", &size);
    g_autoptr(GArray) refs = value ? dt_refs_parse(build->tree, value, size, "#clock-cells") : NULL;

    if (!refs) {
        error_setg(errp, "vfio %s: 'clocks' of the host's node '%s' is malformed",
                   build->dev->name, fdt_get_name(build->tree->fdt, host, NULL));
        return false;
    }
    for (unsigned i = 0; i < refs->len; i++) {
        DTClock clock = {
            .name = dt_host_string(build->tree, host, "clock-names", i),
            .owner = host,
            .ref = g_array_index(refs, DTRef, i),
        };
        uint32_t phandle = GPOINTER_TO_UINT(
            g_hash_table_lookup(build->copied, GUINT_TO_POINTER(clock.ref.phandle)));

        if (phandle) {
            clock_cells(build, &clock.ref, phandle, cells);
            continue;
        }
        snprintf(clock.index, sizeof(clock.index), "%u", i);
        /* Phandle 0 is a clock that is not there. */
        if (clock.ref.node >= 0 && !(phandle = clock_follow(build, &clock, errp))) {
            return false;
        }
        g_array_append_val(cells, phandle);
    }
    dt_node_put_cells(node, "clocks", cells);
    return true;
}

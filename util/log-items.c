/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the items of -d, the text of "-d help", and the ranges of -dfilter. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/log.h"
#include "qemu/rcu.h"
#include "qemu/suggest.h"
#include "trace/control.h"
#include "log-internal.h"

const QEMULogItem qemu_log_items[] = {
    { CPU_LOG_TB_OUT_ASM, "out_asm", "host code made for each translated block" },
    { CPU_LOG_TB_IN_ASM, "in_asm", "guest code of each translated block" },
    { CPU_LOG_TB_OP, "op", "intermediate operations of each block as translated" },
    { CPU_LOG_TB_OP_OPT, "op_opt", "intermediate operations after optimisation" },
    { CPU_LOG_TB_OP_IND, "op_ind", "intermediate operations before indirect lowering" },
    { LOG_TB_OP_PLUGIN, "op_plugin", "intermediate operations before plugins see them" },
    { CPU_LOG_INT, "int", "exceptions and interrupts, one short line each" },
    { CPU_LOG_EXEC, "exec", "each block before it runs (pair with nochain for all)" },
    { CPU_LOG_TB_CPU, "cpu", "CPU registers before each block" },
    { CPU_LOG_TB_FPU, "fpu", "include FPU registers in 'cpu'" },
    { CPU_LOG_TB_VPU, "vpu", "include vector registers in 'cpu'" },
    { CPU_LOG_MMU, "mmu", "MMU work: walks, faults, flushes" },
    { CPU_LOG_PCALL, "pcall", "protected mode calls (x86 guests)" },
    { CPU_LOG_RESET, "cpu_reset", "CPU state before each reset" },
    { LOG_UNIMP, "unimp", "features the guest uses that are not implemented" },
    { LOG_GUEST_ERROR, "guest_errors", "what the guest did wrong, such as bad register accesses" },
    { CPU_LOG_PAGE, "page", "memory mappings when they are set up" },
    { CPU_LOG_TB_NOCHAIN, "nochain", "return to the main loop after each block" },
    { CPU_LOG_PLUGIN, "plugin", "output of plugins" },
    { LOG_STRACE, "strace", "system calls (user mode emulation)" },
    { LOG_PER_THREAD, "tid", "one log file for each thread (needs -D with %d)" },
    { LOG_TRACE, "trace", "trace events, also while they go to a binary trace file" },
    { 0, NULL, NULL },
};

/* The ranges of -dfilter: replaced as a whole, read under RCU. */
typedef struct LogFilter {
    struct rcu_head rcu;
    size_t count;
    struct {
        uint64_t first, last;   /* inclusive, so that the last address can be named */
    } range[];
} LogFilter;

static LogFilter *log_filter;

static bool item_parse(const char *name, int *mask, Error **errp)
{
    Suggest s;

    if (g_str_has_prefix(name, "trace:")) {
        *mask |= LOG_TRACE;
        return trace_enable_events(name + strlen("trace:"), errp);
    }
    if (!strcmp(name, "all")) {
        for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
            *mask |= item->mask;
        }
        *mask &= ~(LOG_PER_THREAD | LOG_TRACE); /* these change where output goes */
        return true;
    }
    suggest_init(&s, name);
    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        if (!strcmp(item->name, name)) {
            *mask |= item->mask;
            return true;
        }
        suggest_offer(&s, item->name);
    }
    suggest_offer(&s, "all");
    suggest_offer(&s, "none");
    suggest_error_setg(&s, errp, "Unknown log item '%s'", name);
    return false;
}

bool qemu_log_mask_parse(const char *str, int *mask, Error **errp)
{
    g_auto(GStrv) names = g_strsplit(str, ",", -1);
    int result = 0;

    for (char **name = names; *name; name++) {
        if (strcmp(*name, "none") && !item_parse(*name, &result, errp)) {
            return false;
        }
    }
    *mask = result;
    return true;
}

int qemu_str_to_log_mask(const char *str)
{
    int mask = 0;

    return qemu_log_mask_parse(str, &mask, NULL) ? mask : 0;
}

void qemu_print_log_usage(FILE *f)
{
    fprintf(f, "Log items (comma separated):\n");
    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        fprintf(f, "%-15s %s\n", item->name, item->help);
    }
    fprintf(f, "%-15s %s\n", "all", "all of these but tid and trace");
    fprintf(f, "%-15s %s\n", "none", "nothing");
    fprintf(f, "%-15s %s\n", "trace:PATTERN", "switch trace events on, as -trace PATTERN");
}

/* "A+L", "A-L" or "A..B" to inclusive bounds. */
static bool range_parse(const char *text, uint64_t *first, uint64_t *last, Error **errp)
{
    const char *end;
    uint64_t start, other;
    char operator;

    if (qemu_strtou64(text, &end, 0, &start) < 0) {
        goto err_syntax;
    }
    operator = *end;
    if (operator == '.' && *++end != '.') {
        goto err_syntax;
    }
    if (!operator || !strchr("+-.", operator) ||
        qemu_strtou64(end + 1, &end, 0, &other) < 0 || *end) {
        goto err_syntax;
    }
    *first = operator == '-' ? start - (other - 1) : start;
    *last = operator == '+' ? start + (other - 1) : operator == '-' ? start : other;
    if ((operator != '.' && other == 0) || *first > *last) {
        error_setg(errp, "Address range '%s' is empty or wraps around", text);
        return false;
    }
    return true;

err_syntax:
    error_setg(errp, "Address range '%s' is not START+LENGTH, END-LENGTH or START..END", text);
    return false;
}

static void filter_replace(LogFilter *filter)
{
    LogFilter *old = __atomic_exchange_n(&log_filter, filter, __ATOMIC_ACQ_REL);

    if (old) {
        g_free_rcu(old, rcu);
    }
}

void qemu_set_dfilter_ranges(const char *ranges, Error **errp)
{
    g_auto(GStrv) texts = g_strsplit(*ranges ? ranges : ",", ",", -1);
    size_t count = g_strv_length(texts);
    LogFilter *filter = g_malloc0(sizeof(*filter) + count * sizeof(filter->range[0]));

    for (filter->count = 0; filter->count < count; filter->count++) {
        if (!range_parse(texts[filter->count], &filter->range[filter->count].first,
                         &filter->range[filter->count].last, errp)) {
            g_free(filter);
            return;
        }
    }
    filter_replace(filter);
}

bool qemu_log_in_addr_range(uint64_t addr)
{
    const LogFilter *filter;

    RCU_READ_LOCK_GUARD();
    filter = __atomic_load_n(&log_filter, __ATOMIC_ACQUIRE);
    for (size_t i = 0; filter && i < filter->count; i++) {
        if (addr >= filter->range[i].first && addr <= filter->range[i].last) {
            return true;
        }
    }
    return !filter;
}

void log_filter_clear(void)
{
    filter_replace(NULL);
}

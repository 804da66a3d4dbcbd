/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "info" commands. What belongs to a lower layer comes from there as text;
 * the rest is what the QMP query tells, written for people.
 */
#include "qemu/osdep.h"
#include "exec/memory.h"
#include "hw/core/irq-stats.h"
#include "hw/loader.h"
#include "hw/qdev-monitor.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-char.h"
#include "qapi/qapi-commands-control.h"
#include "qapi/qapi-commands-machine.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-commands-run-state.h"
#include "qapi/qapi-commands-trace.h"
#include "qom/introspect.h"
#include "hmp-cmds-internal.h"

/* Prints and frees @text; NULL prints nothing. */
static void text_print_take(Monitor *mon, char *text)
{
    if (text) {
        monitor_puts(mon, text);
        g_free(text);
    }
}

HMP_HANDLER(info_version)
{
    VersionInfo *info = qmp_query_version(errp);

    monitor_printf(mon, "%" PRId64 ".%" PRId64 ".%" PRId64 " (%s)\n",
                   info->qemu->major, info->qemu->minor, info->qemu->micro,
                   info->package);
    qapi_free_VersionInfo(info);
}

HMP_HANDLER(info_name)
{
    NameInfo *info = qmp_query_name(errp);

    if (info->name) {
        monitor_printf(mon, "%s\n", info->name);
    }
    qapi_free_NameInfo(info);
}

HMP_HANDLER(info_status)
{
    StatusInfo *info = qmp_query_status(errp);

    monitor_printf(mon, "VM status: %s", info->running ? "running" : "paused");
    if (!info->running && info->status != RUN_STATE_PAUSED) {
        monitor_printf(mon, " (%s)", RunState_str(info->status));
    }
    monitor_puts(mon, "\n");
    qapi_free_StatusInfo(info);
}

HMP_HANDLER(info_kvm)
{
    KvmInfo *info = qmp_query_kvm(errp);

    monitor_printf(mon, "kvm support: %s\n", info->enabled ? "enabled"
                   : info->present ? "disabled" : "not compiled");
    qapi_free_KvmInfo(info);
}

HMP_HANDLER(info_chardev)
{
    ChardevInfoList *list = qmp_query_chardev(errp);

    for (ChardevInfoList *el = list; el; el = el->next) {
        monitor_printf(mon, "%s: filename=%s\n", el->value->label,
                       el->value->filename);
    }
    qapi_free_ChardevInfoList(list);
}

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void memdev_print(Monitor *mon, const Memdev *m)
{
    g_autoptr(GString) nodes = g_string_new(NULL);

    for (uint16List *el = m->host_nodes; el; el = el->next) {
        g_string_append_printf(nodes, "%s%u", nodes->len ? "," : "", el->value);
    }
    monitor_printf(mon, "memory backend: %s\n"
                   "  size:  %" PRIu64 "\n"
                   "  merge: %s\n"
                   "  dump: %s\n"
                   "  prealloc: %s\n"
                   "  share: %s\n", m->id ? m->id : "(none)", m->size,
                   truth(m->merge), truth(m->dump), truth(m->prealloc),
                   truth(m->share));
    if (m->has_reserve) {
        monitor_printf(mon, "  reserve: %s\n", truth(m->reserve));
    }
    monitor_printf(mon, "  policy: %s\n  host nodes: %s\n",
                   HostMemPolicy_str(m->policy), nodes->str);
}

HMP_HANDLER(info_memdev)
{
    MemdevList *list = qmp_query_memdev(errp);

    for (MemdevList *el = list; el; el = el->next) {
        memdev_print(mon, el->value);
    }
    qapi_free_MemdevList(list);
}

HMP_HANDLER(info_memory_size_summary)
{
    MemoryInfo *info = qmp_query_memory_size_summary(errp);

    monitor_printf(mon, "base memory: %" PRIu64 "\n", info->base_memory);
    qapi_free_MemoryInfo(info);
}

HMP_HANDLER(info_trace_events)
{
    const char *name = hmp_arg_text(args, "name");
    TraceEventInfoList *list = qmp_trace_event_get_state(name ? name : "*",
                                                         errp);

    for (TraceEventInfoList *el = list; el; el = el->next) {
        monitor_printf(mon, "%s : state %d\n", el->value->name,
                       el->value->state == TRACE_EVENT_STATE_ENABLED);
    }
    qapi_free_TraceEventInfoList(list);
}

HMP_HANDLER(info_mtree)
{
    text_print_take(mon, memory_mtree_text(hmp_arg_given(args, "f"),
                                           hmp_arg_given(args, "d"),
                                           hmp_arg_given(args, "o")));
}

HMP_HANDLER(info_qtree)
{
    text_print_take(mon, qdev_tree_text());
}

HMP_HANDLER(info_qom_tree)
{
    text_print_take(mon, qom_tree_text(hmp_arg_text(args, "path"), errp));
}

HMP_HANDLER(info_irq)
{
    text_print_take(mon, irq_stats_text());
}

HMP_HANDLER(info_roms)
{
    text_print_take(mon, rom_registry_text());
}

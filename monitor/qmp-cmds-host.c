/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands about what is on the host's side: character devices, trace
 * events, options of the command line, human monitor commands.
 */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-char.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-commands-trace.h"
#include "qemu/config-file.h"
#include "trace/control.h"

/* -- character devices ------------------------------------------------------------ */

static int chardev_info_append(Chardev *chr, void *opaque)
{
    ChardevInfoList ***tail = opaque;
    ChardevInfo *info = g_new0(ChardevInfo, 1);

    info->label = g_strdup(chr->label);
    info->filename = g_strdup(chr->filename ? chr->filename : "");
    info->frontend_open = chr->be && chr->be->fe_is_open;
    QAPI_LIST_APPEND(*tail, info);
    return 0;
}

ChardevInfoList *qmp_query_chardev(Error **errp)
{
    ChardevInfoList *list = NULL, **tail = &list;

    qemu_chr_foreach(chardev_info_append, &tail);
    return list;
}

ChardevBackendInfoList *qmp_query_chardev_backends(Error **errp)
{
    ChardevBackendInfoList *list = NULL, **tail = &list;
    g_auto(GStrv) names = qemu_chr_backend_names();

    for (char **name = names; *name; name++) {
        ChardevBackendInfo *info = g_new0(ChardevBackendInfo, 1);

        info->name = g_strdup(*name);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

ChardevReturn *qmp_chardev_add(const char *id, ChardevBackend *backend,
                               Error **errp)
{
    g_autoptr(QemuOpts) opts = NULL;
    ChardevReturn *result;
    Chardev *chr;

    if (qemu_chr_find(id)) {
        error_setg(errp, "Chardev with id '%s' already exists", id);
        return NULL;
    }
    opts = qemu_chr_opts_from_backend(id, backend, errp);
    chr = opts ? qemu_chr_new_from_opts(opts, NULL, errp) : NULL;
    if (!chr) {
        return NULL;
    }
    result = g_new0(ChardevReturn, 1);
    if (CHARDEV_IS_PTY(chr)) {
        /* "pty:/dev/pts/N" */
        result->pty = g_strdup(chr->filename + strlen("pty:"));
    }
    return result;
}

void qmp_chardev_remove(const char *id, Error **errp)
{
    qemu_chr_remove(id, errp);
}

/* -- trace events ------------------------------------------------------------------ */

TraceEventInfoList *qmp_trace_event_get_state(const char *name, Error **errp)
{
    TraceEventInfoList *list = NULL, **tail = &list;
    TraceEventIter iter;
    TraceEvent *event;

    trace_event_iter_init_pattern(&iter, name);
    while ((event = trace_event_iter_next(&iter))) {
        TraceEventInfo *info = g_new0(TraceEventInfo, 1);

        info->name = g_strdup(trace_event_get_name(event));
        info->state = trace_event_get_state_dynamic(event)
                    ? TRACE_EVENT_STATE_ENABLED : TRACE_EVENT_STATE_DISABLED;
        QAPI_LIST_APPEND(tail, info);
    }
    if (!list && !trace_event_is_pattern(name)) {
        error_setg(errp, "unknown event \"%s\"", name);
    }
    return list;
}

void qmp_trace_event_set_state(const char *name, bool enable,
                               bool has_ignore_unavailable,
                               bool ignore_unavailable, Error **errp)
{
    trace_event_pattern_set_state(name, enable,
                                  has_ignore_unavailable && ignore_unavailable,
                                  errp);
}

/* -- options of the command line ----------------------------------------------------- */

static CommandLineParameterInfo *parameter_info_new(const QemuOptDesc *desc)
{
    static const CommandLineParameterType types[] = {
        [QEMU_OPT_STRING] = COMMAND_LINE_PARAMETER_TYPE_STRING,
        [QEMU_OPT_BOOL] = COMMAND_LINE_PARAMETER_TYPE_BOOLEAN,
        [QEMU_OPT_NUMBER] = COMMAND_LINE_PARAMETER_TYPE_NUMBER,
        [QEMU_OPT_SIZE] = COMMAND_LINE_PARAMETER_TYPE_SIZE,
    };
    CommandLineParameterInfo *info = g_new0(CommandLineParameterInfo, 1);

    info->name = g_strdup(desc->name);
    info->type = types[desc->type];
    info->help = g_strdup(desc->help);
    info->q_default = g_strdup(desc->def_value_str);
    return info;
}

static CommandLineOptionInfo *option_info_new(const QemuOptsList *list)
{
    CommandLineOptionInfo *info = g_new0(CommandLineOptionInfo, 1);
    CommandLineParameterInfoList **tail = &info->parameters;

    info->option = g_strdup(list->name);
    for (const QemuOptDesc *desc = list->desc; desc->name; desc++) {
        QAPI_LIST_APPEND(tail, parameter_info_new(desc));
    }
    return info;
}

CommandLineOptionInfoList *qmp_query_command_line_options(const char *option,
                                                          Error **errp)
{
    CommandLineOptionInfoList *infos = NULL, **tail = &infos;
    QemuOptsList *list;

    for (size_t i = 0; (list = qemu_opts_list_get(i)); i++) {
        if (!option || !strcmp(option, list->name)) {
            QAPI_LIST_APPEND(tail, option_info_new(list));
        }
    }
    if (!infos && option) {
        error_setg(errp, "Parameter 'option' is invalid: there is no option "
                   "group '%s'", option);
    }
    return infos;
}

char *qmp_human_monitor_command(const char *command_line, bool has_cpu_index,
                                int64_t cpu_index, Error **errp)
{
    return hmp_command_run(command_line, has_cpu_index ? cpu_index : -1);
}

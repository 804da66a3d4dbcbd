/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The human monitor: finding and running commands, their help, and sessions
 * on a character device, with or without line editing.
 */
#include "qemu/osdep.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qemu/suggest.h"
#include "hmp-internal.h"
#include "line-editor-internal.h"
#include "trace.h"

/* Scripts wait for this text. */
#define HMP_PROMPT "(qemu) "

typedef struct MonitorHMP {
    Monitor common;
    LineEditor *editor;     /* NULL: no editing */
    GString *line;          /* without editor: what came of the next line */
    bool has_run;           /* a command ran during the present input */
} MonitorHMP;

/* -- commands --------------------------------------------------------------------- */

const HmpCommand *hmp_command_find(const HmpCommand *table, const char *name,
                                   size_t len)
{
    for (const HmpCommand *cmd = table; len && cmd->names; cmd++) {
        const char *spelling = cmd->names;

        while (spelling) {
            size_t spelling_len = strcspn(spelling, "|");

            if (spelling_len == len && !memcmp(spelling, name, len)) {
                return cmd;
            }
            spelling = strchr(spelling, '|');
            spelling += spelling != NULL;
        }
    }
    return NULL;
}

char *hmp_command_first_name(const HmpCommand *cmd)
{
    return g_strndup(cmd->names, strcspn(cmd->names, "|"));
}

static void command_unknown(const HmpCommand *table, const char *name,
                            Error **errp)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    Suggest near;

    suggest_init(&near, name);
    for (const HmpCommand *cmd = table; cmd->names; cmd++) {
        g_ptr_array_add(names, hmp_command_first_name(cmd));
        suggest_offer(&near, g_ptr_array_index(names, names->len - 1));
    }
    suggest_error_setg(&near, errp, "unknown command: '%s'", name);
}

static size_t command_name_bytes(const char *text)
{
    return strcspn(text, " \t\r\n/");
}

static void command_run(Monitor *mon, const HmpCommand *table,
                        const char *prefix, const char *text)
{
    size_t len;
    g_autofree char *name = NULL;
    const HmpCommand *cmd;
    HmpArgs args = { 0 };
    Error *err = NULL;

    text += strspn(text, " \t");
    len = command_name_bytes(text);
    name = g_strndup(text, len);
    cmd = hmp_command_find(table, text, len);
    if (!cmd && !*text && *prefix) {
        hmp_help_print_table(mon, table, prefix);
        return;
    }
    if (cmd && cmd->sub) {
        g_autofree char *sub_prefix = g_strdup_printf("%s ", name);

        command_run(mon, cmd->sub, sub_prefix, text + len);
        return;
    }
    if (!cmd) {
        command_unknown(table, len ? name : text, &err);
        monitor_printf(mon, "%s\n", error_get_pretty(err));
        error_free(err);
        return;
    }
    if (!hmp_args_parse(&args, cmd->args, text + len, &err)) {
        monitor_printf(mon, "%s%s: %s\nTry \"help %s%s\" for more "
                       "information\n", prefix, name, error_get_pretty(err),
                       prefix, name);
    } else {
        cmd->run(mon, &args, &err);
        if (err) {
            monitor_printf(mon, "Error: %s\n", error_get_pretty(err));
        }
    }
    error_free(err);
    hmp_args_clear(&args);
}

void hmp_line_run(Monitor *mon, const char *line)
{
    Monitor *former;

    line += strspn(line, " \t\r\n");
    if (!*line || *line == '#') {
        return;
    }
    trace_monitor_hmp_command(line);
    former = monitor_set_cur(mon);
    command_run(mon, hmp_commands, "", line);
    monitor_set_cur(former);
}

/* -- help -------------------------------------------------------------------------- */

static void usage_append(GString *out, const char *desc_text)
{
    HmpArgDesc desc;

    while (hmp_arg_desc_next(&desc_text, &desc)) {
        const char *open = desc.is_optional ? "[" : "";
        const char *close = desc.is_optional ? "]" : "";
        const char *mark = hmp_arg_desc_is(&desc, "-") ? "-"
                         : hmp_arg_desc_is(&desc, "fmt") ? "/" : "";

        g_string_append_printf(out, "%s%s%s%.*s%s", *mark == '/' ? "" : " ",
                               open, mark, (int)desc.name_len, desc.name,
                               close);
    }
}

void hmp_help_print(Monitor *mon, const HmpCommand *cmd, const char *prefix)
{
    g_autoptr(GString) out = g_string_new(prefix);

    g_string_append(out, cmd->names);
    usage_append(out, cmd->args ? cmd->args : "");
    monitor_printf(mon, "%s -- %s\n", out->str, cmd->help);
}

void hmp_help_print_table(Monitor *mon, const HmpCommand *table,
                          const char *prefix)
{
    for (const HmpCommand *cmd = table; cmd->names; cmd++) {
        hmp_help_print(mon, cmd, prefix);
    }
}

char *hmp_command_name(size_t n)
{
    size_t commands = 0;

    for (; hmp_commands[commands].names; commands++) {
        if (commands == n) {
            return hmp_command_first_name(&hmp_commands[n]);
        }
    }
    for (const HmpCommand *cmd = hmp_info_commands; cmd->names; cmd++) {
        if (commands++ == n) {
            g_autofree char *name = hmp_command_first_name(cmd);

            return g_strdup_printf("info %s", name);
        }
    }
    return NULL;
}

/* -- sessions ----------------------------------------------------------------------- */

static MonitorHMP *monitor_hmp(Monitor *mon)
{
    return container_of(mon, MonitorHMP, common);
}

static void hmp_editor_print(void *opaque, const char *text, size_t len)
{
    MonitorHMP *hmp = opaque;
    g_autofree char *copy = g_strndup(text, len);

    monitor_puts(&hmp->common, copy);
}

static void hmp_editor_execute(void *opaque, const char *line)
{
    MonitorHMP *hmp = opaque;

    hmp->has_run = true;
    hmp_line_run(&hmp->common, line);
    line_editor_start(hmp->editor, HMP_PROMPT);
}

static GStrv hmp_editor_complete(void *opaque, const char *head,
                                 size_t *word_start)
{
    return hmp_complete(head, word_start);
}

static const LineEditorOps hmp_editor_ops = {
    .print = hmp_editor_print,
    .execute = hmp_editor_execute,
    .complete = hmp_editor_complete,
};

static void hmp_line_byte(MonitorHMP *hmp, char byte)
{
    if (byte == '\n' || byte == '\r') {
        hmp->has_run = hmp->line->len;
        hmp_line_run(&hmp->common, hmp->line->str);
        g_string_truncate(hmp->line, 0);
    } else if (hmp->line->len < LINE_EDITOR_BYTES_MAX) {
        g_string_append_c(hmp->line, byte);
    }
}

static size_t hmp_session_consume(Monitor *mon, const char *bytes, size_t len)
{
    MonitorHMP *hmp = monitor_hmp(mon);
    unsigned client = mon->client_count;
    size_t at = 0;

    hmp->has_run = false;
    mon->command_start = mon->input_offset;
    monitor_message_fds_prune(mon, mon->command_start);
    while (at < len && !hmp->has_run && client == mon->client_count) {
        char byte = bytes[at++];

        if (hmp->editor) {
            line_editor_key(hmp->editor, byte);
        } else {
            hmp_line_byte(hmp, byte);
        }
    }
    return at;
}

static void hmp_session_opened(Monitor *mon)
{
    MonitorHMP *hmp = monitor_hmp(mon);

    g_string_truncate(hmp->line, 0);
    if (hmp->editor) {
        monitor_puts(mon, "Gantry " CONFIG_VERSION " monitor - type 'help' "
                     "for more information\n");
        line_editor_start(hmp->editor, HMP_PROMPT);
    }
}

static void hmp_session_closed(Monitor *mon)
{
    g_string_truncate(monitor_hmp(mon)->line, 0);
}

static void hmp_session_release(Monitor *mon)
{
    MonitorHMP *hmp = monitor_hmp(mon);

    line_editor_free(hmp->editor);
    g_string_free(hmp->line, TRUE);
}

static const MonitorOps hmp_session_ops = {
    .opened = hmp_session_opened,
    .closed = hmp_session_closed,
    .consume = hmp_session_consume,
    .release = hmp_session_release,
};

void monitor_init_hmp(Chardev *chr, bool use_readline, Error **errp)
{
    MonitorHMP *hmp = g_new0(MonitorHMP, 1);

    monitor_data_init(&hmp->common, &hmp_session_ops, false);
    hmp->line = g_string_new(NULL);
    if (use_readline) {
        hmp->editor = line_editor_new(&hmp_editor_ops, hmp);
    }
    if (!monitor_attach(&hmp->common, chr, errp)) {
        hmp_session_release(&hmp->common);
        monitor_data_release(&hmp->common);
        g_free(hmp);
        return;
    }
    if (use_readline) {
        qemu_chr_fe_set_echo(&hmp->common.chr, false);
    }
}

/* A monitor that only collects; commands find the caller's descriptors. */
char *hmp_command_run(const char *command_line, int64_t cpu_index)
{
    Monitor mon = { .parent = monitor_cur() };
    char *output;

    monitor_data_init(&mon, &hmp_session_ops, false);
    mon.cpu_index = cpu_index;
    hmp_line_run(&mon, command_line);
    output = g_strdup(mon.pending->str);
    monitor_data_release(&mon);
    return output;
}

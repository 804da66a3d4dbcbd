/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tab completion of the human monitor: the description of a command's
 * arguments tells what kind of word the cursor is in. The last part of a
 * key=value list is not completed.
 */
#include "qemu/osdep.h"
#include <glob.h>
#include "chardev/char.h"
#include "hw/qdev-core.h"
#include "qemu/log.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"
#include "trace/control.h"
#include "hmp-internal.h"

typedef struct Completion {
    const char *typed;  /* the word as far as it is there */
    GPtrArray *words;
} Completion;

static void completion_offer(Completion *c, const char *word)
{
    if (g_str_has_prefix(word, c->typed)) {
        g_ptr_array_add(c->words, g_strdup(word));
    }
}

static void complete_commands(Completion *c, const HmpCommand *table)
{
    for (const HmpCommand *cmd = table; cmd->names; cmd++) {
        g_auto(GStrv) names = g_strsplit(cmd->names, "|", 0);

        for (char **name = names; *name; name++) {
            completion_offer(c, *name);
        }
    }
}

static void complete_command(Completion *c)
{
    complete_commands(c, hmp_commands);
}

static void complete_info_item(Completion *c)
{
    complete_commands(c, hmp_info_commands);
}

static void complete_types(Completion *c, const char *base,
                           bool (*keep)(ObjectClass *oc))
{
    g_autoptr(GSList) types = object_class_get_list_sorted(base, false);

    for (GSList *el = types; el; el = el->next) {
        if (!keep || keep(el->data)) {
            completion_offer(c, object_class_get_name(el->data));
        }
    }
}

static bool device_class_is_for_users(ObjectClass *oc)
{
    return DEVICE_CLASS(oc)->user_creatable;
}

static void complete_device_type(Completion *c)
{
    complete_types(c, TYPE_DEVICE, device_class_is_for_users);
}

static void complete_object_type(Completion *c)
{
    complete_types(c, TYPE_USER_CREATABLE, NULL);
}

static int child_offer(Object *child, void *opaque)
{
    completion_offer(opaque, object_get_canonical_path_component(child));
    return 0;
}

static void complete_device(Completion *c)
{
    Object *peripheral = object_resolve_path("/machine/peripheral", NULL);

    if (peripheral) {
        object_child_foreach(peripheral, child_offer, c);
    }
}

static void complete_object(Completion *c)
{
    object_child_foreach(object_get_objects_root(), child_offer, c);
}

static int path_offer(Object *child, void *opaque)
{
    g_autofree char *path = object_get_canonical_path(child);

    completion_offer(opaque, path);
    return 0;
}

/* Children of the object that the path names up to its last slash. */
static void complete_qom_path(Completion *c)
{
    const char *slash = strrchr(c->typed, '/');
    g_autofree char *head = NULL;
    Object *obj;

    if (!slash) {
        completion_offer(c, "/");
        return;
    }
    head = g_strndup(c->typed, slash == c->typed ? 1 : slash - c->typed);
    obj = object_resolve_path(head, NULL);
    if (obj) {
        object_child_foreach(obj, path_offer, c);
    }
}

static int chardev_offer(Chardev *chr, void *opaque)
{
    completion_offer(opaque, chr->label);
    return 0;
}

static void complete_chardev(Completion *c)
{
    qemu_chr_foreach(chardev_offer, c);
}

static void complete_trace_event(Completion *c)
{
    TraceEventIter iter;
    TraceEvent *event;

    trace_event_iter_init_all(&iter);
    while ((event = trace_event_iter_next(&iter))) {
        completion_offer(c, trace_event_get_name(event));
    }
}

static void complete_log_item(Completion *c)
{
    completion_offer(c, "none");
    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        completion_offer(c, item->name);
    }
}

static void complete_file(Completion *c)
{
    g_autofree char *pattern = g_strdup_printf("%s*", c->typed);
    glob_t found;

    if (strpbrk(c->typed, "*?[\\") ||
        glob(pattern, GLOB_MARK | GLOB_NOESCAPE, NULL, &found) != 0) {
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        completion_offer(c, found.gl_pathv[i]);
    }
    globfree(&found);
}

static void complete_bool(Completion *c)
{
    completion_offer(c, "on");
    completion_offer(c, "off");
}

typedef struct CompletionType {
    const char *type;
    void (*complete)(Completion *c);
} CompletionType;

static const CompletionType completion_types[] = {
    { "bool", complete_bool },
    { "chardev", complete_chardev },
    { "command", complete_command },
    { "device", complete_device },
    { "devtype", complete_device_type },
    { "event", complete_trace_event },
    { "file", complete_file },
    { "infoitem", complete_info_item },
    { "logitem", complete_log_item },
    { "object", complete_object },
    { "objtype", complete_object_type },
    { "qom", complete_qom_path },
};

static void complete_argument(Completion *c, const HmpCommand *cmd,
                              unsigned index)
{
    const char *at = cmd->args;
    HmpArgDesc desc;

    while (hmp_arg_desc_next(&at, &desc)) {
        if (hmp_arg_desc_is(&desc, "-") || hmp_arg_desc_is(&desc, "fmt") ||
            index--) {
            continue;
        }
        for (size_t i = 0; i < ARRAY_SIZE(completion_types); i++) {
            if (hmp_arg_desc_is(&desc, completion_types[i].type)) {
                completion_types[i].complete(c);
            }
        }
        return;
    }
}

/* Words of @head that are no options, the last of which is being typed. */
static GPtrArray *head_split(const char *head)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    bool ends_in_blank = !*head || g_ascii_isspace(head[strlen(head) - 1]);
    char *word;

    while ((word = hmp_word_take(&head, NULL))) {
        if (*word == '-' && words->len) {
            g_free(word);
        } else {
            g_ptr_array_add(words, word);
        }
    }
    if (ends_in_blank) {
        g_ptr_array_add(words, g_strdup(""));
    }
    return words;
}

static void complete_words(Completion *c, const HmpCommand *table,
                           GPtrArray *words, unsigned first)
{
    const char *name = g_ptr_array_index(words, first);
    const HmpCommand *cmd;

    if (first + 1 == words->len) {
        complete_commands(c, table);
        return;
    }
    cmd = hmp_command_find(table, name, strcspn(name, "/"));
    if (cmd && cmd->sub) {
        complete_words(c, cmd->sub, words, first + 1);
    } else if (cmd) {
        complete_argument(c, cmd, words->len - first - 2);
    }
}

static int word_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GStrv hmp_complete(const char *head, size_t *word_start)
{
    g_autoptr(GPtrArray) words = head_split(head);
    Completion c = { .words = g_ptr_array_new() };
    size_t at = strlen(head);

    while (at && !g_ascii_isspace(head[at - 1])) {
        at--;
    }
    *word_start = at;
    c.typed = head + at;
    if (words->len && *c.typed != '-' && *c.typed != '"') {
        complete_words(&c, hmp_commands, words, 0);
    }
    g_ptr_array_sort(c.words, word_compare);
    g_ptr_array_add(c.words, NULL);
    return (GStrv)g_ptr_array_free(c.words, FALSE);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accelerators and the choice among those the user listed: first usable wins.  A request that
 * cannot mean anything (no such accelerator, no such property) is an error wherever it stands; one
 * that this build or host cannot fulfil is skipped, with its reason kept for the message.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/suggest.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "hw/boards.h"
#include "sysemu/accel-ops.h"
#include "sysemu/cpus.h"
#include "trace.h"

/* What users of other builds know: said to be missing rather than unknown. */
static const char *const other_builds[] = {
    "hax", "hvf", "nvmm", "tcg", "whpx", "xen", NULL
};

/* The one in use, owned; NULL before the choice. */
static AccelState *accel_in_use;

AccelState *current_accel(void)
{
    return accel_in_use;
}

const char *current_accel_name(void)
{
    return accel_in_use ? ACCEL_GET_CLASS(accel_in_use)->name : NULL;
}

AccelClass *accel_find(const char *opt_name)
{
    g_autofree char *class_name = g_strdup_printf(ACCEL_CLASS_NAME("%s"), opt_name);
    ObjectClass *oc = object_class_by_name(class_name);

    return oc && !object_class_is_abstract(oc) ? ACCEL_CLASS(oc) : NULL;
}

/* -- lists ----------------------------------------------------------------------------------- */

static GSList *accel_classes(void)
{
    return object_class_get_list_sorted(TYPE_ACCEL, false);
}

char **accel_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    GSList *list = accel_classes();

    for (GSList *l = list; l; l = l->next) {
        g_ptr_array_add(names, g_strdup(ACCEL_CLASS(l->data)->name));
    }
    g_ptr_array_add(names, NULL);
    g_slist_free(list);
    return (char **)g_ptr_array_free(names, false);
}

char *accel_help_text(void)
{
    GString *text = g_string_new(NULL);
    GSList *list = accel_classes();

    for (GSList *l = list; l; l = l->next) {
        AccelClass *ac = ACCEL_CLASS(l->data);
        Error *reason = NULL;

        g_string_append_printf(text, "%-10s %s", ac->name, ac->desc ? ac->desc : "");
        if (ac->available && !ac->available(&reason)) {
            g_string_append_printf(text, " (not usable here: %s)", error_get_pretty(reason));
            error_free(reason);
        }
        g_string_append_c(text, '\n');
    }
    g_slist_free(list);
    return g_string_free(text, false);
}

/* -- one request: NAME[,property=value]... --------------------------------------------------- */

typedef struct AccelRequest {
    const char *text;
    char **parts;               /* [0] the name, then property=value */
    AccelClass *ac;             /* NULL: known, but not in this build */
    AccelState *accel;          /* its properties set */
} AccelRequest;

static void accel_request_free(AccelRequest *req)
{
    g_strfreev(req->parts);
    object_unref(OBJECT(req->accel));
    g_free(req);
}

static void error_unknown_accel(Error **errp, const char *name)
{
    g_auto(GStrv) names = accel_names();
    Suggest s;

    suggest_init(&s, name);
    for (char **n = names; *n; n++) {
        suggest_offer(&s, *n);
    }
    suggest_error_setg(&s, errp, "accelerator \"%s\" is unknown: -accel help lists them", name);
}

static bool accel_request_set_properties(AccelRequest *req, Error **errp)
{
    for (char **part = req->parts + 1; *part; part++) {
        char *value = strchr(*part, '=');

        if (!value) {
            error_setg(errp, "-accel %s: \"%s\" is not property=value", req->text, *part);
            return false;
        }
        *value++ = '\0';
        if (!object_property_parse(OBJECT(req->accel), *part, value, errp)) {
            error_prepend(errp, "-accel %s: ", req->text);
            return false;
        }
    }
    return true;
}

/* NULL when @text cannot mean anything. */
static AccelRequest *accel_request_new(const char *text, Error **errp)
{
    AccelRequest *req = g_new0(AccelRequest, 1);
    const char *name;

    req->text = text;
    req->parts = g_strsplit(text, ",", -1);
    name = req->parts[0] ? req->parts[0] : "";
    req->ac = accel_find(name);
    if (!req->ac && g_strv_contains(other_builds, name)) {
        return req;
    }
    if (!req->ac) {
        error_unknown_accel(errp, name);
        accel_request_free(req);
        return NULL;
    }
    req->accel = ACCEL(object_new(object_class_get_name(OBJECT_CLASS(req->ac))));
    if (!accel_request_set_properties(req, errp)) {
        accel_request_free(req);
        return NULL;
    }
    return req;
}

static GPtrArray *accel_requests_new(const char *const *texts, Error **errp)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)accel_request_free);

    for (; *texts; texts++) {
        AccelRequest *req = accel_request_new(*texts, errp);

        if (!req) {
            return NULL;
        }
        g_ptr_array_add(list, req);
    }
    return g_steal_pointer(&list);
}

/* -- initialisation -------------------------------------------------------------------------- */

static AccelOpsClass *accel_ops_class(AccelClass *ac)
{
    g_autofree char *name = g_strdup_printf("%s" ACCEL_OPS_SUFFIX,
                                            object_class_get_name(OBJECT_CLASS(ac)));
    ObjectClass *oc = object_class_by_name(name);

    return oc ? ACCEL_OPS_CLASS(oc) : NULL;
}

static bool accel_machine_init(AccelState *accel, MachineState *ms, Error **errp)
{
    AccelClass *ac = ACCEL_GET_CLASS(accel);
    int ret;

    if (ac->machine_init) {
        return ac->machine_init(accel, ms, errp);
    }
    ret = ac->init_machine ? ac->init_machine(ms) : 0;
    if (ret < 0) {
        error_setg_errno(errp, -ret, "initialisation failed");
        return false;
    }
    return true;
}

/* Put @req's accelerator into use. */
static bool accel_request_init(AccelRequest *req, MachineState *ms, Error **errp)
{
    AccelOpsClass *ops;

    if (!req->ac) {
        error_setg(errp, "this build does not have it");
        return false;
    }
    if (req->ac->available && !req->ac->available(errp)) {
        return false;
    }
    accel_in_use = req->accel;
    if (ms) {
        ms->accelerator = req->accel;
    }
    if (req->ac->allowed) {
        *req->ac->allowed = true;
    }
    if (!accel_machine_init(req->accel, ms, errp)) {
        if (req->ac->allowed) {
            *req->ac->allowed = false;
        }
        if (ms) {
            ms->accelerator = NULL;
        }
        accel_in_use = NULL;
        return false;
    }
    object_ref(OBJECT(req->accel));
    object_set_accelerator_compat_props(req->ac->compat_props);
    ops = accel_ops_class(req->ac);
    if (ops) {
        if (ops->ops_init) {
            ops->ops_init(ops);
        }
        cpus_register_accel(ops);
    }
    trace_accel_init(req->ac->name);
    return true;
}

AccelState *accel_init_first_usable(MachineState *ms, const char *const *requests,
                                    AccelSkipFn *on_skip, void *opaque, Error **errp)
{
    g_autoptr(GPtrArray) list = accel_requests_new(requests, errp);
    g_autoptr(GString) reasons = g_string_new(NULL);

    bql_assert_locked();
    g_assert(!accel_in_use);
    if (!list) {
        return NULL;
    }
    for (guint i = 0; i < list->len; i++) {
        AccelRequest *req = g_ptr_array_index(list, i);
        Error *reason = NULL;

        if (accel_request_init(req, ms, &reason)) {
            return accel_in_use;
        }
        g_string_append_printf(reasons, "%s%s: %s", reasons->len ? "; " : "", req->parts[0],
                               error_get_pretty(reason));
        if (on_skip && i + 1 < list->len) {
            on_skip(req->parts[0], reason, opaque);
        }
        error_free(reason);
    }
    error_setg(errp, "no accelerator is usable (%s)", reasons->len ? reasons->str : "none given");
    return NULL;
}

void accel_setup_post(MachineState *ms)
{
    AccelClass *ac = accel_in_use ? ACCEL_GET_CLASS(accel_in_use) : NULL;

    if (ac && ac->setup_post) {
        ac->setup_post(ms, accel_in_use);
    }
}

void accel_release(void)
{
    AccelState *accel = accel_in_use;
    AccelClass *ac;

    bql_assert_locked();
    if (!accel) {
        return;
    }
    ac = ACCEL_GET_CLASS(accel);
    cpus_register_accel(NULL);
    object_set_accelerator_compat_props(NULL);
    if (ac->allowed) {
        *ac->allowed = false;
    }
    accel_in_use = NULL;
    object_unref(OBJECT(accel));
}

/* -- types ----------------------------------------------------------------------------------- */

static const TypeInfo accel_types[] = {
    {
        .name = TYPE_ACCEL,
        .parent = TYPE_OBJECT,
        .class_size = sizeof(AccelClass),
        .instance_size = sizeof(AccelState),
        .abstract = true,
    }, {
        .name = TYPE_ACCEL_OPS,
        .parent = TYPE_OBJECT,
        .class_size = sizeof(AccelOpsClass),
        .abstract = true,
    },
};

DEFINE_TYPES(accel_types)

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects made by users: -object, object-add and object-del, and help about them. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qmp/qerror.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/id.h"
#include "qemu/suggest.h"
#include "qom/introspect.h"
#include "qom/object_interfaces.h"

bool user_creatable_complete(UserCreatable *uc, Error **errp)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);
    Error *err = NULL;

    if (ucc->complete) {
        ucc->complete(uc, &err);
        error_propagate(errp, err);
    }
    return !err;
}

bool user_creatable_can_be_deleted(UserCreatable *uc)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);

    return !ucc->can_be_deleted || ucc->can_be_deleted(uc);
}

static void type_name_offer(ObjectClass *klass, void *opaque)
{
    suggest_offer(opaque, object_class_get_name(klass));
}

/* The class users may make objects of; NULL and an error otherwise. */
static ObjectClass *user_creatable_class(const char *type, Error **errp)
{
    ObjectClass *klass = object_class_by_name(type);
    Suggest suggest;

    if (!klass) {
        suggest_init(&suggest, type);
        object_class_foreach(type_name_offer, TYPE_USER_CREATABLE, false, &suggest);
        suggest_error_setg(&suggest, errp, "invalid object type: %s", type);
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_USER_CREATABLE)) {
        error_setg(errp, "object type '%s' isn't supported by object-add", type);
        return NULL;
    }
    if (object_class_is_abstract(klass)) {
        error_setg(errp, "object type '%s' is abstract", type);
        return NULL;
    }
    return klass;
}

/* Sets all of @qdict; the visitor stands in the dictionary's structure. */
static bool properties_visit(Object *obj, const QDict *qdict, Visitor *v, Error **errp)
{
    bool ok = visit_start_struct(v, NULL, NULL, 0, errp);

    if (!ok) {
        return false;
    }
    for (const QDictEntry *e = qdict_first(qdict); e && ok; e = qdict_next(qdict, e)) {
        ok = object_property_set(obj, qdict_entry_key(e), v, errp);
    }
    ok = ok && visit_check_struct(v, errp);
    visit_end_struct(v, NULL);
    return ok;
}

Object *user_creatable_add_type(const char *type, const char *id, const QDict *qdict,
                                Visitor *v, Error **errp)
{
    ObjectClass *klass = user_creatable_class(type, errp);
    Object *root = object_get_objects_root();
    Object *obj;

    if (!klass) {
        return NULL;
    }
    if (id && !id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier: letters, digits, '-', '.', "
                   "'_', beginning with a letter, not '%s'", id);
        return NULL;
    }
    if (id && object_property_find(root, id)) {
        error_setg(errp, "object '%s' exists already", id);
        return NULL;
    }
    obj = object_new_with_class(klass);
    object_apply_compat_props(obj);
    if (!properties_visit(obj, qdict, v, errp)) {
        goto err_unref;
    }
    if (id) {
        object_property_add_child(root, id, obj);
    }
    if (!user_creatable_complete((UserCreatable *)obj, errp)) {
        goto err_unparent;
    }
    if (id) {
        /* the tree keeps it */
        object_unref(obj);
    }
    return obj;

err_unparent:
    object_unparent(obj);
err_unref:
    object_unref(obj);
    return NULL;
}

/* Moves string @key of @qdict out of it; NULL and an error if it is missing. */
static char *string_take(QDict *qdict, const char *key, Error **errp)
{
    QObject *value = qdict_get(qdict, key);
    char *text;

    if (!value) {
        error_setg(errp, QERR_MISSING_PARAMETER, key);
        return NULL;
    }
    if (qobject_type(value) != QTYPE_QSTRING) {
        error_setg(errp, QERR_INVALID_PARAMETER_TYPE, key, "string");
        return NULL;
    }
    text = g_strdup(qdict_get_str(qdict, key));
    qdict_del(qdict, key);
    return text;
}

bool user_creatable_add_dict(const QDict *qdict, bool keyval, Error **errp)
{
    g_autoptr(QDict) props = qdict_clone_shallow(qdict);
    g_autofree char *type = string_take(props, "qom-type", errp);
    g_autofree char *id = type ? string_take(props, "id", errp) : NULL;
    Object *obj;
    Visitor *v;

    if (!id) {
        return false;
    }
    v = keyval ? qobject_input_visitor_new_keyval(QOBJECT(props)) :
        qobject_input_visitor_new(QOBJECT(props));
    obj = user_creatable_add_type(type, id, props, v, errp);
    visit_free(v);
    return obj != NULL;
}

bool user_creatable_add_qapi(const QDict *options, Error **errp)
{
    return user_creatable_add_dict(options, false, errp);
}

/* -- command line ------------------------------------------------------------------ */

/* Prints help about the type in @qdict (all types without one); an error if unknown. */
static void help_print_for(const QDict *qdict, Error **errp)
{
    const char *type = qdict_get_try_str(qdict, "qom-type");

    if (!type || user_creatable_class(type, errp)) {
        user_creatable_print_help(type, NULL);
    }
}

QDict *user_creatable_parse_str(const char *str, bool *is_json, Error **errp)
{
    g_autoptr(QDict) qdict = NULL;
    g_autoptr(QObject) obj = NULL;
    bool help = false;

    *is_json = str[0] == '{';
    if (*is_json) {
        obj = qobject_from_json(str, errp);
        return obj ? qobject_ref(qobject_to(QDict, obj)) : NULL;
    }
    qdict = keyval_parse(str, "qom-type", &help, errp);
    if (!qdict) {
        return NULL;
    }
    if (help) {
        help_print_for(qdict, errp);
        return NULL;
    }
    return g_steal_pointer(&qdict);
}

bool user_creatable_add_from_str(const char *str, bool *help_shown, Error **errp)
{
    ERRP_GUARD();
    g_autoptr(QDict) qdict = NULL;
    bool is_json;

    qdict = user_creatable_parse_str(str, &is_json, errp);
    if (help_shown) {
        *help_shown = !qdict && !*errp;
    }
    return qdict && user_creatable_add_dict(qdict, !is_json, errp);
}

/* -- removal --------------------------------------------------------------------------- */

static void object_id_offer(Suggest *suggest, Object *root)
{
    g_autoptr(GArray) props = qom_object_properties(root);

    for (unsigned i = 0; i < props->len; i++) {
        QomPropertyInfo *prop = &g_array_index(props, QomPropertyInfo, i);

        /* names of the property table live as long as the objects do */
        suggest_offer(suggest, prop->name);
    }
}

bool user_creatable_del(const char *id, Error **errp)
{
    Object *root = object_get_objects_root();
    ObjectProperty *prop = object_property_find(root, id);
    Object *obj = prop ? object_resolve_path_component(root, id) : NULL;
    Suggest suggest;

    if (!obj || obj->parent != root) {
        suggest_init(&suggest, id);
        object_id_offer(&suggest, root);
        suggest_error_setg(&suggest, errp, "object '%s' not found", id);
        return false;
    }
    if (!user_creatable_can_be_deleted((UserCreatable *)obj)) {
        error_setg(errp, "object '%s' is in use, can not be deleted", id);
        return false;
    }
    object_unparent(obj);
    return true;
}

void user_creatable_cleanup(void)
{
    object_unparent(object_get_objects_root());
}

/* -- help -------------------------------------------------------------------------------- */

static char *help_types_text(void)
{
    GString *text = g_string_new("List of user creatable objects:\n");
    GSList *list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);

    for (GSList *l = list; l; l = l->next) {
        g_string_append_printf(text, "  %s\n", object_class_get_name(l->data));
    }
    g_slist_free(list);
    return g_string_free(text, FALSE);
}

char *user_creatable_help_text(const char *type)
{
    g_autoptr(GArray) props = NULL;
    ObjectClass *klass;
    GString *text;

    if (!type) {
        return help_types_text();
    }
    klass = user_creatable_class(type, NULL);
    if (!klass) {
        return NULL;
    }
    text = g_string_new(NULL);
    props = qom_class_properties(klass);
    g_string_append_printf(text, props->len ? "%s options:\n" :
                           "There are no options for %s.\n", type);
    for (unsigned i = 0; i < props->len; i++) {
        QomPropertyInfo *prop = &g_array_index(props, QomPropertyInfo, i);
        g_autofree char *line = object_property_help(prop->name, prop->type,
                                                     prop->default_value, prop->description);

        if (!g_str_equal(prop->name, "type")) {
            g_string_append_printf(text, "%s\n", line);
        }
    }
    return g_string_free(text, FALSE);
}

bool user_creatable_print_help(const char *type, const char *opts)
{
    g_autoptr(QDict) qdict = NULL;
    g_autofree char *text = NULL;
    bool help = true;

    if (type && opts) {
        qdict = keyval_parse(opts, NULL, &help, NULL);
        if (!qdict || !help) {
            return false;
        }
    }
    text = user_creatable_help_text(type);
    if (!text) {
        return false;
    }
    printf("%s", text);
    return true;
}

static const TypeInfo user_creatable_types[] = {
    {
        .name = TYPE_USER_CREATABLE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(UserCreatableClass),
    },
};

DEFINE_TYPES(user_creatable_types)

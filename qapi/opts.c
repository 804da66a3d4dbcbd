/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QemuOpts from and to dictionaries; here because options know no QObjects. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/opts.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"

static int opts_put(void *opaque, const char *name, const char *value, Error **errp)
{
    qdict_put_str(opaque, name, value);
    return 0;
}

QDict *qemu_opts_to_qdict(QemuOpts *opts, QDict *qdict)
{
    if (!qdict) {
        qdict = qdict_new();
    }
    if (qemu_opts_id(opts)) {
        qdict_put_str(qdict, "id", qemu_opts_id(opts));
    }
    qemu_opt_foreach(opts, opts_put, qdict, NULL);
    return qdict;
}

/* The text of a scalar, or NULL for what an option cannot hold. Caller frees. */
static char *opts_value_text(const QObject *value)
{
    switch (qobject_type(value)) {
    case QTYPE_QSTRING:
        return g_strdup(qobject_get_try_str(value));
    case QTYPE_QBOOL:
        return g_strdup(qbool_get_bool(qobject_to(QBool, value)) ? "on" : "off");
    case QTYPE_QNUM:
        return qnum_to_string(qobject_to(QNum, value));
    default:
        return NULL;
    }
}

QemuOpts *qemu_opts_from_qdict(QemuOptsList *list, const QDict *qdict, Error **errp)
{
    QemuOpts *opts = qemu_opts_create(list, qdict_get_try_str(qdict, "id"), 1, errp);

    if (!opts) {
        return NULL;
    }
    for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        g_autofree char *text = opts_value_text(qdict_entry_value(e));

        if (g_str_equal(qdict_entry_key(e), "id")) {
            continue;
        }
        if (!text) {
            error_setg(errp, "Parameter '%s' must be a string, number or bool",
                       qdict_entry_key(e));
            goto err_delete;
        }
        if (!qemu_opt_set(opts, qdict_entry_key(e), text, errp)) {
            goto err_delete;
        }
    }
    return opts;

err_delete:
    qemu_opts_del(opts);
    return NULL;
}

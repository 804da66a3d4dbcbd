/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A character device whose peer reads only as much as the test allows.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "chardev/char-serial.h"
#include "qemu/module.h"
#include "gated-chardev.h"

static int gated_write(Chardev *chr, const uint8_t *buf, int len)
{
    GatedChardev *gate = CHARDEV_GATED(chr);
    int count = MIN(len, gate->room);

    if (!count) {
        errno = gate->write_error;
        return -1;
    }
    g_string_append_len(gate->output, (const char *)buf, count);
    gate->room -= count;
    return count;
}

/* Fires when there is room. */
typedef struct GateSource {
    GSource parent;
    GatedChardev *gate;
} GateSource;

static gboolean gate_prepare(GSource *source, gint *timeout)
{
    *timeout = -1;
    return ((GateSource *)source)->gate->room > 0;
}

static gboolean gate_check(GSource *source)
{
    return ((GateSource *)source)->gate->room > 0;
}

static gboolean gate_dispatch(GSource *source, GSourceFunc callback, gpointer opaque)
{
    gboolean (*func)(void *do_not_use, GIOCondition condition, void *data) =
        (void *)(void (*)(void))callback;

    return func(NULL, G_IO_OUT, opaque);
}

static GSourceFuncs gate_source_funcs = {
    .prepare = gate_prepare,
    .check = gate_check,
    .dispatch = gate_dispatch,
};

static GSource *gated_add_watch(Chardev *chr, GIOCondition cond)
{
    GatedChardev *gate = CHARDEV_GATED(chr);
    GSource *source;

    if (gate->cannot_watch) {
        return NULL;
    }
    source = g_source_new(&gate_source_funcs, sizeof(GateSource));
    ((GateSource *)source)->gate = gate;
    return source;
}

static int gated_ioctl(Chardev *chr, int cmd, void *arg)
{
    if (cmd != CHR_IOCTL_SERIAL_SET_BREAK) {
        return -ENOTSUP;
    }
    CHARDEV_GATED(chr)->break_level = *(int *)arg;
    return 0;
}

static void gated_init(Object *obj)
{
    GatedChardev *gate = CHARDEV_GATED(obj);

    gate->output = g_string_new(NULL);
    gate->write_error = EAGAIN;
    gate->break_level = -1;
}

static void gated_finalize(Object *obj)
{
    g_string_free(CHARDEV_GATED(obj)->output, true);
}

static void gated_class_init(ObjectClass *klass, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);

    cc->internal = true;
    cc->chr_write = gated_write;
    cc->chr_add_watch = gated_add_watch;
    cc->chr_ioctl = gated_ioctl;
}

static const TypeInfo gated_types[] = {
    {
        .name = TYPE_CHARDEV_GATED,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(GatedChardev),
        .instance_init = gated_init,
        .instance_finalize = gated_finalize,
        .class_init = gated_class_init,
    },
};

DEFINE_TYPES(gated_types)

GatedChardev *gated_chardev_new(void)
{
    Chardev *chr = qemu_chardev_new(NULL, TYPE_CHARDEV_GATED, NULL, NULL, &error_abort);

    return CHARDEV_GATED(chr);
}

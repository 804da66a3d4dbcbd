/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The character device of test-chardev.h.
 */
#include "test-chardev.h"
#include "qapi/error.h"
#include "qemu/module.h"

typedef struct RoomSource {
    GSource parent;
    TestChardev *chr;
} RoomSource;

static gboolean room_prepare(GSource *source, gint *timeout)
{
    *timeout = -1;
    return ((RoomSource *)source)->chr->room > 0;
}

static gboolean room_check(GSource *source)
{
    return ((RoomSource *)source)->chr->room > 0;
}

static gboolean room_dispatch(GSource *source, GSourceFunc callback, gpointer opaque)
{
    return ((FEWatchFunc)(void *)callback)(NULL, G_IO_OUT, opaque);
}

static GSourceFuncs room_funcs = {
    .prepare = room_prepare,
    .check = room_check,
    .dispatch = room_dispatch,
};

static GSource *test_chardev_add_watch(Chardev *s, GIOCondition cond)
{
    GSource *source = g_source_new(&room_funcs, sizeof(RoomSource));

    ((RoomSource *)source)->chr = CHARDEV_VIRTIO_TEST(s);
    return source;
}

static int test_chardev_write(Chardev *s, const uint8_t *buf, int len)
{
    TestChardev *chr = CHARDEV_VIRTIO_TEST(s);

    if (chr->error) {
        errno = chr->error;
        return -1;
    }
    if (!chr->room) {
        errno = EAGAIN;
        return -1;
    }
    len = MIN(len, chr->room);
    chr->room -= len;
    g_string_append_len(chr->written, (const char *)buf, len);
    return len;
}

static void test_chardev_set_fe_open(Chardev *s, int fe_open)
{
    CHARDEV_VIRTIO_TEST(s)->fe_open = fe_open;
}

static void test_chardev_open(Chardev *s, QemuOpts *opts, bool *be_opened, Error **errp)
{
    *be_opened = false;
}

TestChardev *test_chardev_new(const char *id, bool is_open)
{
    Chardev *s = qemu_chardev_new(id, TYPE_CHARDEV_VIRTIO_TEST, NULL, NULL, &error_abort);

    if (is_open) {
        qemu_chr_be_event(s, CHR_EVENT_OPENED);
    }
    return CHARDEV_VIRTIO_TEST(s);
}

void test_chardev_free(TestChardev *chr)
{
    object_unparent(OBJECT(chr));
}

int test_chardev_send(TestChardev *chr, const char *text)
{
    int len = MIN(qemu_chr_be_can_write(CHARDEV(chr)), (int)strlen(text));

    if (len > 0) {
        qemu_chr_be_write(CHARDEV(chr), (const uint8_t *)text, len);
    }
    return len;
}

static void test_chardev_init(Object *obj)
{
    TestChardev *chr = CHARDEV_VIRTIO_TEST(obj);

    chr->written = g_string_new(NULL);
    chr->room = SIZE_MAX;
}

static void test_chardev_finalize(Object *obj)
{
    g_string_free(CHARDEV_VIRTIO_TEST(obj)->written, TRUE);
}

static void test_chardev_class_init(ObjectClass *klass, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);

    cc->internal = true;
    cc->open = test_chardev_open;
    cc->chr_write = test_chardev_write;
    cc->chr_add_watch = test_chardev_add_watch;
    cc->chr_set_fe_open = test_chardev_set_fe_open;
}

static const TypeInfo test_chardev_types[] = {
    {
        .name = TYPE_CHARDEV_VIRTIO_TEST,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(TestChardev),
        .instance_init = test_chardev_init,
        .instance_finalize = test_chardev_finalize,
        .class_init = test_chardev_class_init,
    },
};

DEFINE_TYPES(test_chardev_types)

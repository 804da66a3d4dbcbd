/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A buffer in memory that keeps the newest output (ringbuf, and its other
 * name memory), and the test device that ends the program for a guest.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/units.h"
#include "char-internal.h"

#define RINGBUF_SIZE_DEFAULT (64 * KiB)
#define RINGBUF_SIZE_MAX (1 * GiB)

typedef struct RingBufChardev {
    Chardev parent;
    size_t size;                /* a power of two */
    uint64_t produced;          /* bytes ever written */
    uint64_t consumed;          /* bytes ever read or overwritten; under chr_write_lock */
    uint8_t *bytes;
} RingBufChardev;

DECLARE_INSTANCE_CHECKER(RingBufChardev, RINGBUF_CHARDEV, TYPE_CHARDEV_RINGBUF)

static int ringbuf_write(Chardev *chr, const uint8_t *buf, int len)
{
    RingBufChardev *d = RINGBUF_CHARDEV(chr);

    for (int i = 0; i < len; i++) {
        d->bytes[d->produced++ & (d->size - 1)] = buf[i];
    }
    if (d->produced - d->consumed > d->size) {
        d->consumed = d->produced - d->size;
    }
    return len;
}

size_t qemu_chr_ringbuf_count(Chardev *chr)
{
    RingBufChardev *d = RINGBUF_CHARDEV(chr);
    size_t count;

    qemu_mutex_lock(&chr->chr_write_lock);
    count = d->produced - d->consumed;
    qemu_mutex_unlock(&chr->chr_write_lock);
    return count;
}

char *qemu_chr_ringbuf_read(Chardev *chr, int64_t size, size_t *len, Error **errp)
{
    RingBufChardev *d;
    char *text;

    if (!CHARDEV_IS_RINGBUF(chr)) {
        error_setg(errp, "Chardev '%s' is not a ringbuf", chr->label);
        return NULL;
    }
    if (size < -1 || size == 0) {
        error_setg(errp, "the number of bytes to read must be greater than zero");
        return NULL;
    }
    d = RINGBUF_CHARDEV(chr);
    qemu_mutex_lock(&chr->chr_write_lock);
    *len = d->produced - d->consumed;
    if (size >= 0 && (uint64_t)size < *len) {
        *len = size;
    }
    text = g_malloc(*len + 1);
    for (size_t i = 0; i < *len; i++) {
        text[i] = d->bytes[d->consumed++ & (d->size - 1)];
    }
    text[*len] = '\0';
    qemu_mutex_unlock(&chr->chr_write_lock);
    return text;
}

static void ringbuf_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    RingBufChardev *d = RINGBUF_CHARDEV(chr);
    uint64_t size = qemu_opt_get_size(opts, "size", RINGBUF_SIZE_DEFAULT);

    if (!is_power_of_2(size) || size > RINGBUF_SIZE_MAX) {
        error_setg(errp, "chardev ringbuf: size must be a power of two up to 1G, not %" PRIu64,
                   size);
        return;
    }
    d->bytes = g_try_malloc0(size);
    if (!d->bytes) {
        error_setg(errp, "chardev ringbuf: cannot allocate %" PRIu64 " bytes", size);
        return;
    }
    d->size = size;
}

static void ringbuf_finalize(Object *obj)
{
    g_free(RINGBUF_CHARDEV(obj)->bytes);
}

static void ringbuf_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "size", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "a buffer in memory that keeps the newest output";
    cc->options = keys;
    cc->open = ringbuf_open;
    cc->chr_write = ringbuf_write;
}

static const TypeInfo char_ringbuf_type_info = {
    .name = TYPE_CHARDEV_RINGBUF,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(RingBufChardev),
    .instance_finalize = ringbuf_finalize,
    .class_init = ringbuf_class_init,
};

static const TypeInfo char_memory_type_info = {
    .name = TYPE_CHARDEV_MEMORY,
    .parent = TYPE_CHARDEV_RINGBUF,
};

/* -- test device ------------------------------------------------------------------ */

typedef struct TestdevChardev {
    Chardev parent;
    uint32_t number;            /* digits seen since the last command letter */
} TestdevChardev;

DECLARE_INSTANCE_CHECKER(TestdevChardev, TESTDEV_CHARDEV, TYPE_CHARDEV_TESTDEV)

static ChardevTestdevHook *testdev_hook;

void qemu_chr_set_testdev_hook(ChardevTestdevHook *hook)
{
    testdev_hook = hook;
}

/* The guest writes "<number>q"; the exit status is odd, so that it differs from a clean exit. */
static int testdev_write(Chardev *chr, const uint8_t *buf, int len)
{
    TestdevChardev *d = TESTDEV_CHARDEV(chr);

    for (int i = 0; i < len; i++) {
        if (g_ascii_isdigit(buf[i])) {
            d->number = d->number * 10 + (buf[i] - '0');
            continue;
        }
        if (buf[i] == 'q' && testdev_hook) {
            testdev_hook((d->number << 1 | 1) & 0xff);
        }
        d->number = 0;
    }
    return len;
}

static void testdev_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "ends the program when the guest writes its exit code";
    cc->chr_write = testdev_write;
}

static const TypeInfo char_testdev_type_info = {
    .name = TYPE_CHARDEV_TESTDEV,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(TestdevChardev),
    .class_init = testdev_class_init,
};

static void register_types(void)
{
    type_register_static(&char_ringbuf_type_info);
    type_register_static(&char_memory_type_info);
    type_register_static(&char_testdev_type_info);
}

type_init(register_types);

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A character device whose other end is the test: it takes as many bytes as the test allows and
 * tells when it takes more.
 */
#ifndef TESTS_UNIT_VIRTIO_TEST_CHARDEV_H
#define TESTS_UNIT_VIRTIO_TEST_CHARDEV_H

#include "qemu/osdep.h"
#include "chardev/char-fe.h"

#define TYPE_CHARDEV_VIRTIO_TEST "chardev-virtio-test"
OBJECT_DECLARE_SIMPLE_TYPE(TestChardev, CHARDEV_VIRTIO_TEST)

/* @room: bytes it will still take; @error: errno that writes fail with instead, or 0. */
struct TestChardev {
    Chardev parent;

    GString *written;
    size_t room;
    int error;
    int fe_open;
};

/* Made with unlimited room, and its peer there if @is_open. Delete with test_chardev_free(). */
TestChardev *test_chardev_new(const char *id, bool is_open);
void test_chardev_free(TestChardev *chr);
/* Send the device text as far as it wants it; how many bytes. */
int test_chardev_send(TestChardev *chr, const char *text);

#endif

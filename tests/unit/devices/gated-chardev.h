/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A character device whose peer reads only as much as the test allows.
 */
#ifndef TESTS_UNIT_DEVICES_GATED_CHARDEV_H
#define TESTS_UNIT_DEVICES_GATED_CHARDEV_H

#include "chardev/char.h"

#define TYPE_CHARDEV_GATED "chardev-gated"
OBJECT_DECLARE_SIMPLE_TYPE(GatedChardev, CHARDEV_GATED)

/*
 * @room: bytes that it takes before it has no more; @output: what it took; @write_error: errno
 * of writes without room; @breaks: the last CHR_IOCTL_SERIAL_SET_BREAK, -1 without.
 */
struct GatedChardev {
    Chardev parent_obj;

    int room;
    GString *output;
    int write_error;
    bool cannot_watch;
    int break_level;
};

/* A new one without name; the caller owns the reference. */
GatedChardev *gated_chardev_new(void);

#endif

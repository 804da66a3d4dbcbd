/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version string that device models show to guests in ids and serial numbers. */
#ifndef QEMU_HW_VERSION_H
#define QEMU_HW_VERSION_H

/* Fixed: a guest must not see its hardware change when the program is updated. */
#define QEMU_HW_VERSION "2.5+"

#endif

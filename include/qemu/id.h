/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of objects that users choose, and names made up for those who did not. */
#ifndef QEMU_ID_H
#define QEMU_ID_H

typedef enum IdSubSystems {
    ID_QDEV,
    ID_BLOCK,
    ID_CHR,
    ID_NET,
    ID_MAX
} IdSubSystems;

/*
 * A fresh name "#<subsystem>NNN"; '#' cannot start a user's id, so the two
 * never meet. Caller frees.
 */
char *id_generate(IdSubSystems id);

/* A letter, then letters, digits, '-', '.', '_'. */
bool id_wellformed(const char *id);

#endif

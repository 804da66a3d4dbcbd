/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of QEMUFile that only the saved-state core uses.
 */
#ifndef RUN_QEMU_FILE_INTERNAL_H
#define RUN_QEMU_FILE_INTERNAL_H

#include "migration/qemu-file.h"

/* Has nothing been pushed? */
bool qemu_file_path_is_empty(QEMUFile *f);
/* Change the index of the last element. */
void qemu_file_path_set_index(QEMUFile *f, int64_t index);
/* Read and forget; false on failure. */
bool qemu_file_skip(QEMUFile *f, size_t size);

#endif

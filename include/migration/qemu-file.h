/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMUFile: where a saved-state stream comes from or goes to (memory or a file descriptor), the
 * first error with the path of the field it happened in, and frames: length-prefixed parts whose
 * reader cannot run past their end.  A file is used by one thread at a time.
 */
#ifndef MIGRATION_QEMU_FILE_H
#define MIGRATION_QEMU_FILE_H

#include "migration/qemu-file-types.h"
#include "qapi/error.h"

/* A stream to write, collected in memory. */
QEMUFile *qemu_file_new_memory_output(void);
/* A stream to read from @size bytes at @data, which must outlive the file. */
QEMUFile *qemu_file_new_memory_input(const void *data, size_t size);
/* Streams over @fd, which is closed by qemu_fclose(). */
QEMUFile *qemu_file_new_fd_output(int fd);
QEMUFile *qemu_file_new_fd_input(int fd);

/*
 * Transfers fail with -ECANCELED once @stop_fd, which stays the caller's, is readable.  That also
 * ends one that waits, if the stream's descriptor is non-blocking.
 */
void qemu_file_set_stop_fd(QEMUFile *f, int stop_fd);

/* Flush and free.  Returns 0 or the negative errno of the first failure. */
int qemu_fclose(QEMUFile *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QEMUFile, qemu_fclose)

/* Write out what is buffered.  Does nothing while a frame is open. */
void qemu_fflush(QEMUFile *f);

/* The bytes written so far to a memory output; owned by the file, valid until the next write. */
const uint8_t *qemu_file_get_data(QEMUFile *f, size_t *size);

/*
 * 0, or the negative errno of the first failure and a copy of its message in @errp.
 */
int qemu_file_get_error_obj(QEMUFile *f, Error **errp);
/*
 * Record a failure with the current path in front of the message; the first one counts.
 * Always returns the errno that is now recorded, so it can end a function.
 */
int qemu_file_fail(QEMUFile *f, int ret, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

/*
 * Name what is being saved or loaded from now on; qemu_file_path_pop() goes back.  @name must
 * stay valid until the pop.  @index >= 0 adds "[index]".
 */
void qemu_file_path_push(QEMUFile *f, const char *name, int64_t index);
void qemu_file_path_pop(QEMUFile *f);
/* The path now, e.g. "/machine/uart0/fifo[3]/data"; the caller frees it. */
char *qemu_file_path_get(QEMUFile *f);

/* Start a length-prefixed part; the result is for qemu_put_frame_end(). */
size_t qemu_put_frame_begin(QEMUFile *f);
void qemu_put_frame_end(QEMUFile *f, size_t frame);
/*
 * Enter a length-prefixed part: reads beyond its end fail.  The result is for
 * qemu_get_frame_end(), which fails unless the part was read completely.
 */
uint64_t qemu_get_frame_begin(QEMUFile *f);
void qemu_get_frame_end(QEMUFile *f, uint64_t outer);
/* How many bytes of the current frame are unread; UINT64_MAX outside of frames. */
uint64_t qemu_get_frame_left(QEMUFile *f);

/* The longest name in a stream, without its NUL. */
#define QEMU_FILE_STRING_MAX 1023

/* Names: ASCII text.  Reading returns false, and an empty string, on error. */
void qemu_put_counted_string(QEMUFile *f, const char *str);
bool qemu_get_counted_string(QEMUFile *f, char buf[static QEMU_FILE_STRING_MAX + 1]);

#endif

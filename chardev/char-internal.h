/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of chardev/. */
#ifndef CHAR_INTERNAL_H
#define CHAR_INTERNAL_H

#include "chardev/char-fe.h"
#include "chardev/char-io.h"

#define TYPE_CHARDEV_PREFIX "chardev-"

#define MUX_FRONTENDS_MAX 4
#define MUX_BUFFER_BYTES 32     /* typed ahead, per front end; a power of two */

typedef struct MuxChardev {
    Chardev parent;
    CharBackend lower;          /* our place as the user of the shared chardev */
    bool owns_lower;            /* made by mux=on: goes with the mux */
    CharBackend *frontends[MUX_FRONTENDS_MAX];
    int focus;                  /* index of who gets input, or -1 */
    int frontend_count;         /* places ever used */
    bool escape_was_typed;
    bool timestamps;
    bool at_line_start;
    int64_t start_ms;           /* of time stamps, 0: not yet set */
    /* Input for a front end that could not take it: [consumed, produced) modulo size. */
    unsigned produced[MUX_FRONTENDS_MAX];
    unsigned consumed[MUX_FRONTENDS_MAX];
    uint8_t buffer[MUX_FRONTENDS_MAX][MUX_BUFFER_BYTES];
    /* There is no more input, which the front end hears once it has taken that. */
    bool is_closing[MUX_FRONTENDS_MAX];
} MuxChardev;

DECLARE_INSTANCE_CHECKER(MuxChardev, MUX_CHARDEV, TYPE_CHARDEV_MUX)

/* Adds a front end; false and @errp if there is no place left. */
bool mux_chr_attach_frontend(MuxChardev *d, CharBackend *b, Error **errp);
void mux_chr_detach_frontend(MuxChardev *d, CharBackend *b);
/* Sends input to the front end with index @focus. */
void mux_set_focus(MuxChardev *d, int focus);

/* A pair of descriptors, the base of stdio, file, pipe and serial. */
typedef struct FDChardev {
    Chardev parent;
    int fd_in;                  /* -1: none; both are ours */
    int fd_out;
} FDChardev;

DECLARE_INSTANCE_CHECKER(FDChardev, FD_CHARDEV, TYPE_CHARDEV_FD)

/* Takes ownership of both descriptors (they may be the same). */
void char_fd_set(FDChardev *s, int fd_in, int fd_out);

/* A file to write to, emptied unless @append; -1 and @errp on error. */
int char_file_create(const char *path, bool append, Error **errp);
/* The class of a backend as users name it; NULL and @errp with the nearest name. */
const ChardevClass *chardev_class_find(const char *backend, Error **errp);
/* False and @errp if @opts has a key that @cc does not take. */
bool chardev_keys_check(QemuOpts *opts, const char *backend, const ChardevClass *cc, Error **errp);
/* The value of a key that must be there; NULL and @errp. */
const char *chardev_value_need(QemuOpts *opts, const char *key, Error **errp);
/* The object that chardevs are children of. */
Object *chardev_root_get(void);

#endif

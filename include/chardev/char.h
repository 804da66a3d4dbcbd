/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Character devices, seen from the host side: byte streams with an optional
 * connection state.  Devices and monitors use chardev/char-fe.h; this header
 * is for who creates chardevs and for their implementations.
 *
 * Configuration is a QemuOpts of the "chardev" group (-chardev, chardev-add,
 * and the short forms of -serial, -monitor, -qmp, -qtest).  All functions
 * need the BQL, except qemu_chr_write() and its front-end flavours, which any
 * thread may call.
 */
#ifndef QEMU_CHAR_H
#define QEMU_CHAR_H

#include "qemu/option.h"
#include "qemu/main-loop.h"
#include "qemu/bitmap.h"
#include "qemu/thread.h"
#include "qom/object.h"

typedef struct CharBackend CharBackend;
typedef struct ChardevBackend ChardevBackend;

typedef enum {
    CHR_EVENT_BREAK,    /* serial break */
    CHR_EVENT_OPENED,   /* connected, or already so when handlers are set */
    CHR_EVENT_MUX_IN,   /* this user of a mux has the input now */
    CHR_EVENT_MUX_OUT,  /* ... and no longer */
    CHR_EVENT_CLOSED,   /* the peer is gone */
} QEMUChrEvent;

/* Most bytes handed to a read handler in one call. */
#define CHR_READ_BUF_LEN 4096

typedef enum {
    QEMU_CHAR_FEATURE_RECONNECTABLE, /* comes back after CHR_EVENT_CLOSED */
    QEMU_CHAR_FEATURE_FD_PASS,       /* carries file descriptors */
    QEMU_CHAR_FEATURE_GCONTEXT,      /* read handlers may run in another GMainContext */

    QEMU_CHAR_FEATURE_LAST,
} ChardevFeature;

/* State common to all backends. */
struct Chardev {
    Object parent_obj;

    QemuMutex chr_write_lock;   /* keeps one write, and its log, whole */
    CharBackend *be;            /* the front end, or NULL */
    char *label;                /* id */
    char *filename;             /* what query-chardev shows */
    int logfd;                  /* logfile=, or -1 */
    bool be_open;
    GSource *gsource;           /* watches for input */
    GMainContext *gcontext;     /* where handlers run; NULL is the default one */
    DECLARE_BITMAP(features, QEMU_CHAR_FEATURE_LAST);
};

#define TYPE_CHARDEV "chardev"
OBJECT_DECLARE_TYPE(Chardev, ChardevClass, CHARDEV)

#define TYPE_CHARDEV_NULL "chardev-null"
#define TYPE_CHARDEV_MUX "chardev-mux"
#define TYPE_CHARDEV_RINGBUF "chardev-ringbuf"
#define TYPE_CHARDEV_PTY "chardev-pty"
#define TYPE_CHARDEV_SERIAL "chardev-serial"
#define TYPE_CHARDEV_SOCKET "chardev-socket"
#define TYPE_CHARDEV_FD "chardev-fd"
#define TYPE_CHARDEV_FILE "chardev-file"
#define TYPE_CHARDEV_STDIO "chardev-stdio"
#define TYPE_CHARDEV_PIPE "chardev-pipe"
#define TYPE_CHARDEV_MEMORY "chardev-memory"
#define TYPE_CHARDEV_TESTDEV "chardev-testdev"

#define CHARDEV_IS_RINGBUF(chr) \
    (object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_RINGBUF) != NULL)
#define CHARDEV_IS_MUX(chr) (object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_MUX) != NULL)
#define CHARDEV_IS_PTY(chr) (object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_PTY) != NULL)

/*
 * What a backend implements; all optional unless noted.  "Writes" and
 * "msgfds" may be called from any thread, everything else under the BQL.
 */
struct ChardevClass {
    ObjectClass parent_class;

    bool internal;              /* not for users: no -chardev TYPE */
    const char *help;           /* one line for -chardev help */
    const char *const *options; /* its keys of the group, besides the common ones; NULL: none */

    /*
     * Opens the host side described by @opts.  *@be_opened starts as true;
     * set it to false if CHR_EVENT_OPENED comes later.  On failure the object
     * is finalized right after, so partial state may stay for that.
     */
    void (*open)(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp);

    /* Writes up to @len bytes; the number taken, or -1 with errno (EAGAIN: try later). */
    int (*chr_write)(Chardev *s, const uint8_t *buf, int len);
    /* Reads without the main loop, never waiting: bytes, 0 at the end, -1 with errno. */
    int (*chr_sync_read)(Chardev *s, uint8_t *buf, int len);
    /* A source that fires when @cond holds; NULL: always ready. */
    GSource *(*chr_add_watch)(Chardev *s, GIOCondition cond);
    /* The front end's handlers or context changed: start or stop watching for input. */
    void (*chr_update_read_handler)(Chardev *s);
    int (*chr_ioctl)(Chardev *s, int cmd, void *arg);
    /* Hands over up to @num received descriptors; the number, or -1. */
    int (*get_msgfds)(Chardev *s, int *fds, int num);
    /* Copies of @fds travel with the next write; 0, or -1. */
    int (*set_msgfds)(Chardev *s, int *fds, int num);
    /* Takes ownership of a connected descriptor; 0, or -1. */
    int (*chr_add_client)(Chardev *chr, int fd);
    /* Blocks until connected; 0, or -1 with @errp. */
    int (*chr_wait_connected)(Chardev *chr, Error **errp);
    void (*chr_disconnect)(Chardev *chr);
    /* The front end can take input again. */
    void (*chr_accept_input)(Chardev *chr);
    void (*chr_set_echo)(Chardev *chr, bool echo);
    void (*chr_set_fe_open)(Chardev *chr, int fe_open);
    /* Overrides how events reach front ends (mux). */
    void (*chr_be_event)(Chardev *s, QEMUChrEvent event);
};

/* -- creating ---------------------------------------------------------------- */

/* The "chardev" group. */
extern QemuOptsList qemu_chardev_opts;

/*
 * Creates the chardev that @opts (backend=, id=, ...) describes; it joins
 * /chardevs/ID and lives until object_unparent().  With mux=on a mux called
 * id is stacked on "id-base".  The result is not a new reference.  @context: where it serves I/O.
 */
Chardev *qemu_chr_new_from_opts(QemuOpts *opts, GMainContext *context, Error **errp);

/* The same from a QOM type; @id NULL: anonymous, the caller owns the reference. */
Chardev *qemu_chardev_new(const char *id, const char *typename, QemuOpts *opts,
                          GMainContext *context, Error **errp);

/*
 * Creates a chardev from a short form (as -serial takes): null, stdio, pty,
 * mon:..., file:, pipe:, unix:, tcp:, telnet: (refused), ringbuf, a /dev path, chardev:ID.
 * The _mux_mon flavour accepts "mon:" and then calls the hook of qemu_chr_set_mux_mon_hook().
 */
Chardev *qemu_chr_new(const char *label, const char *filename, GMainContext *context);
Chardev *qemu_chr_new_mux_mon(const char *label, const char *filename, GMainContext *context);
Chardev *qemu_chr_new_err(const char *label, const char *filename, bool permit_mux_mon,
                          GMainContext *context, Error **errp);

/*
 * Options for chardev-add's argument; delete them with qemu_opts_del() after
 * use.  NULL and @errp if it cannot be.
 */
QemuOpts *qemu_chr_opts_from_backend(const char *id, ChardevBackend *backend, Error **errp);

/* Turns a short form into options; NULL and @errp if it is none. */
QemuOpts *qemu_chr_parse_compat(const char *label, const char *filename, bool permit_mux_mon,
                                Error **errp);

/* Called with each chardev created by "mon:"; starts an HMP monitor on it. */
typedef void ChardevMuxMonHook(Chardev *chr);
void qemu_chr_set_mux_mon_hook(ChardevMuxMonHook *hook);

/* The chardev called @name, or NULL; no new reference. */
Chardev *qemu_chr_find(const char *name);
/* Removes @id. False and @errp: unknown, or in use. */
bool qemu_chr_remove(const char *id, Error **errp);
/* Replaces the chardev of @opts' id, keeping the front end (chardev-change). Result as above. */
Chardev *qemu_chr_change(QemuOpts *opts, Error **errp);
/* Calls @fn for each named chardev; stops at non-zero. */
int qemu_chr_foreach(int (*fn)(Chardev *chr, void *opaque), void *opaque);
/* Deletes all chardevs at the end of the program. */
void qemu_chr_cleanup(void);

/* -chardev help, and -chardev TYPE,help. Free with g_free(); NULL and @errp for an unknown type. */
char *qemu_chr_help_text(void);
char *qemu_chr_type_help_text(const char *backend, Error **errp);
/* Names of user visible backends, sorted; free with g_strfreev(). */
char **qemu_chr_backend_names(void);

/* -- state ------------------------------------------------------------------- */

bool qemu_chr_has_feature(Chardev *chr, ChardevFeature feature);
void qemu_chr_set_feature(Chardev *chr, ChardevFeature feature);
/* True if a device or monitor uses it. */
bool qemu_chr_is_busy(Chardev *s);

/* Writes from the front end's side, any thread; with @write_all until all is out or fails. */
int qemu_chr_write(Chardev *s, const uint8_t *buf, int len, bool write_all);
#define qemu_chr_write_all(s, buf, len) qemu_chr_write(s, buf, len, true)
/* Blocks until the backend is connected; 0, or -1 with @errp. */
int qemu_chr_wait_connected(Chardev *chr, Error **errp);
/* Gives the backend a connected socket (takes ownership on success). */
int qemu_chr_add_client(Chardev *s, int fd);

/* -- for backends ------------------------------------------------------------ */

/* Bytes the front end takes now. */
int qemu_chr_be_can_write(Chardev *s);
/* Hands input to the front end; @len at most what _can_write() answered. */
void qemu_chr_be_write(Chardev *s, const uint8_t *buf, int len);
void qemu_chr_be_write_impl(Chardev *s, const uint8_t *buf, int len);
/* The front end moves to @context. */
void qemu_chr_be_update_read_handlers(Chardev *s, GMainContext *context);
/* Tells the front end; OPENED and CLOSED also set be_open. */
void qemu_chr_be_event(Chardev *s, QEMUChrEvent event);

/* A timeout in the chardev's context; free with g_source_destroy() and g_source_unref(). */
GSource *qemu_chr_timeout_add_ms(Chardev *chr, guint ms, GSourceFunc func, void *private);

/* -- mux and test device ----------------------------------------------------- */

/* The key behind -echr; Ctrl-a by default. */
extern int term_escape_char;
/* While a machine is built CHR_EVENT_OPENED of muxes is held back, then delivered. */
void suspend_mux_open(void);
void resume_mux_open(void);

/* Ctrl-a x on a mux; the default does nothing but say so. */
typedef void ChardevQuitHook(void);
void qemu_chr_set_quit_hook(ChardevQuitHook *hook);

/* Called by the testdev chardev when the guest asks to end with @status. */
typedef void ChardevTestdevHook(int status);
void qemu_chr_set_testdev_hook(ChardevTestdevHook *hook);

/* Bytes written to a ringbuf since the last call, at most @size (-1: all). Free with g_free(). */
char *qemu_chr_ringbuf_read(Chardev *chr, int64_t size, size_t *len, Error **errp);
/* Bytes waiting in a ringbuf. */
size_t qemu_chr_ringbuf_count(Chardev *chr);

#endif

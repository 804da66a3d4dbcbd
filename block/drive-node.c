/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The node of a -drive: translates its keys to BlockdevOptions. A file whose
 * format was not given is looked at; what is not raw is refused.
 */
#include "qemu/osdep.h"
#include "drive-internal.h"
#include "qapi/util.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"

#define PROBE_BYTES 2048

QemuOptsList qemu_drive_opts = {
    .name = "drive",
    .head = QTAILQ_HEAD_INITIALIZER(qemu_drive_opts.head),
    .desc = {
        { .name = "file", .type = QEMU_OPT_STRING, .help = "file or block device" },
        { .name = "format", .type = QEMU_OPT_STRING, .help = "raw" },
        { .name = "driver", .type = QEMU_OPT_STRING, .help = "the same as format" },
        { .name = "if", .type = QEMU_OPT_STRING, .help = "none, virtio or pflash" },
        { .name = "bus", .type = QEMU_OPT_NUMBER, .help = "number of the bus" },
        { .name = "unit", .type = QEMU_OPT_NUMBER, .help = "number on the bus" },
        { .name = "index", .type = QEMU_OPT_NUMBER, .help = "number over all buses" },
        { .name = "media", .type = QEMU_OPT_STRING, .help = "disk or cdrom" },
        { .name = "snapshot", .type = QEMU_OPT_BOOL, .help = "(only off)" },
        { .name = "readonly", .type = QEMU_OPT_BOOL, .help = "no writes" },
        { .name = "read-only", .type = QEMU_OPT_BOOL, .help = "no writes" },
        { .name = "auto-read-only", .type = QEMU_OPT_BOOL, .help = "no writes where forbidden" },
        { .name = "force-share", .type = QEMU_OPT_BOOL, .help = "let others write meanwhile" },
        { .name = "cache", .type = QEMU_OPT_STRING,
          .help = "writeback, none, unsafe, writethrough or directsync" },
        { .name = "cache.writeback", .type = QEMU_OPT_BOOL, .help = "off: flush each write" },
        { .name = "cache.direct", .type = QEMU_OPT_BOOL, .help = "bypass the page cache" },
        { .name = "cache.no-flush", .type = QEMU_OPT_BOOL, .help = "ignore flushes" },
        { .name = "aio", .type = QEMU_OPT_STRING, .help = "threads" },
        { .name = "discard", .type = QEMU_OPT_STRING, .help = "ignore/off or unmap/on" },
        { .name = "detect-zeroes", .type = QEMU_OPT_STRING, .help = "off, on or unmap" },
        { .name = "rerror", .type = QEMU_OPT_STRING, .help = "report, ignore or stop" },
        { .name = "werror", .type = QEMU_OPT_STRING, .help = "report, ignore, enospc or stop" },
        { .name = "node-name", .type = QEMU_OPT_STRING, .help = "name of the node" },
        { .name = "file.filename", .type = QEMU_OPT_STRING, .help = "the same as file" },
        { .name = "file.driver", .type = QEMU_OPT_STRING,
          .help = "file, host_device, null-co or null-aio" },
        { .name = "file.locking", .type = QEMU_OPT_STRING, .help = "on, off or auto" },
        { .name = "file.aio", .type = QEMU_OPT_STRING, .help = "the same as aio" },
        { .name = "file.node-name", .type = QEMU_OPT_STRING, .help = "name of the file's node" },
        { .name = "file.size", .type = QEMU_OPT_SIZE, .help = "size of a null disk" },
        { .name = "file.latency-ns", .type = QEMU_OPT_NUMBER, .help = "time of its requests" },
        { .name = "file.read-zeroes", .type = QEMU_OPT_BOOL, .help = "whether it reads zeroes" },
        { .name = "size", .type = QEMU_OPT_SIZE, .help = "bytes of the file to show" },
        { .name = "offset", .type = QEMU_OPT_SIZE, .help = "where they begin" },
        { /* end of list */ }
    },
};

/* -1 and @errp for an unknown value, @def for none. */
static int opt_enum_get(QemuOpts *opts, const char *key, const QEnumLookup *lookup, int def,
                        Error **errp)
{
    ERRP_GUARD();
    const char *text = qemu_opt_get(opts, key);
    int value = qapi_enum_parse(lookup, text, text ? -1 : def, errp);

    if (value < 0) {
        error_prepend(errp, "%s=%s: ", key, text);
    }
    return value;
}

/* ---- cache ------------------------------------------------------------------------- */

static bool cache_parse(QemuOpts *opts, BlockdevCacheOptions *cache, bool *writes_through,
                        Error **errp)
{
    static const struct {
        const char *name;
        bool writeback, direct, no_flush;
    } modes[] = {
        { "writeback", true, false, false },
        { "none", true, true, false },
        { "off", true, true, false },
        { "unsafe", true, false, true },
        { "writethrough", false, false, false },
        { "directsync", false, true, false },
    };
    const char *name = qemu_opt_get(opts, "cache") ?: "writeback";
    size_t i = 0;

    while (i < ARRAY_SIZE(modes) && strcmp(modes[i].name, name)) {
        i++;
    }
    if (i == ARRAY_SIZE(modes)) {
        error_setg(errp, "cache=%s: use writeback, none, unsafe, writethrough or directsync",
                   name);
        return false;
    }
    cache->has_direct = cache->has_no_flush = true;
    cache->direct = qemu_opt_get_bool(opts, "cache.direct", modes[i].direct);
    cache->no_flush = qemu_opt_get_bool(opts, "cache.no-flush", modes[i].no_flush);
    *writes_through = !qemu_opt_get_bool(opts, "cache.writeback", modes[i].writeback);
    return true;
}

/* ---- the file's node ----------------------------------------------------------------- */

static bool null_options_fill(QemuOpts *opts, BlockdevOptionsNull *null, Error **errp)
{
    null->has_size = qemu_opt_find(opts, "file.size") != NULL;
    null->size = qemu_opt_get_size(opts, "file.size", 0);
    null->has_latency_ns = qemu_opt_find(opts, "file.latency-ns") != NULL;
    null->latency_ns = qemu_opt_get_number(opts, "file.latency-ns", 0);
    null->has_read_zeroes = true;
    null->read_zeroes = qemu_opt_get_bool(opts, "file.read-zeroes", false);
    return true;
}

static bool file_options_fill(QemuOpts *opts, const char *path, BlockdevOptions *options,
                              Error **errp)
{
    const char *aio_key = qemu_opt_get(opts, "aio") ? "aio" : "file.aio";
    int aio = opt_enum_get(opts, aio_key, &BlockdevAioOptions_lookup,
                           BLOCKDEV_AIO_OPTIONS_THREADS, errp);
    int locking = aio < 0 ? -1 : opt_enum_get(opts, "file.locking", &OnOffAuto_lookup,
                                              ON_OFF_AUTO_AUTO, errp);
    BlockdevOptionsFile *file = &options->u.file;

    if (locking < 0) {
        return false;
    }
    file->filename = g_strdup(path);
    file->has_aio = file->has_locking = true;
    file->aio = aio;
    file->locking = locking;
    return true;
}

/* Which driver opens @path: by its name or by what is there. */
static BlockdevDriver file_driver_guess(const char *path)
{
    struct stat st;

    if (g_str_has_prefix(path, "null-co://")) {
        return BLOCKDEV_DRIVER_NULL_CO;
    }
    if (g_str_has_prefix(path, "null-aio://")) {
        return BLOCKDEV_DRIVER_NULL_AIO;
    }
    return stat(path, &st) == 0 && S_ISBLK(st.st_mode) ? BLOCKDEV_DRIVER_HOST_DEVICE
                                                       : BLOCKDEV_DRIVER_FILE;
}

static bool file_node_fill(QemuOpts *opts, const char *path, BlockdevOptions *options,
                           Error **errp)
{
    int kind = opt_enum_get(opts, "file.driver", &BlockdevDriver_lookup,
                            file_driver_guess(path ?: ""), errp);

    if (kind < 0) {
        return false;
    }
    options->driver = kind;
    options->node_name = g_strdup(qemu_opt_get(opts, "file.node-name"));
    switch (kind) {
    case BLOCKDEV_DRIVER_NULL_CO:
    case BLOCKDEV_DRIVER_NULL_AIO:
        return null_options_fill(opts, &options->u.null_co, errp);
    case BLOCKDEV_DRIVER_FILE:
    case BLOCKDEV_DRIVER_HOST_DEVICE:
        if (!path) {
            error_setg(errp, "file= is missing");
            return false;
        }
        return file_options_fill(opts, path, options, errp);
    default:
        error_setg(errp, "file.driver=%s cannot be the lowest node", BlockdevDriver_str(kind));
        return false;
    }
}

/* ---- the raw node on top ---------------------------------------------------------------- */

static bool discard_parse(QemuOpts *opts, BlockdevOptions *options, Error **errp)
{
    const char *text = qemu_opt_get(opts, "discard") ?: "ignore";

    options->has_discard = true;
    if (!strcmp(text, "unmap") || !strcmp(text, "on")) {
        options->discard = BLOCKDEV_DISCARD_OPTIONS_UNMAP;
    } else if (!strcmp(text, "ignore") || !strcmp(text, "off")) {
        options->discard = BLOCKDEV_DISCARD_OPTIONS_IGNORE;
    } else {
        error_setg(errp, "discard=%s: use ignore (off) or unmap (on)", text);
        return false;
    }
    return true;
}

static bool common_fill(QemuOpts *opts, const DriveInfo *place, BlockdevOptions *options,
                        Error **errp)
{
    bool is_read_only = qemu_opt_get_bool(opts, "read-only",
                                          qemu_opt_get_bool(opts, "readonly", place->media_cd));
    int zeroes = opt_enum_get(opts, "detect-zeroes", &BlockdevDetectZeroesOptions_lookup,
                              BLOCKDEV_DETECT_ZEROES_OPTIONS_OFF, errp);

    if (zeroes < 0 || !discard_parse(opts, options, errp)) {
        return false;
    }
    options->node_name = g_strdup(qemu_opt_get(opts, "node-name"));
    options->has_read_only = true;
    options->read_only = is_read_only;
    options->has_auto_read_only = true;
    options->auto_read_only = qemu_opt_get_bool(opts, "auto-read-only", false);
    options->has_force_share = true;
    options->force_share = qemu_opt_get_bool(opts, "force-share", false);
    options->has_detect_zeroes = true;
    options->detect_zeroes = zeroes;
    return true;
}

static bool raw_node_fill(QemuOpts *opts, const DriveInfo *place, const char *path,
                          BlockdevOptions *options, Error **errp)
{
    BlockdevOptionsRaw *raw = &options->u.raw;

    options->driver = BLOCKDEV_DRIVER_RAW;
    raw->file = g_new0(BlockdevRef, 1);
    raw->file->type = QTYPE_QDICT;
    raw->has_offset = qemu_opt_find(opts, "offset") != NULL;
    raw->offset = qemu_opt_get_size(opts, "offset", 0);
    raw->has_size = qemu_opt_find(opts, "size") != NULL;
    raw->size = qemu_opt_get_size(opts, "size", 0);
    return common_fill(opts, place, options, errp) &&
           file_node_fill(opts, path, &raw->file->u.definition, errp);
}

/* ---- format --------------------------------------------------------------------------------- */

static bool format_check(QemuOpts *opts, const char **format, Error **errp)
{
    const char *driver = qemu_opt_get(opts, "driver");

    *format = qemu_opt_get(opts, "format");
    if (driver && *format) {
        error_setg(errp, "driver= and format= mean the same; give one of them");
        return false;
    }
    *format = *format ?: driver;
    if (*format && strcmp(*format, "raw")) {
        error_setg(errp, "format=%s is not supported: this program reads raw images only, so "
                   "convert the image first", *format);
        return false;
    }
    if (qemu_opt_get_bool(opts, "snapshot", false)) {
        error_setg(errp, "snapshot=on is not supported by this program; start it with a copy of "
                   "the file");
        return false;
    }
    return true;
}

/* Refuse what is an image of another format; @path is that of a file. */
static bool format_probe(BlockDriverState *bs, const char *path, Error **errp)
{
    uint8_t buf[PROBE_BYTES];
    struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
    QEMUIOVector qiov;
    BlockRequest req = { .type = BLOCK_REQUEST_READ, .bytes = sizeof(buf), .qiov = &qiov };
    const char *found;
    int ret;

    qemu_iovec_init_external(&qiov, &iov, 1);
    ret = block_request_perform(bs, &req);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot read the start of '%s'", path);
        return false;
    }
    found = block_format_probe(buf, sizeof(buf));
    if (found) {
        error_setg(errp, "'%s' is a %s image; this program reads raw images only, so convert it "
                   "first (format=raw would show the guest the bytes of the file)", path, found);
        return false;
    }
    warn_report("the format of '%s' was not given: raw is assumed; add format=raw", path);
    return true;
}

static BlockDriverState *node_open_and_probe(QemuOpts *opts, const DriveInfo *place,
                                             BlockdevOptions *options, const char *path,
                                             Error **errp)
{
    const char *format;
    BlockDriverState *bs;

    if (!format_check(opts, &format, errp) || !raw_node_fill(opts, place, path, options, errp)) {
        return NULL;
    }
    bs = bdrv_node_open(options, errp);
    if (bs && !format && path && !g_str_has_prefix(path, "null-") &&
        !format_probe(bs, path, errp)) {
        bdrv_unref(bs);
        return NULL;
    }
    return bs;
}

bool drive_node_open(QemuOpts *opts, const DriveInfo *place, BlockDriverState **bs,
                     bool *writes_through, Error **errp)
{
    const char *path = qemu_opt_get(opts, "file") ?: qemu_opt_get(opts, "file.filename");
    BlockdevOptions *options;

    *bs = NULL;
    if (path && g_str_has_prefix(path, "file:")) {
        path += strlen("file:");
    }
    options = g_new0(BlockdevOptions, 1);
    options->cache = g_new0(BlockdevCacheOptions, 1);
    if (!cache_parse(opts, options->cache, writes_through, errp)) {
        qapi_free_BlockdevOptions(options);
        return false;
    }
    if ((!path || !*path) && !qemu_opt_get(opts, "file.driver")) {
        /* A drive without a medium. */
        qapi_free_BlockdevOptions(options);
        return true;
    }
    *bs = node_open_and_probe(opts, place, options, path, errp);
    qapi_free_BlockdevOptions(options);
    return *bs != NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -drive: places, names, caches, formats, refusals. */
#include "qemu/osdep.h"
#include "block-harness.h"
#include "qemu/config-file.h"
#include "sysemu/blockdev.h"

static DriveInfo *drive_try(Error **errp, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    QemuOpts *opts = qemu_opts_parse(&qemu_drive_opts, text, false, errp);
    DriveInfo *dinfo = opts ? drive_new(opts, IF_VIRTIO, errp) : NULL;

    if (opts && !dinfo) {
        qemu_opts_del(opts);
    }
    return dinfo;
}

static BlockBackend *drive_make(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
static BlockBackend *drive_make(const char *fmt, ...)
{
    DriveInfo *dinfo;
    va_list ap;

    va_start(ap, fmt);
    dinfo = drive_try(&error_abort, fmt, ap);
    va_end(ap);
    return blk_by_legacy_dinfo(dinfo);
}

/* The drive is refused with a message that contains @part. */
static void drive_refused(const char *part, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
static void drive_refused(const char *part, const char *fmt, ...)
{
    Error *err = NULL;
    va_list ap;

    va_start(ap, fmt);
    g_assert_null(drive_try(&err, fmt, ap));
    va_end(ap);
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), part)) {
        g_error("'%s' is not in: %s", part, error_get_pretty(err));
    }
    error_free(err);
}

static void drives_end(void)
{
    drive_close_all();
    qemu_opts_reset(&qemu_drive_opts);
    g_assert_null(drive_next(NULL));
    g_assert_null(block_node_next(NULL));
}

static void test_places_and_names(void)
{
    g_assert_cmpstr(blk_name(drive_make("file=null-co://,format=raw")), ==, "virtio0");
    g_assert_cmpstr(blk_name(drive_make("file=null-co://,format=raw,index=3")), ==, "virtio3");
    g_assert_cmpstr(blk_name(drive_make("file=null-co://,format=raw")), ==, "virtio1");
    g_assert_cmpstr(blk_name(drive_make("if=ide,index=3,media=cdrom,file=null-co://,format=raw")),
                    ==, "ide1-cd1");
    g_assert_cmpstr(blk_name(drive_make("if=pflash,unit=1,file=null-co://,format=raw")), ==,
                    "pflash1");
    g_assert_cmpstr(blk_name(drive_make("if=none,id=disk,file=null-co://,format=raw")), ==,
                    "disk");
    g_assert_nonnull(drive_get(IF_IDE, 1, 1));
    g_assert_true(drive_get(IF_IDE, 1, 1) == drive_get_by_index(IF_IDE, 3));
    g_assert_null(drive_get(IF_PFLASH, 0, 0));
    g_assert_cmpint(drive_get_max_bus(IF_IDE), ==, 1);
    g_assert_cmpint(drive_get_max_bus(IF_SD), ==, -1);
    g_assert_false(blk_supports_write_perm(blk_by_name("ide1-cd1")));
    drive_refused("already", "file=null-co://,format=raw,index=3");
    drive_refused("index=", "file=null-co://,format=raw,index=9,unit=2");
    drive_refused("too large", "if=ide,unit=2,file=null-co://,format=raw");
    drive_refused("too large", "unit=4294967296,file=null-co://,format=raw");
    drive_refused("did you mean", "if=pfalsh,file=null-co://,format=raw");
    drives_end();
}

static void test_cache_modes(void)
{
    static const struct {
        const char *mode;
        bool writeback, direct, no_flush;
    } cases[] = {
        { "writeback", true, false, false }, { "none", true, true, false },
        { "unsafe", true, false, true }, { "writethrough", false, false, false },
        { "directsync", false, true, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        BlockBackend *blk = drive_make("if=none,file=null-co://,format=raw,cache=%s",
                                       cases[i].mode);

        g_assert_cmpint(blk_enable_write_cache(blk), ==, cases[i].writeback);
        g_assert_cmpint(blk_bs(blk)->cache_is_direct, ==, cases[i].direct);
        g_assert_cmpint(blk_bs(blk)->no_flush, ==, cases[i].no_flush);
    }
    drive_refused("cache=fast", "if=none,file=null-co://,format=raw,cache=fast");
    drives_end();
}

static void test_error_policies(void)
{
    BlockBackend *blk = drive_make("if=none,file=null-co://,format=raw,rerror=stop,werror=ignore");

    g_assert_cmpint(blk_get_on_error(blk, true), ==, BLOCKDEV_ON_ERROR_STOP);
    g_assert_cmpint(blk_get_on_error(blk, false), ==, BLOCKDEV_ON_ERROR_IGNORE);
    blk = drive_make("if=none,file=null-co://,format=raw");
    g_assert_cmpint(blk_get_on_error(blk, true), ==, BLOCKDEV_ON_ERROR_REPORT);
    g_assert_cmpint(blk_get_on_error(blk, false), ==, BLOCKDEV_ON_ERROR_ENOSPC);
    drive_refused("rerror=enospc", "if=none,file=null-co://,format=raw,rerror=enospc");
    drive_refused("werror=panic", "if=none,file=null-co://,format=raw,werror=panic");
    drives_end();
}

/* The first bytes of an image, by its format's specification. */
typedef struct Magic {
    const char *format;
    size_t offset, bytes;
    const char *magic;
} Magic;

static const Magic magics[] = {
    { "qcow2", 0, 4, "QFI\xfb" },
    { "vmdk", 0, 4, "KDMV" },
    { "vhdx", 0, 8, "vhdxfile" },
    { "vpc", 0, 8, "conectix" },
    { "luks", 0, 6, "LUKS\xba\xbe" },
    { "vdi", 64, 4, "\x7f\x10\xda\xbe" },
};

static void test_images_of_other_formats_are_refused(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
        char *path = block_file_new(64 * 1024);
        FILE *file = fopen(path, "r+");

        g_assert_cmpint(fseek(file, magics[i].offset, SEEK_SET), ==, 0);
        g_assert_cmpuint(fwrite(magics[i].magic, 1, magics[i].bytes, file), ==, magics[i].bytes);
        fclose(file);
        drive_refused(magics[i].format, "if=none,file=%s", path);
        /* Who says raw gets raw. */
        drive_make("if=none,file=%s,format=raw", path);
        drives_end();
        block_file_free(path);
    }
}

static void test_refusals(void)
{
    char *path = block_file_new(4096);

    drive_refused("format=qcow2", "if=none,file=%s,format=qcow2", path);
    drive_refused("snapshot=on", "if=none,file=%s,format=raw,snapshot=on", path);
    drive_refused("aio=native", "if=none,file=%s,format=raw,aio=native", path);
    drive_refused("discard=maybe", "if=none,file=%s,format=raw,discard=maybe", path);
    drive_refused("media=tape", "if=none,file=%s,format=raw,media=tape", path);
    drive_refused("/no/such/file", "if=none,file=/no/such/file,format=raw");
    drive_refused("file= is missing", "if=none,file.driver=file,format=raw");
    drives_end();
    block_file_free(path);
}

static void test_drive_without_medium(void)
{
    BlockBackend *blk = drive_make("if=none,id=empty");

    g_assert_false(blk_is_inserted(blk));
    drives_end();
}

static void test_orphans_are_found(void)
{
    BlockBackend *blk;

    drive_make("if=none,id=a,file=null-co://,format=raw");
    g_assert_null(drive_get_orphaned());
    blk = drive_make("if=sd,id=b,file=null-co://,format=raw");
    g_assert_true(drive_get_orphaned() == blk_legacy_dinfo(blk));
    drives_end();
}

static void test_queries_tell_the_drive(void)
{
    char *path = block_file_new(8192);
    BlockInfoList *list;
    BlockDeviceInfo *medium;

    drive_make("if=none,id=disk,file=%s,format=raw,readonly=on,node-name=top", path);
    list = block_query();
    g_assert_nonnull(list);
    g_assert_null(list->next);
    medium = list->value->inserted;
    g_assert_cmpstr(list->value->device, ==, "disk");
    g_assert_cmpstr(medium->file, ==, path);
    g_assert_cmpstr(medium->node_name, ==, "top");
    g_assert_cmpstr(medium->drv, ==, "raw");
    g_assert_true(medium->ro);
    g_assert_cmpint(medium->image->virtual_size, ==, 8192);
    qapi_free_BlockInfoList(list);
    drives_end();
    block_file_free(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    block_harness_init();
    qemu_add_opts(&qemu_drive_opts);
    g_test_add_func("/block/drive/places-and-names", test_places_and_names);
    g_test_add_func("/block/drive/cache-modes", test_cache_modes);
    g_test_add_func("/block/drive/error-policies", test_error_policies);
    g_test_add_func("/block/drive/other-formats-are-refused",
                    test_images_of_other_formats_are_refused);
    g_test_add_func("/block/drive/refusals", test_refusals);
    g_test_add_func("/block/drive/without-medium", test_drive_without_medium);
    g_test_add_func("/block/drive/orphans", test_orphans_are_found);
    g_test_add_func("/block/drive/queries", test_queries_tell_the_drive);
    return g_test_run();
}

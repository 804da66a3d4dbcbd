/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files into guest memory: raw images. Files are opened without following what
 * is not a regular file, so that a directory or device gives an error at once.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hw/loader.h"

int64_t get_image_size(const char *filename)
{
    struct stat st;

    return stat(filename, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
}

static int image_open(const char *filename, uint64_t *size, Error **errp)
{
    int fd = open(filename, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "cannot open '%s'", filename);
        goto err_close;
    }
    if (!S_ISREG(st.st_mode)) {
        error_setg(errp, "'%s' is not a file", filename);
        goto err_close;
    }
    *size = st.st_size;
    return fd;

err_close:
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* Up to @size bytes; fewer if the file ends. -1 on error. */
static ssize_t image_read_fd(int fd, void *dest, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = RETRY_ON_EINTR(read(fd, (char *)dest + done, size - done));

        if (n < 0) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        done += n;
    }
    return done;
}

ssize_t load_image_size(const char *filename, void *addr, size_t size)
{
    uint64_t file_size;
    int fd = image_open(filename, &file_size, NULL);
    ssize_t n;

    if (fd < 0) {
        return -1;
    }
    n = image_read_fd(fd, addr, size);
    close(fd);
    return n;
}

uint8_t *image_read(const char *filename, uint64_t max_size, size_t *size, Error **errp)
{
    uint64_t file_size;
    g_autofree uint8_t *data = NULL;
    int fd = image_open(filename, &file_size, errp);

    if (fd < 0) {
        return NULL;
    }
    if (file_size == 0) {
        error_setg(errp, "'%s' is empty", filename);
        goto err_close;
    }
    if (file_size > max_size) {
        error_setg(errp, "'%s' has %" PRIu64 " bytes, but there is room for %" PRIu64 " only",
                   filename, file_size, max_size);
        goto err_close;
    }
    data = g_try_malloc(file_size);
    if (!data) {
        error_setg(errp, "'%s': no memory for its %" PRIu64 " bytes", filename, file_size);
        goto err_close;
    }
    if (image_read_fd(fd, data, file_size) != (ssize_t)file_size) {
        error_setg(errp, "'%s' cannot be read, or changed while it was", filename);
        goto err_close;
    }
    close(fd);
    *size = file_size;
    return g_steal_pointer(&data);

err_close:
    close(fd);
    return NULL;
}

ssize_t image_load(const char *filename, hwaddr addr, uint64_t max_sz, AddressSpace *as,
                   Error **errp)
{
    size_t size;
    uint8_t *data = image_read(filename, max_sz, &size, errp);

    if (!data) {
        return -1;
    }
    rom_registry_take(filename, data, size, size, addr, NULL, as);
    return size;
}

ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz,
                               AddressSpace *as)
{
    return image_load(filename, addr, max_sz, as, NULL);
}

ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz)
{
    return load_image_targphys_as(filename, addr, max_sz, NULL);
}

ssize_t load_image_mr(const char *filename, MemoryRegion *mr)
{
    size_t size;
    uint8_t *data;

    if (!memory_access_is_direct(mr, false)) {
        return -1;
    }
    data = image_read(filename, memory_region_size(mr), &size, NULL);
    if (!data) {
        return -1;
    }
    rom_registry_take(filename, data, size, size, 0, mr, NULL);
    return size;
}

ssize_t rom_add_file(const char *file, const char *fw_dir, hwaddr addr, int32_t bootindex,
                     bool has_option_rom, MemoryRegion *mr, AddressSpace *as)
{
    Error *err = NULL;
    uint64_t room = mr ? memory_region_size(mr) : UINT64_MAX;
    size_t size;
    uint8_t *data = image_read(file, room, &size, &err);

    if (!data) {
        error_report_err(err);
        return -1;
    }
    rom_registry_take(file, data, size, size, addr, mr, as);
    return 0;
}

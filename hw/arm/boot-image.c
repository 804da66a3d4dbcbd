/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in a kernel file: the arm64 Image header of Linux'
 * Documentation/arch/arm64/booting.rst, gzip (RFC 1952, by zlib), the EFI zboot
 * wrapper, ELF, or none of these. Every number in the file is checked before it is used.
 */
#include "qemu/osdep.h"
#include <zlib.h>
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "hw/arm/boot.h"

/* The arm64 Image header: 64 bytes, little-endian. */
#define IMAGE_HEADER_SIZE 64
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_MAGIC 56
static const uint8_t image_magic[4] = { 'A', 'R', 'M', 0x64 };

/* Where kernels from before image_size (3.17), and files without a header, belong. */
#define TEXT_OFFSET_DEFAULT 0x80000

/* The EFI zboot header of Linux' drivers/firmware/efi/libstub/zboot-header.S. */
#define ZBOOT_HEADER_SIZE 64
#define ZBOOT_PAYLOAD_OFFSET 8
#define ZBOOT_PAYLOAD_SIZE 12
#define ZBOOT_COMPRESSION 24
#define ZBOOT_COMPRESSION_LEN 32
static const uint8_t zboot_magic[8] = { 'M', 'Z', 0, 0, 'z', 'i', 'm', 'g' };

static const uint8_t elf_magic[4] = { 0x7f, 'E', 'L', 'F' };
static const uint8_t gzip_magic[2] = { 0x1f, 0x8b };

/* zlib: largest window, and a gzip wrapper is required. */
#define GZIP_WINDOW_BITS (15 + 16)

#define GUNZIP_CHUNK (1 * MiB)

static bool has_magic(const uint8_t *data, size_t size, size_t offset, const uint8_t *magic,
                      size_t len)
{
    return size >= offset + len && memcmp(data + offset, magic, len) == 0;
}

/* ---- gzip ---- */

/* Give the stream room behind what it has written. False when @max_size is used up. */
static bool gunzip_grow(z_stream *stream, GByteArray *out, size_t max_size)
{
    size_t done = out->len - stream->avail_out;
    size_t room = MIN(max_size - done, MAX(GUNZIP_CHUNK, done));

    if (room == 0 || done + room > UINT_MAX) {
        return false;
    }
    g_byte_array_set_size(out, done + room);
    stream->next_out = out->data + done;
    stream->avail_out = room;
    return true;
}

/* What @data holds, at most @max_size bytes; NULL with an error. */
static uint8_t *gunzip(const char *name, const uint8_t *data, size_t size, size_t max_size,
                       size_t *out_size, Error **errp)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    z_stream stream = { .next_in = (uint8_t *)data, .avail_in = MIN(size, UINT_MAX) };
    const char *reason = NULL;
    int ret = inflateInit2(&stream, GZIP_WINDOW_BITS);

    if (ret != Z_OK) {
        error_setg(errp, "'%s' cannot be decompressed: zlib error %d", name, ret);
        return NULL;
    }
    while (ret != Z_STREAM_END && !reason) {
        if (stream.avail_out == 0 && !gunzip_grow(&stream, out, max_size)) {
            /* Nothing more may come; a stream that ends exactly here is welcome. */
            uint8_t extra;

            stream.next_out = &extra;
            stream.avail_out = 1;
            ret = inflate(&stream, Z_NO_FLUSH);
            reason = ret == Z_STREAM_END && stream.avail_out == 1 ? NULL : "it is too large";
            stream.avail_out = 0;
            break;
        }
        ret = inflate(&stream, Z_NO_FLUSH);
        if (ret != Z_OK && ret != Z_STREAM_END) {
            reason = ret == Z_BUF_ERROR ? "it ends too early" : "it is damaged";
        }
    }
    inflateEnd(&stream);
    if (reason) {
        error_setg(errp, "'%s' cannot be decompressed to at most %zu bytes: %s", name, max_size,
                   reason);
        return NULL;
    }
    *out_size = out->len - stream.avail_out;
    return g_byte_array_free(g_steal_pointer(&out), FALSE);
}

/* The payload of an EFI zboot file; false with an error if it cannot be had. */
static bool zboot_payload(const char *name, const uint8_t *data, size_t size,
                          const uint8_t **payload, size_t *payload_size, Error **errp)
{
    char compression[ZBOOT_COMPRESSION_LEN + 1] = "";
    uint32_t offset, len;

    if (size < ZBOOT_HEADER_SIZE) {
        error_setg(errp, "'%s' has %zu bytes, too few for its EFI zboot header", name, size);
        return false;
    }
    offset = ldl_le_p(data + ZBOOT_PAYLOAD_OFFSET);
    len = ldl_le_p(data + ZBOOT_PAYLOAD_SIZE);
    memcpy(compression, data + ZBOOT_COMPRESSION, ZBOOT_COMPRESSION_LEN);
    if (strcmp(compression, "gzip") != 0) {
        g_autofree char *shown = g_strescape(compression, NULL);

        error_setg(errp, "'%s' is an EFI zboot file compressed by '%s': only gzip is supported",
                   name, shown);
        return false;
    }
    if (offset > size || len > size - offset) {
        error_setg(errp, "'%s' has %zu bytes, but its EFI zboot payload ends at %" PRIu64, name,
                   size, (uint64_t)offset + len);
        return false;
    }
    *payload = data + offset;
    *payload_size = len;
    return true;
}

/* ---- headers ---- */

static void image_header_parse(ArmImage *image)
{
    uint64_t image_size = ldq_le_p(image->data + IMAGE_SIZE);

    image->kind = ARM_IMAGE_LINUX;
    if (image_size) {
        image->text_offset = ldq_le_p(image->data + IMAGE_TEXT_OFFSET);
        image->image_size = MAX(image_size, image->size);
    }
}

bool arm_image_parse(const char *name, uint8_t *data, size_t size, size_t max_size,
                     ArmImage *image, Error **errp)
{
    g_autofree uint8_t *file = data;
    const uint8_t *payload = data;
    size_t payload_size = size;

    if (has_magic(data, size, 0, zboot_magic, sizeof(zboot_magic)) &&
        !zboot_payload(name, data, size, &payload, &payload_size, errp)) {
        return false;
    }
    if (payload != data || has_magic(data, size, 0, gzip_magic, sizeof(gzip_magic))) {
        uint8_t *unzipped = gunzip(name, payload, payload_size, max_size, &size, errp);

        if (!unzipped) {
            return false;
        }
        g_free(file);
        file = unzipped;
        if (size == 0 || has_magic(file, size, 0, elf_magic, sizeof(elf_magic))) {
            error_setg(errp, size ? "'%s' is a compressed ELF file: decompress it first"
                                  : "'%s' is empty when decompressed", name);
            return false;
        }
    }
    *image = (ArmImage){
        .kind = ARM_IMAGE_FLAT,
        .size = size,
        .text_offset = TEXT_OFFSET_DEFAULT,
        .image_size = size,
    };
    if (has_magic(file, size, 0, elf_magic, sizeof(elf_magic))) {
        image->kind = ARM_IMAGE_ELF;
        return true;
    }
    image->data = g_steal_pointer(&file);
    if (size >= IMAGE_HEADER_SIZE &&
        has_magic(image->data, size, IMAGE_MAGIC, image_magic, sizeof(image_magic))) {
        image_header_parse(image);
    }
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recognises image formats that this program cannot read, by the bytes their
 * specifications put at the start, so that such a file is refused instead of
 * shown to the guest as a disk full of rubbish.
 */
#include "qemu/osdep.h"
#include "block-internal.h"

static const struct {
    const char *format;
    size_t offset;
    size_t bytes;
    const char *magic;
} magics[] = {
    { "qcow2", 0, 4, "QFI\xfb" },       /* version 1 has the same mark */
    { "qed", 0, 4, "QED\0" },
    { "vmdk", 0, 4, "KDMV" },
    { "vmdk", 0, 4, "COWD" },
    { "vmdk", 0, 21, "# Disk DescriptorFile" },
    { "vhdx", 0, 8, "vhdxfile" },
    { "vpc", 0, 8, "conectix" },
    { "luks", 0, 6, "LUKS\xba\xbe" },
    { "parallels", 0, 16, "WithoutFreeSpace" },
    { "parallels", 0, 16, "WithouFreSpacExt" },
    { "vdi", 64, 4, "\x7f\x10\xda\xbe" },
};

const char *block_format_probe(const void *buf, size_t bytes)
{
    for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
        if (bytes >= magics[i].offset + magics[i].bytes &&
            !memcmp((const char *)buf + magics[i].offset, magics[i].magic, magics[i].bytes)) {
            return magics[i].format;
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUIDs (qemu/uuid.h, RFC 4122). */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/guest-random.h"
#include "qemu/uuid.h"

void qemu_uuid_generate(QemuUUID *out)
{
    qemu_guest_getrandom_nofail(out->data, sizeof(out->data));
    /* RFC 4122, 4.4: variant 10x in octet 8, version 4 in octet 6. */
    out->data[8] = (out->data[8] & 0x3f) | 0x80;
    out->data[6] = (out->data[6] & 0x0f) | 0x40;
}

int qemu_uuid_is_null(const QemuUUID *uu)
{
    static const QemuUUID null_uuid;

    return qemu_uuid_is_equal(uu, &null_uuid);
}

int qemu_uuid_is_equal(const QemuUUID *lhv, const QemuUUID *rhv)
{
    return memcmp(lhv, rhv, sizeof(*lhv)) == 0;
}

void qemu_uuid_unparse(const QemuUUID *uuid, char *out)
{
    const unsigned char *uu = uuid->data;

    g_snprintf(out, UUID_STR_LEN, UUID_FMT, uu[0], uu[1], uu[2], uu[3], uu[4], uu[5], uu[6],
               uu[7], uu[8], uu[9], uu[10], uu[11], uu[12], uu[13], uu[14], uu[15]);
}

char *qemu_uuid_unparse_strdup(const QemuUUID *uuid)
{
    char *text = g_malloc(UUID_STR_LEN);

    qemu_uuid_unparse(uuid, text);
    return text;
}

int qemu_uuid_parse(const char *str, QemuUUID *uuid)
{
    QemuUUID parsed;
    size_t byte = 0, i = 0;

    while (byte < sizeof(parsed.data)) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (str[i++] != '-') {
                return -1;
            }
        }
        if (!g_ascii_isxdigit(str[i]) || !g_ascii_isxdigit(str[i + 1])) {
            return -1;
        }
        parsed.data[byte++] = g_ascii_xdigit_value(str[i]) << 4
                              | g_ascii_xdigit_value(str[i + 1]);
        i += 2;
    }
    if (str[i]) {
        return -1;
    }
    *uuid = parsed;
    return 0;
}

QemuUUID qemu_uuid_bswap(QemuUUID uuid)
{
    bswap32s(&uuid.fields.time_low);
    bswap16s(&uuid.fields.time_mid);
    bswap16s(&uuid.fields.time_high_and_version);
    return uuid;
}

uint32_t qemu_uuid_hash(const void *uuid)
{
    const QemuUUID *id = uuid;
    uint64_t mixed = ldq_he_p(&id->data[0]) ^ rol64(ldq_he_p(&id->data[8]), 29);

    mixed *= 0x9e3779b97f4a7c15ull;     /* 2^64 / golden ratio spreads nearby keys */
    return mixed >> 32;
}

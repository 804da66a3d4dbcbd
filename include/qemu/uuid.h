/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUIDs (RFC 4122): text form, random version 4, the null UUID. */
#ifndef QEMU_UUID_H
#define QEMU_UUID_H

typedef struct {
    union {
        unsigned char data[16];
        struct {
            /* In network byte order, as everywhere in the 16 bytes. */
            uint32_t time_low;
            uint16_t time_mid;
            uint16_t time_high_and_version;
            uint8_t clock_seq_and_reserved;
            uint8_t clock_seq_low;
            uint8_t node[6];
        } fields;
    };
} QemuUUID;

#define UUID_STR_LEN 37
#define UUID_FMT_LEN UUID_STR_LEN
#define UUID_FMT "%02hhx%02hhx%02hhx%02hhx-" \
                 "%02hhx%02hhx-%02hhx%02hhx-" \
                 "%02hhx%02hhx-" \
                 "%02hhx%02hhx%02hhx%02hhx%02hhx%02hhx"
#define UUID_NONE "00000000-0000-0000-0000-000000000000"
#define UUID(time_low, time_mid, time_hi_and_version, clock_seq_hi, clock_seq_low, \
             n0, n1, n2, n3, n4, n5)                                      \
    { (time_low) >> 24 & 0xff, (time_low) >> 16 & 0xff,                   \
      (time_low) >> 8 & 0xff, (time_low) & 0xff,                          \
      (time_mid) >> 8 & 0xff, (time_mid) & 0xff,                          \
      (time_hi_and_version) >> 8 & 0xff, (time_hi_and_version) & 0xff,    \
      (clock_seq_hi), (clock_seq_low), n0, n1, n2, n3, n4, n5 }

void qemu_uuid_generate(QemuUUID *out);
int qemu_uuid_is_null(const QemuUUID *uu);
int qemu_uuid_is_equal(const QemuUUID *lhv, const QemuUUID *rhv);
/* Writes UUID_STR_LEN bytes, NUL included, lower case. */
void qemu_uuid_unparse(const QemuUUID *uuid, char *out);
/* Caller frees. */
char *qemu_uuid_unparse_strdup(const QemuUUID *uuid);
/* Accepts exactly the 36-character form. Returns 0, or -1 leaving @uuid alone. */
int qemu_uuid_parse(const char *str, QemuUUID *uuid);
/* Between network order and the mixed-endian form that firmware tables use. */
QemuUUID qemu_uuid_bswap(QemuUUID uuid);
uint32_t qemu_uuid_hash(const void *uuid);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The byte stream of saved state, as a device's own put/get functions use it (API of QEMU 8.2).
 * Numbers are big-endian.  After an error writes are dropped and reads give zeros, so callers
 * check once at the end.
 */
#ifndef MIGRATION_QEMU_FILE_TYPES_H
#define MIGRATION_QEMU_FILE_TYPES_H

#include "qemu/osdep.h"

typedef struct QEMUFile QEMUFile;

/* 0, or the negative errno of the first failure. */
int qemu_file_get_error(QEMUFile *f);
/* Record a failure; only the first one counts.  @ret is a negative errno, 0 is ignored. */
void qemu_file_set_error(QEMUFile *f, int ret);

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size);
void qemu_put_byte(QEMUFile *f, int v);
void qemu_put_be16(QEMUFile *f, unsigned int v);
void qemu_put_be32(QEMUFile *f, unsigned int v);
void qemu_put_be64(QEMUFile *f, uint64_t v);

/* Returns how many bytes were read; the rest of @buf is zeroed. */
size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size);
int qemu_get_byte(QEMUFile *f);
unsigned int qemu_get_be16(QEMUFile *f);
unsigned int qemu_get_be32(QEMUFile *f);
uint64_t qemu_get_be64(QEMUFile *f);

static inline void qemu_put_sbyte(QEMUFile *f, int8_t v) { qemu_put_byte(f, (uint8_t)v); }
static inline void qemu_put_sbe16(QEMUFile *f, int16_t v) { qemu_put_be16(f, (uint16_t)v); }
static inline void qemu_put_sbe32(QEMUFile *f, int32_t v) { qemu_put_be32(f, (uint32_t)v); }
static inline void qemu_put_sbe64(QEMUFile *f, int64_t v) { qemu_put_be64(f, (uint64_t)v); }
static inline int8_t qemu_get_sbyte(QEMUFile *f) { return (int8_t)qemu_get_byte(f); }
static inline int16_t qemu_get_sbe16(QEMUFile *f) { return (int16_t)qemu_get_be16(f); }
static inline int32_t qemu_get_sbe32(QEMUFile *f) { return (int32_t)qemu_get_be32(f); }
static inline int64_t qemu_get_sbe64(QEMUFile *f) { return (int64_t)qemu_get_be64(f); }

static inline void qemu_put_8s(QEMUFile *f, const uint8_t *v) { qemu_put_byte(f, *v); }
static inline void qemu_put_be16s(QEMUFile *f, const uint16_t *v) { qemu_put_be16(f, *v); }
static inline void qemu_put_be32s(QEMUFile *f, const uint32_t *v) { qemu_put_be32(f, *v); }
static inline void qemu_put_be64s(QEMUFile *f, const uint64_t *v) { qemu_put_be64(f, *v); }
static inline void qemu_put_s8s(QEMUFile *f, const int8_t *v) { qemu_put_sbyte(f, *v); }
static inline void qemu_put_sbe16s(QEMUFile *f, const int16_t *v) { qemu_put_sbe16(f, *v); }
static inline void qemu_put_sbe32s(QEMUFile *f, const int32_t *v) { qemu_put_sbe32(f, *v); }
static inline void qemu_put_sbe64s(QEMUFile *f, const int64_t *v) { qemu_put_sbe64(f, *v); }
static inline void qemu_get_8s(QEMUFile *f, uint8_t *v) { *v = (uint8_t)qemu_get_byte(f); }
static inline void qemu_get_be16s(QEMUFile *f, uint16_t *v) { *v = (uint16_t)qemu_get_be16(f); }
static inline void qemu_get_be32s(QEMUFile *f, uint32_t *v) { *v = qemu_get_be32(f); }
static inline void qemu_get_be64s(QEMUFile *f, uint64_t *v) { *v = qemu_get_be64(f); }
static inline void qemu_get_s8s(QEMUFile *f, int8_t *v) { *v = qemu_get_sbyte(f); }
static inline void qemu_get_sbe16s(QEMUFile *f, int16_t *v) { *v = qemu_get_sbe16(f); }
static inline void qemu_get_sbe32s(QEMUFile *f, int32_t *v) { *v = qemu_get_sbe32(f); }
static inline void qemu_get_sbe64s(QEMUFile *f, int64_t *v) { *v = qemu_get_sbe64(f); }

#endif

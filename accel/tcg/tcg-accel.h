/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator object's options, and figures about the block cache.
 */
#ifndef ACCEL_TCG_TCG_ACCEL_H
#define ACCEL_TCG_TCG_ACCEL_H

#include "qemu/accel.h"
#include "accel/tcg/tcg-internal.h"

#define TYPE_TCG_ACCEL ACCEL_CLASS_NAME("tcg")
OBJECT_DECLARE_SIMPLE_TYPE(TCGState, TCG_ACCEL)

/*
 * @tb_size: MiB for translated code, 0: the default.  @is_single: all CPUs share one thread.
 */
struct TCGState {
    AccelState parent_obj;

    uint32_t tb_size;
    bool is_single;
    bool one_insn_per_tb;
    bool is_in_use;
};

typedef struct TcgCacheUsage {
    size_t bytes, used;
    unsigned blocks, flushes;
} TcgCacheUsage;

void code_cache_usage(TcgCacheUsage *usage);

/* icount.c: the accelerator begins and ends; the virtual clock. */
void tcg_icount_begin(void);
void tcg_icount_end(void);
int64_t tcg_icount_get_ns(void);
void tcg_icount_set_ns(int64_t ns);

#endif

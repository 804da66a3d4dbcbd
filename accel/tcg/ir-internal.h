/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block of IR as the builder makes it and passes and backends read it.
 */
#ifndef ACCEL_TCG_IR_INTERNAL_H
#define ACCEL_TCG_IR_INTERNAL_H

#include "accel/tcg/ir.h"
#include "accel/tcg/tcg-ops.h"

/* Traits of operations (ir-ops.h). */
enum {
    IRT_NONE = 0,
    IRT_W = 1 << 0,
    IRT_Q = 1 << 1,
    IRT_C = 1 << 2,
    IRT_RF = 1 << 3,
    IRT_WF = 1 << 4,
    IRT_SE = 1 << 5,
    IRT_RA = 1 << 6,
    IRT_LB = 1 << 7,
    IRT_END = 1 << 8,
};

typedef struct IrOpInfo {
    const char *name;
    const char *signature;
    uint16_t traits;
    uint8_t nd, ns;             /* results and sources; of IR_CALL: see IrOp.nargs */
} IrOpInfo;

const IrOpInfo *ir_op_info(IrOpc opc);

#define IR_SOURCES_MAX 6

/*
 * @aux: condition, position, lane size or kind of barrier or RMW; @aux2: length, lane, flag
 *   condition.  @x: IrMemOpIdx, or NZCV of CCMP.  @imm: offset, constant, or pc offset.
 */
typedef struct IrOp {
    uint16_t opc;
    uint8_t w;
    uint8_t aux, aux2;
    uint16_t x;
    uint16_t label;
    uint16_t d[2];
    uint16_t s[IR_SOURCES_MAX];
    uint8_t nargs;
    union {
        int64_t imm;
        const IrHelper *helper;
    };
} IrOp;

/* The operation was removed. */
#define IR_OP_NOP IR_OPC_COUNT

typedef enum IrValueKind {
    IR_VALUE_NONE,
    IR_VALUE_GLOBAL,
    IR_VALUE_TEMP,
    IR_VALUE_CONST,
} IrValueKind;

typedef struct IrValue {
    uint8_t kind;
    uint8_t type;
    int32_t offset;             /* of the slot from CPUArchState */
    uint64_t value;
} IrValue;

#define IR_VALUES_MAX 4096
#define IR_OPS_FULL 512
#define IR_TEMPS_FULL 224
#define IR_LABELS_MAX 1024

/* Words recorded per instruction for restoring state. */
typedef struct IrInsn {
    uint32_t pc_offset;
    uint64_t word;
} IrInsn;

struct IrBlock {
    const TCGCPUOps *target;
    IrOp *ops;
    unsigned nops, ops_size;
    IrValue *values;
    unsigned nvalues, first_local;
    unsigned temp_slots;        /* in use */
    unsigned nlabels;
    uint16_t pc, flags;         /* the globals; flags 0: none */
    unsigned page_offset;       /* of the first instruction */
    bool is_chained;            /* exits may be linked */
    /* Where the code is fetched from, and how many bytes there are (tcg_fetch32()). */
    const uint8_t *code;
    unsigned code_len;
    void *emit_state;           /* of the backend */
};

IrBlock *ir_block_new(const TCGCPUOps *target);
void ir_block_free(IrBlock *b);
/* Empty it for a new translation. */
void ir_block_reset(IrBlock *b);

/* The memory that emitting a block takes (g_free()). */
void *interp_emit_state_new(void);

/* NULL if @b is well-formed, else what is wrong (the caller frees). */
char *ir_verify(const IrBlock *b);
/* One line per operation. */
void ir_dump(const IrBlock *b, GString *out);
void ir_dump_op(const IrBlock *b, const IrOp *op, GString *out);

/* All passes in order; in debug builds with the verifier before and after each. */
void ir_optimize(IrBlock *b);
void ir_pass_fold(IrBlock *b);
void ir_pass_dead(IrBlock *b);

#endif

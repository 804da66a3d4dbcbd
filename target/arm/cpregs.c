/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of a CPU's system registers: definition with its checks, look-up by encoding, access
 * rights, reads and writes, reset, and the values as state.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "target/arm/cpregs.h"

/* -- definition ------------------------------------------------------------------------------ */

static uint32_t reg_enc(const ARMCPRegInfo *r)
{
    return ARM_CP_ENC(r->opc0, r->opc1, r->crn, r->crm, r->opc2);
}

static bool reg_fields_check(const ARMCPRegInfo *r, Error **errp)
{
    if (!r->name) {
        error_setg(errp, "a system register has no name");
        return false;
    }
    if (r->opc0 > 3 || r->crn > 15 || (r->crm > 15 && r->crm != CP_ANY) ||
        (r->opc1 > 7 && r->opc1 != CP_ANY) || (r->opc2 > 7 && r->opc2 != CP_ANY)) {
        error_setg(errp, "system register %s: its encoding %u,%u,%u,%u,%u is out of range",
                   r->name, r->opc0, r->opc1, r->crn, r->crm, r->opc2);
        return false;
    }
    return true;
}

/* Has every access that is allowed something to work on? */
static bool reg_backing_check(const ARMCPRegInfo *r, Error **errp)
{
    bool has_state = r->fieldoffset || (r->type & (ARM_CP_CONST | ARM_CP_SPECIAL_MASK));

    if (r->fieldoffset < 0 || r->fieldoffset > sizeof(CPUARMState) - sizeof(uint64_t)) {
        error_setg(errp, "system register %s: its field is outside of the CPU's state", r->name);
        return false;
    }
    if ((r->access & PL3_R) && !has_state && !r->readfn) {
        error_setg(errp, "system register %s: nothing can be read", r->name);
        return false;
    }
    if ((r->access & PL3_W) && !has_state && !r->writefn) {
        error_setg(errp, "system register %s: nothing can be written", r->name);
        return false;
    }
    if (!(r->type & (ARM_CP_NO_RAW | ARM_CP_ALIAS)) && !has_state && !r->readfn &&
        !r->raw_readfn) {
        error_setg(errp, "system register %s: it has no state to save", r->name);
        return false;
    }
    return true;
}

typedef bool RegFn(ARMCPU *cpu, const ARMCPRegInfo *reg, void *opaque, Error **errp);

typedef struct FieldRange {
    int first, last;
} FieldRange;

static FieldRange field_range(uint8_t value, int max)
{
    return value == CP_ANY ? (FieldRange) { 0, max } : (FieldRange) { value, value };
}

/* Call @fn for each encoding that @r stands for. */
static bool reg_expand(ARMCPU *cpu, const ARMCPRegInfo *r, RegFn *fn, void *opaque, Error **errp)
{
    FieldRange crm = field_range(r->crm, 15);
    FieldRange opc1 = field_range(r->opc1, 7);
    FieldRange opc2 = field_range(r->opc2, 7);
    ARMCPRegInfo one = *r;

    for (int i = opc1.first; i <= opc1.last; i++) {
        for (int j = crm.first; j <= crm.last; j++) {
            for (int k = opc2.first; k <= opc2.last; k++) {
                one.opc1 = i;
                one.crm = j;
                one.opc2 = k;
                if (!fn(cpu, &one, opaque, errp)) {
                    return false;
                }
            }
        }
    }
    return true;
}

/* @opaque: encodings, and names, of this definition so far: they collide like earlier ones. */
static bool reg_check_collision(ARMCPU *cpu, const ARMCPRegInfo *r, void *opaque, Error **errp)
{
    uint32_t enc = reg_enc(r);
    const char *owner = g_hash_table_lookup(opaque, GUINT_TO_POINTER(enc));
    const ARMCPRegInfo *old = arm_cp_reg_find(cpu, enc);

    owner = owner ? owner : old ? old->name : NULL;
    if (owner && !(r->type & ARM_CP_OVERRIDE)) {
        error_setg(errp, "system register %s: its encoding 0x%04x is that of %s", r->name, enc,
                   owner);
        return false;
    }
    g_hash_table_insert(opaque, GUINT_TO_POINTER(enc), (void *)r->name);
    return true;
}

static bool reg_insert(ARMCPU *cpu, const ARMCPRegInfo *r, void *opaque, Error **errp)
{
    ARMCPRegInfo *copy = g_memdup2(r, sizeof(*r));

    copy->opaque = opaque ? opaque : copy->opaque;
    g_hash_table_insert(cpu->cp_regs, GUINT_TO_POINTER(reg_enc(r)), copy);
    return true;
}

static bool reg_remove(ARMCPU *cpu, const ARMCPRegInfo *r, void *opaque, Error **errp)
{
    g_hash_table_remove(cpu->cp_regs, GUINT_TO_POINTER(reg_enc(r)));
    return true;
}

static bool reg_is_for_aa64(const ARMCPRegInfo *r)
{
    return r->state != ARM_CP_STATE_AA32;
}

bool arm_cp_regs_define(ARMCPU *cpu, const ARMCPRegInfo *regs, size_t len, void *opaque,
                        Error **errp)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (size_t i = 0; i < len; i++) {
        if (reg_is_for_aa64(&regs[i]) &&
            !(reg_fields_check(&regs[i], errp) && reg_backing_check(&regs[i], errp) &&
              reg_expand(cpu, &regs[i], reg_check_collision, seen, errp))) {
            return false;
        }
    }
    for (size_t i = 0; i < len; i++) {
        if (reg_is_for_aa64(&regs[i])) {
            reg_expand(cpu, &regs[i], reg_insert, opaque, NULL);
        }
    }
    return true;
}

void arm_cp_regs_undefine(ARMCPU *cpu, const ARMCPRegInfo *regs, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (reg_is_for_aa64(&regs[i])) {
            reg_expand(cpu, &regs[i], reg_remove, NULL, NULL);
        }
    }
}

void define_arm_cp_regs_with_opaque_len(ARMCPU *cpu, const ARMCPRegInfo *regs, void *opaque,
                                        size_t len)
{
    arm_cp_regs_define(cpu, regs, len, opaque, &error_abort);
}

/* -- access ---------------------------------------------------------------------------------- */

const ARMCPRegInfo *get_arm_cp_reginfo(GHashTable *cpregs, uint32_t encoded_cp)
{
    return g_hash_table_lookup(cpregs, GUINT_TO_POINTER(encoded_cp));
}

const ARMCPRegInfo *arm_cp_reg_find(ARMCPU *cpu, uint32_t enc)
{
    return get_arm_cp_reginfo(cpu->cp_regs, enc);
}

CPAccessResult arm_cp_reg_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (!cp_access_ok(arm_current_el(env), ri, isread)) {
        return CP_ACCESS_TRAP_UNCATEGORIZED;
    }
    return ri->accessfn ? ri->accessfn(env, ri, isread) : CP_ACCESS_OK;
}

uint64_t arm_cp_reg_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    if (ri->type & ARM_CP_CONST) {
        return ri->resetvalue;
    }
    if (!ri->readfn) {
        return ri->fieldoffset ? raw_read(env, ri) : 0;
    }
    if (ri->type & ARM_CP_IO) {
        BQL_LOCK_GUARD();

        return ri->readfn(env, ri);
    }
    return ri->readfn(env, ri);
}

/* What becomes of the register's value @old when @value is written. */
static uint64_t masked(const ARMCPRegInfo *ri, uint64_t old, uint64_t value)
{
    return ri->write_mask ? (old & ~ri->write_mask) | (value & ri->write_mask) : value;
}

static void reg_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    if (!ri->writefn) {
        if (ri->fieldoffset) {
            raw_write(env, ri, masked(ri, raw_read(env, ri), value));
        }
        return;
    }
    if (ri->type & ARM_CP_IO) {
        BQL_LOCK_GUARD();

        ri->writefn(env, ri, value);
        return;
    }
    ri->writefn(env, ri, value);
}

void arm_cp_reg_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    if (!(ri->type & ARM_CP_CONST)) {
        reg_write(env, ri, value);
        arm_rebuild_key(env);
    }
}

/* -- as state -------------------------------------------------------------------------------- */

static uint64_t *reg_field(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return (uint64_t *)((char *)env + ri->fieldoffset);
}

uint64_t raw_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return *reg_field(env, ri);
}

void raw_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    *reg_field(env, ri) = value;
}

uint64_t arm_cp_read_zero(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return 0;
}

void arm_cp_write_ignore(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
}

void arm_cp_reset_ignore(CPUARMState *env, const ARMCPRegInfo *ri)
{
}

bool arm_cp_reg_is_saved(const ARMCPRegInfo *ri)
{
    return !(ri->type & (ARM_CP_NO_RAW | ARM_CP_ALIAS | ARM_CP_SPECIAL_MASK));
}

uint64_t read_raw_cp_reg(CPUARMState *env, const ARMCPRegInfo *ri)
{
    if (ri->type & ARM_CP_CONST) {
        return ri->resetvalue;
    }
    if (ri->raw_readfn) {
        return ri->raw_readfn(env, ri);
    }
    if (ri->fieldoffset) {
        return raw_read(env, ri);
    }
    return ri->readfn ? ri->readfn(env, ri) : 0;
}

bool write_raw_cp_reg(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t before = read_raw_cp_reg(env, ri);

    if (value == before) {
        return true;
    }
    if ((ri->type & ARM_CP_CONST) || masked(ri, before, value) != value) {
        return false;
    }
    if (ri->raw_writefn) {
        ri->raw_writefn(env, ri, value);
    } else if (ri->fieldoffset) {
        raw_write(env, ri, value);
    }
    if (read_raw_cp_reg(env, ri) != value) {
        /* The register does not take it as it is. */
        if (ri->raw_writefn) {
            ri->raw_writefn(env, ri, before);
        }
        return false;
    }
    return true;
}

static void reg_reset(gpointer key, gpointer value, gpointer opaque)
{
    const ARMCPRegInfo *ri = value;
    CPUARMState *env = opaque;

    if (ri->resetfn) {
        ri->resetfn(env, ri);
    } else if (ri->fieldoffset && !(ri->type & (ARM_CP_SPECIAL_MASK | ARM_CP_ALIAS))) {
        raw_write(env, ri, ri->resetvalue);
    }
}

void arm_cp_regs_reset(ARMCPU *cpu)
{
    g_hash_table_foreach(cpu->cp_regs, reg_reset, &cpu->env);
}

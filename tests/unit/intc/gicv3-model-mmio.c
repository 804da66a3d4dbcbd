/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of the naive GICv3: a table of what exists, and one bit of one interrupt at a time.
 */
#include "gicv3-model.h"

/* ---- what exists ---- */

enum { R = 1, W = 2, RW = R | W };
enum { B1 = 1, B4 = 4, B8 = 8 };

typedef struct ModelRegister {
    uint32_t first, last; /* bytes */
    unsigned sizes;
    unsigned access;
} ModelRegister;

static const ModelRegister dist_registers[] = {
    { 0x0000, 0x0003, B4, RW },          { 0x0004, 0x000b, B4, R },
    { 0x0010, 0x0013, B4, RW },          { 0x0040, 0x0043, B4, W },
    { 0x0048, 0x004b, B4, W },           { 0x0050, 0x0053, B4, W },
    { 0x0058, 0x005b, B4, W },           { 0x0080, 0x03ff, B4, RW },
    { 0x0400, 0x0bff, B1 | B4, RW },     { 0x0c00, 0x0eff, B4, RW },
    { 0x0f00, 0x0f03, B4, W },           { 0x0f10, 0x0f2f, B4, RW },
    { 0x6000, 0x7fdf, B4 | B8, RW },     { 0xffd0, 0xffff, B4, R },
};

static const ModelRegister redist_registers[] = {
    { 0x00000, 0x00003, B4, RW },        { 0x00004, 0x00007, B4, R },
    { 0x00008, 0x0000f, B4 | B8, R },    { 0x00010, 0x00017, B4, RW },
    { 0x0ffd0, 0x0ffff, B4, R },         { 0x10080, 0x10083, B4, RW },
    { 0x10100, 0x10103, B4, RW },        { 0x10180, 0x10183, B4, RW },
    { 0x10200, 0x10203, B4, RW },        { 0x10280, 0x10283, B4, RW },
    { 0x10300, 0x10303, B4, RW },        { 0x10380, 0x10383, B4, RW },
    { 0x10400, 0x1041f, B1 | B4, RW },   { 0x10c00, 0x10c07, B4, RW },
    { 0x10d00, 0x10d03, B4, RW },        { 0x10e00, 0x10e03, B4, RW },
};

/* Bit of STATUSR for the access, 0 if there is nothing wrong with it. */
static uint32_t model_access_error(const ModelRegister *regs, unsigned n, uint32_t offset,
                                   unsigned size, unsigned access)
{
    for (unsigned i = 0; i < n; i++) {
        if (offset >= regs[i].first && offset <= regs[i].last && (regs[i].sizes & size)) {
            if (regs[i].access & access) {
                return 0;
            }
            return access == R ? 4 : 8;
        }
    }
    return access == R ? 1 : 2;
}

/* ---- bits, bytes ---- */

/* Interrupts of a CPU (or of the distributor) by INTID; NULL if there is none here. */
typedef struct ModelFrame {
    Model *m;
    int cpu; /* -1: distributor */
} ModelFrame;

static ModelInt *frame_int(ModelFrame f, unsigned intid)
{
    if (f.cpu >= 0) {
        return intid < 32 ? &f.m->cpu[f.cpu].private[intid] : NULL;
    }
    return intid >= 32 && intid < f.m->num_irq ? &f.m->spi[intid] : NULL;
}

/* Offset within the frame of the registers with one bit each, 0x80 to 0x3ff. */
static bool frame_bit_read(const ModelInt *i, unsigned kind)
{
    switch (kind) {
    case 1:
        return i->group1;
    case 2:
    case 3:
        return i->enabled;
    case 4:
    case 5:
        return i->latch || (i->line && !i->edge);
    default:
        return i->active;
    }
}

static void frame_bit_write(ModelFrame f, unsigned intid, unsigned kind, bool one)
{
    ModelInt *i = frame_int(f, intid);

    if (kind == 1) {
        i->group1 = one;
    }
    if (!one) {
        return;
    }
    if (kind == 2) {
        i->enabled = true;
    } else if (kind == 3) {
        i->enabled = false;
    } else if (kind == 4) {
        i->latch = true;
    } else if (kind == 5) {
        i->latch = false;
    } else if (kind == 6) {
        i->active = true;
    } else if (kind == 7) {
        model_deactivate(f.m, f.cpu, intid);
    }
}

static uint32_t frame_read(ModelFrame f, uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    if (offset < 0x400) {
        for (unsigned bit = 0; bit < 32; bit++) {
            ModelInt *i = frame_int(f, (offset & 0x7f) * 8 + bit);

            value |= (uint32_t)(i && frame_bit_read(i, offset >> 7)) << bit;
        }
    } else if (offset < 0x800) {
        for (unsigned byte = 0; byte < size; byte++) {
            ModelInt *i = frame_int(f, offset - 0x400 + byte);

            value |= (uint32_t)(i ? i->prio : 0) << (8 * byte);
        }
    } else if (offset >= 0xc00 && offset < 0xd00) {
        for (unsigned n = 0; n < 16; n++) {
            ModelInt *i = frame_int(f, (offset - 0xc00) * 4 + n);

            value |= (i && i->edge ? 2u : 0) << (2 * n);
        }
    }
    return value;
}

static void frame_write(ModelFrame f, uint32_t offset, uint32_t value, unsigned size)
{
    if (offset < 0x400) {
        for (unsigned bit = 0; bit < 32; bit++) {
            unsigned intid = (offset & 0x7f) * 8 + bit;

            if (frame_int(f, intid)) {
                frame_bit_write(f, intid, offset >> 7, value >> bit & 1);
            }
        }
    } else if (offset < 0x800) {
        for (unsigned byte = 0; byte < size; byte++) {
            ModelInt *i = frame_int(f, offset - 0x400 + byte);

            if (i) {
                i->prio = value >> (8 * byte) & 0xf8;
            }
        }
    } else if (offset >= 0xc00 && offset < 0xd00) {
        for (unsigned n = 0; n < 16; n++) {
            unsigned intid = (offset - 0xc00) * 4 + n;
            ModelInt *i = frame_int(f, intid);

            if (i && intid >= 16) {
                i->edge = value >> (2 * n + 1) & 1;
            }
        }
    }
}

/* PIDR4 and on. */
static uint32_t model_id(uint32_t offset, uint32_t part)
{
    switch (offset & 0xff) {
    case 0xd0:
        return 0x44;
    case 0xe0:
        return part;
    case 0xe4:
        return 0xb4;
    case 0xe8:
        return 0x3b;
    case 0xf0:
        return 0x0d;
    case 0xf4:
        return 0xf0;
    case 0xf8:
        return 0x05;
    case 0xfc:
        return 0xb1;
    default:
        return 0;
    }
}

/* ---- distributor ---- */

static const uint64_t router_bits = 0xff80ffffff;

uint64_t model_dist_read(Model *m, uint32_t offset, unsigned size)
{
    ModelFrame f = { .m = m, .cpu = -1 };
    uint32_t error = model_access_error(dist_registers, G_N_ELEMENTS(dist_registers), offset, size,
                                        R);
    ModelInt *i;

    if (error) {
        m->statusr |= error;
        return 0;
    }
    switch (offset) {
    case 0x0:
        return 0x50 | m->group_enabled[0] | m->group_enabled[1] << 1;
    case 0x4:
        return (m->num_irq / 32 - 1) | 15 << 19 | 1 << 24 | 1 << 26;
    case 0x8:
        return 0x43b;
    case 0x10:
        return m->statusr;
    }
    if (offset >= 0xffd0) {
        return model_id(offset, 0x92);
    }
    if (offset < 0x6000) {
        return frame_read(f, offset, size);
    }
    i = frame_int(f, (offset - 0x6000) / 8);
    if (!i) {
        return 0;
    }
    return size == 8 ? i->router : (uint32_t)(offset & 4 ? i->router >> 32 : i->router);
}

void model_dist_write(Model *m, uint32_t offset, uint64_t value, unsigned size)
{
    ModelFrame f = { .m = m, .cpu = -1 };
    uint32_t error = model_access_error(dist_registers, G_N_ELEMENTS(dist_registers), offset, size,
                                        W);
    ModelInt *i;

    m->statusr |= error;
    if (error) {
        return;
    }
    if (offset == 0) {
        m->group_enabled[0] = value & 1;
        m->group_enabled[1] = value >> 1 & 1;
    } else if (offset == 0x10) {
        m->statusr &= ~value;
    } else if (offset >= 0x80 && offset < 0x6000) {
        frame_write(f, offset, value, size);
    } else if (offset >= 0x6000) {
        i = frame_int(f, (offset - 0x6000) / 8);
        if (i && size == 8) {
            i->router = value & router_bits;
        } else if (i && (offset & 4)) {
            i->router = ((i->router & 0xffffffff) | value << 32) & router_bits;
        } else if (i) {
            i->router = ((i->router & ~0xffffffffull) | (uint32_t)value) & router_bits;
        }
    }
}

/* ---- redistributors ---- */

uint64_t model_redist_read(Model *m, unsigned cpu, uint32_t offset, unsigned size)
{
    ModelCPU *c = &m->cpu[cpu];
    ModelFrame f = { .m = m, .cpu = cpu };
    uint32_t error = model_access_error(redist_registers, G_N_ELEMENTS(redist_registers), offset,
                                        size, R);
    uint64_t typer = (uint64_t)c->affinity << 32 | cpu << 8 | 1 << 5 |
                     (cpu == m->num_cpu - 1) << 4;

    if (error) {
        c->statusr |= error;
        return 0;
    }
    switch (offset) {
    case 0x0:
        return (uint32_t)c->dpg[0] << 24 | (uint32_t)c->dpg[1] << 25;
    case 0x4:
        return 0x43b;
    case 0x8:
        return size == 8 ? typer : (uint32_t)typer;
    case 0xc:
        return typer >> 32;
    case 0x10:
        return c->statusr;
    case 0x14:
        return c->asleep ? 6 : 0;
    }
    return offset < 0x10000 ? model_id(offset, 0x93) : frame_read(f, offset - 0x10000, size);
}

void model_redist_write(Model *m, unsigned cpu, uint32_t offset, uint64_t value, unsigned size)
{
    ModelCPU *c = &m->cpu[cpu];
    ModelFrame f = { .m = m, .cpu = cpu };
    uint32_t error = model_access_error(redist_registers, G_N_ELEMENTS(redist_registers), offset,
                                        size, W);

    c->statusr |= error;
    if (error) {
        return;
    }
    if (offset == 0) {
        c->dpg[0] = value >> 24 & 1;
        c->dpg[1] = value >> 25 & 1;
    } else if (offset == 0x10) {
        c->statusr &= ~value;
    } else if (offset == 0x14) {
        c->asleep = value >> 1 & 1;
    } else if (offset >= 0x10000) {
        frame_write(f, offset - 0x10000, value, size);
    }
}

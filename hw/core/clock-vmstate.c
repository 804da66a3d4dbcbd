/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of a clock: the period, and the factors when they are not 1.
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "hw/clock.h"

static bool clock_muldiv_needed(void *opaque)
{
    Clock *clk = opaque;

    return clk->multiplier != 1 || clk->divider != 1;
}

static int clock_pre_load(void *opaque)
{
    Clock *clk = opaque;

    /* What a stream without the subsection means. */
    clk->multiplier = 1;
    clk->divider = 1;
    return 0;
}

static int clock_muldiv_post_load(void *opaque, int version_id)
{
    Clock *clk = opaque;

    /* The stream is not trusted, and a divider of 0 would trap later. */
    return clk->multiplier != 0 && clk->divider != 0 ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_clock_muldiv = {
    .name = "clock/muldiv",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = clock_muldiv_needed,
    .post_load = clock_muldiv_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(multiplier, Clock),
        VMSTATE_UINT32(divider, Clock),
        VMSTATE_END_OF_LIST(),
    },
};

const VMStateDescription vmstate_clock = {
    .name = "clock",
    .version_id = 0,
    .minimum_version_id = 0,
    .pre_load = clock_pre_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(period, Clock),
        VMSTATE_END_OF_LIST(),
    },
    .subsections = (const VMStateDescription *const[]) {
        &vmstate_clock_muldiv,
        NULL,
    },
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sched_getattr(2) and sched_setattr(2) take. <linux/sched/types.h>, which has it as struct
 * sched_attr, cannot be had beside the C library's <sched.h>: both define struct sched_param.
 */
#ifndef UTIL_SCHED_INTERNAL_H
#define UTIL_SCHED_INTERNAL_H

#include <stdint.h>

/* The first version, SCHED_ATTR_SIZE_VER0. */
typedef struct HostSchedAttr {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns;
    uint64_t deadline_ns;
    uint64_t period_ns;
} HostSchedAttr;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of target/arm share: CPUs of a chosen model under the qtest accelerator
 * (whose virtual clock moves only when told), lines that record levels, and register access by
 * encoding.
 */
#ifndef TESTS_UNIT_ARM_HARNESS_H
#define TESTS_UNIT_ARM_HARNESS_H

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "target/arm/cpregs.h"

/* g_test_init(), types, the big lock, memory map, accelerator "qtest". */
void arm_harness_init(int *argc, char ***argv);

/* A realized CPU of @model ("cortex-a57"), unparented by arm_cpu_drop(). */
ARMCPU *arm_cpu_make(const char *model);
/* The same before realize, for properties; arm_cpu_finish() realizes it. */
ARMCPU *arm_cpu_begin(const char *model);
bool arm_cpu_finish(ARMCPU *cpu, Error **errp);
void arm_cpu_drop(ARMCPU *cpu);

/* MRS and MSR by ARM_CP_ENC(); the access must be allowed. */
uint64_t mrs(ARMCPU *cpu, uint32_t enc);
void msr(ARMCPU *cpu, uint32_t enc, uint64_t value);
/* Does the register exist and may it be read (written) now? */
bool may_read(ARMCPU *cpu, uint32_t enc);
bool may_write(ARMCPU *cpu, uint32_t enc);

/* An input that remembers its level and how often it rose. */
typedef struct ArmLine {
    qemu_irq irq;
    int level;
    unsigned rises;
} ArmLine;

void arm_line_connect(ArmLine *line, ARMCPU *cpu, const char *name, int n);
void arm_line_free(ArmLine *line);

#endif

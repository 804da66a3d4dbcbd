/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the software CPU's core runs: instructions of the toy architecture per second of CPU
 * time, without any Arm.
 */
#include "qemu/osdep.h"
#include "../unit/tcg/toy.h"

#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)

static ToyCPU *cpu;

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* Run the loop at CODE, which counts r1 down; @insns: in one round. */
static void measure(const char *name, unsigned insns, uint64_t rounds)
{
    double begin = cpu_seconds(), seconds;

    memset(cpu->env.r, 0, sizeof(cpu->env.r));
    cpu->env.r[1] = rounds;
    cpu->env.r[5] = DATA;
    cpu->env.r[6] = CODE + 0x1000;
    toy_run_to_stop(cpu, CODE);
    seconds = cpu_seconds() - begin;
    printf("%-24s %8.1f M insns/s\n", name, insns * rounds / seconds / 1e6);
}

int main(int argc, char **argv)
{
    uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 10000000;

    toy_machine_init("tcg");
    cpu = toy_cpu_new();
    TOY_LOAD(CODE, TOY(TOY_ADD, 2, 3, 0), TOY(TOY_ADDI, 3, 2, 7), TOY(TOY_ADD, 4, 3, 0),
             TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -4), TOY(TOY_STOP, 0, 0, 0));
    measure("alu", 5, rounds);
    TOY_LOAD(CODE, TOY(TOY_LD, 3, 5, 0), TOY(TOY_ADDI, 4, 3, 7), TOY(TOY_ST, 4, 5, 8),
             TOY(TOY_LDB, 2, 5, 9), TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -5),
             TOY(TOY_STOP, 0, 0, 0));
    measure("memory", 6, rounds);
    TOY_LOAD(CODE, TOY(TOY_JMP, 0, 0, 2), TOY(TOY_STOP, 0, 0, 0), TOY(TOY_JMP, 0, 0, 1),
             TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -4), TOY(TOY_STOP, 0, 0, 0));
    measure("branches", 4, rounds);
    TOY_LOAD(CODE, TOY(TOY_JR, 6, 0, 0));
    TOY_LOAD(CODE + 0x1000, TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -0x401),
             TOY(TOY_STOP, 0, 0, 0));
    measure("branches between pages", 3, rounds);
    TOY_LOAD(CODE, TOY(TOY_XADD, 2, 5, 0), TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -2),
             TOY(TOY_STOP, 0, 0, 0));
    measure("atomic", 3, rounds);
    toy_cpu_free(cpu);
    toy_machine_free();
    return 0;
}

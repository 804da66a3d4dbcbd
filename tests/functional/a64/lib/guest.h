/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests in C without an operating system have in common, on the board `virt` with up to 8
 * CPUs: a line per result on the PL011, CPUs, exceptions, system registers, an MMU that maps
 * addresses to themselves.
 *
 * A guest defines guest_main(), which CPU 0 runs at EL1; the machine goes off when it returns.
 */
#ifndef A64_GUEST_H
#define A64_GUEST_H

#include <stddef.h>
#include <stdint.h>

#define CPUS_MAX 8

typedef volatile uint64_t __attribute__((may_alias)) Word;

void guest_main(void);

/* -- results --------------------------------------------------------------------------------- */

/* A line of the PL011: a name without spaces, what was found, what should be. */
void report(const char *name, uint64_t is, uint64_t should);
void report_hex(const char *name, uint64_t is, uint64_t should);
void report_text(const char *name, const char *is, const char *should);

/* Switches the machine off: the end of the guest. */
void guest_end(void) __attribute__((noreturn));

/* -- registers ------------------------------------------------------------------------------- */

#define READ_SYSREG(name)                              \
    ({                                                 \
        uint64_t value_;                               \
        asm volatile("mrs %0, " name : "=r"(value_) : : "memory"); \
        value_;                                        \
    })
#define WRITE_SYSREG(name, value) \
    asm volatile("msr " name ", %x0" : : "rZ"((uint64_t)(value)) : "memory")

static inline void isb(void)
{
    asm volatile("isb" ::: "memory");
}

static inline void dsb(void)
{
    asm volatile("dsb sy" ::: "memory");
}

static inline void dmb(void)
{
    asm volatile("dmb ish" ::: "memory");
}

static inline uint32_t mmio_read(uint64_t address)
{
    uint32_t value;

    asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void mmio_write(uint64_t address, uint32_t value)
{
    asm volatile("str %w0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

/* PSTATE.I and PSTATE.F. */
static inline void irq_unmask(void)
{
    asm volatile("msr daifclr, #3\n isb" ::: "memory");
}

static inline void irq_mask(void)
{
    asm volatile("msr daifset, #3" ::: "memory");
}

/* -- exceptions ------------------------------------------------------------------------------ */

typedef struct Frame {
    uint64_t x[31];
    uint64_t elr, spsr, esr, far;
} Frame;

/* Places in the vector table, from EL1 with its own stack. */
enum {
    VECTOR_SYNC = 4,
    VECTOR_IRQ = 5,
    VECTOR_FIQ = 6,
};

/*
 * Called for each exception, with PSTATE.DAIF set; what it changes in @frame is returned to. The
 * guest's own replaces the library's, which prints the exception and ends.
 */
void guest_exception(Frame *frame, unsigned vector);
void guest_unexpected(const Frame *frame, unsigned vector) __attribute__((noreturn));

/* -- CPUs ------------------------------------------------------------------------------------ */

enum {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_OFF = 0x84000002,
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_FEATURES = 0x8400000a,
};
#define PSCI_CPU_SUSPEND 0xc4000001
#define PSCI_CPU_ON 0xc4000003
#define PSCI_AFFINITY_INFO 0xc4000004

enum {
    PSCI_SUCCESS = 0,
    PSCI_NOT_SUPPORTED = -1,
    PSCI_INVALID_PARAMETERS = -2,
    PSCI_ALREADY_ON = -4,
    PSCI_ON_PENDING = -5,
};
enum {
    AFFINITY_ON,
    AFFINITY_OFF,
    AFFINITY_ON_PENDING,
};

int64_t psci(uint64_t fn, uint64_t a, uint64_t b, uint64_t c);

/* The entry of CPUs that cpu_start() switches on. */
extern char guest_secondary[];

static inline unsigned cpu_number(void)
{
    return READ_SYSREG("mpidr_el1") & 255;
}

/* Switches a CPU on, to run @run(@argument) and go off again; PSCI's answer. */
int64_t cpu_start(unsigned cpu, void (*run)(uint64_t argument), uint64_t argument);
/* Waits until a CPU is off. */
void cpu_wait_off(unsigned cpu);

static inline uint64_t atomic_add(Word *p, uint64_t n)
{
    uint64_t old;

    asm volatile("ldaddal %2, %0, %1" : "=r"(old), "+Q"(*p) : "r"(n) : "memory");
    return old;
}

static inline uint64_t load_acquire(Word *p)
{
    uint64_t v;

    asm volatile("ldar %0, %1" : "=r"(v) : "Q"(*p) : "memory");
    return v;
}

static inline void store_release(Word *p, uint64_t v)
{
    asm volatile("stlr %x1, %0" : "=Q"(*p) : "rZ"(v) : "memory");
}

/* All of @n CPUs meet. */
void meet(unsigned n);
/* Waits, WFE by WFE, until @p is @value; the writer does SEV. */
void wait_for(Word *p, uint64_t value);

/* -- the MMU --------------------------------------------------------------------------------- */

#define PAGE 4096
#define DESC_BLOCK 0x701            /* Normal memory, inner shareable, accessed */
#define DESC_PAGE 0x703
#define DESC_TABLE 3
#define DESC_NOT_GLOBAL 0x800

/* Level 1: a GiB each; the first is for devices, the second RAM, the others nothing. */
extern uint64_t guest_level1[512];

/* Switches the MMU on, for this CPU and those that are switched on later. */
void guest_mmu_on(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests in C without an operating system have in common; see guest.h.
 */
#include "guest.h"

#define UART 0x09000000

/* -- results --------------------------------------------------------------------------------- */

static void put_text(const char *text)
{
    while (*text) {
        mmio_write(UART, *text++);
    }
}

static void put_number(uint64_t n, unsigned base)
{
    char digits[21];
    int i = sizeof(digits) - 1;

    digits[i] = 0;
    do {
        digits[--i] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    put_text(digits + i);
}

void report(const char *name, uint64_t is, uint64_t should)
{
    put_text(name);
    put_text(" ");
    put_number(is, 10);
    put_text(" ");
    put_number(should, 10);
    put_text("\n");
}

void report_hex(const char *name, uint64_t is, uint64_t should)
{
    put_text(name);
    put_text(" 0x");
    put_number(is, 16);
    put_text(" 0x");
    put_number(should, 16);
    put_text("\n");
}

void report_text(const char *name, const char *is, const char *should)
{
    put_text(name);
    put_text(" ");
    put_text(*is ? is : "nothing");
    put_text(" ");
    put_text(*should ? should : "nothing");
    put_text("\n");
}

void guest_end(void)
{
    psci(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) {
    }
}

/* -- exceptions ------------------------------------------------------------------------------ */

void guest_unexpected(const Frame *frame, unsigned vector)
{
    report_hex("exception-vector", vector, ~0ULL);
    report_hex("exception-esr", frame->esr, 0);
    report_hex("exception-elr", frame->elr, 0);
    report_hex("exception-far", frame->far, 0);
    guest_end();
}

__attribute__((weak)) void guest_exception(Frame *frame, unsigned vector)
{
    guest_unexpected(frame, vector);
}

/* -- CPUs ------------------------------------------------------------------------------------ */

static struct {
    void (*run)(uint64_t argument);
    uint64_t argument;
} tasks[CPUS_MAX];

int64_t psci(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 asm("x0") = fn;
    register uint64_t x1 asm("x1") = a;
    register uint64_t x2 asm("x2") = b;
    register uint64_t x3 asm("x3") = c;

    asm volatile("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

void guest_secondary_main(uint64_t cpu)
{
    tasks[cpu].run(tasks[cpu].argument);
    psci(PSCI_CPU_OFF, 0, 0, 0);
}

int64_t cpu_start(unsigned cpu, void (*run)(uint64_t argument), uint64_t argument)
{
    tasks[cpu].run = run;
    tasks[cpu].argument = argument;
    dmb();
    return psci(PSCI_CPU_ON, cpu, (uintptr_t)guest_secondary, cpu);
}

void cpu_wait_off(unsigned cpu)
{
    while (psci(PSCI_AFFINITY_INFO, cpu, 0, 0) != AFFINITY_OFF) {
        asm volatile("wfe");
    }
}

/* WFE leaves the host's processors to those that are late. */
void wait_for(Word *p, uint64_t value)
{
    while (load_acquire(p) != value) {
        asm volatile("wfe");
    }
}

void meet(unsigned n)
{
    static Word arrived, turn;
    uint64_t mine = turn;

    dmb();
    if (atomic_add(&arrived, 1) == n - 1) {
        arrived = 0;
        store_release(&turn, mine + 1);
        asm volatile("dsb ish\n sev" ::: "memory");
        return;
    }
    wait_for(&turn, mine + 1);
}

/* -- the MMU --------------------------------------------------------------------------------- */

uint64_t guest_level1[512] __attribute__((aligned(PAGE))) = {
    0x00000401,                 /* MAIR's attribute 0, accessed */
    0x40000000 | DESC_BLOCK | 4,
};
uint32_t guest_mmu_is_on;

/* Called with nothing but registers: also by start.S. */
void guest_mmu_enable(void)
{
    WRITE_SYSREG("mair_el1", 0xff00);       /* 0: Device-nGnRnE, 1: Normal */
    WRITE_SYSREG("ttbr0_el1", (uintptr_t)guest_level1);
    WRITE_SYSREG("tcr_el1", 0x803519);      /* T0SZ 25, cacheable, inner shareable, EPD1 */
    asm volatile("isb\n tlbi vmalle1\n dsb nsh\n isb" ::: "memory");
    WRITE_SYSREG("sctlr_el1", 0x30d01805);  /* RES1, LSMAOE, nTLSMD, EIS, EOS; SPAN, I, C, M */
    isb();
}

void guest_mmu_on(void)
{
    guest_mmu_is_on = 1;
    guest_mmu_enable();
}

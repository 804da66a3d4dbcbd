/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses to device registers that the hardware does not describe to KVM, from a user program of
 * the guest: pairs, pre- and post-indexed, SIMD.  The registers are those of the board's PL031 at
 * 0x9010000, through /dev/mem: its identification (0xfe0, 8 registers of 4 bytes), which each form
 * must read as plain loads do, and the match register (4), which each form of store must change.
 * An exclusive load cannot be done: the program must get SIGBUS and live.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PL031 0x9010000
#define MATCH 4
#define ID 0xfe0

static volatile uint8_t *device;
static unsigned failures;

static void check(const char *what, const void *is, const void *should, size_t size)
{
    if (memcmp(is, should, size) != 0) {
        printf("access: FAILED: %s\n", what);
        failures++;
    }
}

static void check_base(const char *what, const volatile void *is, const volatile void *should)
{
    if (is != should) {
        printf("access: FAILED: %s: base register\n", what);
        failures++;
    }
}

static void plain_read(uint32_t *words)
{
    for (unsigned i = 0; i < 8; i++) {
        words[i] = ((volatile uint32_t *)(device + ID))[i];
    }
}

static void test_loads(void)
{
    volatile uint8_t *id = device + ID, *base;
    uint32_t words[8];
    uint64_t pair[2];
    uint32_t half[2];
    uint8_t vector[32];

    plain_read(words);
    __asm__ volatile("ldp %0, %1, [%2]" : "=r"(pair[0]), "=r"(pair[1]) : "r"(id) : "memory");
    check("ldp x", pair, words, 16);
    base = id + 8;
    __asm__ volatile("ldp %w0, %w1, [%2, #-8]!"
                     : "=&r"(half[0]), "=&r"(half[1]), "+r"(base) : : "memory");
    check("ldp w, pre-index", half, words, 8);
    check_base("ldp w, pre-index", base, id);
    __asm__ volatile("ldr %w0, [%1], #4" : "=&r"(half[0]), "+r"(base) : : "memory");
    check("ldr w, post-index", half, words, 4);
    check_base("ldr w, post-index", base, id + 4);
    base = id;
    __asm__ volatile("ldrb %w0, [%1, #4]!" : "=&r"(half[0]), "+r"(base) : : "memory");
    check("ldrb, pre-index", half, words + 1, 1);
    __asm__ volatile("ldr q0, [%0]\n str q0, [%1]" : : "r"(id), "r"(vector) : "v0", "memory");
    check("ldr q", vector, words, 16);
    __asm__ volatile("ldp q0, q1, [%0]\n stp q0, q1, [%1]"
                     : : "r"(id), "r"(vector) : "v0", "v1", "memory");
    check("ldp q", vector, words, 32);
    base = id;
    __asm__ volatile("ld1 {v0.4s, v1.4s}, [%0], #32\n stp q0, q1, [%1]"
                     : "+r"(base) : "r"(vector) : "v0", "v1", "memory");
    check("ld1, post-index", vector, words, 32);
    check_base("ld1, post-index", base, id + 32);
    __asm__ volatile("ldr d0, [%0, %1]\n str d0, [%2]"
                     : : "r"(device), "r"((uint64_t)ID + 8), "r"(vector) : "v0", "memory");
    check("ldr d, register offset", vector, words + 2, 8);
}

static void check_match(const char *what, uint32_t value)
{
    uint32_t is = *(volatile uint32_t *)(device + MATCH);

    check(what, &is, &value, 4);
}

static void test_stores(void)
{
    volatile uint8_t *base = device;

    __asm__ volatile("str %w1, [%0, #4]!" : "+r"(base) : "r"(0x11223344) : "memory");
    check_match("str w, pre-index", 0x11223344);
    check_base("str w, pre-index", base, device + MATCH);
    __asm__ volatile("str %w1, [%0], #-4" : "+r"(base) : "r"(0x55667788) : "memory");
    check_match("str w, post-index", 0x55667788);
    check_base("str w, post-index", base, device);
    __asm__ volatile("fmov s0, %w1\n str s0, [%0, #4]"
                     : : "r"(device), "r"(0x99aabbcc) : "v0", "memory");
    check_match("str s", 0x99aabbcc);
    __asm__ volatile("dup v0.4s, %w1\n st1 {v0.s}[2], [%0]"
                     : : "r"(device + MATCH), "r"(0x13572468) : "v0", "memory");
    check_match("st1, single lane", 0x13572468);
}

static sigjmp_buf after_abort;

static void aborted(int number)
{
    siglongjmp(after_abort, number);
}

static void test_exclusive(void)
{
    uint32_t value;

    signal(SIGBUS, aborted);
    if (sigsetjmp(after_abort, 1) == 0) {
        __asm__ volatile("ldxr %w0, [%1]" : "=r"(value) : "r"(device + ID) : "memory");
        printf("access: FAILED: an exclusive load was done\n");
        failures++;
    }
}

int main(void)
{
    int fd = open("/dev/mem", O_RDWR | O_SYNC);

    device = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PL031);
    if (fd < 0 || device == MAP_FAILED) {
        perror("access: /dev/mem");
        return 1;
    }
    test_loads();
    test_stores();
    test_exclusive();
    printf("access: %u failures\n", failures);
    return failures != 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In a guest: loads and stores that the processor does not describe to a hypervisor (pairs, indexed
 * forms, vectors), done to the mapped registers of an assigned PL031. They must do what plain ones
 * do, whether the page is mapped into the guest or every access traps.
 */
#include "lab-vfio.h"

static int failures;

static void check(const char *what, uint64_t seen, uint64_t expected)
{
    if (seen != expected) {
        printf("access: %s: 0x%" PRIx64 ", not 0x%" PRIx64 "\n", what, seen, expected);
        failures++;
    }
}

/* PrimeCell identification registers: 0x31 0x10 REVISION 0x00, 0x0d 0xf0 0x05 0xb1. */
static void load(struct device *dev, char *base)
{
    char *id = base + 0xfe0, *p;
    uint64_t a, b, revision = read_register(dev, 0xfe8);

    __asm__ volatile("ldp %w0, %w1, [%2]" : "=&r" (a), "=&r" (b) : "r" (id) : "memory");
    check("ldp, first", a, 0x31);
    check("ldp, second", b, 0x10);
    __asm__ volatile("ldpsw %0, %1, [%2, #16]" : "=&r" (a), "=&r" (b) : "r" (id) : "memory");
    check("ldpsw, first", a, 0x0d);
    check("ldpsw, second", b, 0xf0);
    p = id;
    __asm__ volatile("ldr %w0, [%1], #4" : "=&r" (a), "+r" (p) : : "memory");
    check("ldr, post-index", a, 0x31);
    check("ldr, post-index, address", p - id, 4);
    __asm__ volatile("ldr %w0, [%1, #4]!" : "=&r" (a), "+r" (p) : : "memory");
    check("ldr, pre-index", a, revision);
    check("ldr, pre-index, address", p - id, 8);
    __asm__ volatile("ldrb %w0, [%1], #-8" : "=&r" (a), "+r" (p) : : "memory");
    check("ldrb, post-index", a, revision);
    check("ldrb, post-index, address", p - id, 0);
    __asm__ volatile("ldr s0, [%1]\n fmov %w0, s0" : "=r" (a) : "r" (id + 16) : "v0", "memory");
    check("ldr of a vector register", a, 0x0d);
    __asm__ volatile("ldr q1, [%2]\n mov %0, v1.d[0]\n mov %1, v1.d[1]"
                     : "=&r" (a), "=&r" (b) : "r" (id + 16) : "v1", "memory");
    check("ldr of 16 bytes, low half", a, UINT64_C(0x000000f00000000d));
    check("ldr of 16 bytes, high half", b, UINT64_C(0x000000b100000005));
}

static void store(struct device *dev, char *base)
{
    char *match = base + 4, *p = match; /* RTCMR, which has no effect while masked */
    uint32_t value = 0x11111111;

    write_register(dev, 0x10, 0);
    __asm__ volatile("str %w1, [%0], #4" : "+r" (p) : "r" (value) : "memory");
    check("str, post-index", read_register(dev, 4), value);
    check("str, post-index, address", p - match, 4);
    value = 0x22222222;
    p = match - 4;
    __asm__ volatile("str %w1, [%0, #4]!" : "+r" (p) : "r" (value) : "memory");
    check("str, pre-index", read_register(dev, 4), value);
    check("str, pre-index, address", p - match, 0);
    value = 0x33333333;
    __asm__ volatile("fmov s2, %w0\n str s2, [%1]" : : "r" (value), "r" (match) : "v2", "memory");
    check("str of a vector register", read_register(dev, 4), value);
    value = 0x44444444;
    __asm__ volatile("stp %w0, %w1, [%2]" : : "r" (value), "r" (read_register(dev, 0)), "r" (match)
                     : "memory");
    check("stp", read_register(dev, 4), value);
}

int main(int argc, char **argv)
{
    struct device dev;

    if (argc != 2) {
        fprintf(stderr, "usage: lab-vfio-access DEVICE\n");
        return 2;
    }
    device_open(&dev, argv[1], 0, 0);
    for (int round = 0; round < 20; round++) {
        load(&dev, dev.map);
        store(&dev, dev.map);
    }
    printf("access: %d differences\n", failures);
    return failures ? 1 : 0;
}

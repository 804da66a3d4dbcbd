/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virt board saved and loaded as a whole, while interrupts are pending, FIFOs hold
 * bytes, timers run and a queue is half set up: what is loaded saves to the same bytes, and a
 * damaged stream is refused without harm. One machine; GIC version from the name of the test.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "sysemu/reset.h"
#include "board-harness.h"

#define GICD 0x08000000
#define UART 0x09000000
#define RTC 0x09010000
#define GPIO 0x09030000
#define FW_CFG 0x09020000
#define VIRTIO 0x0a000000
#define RAM 0x40000000
#define RAM_PAGES 1024

static void wr(hwaddr addr, uint32_t value)
{
    address_space_stl_le(&address_space_memory, addr, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

static uint32_t rd(hwaddr addr)
{
    return address_space_ldl_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

/* One word of each page, not always the same one. */
static hwaddr ram_word(uint32_t page)
{
    return RAM + page * 4096 + page % 1024 * 4;
}

/* Bring every device, and as many pages of RAM, into the middle of something. */
static void machine_stir(uint32_t pages)
{
    wr(GICD + 0x104, 0xffffffff);                   /* GICD_ISENABLER1 */
    wr(GICD + 0x204, 0x00000a5a);                   /* GICD_ISPENDR1 */
    wr(GICD + 0x404, 0x10203040);                   /* GICD_IPRIORITYR1 */
    wr(GICD, 1);                                    /* GICD_CTLR */
    wr(UART + 0x24, 13);                            /* UARTIBRD */
    wr(UART + 0x2c, 0x70);                          /* UARTLCR_H: 8 bits, FIFOs */
    wr(UART + 0x30, 0x381);                         /* UARTCR: loopback */
    for (int i = 0; i < 5; i++) {
        wr(UART, 'a' + i);
    }
    wr(UART + 0x38, 0x7ff);                         /* UARTIMSC */
    wr(RTC + 4, rd(RTC) + 100);                     /* RTCMR */
    wr(RTC + 0x10, 1);                              /* RTCIMSC */
    wr(GPIO + 0x400, 0x0f);                         /* GPIODIR */
    wr(GPIO + 0x3fc, 0x05);                         /* GPIODATA */
    address_space_stw_be(&address_space_memory, FW_CFG + 8, 0, MEMTXATTRS_UNSPECIFIED, NULL);
    address_space_ldub(&address_space_memory, FW_CFG, MEMTXATTRS_UNSPECIFIED, NULL);
    wr(VIRTIO + 0x70, 3);                           /* Status */
    for (uint32_t i = 0; i < pages; i++) {
        wr(ram_word(i), i * 2654435761u);
    }
}

static void test_loaded_machine_saves_to_the_same_bytes(void)
{
    g_autoptr(GByteArray) before = NULL;
    g_autoptr(GByteArray) after = NULL;
    g_autoptr(GByteArray) fresh = NULL;

    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    fresh = board_harness_save();
    machine_stir(RAM_PAGES);
    before = board_harness_save();
    g_assert_false(before->len == fresh->len && !memcmp(before->data, fresh->data, fresh->len));
    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    address_space_set(&address_space_memory, RAM, 0xee, 8 << 20, MEMTXATTRS_UNSPECIFIED);
    g_assert_true(board_harness_load(before, &error_abort));
    after = board_harness_save();
    g_assert_cmpmem(after->data, after->len, before->data, before->len);
    /* And it goes on: five bytes are in the FIFO. */
    for (int i = 0; i < 5; i++) {
        g_assert_cmphex(rd(UART) & 0xff, ==, 'a' + i);
    }
    g_assert_cmphex(rd(UART + 0x18) & 0x10, ==, 0x10);
    g_assert_cmphex(rd(GICD + 0x204) & 0xa5a, ==, 0xa5a);
    for (uint32_t i = 0; i < RAM_PAGES; i++) {
        g_assert_cmphex(rd(ram_word(i)), ==, i * 2654435761u);
    }
}

static void test_reset_leaves_nothing_of_before(void)
{
    g_autoptr(GByteArray) fresh = NULL;
    g_autoptr(GByteArray) again = NULL;

    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    address_space_set(&address_space_memory, RAM + (64 << 10), 0, 8 << 20, MEMTXATTRS_UNSPECIFIED);
    fresh = board_harness_save();
    machine_stir(RAM_PAGES);
    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    address_space_set(&address_space_memory, RAM + (64 << 10), 0, 8 << 20, MEMTXATTRS_UNSPECIFIED);
    again = board_harness_save();
    g_assert_cmpuint(again->len, ==, fresh->len);
    for (guint i = 0; i < fresh->len; i++) {
        if (fresh->data[i] != again->data[i]) {
            g_error("byte %u of %u is 0x%x after the second reset, not 0x%x", i, fresh->len,
                    again->data[i], fresh->data[i]);
        }
    }
}

/* Seeds are fixed: the same bytes are damaged in each run. */
static void test_damaged_streams_do_no_harm(void)
{
    g_autoptr(GByteArray) good = NULL;
    g_autoptr(GRand) rand = g_rand_new_with_seed(2026);
    unsigned refused = 0;

    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    /* Few pages, so that most of the stream is about devices. */
    machine_stir(4);
    good = board_harness_save();
    for (int round = 0; round < 400; round++) {
        g_autoptr(GByteArray) bad = g_byte_array_append(g_byte_array_new(), good->data, good->len);
        guint at = g_rand_int_range(rand, 0, bad->len);
        Error *err = NULL;

        if (round % 4 == 0) {
            g_byte_array_set_size(bad, at);
        } else {
            bad->data[at] ^= 1 << g_rand_int_range(rand, 0, 8);
        }
        if (!board_harness_load(bad, &err)) {
            g_assert_nonnull(err);
            error_free(err);
            refused++;
        }
        rd(UART);
        wr(GICD, 1);
        qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    }
    /* Every truncated one at least. */
    g_assert_cmpuint(refused, >=, 100);
    g_assert_true(board_harness_load(good, &error_abort));
}

int main(int argc, char **argv)
{
    const char *gic_version = strstr(argv[0], "gicv3") ? "3" : "2";
    MachineState *machine;

    g_test_init(&argc, &argv, NULL);
    machine = board_harness_create("virt", 3, "gic-version", gic_version, NULL);
    board_harness_finish(machine);
    g_test_add_func("/virt/state/loaded-machine-saves-to-the-same-bytes",
                    test_loaded_machine_saves_to_the_same_bytes);
    g_test_add_func("/virt/state/reset-leaves-nothing-of-before",
                    test_reset_leaves_nothing_of_before);
    g_test_add_func("/virt/state/damaged-streams-do-no-harm", test_damaged_streams_do_no_harm);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virt board's flash, as the Common Flash Interface (JESD68) and the data
 * sheets of Intel's 28F128J3 and P30 describe chips of command set 1: two
 * banks of 64 MiB, each of two 16-bit chips side by side on 32 bits.
 */
#include "qemu/osdep.h"
#include "libgantrytest.h"
#include "qemu/units.h"

#define BANK0 0x00000000
#define BANK1 0x04000000
#define BANK_BYTES (64 * MiB)
#define BLOCK_BYTES (256 * KiB)
#define BUFFER_BYTES 4096

/* The same for both chips. */
#define BOTH(x) ((uint32_t)(x) << 16 | (x))

#define READY BOTH(0x80)
#define ERASE_ERROR BOTH(0xa0)
#define PROGRAM_ERROR BOTH(0x90)
#define SEQUENCE_ERROR BOTH(0xb0)
#define LOCKED BOTH(0x02)

typedef struct Fixture {
    QTestState *qts;
    char *path;
} Fixture;

static void put(Fixture *f, uint64_t addr, uint32_t value)
{
    qtest_writel(f->qts, addr, value);
}

static uint32_t get(Fixture *f, uint64_t addr)
{
    return qtest_readl(f->qts, addr);
}

static void erase(Fixture *f, uint64_t addr)
{
    put(f, addr, BOTH(0x20));
    put(f, addr, BOTH(0xd0));
}

static void program(Fixture *f, uint64_t addr, uint32_t value)
{
    put(f, addr, BOTH(0x40));
    put(f, addr, value);
}

static void read_array(Fixture *f)
{
    put(f, BANK0, BOTH(0xff));
}

static void setup(Fixture *f, gconstpointer data)
{
    const char *options = data;
    int fd = g_file_open_tmp("gantry-flash-XXXXXX", &f->path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, BANK_BYTES), ==, 0);
    close(fd);
    f->qts = qtest_initf("-M virt -drive if=pflash,format=raw,file=%s%s", f->path,
                         options ? options : "");
}

static void teardown(Fixture *f, gconstpointer data)
{
    qtest_quit(f->qts);
    unlink(f->path);
    g_free(f->path);
}

/* What is in the file at @offset. */
static uint32_t file_word(Fixture *f, uint64_t offset)
{
    int fd = open(f->path, O_RDONLY);
    uint32_t word;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(pread(fd, &word, sizeof(word), offset), ==, sizeof(word));
    close(fd);
    return GUINT32_FROM_LE(word);
}

/* ---- identification ------------------------------------------------------------------ */

/* Word @n of the query structure, of one chip. */
static uint16_t query(Fixture *f, unsigned n)
{
    uint32_t word = get(f, BANK0 + n * 4);

    /* Both chips answer the same. */
    g_assert_cmphex(word >> 16, ==, word & 0xffff);
    return word;
}

static void test_query_describes_the_bank(Fixture *f, gconstpointer data)
{
    uint64_t blocks, block_bytes;

    put(f, BANK0 + 0x55 * 4, BOTH(0x98));
    g_assert_cmphex(query(f, 0x10), ==, 'Q');
    g_assert_cmphex(query(f, 0x11), ==, 'R');
    g_assert_cmphex(query(f, 0x12), ==, 'Y');
    g_assert_cmphex(query(f, 0x13), ==, 1);
    g_assert_cmphex(query(f, 0x14), ==, 0);
    /* The extended table is where 0x15 says. */
    g_assert_cmphex(query(f, query(f, 0x15)), ==, 'P');
    g_assert_cmphex(query(f, query(f, 0x15) + 1), ==, 'R');
    g_assert_cmphex(query(f, query(f, 0x15) + 2), ==, 'I');
    /* A chip is half of the bank. */
    g_assert_cmphex(1ull << query(f, 0x27), ==, BANK_BYTES / 2);
    g_assert_cmphex(2ull << query(f, 0x2a), ==, BUFFER_BYTES);
    g_assert_cmphex(query(f, 0x2c), ==, 1);
    blocks = (query(f, 0x2d) | query(f, 0x2e) << 8) + 1;
    block_bytes = (query(f, 0x2f) | query(f, 0x30) << 8) * 256;
    g_assert_cmpuint(block_bytes, ==, BLOCK_BYTES / 2);
    g_assert_cmpuint(blocks * block_bytes, ==, BANK_BYTES / 2);
    /* Behind the structure. */
    g_assert_cmphex(query(f, 0x1000), ==, 0);
    read_array(f);
    g_assert_cmphex(get(f, BANK0 + 0x40), ==, 0);
}

static void test_query_read_by_bytes_and_halves(Fixture *f, gconstpointer data)
{
    put(f, BANK0, BOTH(0x98));
    g_assert_cmphex(qtest_readb(f->qts, BANK0 + 0x40), ==, 'Q');
    g_assert_cmphex(qtest_readb(f->qts, BANK0 + 0x41), ==, 0);
    g_assert_cmphex(qtest_readb(f->qts, BANK0 + 0x42), ==, 'Q');
    g_assert_cmphex(qtest_readw(f->qts, BANK0 + 0x42), ==, 'Q');
    g_assert_cmphex(qtest_readq(f->qts, BANK0 + 0x40), ==, 0x0052005200510051ull);
}

static void test_identifier_codes(Fixture *f, gconstpointer data)
{
    put(f, BANK0, BOTH(0x90));
    g_assert_cmphex(get(f, BANK0), ==, BOTH(0x89));
    g_assert_cmphex(get(f, BANK0 + 4), ==, BOTH(0x18));
    /* Lock status of a block, at its word 2. */
    g_assert_cmphex(get(f, BANK0 + 3 * BLOCK_BYTES + 8), ==, 0);
    read_array(f);
}

/* ---- erase and program --------------------------------------------------------------- */

static void test_erase_sets_one_block_to_ones(Fixture *f, gconstpointer data)
{
    erase(f, BANK0 + BLOCK_BYTES + 0x1234 * 4);
    /* What was started shows its status, at any address. */
    g_assert_cmphex(get(f, BANK0), ==, READY);
    read_array(f);
    g_assert_cmphex(get(f, BANK0 + BLOCK_BYTES - 4), ==, 0);
    g_assert_cmphex(get(f, BANK0 + BLOCK_BYTES), ==, 0xffffffff);
    g_assert_cmphex(get(f, BANK0 + 2 * BLOCK_BYTES - 4), ==, 0xffffffff);
    g_assert_cmphex(get(f, BANK0 + 2 * BLOCK_BYTES), ==, 0);
}

static void test_program_only_clears_bits(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    program(f, BANK0 + 0x100, 0xff00a5a5);
    g_assert_cmphex(get(f, BANK0), ==, READY);
    program(f, BANK0 + 0x100, 0x0ff0ffff);
    /* The other code of the command; a half word. */
    qtest_writew(f->qts, BANK0 + 0x104, 0x10);
    qtest_writew(f->qts, BANK0 + 0x104, 0x1234);
    read_array(f);
    g_assert_cmphex(get(f, BANK0 + 0x100), ==, 0x0f00a5a5);
    g_assert_cmphex(get(f, BANK0 + 0x104), ==, 0xffff1234);
}

static void test_erase_needs_confirmation(Fixture *f, gconstpointer data)
{
    put(f, BANK0, BOTH(0x20));
    put(f, BANK0, BOTH(0x70));
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    /* It stays until it is cleared. */
    program(f, BANK0, 0);
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    put(f, BANK0, BOTH(0x50));
    put(f, BANK0, BOTH(0x70));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    read_array(f);
    g_assert_cmphex(get(f, BANK0), ==, 0);
}

static void test_unknown_command_reads_the_array(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    put(f, BANK0, BOTH(0x33));
    g_assert_cmphex(get(f, BANK0), ==, 0xffffffff);
    /* Probing for the other command set. */
    put(f, BANK0, BOTH(0x70));
    put(f, BANK0, BOTH(0xf0));
    g_assert_cmphex(get(f, BANK0), ==, 0xffffffff);
}

/* ---- write buffer -------------------------------------------------------------------- */

static void buffer_begin(Fixture *f, uint64_t block, unsigned words)
{
    put(f, block, BOTH(0xe8));
    /* The buffer is available. */
    g_assert_cmphex(get(f, block), ==, READY);
    put(f, block, BOTH(words - 1));
}

static void test_buffered_write(Fixture *f, gconstpointer data)
{
    uint64_t at = BANK0 + BLOCK_BYTES + 0x2000;

    erase(f, BANK0 + BLOCK_BYTES);
    buffer_begin(f, BANK0 + BLOCK_BYTES, 3);
    put(f, at, 0x11111111);
    put(f, at + 4, 0x22222222);
    put(f, at + 8, 0x33333333);
    /* Nothing has happened yet. */
    g_assert_cmphex(file_word(f, BLOCK_BYTES + 0x2000), !=, 0x11111111);
    put(f, BANK0 + BLOCK_BYTES, BOTH(0xd0));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    read_array(f);
    g_assert_cmphex(get(f, at - 4), ==, 0xffffffff);
    g_assert_cmphex(get(f, at), ==, 0x11111111);
    g_assert_cmphex(get(f, at + 4), ==, 0x22222222);
    g_assert_cmphex(get(f, at + 8), ==, 0x33333333);
    g_assert_cmphex(get(f, at + 12), ==, 0xffffffff);
}

static void test_whole_buffer(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    buffer_begin(f, BANK0, BUFFER_BYTES / 4);
    for (unsigned i = 0; i < BUFFER_BYTES / 4; i++) {
        put(f, BANK0 + i * 4, i * 0x01010101);
    }
    put(f, BANK0, BOTH(0xd0));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    read_array(f);
    for (unsigned i = 0; i < BUFFER_BYTES / 4; i++) {
        g_assert_cmphex(get(f, BANK0 + i * 4), ==, i * 0x01010101);
    }
}

static void test_buffer_sequence_errors(Fixture *f, gconstpointer data)
{
    /* More words than there is room for. */
    put(f, BANK0, BOTH(0xe8));
    put(f, BANK0, BOTH(BUFFER_BYTES / 4));
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    put(f, BANK0, BOTH(0x50));
    /* A word before the first one, in front of the buffer. */
    buffer_begin(f, BANK0, 2);
    put(f, BANK0 + 0x1000, 0);
    put(f, BANK0 + 0xffc, 0);
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    put(f, BANK0, BOTH(0x50));
    /* Behind it. */
    buffer_begin(f, BANK0, 2);
    put(f, BANK0 + 0x1000, 0);
    put(f, BANK0 + 0x1000 + BUFFER_BYTES, 0);
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    put(f, BANK0, BOTH(0x50));
    /* Beyond the block. */
    buffer_begin(f, BANK0, 2);
    put(f, BANK0 + BLOCK_BYTES - 4, 0);
    put(f, BANK0 + BLOCK_BYTES, 0);
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    put(f, BANK0, BOTH(0x50));
    /* No confirmation. */
    erase(f, BANK0);
    buffer_begin(f, BANK0, 1);
    put(f, BANK0, 0);
    put(f, BANK0, BOTH(0xff));
    g_assert_cmphex(get(f, BANK0), ==, SEQUENCE_ERROR);
    read_array(f);
    g_assert_cmphex(get(f, BANK0), ==, 0xffffffff);
}

static void test_buffer_at_the_end_of_the_bank(Fixture *f, gconstpointer data)
{
    uint64_t last = BANK0 + BANK_BYTES - 4;

    erase(f, last);
    buffer_begin(f, last, 1);
    put(f, last, 0x12345678);
    put(f, last, BOTH(0xd0));
    read_array(f);
    g_assert_cmphex(get(f, last), ==, 0x12345678);
    /* The next bank is another chip. */
    g_assert_cmphex(get(f, BANK1), ==, 0);
}

/* ---- locks, suspend, reset ------------------------------------------------------------------  */

static void test_locked_block_refuses(Fixture *f, gconstpointer data)
{
    uint64_t block = BANK0 + 2 * BLOCK_BYTES;

    erase(f, block);
    put(f, block, BOTH(0x60));
    put(f, block, BOTH(0x01));
    erase(f, block);
    g_assert_cmphex(get(f, block), ==, ERASE_ERROR | LOCKED);
    put(f, block, BOTH(0x50));
    program(f, block, 0);
    g_assert_cmphex(get(f, block), ==, PROGRAM_ERROR | LOCKED);
    put(f, block, BOTH(0x50));
    put(f, block, BOTH(0x90));
    g_assert_cmphex(get(f, block + 8), ==, BOTH(1));
    g_assert_cmphex(get(f, block + BLOCK_BYTES + 8), ==, 0);
    put(f, block, BOTH(0x60));
    put(f, block, BOTH(0xd0));
    program(f, block, 0);
    g_assert_cmphex(get(f, block), ==, READY);
    read_array(f);
    g_assert_cmphex(get(f, block), ==, 0);
}

static void test_suspend_finds_nothing_to_suspend(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    put(f, BANK0, BOTH(0xb0));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    put(f, BANK0, BOTH(0xd0));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    read_array(f);
    g_assert_cmphex(get(f, BANK0), ==, 0xffffffff);
}

static void test_reset_reads_the_array_and_keeps_it(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    program(f, BANK0 + 8, 0x00abcdef);
    put(f, BANK0, BOTH(0x60));
    put(f, BANK0, BOTH(0x01));
    put(f, BANK0, BOTH(0xe8));
    qtest_qmp_assert_success(f->qts, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(f->qts, "RESET");
    g_assert_cmphex(get(f, BANK0 + 8), ==, 0x00abcdef);
    put(f, BANK0, BOTH(0x70));
    g_assert_cmphex(get(f, BANK0), ==, READY);
    /* Lock bits are lost. */
    program(f, BANK0 + 8, 0);
    g_assert_cmphex(get(f, BANK0), ==, READY);
}

static void test_banks_are_independent(Fixture *f, gconstpointer data)
{
    put(f, BANK0, BOTH(0x90));
    g_assert_cmphex(get(f, BANK1), ==, 0);
    put(f, BANK1, BOTH(0x98));
    g_assert_cmphex(get(f, BANK0), ==, BOTH(0x89));
    g_assert_cmphex(get(f, BANK1 + 0x40), ==, BOTH('Q'));
    erase(f, BANK1);
    put(f, BANK1, BOTH(0xff));
    g_assert_cmphex(get(f, BANK1), ==, 0xffffffff);
}

/* ---- the drive ----------------------------------------------------------------------- */

static void test_changes_reach_the_drive(Fixture *f, gconstpointer data)
{
    erase(f, BANK0 + 5 * BLOCK_BYTES);
    program(f, BANK0 + 5 * BLOCK_BYTES + 0x4000, 0xcafe0001);
    qtest_qmp_assert_success(f->qts, "{'execute': 'stop'}");
    g_assert_cmphex(file_word(f, 5 * BLOCK_BYTES), ==, 0xffffffff);
    g_assert_cmphex(file_word(f, 5 * BLOCK_BYTES + 0x4000), ==, 0xcafe0001);
    g_assert_cmphex(file_word(f, 6 * BLOCK_BYTES), ==, 0);
    qtest_qmp_assert_success(f->qts, "{'execute': 'cont'}");
    /* And at the end of the program, without a stop before. */
    program(f, BANK0 + 5 * BLOCK_BYTES, 0x0badc0de);
    qtest_quit(f->qts);
    g_assert_cmphex(file_word(f, 5 * BLOCK_BYTES), ==, 0x0badc0de);
    f->qts = qtest_initf("-M virt -drive if=pflash,format=raw,file=%s", f->path);
    g_assert_cmphex(get(f, BANK0 + 5 * BLOCK_BYTES + 0x4000), ==, 0xcafe0001);
    g_assert_cmphex(get(f, BANK0 + 5 * BLOCK_BYTES), ==, 0x0badc0de);
}

static void test_read_only_drive(Fixture *f, gconstpointer data)
{
    erase(f, BANK0);
    g_assert_cmphex(get(f, BANK0), ==, ERASE_ERROR);
    put(f, BANK0, BOTH(0x50));
    program(f, BANK0, 0x12345678);
    g_assert_cmphex(get(f, BANK0), ==, PROGRAM_ERROR);
    put(f, BANK0, BOTH(0x50));
    g_assert_cmphex(get(f, BANK0), ==, 0);
}

static void test_banks_by_machine_property(void)
{
    Fixture f;
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("gantry-flash-XXXXXX", &path, NULL);
    uint32_t word = GUINT32_TO_LE(0x600df1a5);

    g_assert_cmpint(ftruncate(fd, BANK_BYTES), ==, 0);
    g_assert_cmpint(pwrite(fd, &word, sizeof(word), 16), ==, sizeof(word));
    close(fd);
    f.qts = qtest_initf("-blockdev driver=file,node-name=vars,filename=%s -M virt,pflash1=vars",
                        path);
    g_assert_cmphex(get(&f, BANK1 + 16), ==, 0x600df1a5);
    g_assert_cmphex(get(&f, BANK0 + 16), ==, 0);
    qtest_quit(f.qts);
    unlink(path);
}

/* 128 MiB of flash that nobody used take no memory, with a drive that is full of zeroes too. */
static void test_untouched_flash_is_not_resident(Fixture *f, gconstpointer data)
{
    g_autofree char *statm = g_strdup_printf("/proc/%d/statm", (int)qtest_pid(f->qts));
    g_autofree char *text = NULL;
    unsigned long size, resident;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    g_test_skip("sanitizers take memory of their own");
    return;
#endif
    g_assert_true(g_file_get_contents(statm, &text, NULL, NULL));
    g_assert_cmpint(sscanf(text, "%lu %lu", &size, &resident), ==, 2);
    g_assert_cmpuint(resident * sysconf(_SC_PAGESIZE), <, 48 * MiB);
}

#define ADD(path, function, options) \
    qtest_add("pflash/" path, Fixture, options, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("query/describes-the-bank", test_query_describes_the_bank, NULL);
    ADD("query/bytes-and-halves", test_query_read_by_bytes_and_halves, NULL);
    ADD("identifier-codes", test_identifier_codes, NULL);
    ADD("erase/sets-one-block-to-ones", test_erase_sets_one_block_to_ones, NULL);
    ADD("erase/needs-confirmation", test_erase_needs_confirmation, NULL);
    ADD("program/only-clears-bits", test_program_only_clears_bits, NULL);
    ADD("unknown-command-reads-the-array", test_unknown_command_reads_the_array, NULL);
    ADD("buffer/write", test_buffered_write, NULL);
    ADD("buffer/whole", test_whole_buffer, NULL);
    ADD("buffer/sequence-errors", test_buffer_sequence_errors, NULL);
    ADD("buffer/end-of-the-bank", test_buffer_at_the_end_of_the_bank, NULL);
    ADD("lock", test_locked_block_refuses, NULL);
    ADD("suspend", test_suspend_finds_nothing_to_suspend, NULL);
    ADD("reset", test_reset_reads_the_array_and_keeps_it, NULL);
    ADD("banks-are-independent", test_banks_are_independent, NULL);
    ADD("drive/changes-reach-it", test_changes_reach_the_drive, NULL);
    ADD("drive/read-only", test_read_only_drive, ",readonly=on");
    ADD("drive/untouched-flash-is-not-resident", test_untouched_flash_is_not_resident, NULL);
    qtest_add_func("pflash/drive/machine-property", test_banks_by_machine_property);
    return g_test_run();
}

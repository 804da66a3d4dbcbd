/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg on the virt board: selector, data and DMA registers as linux/qemu_fw_cfg.h and the
 * kernel's binding describe them. Registers and descriptors are big-endian.
 */
#include "qemu/osdep.h"
#include <linux/qemu_fw_cfg.h>
#include "qemu/bswap.h"
#include "libgantrytest.h"

#define FW_CFG 0x09020000
#define FW_CFG_DATA FW_CFG
#define FW_CFG_SELECTOR (FW_CFG + 8)
#define FW_CFG_DMA (FW_CFG + 16)

#define RAM 0x40000000ull
#define RAM_SIZE (64 * 1024 * 1024ull)
#define DESCRIPTOR RAM
#define BUFFER (RAM + 0x1000)

static QTestState *qts;

static void start(void)
{
    qts = qtest_init("-M virt -m 64 -smp 2,maxcpus=4 -fw_cfg opt/zebra,string=stripes "
                     "-fw_cfg opt/apple,string=abcdefghij -uuid "
                     "12345678-9abc-def0-1122-334455667788");
}

static void start_with_wishes(void)
{
    qts = qtest_init("-M virt -m 64 -boot menu=on,reboot-timeout=5000");
}

static void stop(void)
{
    qtest_quit(qts);
}

static void item_select(uint16_t key)
{
    qtest_writew(qts, FW_CFG_SELECTOR, bswap16(key));
}

static void data_read(void *buf, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)buf)[i] = qtest_readb(qts, FW_CFG_DATA);
    }
}

static void item_read(uint16_t key, void *buf, size_t size)
{
    item_select(key);
    data_read(buf, size);
}

/* The key of the file, and its size. */
static uint16_t file_find(const char *name, uint32_t *size)
{
    struct fw_cfg_file file;
    uint32_t count;

    item_read(FW_CFG_FILE_DIR, &count, sizeof(count));
    for (uint32_t i = 0; i < be32_to_cpu(count); i++) {
        data_read(&file, sizeof(file));
        if (!strcmp(file.name, name)) {
            *size = be32_to_cpu(file.size);
            return be16_to_cpu(file.select);
        }
    }
    g_error("no fw_cfg file '%s'", name);
}

/* Have the descriptor carried out; the control field afterwards. */
static uint32_t dma_run(uint32_t control, uint32_t length, uint64_t address)
{
    struct fw_cfg_dma_access dma = {
        .control = cpu_to_be32(control),
        .length = cpu_to_be32(length),
        .address = cpu_to_be64(address),
    };

    qtest_memwrite(qts, DESCRIPTOR, &dma, sizeof(dma));
    qtest_writeq(qts, FW_CFG_DMA, bswap64(DESCRIPTOR));
    qtest_memread(qts, DESCRIPTOR, &dma, sizeof(dma));
    return be32_to_cpu(dma.control);
}

static uint32_t dma_select(uint16_t key, uint32_t control)
{
    return (uint32_t)key << 16 | FW_CFG_DMA_CTL_SELECT | control;
}

/* ---- items ---- */

static void test_signature_and_version(void)
{
    char signature[5] = "";
    uint32_t id;

    start();
    data_read(signature, 4);
    g_assert_cmpstr(signature, ==, "QEMU");
    item_read(FW_CFG_ID, &id, sizeof(id));
    g_assert_cmphex(le32_to_cpu(id), ==, FW_CFG_VERSION | FW_CFG_VERSION_DMA);
    stop();
}

static void test_machine_items(void)
{
    static const uint8_t uuid[] = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
                                    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
    uint8_t seen[16];
    uint16_t n;
    uint64_t ram_size;

    start();
    item_read(FW_CFG_UUID, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), uuid, sizeof(uuid));
    item_read(FW_CFG_NB_CPUS, &n, sizeof(n));
    g_assert_cmpuint(le16_to_cpu(n), ==, 2);
    item_read(FW_CFG_MAX_CPUS, &n, sizeof(n));
    g_assert_cmpuint(le16_to_cpu(n), ==, 4);
    item_read(FW_CFG_RAM_SIZE, &ram_size, sizeof(ram_size));
    g_assert_cmphex(le64_to_cpu(ram_size), ==, RAM_SIZE);
    stop();
}

static void test_directory_is_sorted_by_name(void)
{
    struct fw_cfg_file file;
    char previous[FW_CFG_MAX_FILE_PATH] = "";
    uint32_t count;

    start();
    item_read(FW_CFG_FILE_DIR, &count, sizeof(count));
    g_assert_cmpuint(be32_to_cpu(count), >=, 2);
    for (uint32_t i = 0; i < be32_to_cpu(count); i++) {
        data_read(&file, sizeof(file));
        g_assert_cmpint(strcmp(previous, file.name), <, 0);
        g_assert_cmphex(be16_to_cpu(file.select), ==, FW_CFG_FILE_FIRST + i);
        g_assert_cmphex(file.reserved, ==, 0);
        memcpy(previous, file.name, sizeof(previous));
    }
    stop();
}

static void test_users_items_have_their_contents(void)
{
    char text[16] = "";
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/zebra", &size);
    g_assert_cmpuint(size, ==, strlen("stripes"));
    item_read(key, text, size);
    g_assert_cmpstr(text, ==, "stripes");
    stop();
}

static void test_boot_wishes_are_there(void)
{
    uint16_t menu;
    uint32_t wait_ms, size;
    uint16_t key;

    start_with_wishes();
    item_read(FW_CFG_BOOT_MENU, &menu, sizeof(menu));
    g_assert_cmpuint(le16_to_cpu(menu), ==, 1);
    key = file_find("etc/boot-fail-wait", &size);
    g_assert_cmpuint(size, ==, sizeof(wait_ms));
    item_read(key, &wait_ms, sizeof(wait_ms));
    g_assert_cmpuint(le32_to_cpu(wait_ms), ==, 5000);
    stop();
}

static void test_reads_of_all_widths_continue(void)
{
    uint32_t size;

    start();
    item_select(file_find("opt/apple", &size));
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 'a');
    g_assert_cmphex(qtest_readw(qts, FW_CFG_DATA), ==, 'b' | 'c' << 8);
    g_assert_cmphex(qtest_readl(qts, FW_CFG_DATA), ==, 0x67666564);
    /* Behind the end there are zeroes. */
    g_assert_cmphex(qtest_readq(qts, FW_CFG_DATA), ==, 0x6a6968);
    g_assert_cmphex(qtest_readq(qts, FW_CFG_DATA), ==, 0);
    stop();
}

static void test_selecting_begins_at_the_start(void)
{
    char text[4] = "";
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    item_read(key, text, 3);
    item_read(key, text, 3);
    g_assert_cmpstr(text, ==, "abc");
    stop();
}

static void test_unknown_items_are_zero(void)
{
    static const uint16_t keys[] = { FW_CFG_INVALID, 0x3fff, 0x4000 | 0x3fff, 0x8000, 0x5000,
                                     FW_CFG_FILE_FIRST + 0x1f, FW_CFG_SETUP_DATA };

    start();
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        item_select(keys[i]);
        g_assert_cmphex(qtest_readq(qts, FW_CFG_DATA), ==, 0);
    }
    stop();
}

static void test_data_register_ignores_writes(void)
{
    char text[4] = "";
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    item_select(key);
    qtest_writeb(qts, FW_CFG_DATA, 'X');
    qtest_writeq(qts, FW_CFG_DATA, UINT64_MAX);
    item_read(key, text, 3);
    g_assert_cmpstr(text, ==, "abc");
    stop();
}

static void test_reset_selects_the_signature(void)
{
    char signature[5] = "";

    start();
    item_select(FW_CFG_ID);
    qtest_readb(qts, FW_CFG_DATA);
    qtest_writel(qts, FW_CFG_DMA, UINT32_MAX);
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(qts, "RESET");
    data_read(signature, 4);
    g_assert_cmpstr(signature, ==, "QEMU");
    /* The half of an address is forgotten, too. */
    qtest_memset(qts, DESCRIPTOR, 0, 16);
    qtest_writel(qts, RAM, bswap32(FW_CFG_DMA_CTL_ERROR));
    qtest_writel(qts, FW_CFG_DMA + 4, bswap32(DESCRIPTOR));
    g_assert_cmphex(qtest_readl(qts, DESCRIPTOR), ==, 0);
    stop();
}

/* ---- DMA ---- */

static void test_dma_register_shows_its_signature(void)
{
    char text[9] = "";

    start();
    stq_be_p(text, bswap64(qtest_readq(qts, FW_CFG_DMA)));
    g_assert_cmpstr(text, ==, "QEMU CFG");
    g_assert_cmphex(qtest_readl(qts, FW_CFG_DMA + 4), ==, bswap32(0x20434647));
    stop();
}

static void test_dma_reads_an_item(void)
{
    char text[16];
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    qtest_memset(qts, BUFFER, 0xee, sizeof(text));
    g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_READ), 14, BUFFER), ==, 0);
    qtest_memread(qts, BUFFER, text, sizeof(text));
    /* Behind the end zeroes are written, and no more than asked for. */
    g_assert_cmpmem(text, sizeof(text), "abcdefghij\0\0\0\0\xee\xee", 16);
    stop();
}

static void test_dma_reads_continue_and_skip(void)
{
    char text[4] = "";
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_READ), 2, BUFFER), ==, 0);
    g_assert_cmphex(dma_run(FW_CFG_DMA_CTL_SKIP, 3, 0), ==, 0);
    g_assert_cmphex(dma_run(FW_CFG_DMA_CTL_READ, 2, BUFFER), ==, 0);
    qtest_memread(qts, BUFFER, text, 2);
    g_assert_cmpstr(text, ==, "fg");
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 'h');
    g_assert_cmphex(dma_run(FW_CFG_DMA_CTL_SKIP, UINT32_MAX, 0), ==, 0);
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 0);
    stop();
}

static void test_dma_address_in_two_halves(void)
{
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    dma_run(dma_select(key, FW_CFG_DMA_CTL_SKIP), 1, 0);
    qtest_writel(qts, DESCRIPTOR, bswap32(FW_CFG_DMA_CTL_SKIP));
    qtest_writel(qts, DESCRIPTOR + 4, bswap32(2));
    qtest_writel(qts, FW_CFG_DMA, 0);
    g_assert_cmphex(qtest_readl(qts, DESCRIPTOR), ==, bswap32(FW_CFG_DMA_CTL_SKIP));
    qtest_writel(qts, FW_CFG_DMA + 4, bswap32(DESCRIPTOR));
    g_assert_cmphex(qtest_readl(qts, DESCRIPTOR), ==, 0);
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 'd');
    stop();
}

static void test_dma_select_without_transfer(void)
{
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/zebra", &size);
    g_assert_cmphex(dma_run(dma_select(key, 0), 100, 0), ==, 0);
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 's');
    stop();
}

static void test_dma_write_to_a_read_only_item_is_an_error(void)
{
    char text[4] = "";
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    qtest_memset(qts, BUFFER, 'X', 4);
    g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_WRITE), 3, BUFFER), ==,
                    FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(dma_run(dma_select(FW_CFG_INVALID, FW_CFG_DMA_CTL_WRITE), 3, BUFFER), ==,
                    FW_CFG_DMA_CTL_ERROR);
    item_read(key, text, 3);
    g_assert_cmpstr(text, ==, "abc");
    stop();
}

static void test_dma_to_nowhere_is_an_error(void)
{
    static const uint64_t nowhere[] = { 0x0f000000, RAM + RAM_SIZE, RAM + RAM_SIZE - 2,
                                        UINT64_MAX, UINT64_MAX - 3 };
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    for (size_t i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_READ), 10, nowhere[i]), ==,
                        FW_CFG_DMA_CTL_ERROR);
        g_assert_cmphex(dma_run(dma_select(FW_CFG_INVALID, FW_CFG_DMA_CTL_READ), UINT32_MAX,
                                nowhere[i]), ==, FW_CFG_DMA_CTL_ERROR);
    }
    /* It reaches the end of memory in steps. */
    g_assert_cmphex(dma_run(dma_select(FW_CFG_INVALID, FW_CFG_DMA_CTL_READ), UINT32_MAX,
                            RAM + RAM_SIZE / 2), ==, FW_CFG_DMA_CTL_ERROR);
    stop();
}

static void test_dma_descriptor_nowhere_does_nothing(void)
{
    static const uint64_t nowhere[] = { 0x0f000000, RAM + RAM_SIZE - 8, UINT64_MAX };

    start();
    for (size_t i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        qtest_writeq(qts, FW_CFG_DMA, bswap64(nowhere[i]));
    }
    /* The part of a descriptor that could be written says so. */
    g_assert_cmphex(qtest_readl(qts, RAM + RAM_SIZE - 8), ==, bswap32(FW_CFG_DMA_CTL_ERROR));
    stop();
}

static void test_dma_to_its_own_registers_is_refused(void)
{
    uint32_t size;
    uint16_t key;

    start();
    key = file_find("opt/apple", &size);
    g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_READ), 8, FW_CFG_DMA), ==,
                    FW_CFG_DMA_CTL_ERROR);
    qtest_writeq(qts, FW_CFG_DMA, bswap64(FW_CFG_DATA));
    g_assert_cmphex(dma_run(dma_select(key, FW_CFG_DMA_CTL_SKIP), 1, 0), ==, 0);
    g_assert_cmphex(qtest_readb(qts, FW_CFG_DATA), ==, 'b');
    stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/fw_cfg/items/signature-and-version", test_signature_and_version);
    qtest_add_func("/fw_cfg/items/machine", test_machine_items);
    qtest_add_func("/fw_cfg/items/directory-is-sorted-by-name",
                   test_directory_is_sorted_by_name);
    qtest_add_func("/fw_cfg/items/users-have-their-contents",
                   test_users_items_have_their_contents);
    qtest_add_func("/fw_cfg/items/boot-wishes-are-there", test_boot_wishes_are_there);
    qtest_add_func("/fw_cfg/items/unknown-are-zero", test_unknown_items_are_zero);
    qtest_add_func("/fw_cfg/data/reads-of-all-widths-continue",
                   test_reads_of_all_widths_continue);
    qtest_add_func("/fw_cfg/data/selecting-begins-at-the-start",
                   test_selecting_begins_at_the_start);
    qtest_add_func("/fw_cfg/data/ignores-writes", test_data_register_ignores_writes);
    qtest_add_func("/fw_cfg/reset/selects-the-signature", test_reset_selects_the_signature);
    qtest_add_func("/fw_cfg/dma/register-shows-its-signature",
                   test_dma_register_shows_its_signature);
    qtest_add_func("/fw_cfg/dma/reads-an-item", test_dma_reads_an_item);
    qtest_add_func("/fw_cfg/dma/reads-continue-and-skip", test_dma_reads_continue_and_skip);
    qtest_add_func("/fw_cfg/dma/address-in-two-halves", test_dma_address_in_two_halves);
    qtest_add_func("/fw_cfg/dma/select-without-transfer", test_dma_select_without_transfer);
    qtest_add_func("/fw_cfg/dma/write-to-a-read-only-item-is-an-error",
                   test_dma_write_to_a_read_only_item_is_an_error);
    qtest_add_func("/fw_cfg/dma/to-nowhere-is-an-error", test_dma_to_nowhere_is_an_error);
    qtest_add_func("/fw_cfg/dma/descriptor-nowhere-does-nothing",
                   test_dma_descriptor_nowhere_does_nothing);
    qtest_add_func("/fw_cfg/dma/to-its-own-registers-is-refused",
                   test_dma_to_its_own_registers_is_refused);
    return g_test_run();
}

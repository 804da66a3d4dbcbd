/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a guest at fw_cfg. The bytes are accesses to its registers and to a page of memory
 * where DMA descriptors lie, which also shows a UART and fw_cfg's own registers to the
 * transfers. The item that the guest may write must keep its neighbours in memory as they are,
 * and the state must survive being saved and loaded.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/char/pl011.h"
#include "hw/nvram/fw_cfg.h"
#include "migration/machine-state.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Near each other, so that few bytes reach everything. */
#define RAM_BASE 0x0000
#define RAM_SIZE 0x4000
#define FW_DATA 0x5000
#define FW_SELECTOR (FW_DATA + 8)
#define FW_DMA (FW_DATA + 16)
#define UART 0x6000

#define STEPS_MAX 200
#define GUARD 0xa5

static FWCfgState *fw_cfg;
static DeviceState *uart;
/* The writable item, between guards. */
static uint8_t notes[3][64];
static size_t bytes_written;

static void notes_written(void *opaque, off_t start, size_t len)
{
    g_assert_true(start >= 0 && len > 0 && start + len <= sizeof(notes[1]));
    bytes_written += len;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static MemoryRegion ram;
    static const char *const names[] = { "opt/a", "opt/b", "etc/c" };

    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    memory_map_init();
    memory_region_init_ram(&ram, NULL, "fuzz-ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    uart = pl011_create(UART, NULL, NULL);
    fw_cfg = fw_cfg_init_mem_wide(FW_SELECTOR, FW_DATA, 8, FW_DMA, &address_space_memory);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        fw_cfg_add_file(fw_cfg, names[i], (char *)names[i], strlen(names[i]));
    }
    fw_cfg_add_file_callback(fw_cfg, "etc/notes", NULL, notes_written, NULL, notes[1],
                             sizeof(notes[1]), false);
    return 0;
}

/* One access; 12 bytes: kind, size, address, value. */
static void step(const uint8_t *bytes)
{
    static const hwaddr bases[] = { RAM_BASE, RAM_BASE, FW_DATA, FW_SELECTOR, FW_DMA, FW_DMA,
                                    UART, RAM_BASE + RAM_SIZE - 16 };
    hwaddr addr = bases[bytes[0] & 7] + (lduw_le_p(bytes + 2) & 0x3f);
    unsigned size = 1u << (bytes[1] & 3);
    uint8_t value[8];

    memcpy(value, bytes + 4, sizeof(value));
    if ((bytes[0] & 7) >= 4 && (bytes[0] & 7) <= 5) {
        addr &= ~3ull;
    }
    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, value, size,
                     (bytes[0] & 8) != 0);
}

/* A whole descriptor, well formed more often than bytes by chance; 12 bytes. */
static void descriptor_step(const uint8_t *bytes)
{
    static const uint64_t targets[] = { RAM_BASE, RAM_BASE + RAM_SIZE - 8, FW_DATA, FW_DMA, UART,
                                        UINT64_MAX - 7, 0x10000, RAM_BASE + 0x100 };
    static const uint32_t lengths[] = { 0, 1, 8, 64, 65, 0x1000, RAM_SIZE + 1, UINT32_MAX };
    hwaddr addr = RAM_BASE + (bytes[1] & 0x3f) * 4;
    FWCfgDmaAccess dma = {
        .control = cpu_to_be32((uint32_t)lduw_le_p(bytes + 2) << 16 | bytes[4]),
        .length = cpu_to_be32(lengths[bytes[5] & 7] + (bytes[6] & 0xf)),
        .address = cpu_to_be64(targets[bytes[7] & 7] + bytes[8]),
    };

    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, &dma, sizeof(dma));
    address_space_stq_be(&address_space_memory, FW_DMA, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void state_round_trip(void)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(DEVICE(fw_cfg)));
    g_autoptr(QEMUFile) out = qemu_file_new_memory_output();
    g_autoptr(QEMUFile) in = NULL;
    const uint8_t *data;
    size_t size;

    machine_state_save_one(out, id, &error_abort);
    data = qemu_file_get_data(out, &size);
    in = qemu_file_new_memory_input(data, size);
    machine_state_load_one(in, &error_abort);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    device_cold_reset(DEVICE(fw_cfg));
    device_cold_reset(uart);
    memset(notes, GUARD, sizeof(notes));
    bytes_written = 0;
    for (size_t i = 0; i < MIN(size / 12, STEPS_MAX); i++) {
        const uint8_t *bytes = data + 12 * i;

        if (bytes[0] & 0x80) {
            descriptor_step(bytes);
        } else {
            step(bytes);
        }
    }
    state_round_trip();
    for (size_t i = 0; i < sizeof(notes[0]); i++) {
        g_assert_cmphex(notes[0][i], ==, GUARD);
        g_assert_cmphex(notes[2][i], ==, GUARD);
        g_assert_true(bytes_written || notes[1][i] == GUARD);
    }
    return 0;
}

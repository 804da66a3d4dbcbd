/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of the flash bank: the Intel/Sharp extended command set
 * ("CFI command set 0001", Intel 28F128J3 and P30 data sheets) and the query
 * structure of JESD68. Chips of one bank get the same command at once, each in
 * its part of the data bus; what they answer is put together the same way.
 *
 * Operations end within the write that starts them: status is always ready,
 * and suspend finds nothing to suspend. Left out: protection registers,
 * read configuration (there are no bursts), blank check.
 */
#include "qemu/osdep.h"
#include "pflash-cfi01-internal.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "trace.h"

/* Commands, in the low byte of the data. */
enum {
    CMD_PROGRAM_ALT = 0x10,
    CMD_ERASE = 0x20,
    CMD_PROGRAM = 0x40,
    CMD_CLEAR_STATUS = 0x50,
    CMD_LOCK = 0x60,
    CMD_READ_STATUS = 0x70,
    CMD_READ_ID = 0x90,
    CMD_QUERY = 0x98,
    CMD_SUSPEND = 0xb0,
    CMD_CONFIRM = 0xd0,         /* also resume, and unlock */
    CMD_BUFFER = 0xe8,
    CMD_RESET_OTHER = 0xf0,     /* of the other command set: what probing software tries */
    CMD_READ_ARRAY = 0xff,
    LOCK_SET = 0x01,
    LOCK_CONFIGURATION = 0x03,
};

/* ---- query structure ------------------------------------------------------------------ */

void pflash_cfi01_table_fill(PFlashCFI01 *pfl)
{
    uint64_t block_bytes = pfl->sector_len, blocks = pfl->num_blocks;
    uint8_t buffer_log2 = pfl->bank_width == 1 ? 8 : 11;
    uint8_t *t = pfl->cfi_table;

    if (pfl->old_multiple_chip_handling) {
        blocks /= pfl->num_devices;
    } else {
        block_bytes /= pfl->num_devices;
    }
    memset(t, 0, PFLASH_CFI_BYTES);
    memcpy(t + 0x10, "QRY", 3);
    stw_le_p(t + 0x13, 0x0001);             /* command set: Intel/Sharp extended */
    stw_le_p(t + 0x15, 0x0031);             /* its table */
    t[0x1b] = 0x45;                         /* Vcc from 4.5 V */
    t[0x1c] = 0x55;                         /* to 5.5 V; no Vpp */
    t[0x1f] = 7;                            /* typical times: word 2^7 us */
    t[0x20] = 7;                            /* buffer 2^7 us */
    t[0x21] = 10;                           /* block erase 2^10 ms */
    t[0x23] = 4;                            /* maximal times: 2^4 times those */
    t[0x24] = 4;
    t[0x25] = 4;
    t[0x27] = 63 - clz64(block_bytes * blocks);
    stw_le_p(t + 0x28, 0x0002);             /* x8 and x16 */
    stw_le_p(t + 0x2a, buffer_log2);
    t[0x2c] = 1;                            /* all blocks are alike */
    stw_le_p(t + 0x2d, blocks - 1);
    stw_le_p(t + 0x2f, block_bytes / 256);
    memcpy(t + 0x31, "PRI10", 5);
    t[0x3f] = 1;                            /* one protection field, empty */
    pfl->buffer_bytes = 1 << buffer_log2;
    if (!pfl->old_multiple_chip_handling) {
        pfl->buffer_bytes *= pfl->num_devices;
    }
}

/* ---- reads ----------------------------------------------------------------------------- */

static bool block_is_locked(PFlashCFI01 *pfl, uint64_t offset)
{
    uint64_t block = offset / pfl->sector_len;

    return pfl->locks[block / 32] & (1u << (block % 32));
}

/* Number of the word that the chips see; narrow wiring of wide chips skips address lines. */
static uint64_t word_number(PFlashCFI01 *pfl, uint64_t offset)
{
    unsigned shift = ctz32(pfl->bank_width);

    if (pfl->device_width) {
        shift += ctz32(pfl->max_device_width) - ctz32(pfl->device_width);
    }
    return offset >> shift;
}

/* The answer of each chip, side by side. */
static uint64_t answer_spread(PFlashCFI01 *pfl, uint64_t answer)
{
    unsigned bytes = pfl->device_width ? pfl->device_width : pfl->bank_width;
    uint64_t all = 0;

    for (unsigned at = 0; at < pfl->bank_width; at += bytes) {
        all = deposit64(all, at * 8, bytes * 8, answer);
    }
    return all;
}

static uint64_t id_word(PFlashCFI01 *pfl, uint64_t offset)
{
    switch (word_number(pfl, offset) & 0xff) {
    case 0:
        return pfl->device_width ? pfl->ident[0] : pfl->ident[0] << 8 | pfl->ident[1];
    case 1:
        return pfl->device_width ? pfl->ident[1] : pfl->ident[2] << 8 | pfl->ident[3];
    case 2:
        return block_is_locked(pfl, offset);
    default:
        return 0;
    }
}

/* What the whole bank answers at @offset, a multiple of its width. */
static uint64_t bank_word(PFlashCFI01 *pfl, uint64_t offset)
{
    uint64_t number;

    switch (pfl->mode) {
    case PFLASH_READ_STATUS:
        return answer_spread(pfl, pfl->status);
    case PFLASH_READ_ID:
        return answer_spread(pfl, id_word(pfl, offset));
    case PFLASH_READ_QUERY:
        number = word_number(pfl, offset);
        return answer_spread(pfl, number < PFLASH_CFI_BYTES ? pfl->cfi_table[number] : 0);
    default:
        return 0;
    }
}

static uint64_t array_read(PFlashCFI01 *pfl, hwaddr offset, unsigned size)
{
    const uint8_t *p = pfl->storage + offset;

    return pfl->features & (1 << PFLASH_BE) ? ldn_be_p(p, size) : ldn_le_p(p, size);
}

static uint64_t pflash_read(void *opaque, hwaddr offset, unsigned size)
{
    PFlashCFI01 *pfl = opaque;
    uint64_t value = 0;

    if (pfl->mode == PFLASH_READ_ARRAY) {
        value = array_read(pfl, offset, size);
    } else {
        for (unsigned i = 0; i < size; i++) {
            hwaddr at = offset + i;
            uint64_t word = bank_word(pfl, QEMU_ALIGN_DOWN(at, pfl->bank_width));

            value |= extract64(word, (at % pfl->bank_width) * 8, 8) << (i * 8);
        }
    }
    trace_pflash_cfi01_read(pfl->name, offset, size, value);
    return value;
}

/* ---- changing the array ------------------------------------------------------------------ */

static void read_status(PFlashCFI01 *pfl)
{
    pfl->mode = PFLASH_READ_STATUS;
    pfl->cycle = PFLASH_COMMAND;
}

/* Programming can only turn ones into zeroes. */
static void array_program(PFlashCFI01 *pfl, uint64_t offset, const uint8_t *data, size_t bytes)
{
    uint8_t *p = pfl->storage + offset;

    for (size_t i = 0; i < bytes; i++) {
        p[i] &= data[i];
    }
    memory_region_set_dirty(&pfl->mem, offset, bytes);
    pflash_cfi01_store_mark(pfl, offset, bytes);
}

/* Whether the block at @offset may change; if not, the status says why. */
static bool block_check(PFlashCFI01 *pfl, uint64_t offset, uint8_t error)
{
    if (pfl->is_read_only) {
        pfl->status |= error;
        return false;
    }
    if (block_is_locked(pfl, offset)) {
        pfl->status |= error | PFLASH_SR_LOCKED;
        return false;
    }
    return true;
}

static void program_data(PFlashCFI01 *pfl, hwaddr offset, uint64_t value, unsigned size)
{
    uint8_t data[8];

    if (block_check(pfl, offset, PFLASH_SR_PROGRAM_ERROR)) {
        if (pfl->features & (1 << PFLASH_BE)) {
            stn_be_p(data, size, value);
        } else {
            stn_le_p(data, size, value);
        }
        array_program(pfl, offset, data, size);
    }
    read_status(pfl);
}

static void sequence_error(PFlashCFI01 *pfl, const char *what, hwaddr offset, uint64_t value)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s: unexpected 0x%" PRIx64 " written at 0x%" HWADDR_PRIx
                  "\n", pfl->name, what, value, offset);
    pfl->status |= PFLASH_SR_SEQUENCE_ERROR;
    read_status(pfl);
}

static void erase_confirm(PFlashCFI01 *pfl, hwaddr offset, uint64_t value)
{
    uint64_t base = QEMU_ALIGN_DOWN(offset, pfl->sector_len);

    if ((value & 0xff) != CMD_CONFIRM) {
        sequence_error(pfl, "block erase", offset, value);
        return;
    }
    if (block_check(pfl, offset, PFLASH_SR_ERASE_ERROR)) {
        trace_pflash_cfi01_erase(pfl->name, base);
        memset(pfl->storage + base, 0xff, pfl->sector_len);
        memory_region_set_dirty(&pfl->mem, base, pfl->sector_len);
        pflash_cfi01_store_mark(pfl, base, pfl->sector_len);
    }
    read_status(pfl);
}

static void lock_confirm(PFlashCFI01 *pfl, hwaddr offset, uint64_t value)
{
    uint64_t block = offset / pfl->sector_len;
    uint32_t bit = 1u << (block % 32);

    switch (value & 0xff) {
    case LOCK_SET:
        pfl->locks[block / 32] |= bit;
        break;
    case CMD_CONFIRM:
        pfl->locks[block / 32] &= ~bit;
        break;
    case LOCK_CONFIGURATION:
        /* Burst modes: the bus has none. */
        break;
    default:
        sequence_error(pfl, "block lock", offset, value);
        return;
    }
    read_status(pfl);
}

/* ---- write buffer -------------------------------------------------------------------------- */

static void buffer_count(PFlashCFI01 *pfl, hwaddr offset, uint64_t value)
{
    unsigned device_bits = 8 * (pfl->device_width ? pfl->device_width : pfl->bank_width);
    uint64_t count = extract64(value, 0, device_bits);

    /* One less than the number of words, each as wide as the bank. */
    if (count >= pfl->buffer_bytes / pfl->bank_width) {
        sequence_error(pfl, "write to buffer: count", offset, value);
        return;
    }
    memset(pfl->buffer, 0xff, pfl->buffer_bytes);
    pfl->buffer_left = count + 1;
    /* The first data word says where: until then there is no place. */
    pfl->buffer_base = UINT64_MAX;
    pfl->cycle = PFLASH_BUFFER_DATA;
}

/* The buffer's part of the array ends with the block. */
static uint64_t buffer_room(PFlashCFI01 *pfl)
{
    return MIN(pfl->buffer_bytes, pfl->sector_len - pfl->buffer_base % pfl->sector_len);
}

static void buffer_data(PFlashCFI01 *pfl, hwaddr offset, uint64_t value, unsigned size)
{
    uint8_t *p;

    if (pfl->buffer_base == UINT64_MAX) {
        pfl->buffer_base = QEMU_ALIGN_DOWN(offset, pfl->bank_width);
    }
    if (offset < pfl->buffer_base ||
        offset + size > pfl->buffer_base + buffer_room(pfl)) {
        sequence_error(pfl, "write to buffer: outside of the buffer", offset, value);
        return;
    }
    p = pfl->buffer + (offset - pfl->buffer_base);
    if (pfl->features & (1 << PFLASH_BE)) {
        stn_be_p(p, size, value);
    } else {
        stn_le_p(p, size, value);
    }
    if (--pfl->buffer_left == 0) {
        pfl->cycle = PFLASH_BUFFER_CONFIRM;
    }
}

static void buffer_confirm(PFlashCFI01 *pfl, hwaddr offset, uint64_t value)
{
    if ((value & 0xff) != CMD_CONFIRM) {
        sequence_error(pfl, "write to buffer: confirm", offset, value);
        return;
    }
    if (block_check(pfl, pfl->buffer_base, PFLASH_SR_PROGRAM_ERROR)) {
        array_program(pfl, pfl->buffer_base, pfl->buffer, buffer_room(pfl));
    }
    read_status(pfl);
}

/* ---- commands ------------------------------------------------------------------------------ */

void pflash_cfi01_read_array(PFlashCFI01 *pfl)
{
    pfl->cycle = PFLASH_COMMAND;
    pfl->mode = PFLASH_READ_ARRAY;
    memory_region_rom_device_set_romd(&pfl->mem, true);
}

static void command_start(PFlashCFI01 *pfl, PFlashCycle cycle)
{
    pfl->cycle = cycle;
    pfl->mode = PFLASH_READ_STATUS;
}

static void command_write(PFlashCFI01 *pfl, hwaddr offset, uint64_t value)
{
    switch (value & 0xff) {
    case CMD_PROGRAM:
    case CMD_PROGRAM_ALT:
        command_start(pfl, PFLASH_PROGRAM_DATA);
        break;
    case CMD_ERASE:
        command_start(pfl, PFLASH_ERASE_CONFIRM);
        break;
    case CMD_BUFFER:
        command_start(pfl, PFLASH_BUFFER_COUNT);
        break;
    case CMD_LOCK:
        command_start(pfl, PFLASH_LOCK_CONFIRM);
        break;
    case CMD_CLEAR_STATUS:
        pfl->status = PFLASH_SR_READY;
        pflash_cfi01_read_array(pfl);
        break;
    case CMD_READ_STATUS:
    case CMD_SUSPEND:
    case CMD_CONFIRM:
        pfl->mode = PFLASH_READ_STATUS;
        break;
    case CMD_READ_ID:
        pfl->mode = PFLASH_READ_ID;
        break;
    case CMD_QUERY:
        pfl->mode = PFLASH_READ_QUERY;
        break;
    case CMD_READ_ARRAY:
    case CMD_RESET_OTHER:
        pflash_cfi01_read_array(pfl);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: unknown command 0x%02x at 0x%" HWADDR_PRIx "\n",
                      pfl->name, (unsigned)(value & 0xff), offset);
        pflash_cfi01_read_array(pfl);
        break;
    }
}

static void pflash_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PFlashCFI01 *pfl = opaque;

    trace_pflash_cfi01_write(pfl->name, offset, size, value, pfl->cycle);
    switch (pfl->cycle) {
    case PFLASH_PROGRAM_DATA:
        program_data(pfl, offset, value, size);
        break;
    case PFLASH_ERASE_CONFIRM:
        erase_confirm(pfl, offset, value);
        break;
    case PFLASH_LOCK_CONFIRM:
        lock_confirm(pfl, offset, value);
        break;
    case PFLASH_BUFFER_COUNT:
        buffer_count(pfl, offset, value);
        break;
    case PFLASH_BUFFER_DATA:
        buffer_data(pfl, offset, value, size);
        break;
    case PFLASH_BUFFER_CONFIRM:
        buffer_confirm(pfl, offset, value);
        break;
    default:
        command_write(pfl, offset, value);
        break;
    }
    if (pfl->mode != PFLASH_READ_ARRAY) {
        memory_region_rom_device_set_romd(&pfl->mem, false);
    }
}

const MemoryRegionOps pflash_cfi01_ops = {
    .read = pflash_read,
    .write = pflash_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and blobs in guest memory. What is registered as a "rom" is kept and
 * written to guest memory at every reset, since the guest may have overwritten it.
 * Not here: uImage, a.out, hex files, option roms, compressed images.
 */
#ifndef HW_LOADER_H
#define HW_LOADER_H

#include "exec/memory.h"

/* Size of a file in bytes, or -1 if it cannot be opened. */
int64_t get_image_size(const char *filename);

/* Read at most @size bytes into @addr. Returns the count, or -1. */
ssize_t load_image_size(const char *filename, void *addr, size_t size);

/*
 * Register the file as a rom at guest address @addr. Returns its size, or -1
 * if it cannot be read, is empty, or is larger than @max_sz. The first form takes the
 * address space, the second uses the system memory.
 */
ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz,
                               AddressSpace *as);
ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz);

/* The same with an error that names file, size and room. */
ssize_t image_load(const char *filename, hwaddr addr, uint64_t max_sz, AddressSpace *as,
                   Error **errp);

/*
 * All of a file, 1 to @max_size bytes, in memory that the caller frees; NULL
 * with an error that names the file, its size and the room.
 */
uint8_t *image_read(const char *filename, uint64_t max_size, size_t *size, Error **errp);

/*
 * Register @data (taken over; @data_size of @rom_size bytes, the rest is zero)
 * for @addr of @as (NULL: system memory), or for the start of @mr.
 */
void rom_registry_take(const char *name, uint8_t *data, size_t data_size, size_t rom_size,
                       hwaddr addr, MemoryRegion *mr, AddressSpace *as);

/* Put the file at the start of @mr, which must be at least as large. */
ssize_t load_image_mr(const char *filename, MemoryRegion *mr);

#define ELF_LOAD_FAILED -1
#define ELF_LOAD_NOT_ELF -2
#define ELF_LOAD_WRONG_ARCH -3
#define ELF_LOAD_WRONG_ENDIAN -4
#define ELF_LOAD_TOO_BIG -5

/* Text for one of these. */
const char *load_elf_strerror(ssize_t error);

typedef void (*symbol_fn_t)(const char *st_name, int st_info, uint64_t st_value,
                            uint64_t st_size);

/*
 * Register the PT_LOAD segments of an ELF file as roms. @elf_note_fn and @sym_cb
 * must be NULL (notes and symbols are not read). @translate_fn maps a segment's physical
 * address; NULL keeps it. *@pentry, *@lowaddr, *@highaddr and *@pflags are set
 * where not NULL. @big_endian, @elf_machine: what the file must be; 0 as machine
 * accepts any. @as NULL is the system memory; without @load_rom segments
 * are written once, now. Returns the bytes loaded or an ELF_LOAD_ code.
 */
ssize_t load_elf_ram_sym(const char *filename,
                         uint64_t (*elf_note_fn)(void *, void *, bool),
                         uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                         uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr,
                         uint32_t *pflags, int big_endian, int elf_machine, int clear_lsb,
                         int data_swab, AddressSpace *as, bool load_rom, symbol_fn_t sym_cb);
ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int big_endian, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as);
ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int big_endian, int elf_machine, int clear_lsb, int data_swab);

typedef void (*FWCfgCallback)(void *opaque);

/*
 * Register @len bytes of @blob (copied) as a rom of @max_len bytes (the rest is
 * zero) at @addr. @fw_file_name, @fw_callback and @callback_opaque must be NULL:
 * boards add files to fw_cfg themselves. Returns NULL: roms at addresses have no region of
 * their own.
 */
MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name, FWCfgCallback fw_callback,
                           void *callback_opaque, AddressSpace *as, bool read_only);

/*
 * Register a file as a rom: at @addr of @as, or at the start of @mr if that is given.
 * @fw_dir and @bootindex belong to fw_cfg: NULL and -1. Returns 0 or -1.
 */
ssize_t rom_add_file(const char *file, const char *fw_dir, hwaddr addr, int32_t bootindex,
                     bool has_option_rom, MemoryRegion *mr, AddressSpace *as);

#define rom_add_file_fixed(_f, _a, _i) rom_add_file(_f, NULL, _a, _i, false, NULL, NULL)
#define rom_add_file_as(_f, _as, _i) rom_add_file(_f, NULL, 0, _i, false, NULL, _as)
#define rom_add_file_mr(_f, _mr, _i) rom_add_file(_f, NULL, 0, _i, false, _mr, NULL)
#define rom_add_blob_fixed(_f, _b, _l, _a) \
    rom_add_blob(_f, _b, _l, _l, _a, NULL, NULL, NULL, NULL, true)
#define rom_add_blob_fixed_as(_f, _b, _l, _a, _as) \
    rom_add_blob(_f, _b, _l, _l, _a, NULL, NULL, NULL, _as, true)

/* Check that no two roms overlap, then write them at every reset from now on. */
bool rom_registry_seal(Error **errp);

/* The same in the older shape: 0, or -1 after reporting the error. */
int rom_check_and_register_reset(void);

/*
 * Begin and end a group of registrations; an unsuccessful end drops the group. Groups
 * nest: what an inner one kept goes when the outer one is dropped.
 */
void rom_transaction_begin(void);
void rom_transaction_end(bool commit);

/* Copy what roms hold of [@addr, @addr + @size) to @dest; returns the bytes up to the last. */
int rom_copy(uint8_t *dest, hwaddr addr, size_t size);

/* The bytes at [@addr, @addr + @size) if one rom holds them all and RAM is not yet written. */
void *rom_ptr(hwaddr addr, size_t size);
void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size);

/* Text of `info roms`. The caller frees it. */
char *rom_registry_text(void);

#endif

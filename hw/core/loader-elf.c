/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files into guest memory, by the ELF-64 object file format: header and
 * PT_LOAD segments. 64-bit little-endian only; no symbols, no notes. Every
 * number in the file is checked before it is used.
 */
#include "qemu/osdep.h"
#include <elf.h>
#include "exec/address-spaces.h"
#include "hw/loader.h"

const char *load_elf_strerror(ssize_t error)
{
    switch (error) {
    case ELF_LOAD_FAILED:
        return "the ELF file is damaged or cannot be read";
    case ELF_LOAD_NOT_ELF:
        return "not an ELF file";
    case ELF_LOAD_WRONG_ARCH:
        return "the ELF file is for another CPU";
    case ELF_LOAD_WRONG_ENDIAN:
        return "the ELF file has the wrong byte order";
    case ELF_LOAD_TOO_BIG:
        return "the ELF file's segments do not fit in memory";
    default:
        return "no error";
    }
}

/* An ELF file in memory, and what the caller wants done with it. */
typedef struct ElfImage {
    const char *name;
    const uint8_t *data;
    size_t size;
    uint64_t (*translate_fn)(void *opaque, uint64_t addr);
    void *translate_opaque;
    AddressSpace *as;
    bool load_rom;
    uint64_t entry_virtual;
    uint64_t entry;
    uint64_t low;
    uint64_t high;
    uint64_t total;
} ElfImage;

static ssize_t elf_header_check(const ElfImage *image, Elf64_Ehdr *header, int elf_machine)
{
    if (image->size < EI_NIDENT || memcmp(image->data, ELFMAG, SELFMAG) != 0) {
        return ELF_LOAD_NOT_ELF;
    }
    if (image->data[EI_DATA] != ELFDATA2LSB) {
        return ELF_LOAD_WRONG_ENDIAN;
    }
    if (image->data[EI_CLASS] != ELFCLASS64 || image->size < sizeof(*header)) {
        return image->data[EI_CLASS] != ELFCLASS64 ? ELF_LOAD_WRONG_ARCH : ELF_LOAD_FAILED;
    }
    memcpy(header, image->data, sizeof(*header));
    if (elf_machine != EM_NONE && le16_to_cpu(header->e_machine) != elf_machine) {
        return ELF_LOAD_WRONG_ARCH;
    }
    return 0;
}

static bool elf_program_header_get(const ElfImage *image, const Elf64_Ehdr *header, unsigned i,
                                   Elf64_Phdr *ph)
{
    uint64_t offset = le64_to_cpu(header->e_phoff);
    uint64_t entry = le16_to_cpu(header->e_phentsize);

    if (entry < sizeof(*ph) || offset > image->size || (i + 1) * entry > image->size - offset) {
        return false;
    }
    memcpy(ph, image->data + offset + i * entry, sizeof(*ph));
    return true;
}

/*
 * The entry point is a virtual address. Code whose physical address differs is
 * entered there, since the MMU is off.
 */
static void elf_entry_settle(ElfImage *image, const Elf64_Phdr *ph)
{
    uint64_t offset = image->entry_virtual - le64_to_cpu(ph->p_vaddr);

    if (!image->translate_fn && (le32_to_cpu(ph->p_flags) & PF_X) &&
        offset < le64_to_cpu(ph->p_filesz)) {
        image->entry = le64_to_cpu(ph->p_paddr) + offset;
    }
}

static ssize_t elf_segment_load(ElfImage *image, const Elf64_Phdr *ph, unsigned i)
{
    uint64_t offset = le64_to_cpu(ph->p_offset);
    uint64_t file_size = le64_to_cpu(ph->p_filesz);
    uint64_t mem_size = le64_to_cpu(ph->p_memsz);
    uint64_t addr = le64_to_cpu(ph->p_paddr);

    if (file_size > mem_size || offset > image->size || file_size > image->size - offset) {
        return ELF_LOAD_FAILED;
    }
    if (mem_size == 0) {
        return 0;
    }
    elf_entry_settle(image, ph);
    if (image->translate_fn) {
        addr = image->translate_fn(image->translate_opaque, addr);
    }
    if (mem_size > SSIZE_MAX || mem_size - 1 > UINT64_MAX - addr ||
        image->total + mem_size > SSIZE_MAX) {
        return ELF_LOAD_TOO_BIG;
    }
    if (image->load_rom) {
        g_autofree char *name = g_strdup_printf("%s ELF program header segment %u", image->name,
                                                i);

        rom_registry_take(name, g_memdup2(image->data + offset, file_size), file_size, mem_size,
                          addr, NULL, image->as);
    } else {
        AddressSpace *as = image->as ? image->as : &address_space_memory;

        address_space_write(as, addr, MEMTXATTRS_UNSPECIFIED, image->data + offset, file_size);
        address_space_set(as, addr + file_size, 0, mem_size - file_size, MEMTXATTRS_UNSPECIFIED);
    }
    image->total += mem_size;
    image->low = MIN(image->low, addr);
    image->high = MAX(image->high, addr + mem_size);
    return 0;
}

static ssize_t elf_segments_load(ElfImage *image, const Elf64_Ehdr *header)
{
    unsigned count = le16_to_cpu(header->e_phnum);

    for (unsigned i = 0; i < count; i++) {
        Elf64_Phdr ph;
        ssize_t ret;

        if (!elf_program_header_get(image, header, i, &ph)) {
            return ELF_LOAD_FAILED;
        }
        if (le32_to_cpu(ph.p_type) == PT_LOAD) {
            ret = elf_segment_load(image, &ph, i);
            if (ret < 0) {
                return ret;
            }
        }
    }
    return image->total ? (ssize_t)image->total : ELF_LOAD_FAILED;
}

ssize_t load_elf_ram_sym(const char *filename,
                         uint64_t (*elf_note_fn)(void *, void *, bool),
                         uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                         uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr,
                         uint32_t *pflags, int big_endian, int elf_machine, int clear_lsb,
                         int data_swab, AddressSpace *as, bool load_rom, symbol_fn_t sym_cb)
{
    size_t size;
    g_autofree uint8_t *data = NULL;
    ElfImage image;
    Elf64_Ehdr header;
    ssize_t ret;

    g_assert(!elf_note_fn && !sym_cb && !data_swab);
    if (big_endian) {
        return ELF_LOAD_WRONG_ENDIAN;
    }
    data = image_read(filename, SSIZE_MAX, &size, NULL);
    if (!data) {
        return ELF_LOAD_FAILED;
    }
    image = (ElfImage){
        .name = filename, .data = data, .size = size, .translate_fn = translate_fn,
        .translate_opaque = translate_opaque, .as = as, .load_rom = load_rom, .low = UINT64_MAX,
    };
    ret = elf_header_check(&image, &header, elf_machine);
    if (ret < 0) {
        return ret;
    }
    image.entry_virtual = le64_to_cpu(header.e_entry);
    image.entry = image.entry_virtual;
    /* Segments of a file that turns out to be bad must not stay registered. */
    rom_transaction_begin();
    ret = elf_segments_load(&image, &header);
    rom_transaction_end(ret >= 0);
    if (ret < 0) {
        return ret;
    }
    if (pentry) {
        *pentry = image.entry;
    }
    if (lowaddr) {
        *lowaddr = image.low;
    }
    if (highaddr) {
        *highaddr = image.high;
    }
    if (pflags) {
        *pflags = le32_to_cpu(header.e_flags);
    }
    return ret;
}

ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int big_endian, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as)
{
    return load_elf_ram_sym(filename, elf_note_fn, translate_fn, translate_opaque, pentry, lowaddr,
                            highaddr, pflags, big_endian, elf_machine, clear_lsb, data_swab, as,
                            true, NULL);
}

ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int big_endian, int elf_machine, int clear_lsb, int data_swab)
{
    return load_elf_as(filename, elf_note_fn, translate_fn, translate_opaque, pentry, lowaddr,
                       highaddr, pflags, big_endian, elf_machine, clear_lsb, data_swab, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory access that needs no CPU: byte orders of devices, RAM addresses,
 * queries about RAM blocks, and accesses to the system address space.
 */
#ifndef EXEC_CPU_COMMON_H
#define EXEC_CPU_COMMON_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/target_page.h"
#include "qemu/typedefs.h"

typedef struct RAMBlock RAMBlock;
typedef struct MemoryRegion MemoryRegion;
typedef struct QEMUBH QEMUBH;

enum device_endian {
    DEVICE_NATIVE_ENDIAN, /* the guest's order: little */
    DEVICE_BIG_ENDIAN,
    DEVICE_LITTLE_ENDIAN,
};

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define DEVICE_HOST_ENDIAN DEVICE_BIG_ENDIAN
#else
#define DEVICE_HOST_ENDIAN DEVICE_LITTLE_ENDIAN
#endif

/* Position of a byte in the private numbering of all RAM; no guest sees it. */
typedef uint64_t ram_addr_t;
#define RAM_ADDR_MAX UINT64_MAX
#define RAM_ADDR_FMT "%" PRIx64
#define RAM_ADDR_INVALID (~(ram_addr_t)0)

/* -- questions about RAM blocks; a block stays valid under the BQL or RCU ---- */

/* RAM address of a host pointer, or RAM_ADDR_INVALID if it is in no block. */
ram_addr_t qemu_ram_addr_from_host(void *ptr);

/* The same, aborting when there is none: for pointers that came from us. */
ram_addr_t qemu_ram_addr_from_host_nofail(void *ptr);

/* The block called @name, or NULL.  Takes RCU itself; caller keeps the block alive. */
RAMBlock *qemu_ram_block_by_name(const char *name);

/*
 * The block that holds host address @ptr, or NULL; *@offset is the byte offset
 * in it, rounded down to a guest page if @round_offset.
 */
RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset);

/* Offset of host address @host in @rb. */
ram_addr_t qemu_ram_block_host_offset(RAMBlock *rb, void *host);

/*
 * Name @block "<path of dev>/@name" for saved states (@dev may be NULL).  Names are
 * unique: a second block of the same name is a programming error and aborts.
 */
void qemu_ram_set_idstr(RAMBlock *block, const char *name, DeviceState *dev);
void qemu_ram_unset_idstr(RAMBlock *block);
const char *qemu_ram_get_idstr(RAMBlock *rb);

void *qemu_ram_get_host_addr(RAMBlock *rb);
ram_addr_t qemu_ram_get_offset(RAMBlock *rb);
ram_addr_t qemu_ram_get_used_length(RAMBlock *rb);
ram_addr_t qemu_ram_get_max_length(RAMBlock *rb);
ram_addr_t qemu_ram_get_fd_offset(RAMBlock *rb);
/* The file behind the block, or -1.  Stays the block's. */
int qemu_ram_get_fd(RAMBlock *rb);
bool qemu_ram_is_shared(RAMBlock *rb);
bool qemu_ram_is_noreserve(RAMBlock *rb);
bool qemu_ram_is_named_file(RAMBlock *rb);
bool qemu_ram_is_uf_zeroable(RAMBlock *rb);
bool qemu_ram_is_migratable(RAMBlock *rb);
void qemu_ram_set_migratable(RAMBlock *rb);
void qemu_ram_unset_migratable(RAMBlock *rb);
/* Host page size behind the block, bytes. */
size_t qemu_ram_pagesize(RAMBlock *rb);
/* Largest of them over all blocks. */
size_t qemu_ram_pagesize_largest(void);

/* Called for each block; non-zero stops the walk and is returned. */
typedef int RAMBlockIterFunc(RAMBlock *rb, void *opaque);
int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque);

/*
 * Give the memory of [@start, @start + @length) of @rb back to the host; it reads
 * as zero afterwards.  Both must be multiples of the block's page size.
 * Returns 0 or -errno.
 */
int ram_block_discard_range(RAMBlock *rb, uint64_t start, size_t length);

/* -- accesses to address_space_memory ------------------------------------------ */

void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write);

static inline void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len)
{
    cpu_physical_memory_rw(addr, buf, len, false);
}

static inline void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len)
{
    cpu_physical_memory_rw(addr, (void *)buf, len, true);
}

/* address_space_map() and _unmap() of address_space_memory. */
void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write);
void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len);

/* Whether an access at @phys_addr would reach a device rather than memory. */
bool cpu_physical_memory_is_io(hwaddr phys_addr);

/*
 * Schedule @bh once bounce buffer space is free again, after address_space_map()
 * returned NULL.  The registration is used up by the call.
 */
void cpu_register_map_client(QEMUBH *bh);
void cpu_unregister_map_client(QEMUBH *bh);

#endif

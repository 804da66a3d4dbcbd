/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory regions: the tree that says who answers at which guest address.
 * The interface is the one of QEMU 8.2 device models; docs/memory.md tells how
 * it works behind.  Neighbours included from here: memory-access.h (address
 * spaces and accesses), memory-iommu.h, memory-listener.h, memory-discard.h.
 *
 * Unless a function says otherwise its caller holds the BQL.
 */
#ifndef EXEC_MEMORY_H
#define EXEC_MEMORY_H

#include "exec/cpu-common.h"
#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/memop.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/event_notifier.h"
#include "qemu/int128.h"
#include "qemu/mem-reentrancy.h"
#include "qemu/notify.h"
#include "qemu/queue.h"
#include "qemu/range.h"
#include "qemu/rcu.h"
#include "qom/object.h"

/* Largest ram_addr_t a host pointer can stand for; bounds all RAM sizes. */
#define MAX_PHYS_ADDR_SPACE_BITS 62
#define MAX_PHYS_ADDR (((hwaddr)1 << MAX_PHYS_ADDR_SPACE_BITS) - 1)

#define TYPE_MEMORY_REGION "memory-region"
OBJECT_DECLARE_SIMPLE_TYPE(MemoryRegion, MEMORY_REGION)

typedef struct AddressSpace AddressSpace;
typedef struct FlatView FlatView;
typedef struct MemoryRegionOps MemoryRegionOps;
typedef struct MemoryRegionSection MemoryRegionSection;
typedef struct MemoryRegionIoeventfds MemoryRegionIoeventfds;
typedef struct MemoryRegionChildren MemoryRegionChildren;
typedef struct RamDiscardManager RamDiscardManager;

/*
 * Interface of an owner whose I/O regions must not be entered while one of them
 * is being accessed (a device that DMAs into its own registers).  hw/core's
 * devices implement it.
 */
#define TYPE_MEM_REENTRANCY_OWNER "mem-reentrancy-owner"
typedef struct MemReentrancyOwner MemReentrancyOwner;
typedef struct MemReentrancyOwnerClass {
    InterfaceClass parent_class;
    /* The guard of @obj; lives as long as @obj. */
    MemReentrancyGuard *(*get_guard)(Object *obj);
} MemReentrancyOwnerClass;
DECLARE_CLASS_CHECKERS(MemReentrancyOwnerClass, MEM_REENTRANCY_OWNER, TYPE_MEM_REENTRANCY_OWNER)
#define MEM_REENTRANCY_OWNER(obj) \
    INTERFACE_CHECK(MemReentrancyOwner, (obj), TYPE_MEM_REENTRANCY_OWNER)

/* Addresses that an IOMMU must treat specially; @type is the IOMMU model's. */
struct ReservedRegion {
    Range range;
    unsigned type;
};

/* A run of bytes; 128 bits so that 2^64 bytes can be said. */
typedef struct AddrRange {
    Int128 start;
    Int128 size;
} AddrRange;

/* How one I/O region is accessed.  Sizes are in bytes. */
struct MemoryRegionOps {
    /* @addr is the offset in the region; @data is in host byte order. */
    uint64_t (*read)(void *opaque, hwaddr addr, unsigned size);
    void (*write)(void *opaque, hwaddr addr, uint64_t data, unsigned size);

    /* Used instead when set: they see the attributes and may fail. */
    MemTxResult (*read_with_attrs)(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                                   MemTxAttrs attrs);
    MemTxResult (*write_with_attrs)(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                    MemTxAttrs attrs);

    enum device_endian endianness;

    /* What the guest may do; everything else ends in MEMTX_DECODE_ERROR. */
    struct {
        unsigned min_access_size; /* 0: 1 */
        unsigned max_access_size; /* 0: no limit on the size of single accesses */
        bool unaligned;           /* accesses not aligned to their size are fine */
        /* If set, has the last word; must not have side effects. */
        bool (*accepts)(void *opaque, hwaddr addr, unsigned size, bool is_write,
                        MemTxAttrs attrs);
    } valid;

    /* What read and write cope with; other sizes are made of these. */
    struct {
        unsigned min_access_size; /* 0: 1 */
        unsigned max_access_size; /* 0: 4 */
        bool unaligned;           /* if false, unaligned accesses are split */
    } impl;

    /*
     * If set, does copies of more than 8 bytes (address_space_rw() and the like, not the guest's
     * own accesses) that would be split otherwise, in the order of the bytes. For windows to memory
     * that is elsewhere; not for an owner with a reentrancy guard. On an error @buf has zeros where
     * nothing was read.
     */
    MemTxResult (*copy)(void *opaque, hwaddr addr, void *buf, hwaddr len, bool is_write,
                        MemTxAttrs attrs);
};

struct MemoryRegion {
    Object parent_obj;

    /* private: what every access reads is together, in one line of the host's cache */
    Object *owner;
    const MemoryRegionOps *ops;
    void *opaque;
    MemoryRegionIoeventfds *ioeventfds; /* RCU; NULL when none */
    MemoryRegion *alias;
    MemReentrancyGuard *guard; /* the owner's, or NULL */
    RAMBlock *ram_block;
    bool romd_mode;
    bool ram;
    bool subpage;
    bool readonly; /* for RAM: no writes from the guest */
    bool nonvolatile;
    bool rom_device;
    bool flush_coalesced_mmio;
    bool lockless; /* dispatch takes no BQL */
    uint8_t whole_sizes; /* I/O: sizes, each its own bit, whose aligned accesses are ops' as is */
    bool unmergeable;
    bool is_iommu;
    bool ram_device;
    bool enabled;
    bool terminates; /* answers itself: not a container, not an alias */
    bool disable_reentrancy_guard;
    uint8_t dirty_log_mask;
    uint8_t vga_logging_count;

    MemoryRegion *container;
    int mapped_via_alias; /* enabled or not: how many aliases that are in use point here */
    Int128 size;
    hwaddr addr;
    void (*destructor)(MemoryRegion *mr);
    uint64_t align;
    hwaddr alias_offset;
    int32_t priority;
    MemoryRegionChildren *children; /* highest priority first */
    GPtrArray *aliases;             /* the regions whose alias is this one */
    GArray *windows;                /* parts changed in the open transaction */
    unsigned visit;                 /* mark of the last walk that came by */
    QTAILQ_HEAD(, CoalescedMemoryRange) coalesced;
    const char *name;
    RamDiscardManager *rdm; /* only for RAM */
};

/*
 * A part of one region as an address space shows it.  A section given to a
 * listener is valid during the call; one from memory_region_find() holds a
 * reference on @mr.
 */
struct MemoryRegionSection {
    Int128 size;
    MemoryRegion *mr; /* NULL: nothing there */
    FlatView *fv;
    hwaddr offset_within_region;
    hwaddr offset_within_address_space;
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
};

/* -- making regions ------------------------------------------------------------
 *
 * @mr is memory of the caller, usually a field of @owner's state.  It becomes a QOM
 * object and a child "@name[n]" of @owner; it dies with the owner, or by
 * object_unparent().  A NULL owner puts it below /machine/unattached; it must then
 * stay forever or be unparented by the caller.  @name is copied.  @size is in bytes;
 * UINT64_MAX stands for 2^64.
 * Those with an errp return false with *errp set on error (device models may ignore
 * the result and look at errp); @mr is then a valid region of size 0 without memory.
 */

/* A container: no answer of its own, only subregions. */
void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size);

/*
 * I/O: @ops handle each access with @opaque; both must outlive the region.
 * NULL @ops: every access is a decode error.
 */
void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size);

/* RAM that is saved with the machine under "<owner's path>/@name". */
bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);

/* RAM that the caller registers for saving, if at all. */
bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);

/* Flags of RAM blocks. */
#define RAM_PREALLOC (1 << 0)     /* host memory belongs to the caller */
#define RAM_SHARED (1 << 1)       /* mapped MAP_SHARED */
#define RAM_RESIZEABLE (1 << 2)   /* see memory_region_init_resizeable_ram() */
#define RAM_UF_ZEROPAGE (1 << 3)  /* userfaultfd can place zero pages */
#define RAM_MIGRATABLE (1 << 4)   /* saved with the machine */
#define RAM_PMEM (1 << 5)         /* persistent memory behind a file */
#define RAM_UF_WRITEPROTECT (1 << 6)
#define RAM_NORESERVE (1 << 7)    /* no swap space reserved */
#define RAM_PROTECTED (1 << 8)
#define RAM_NAMED_FILE (1 << 9)   /* the file has a name, others may open it */
#define RAM_READONLY (1 << 10)    /* mapped without write permission */
#define RAM_READONLY_FD (1 << 11) /* file opened without write permission */

/* As _ram_nomigrate, with RAM_SHARED (a memfd) and/or RAM_NORESERVE. */
bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                            uint64_t size, uint32_t ram_flags, Error **errp);

/*
 * RAM that may later change its size up to @max_size with memory_region_ram_resize();
 * @resized (may be NULL) is then called with the RAM block's name, new length and host
 * pointer.
 */
bool memory_region_init_resizeable_ram(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, uint64_t max_size,
                                       void (*resized)(const char *, uint64_t length, void *host),
                                       Error **errp);

/*
 * RAM kept in the file @path, from byte @offset of it; created (or, in a
 * directory, made as an unnamed temporary) when missing.  @align: wanted alignment of
 * the host mapping, 0 for the file system's.  @ram_flags: RAM_SHARED, RAM_PMEM,
 * RAM_NORESERVE, RAM_READONLY, RAM_READONLY_FD.
 */
bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, ram_addr_t offset, Error **errp);

/* The same from an open file.  Takes ownership of @fd on success only. */
bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd, ram_addr_t offset,
                                    Error **errp);

/* RAM at @ptr, which stays the caller's. */
void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr);

/*
 * Device memory mapped at @ptr (e.g. a BAR of an assigned device): a CPU may access it
 * directly, but this program touches it only with accesses of the guest's size, and
 * it is never saved or dumped.
 */
void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr);

/* A window of @size bytes on @orig from @offset on.  Holds no reference on @orig. */
void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size);

/* RAM whose guest writes are ignored. */
bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);

/* Reads come from memory in ROMD mode (the start mode), writes always go to @ops. */
bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp);
bool memory_region_init_rom_device_nomigrate(MemoryRegion *mr, Object *owner,
                                             const MemoryRegionOps *ops, void *opaque,
                                             const char *name, uint64_t size, Error **errp);

/* -- questions -------------------------------------------------------------------- */

Object *memory_region_owner(MemoryRegion *mr);
/* Bytes; UINT64_MAX for 2^64. */
uint64_t memory_region_size(MemoryRegion *mr);
const char *memory_region_name(const MemoryRegion *mr);
bool memory_region_is_logging(MemoryRegion *mr, uint8_t client);
/* Clients that want dirty pages of @mr: bits 1 << DIRTY_MEMORY_*. */
uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr);
bool memory_region_is_protected(MemoryRegion *mr);
/* Whether it is in a container or reached by an alias that is. */
bool memory_region_is_mapped(MemoryRegion *mr);
/* Whether the region at @addr in @container (or a deeper one) is not @container itself. */
bool memory_region_present(MemoryRegion *container, hwaddr addr);

static inline bool memory_region_is_ram(const MemoryRegion *mr)
{
    return mr->ram;
}

static inline bool memory_region_is_ram_device(const MemoryRegion *mr)
{
    return mr->ram_device;
}

static inline bool memory_region_is_rom(const MemoryRegion *mr)
{
    return mr->ram && mr->readonly;
}

static inline bool memory_region_is_romd(const MemoryRegion *mr)
{
    return mr->rom_device && mr->romd_mode;
}

static inline bool memory_region_is_nonvolatile(const MemoryRegion *mr)
{
    return mr->nonvolatile;
}

/* Whether loads from (stores to, if @is_write) @mr may use its memory directly. */
static inline bool memory_access_is_direct(const MemoryRegion *mr, bool is_write)
{
    if (is_write) {
        return mr->ram && !mr->readonly && !mr->rom_device && !mr->ram_device;
    }
    return (mr->ram && !mr->ram_device) || (mr->rom_device && mr->romd_mode);
}

/* -- the tree ----------------------------------------------------------------------- */

/*
 * Put @sub at @offset in @mr.  Overlaps are decided by priority, higher first, and
 * between equals the one added last is seen; the plain form has priority 0.  A region
 * has one place at most: adding it twice is a programming error.  Adding that would
 * make a region contain itself, also through aliases, is refused with an error report.
 */
void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion);
void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset,
                                         MemoryRegion *subregion, int priority);

/* Take @subregion out of @mr.  Accesses under way may still run until an RCU grace period. */
void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion);

/* These take effect at the next commit; no change, no new view. */
void memory_region_set_enabled(MemoryRegion *mr, bool enabled);
void memory_region_set_address(MemoryRegion *mr, hwaddr addr);
void memory_region_set_size(MemoryRegion *mr, uint64_t size);
void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset);
void memory_region_set_readonly(MemoryRegion *mr, bool readonly);
void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile);
/* Never join ranges of this region (and of what it aliases) in sections. */
void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable);
/* Switch a ROM device: true = reads from memory, false = reads by its ops. */
void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode);

/* Changes between begin and the outermost commit become visible at once. */
void memory_region_transaction_begin(void);
void memory_region_transaction_commit(void);

/*
 * References keep the owner, and so the region, alive.  Any thread, no lock; the last
 * reference must be dropped with the BQL held.
 */
void memory_region_ref(MemoryRegion *mr);
void memory_region_unref(MemoryRegion *mr);

/*
 * What [@addr, @addr + @size) of @mr shows first.  .mr is NULL if nothing; otherwise it
 * holds a reference, dropped with memory_region_unref().  Any thread under RCU or BQL.
 */
MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size);

/* Heap copy of @s with its own references, and its end. */
MemoryRegionSection *memory_region_section_new_copy(MemoryRegionSection *s);
void memory_region_section_free_copy(MemoryRegionSection *s);
bool MemoryRegionSection_eq(MemoryRegionSection *a, MemoryRegionSection *b);

/* -- I/O regions -------------------------------------------------------------------- */

/*
 * One access of memop_size(@op) bytes at offset @addr; *@pval and @data are values in
 * @op's byte order.  Applies valid/impl rules and the re-entrancy guard; takes no BQL.
 */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval, MemOp op,
                                        MemTxAttrs attrs);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs);

/* Whether the region's rules allow this access; logs a guest error if not. */
bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                                MemTxAttrs attrs);

/*
 * The region's ops lock for themselves: accesses to it do not take the BQL.  Before the
 * region is mapped.  _clear_global_locking is the same under its old name.
 */
void memory_region_set_lockless(MemoryRegion *mr);
void memory_region_clear_global_locking(MemoryRegion *mr);

/*
 * Signal @e when the guest writes @size bytes (0: any size) at @addr, if @match_data
 * only for the value @data (guest's byte order).  @e stays the caller's.  del takes
 * the same arguments; an eventfd that is not there is a programming error.
 */
void memory_region_add_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e);
void memory_region_del_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e);

/*
 * Writes to these parts could be queued by an accelerator.  None of ours queues, so the
 * ranges are recorded, told to listeners, and otherwise without effect.
 */
void memory_region_set_coalescing(MemoryRegion *mr);
void memory_region_add_coalescing(MemoryRegion *mr, hwaddr offset, uint64_t size);
void memory_region_clear_coalescing(MemoryRegion *mr);
void memory_region_set_flush_coalesced(MemoryRegion *mr);
void memory_region_clear_flush_coalesced(MemoryRegion *mr);

/* -- RAM regions --------------------------------------------------------------------- */

/* The file behind the RAM, or -1.  Stays the region's. */
int memory_region_get_fd(MemoryRegion *mr);

/*
 * Host address of the first byte (through aliases).  Valid while the caller holds a
 * reference, the BQL or RCU.
 */
void *memory_region_get_ram_ptr(MemoryRegion *mr);
ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr);

/* Region and *@offset of host address @ptr; NULL if none.  Caller holds RCU. */
MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset);

/* Alignment the host memory needs, bytes; 0 if any. */
uint64_t memory_region_get_alignment(const MemoryRegion *mr);

/* New size of a resizeable RAM region; beyond its maximum is an error. */
void memory_region_ram_resize(MemoryRegion *mr, ram_addr_t newsize, Error **errp);

/* Write back changes of file-backed RAM: all of it, or [@addr, @addr + @size). */
void memory_region_do_writeback(MemoryRegion *mr, hwaddr addr, hwaddr size);
void memory_region_msync(MemoryRegion *mr, hwaddr addr, hwaddr size);

/* -- dirty pages ----------------------------------------------------------------------- */

#define DIRTY_MEMORY_VGA 0
#define DIRTY_MEMORY_CODE 1
#define DIRTY_MEMORY_MIGRATION 2
#define DIRTY_MEMORY_NUM 3

/* Reasons of global dirty tracking, bits of @flags below. */
#define GLOBAL_DIRTY_MIGRATION (1U << 0)
#define GLOBAL_DIRTY_DIRTY_RATE (1U << 1)
#define GLOBAL_DIRTY_LIMIT (1U << 2)
#define GLOBAL_DIRTY_MASK 0x7

/* The bits in effect.  Read only. */
extern unsigned int global_dirty_tracking;

typedef struct DirtyBitmapSnapshot DirtyBitmapSnapshot;

/* Turn tracking for DIRTY_MEMORY_VGA on or off; calls nest. */
void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client);

/* Mark [@addr, @addr + @size) written, for the clients that want it.  Any thread. */
void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size);

/* Whether @client has a dirty page in [@addr, @addr + @size). */
bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);

/* Forget dirty pages of @client. */
void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);

/* Dirty pages of @client, cleared as they are taken.  Free with g_free(). */
DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client);
bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size);

/* Ask listeners (KVM, vfio) to bring the bitmaps of @mr up to date, or clear theirs. */
void memory_region_sync_dirty_bitmap(MemoryRegion *mr);
void memory_region_clear_dirty_bitmap(MemoryRegion *mr, hwaddr start, hwaddr len);

/* Track all RAM for the reasons in @flags (GLOBAL_DIRTY_*), or stop. */
void memory_global_dirty_log_start(unsigned int flags);
void memory_global_dirty_log_stop(unsigned int flags);
/* Bring all bitmaps up to date; @last_stage: the machine is stopped for good. */
void memory_global_dirty_log_sync(bool last_stage);
void memory_global_after_dirty_log_sync(void);

/* -- for people ------------------------------------------------------------------------- */

/*
 * The text of "info mtree": the trees of all address spaces; if @flat their flat views
 * (with the search index if @dispatch_tree); @owner adds who owns each region.  Free
 * with g_free().
 */
char *memory_mtree_text(bool flat, bool dispatch_tree, bool owner);

/* Kept last: they use the types above. */
#include "exec/memory-iommu.h"
#include "exec/memory-listener.h"
#include "exec/memory-access.h"
#include "exec/memory-discard.h"

static inline bool memory_region_is_iommu(MemoryRegion *mr)
{
    return mr->is_iommu;
}

#endif

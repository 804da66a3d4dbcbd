/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions whose accesses are translated and then continue in another address
 * space, and the notifiers that follow their mappings.  Included by
 * exec/memory.h, do not include directly.
 */
/* A part of exec/memory.h, which includes it where its types are known. */
#ifndef EXEC_MEMORY_H
#include "exec/memory.h"
#endif

#ifndef EXEC_MEMORY_IOMMU_H
#define EXEC_MEMORY_IOMMU_H

typedef enum {
    IOMMU_NONE = 0,
    IOMMU_RO = 1,
    IOMMU_WO = 2,
    IOMMU_RW = 3,
} IOMMUAccessFlags;

#define IOMMU_ACCESS_FLAG(r, w) (((r) ? IOMMU_RO : 0) | ((w) ? IOMMU_WO : 0))

/* [iova & ~addr_mask, | addr_mask] maps to translated_addr in target_as. */
typedef struct IOMMUTLBEntry {
    AddressSpace *target_as;
    hwaddr iova;
    hwaddr translated_addr;
    hwaddr addr_mask; /* 0xfff = 4 KiB */
    IOMMUAccessFlags perm;
} IOMMUTLBEntry;

typedef enum {
    IOMMU_NOTIFIER_NONE = 0,
    IOMMU_NOTIFIER_UNMAP = 0x1,
    IOMMU_NOTIFIER_MAP = 0x2,
    IOMMU_NOTIFIER_DEVIOTLB_UNMAP = 0x4,
} IOMMUNotifierFlag;

#define IOMMU_NOTIFIER_IOTLB_EVENTS (IOMMU_NOTIFIER_MAP | IOMMU_NOTIFIER_UNMAP)
#define IOMMU_NOTIFIER_DEVIOTLB_EVENTS IOMMU_NOTIFIER_DEVIOTLB_UNMAP
#define IOMMU_NOTIFIER_ALL (IOMMU_NOTIFIER_IOTLB_EVENTS | IOMMU_NOTIFIER_DEVIOTLB_EVENTS)

typedef struct IOMMUNotifier IOMMUNotifier;
typedef void (*IOMMUNotify)(IOMMUNotifier *notifier, IOMMUTLBEntry *data);

struct IOMMUNotifier {
    IOMMUNotify notify;
    IOMMUNotifierFlag notifier_flags;
    /* The range of interest, both ends included. */
    hwaddr start;
    hwaddr end;
    int iommu_idx;
    QLIST_ENTRY(IOMMUNotifier) node;
};

/* A new or gone mapping: @type says whose interest it is, @entry the range. */
typedef struct IOMMUTLBEvent {
    IOMMUNotifierFlag type;
    IOMMUTLBEntry entry;
} IOMMUTLBEvent;

enum IOMMUMemoryRegionAttr {
    IOMMU_ATTR_SPAPR_TCE_FD, /* no machine of ours has one; the name is API */
};

#define TYPE_IOMMU_MEMORY_REGION "iommu-memory-region"
typedef struct IOMMUMemoryRegion IOMMUMemoryRegion;
typedef struct IOMMUMemoryRegionClass IOMMUMemoryRegionClass;
DECLARE_OBJ_CHECKERS(IOMMUMemoryRegion, IOMMUMemoryRegionClass, IOMMU_MEMORY_REGION,
                     TYPE_IOMMU_MEMORY_REGION)

struct IOMMUMemoryRegion {
    MemoryRegion parent_obj;
    QLIST_HEAD(, IOMMUNotifier) iommu_notify;
    IOMMUNotifierFlag iommu_notify_flags; /* union over the list */
};

typedef struct MemoryRegionClass {
    ObjectClass parent_class;
} MemoryRegionClass;

struct IOMMUMemoryRegionClass {
    MemoryRegionClass parent_class;

    /*
     * Required.  The entry that covers @addr, for an access of kind @flag (IOMMU_NONE:
     * just asking).  Runs under RCU, in any thread, with or without the BQL.
     */
    IOMMUTLBEntry (*translate)(IOMMUMemoryRegion *iommu, hwaddr addr, IOMMUAccessFlags flag,
                               int iommu_idx);
    /* Smallest page in bytes; default: the guest's 4 KiB. */
    uint64_t (*get_min_page_size)(IOMMUMemoryRegion *iommu);
    /* The union of the notifiers' flags changes; refuse with -errno and *errp. */
    int (*notify_flag_changed)(IOMMUMemoryRegion *iommu, IOMMUNotifierFlag old_flags,
                               IOMMUNotifierFlag new_flags, Error **errp);
    /* Tell @notifier all mappings there are; default: translate page by page. */
    void (*replay)(IOMMUMemoryRegion *iommu, IOMMUNotifier *notifier);
    int (*get_attr)(IOMMUMemoryRegion *iommu, enum IOMMUMemoryRegionAttr attr, void *data);
    /* Which of num_indexes translation contexts an access with @attrs uses; default 0. */
    int (*attrs_to_index)(IOMMUMemoryRegion *iommu, MemTxAttrs attrs);
    int (*num_indexes)(IOMMUMemoryRegion *iommu);
    /* The host supports only the page sizes in @page_size_mask; refuse with -errno. */
    int (*iommu_set_page_size_mask)(IOMMUMemoryRegion *iommu, uint64_t page_size_mask,
                                    Error **errp);
    /* The host supports only the Ranges in @iova_ranges; refuse with -errno. */
    int (*iommu_set_iova_ranges)(IOMMUMemoryRegion *iommu, GList *iova_ranges, Error **errp);
};

static inline IOMMUMemoryRegion *memory_region_get_iommu(MemoryRegion *mr)
{
    while (mr->alias) {
        mr = mr->alias;
    }
    return mr->is_iommu ? (IOMMUMemoryRegion *)mr : NULL;
}

static inline IOMMUMemoryRegionClass *
memory_region_get_iommu_class_nocheck(IOMMUMemoryRegion *iommu_mr)
{
    return (IOMMUMemoryRegionClass *)((Object *)iommu_mr)->class;
}

/*
 * An IOMMU region of QOM type @mrtypename (a child of TYPE_IOMMU_MEMORY_REGION) in the
 * memory @_iommu_mr of @instance_size bytes.
 */
void memory_region_init_iommu(void *_iommu_mr, size_t instance_size, const char *mrtypename,
                              Object *owner, const char *name, uint64_t size);

static inline void iommu_notifier_init(IOMMUNotifier *n, IOMMUNotify fn, IOMMUNotifierFlag flags,
                                       hwaddr start, hwaddr end, int iommu_idx)
{
    n->notify = fn;
    n->notifier_flags = flags;
    n->start = start;
    n->end = end;
    n->iommu_idx = iommu_idx;
}

/*
 * Call @n (which stays the caller's) on changes of @mr, an IOMMU region or an alias of
 * one.  Returns 0, or -errno with *errp when the IOMMU cannot tell such changes.
 */
int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n, Error **errp);
void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n);

/* By an IOMMU: tell all notifiers of context @iommu_idx. */
void memory_region_notify_iommu(IOMMUMemoryRegion *iommu_mr, int iommu_idx, IOMMUTLBEvent event);
/* Tell one notifier, with the parts outside its range cut off. */
void memory_region_notify_iommu_one(IOMMUNotifier *notifier, IOMMUTLBEvent *event);
/* Tell one notifier that its whole range is gone. */
void memory_region_unmap_iommu_notifier_range(IOMMUNotifier *notifier);

/* Tell @n the mappings that exist now. */
void memory_region_iommu_replay(IOMMUMemoryRegion *iommu_mr, IOMMUNotifier *n);

uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu_mr);
/* -EINVAL when the IOMMU has no such attribute. */
int memory_region_iommu_get_attr(IOMMUMemoryRegion *iommu_mr, enum IOMMUMemoryRegionAttr attr,
                                 void *data);
int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu_mr, MemTxAttrs attrs);
int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu_mr);
int memory_region_iommu_set_page_size_mask(IOMMUMemoryRegion *iommu_mr, uint64_t page_size_mask,
                                           Error **errp);
int memory_region_iommu_set_iova_ranges(IOMMUMemoryRegion *iommu_mr, GList *iova_ranges,
                                        Error **errp);

#endif

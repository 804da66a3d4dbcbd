/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doorbells: a write of the guest that only signals an eventfd is done by the kernel
 * (KVM_IOEVENTFD).  Where it cannot, the write comes as an exit and memory dispatch signals.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "exec/memory.h"
#include "qemu/event_notifier.h"
#include "kvm-internal.h"
#include "trace.h"

static int ioeventfd_request(MemoryListener *listener, const MemoryRegionSection *section,
                             bool match_data, uint64_t data, EventNotifier *e, uint32_t flags)
{
    KVMMemory *m = container_of(listener, KVMMemory, listener);
    struct kvm_ioeventfd request = {
        .datamatch = match_data ? data : 0,
        .addr = section->offset_within_address_space,
        .len = int128_get64(section->size),
        .fd = event_notifier_get_fd(e),
        .flags = flags | (match_data ? KVM_IOEVENTFD_FLAG_DATAMATCH : 0),
    };
    int ret = kvm_vm_ioctl(m->s, KVM_IOEVENTFD, &request);

    trace_kvm_ioeventfd(request.addr, request.len, request.datamatch, request.flags, request.fd,
                        ret);
    return ret;
}

void kvm_ioeventfd_add(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                       uint64_t data, EventNotifier *e)
{
    int ret = ioeventfd_request(listener, section, match_data, data, e, 0);

    if (ret < 0) {
        warn_report_once("KVM: no eventfd for writes at 0x%" HWADDR_PRIx ": %s; they exit",
                         section->offset_within_address_space, strerror(-ret));
    }
}

/* One that was not made is not there: no error. */
void kvm_ioeventfd_del(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                       uint64_t data, EventNotifier *e)
{
    ioeventfd_request(listener, section, match_data, data, e, KVM_IOEVENTFD_FLAG_DEASSIGN);
}

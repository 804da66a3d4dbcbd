/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address spaces a virtual CPU sees, memory as a debugger sees it, and what only some CPU
 * types answer.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "exec/memory.h"
#include "exec/target_page.h"
#include "hw/core/sysemu-cpu-ops.h"
#include "sysemu/hw_accel.h"

struct CPUAddressSpace {
    AddressSpace *as;
};

void cpu_address_space_init(CPUState *cpu, int asidx, const char *prefix, MemoryRegion *mr)
{
    g_autofree char *name = g_strdup_printf("%s-%d", prefix, cpu->cpu_index);
    AddressSpace *as = g_new0(AddressSpace, 1);

    g_assert(asidx >= 0 && asidx < cpu->num_ases);
    address_space_init(as, mr, name);
    if (asidx == 0) {
        cpu->as = as;
    }
    if (!cpu->cpu_ases) {
        cpu->cpu_ases = g_new0(CPUAddressSpace, cpu->num_ases);
    }
    g_assert(!cpu->cpu_ases[asidx].as);
    cpu->cpu_ases[asidx].as = as;
}

void cpu_address_space_destroy(CPUState *cpu, int asidx)
{
    AddressSpace *as = cpu_get_address_space(cpu, asidx);

    if (!as) {
        return;
    }
    cpu->cpu_ases[asidx].as = NULL;
    if (asidx == 0) {
        cpu->as = NULL;
    }
    address_space_destroy(as);
    g_free(as);
}

AddressSpace *cpu_get_address_space(CPUState *cpu, int asidx)
{
    return cpu->cpu_ases && asidx < cpu->num_ases ? cpu->cpu_ases[asidx].as : NULL;
}

int cpu_asidx_from_attrs(CPUState *cpu, MemTxAttrs attrs)
{
    const struct SysemuCPUOps *ops = cpu->cc->sysemu_ops;
    int asidx = ops && ops->asidx_from_attrs ? ops->asidx_from_attrs(cpu, attrs) : 0;

    g_assert(asidx >= 0 && asidx < cpu->num_ases);
    return asidx;
}

hwaddr cpu_get_phys_page_attrs_debug(CPUState *cpu, vaddr addr, MemTxAttrs *attrs)
{
    const struct SysemuCPUOps *ops = cpu->cc->sysemu_ops;

    if (ops && ops->get_phys_page_attrs_debug) {
        return ops->get_phys_page_attrs_debug(cpu, addr, attrs);
    }
    *attrs = MEMTXATTRS_UNSPECIFIED;
    return ops && ops->get_phys_page_debug ? ops->get_phys_page_debug(cpu, addr) : -1;
}

hwaddr cpu_get_phys_page_debug(CPUState *cpu, vaddr addr)
{
    MemTxAttrs attrs = MEMTXATTRS_UNSPECIFIED;

    return cpu_get_phys_page_attrs_debug(cpu, addr, &attrs);
}

/* At most the rest of one page. */
static int memory_rw_debug_page(CPUState *cpu, vaddr addr, void *buf, size_t len, bool is_write)
{
    size_t page_size = qemu_target_page_size();
    vaddr page = addr & -(vaddr)page_size;
    MemTxAttrs attrs = MEMTXATTRS_UNSPECIFIED;
    hwaddr phys = cpu_get_phys_page_attrs_debug(cpu, page, &attrs);
    MemTxResult result;
    AddressSpace *as;

    if (phys == (hwaddr)-1) {
        return -1;
    }
    as = cpu_addressspace(cpu, attrs);
    phys += addr - page;
    attrs.debug = 1;
    if (is_write) {
        /* A breakpoint may have to go into ROM. */
        result = address_space_write_rom(as, phys, attrs, buf, len);
    } else {
        result = address_space_read(as, phys, attrs, buf, len);
    }
    return result == MEMTX_OK ? 0 : -1;
}

int cpu_memory_rw_debug(CPUState *cpu, vaddr addr, void *ptr, size_t len, bool is_write)
{
    size_t page_size = qemu_target_page_size();
    char *buf = ptr;

    cpu_synchronize_state(cpu);
    while (len) {
        size_t step = MIN(len, page_size - (addr & (page_size - 1)));

        if (memory_rw_debug_page(cpu, addr, buf, step, is_write)) {
            return -1;
        }
        addr += step;
        buf += step;
        len -= step;
    }
    return 0;
}

bool cpu_paging_enabled(const CPUState *cpu)
{
    const struct SysemuCPUOps *ops = cpu->cc->sysemu_ops;

    return ops && ops->get_paging_enabled && ops->get_paging_enabled(cpu);
}

bool cpu_virtio_is_big_endian(CPUState *cpu)
{
    const struct SysemuCPUOps *ops = cpu->cc->sysemu_ops;

    return ops && ops->virtio_is_big_endian && ops->virtio_is_big_endian(cpu);
}

GuestPanicInformation *cpu_get_crash_info(CPUState *cpu)
{
    const struct SysemuCPUOps *ops = cpu->cc->sysemu_ops;

    return ops && ops->get_crash_info ? ops->get_crash_info(cpu) : NULL;
}

void cpu_dump_state(CPUState *cpu, FILE *f, int flags)
{
    if (cpu->cc->dump_state) {
        cpu_synchronize_state(cpu);
        cpu->cc->dump_state(cpu, f, flags);
    }
}

void cpu_abort(CPUState *cpu, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    error_report("CPU %d: %s", cpu->cpu_index, text);
    cpu_dump_state(cpu, stderr, CPU_DUMP_FPU | CPU_DUMP_CCOP);
    abort();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual CPUs: the object, the list of all CPUs, work that runs on a CPU's thread, exclusive
 * sections, interrupts, and the address spaces a CPU sees.  API of QEMU 8.2.  What only the
 * software CPU needs (translation, break- and watchpoints) comes with it, through the tables
 * sysemu_ops, tcg_ops and the accelerator's per-CPU state.
 */
#ifndef HW_CORE_CPU_H
#define HW_CORE_CPU_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "migration/vmstate.h"
#include "qemu/rcu.h"
#include "hw/qdev-core.h"
#include "qapi/qapi-types-machine.h"
#include "qapi/qapi-types-run-state.h"
#include "qemu/bitmap.h"
#include "qemu/queue.h"
#include "qemu/rcu_queue.h"
#include "qemu/thread.h"
#include "qom/object.h"

typedef uint64_t vaddr;
#define VADDR_PRId PRId64
#define VADDR_PRIu PRIu64
#define VADDR_PRIx PRIx64
#define VADDR_MAX UINT64_MAX

#define TYPE_CPU "cpu"
/* An unchecked cast: a CPUState pointer is on every hot path. */
#define CPU(obj) ((CPUState *)(obj))
typedef struct CPUClass CPUClass;
DECLARE_CLASS_CHECKERS(CPUClass, CPU, TYPE_CPU)

/* Declare the checkers of the architecture's CPU type; its instance is struct ArchCPU. */
#define OBJECT_DECLARE_CPU_TYPE(CpuInstanceType, CpuClassType, CPU_MODULE_OBJ_NAME) \
    typedef struct ArchCPU CpuInstanceType; \
    OBJECT_DECLARE_TYPE(ArchCPU, CpuClassType, CPU_MODULE_OBJ_NAME)

typedef enum MMUAccessType {
    MMU_DATA_LOAD = 0,
    MMU_DATA_STORE = 1,
    MMU_INST_FETCH = 2,
#define MMU_ACCESS_COUNT 3
} MMUAccessType;

/* Bits of CPUState.interrupt_request that every architecture shares. */
#define CPU_INTERRUPT_HARD 0x0002
#define CPU_INTERRUPT_EXITTB 0x0004
#define CPU_INTERRUPT_HALT 0x0020
#define CPU_INTERRUPT_DEBUG 0x0080
#define CPU_INTERRUPT_RESET 0x0400
/* Free for the target's own meanings. */
#define CPU_INTERRUPT_TGT_EXT_0 0x0008
#define CPU_INTERRUPT_TGT_EXT_1 0x0010
#define CPU_INTERRUPT_TGT_EXT_2 0x0040
#define CPU_INTERRUPT_TGT_EXT_3 0x0200
#define CPU_INTERRUPT_TGT_EXT_4 0x1000
#define CPU_INTERRUPT_TGT_INT_0 0x0100
#define CPU_INTERRUPT_TGT_INT_1 0x0800
#define CPU_INTERRUPT_TGT_INT_2 0x2000

/* Numbers of cpu_exec() results besides the architecture's own exceptions. */
#define EXCP_INTERRUPT 0x10000
#define EXCP_HLT 0x10001
#define EXCP_DEBUG 0x10002
#define EXCP_HALTED 0x10003
#define EXCP_YIELD 0x10004
#define EXCP_ATOMIC 0x10005

enum CPUDumpFlags {
    CPU_DUMP_CODE = 0x00010000,
    CPU_DUMP_FPU = 0x00020000,
    CPU_DUMP_CCOP = 0x00040000,
    CPU_DUMP_VPU = 0x00080000,
};

struct TCGCPUOps;
struct KVMCPUOps;
struct SysemuCPUOps;
struct AccelCPUClass;
typedef struct disassemble_info disassemble_info;

/*
 * @class_by_name: the class of a model name as -cpu takes it, or NULL.
 * @parse_features: turn "a=b,..." of -cpu into global properties.
 * @has_work: would the CPU run if it were not halted?  BQL, the CPU's thread.
 * @get_arch_id: the number by which the architecture knows this CPU.
 * @dump_state: registers as text.  @set_pc/@get_pc: the program counter.
 * @memory_rw_debug: virtual memory as a debugger sees it; 0 or -1.
 * @gdb_*: registers by the number of the debugger's protocol; bytes read or written.
 * @interrupt_pins: bits of interrupt_request that mirror input lines, which a reset of the CPU
 *   does not change.
 */
struct CPUClass {
    /* private: */
    DeviceClass parent_class;

    /* public: */
    ObjectClass *(*class_by_name)(const char *cpu_model);
    void (*parse_features)(const char *typename, char *str, Error **errp);

    bool (*has_work)(CPUState *cpu);
    int (*memory_rw_debug)(CPUState *cpu, vaddr addr, uint8_t *buf, int len, bool is_write);
    void (*dump_state)(CPUState *cpu, FILE *f, int flags);
    void (*query_cpu_fast)(CPUState *cpu, CpuInfoFast *value);
    int64_t (*get_arch_id)(CPUState *cpu);
    void (*set_pc)(CPUState *cpu, vaddr value);
    vaddr (*get_pc)(CPUState *cpu);
    int (*gdb_read_register)(CPUState *cpu, GByteArray *buf, int reg);
    int (*gdb_write_register)(CPUState *cpu, uint8_t *buf, int reg);
    vaddr (*gdb_adjust_breakpoint)(CPUState *cpu, vaddr addr);
    const char *gdb_core_xml_file;
    const gchar *(*gdb_arch_name)(CPUState *cpu);
    const char *(*gdb_get_dynamic_xml)(CPUState *cpu, const char *xmlname);
    void (*disas_set_info)(CPUState *cpu, disassemble_info *info);
    const char *deprecation_note;
    struct AccelCPUClass *accel_cpu;
    /* Tables of what only a full machine, and what only the software CPU needs. */
    const struct SysemuCPUOps *sysemu_ops;
    const struct TCGCPUOps *tcg_ops;
    /* What KVM needs (sysemu/kvm-cpu-ops.h); NULL: the type cannot run under it. */
    const struct KVMCPUOps *kvm_ops;
    /* Set @accel_cpu, once the accelerator is known. */
    void (*init_accel_cpu)(struct AccelCPUClass *accel_cpu, CPUClass *cc);
    /* Flags for the dump_state() that -d cpu_reset prints. */
    int reset_dump_flags;
    uint32_t interrupt_pins;
    int gdb_num_core_regs;
    bool gdb_stop_before_watchpoint;
};

typedef struct CPUAddressSpace CPUAddressSpace;
typedef struct CPUWorkItem CPUWorkItem;
/* What a unit of work gets with its CPU; a void * in fact, wide enough for an address. */
typedef union {
    int host_int;
    unsigned long host_ulong;
    void *host_ptr;
    vaddr target_ptr;
} run_on_cpu_data;

#define RUN_ON_CPU_HOST_PTR(p) ((run_on_cpu_data) { .host_ptr = (p) })
#define RUN_ON_CPU_HOST_INT(i) ((run_on_cpu_data) { .host_int = (i) })
#define RUN_ON_CPU_HOST_ULONG(ul) ((run_on_cpu_data) { .host_ulong = (ul) })
#define RUN_ON_CPU_TARGET_PTR(v) ((run_on_cpu_data) { .target_ptr = (v) })
#define RUN_ON_CPU_NULL RUN_ON_CPU_HOST_PTR(NULL)

typedef void (*run_on_cpu_func)(CPUState *cpu, run_on_cpu_data data);

#define UNASSIGNED_CPU_INDEX (-1)
#define UNASSIGNED_CLUSTER_INDEX (-1)

/*
 * @created, @stop, @stopped, @unplug, @halted: written with the BQL held.
 * @interrupt_request, @exit_request, @running, @has_waiter: atomic.
 * @work_list: under work_mutex.
 * @accel: the accelerator's own state of this CPU.
 */
struct CPUState {
    /* private: */
    DeviceState parent_obj;
    /* A cached CPU_GET_CLASS(). */
    CPUClass *cc;

    /* public: */
    int nr_cores;
    int nr_threads;

    struct QemuThread *thread;
    int thread_id;
    /* Inside cpu_exec_start()..cpu_exec_end(). */
    bool running;
    /* Somebody waits for this CPU to leave cpu_exec. */
    bool has_waiter;
    /* Where an idle thread sleeps; an event, because kicks come without the BQL. */
    QemuEvent halt_event;
    bool thread_kicked;
    /* Why the thread could not begin; @created is set then too. */
    Error *thread_error;
    bool created;
    bool stop;
    bool stopped;
    /* Does the CPU start halted until something (PSCI) starts it? */
    bool start_powered_off;

    bool unplug;
    bool crash_occurred;
    bool exit_request;
    int exclusive_context_count;
    uint32_t cflags_next_tb;
    /* See cpu_single_step(). */
    int singlestep_enabled;
    uint32_t interrupt_request;
    int64_t icount_budget;
    int64_t icount_extra;
    uint64_t random_seed;

    QemuMutex work_mutex;
    QSIMPLEQ_HEAD(, CPUWorkItem) work_list;
    struct rcu_head rcu;

    CPUAddressSpace *cpu_ases;
    int num_ases;
    AddressSpace *as;
    MemoryRegion *memory;

    CPUArchState *env_ptr;
    struct GDBRegisterState *gdb_regs;
    int gdb_num_regs;
    int gdb_num_g_regs;
    QTAILQ_ENTRY(CPUState) node;

    void *opaque;
    uintptr_t mem_io_pc;

    int kvm_fd;
    struct KVMState *kvm_state;
    struct kvm_run *kvm_run;
    bool kvm_in_run;           /* atomic: its thread is in KVM_RUN */
    /* Position in the list; stable while the CPU exists. */
    int cpu_index;
    int cluster_index;
    uint32_t tcg_cflags;
    uint32_t halted;
    int32_t exception_index;
    AccelCPUState *accel;
    /* The accelerator's registers are older than the ones in this object. */
    bool vcpu_dirty;
    bool throttle_thread_scheduled;
    bool ignore_memory_transaction_failures;
    bool prctl_unalign_sigbus;
};

typedef QTAILQ_HEAD(CPUTailQ, CPUState) CPUTailQ;
/* All CPUs in order of addition.  Readers hold the BQL, cpu_list_lock(), or RCU. */
extern CPUTailQ cpus;

#define first_cpu QTAILQ_FIRST_RCU(&cpus)
#define CPU_NEXT(cpu) QTAILQ_NEXT_RCU(cpu, node)
#define CPU_FOREACH(cpu) QTAILQ_FOREACH_RCU(cpu, &cpus, node)
#define CPU_FOREACH_SAFE(cpu, next_cpu) QTAILQ_FOREACH_SAFE_RCU(cpu, &cpus, node, next_cpu)

/* The CPU whose thread this is, or on whose behalf the caller acts; NULL elsewhere. */
extern __thread CPUState *current_cpu;


/* -- the list -------------------------------------------------------------------------------- */

void cpu_list_lock(void);
void cpu_list_unlock(void);
/* Counts additions and removals. */
unsigned int cpu_list_generation_id_get(void);
/*
 * Append @cpu, which gets the lowest free index unless it has one.  The list's reference is
 * dropped a grace period after the removal.
 */
void cpu_list_add(CPUState *cpu);
void cpu_list_remove(CPUState *cpu);
/* By index (NULL if none), by the architecture's number. */
CPUState *qemu_get_cpu(int index);
CPUState *cpu_by_arch_id(int64_t id);
bool cpu_exists(int64_t id);

/* -- types ----------------------------------------------------------------------------------- */

/*
 * The concrete class of a CPU model: asks the class_by_name() of @typename, or takes the type
 * "@cpu_model" or "@cpu_model-@typename" that is derived from it.  NULL if there is none.
 */
ObjectClass *cpu_class_by_name(const char *typename, const char *cpu_model);
/* The name of a CPU class as -cpu takes it ("max" for "max-arm-cpu"); the caller frees it. */
char *cpu_class_model_name(ObjectClass *oc);
/* Create and realize a CPU; ends the program on failure (machine creation only). */
CPUState *cpu_create(const char *typename);
/*
 * "model,feature=..." of -cpu: apply the features as globals and return the type's name.
 * @base_type: whose models.  NULL and @errp when there is no such model or feature.
 */
const char *cpu_option_parse(const char *base_type, const char *cpu_option, Error **errp);

/* -- life ------------------------------------------------------------------------------------ */

void cpu_reset(CPUState *cpu);
/* Halted CPUs without work do not run. */
static inline bool cpu_has_work(CPUState *cpu)
{
    return cpu->cc->has_work && cpu->cc->has_work(cpu);
}
/*
 * Start the accelerator's thread for @cpu and wait until it is ready.  From realize; BQL, dropped
 * while waiting.  The CPU starts stopped; cpu_resume() or resume_all_vcpus() let it run.
 */
bool cpu_thread_start(CPUState *cpu, Error **errp);
/* The same; a failure ends the program (8.2's signature has no way to report it). */
void qemu_init_vcpu(CPUState *cpu);
/* Let @cpu run after it was stopped. */
void cpu_resume(CPUState *cpu);
/* Ask @cpu's thread to end, and wait until it has.  BQL; it is dropped while waiting. */
void cpu_remove_sync(CPUState *cpu);
/*
 * For a CPU type's realize, first thing: into the list and the saved state.  The mirror image is
 * done by TYPE_CPU's unrealize, which also ends the thread.
 */
void cpu_exec_realizefn(CPUState *cpu, Error **errp);
void cpu_exec_unrealizefn(CPUState *cpu);

/* -- address spaces -------------------------------------------------------------------------- */

/*
 * Give @cpu address space number @asidx (below num_ases), named "@prefix-N", rooted at @mr.
 * Index 0 is also cpu->as.  Before realize completes.
 */
void cpu_address_space_init(CPUState *cpu, int asidx, const char *prefix, MemoryRegion *mr);
void cpu_address_space_destroy(CPUState *cpu, int asidx);
AddressSpace *cpu_get_address_space(CPUState *cpu, int asidx);
/* Which of them an access with @attrs uses. */
int cpu_asidx_from_attrs(CPUState *cpu, MemTxAttrs attrs);
static inline AddressSpace *cpu_addressspace(CPUState *cs, MemTxAttrs attrs)
{
    return cpu_get_address_space(cs, cpu_asidx_from_attrs(cs, attrs));
}
/* Physical page of a virtual address as a debugger sees it, or -1. */
hwaddr cpu_get_phys_page_attrs_debug(CPUState *cpu, vaddr addr, MemTxAttrs *attrs);
hwaddr cpu_get_phys_page_debug(CPUState *cpu, vaddr addr);
/* Read or write virtual memory as a debugger; 0 or -1. */
int cpu_memory_rw_debug(CPUState *cpu, vaddr addr, void *ptr, size_t len, bool is_write);

/* -- questions ------------------------------------------------------------------------------- */

bool cpu_paging_enabled(const CPUState *cpu);
bool cpu_virtio_is_big_endian(CPUState *cpu);
GuestPanicInformation *cpu_get_crash_info(CPUState *cpu);
void cpu_dump_state(CPUState *cpu, FILE *f, int flags);

static inline void cpu_set_pc(CPUState *cpu, vaddr addr)
{
    cpu->cc->set_pc(cpu, addr);
}

/* -- interrupts and kicks -------------------------------------------------------------------- */

/*
 * Raise bits of interrupt_request and make the CPU look; clear bits.  Any thread, under any lock:
 * interrupt controllers change their lines without the BQL.
 */
void cpu_interrupt(CPUState *cpu, int mask);
void cpu_reset_interrupt(CPUState *cpu, int mask);
/* Leave guest code soon; any thread. */
void cpu_exit(CPUState *cpu);
/* Wake @cpu's thread if it sleeps, and make it look around if it runs.  Any thread. */
void qemu_cpu_kick(CPUState *cpu);
/* Is this @cpu's own thread? */
bool qemu_cpu_is_self(CPUState *cpu);
/* Has @cpu reached the stop that pause_all_vcpus() asked for (or the machine is stopped)? */
bool cpu_is_stopped(CPUState *cpu);
/* Stop after each instruction (SSTEP flags), 0: do not. */
void cpu_single_step(CPUState *cpu, int enabled);

/* -- work on a CPU's thread ------------------------------------------------------------------ */

/*
 * Run @func on @cpu's thread and wait.  At once when this is that thread, or when @cpu has none.
 * BQL held by the caller (dropped while waiting) and by @func.  A CPU's thread that waits runs
 * work of its own meanwhile, so two CPUs may call each other.
 */
void run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data);
/* The same without waiting; any thread, no lock needed.  Work of one CPU runs in order. */
void async_run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data);
/* Without waiting, with all CPUs outside of guest code, and *without* the BQL. */
void async_safe_run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data);
/* Run what is queued; by @cpu's thread, with the BQL. */
void process_queued_cpu_work(CPUState *cpu);
bool cpu_work_list_empty(CPUState *cpu);

/* -- exclusive sections ---------------------------------------------------------------------- */

/* Around running guest code, on the CPU's thread, without the BQL. */
void cpu_exec_start(CPUState *cpu);
void cpu_exec_end(CPUState *cpu);
/*
 * Until end_exclusive() no other CPU is between cpu_exec_start() and cpu_exec_end().  Not inside
 * of cpu_exec_start/end, not with the BQL held.  Nests on a CPU's thread.
 */
void start_exclusive(void);
void end_exclusive(void);
static inline bool cpu_in_exclusive_context(const CPUState *cpu)
{
    return cpu->exclusive_context_count;
}

/* Ends the program with a register dump: the accelerator met the impossible. */
G_NORETURN void cpu_abort(CPUState *cpu, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

extern const VMStateDescription vmstate_cpu_common;
/* The part of a CPU's saved state that all architectures share. */
#define VMSTATE_CPU() { \
    .name = "parent_obj", .size = sizeof(CPUState), .vmsd = &vmstate_cpu_common, \
    .flags = VMS_STRUCT, .offset = 0 }

#endif

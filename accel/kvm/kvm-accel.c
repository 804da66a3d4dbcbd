/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator "kvm": its options, whether this host can have it, and making the VM.  Whatever
 * is missing is said in one line that tells what to do; the next accelerator of the user's list is
 * then tried.  API: Linux' Documentation/virt/kvm/api.rst.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/qapi-visit-common.h"
#include "qapi/visitor.h"
#include "hw/boards.h"
#include "sysemu/accel-ops.h"
#include "sysemu/vcpu-thread.h"
#include "kvm-internal.h"
#include "trace.h"

#define DEV_KVM "/dev/kvm"

/* The architecture of the guests that this program has CPUs for. */
#define GUEST_ARCH "aarch64"

KVMState *kvm_state;

bool kvm_allowed;
bool kvm_kernel_irqchip;
bool kvm_async_interrupts_allowed;
bool kvm_halt_in_kernel_allowed;
bool kvm_eventfds_allowed;
bool kvm_irqfds_allowed;
bool kvm_resamplefds_allowed;
bool kvm_msi_via_irqfd_allowed;
bool kvm_gsi_routing_allowed;
bool kvm_gsi_direct_mapping_allowed;
bool kvm_readonly_mem_allowed;
bool kvm_msi_use_devid;

static void answers_reset(void)
{
    kvm_kernel_irqchip = false;
    kvm_async_interrupts_allowed = false;
    kvm_halt_in_kernel_allowed = false;
    kvm_eventfds_allowed = false;
    kvm_irqfds_allowed = false;
    kvm_resamplefds_allowed = false;
    kvm_msi_via_irqfd_allowed = false;
    kvm_gsi_routing_allowed = false;
    kvm_gsi_direct_mapping_allowed = false;
    kvm_readonly_mem_allowed = false;
    kvm_msi_use_devid = false;
}

/* -- the device file ------------------------------------------------------------------------- */

static void error_set_open(Error **errp, int error)
{
    switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        error_setg(errp, "there is no " DEV_KVM ": the host's kernel has no KVM, or was not "
                   "started at EL2");
        break;
    case EACCES:
    case EPERM:
        error_setg(errp, "no permission for " DEV_KVM ": add the user to the group that owns it "
                   "(usermod -aG kvm USER) and log in again");
        break;
    default:
        error_setg_errno(errp, error, DEV_KVM " cannot be opened");
        break;
    }
}

/* The descriptor, or -1. */
static int dev_kvm_open(Error **errp)
{
    int fd;

    if (strcmp(kvm_sys->host_arch, GUEST_ARCH) != 0) {
        error_setg(errp, "KVM runs guests of the host's architecture only: the host is %s, the "
                   "guest " GUEST_ARCH, kvm_sys->host_arch);
        return -1;
    }
    fd = kvm_sys->open(DEV_KVM, O_RDWR);
    if (fd < 0) {
        error_set_open(errp, errno);
    }
    return fd;
}

static bool kvm_available(Error **errp)
{
    int fd = dev_kvm_open(errp);

    if (fd < 0) {
        return false;
    }
    kvm_sys->close(fd);
    return true;
}

/* -- what the kernel must have --------------------------------------------------------------- */

/* @since: of Linux on this architecture. */
static const struct RequiredExtension {
    unsigned number;
    const char *name;
    const char *since;
} required_extensions[] = {
    { KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY", "3.9" },
    { KVM_CAP_DESTROY_MEMORY_REGION_WORKS, "KVM_CAP_DESTROY_MEMORY_REGION_WORKS", "3.9" },
    { KVM_CAP_READONLY_MEM, "KVM_CAP_READONLY_MEM", "3.18" },
    { KVM_CAP_ONE_REG, "KVM_CAP_ONE_REG", "3.11" },
    { KVM_CAP_MP_STATE, "KVM_CAP_MP_STATE", "4.0" },
    { KVM_CAP_ARM_PSCI_0_2, "KVM_CAP_ARM_PSCI_0_2", "3.16" },
    { KVM_CAP_DEVICE_CTRL, "KVM_CAP_DEVICE_CTRL", "3.11" },
    { KVM_CAP_IOEVENTFD, "KVM_CAP_IOEVENTFD", "4.0" },
    { KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT", "4.11" },
};

static bool extensions_check(KVMState *s, Error **errp)
{
    int version = kvm_ioctl(s, KVM_GET_API_VERSION, NULL);

    if (version != KVM_API_VERSION) {
        error_setg(errp, DEV_KVM " speaks version %d of its interface, not %d", version,
                   KVM_API_VERSION);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(required_extensions); i++) {
        const struct RequiredExtension *x = &required_extensions[i];

        if (!kvm_check_extension(s, x->number)) {
            error_setg(errp, "the host's kernel lacks %s: Linux has it since %s", x->name,
                       x->since);
            return false;
        }
    }
    return true;
}

static void answers_set(KVMState *s)
{
    /*
     * Loads and stores that the hardware does not describe become exits that say so; without it
     * KVM_RUN fails for them.
     */
    if (kvm_check_extension(s, KVM_CAP_ARM_NISV_TO_USER)) {
        kvm_vm_enable_cap(s, KVM_CAP_ARM_NISV_TO_USER, 0);
    }
    kvm_eventfds_allowed = true;
    kvm_readonly_mem_allowed = true;
    /* WFI is KVM's, with its interrupt controller or without. */
    kvm_halt_in_kernel_allowed = true;
}

/* -- VM -------------------------------------------------------------------------------------- */

static bool vm_create(KVMState *s, MachineState *ms, Error **errp)
{
    MachineClass *mc = ms ? MACHINE_GET_CLASS(ms) : NULL;
    int type = mc && mc->kvm_type ? mc->kvm_type(ms, NULL) : 0;

    if (type < 0) {
        error_setg_errno(errp, -type, "KVM has no kind of VM that fits the machine");
        return false;
    }
    s->vmfd = kvm_ioctl(s, KVM_CREATE_VM, (void *)(uintptr_t)type);
    if (s->vmfd < 0) {
        error_setg_errno(errp, -s->vmfd, "KVM does not make a VM (type 0x%x)", type);
        s->vmfd = -1;
        return false;
    }
    trace_kvm_vm_create(s->vmfd, type);
    return true;
}

static bool limits_read(KVMState *s, MachineState *ms, Error **errp)
{
    int run_size = kvm_ioctl(s, KVM_GET_VCPU_MMAP_SIZE, NULL);

    if (run_size < (int)sizeof(struct kvm_run)) {
        error_setg(errp, "KVM shares %d bytes of a CPU's state, %zu are needed", run_size,
                   sizeof(struct kvm_run));
        return false;
    }
    s->run_size = run_size;
    s->nr_slots = kvm_vm_check_extension(s, KVM_CAP_NR_MEMSLOTS) ?: 32;
    s->max_vcpus = kvm_vm_check_extension(s, KVM_CAP_MAX_VCPUS) ?:
                   kvm_vm_check_extension(s, KVM_CAP_NR_VCPUS) ?: 4;
    if (ms && ms->smp.max_cpus > s->max_vcpus) {
        error_setg(errp, "KVM on this host has at most %d CPUs in a VM, not %u", s->max_vcpus,
                   ms->smp.max_cpus);
        return false;
    }
    return true;
}

static void fd_drop(int *fd)
{
    if (*fd >= 0) {
        kvm_sys->close(*fd);
        *fd = -1;
    }
}

static void vm_destroy(KVMState *s)
{
    kvm_memory_cleanup(s);
    kvm_vfio_destroy(s);
    kvm_irqchip_destroy(s);
    fd_drop(&s->vmfd);
    fd_drop(&s->fd);
    answers_reset();
    if (kvm_state == s) {
        kvm_state = NULL;
    }
}

static bool kvm_machine_init(AccelState *accel, MachineState *ms, Error **errp)
{
    KVMState *s = KVM_STATE(accel);
    const char *cpu_type = ms ? ms->cpu_type : NULL;

    bql_assert_locked();
    s->fd = dev_kvm_open(errp);
    if (s->fd < 0) {
        return false;
    }
    kvm_state = s;
    if (!extensions_check(s, errp) || !vm_create(s, ms, errp) || !limits_read(s, ms, errp)) {
        vm_destroy(s);
        if (ms) {
            ms->cpu_type = cpu_type; /* the board's kvm_type() may have set KVM's */
        }
        return false;
    }
    answers_set(s);
    kvm_memory_init(s);
    return true;
}

int kvm_vm_fd(KVMState *s)
{
    return s->vmfd;
}

int kvm_get_max_memslots(void)
{
    return kvm_state ? kvm_state->nr_slots : 0;
}

/* -- properties ------------------------------------------------------------------------------ */

bool kvm_kernel_irqchip_allowed(void)
{
    return kvm_state && !(kvm_state->kernel_irqchip_is_set &&
                          kvm_state->kernel_irqchip == ON_OFF_SPLIT_OFF);
}

bool kvm_kernel_irqchip_required(void)
{
    return kvm_state && kvm_state->kernel_irqchip_is_set &&
           kvm_state->kernel_irqchip == ON_OFF_SPLIT_ON;
}

static void get_kernel_irqchip(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    visit_type_OnOffSplit(v, name, &KVM_STATE(obj)->kernel_irqchip, errp);
}

static void set_kernel_irqchip(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    KVMState *s = KVM_STATE(obj);
    OnOffSplit value;

    if (!visit_type_OnOffSplit(v, name, &value, errp)) {
        return;
    }
    if (value == ON_OFF_SPLIT_SPLIT) {
        error_setg(errp, "kernel-irqchip=split does not exist on this architecture");
        return;
    }
    s->kernel_irqchip = value;
    s->kernel_irqchip_is_set = true;
}

/* -- types ----------------------------------------------------------------------------------- */

static void kvm_accel_init(Object *obj)
{
    KVMState *s = KVM_STATE(obj);

    s->fd = -1;
    s->vmfd = -1;
    s->vfio_fd = -1;
    s->kernel_irqchip = ON_OFF_SPLIT_ON;
    qemu_event_init(&s->cpu_left, false);
    qemu_event_init(&s->may_enter, true);
}

static void kvm_accel_finalize(Object *obj)
{
    KVMState *s = KVM_STATE(obj);

    vm_destroy(s);
    qemu_event_destroy(&s->may_enter);
    qemu_event_destroy(&s->cpu_left);
}

static void kvm_accel_class_init(ObjectClass *oc, void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "kvm";
    ac->desc = "the host's CPUs, by Linux' KVM";
    ac->available = kvm_available;
    ac->machine_init = kvm_machine_init;
    ac->allowed = &kvm_allowed;
    object_class_property_add(oc, "kernel-irqchip", "on|off", get_kernel_irqchip,
                              set_kernel_irqchip, NULL, NULL);
    object_class_property_set_description(oc, "kernel-irqchip",
                                          "have KVM emulate the interrupt controller");
}

static void kvm_accel_ops_class_init(ObjectClass *oc, void *data)
{
    AccelOpsClass *ops = ACCEL_OPS_CLASS(oc);

    ops->cpu_common_realize = kvm_vcpu_common_realize;
    ops->cpu_common_unrealize = kvm_vcpu_common_unrealize;
    ops->create_vcpu_thread = vcpu_thread_create;
    ops->vcpu_thread_init = kvm_vcpu_thread_init;
    ops->memory_commit_waits = true;
    ops->vcpu_exec = kvm_vcpu_exec;
    ops->kick_vcpu_thread = kvm_vcpu_kick;
    ops->handle_interrupt = kvm_vcpu_handle_interrupt;
    ops->cpu_thread_is_idle = kvm_vcpu_thread_is_idle;
    ops->synchronize_state = kvm_vcpu_synchronize_state;
    ops->synchronize_post_reset = kvm_vcpu_synchronize_post_reset;
    ops->synchronize_post_init = kvm_vcpu_synchronize_post_init;
    ops->synchronize_pre_loadvm = kvm_vcpu_synchronize_pre_loadvm;
}

static const TypeInfo kvm_accel_types[] = {
    {
        .name = TYPE_KVM_ACCEL,
        .parent = TYPE_ACCEL,
        .instance_size = sizeof(KVMState),
        .instance_init = kvm_accel_init,
        .instance_finalize = kvm_accel_finalize,
        .class_init = kvm_accel_class_init,
    }, {
        .name = ACCEL_OPS_NAME("kvm"),
        .parent = TYPE_ACCEL_OPS,
        .abstract = true,
        .class_init = kvm_accel_ops_class_init,
    },
};

DEFINE_TYPES(kvm_accel_types)

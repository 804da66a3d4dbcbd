/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ioctls of KVM as functions that return -errno, and the small requests made of them:
 * extensions, capabilities, devices and their attributes, single registers.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "kvm-internal.h"
#include "trace.h"

/* -- ioctls ---------------------------------------------------------------------------------- */

static int call(int fd, unsigned long type, void *arg)
{
    int ret;

    do {
        ret = kvm_sys->ioctl(fd, type, arg);
    } while (ret < 0 && errno == EINTR);
    return ret < 0 ? -errno : ret;
}

#define CALL_WITH_LAST_ARGUMENT(_fd, _type) \
    ({ \
        va_list ap; \
        void *arg; \
        va_start(ap, _type); \
        arg = va_arg(ap, void *); \
        va_end(ap); \
        call(_fd, _type, arg); \
    })

int kvm_ioctl(KVMState *s, unsigned long type, ...)
{
    return CALL_WITH_LAST_ARGUMENT(s->fd, type);
}

int kvm_vm_ioctl(KVMState *s, unsigned long type, ...)
{
    int ret = CALL_WITH_LAST_ARGUMENT(s->vmfd, type);

    trace_kvm_vm_ioctl(type, ret);
    return ret;
}

int kvm_vcpu_ioctl(CPUState *cpu, unsigned long type, ...)
{
    int ret = CALL_WITH_LAST_ARGUMENT(cpu->kvm_fd, type);

    trace_kvm_vcpu_ioctl(cpu->cpu_index, type, ret);
    return ret;
}

int kvm_device_ioctl(int fd, unsigned long type, ...)
{
    int ret = CALL_WITH_LAST_ARGUMENT(fd, type);

    trace_kvm_device_ioctl(fd, type, ret);
    return ret;
}

/* -- extensions and capabilities ------------------------------------------------------------- */

static int extension_of(int fd, unsigned int extension)
{
    int ret = call(fd, KVM_CHECK_EXTENSION, (void *)(uintptr_t)extension);

    return MAX(ret, 0);
}

int kvm_check_extension(KVMState *s, unsigned int extension)
{
    return extension_of(s->fd, extension);
}

int kvm_vm_check_extension(KVMState *s, unsigned int extension)
{
    return extension_of(s->vmfd, extension);
}

static struct kvm_enable_cap cap_request(uint32_t capability, uint32_t flags,
                                         const uint64_t *args, size_t n_args)
{
    struct kvm_enable_cap cap = { .cap = capability, .flags = flags };

    g_assert(n_args <= G_N_ELEMENTS(cap.args));
    for (size_t i = 0; i < n_args; i++) {
        cap.args[i] = args[i];
    }
    return cap;
}

int kvm_vm_enable_cap_args(KVMState *s, uint32_t capability, uint32_t flags,
                           const uint64_t *args, size_t n_args)
{
    struct kvm_enable_cap cap = cap_request(capability, flags, args, n_args);

    return kvm_vm_ioctl(s, KVM_ENABLE_CAP, &cap);
}

int kvm_vcpu_enable_cap_args(CPUState *cpu, uint32_t capability, uint32_t flags,
                             const uint64_t *args, size_t n_args)
{
    struct kvm_enable_cap cap = cap_request(capability, flags, args, n_args);

    return kvm_vcpu_ioctl(cpu, KVM_ENABLE_CAP, &cap);
}

/* -- devices --------------------------------------------------------------------------------- */

int kvm_create_device(KVMState *s, uint64_t type, bool test)
{
    struct kvm_create_device request = {
        .type = type,
        .flags = test ? KVM_CREATE_DEVICE_TEST : 0,
    };
    int ret;

    if (!kvm_vm_check_extension(s, KVM_CAP_DEVICE_CTRL)) {
        return -ENOTSUP;
    }
    ret = kvm_vm_ioctl(s, KVM_CREATE_DEVICE, &request);
    return ret < 0 || test ? ret : (int)request.fd;
}

void kvm_device_close(int fd)
{
    kvm_sys->close(fd);
}

bool kvm_device_supported(int vmfd, uint64_t type)
{
    struct kvm_create_device request = { .type = type, .flags = KVM_CREATE_DEVICE_TEST };

    return extension_of(vmfd, KVM_CAP_DEVICE_CTRL) && call(vmfd, KVM_CREATE_DEVICE, &request) == 0;
}

int kvm_vm_check_attr(KVMState *s, uint32_t group, uint64_t attr)
{
    struct kvm_device_attr request = { .group = group, .attr = attr };

    return kvm_vm_check_extension(s, KVM_CAP_VM_ATTRIBUTES) &&
           kvm_vm_ioctl(s, KVM_HAS_DEVICE_ATTR, &request) == 0;
}

int kvm_device_check_attr(int fd, uint32_t group, uint64_t attr)
{
    struct kvm_device_attr request = { .group = group, .attr = attr };

    return kvm_device_ioctl(fd, KVM_HAS_DEVICE_ATTR, &request) == 0;
}

int kvm_device_access(int fd, int group, uint64_t attr, void *val, bool write, Error **errp)
{
    struct kvm_device_attr request = { .group = group, .attr = attr, .addr = (uintptr_t)val };
    int ret = kvm_device_ioctl(fd, write ? KVM_SET_DEVICE_ATTR : KVM_GET_DEVICE_ATTR, &request);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: %s attribute 0x%" PRIx64 " in group %d of a device",
                         write ? "setting" : "reading", attr, group);
    }
    return ret;
}

/* -- registers ------------------------------------------------------------------------------- */

int kvm_get_one_reg(CPUState *cpu, uint64_t id, void *target)
{
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)target };
    int ret = call(cpu->kvm_fd, KVM_GET_ONE_REG, &reg);

    if (ret < 0) {
        trace_kvm_failed_reg("get", cpu->cpu_index, id, ret);
    }
    return ret;
}

int kvm_set_one_reg(CPUState *cpu, uint64_t id, void *source)
{
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)source };
    int ret = call(cpu->kvm_fd, KVM_SET_ONE_REG, &reg);

    if (ret < 0) {
        trace_kvm_failed_reg("set", cpu->cpu_index, id, ret);
    }
    return ret;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with KVM for tests: see fake-kvm.h.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/mman.h>
#include "qemu/atomic.h"
#include "fake-kvm.h"

FakeKVM fake_kvm;

static int fail(int error)
{
    errno = error;
    return -1;
}

/* A real descriptor of memory, so that it can be mapped and is counted by the system. */
static int descriptor_new(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, FAKE_KVM_RUN_SIZE), ==, 0);
    fake_kvm.descriptors++;
    return fd;
}

/* -- slots ----------------------------------------------------------------------------------- */

static bool slots_overlap(const struct kvm_userspace_memory_region *a,
                          const struct kvm_userspace_memory_region *b)
{
    return a->memory_size && b->memory_size &&
           a->guest_phys_addr < b->guest_phys_addr + b->memory_size &&
           b->guest_phys_addr < a->guest_phys_addr + a->memory_size;
}

static bool slot_is_valid(const struct kvm_userspace_memory_region *new)
{
    const struct kvm_userspace_memory_region *old = &fake_kvm.slots[new->slot];
    size_t page = getpagesize();

    if ((new->guest_phys_addr | new->memory_size | new->userspace_addr) % page) {
        return false;
    }
    if (new->flags & ~(KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY)) {
        return false;
    }
    if (!new->memory_size) {
        return old->memory_size != 0;
    }
    /* An existing slot may move or change LOG_DIRTY_PAGES, nothing else. */
    return !old->memory_size || (old->memory_size == new->memory_size &&
                                 old->userspace_addr == new->userspace_addr &&
                                 !((old->flags ^ new->flags) & KVM_MEM_READONLY));
}

static int slot_set(const struct kvm_userspace_memory_region *new)
{
    fake_kvm.slot_calls++;
    if (new->slot >= (unsigned)fake_kvm.extensions[KVM_CAP_NR_MEMSLOTS]) {
        return fail(EINVAL);
    }
    g_assert_cmpuint(new->slot, <, FAKE_KVM_SLOTS);
    if (!slot_is_valid(new)) {
        return fail(EINVAL);
    }
    for (unsigned i = 0; i < FAKE_KVM_SLOTS; i++) {
        if (i != new->slot && slots_overlap(&fake_kvm.slots[i], new)) {
            return fail(EEXIST);
        }
    }
    fake_kvm.slots[new->slot] = *new;
    return 0;
}

/* -- CPUs ------------------------------------------------------------------------------------ */

static FakeKVMCpu *cpu_find(int fd)
{
    for (unsigned i = 0; i < fake_kvm.n_cpus; i++) {
        if (fake_kvm.cpus[i].fd == fd) {
            return &fake_kvm.cpus[i];
        }
    }
    return NULL;
}

static int cpu_create(unsigned long id)
{
    FakeKVMCpu *cpu;

    for (unsigned i = 0; i < fake_kvm.n_cpus; i++) {
        if (fake_kvm.cpus[i].id == id) {
            return fail(EEXIST);
        }
    }
    g_assert_cmpuint(fake_kvm.n_cpus, <, FAKE_KVM_CPUS);
    cpu = &fake_kvm.cpus[fake_kvm.n_cpus];
    cpu->id = id;
    cpu->fd = descriptor_new("fake-kvm-vcpu");
    cpu->run = mmap(NULL, FAKE_KVM_RUN_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, cpu->fd, 0);
    g_assert(cpu->run != MAP_FAILED);
    fake_kvm.n_cpus++;
    return cpu->fd;
}

/* Until a signal comes; a pause bounds what a lost wake-up costs the test, not the answer. */
static int run_for_ever(const struct kvm_run *run)
{
    while (!qatomic_read(&run->immediate_exit)) {
        if (poll(NULL, 0, 100) < 0) {
            return -1;
        }
    }
    return fail(EINTR);
}

static int cpu_run(FakeKVMCpu *cpu)
{
    struct kvm_run *run = cpu->run;
    int ret;

    if (qatomic_read(&run->immediate_exit) && !(fake_kvm.run && fake_kvm.runs_at_once)) {
        run->exit_reason = KVM_EXIT_INTR;
        return fail(EINTR);
    }
    ret = fake_kvm.run ? fake_kvm.run(cpu, run) : run_for_ever(run);
    if (ret < 0 && errno == EINTR) {
        run->exit_reason = KVM_EXIT_INTR;
    }
    return ret;
}

/* -- devices --------------------------------------------------------------------------------- */

static int device_create(struct kvm_create_device *request)
{
    FakeKVMDevice *device = &fake_kvm.devices[fake_kvm.n_devices];

    if (request->flags & KVM_CREATE_DEVICE_TEST) {
        return 0;
    }
    g_assert_cmpuint(fake_kvm.n_devices, <, FAKE_KVM_DEVICES);
    device->type = request->type;
    device->fd = descriptor_new("fake-kvm-device");
    request->fd = device->fd;
    fake_kvm.n_devices++;
    return 0;
}

static bool is_device(int fd)
{
    for (unsigned i = 0; i < fake_kvm.n_devices; i++) {
        if (fake_kvm.devices[i].fd == fd) {
            return true;
        }
    }
    return false;
}

/* -- calls ----------------------------------------------------------------------------------- */

static int dev_ioctl(unsigned long request, void *arg)
{
    switch (request) {
    case KVM_GET_API_VERSION:
        return KVM_API_VERSION;
    case KVM_GET_VCPU_MMAP_SIZE:
        return FAKE_KVM_RUN_SIZE;
    case KVM_CHECK_EXTENSION:
        g_assert_cmpuint((uintptr_t)arg, <, FAKE_KVM_EXTENSIONS);
        return fake_kvm.extensions[(uintptr_t)arg];
    case KVM_CREATE_VM:
        g_assert_cmpint(fake_kvm.vm_fd, ==, -1);
        fake_kvm.vm_type = (uintptr_t)arg;
        fake_kvm.vm_fd = descriptor_new("fake-kvm-vm");
        return fake_kvm.vm_fd;
    default:
        return fail(ENOTTY);
    }
}

static int vm_ioctl(unsigned long request, void *arg)
{
    switch (request) {
    case KVM_CHECK_EXTENSION:
        return dev_ioctl(request, arg);
    case KVM_CREATE_VCPU:
        return cpu_create((uintptr_t)arg);
    case KVM_SET_USER_MEMORY_REGION:
        return slot_set(arg);
    case KVM_CREATE_DEVICE:
        return device_create(arg);
    case KVM_ENABLE_CAP:
        return 0;
    default:
        return fail(ENOTTY);
    }
}

static bool call_fails(unsigned long request)
{
    if (!fake_kvm.fail_errno || request != fake_kvm.fail_request) {
        return false;
    }
    if (fake_kvm.fail_after) {
        fake_kvm.fail_after--;
        return false;
    }
    return true;
}

int fake_kvm_ioctl(int fd, unsigned long request, void *arg)
{
    FakeKVMCpu *cpu = cpu_find(fd);
    char kind = fd == fake_kvm.dev_fd ? 'k' : fd == fake_kvm.vm_fd ? 'v' : cpu ? 'c' : 'd';
    int ret;

    if (kind == 'd' && !is_device(fd)) {
        return fail(EBADF);
    }
    if (call_fails(request)) {
        return fail(fake_kvm.fail_errno);
    }
    if (fake_kvm.ioctl && fake_kvm.ioctl(kind, fd, request, arg, &ret)) {
        return ret;
    }
    switch (kind) {
    case 'k':
        return dev_ioctl(request, arg);
    case 'v':
        return vm_ioctl(request, arg);
    case 'c':
        return request == KVM_RUN ? cpu_run(cpu) : fail(ENOTTY);
    default:
        return fail(ENXIO);
    }
}

static int fake_open(const char *path, int flags)
{
    g_assert_cmpstr(path, ==, "/dev/kvm");
    if (fake_kvm.open_errno) {
        return fail(fake_kvm.open_errno);
    }
    g_assert_cmpint(fake_kvm.dev_fd, ==, -1);
    fake_kvm.dev_fd = descriptor_new("fake-kvm");
    return fake_kvm.dev_fd;
}

static int fake_close(int fd)
{
    FakeKVMCpu *cpu = cpu_find(fd);

    if (fd == fake_kvm.dev_fd) {
        fake_kvm.dev_fd = -1;
    } else if (fd == fake_kvm.vm_fd) {
        fake_kvm.vm_fd = -1;
    } else if (cpu) {
        munmap(cpu->run, FAKE_KVM_RUN_SIZE);
        *cpu = fake_kvm.cpus[--fake_kvm.n_cpus];
    } else {
        g_assert_true(is_device(fd));
        for (unsigned i = 0; i < fake_kvm.n_devices; i++) {
            if (fake_kvm.devices[i].fd == fd) {
                fake_kvm.devices[i] = fake_kvm.devices[--fake_kvm.n_devices];
            }
        }
    }
    fake_kvm.descriptors--;
    return close(fd);
}

static void *fake_mmap(size_t size, int fd)
{
    g_assert_nonnull(cpu_find(fd));
    g_assert_cmpuint(size, ==, FAKE_KVM_RUN_SIZE);
    if (fake_kvm.mmap_errno) {
        errno = fake_kvm.mmap_errno;
        return MAP_FAILED;
    }
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

/* -- in place -------------------------------------------------------------------------------- */

static KVMSys fake_sys = {
    .open = fake_open,
    .close = fake_close,
    .ioctl = fake_kvm_ioctl,
    .mmap = fake_mmap,
    .munmap = munmap,
};

void fake_kvm_start(void)
{
    static const struct { int number, value; } usual[] = {
        { KVM_CAP_USER_MEMORY, 1 }, { KVM_CAP_DESTROY_MEMORY_REGION_WORKS, 1 },
        { KVM_CAP_READONLY_MEM, 1 }, { KVM_CAP_ONE_REG, 1 }, { KVM_CAP_MP_STATE, 1 },
        { KVM_CAP_ARM_PSCI_0_2, 1 }, { KVM_CAP_DEVICE_CTRL, 1 }, { KVM_CAP_IOEVENTFD, 1 },
        { KVM_CAP_IMMEDIATE_EXIT, 1 }, { KVM_CAP_NR_MEMSLOTS, 32 }, { KVM_CAP_MAX_VCPUS, 8 },
        { KVM_CAP_NR_VCPUS, 4 },
    };

    memset(&fake_kvm, 0, sizeof(fake_kvm));
    fake_kvm.dev_fd = fake_kvm.vm_fd = -1;
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        fake_kvm.extensions[usual[i].number] = usual[i].value;
    }
    fake_sys.host_arch = "aarch64";
    kvm_sys = &fake_sys;
}

void fake_kvm_stop(void)
{
    g_assert_cmpuint(fake_kvm.descriptors, ==, 0);
    kvm_sys = &kvm_sys_host;
}

void fake_kvm_set_arch(const char *arch)
{
    fake_sys.host_arch = arch;
}

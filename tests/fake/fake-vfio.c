/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake kernel's files, containers and address translation; interrupts and devices are in
 * fake-vfio-device.c.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qemu/lockable.h"
#include "fake-vfio-internal.h"

FakeVFIO fake_vfio;
static FakeState state;

FakeState *fake_state(void)
{
    return &state;
}

/* ---- failing on demand ------------------------------------------------------------ */

static bool call_fails(void)
{
    if (++fake_vfio.calls == fake_vfio.fail_at) {
        errno = fake_vfio.fail_errno;
        return true;
    }
    return false;
}

/* ---- descriptors ------------------------------------------------------------------- */

static FakeFile *file_find(int fd)
{
    for (guint i = 0; i < state.files->len; i++) {
        FakeFile *f = g_ptr_array_index(state.files, i);

        if (f->fd == fd) {
            return f;
        }
    }
    return NULL;
}

static FakeFile *file_new(FakeFileKind kind, int fd)
{
    FakeFile *f = g_new0(FakeFile, 1);

    g_assert_cmpint(fd, >=, 0);
    f->kind = kind;
    f->fd = fd;
    g_ptr_array_add(state.files, f);
    return f;
}

static int file_open_null(FakeFileKind kind, FakeFile **file)
{
    FakeFile *f = file_new(kind, open("/dev/null", O_RDWR | O_CLOEXEC));

    if (file) {
        *file = f;
    }
    return f->fd;
}

int fake_device_open(FakeDevice *dev)
{
    FakeFile *f = file_new(FAKE_DEVICE, fcntl(dev->memory_fd, F_DUPFD_CLOEXEC, 3));

    f->dev = dev;
    dev->open_count++;
    return f->fd;
}

FakeDevice *fake_device_find(const char *name, size_t len)
{
    for (guint i = 0; i < state.devices->len; i++) {
        FakeDevice *dev = g_ptr_array_index(state.devices, i);

        if (strlen(dev->name) == len && memcmp(dev->name, name, len) == 0) {
            return dev;
        }
    }
    return NULL;
}

/* The device whose sysfs folder @path is in, with what follows in *@rest. */
static FakeDevice *device_of_path(const char *path, const char **rest)
{
    static const char *const folders[] = { "/sys/bus/platform/devices/",
                                           "/sys/kernel/iommu_groups/", "/sys/bus/amba/devices/" };
    const char *name = NULL;
    FakeDevice *dev;

    if (g_str_has_prefix(path, "/sys/dev/char/") && state.devices->len) {
        /* All nodes are the first device's. */
        *rest = strstr(path, "/device");
        *rest = *rest ? *rest + strlen("/device") : "?";
        return g_ptr_array_index(state.devices, 0);
    }
    if (g_str_has_prefix(path, folders[0])) {
        name = path + strlen(folders[0]);
    } else if (g_str_has_prefix(path, folders[2])) {
        name = path + strlen(folders[2]);
    } else if (g_str_has_prefix(path, folders[1])) {
        name = strstr(path, "/devices/");
        name = name ? name + strlen("/devices/") : NULL;
    }
    if (!name) {
        return NULL;
    }
    *rest = strchrnul(name, '/');
    dev = fake_device_find(name, *rest - name);
    /* A device of the AMBA bus is not in the other's folder. */
    return dev && !g_str_has_prefix(path, folders[1]) &&
           !(dev->flags & VFIO_DEVICE_FLAGS_AMBA) != !g_str_has_prefix(path, folders[2]) ? NULL
                                                                                        : dev;
}

static bool group_exists(int id, bool noiommu)
{
    for (guint i = 0; i < state.devices->len; i++) {
        FakeDevice *dev = g_ptr_array_index(state.devices, i);

        if (dev->group == id && dev->noiommu == noiommu && dev->driver &&
            g_str_has_prefix(dev->driver, "vfio")) {
            return true;
        }
    }
    return false;
}

static int memory_file(const void *data, size_t size)
{
    int fd = memfd_create("fake", MFD_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(pwrite(fd, data, size, 0), ==, size);
    return fd;
}

static int open_group(int id, bool noiommu)
{
    FakeFile *f;
    int fd;

    if (!group_exists(id, noiommu)) {
        errno = ENOENT;
        return -1;
    }
    for (guint i = 0; i < state.files->len; i++) {
        f = g_ptr_array_index(state.files, i);
        if (f->kind == FAKE_GROUP && f->group == id) {
            errno = EBUSY;
            return -1;
        }
    }
    fd = file_open_null(FAKE_GROUP, &f);
    f->group = id;
    return fd;
}

static int open_text(const char *path)
{
    const char *rest = "";
    FakeDevice *dev = device_of_path(path, &rest);
    int group;

    if (dev && strcmp(rest, "/of_node/compatible") == 0 && dev->compatible) {
        return file_new(FAKE_TEXT, memory_file(dev->compatible, dev->compatible_size))->fd;
    }
    if (sscanf(path, "/sys/kernel/iommu_groups/%d/name", &group) == 1 &&
        g_str_has_suffix(path, "/name") && group_exists(group, true)) {
        return file_new(FAKE_TEXT, memory_file("vfio-noiommu\n", 13))->fd;
    }
    errno = ENOENT;
    return -1;
}

static int fake_open(const char *path, int flags)
{
    int number;

    if (call_fails()) {
        return -1;
    }
    if (strcmp(path, "/dev/vfio/vfio") == 0) {
        return file_open_null(FAKE_CONTAINER, NULL);
    }
    if (strcmp(path, "/dev/iommu") == 0 && fake_vfio.iommufd_errno) {
        errno = fake_vfio.iommufd_errno;
        return -1;
    }
    if (strcmp(path, "/dev/iommu") == 0) {
        return file_open_null(FAKE_IOMMUFD, NULL);
    }
    if (g_str_has_prefix(path, "/dev/vfio/devices/") && fake_vfio.node_errno) {
        errno = fake_vfio.node_errno;
        return -1;
    }
    if (sscanf(path, "/dev/vfio/devices/vfio%d", &number) == 1 && number < state.devices->len) {
        return fake_device_open(g_ptr_array_index(state.devices, number));
    }
    if (sscanf(path, "/dev/vfio/noiommu-%d", &number) == 1) {
        return open_group(number, true);
    }
    if (sscanf(path, "/dev/vfio/%d", &number) == 1) {
        return open_group(number, false);
    }
    return open_text(path);
}

/* What the kernel forgets with the last user of a container or an I/O address space. */
static void dma_maps_drop(int owner_fd, uint32_t ioas_id)
{
    for (guint i = state.dma->len; i-- > 0;) {
        FakeDMA *d = &g_array_index(state.dma, FakeDMA, i);

        if (d->owner_fd == owner_fd && (!ioas_id || d->ioas_id == ioas_id)) {
            g_array_remove_index(state.dma, i);
        }
    }
}

static int fake_close(int fd)
{
    FakeFile *f = file_find(fd);

    if (f) {
        if (f->kind == FAKE_DEVICE) {
            fake_device_closed(f->dev);
        }
        if (f->kind == FAKE_CONTAINER || f->kind == FAKE_IOMMUFD) {
            dma_maps_drop(fd, 0);
        }
        g_ptr_array_remove(state.files, f);
        g_free(f);
    }
    return close(fd);
}

/* ---- address translation ------------------------------------------------------------------ */

static FakeDMA *dma_find(int owner_fd, uint32_t ioas_id, uint64_t iova, uint64_t size)
{
    for (guint i = 0; i < state.dma->len; i++) {
        FakeDMA *d = &g_array_index(state.dma, FakeDMA, i);

        if (d->owner_fd == owner_fd && d->ioas_id == ioas_id && d->iova < iova + size &&
            iova < d->iova + d->size) {
            return d;
        }
    }
    return NULL;
}

static int dma_map(const FakeDMA *map)
{
    uint64_t page = fake_vfio.pgsizes & -fake_vfio.pgsizes;

    if (fake_vfio.map_errno) {
        return fake_vfio.map_errno;
    }
    if (!map->size || ((map->iova | map->size | map->host) & (page - 1))) {
        return EINVAL;
    }
    if (dma_find(map->owner_fd, map->ioas_id, map->iova, map->size)) {
        return EEXIST;
    }
    if (fake_vfio.dma_entries_max && state.dma->len >= fake_vfio.dma_entries_max) {
        return ENOSPC;
    }
    g_array_append_val(state.dma, *map);
    return 0;
}

static int dma_unmap(int owner_fd, uint32_t ioas_id, uint64_t iova, uint64_t *size)
{
    FakeDMA *d = dma_find(owner_fd, ioas_id, iova, 1);

    if (!d || d->iova != iova || d->size != *size) {
        *size = 0;
        return d ? EINVAL : ENOENT;
    }
    g_array_remove_index(state.dma, d - &g_array_index(state.dma, FakeDMA, 0));
    return 0;
}

bool fake_vfio_dma_lookup(uint64_t iova, uint64_t *host, uint64_t *size)
{
    for (guint i = 0; i < state.dma->len; i++) {
        FakeDMA *d = &g_array_index(state.dma, FakeDMA, i);

        if (d->iova == iova) {
            *host = d->host;
            *size = d->size;
            return true;
        }
    }
    return false;
}

/* ---- requests to groups, containers, iommufd ---------------------------------------------- */

static int group_ioctl(FakeFile *f, unsigned long request, void *argument)
{
    struct vfio_group_status *status = argument;
    FakeFile *container;
    FakeDevice *dev;

    switch (request) {
    case VFIO_GROUP_GET_STATUS:
        status->flags = fake_group_is_viable(f->group) ? VFIO_GROUP_FLAGS_VIABLE : 0;
        return 0;
    case VFIO_GROUP_SET_CONTAINER:
        container = file_find(*(int *)argument);
        if (!container || container->kind != FAKE_CONTAINER || f->container_fd) {
            return -EINVAL;
        }
        f->container_fd = container->fd;
        container->users++;
        return 0;
    case VFIO_GROUP_UNSET_CONTAINER:
        container = f->container_fd ? file_find(f->container_fd) : NULL;
        if (!container) {
            return -EINVAL;
        }
        f->container_fd = 0;
        if (--container->users == 0) {
            dma_maps_drop(container->fd, 0);
            container->iommu_type = 0;
        }
        return 0;
    case VFIO_GROUP_GET_DEVICE_FD:
        container = f->container_fd ? file_find(f->container_fd) : NULL;
        dev = fake_device_find(argument, strlen(argument));
        if (!container || !container->iommu_type || !dev || dev->group != f->group) {
            return -EINVAL;
        }
        return fake_device_open(dev);
    }
    return -ENOTTY;
}

static int type1_info(struct vfio_iommu_type1_info *info)
{
    struct vfio_iommu_type1_info_cap_iova_range *cap = (void *)(info + 1);
    size_t need = sizeof(*info) + sizeof(*cap) +
                  fake_vfio.n_iova_ranges * sizeof(cap->iova_ranges[0]);
    size_t room = info->argsz;

    info->flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
    info->iova_pgsizes = fake_vfio.pgsizes;
    info->argsz = need;
    info->cap_offset = 0;
    if (room >= need) {
        info->cap_offset = sizeof(*info);
        cap->header = (struct vfio_info_cap_header) {
            .id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, .version = 1,
        };
        cap->nr_iovas = fake_vfio.n_iova_ranges;
        for (unsigned i = 0; i < fake_vfio.n_iova_ranges; i++) {
            cap->iova_ranges[i].start = fake_vfio.iova_ranges[i].first;
            cap->iova_ranges[i].end = fake_vfio.iova_ranges[i].last;
        }
    }
    return 0;
}

static int container_ioctl(FakeFile *f, unsigned long request, void *argument)
{
    struct vfio_iommu_type1_dma_map *map = argument;
    struct vfio_iommu_type1_dma_unmap *unmap = argument;
    uintptr_t number = (uintptr_t)argument;
    uint64_t size;
    int ret;

    switch (request) {
    case VFIO_GET_API_VERSION:
        return VFIO_API_VERSION;
    case VFIO_CHECK_EXTENSION:
        return number == VFIO_TYPE1_IOMMU || number == VFIO_NOIOMMU_IOMMU ||
               (number == VFIO_TYPE1v2_IOMMU && fake_vfio.has_type1v2);
    case VFIO_SET_IOMMU:
        if (!f->users || f->iommu_type) {
            return -EINVAL;
        }
        if (!fake_vfio.may_allow_unsafe && number != VFIO_NOIOMMU_IOMMU) {
            return -EPERM;
        }
        f->iommu_type = number;
        return 0;
    case VFIO_IOMMU_GET_INFO:
        return f->iommu_type ? type1_info(argument) : -EINVAL;
    case VFIO_IOMMU_MAP_DMA:
        if (!f->iommu_type) {
            return -EINVAL;
        }
        return -dma_map(&(FakeDMA) { .owner_fd = f->fd, .iova = map->iova, .size = map->size,
                                     .host = map->vaddr,
                                     .writable = map->flags & VFIO_DMA_MAP_FLAG_WRITE });
    case VFIO_IOMMU_UNMAP_DMA:
        size = unmap->size;
        ret = dma_unmap(f->fd, 0, unmap->iova, &size);
        unmap->size = size;
        return ret == ENOENT ? 0 : -ret;
    }
    return -ENOTTY;
}

static int iommufd_ranges(struct iommu_ioas_iova_ranges *ask)
{
    struct iommu_iova_range *out = (void *)(uintptr_t)ask->allowed_iovas;
    unsigned room = ask->num_iovas;

    ask->num_iovas = fake_vfio.n_iova_ranges;
    ask->out_iova_alignment = fake_vfio.pgsizes & -fake_vfio.pgsizes;
    for (unsigned i = 0; i < MIN(room, fake_vfio.n_iova_ranges); i++) {
        out[i].start = fake_vfio.iova_ranges[i].first;
        out[i].last = fake_vfio.iova_ranges[i].last;
    }
    return room < fake_vfio.n_iova_ranges ? -EMSGSIZE : 0;
}

static int iommufd_ioctl(FakeFile *f, unsigned long request, void *argument)
{
    struct iommu_ioas_map *map = argument;
    struct iommu_ioas_unmap *unmap = argument;
    uint64_t size;
    int ret;

    switch (request) {
    case IOMMU_IOAS_ALLOC:
        ((struct iommu_ioas_alloc *)argument)->out_ioas_id = ++state.last_id;
        return 0;
    case IOMMU_DESTROY:
        if (fake_ioas_is_used(((struct iommu_destroy *)argument)->id)) {
            return -EBUSY;
        }
        dma_maps_drop(f->fd, ((struct iommu_destroy *)argument)->id);
        return 0;
    case IOMMU_IOAS_IOVA_RANGES:
        return iommufd_ranges(argument);
    case IOMMU_IOAS_MAP:
        return -dma_map(&(FakeDMA) { .owner_fd = f->fd, .ioas_id = map->ioas_id,
                                     .iova = map->iova, .size = map->length,
                                     .host = map->user_va,
                                     .writable = map->flags & IOMMU_IOAS_MAP_WRITEABLE });
    case IOMMU_IOAS_UNMAP:
        size = unmap->length;
        ret = dma_unmap(f->fd, unmap->ioas_id, unmap->iova, &size);
        unmap->length = size;
        return -ret;
    }
    return -ENOTTY;
}

static int fake_ioctl(int fd, unsigned long request, void *argument)
{
    FakeFile *f = file_find(fd);
    int ret = -EBADF;

    if (call_fails()) {
        return -1;
    }
    if (f) {
        ret = f->kind == FAKE_GROUP ? group_ioctl(f, request, argument) :
              f->kind == FAKE_CONTAINER ? container_ioctl(f, request, argument) :
              f->kind == FAKE_IOMMUFD ? iommufd_ioctl(f, request, argument) :
              f->kind == FAKE_DEVICE ? fake_device_ioctl(f->dev, request, argument) : -ENOTTY;
    }
    if (ret < 0) {
        errno = -ret;
        return -1;
    }
    return ret;
}

/* ---- bytes -------------------------------------------------------------------------------- */

static ssize_t fake_pread(int fd, void *buf, size_t size, off_t offset)
{
    FakeFile *f = file_find(fd);

    if (call_fails()) {
        return -1;
    }
    if (f && f->kind == FAKE_DEVICE && fake_device_read(f->dev, offset, size, buf)) {
        return size;
    }
    return pread(fd, buf, size, offset);
}

static ssize_t fake_pwrite(int fd, const void *buf, size_t size, off_t offset)
{
    FakeFile *f = file_find(fd);

    if (call_fails()) {
        return -1;
    }
    if (f && f->kind == FAKE_DEVICE && fake_device_write(f->dev, offset, size, buf)) {
        return size;
    }
    return pwrite(fd, buf, size, offset);
}

static void *fake_mmap(size_t size, int prot, int fd, off_t offset)
{
    void *at;

    if (call_fails()) {
        return MAP_FAILED;
    }
    at = mmap(NULL, size, prot, MAP_SHARED, fd, offset);
    if (at != MAP_FAILED) {
        FakeFile *f = file_find(fd);
        FakeMapping new = { (uintptr_t)at, size, f ? f->dev : NULL, offset };

        QEMU_LOCK_GUARD(&state.lock);
        g_array_append_val(state.mappings, new);
        state.maps++;
    }
    return at;
}

/* The device and position of an access to a mapping; NULL: plain memory. */
static FakeDevice *mapping_find(const void *address, uint64_t *position)
{
    uintptr_t at = (uintptr_t)address;

    QEMU_LOCK_GUARD(&state.lock);
    for (guint i = 0; i < state.mappings->len; i++) {
        FakeMapping *m = &g_array_index(state.mappings, FakeMapping, i);

        if (at - m->address < m->size) {
            *position = m->position + (at - m->address);
            return m->dev;
        }
    }
    return NULL;
}

static void fake_load(const void *address, unsigned size, void *data)
{
    uint64_t position;
    FakeDevice *dev = mapping_find(address, &position);

    if (!dev || !fake_device_read(dev, position, size, data)) {
        vfio_sys_host.load(address, size, data);
    }
}

static void fake_store(void *address, unsigned size, const void *data)
{
    uint64_t position;
    FakeDevice *dev = mapping_find(address, &position);

    if (!dev || !fake_device_write(dev, position, size, data)) {
        vfio_sys_host.store(address, size, data);
    }
}

static int fake_munmap(void *address, size_t size)
{
    WITH_QEMU_LOCK_GUARD(&state.lock) {
        for (guint i = 0; i < state.mappings->len; i++) {
            if (g_array_index(state.mappings, FakeMapping, i).address == (uintptr_t)address) {
                g_array_remove_index_fast(state.mappings, i);
                break;
            }
        }
        state.maps--;
    }
    return munmap(address, size);
}

/* ---- sysfs --------------------------------------------------------------------------------- */

static bool is_part_of_vfio(const char *path)
{
    static const char *const names[] = {
        "/sys/bus/platform/drivers/vfio-platform", "/dev/vfio/vfio", NULL,
    };

    return g_strv_contains(names, path);
}

static int fake_stat(const char *path, struct stat *st)
{
    const char *rest;

    if (call_fails()) {
        return -1;
    }
    if (!(device_of_path(path, &rest) && !*rest) && !is_part_of_vfio(path)) {
        errno = ENOENT;
        return -1;
    }
    memset(st, 0, sizeof(*st));
    st->st_mode = S_IFDIR | 0755;
    return 0;
}

static int fake_fstat(int fd, struct stat *st)
{
    FakeFile *f = file_find(fd);

    if (call_fails() || fstat(fd, st) < 0) {
        return -1;
    }
    if (f && f->kind == FAKE_DEVICE) {
        st->st_mode = S_IFCHR | 0600;
    }
    return 0;
}

static int fake_access(const char *path, int mode)
{
    struct stat st;

    return fake_stat(path, &st);
}

static ssize_t fake_readlink(const char *path, char *buf, size_t size)
{
    g_autofree char *target = NULL;
    const char *rest = "";
    FakeDevice *dev = device_of_path(path, &rest);

    if (call_fails()) {
        return -1;
    }
    if (dev && !*rest && g_str_has_prefix(path, "/sys/dev/char/")) {
        target = g_strconcat("../../../", dev->name, NULL);
    } else if (dev && strcmp(rest, "/iommu_group") == 0 && dev->group >= 0) {
        target = g_strdup_printf("../../../kernel/iommu_groups/%d", dev->group);
    } else if (dev && strcmp(rest, "/driver") == 0 && dev->driver) {
        target = g_strdup_printf("../../../bus/platform/drivers/%s", dev->driver);
    } else if (dev && strcmp(rest, "/subsystem") == 0) {
        target = g_strdup("../../../bus/platform");
    } else {
        errno = ENOENT;
        return -1;
    }
    return g_strlcpy(buf, target, size);
}

static char **fake_list(const char *path)
{
    const char *rest = "";
    FakeDevice *dev = device_of_path(path, &rest);
    GPtrArray *names;
    int group;

    if (call_fails()) {
        return NULL;
    }
    names = g_ptr_array_new_with_free_func(g_free);
    if (dev && strcmp(rest, "/vfio-dev") == 0 && dev->driver && !fake_vfio.no_cdev &&
        g_str_has_prefix(dev->driver, "vfio")) {
        g_ptr_array_add(names, g_strdup_printf("vfio%d", dev->index));
    } else if (sscanf(path, "/sys/kernel/iommu_groups/%d/devices", &group) == 1) {
        for (guint i = 0; i < state.devices->len; i++) {
            dev = g_ptr_array_index(state.devices, i);
            if (dev->group == group) {
                g_ptr_array_add(names, g_strdup(dev->name));
            }
        }
    } else if (strcmp(path, "/sys/bus/platform/devices") == 0) {
        for (guint i = 0; i < state.devices->len; i++) {
            dev = g_ptr_array_index(state.devices, i);
            g_ptr_array_add(names, g_strdup(dev->name));
        }
    } else {
        g_ptr_array_free(names, TRUE);
        errno = ENOENT;
        return NULL;
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* ---- start and stop ------------------------------------------------------------------------- */

static const VFIOSys fake_sys = {
    .open = fake_open,
    .close = fake_close,
    .ioctl = fake_ioctl,
    .pread = fake_pread,
    .pwrite = fake_pwrite,
    .mmap = fake_mmap,
    .munmap = fake_munmap,
    .load = fake_load,
    .store = fake_store,
    .stat = fake_stat,
    .fstat = fake_fstat,
    .access = fake_access,
    .readlink = fake_readlink,
    .list = fake_list,
};

void fake_vfio_start(void)
{
    fake_vfio = (FakeVFIO) {
        .may_allow_unsafe = true,
        .has_type1v2 = true,
        .pgsizes = ~0ULL << 12,
    };
    state = (FakeState) {
        .files = g_ptr_array_new(),
        .devices = g_ptr_array_new(),
        .dma = g_array_new(FALSE, FALSE, sizeof(FakeDMA)),
        .mappings = g_array_new(FALSE, FALSE, sizeof(FakeMapping)),
    };
    qemu_mutex_init(&state.lock);
    vfio_sys = &fake_sys;
}

void fake_vfio_stop(void)
{
    g_assert_cmpuint(state.files->len, ==, 0);
    g_assert_cmpint(state.maps, ==, 0);
    g_assert_cmpuint(state.dma->len, ==, 0);
    for (guint i = 0; i < state.devices->len; i++) {
        fake_device_free(g_ptr_array_index(state.devices, i));
    }
    g_ptr_array_free(state.files, TRUE);
    g_ptr_array_free(state.devices, TRUE);
    g_array_free(state.dma, TRUE);
    g_array_free(state.mappings, TRUE);
    qemu_mutex_destroy(&state.lock);
    vfio_sys = &vfio_sys_host;
}

unsigned fake_vfio_open_fds(void)
{
    return state.files->len;
}

unsigned fake_vfio_maps(void)
{
    return state.maps;
}

unsigned fake_vfio_dma_maps(void)
{
    return state.dma->len;
}

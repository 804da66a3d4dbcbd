/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared parts of the tests of the vfio-user client.
 */
#include "user-client-harness.h"

static unsigned int open_fds(void)
{
    GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
    unsigned int n = 0;

    while (g_dir_read_name(dir)) {
        n++;
    }
    g_dir_close(dir);
    return n;
}

void bench_init_ram(Bench *b, uint32_t flags)
{
    *b = (Bench) { .fds = open_fds() };
    b->server = fake_user_new();
    b->owner = object_new(TYPE_CONTAINER);
    object_property_add_child(object_get_root(), "owner", b->owner);
    memory_region_init_ram_flags_nomigrate(&b->ram, b->owner, "ram", RAM_SIZE, flags,
                                           &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &b->ram);
    b->vdev = (VFIODevice) {
        .name = g_strdup("served"),
        .socket = g_strdup(b->server->path),
        .fd = -1,
        .type = VFIO_DEVICE_TYPE_PLATFORM,
    };
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        b->regions[i].fd = -1;
    }
    fake_user_start(b->server);
}

void bench_init(Bench *b)
{
    bench_init_ram(b, RAM_SHARED);
}

void bench_attach(Bench *b)
{
    g_assert_cmpint(vfio_attach_device(b->vdev.name, &b->vdev, &address_space_memory,
                                       &error_abort), ==, 0);
    b->is_attached = true;
}

void bench_start(Bench *b)
{
    bench_init(b);
    bench_attach(b);
}

void bench_refused(Bench *b, const char *text)
{
    Error *err = NULL;

    g_assert_cmpint(vfio_attach_device(b->vdev.name, &b->vdev, &address_space_memory, &err), <, 0);
    harness_error_contains(err, text);
    g_assert_null(b->vdev.container);
    g_assert_null(b->vdev.io_data);
    bench_stop(b);
}

void bench_stop(Bench *b)
{
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        if (b->regions[i].vbasedev) {
            memory_region_del_subregion(get_system_memory(), b->regions[i].mem);
            vfio_region_exit(&b->regions[i]);
        }
    }
    if (b->is_attached) {
        vfio_device_quiesce(&b->vdev);
    }
    drain_call_rcu();
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        vfio_region_finalize(&b->regions[i]);
    }
    if (b->is_attached) {
        vfio_detach_device(&b->vdev);
    }
    fake_user_free(b->server);
    memory_region_del_subregion(get_system_memory(), &b->ram);
    object_unparent(b->owner);
    object_unref(b->owner);
    /* The map's old views hold the region, which holds the memory. */
    drain_call_rcu();
    drain_call_rcu();
    g_free(b->vdev.name);
    g_free(b->vdev.socket);
    g_assert_cmpuint(open_fds(), ==, b->fds);
}

void bench_regions_setup(Bench *b)
{
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        g_autofree char *name = g_strdup_printf("region %u", i);

        g_assert_cmpint(vfio_region_setup(b->owner, &b->vdev, &b->regions[i], i, name), ==, 0);
        memory_region_add_subregion(get_system_memory(), REGION_BASE + 0x10000 * i,
                                    b->regions[i].mem);
    }
}

void bench_regions_map(Bench *b)
{
    bench_regions_setup(b);
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        g_assert_cmpint(vfio_region_mmap(&b->regions[i]), ==, 0);
    }
}

uint64_t bench_read(Bench *b, unsigned int region, uint64_t offset, unsigned int size)
{
    uint64_t value = 0;

    g_assert_cmpint(address_space_read(&address_space_memory,
                                       REGION_BASE + 0x10000 * region + offset,
                                       MEMTXATTRS_UNSPECIFIED, &value, size), ==, MEMTX_OK);
    return value;
}

void bench_write(Bench *b, unsigned int region, uint64_t offset, unsigned int size, uint64_t value)
{
    g_assert_cmpint(address_space_write(&address_space_memory,
                                        REGION_BASE + 0x10000 * region + offset,
                                        MEMTXATTRS_UNSPECIFIED, &value, size), ==, MEMTX_OK);
}

void fake_user_dma_post(int sock, uint64_t iova, const void *data, uint64_t count)
{
    size_t size = sizeof(VFIOUserDMAAccess) + count;
    g_autofree VFIOUserDMAAccess *access = g_malloc(size);
    VFIOUserMsg msg = {
        .header = { .command = VFIO_USER_DMA_WRITE, .flags = VFIO_USER_FLAGS_NO_REPLY },
        .payload = access,
        .size = size,
    };

    *access = (VFIOUserDMAAccess) { iova, count };
    memcpy(access + 1, data, count);
    g_assert_cmpint(vfio_user_send(sock, &msg, vfio_user_deadline(1000)), ==, 0);
}

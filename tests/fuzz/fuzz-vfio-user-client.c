/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server made of fuzzer bytes (vfio-user-peer.h) and the client that uses its device:
 * regions accessed and mapped, interrupts, reset, RAM that comes and goes, a server that ends in
 * mid-message and comes back as another device. The client must not crash, hang, leak
 * descriptors or let it write to memory that is only readable, or none of its business.
 */
#include "../unit/hwcore/hwcore-harness.h"
#include <poll.h>
#include "../../hw/vfio/user-client-internal.h"
#include "exec/address-spaces.h"
#include "hw/vfio/vfio-common.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "vfio-user-peer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROM_BASE 0x1000ull
#define ROM_SIZE 0x1000
#define RAM_BASE 0x40000000ull
#define RAM_SIZE 0x10000
#define REGION_BASE 0x10000000ull
#define REGION_ROOM 0x100000
#define REGIONS 3
#define IRQS 2
#define RECONNECTS 4
#define FDS_MAX 64 /* those that are looked at */

typedef struct Fuzz {
    Object *owner;
    VFIODevice vdev;
    VFIORegion regions[REGIONS];
    EventNotifier irqs[IRQS];
} Fuzz;

static MemoryRegion rom, ram;
static char *socket_path;

static bool report_drop(const char *text, size_t len, void *opaque)
{
    return true;
}

static void socket_remove(void)
{
    g_autofree char *folder = g_path_get_dirname(socket_path);

    unlink(socket_path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const uint64_t targets[] = { RAM_BASE, RAM_BASE + RAM_SIZE, ROM_BASE,
                                        ROM_BASE + ROM_SIZE, 0, REGION_BASE };
    static char *test_argv[] = { (char *)"fuzz", NULL };
    int test_argc = 1;
    char **args = test_argv;
    g_autofree char *folder = g_dir_make_tmp("gantry-fuzz-XXXXXX", NULL);

    harness_init(&test_argc, &args);
    error_report_set_sink(report_drop, NULL);
    memory_region_init_ram_flags_nomigrate(&rom, NULL, "rom", ROM_SIZE, RAM_SHARED, &error_abort);
    memory_region_set_readonly(&rom, true);
    memory_region_add_subregion(get_system_memory(), ROM_BASE, &rom);
    memory_region_init_ram_flags_nomigrate(&ram, NULL, "ram", RAM_SIZE, RAM_SHARED, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    socket_path = g_build_filename(folder, "sock", NULL);
    peer_set_targets(targets, ARRAY_SIZE(targets));
    peer_listen(socket_path);
    atexit(socket_remove);
    return 0;
}

/* -- what the client does ---------------------------------------------------------------------- */

static void regions_start(Fuzz *f)
{
    for (unsigned int i = 0; i < MIN(f->vdev.num_regions, REGIONS); i++) {
        g_autofree char *name = g_strdup_printf("region %u", i);
        VFIORegion *region = &f->regions[i];

        if (vfio_region_setup(f->owner, &f->vdev, region, i, name) < 0 || !region->mem) {
            continue;
        }
        vfio_region_mmap(region);
        memory_region_add_subregion_overlap(get_system_memory(), REGION_BASE + i * REGION_ROOM,
                                            region->mem, -1);
    }
}

/* As the guest does, in mapped parts and others. */
static void regions_use(Fuzz *f)
{
    static const uint16_t offsets[] = { 0, 3, 0x800, 0x1ffe };
    uint64_t value = 0x1234;

    for (unsigned int i = 0; i < REGIONS; i++) {
        for (int j = 0; f->regions[i].mem && j < ARRAY_SIZE(offsets); j++) {
            address_space_rw(&address_space_memory, REGION_BASE + i * REGION_ROOM + offsets[j],
                             MEMTXATTRS_UNSPECIFIED, &value, j % 2 ? 8 : 4, j % 3 == 0);
        }
    }
}

static void irqs_start(Fuzz *f)
{
    for (unsigned int i = 0; i < MIN(f->vdev.num_irqs, IRQS); i++) {
        struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };

        f->vdev.io->get_irq_info(&f->vdev, &info);
        vfio_set_irq_signaling(&f->vdev, i, 0, VFIO_IRQ_SET_ACTION_TRIGGER,
                               event_notifier_get_fd(&f->irqs[i]), NULL);
    }
}

static void irqs_use(Fuzz *f)
{
    for (unsigned int i = 0; i < MIN(f->vdev.num_irqs, IRQS); i++) {
        vfio_user_eventfd_take(event_notifier_get_fd(&f->irqs[i]));
        vfio_eventfd_signal(&f->vdev, &f->irqs[i]);
        vfio_unmask_single_irqindex(&f->vdev, i);
    }
}

/* Memory that the server may not reach stays as it is. */
static void ram_away_and_back(Fuzz *f)
{
    uint8_t *bytes = memory_region_get_ram_ptr(&ram);

    memory_region_set_enabled(&ram, false);
    memset(bytes, 0, RAM_SIZE);
    f->vdev.io->device_reset(&f->vdev);
    regions_use(f);
    g_assert_true(buffer_is_zero(bytes, RAM_SIZE));
    memory_region_set_enabled(&ram, true);
    g_assert_true(buffer_is_zero(memory_region_get_ram_ptr(&rom), ROM_SIZE));
}

/* Let the client's thread look for a server, and give that one what it needs. */
static void reconnect_wait(Fuzz *f)
{
    VFIOUserClient *client = f->vdev.io_data;
    unsigned int before = peer_clients();

    for (int i = 0; i < 50 && !peer_is_done(); i++) {
        int state = qatomic_read(&client->state);

        if (state == VFIO_USER_ALIVE || (state == VFIO_USER_LOST && peer_clients() > before + 2)) {
            break;
        }
        bql_unlock();
        g_usleep(100);
        bql_lock();
        main_loop_wait(true);
    }
    main_loop_wait(true);
}

static void device_use(Fuzz *f)
{
    VFIOUserClient *client = f->vdev.io_data;

    qatomic_set(&client->search_ms, f->vdev.reconnect_s ? 1 : -1);
    regions_start(f);
    irqs_start(f);
    for (int i = 0; i < RECONNECTS; i++) {
        regions_use(f);
        irqs_use(f);
        f->vdev.io->device_reset(&f->vdev);
        ram_away_and_back(f);
        main_loop_wait(true);
        if (!f->vdev.reconnect_s || peer_is_done()) {
            break;
        }
        reconnect_wait(f);
    }
    /* From now on there would be none. */
    qatomic_set(&client->search_ms, -1);
}

static void device_leave(Fuzz *f)
{
    for (unsigned int i = 0; i < REGIONS; i++) {
        if (f->regions[i].mem) {
            memory_region_del_subregion(get_system_memory(), f->regions[i].mem);
            vfio_region_exit(&f->regions[i]);
        }
    }
    vfio_device_quiesce(&f->vdev);
    drain_call_rcu();
    for (unsigned int i = 0; i < REGIONS; i++) {
        vfio_region_finalize(&f->regions[i]);
    }
    vfio_detach_device(&f->vdev);
}

/* -- the target ------------------------------------------------------------------------------ */

static unsigned int fds_count(void)
{
    struct pollfd pfds[FDS_MAX];
    unsigned int n = 0;

    for (int fd = 0; fd < FDS_MAX; fd++) {
        pfds[fd] = (struct pollfd) { .fd = fd };
    }
    poll(pfds, FDS_MAX, 0);
    for (int fd = 0; fd < FDS_MAX; fd++) {
        n += !(pfds[fd].revents & POLLNVAL);
    }
    return n;
}

static void fuzz_start(Fuzz *f, uint8_t flags)
{
    f->owner = object_new(TYPE_CONTAINER);
    f->vdev = (VFIODevice) {
        .name = (char *)"served",
        .socket = socket_path,
        .fd = -1,
        .type = VFIO_DEVICE_TYPE_PLATFORM,
        .timeout_ms = 2,
        .posted_writes = flags & 1,
        .reconnect_s = flags & 2 ? 1 : 0,
    };
    for (unsigned int i = 0; i < REGIONS; i++) {
        f->regions[i] = (VFIORegion) { .fd = -1 };
    }
    for (unsigned int i = 0; i < IRQS; i++) {
        g_assert_cmpint(event_notifier_init(&f->irqs[i], 0), ==, 0);
    }
}

static void fuzz_end(Fuzz *f)
{
    for (unsigned int i = 0; i < IRQS; i++) {
        event_notifier_cleanup(&f->irqs[i]);
    }
    object_unref(f->owner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned int fds = fds_count();
    Fuzz f;

    if (!size) {
        return 0;
    }
    fuzz_start(&f, data[0]);
    peer_begin(data + 1, size - 1);
    if (vfio_attach_device(f.vdev.name, &f.vdev, &address_space_memory, NULL) == 0) {
        device_use(&f);
        device_leave(&f);
    }
    peer_end();
    fuzz_end(&f);
    g_assert_cmpuint(fds_count(), ==, fds);
    return 0;
}

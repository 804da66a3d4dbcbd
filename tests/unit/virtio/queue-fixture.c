/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See queue-fixture.h. */
#include "qemu/osdep.h"
#include "queue-fixture.h"

void fixture_start(Fixture *f, uint64_t features, unsigned num)
{
    virtio_guest_negotiate(&f->board.guest, features);
    guest_queue_init(&f->queue, &f->board.guest, 0, num);
    f->data = virtio_guest_alloc(&f->board.guest, 4096, 4096);
    virtio_guest_driver_ok(&f->board.guest);
}

void fixture_init(Fixture *f, const Case *c, unsigned num)
{
    board_init(&f->board, c->version, virtio_test_new());
    f->dev = VIRTIO_TEST(f->board.device);
    fixture_start(f, c->features, num);
}

void fixture_finish(Fixture *f)
{
    board_finish(&f->board);
}

int request_add(Fixture *f, uint32_t out, uint32_t in)
{
    GuestBuffer buffers[] = { { f->data, out, false }, { f->data + 2048, in, true } };

    return guest_queue_add(&f->queue, buffers, 2);
}

static const Case legacy = { BOARD_LEGACY, 0 };
static const Case legacy_event_idx = { BOARD_LEGACY, BIT_EVENT_IDX | BIT_INDIRECT };
static const Case modern = { BOARD_MODERN, 0 };
static const Case modern_event_idx = { BOARD_MODERN, BIT_EVENT_IDX | BIT_INDIRECT };

void fixture_add_all(const char *name, GTestDataFunc fn)
{
    static const struct {
        const char *name;
        const Case *c;
    } cases[] = {
        { "legacy", &legacy },
        { "legacy-event-idx", &legacy_event_idx },
        { "modern", &modern },
        { "modern-event-idx", &modern_event_idx },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/virtqueue/%s/%s", cases[i].name, name);

        g_test_add_data_func(path, cases[i].c, fn);
    }
}

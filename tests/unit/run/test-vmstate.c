/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving and loading structures: every kind of field comes back, hooks and versions do what they
 * say, and streams that are wrong fail with a message that names the field.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "vmstate-sample.h"

/* -- helpers --------------------------------------------------------------------------------- */

static GByteArray *save(const VMStateDescription *vmsd, void *opaque, int version_id)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    GByteArray *bytes = g_byte_array_new();
    const uint8_t *data;
    size_t size;

    g_assert_cmpint(vmstate_save_state_v(f, vmsd, opaque, NULL, version_id), ==, 0);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(bytes, data, size);
}

/* NULL if it loads, else the message. */
static char *load(const VMStateDescription *vmsd, void *opaque, const void *data, size_t size)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(data, size);
    Error *err = NULL;
    char *text;

    if (vmstate_load_state(f, vmsd, opaque, vmsd->version_id) == 0) {
        return NULL;
    }
    g_assert_cmpint(qemu_file_get_error_obj(f, &err), <, 0);
    text = g_strdup(error_get_pretty(err));
    error_free(err);
    return text;
}

static void assert_loads(const VMStateDescription *vmsd, void *opaque, GByteArray *bytes)
{
    g_autofree char *message = load(vmsd, opaque, bytes->data, bytes->len);

    g_assert_cmpstr(message, ==, NULL);
}

static void assert_fails(const VMStateDescription *vmsd, void *opaque, GByteArray *bytes,
                         const char *part)
{
    g_autofree char *message = load(vmsd, opaque, bytes->data, bytes->len);

    g_assert_nonnull(message);
    if (!strstr(message, part)) {
        g_error("\"%s\" is not in \"%s\"", part, message);
    }
}

/* -- round trip ------------------------------------------------------------------------------ */

typedef struct RoundTrip {
    Sample *from;
    Sample *to;
    GByteArray *bytes;
} RoundTrip;

static void round_trip_set_up(RoundTrip *t, gconstpointer unused)
{
    t->from = sample_new_filled();
    t->to = sample_new();
    t->bytes = sample_save(t->from);
    assert_loads(&vmstate_sample, t->to, t->bytes);
}

static void round_trip_tear_down(RoundTrip *t, gconstpointer unused)
{
    g_byte_array_unref(t->bytes);
    sample_free(t->from);
    sample_free(t->to);
}

static void test_integers(RoundTrip *t, gconstpointer unused)
{
    g_assert_true(t->to->b);
    g_assert_cmpint(t->to->i8, ==, 0x11);
    g_assert_cmpint(t->to->i16, ==, t->from->i16);
    g_assert_cmpint(t->to->i32, ==, t->from->i32);
    g_assert_cmpint(t->to->i64, ==, t->from->i64);
    g_assert_cmpuint(t->to->u8, ==, t->from->u8);
    g_assert_cmpuint(t->to->u16, ==, t->from->u16);
    g_assert_cmpuint(t->to->u32, ==, t->from->u32);
    g_assert_cmpuint(t->to->u64, ==, t->from->u64);
    g_assert_cmpint(t->to->le, ==, 42);
    g_assert_cmphex(t->to->cpu_double, ==, 0x3ff0000000000001);
}

static void test_arrays(RoundTrip *t, gconstpointer unused)
{
    g_assert_true(!t->to->bools[0] && t->to->bools[1] && !t->to->bools[2]);
    g_assert_cmpmem(t->to->u16s, 8, t->from->u16s, 8);
    g_assert_cmpmem(t->to->grid, 24, t->from->grid, 24);
    g_assert_cmpuint(t->to->part[1], ==, 0);
    g_assert_cmpmem(&t->to->part[2], 12, &t->from->part[2], 12);
    g_assert_cmpuint(t->to->part[5], ==, 0);
}

static void test_counted_arrays(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmpmem(t->to->ptr_i32s, 20, t->from->ptr_i32s, 20);
    g_assert_cmpuint(t->to->alloc_n, ==, 3);
    g_assert_cmpmem(t->to->alloc_u32s, 12, t->from->alloc_u32s, 12);
    g_assert_cmpuint(t->to->alloc16_n, ==, 2);
    g_assert_cmpmem(t->to->alloc16, 4, t->from->alloc16, 4);
    g_assert_cmpuint(t->to->in_place_n, ==, 4);
    g_assert_cmpmem(t->to->in_place, 5, t->from->in_place, 5);
    g_assert_cmpmem(t->to->product, 20, t->from->product, 20);
}

static void test_structs(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmpuint(t->to->inner.b, ==, 0x1000001);
    g_assert_cmpuint(t->to->inner_ptr->b, ==, 0x1000002);
    g_assert_cmpuint(t->to->inners[1].a, ==, 4);
    g_assert_cmpuint(t->to->inner_grid[1][1].b, ==, 0x1000008);
    g_assert_cmpuint(t->to->inner_sub[2].b, ==, 0x100000b);
    g_assert_cmpuint(t->to->inner_counted[4].a, ==, 24);
    g_assert_cmpuint(t->to->inner_alloc[1].b, ==, 0x100001f);
    g_assert_cmpuint(t->to->inner_room_n, ==, 4);
    g_assert_cmpuint(t->to->inner_room[3].a, ==, 43);
    g_assert_cmpuint(t->to->ptrs[2]->a, ==, 51);
    g_assert_null(t->to->ptrs[1]);
}

static void test_vstruct(RoundTrip *t, gconstpointer unused)
{
    /* Saved as version 1, which has no b. */
    g_assert_cmpuint(t->to->inner_sub[0].a, ==, 9);
    g_assert_cmpuint(t->to->inner_sub[0].b, ==, 0);
}

static void test_buffers(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmpmem(t->to->bytes, 8, t->from->bytes, 8);
    g_assert_cmpuint(t->to->middle[2], ==, 0);
    g_assert_cmpmem(t->to->middle + 3, 5, t->from->middle + 3, 5);
    g_assert_cmpmem(t->to->vbuf, 9, t->from->vbuf, 9);
    g_assert_cmpmem(t->to->vbuf_alloc, t->to->vbuf_alloc_n, t->from->vbuf_alloc, 5);
    g_assert_cmpmem(t->to->vbuf_units, 12, t->from->vbuf_units, 12);
    g_assert_true(bitmap_equal(t->to->bitmap, t->from->bitmap, SAMPLE_BITS));
}

static void test_timers(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmpuint(timer_expire_time_ns(&t->to->timer), ==, 123456789);
    g_assert_false(timer_pending(t->to->timer_ptr));
}

static void test_lists(RoundTrip *t, gconstpointer unused)
{
    SampleNode *node;
    unsigned n = 0;

    QTAILQ_FOREACH(node, &t->to->tailq, tailq) {
        g_assert_cmpuint(node->value, ==, ++n * 11);
    }
    g_assert_cmpuint(n, ==, 3);
    g_assert_cmpuint(QTAILQ_LAST(&t->to->tailq)->value, ==, 33);
    n = 0;
    QLIST_FOREACH(node, &t->to->list, list) {
        g_assert_cmpuint(node->value, ==, ++n * 13);
    }
    g_assert_cmpuint(n, ==, 3);
}

static void test_trees(RoundTrip *t, gconstpointer unused)
{
    SampleKey key = { .key = 98 };
    SampleInner *value = g_tree_lookup(t->to->tree, &key);

    g_assert_cmpint(g_tree_nnodes(t->to->tree), ==, 3);
    g_assert_cmpuint(value->b, ==, 34);
    value = g_tree_lookup(t->to->direct_tree, (void *)(uintptr_t)3000);
    g_assert_cmpuint(value->b, ==, 57);
}

static void test_tmp(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmphex(t->to->through_tmp, ==, 0xdecade);
}

static void test_subsection(RoundTrip *t, gconstpointer unused)
{
    g_assert_cmpuint(t->to->in_subsection, ==, 9);
}

static void test_stable(RoundTrip *t, gconstpointer unused)
{
    g_autoptr(GByteArray) again = sample_save(t->to);

    g_assert_cmpmem(again->data, again->len, t->bytes->data, t->bytes->len);
}

static void test_truncated(RoundTrip *t, gconstpointer unused)
{
    for (guint length = 0; length < t->bytes->len; length++) {
        Sample *s = sample_new();
        g_autofree char *message = load(&vmstate_sample, s, t->bytes->data, length);

        g_assert_nonnull(message);
        g_assert_true(g_str_has_prefix(message, "saved state of sample"));
        sample_free(s);
    }
}

/* Any byte may be anything: the load fails, or it loads something; nothing else happens. */
static void test_every_byte_damaged(RoundTrip *t, gconstpointer unused)
{
    for (guint i = 0; i < t->bytes->len; i++) {
        uint8_t good = t->bytes->data[i];
        Sample *s = sample_new();
        g_autofree char *message = NULL;

        t->bytes->data[i] = good ^ 0xff;
        message = load(&vmstate_sample, s, t->bytes->data, t->bytes->len);
        t->bytes->data[i] = good;
        sample_free(s);
    }
}

/* -- versions, hooks, checks ----------------------------------------------------------------- */

typedef struct Small {
    uint32_t a;
    uint32_t b;
    uint32_t n;
    uint8_t *room;
    GString *calls;
    int pre_save_ret;
    int post_load_ret;
    int version_seen;
} Small;

static int small_pre_save(void *opaque)
{
    Small *s = opaque;

    g_string_append(s->calls, "pre_save ");
    return s->pre_save_ret;
}

static int small_post_save(void *opaque)
{
    g_string_append(((Small *)opaque)->calls, "post_save ");
    return 0;
}

static int small_pre_load(void *opaque)
{
    g_string_append(((Small *)opaque)->calls, "pre_load ");
    return 0;
}

static int small_post_load(void *opaque, int version_id)
{
    Small *s = opaque;

    g_string_append(s->calls, "post_load ");
    s->version_seen = version_id;
    return s->post_load_ret;
}

static const VMStateDescription vmstate_small = {
    .name = "small",
    .version_id = 4,
    .minimum_version_id = 2,
    .pre_save = small_pre_save,
    .post_save = small_post_save,
    .pre_load = small_pre_load,
    .post_load = small_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(a, Small),
        VMSTATE_UINT32_V(b, Small, 3),
        VMSTATE_END_OF_LIST()
    },
};

static void small_set_up(Small *s, gconstpointer unused)
{
    *s = (Small) { .a = 1, .b = 2, .calls = g_string_new(NULL) };
}

static void small_tear_down(Small *s, gconstpointer unused)
{
    g_string_free(s->calls, true);
}

static void test_hooks_in_order(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 4);

    assert_loads(&vmstate_small, s, bytes);
    g_assert_cmpstr(s->calls->str, ==, "pre_save post_save pre_load post_load ");
    g_assert_cmpint(s->version_seen, ==, 4);
}

static void test_pre_save_refuses(Small *s, gconstpointer unused)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();

    s->pre_save_ret = -EBUSY;
    g_assert_cmpint(vmstate_save_state(f, &vmstate_small, s, NULL), ==, -EBUSY);
}

static void test_post_load_refuses(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 4);

    s->post_load_ret = -EINVAL;
    assert_fails(&vmstate_small, s, bytes, "saved state of small: the device refused the state");
}

static void test_old_version_lacks_new_field(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 2);

    s->a = s->b = 77;
    assert_loads(&vmstate_small, s, bytes);
    g_assert_cmpuint(s->a, ==, 1);
    g_assert_cmpuint(s->b, ==, 77);
    g_assert_cmpint(s->version_seen, ==, 2);
}

static void test_too_old(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 1);

    assert_fails(&vmstate_small, s, bytes, "version 1 of \"small\", this program loads 2 to 4");
}

static void test_too_new(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 5);

    assert_fails(&vmstate_small, s, bytes, "version 5 of \"small\"");
}

/* A later version of the device: b is gone, and c is new. */
static const VMStateDescription vmstate_small_without_b = {
    .name = "small",
    .version_id = 5,
    .minimum_version_id = 3,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(a, Small),
        VMSTATE_UNUSED(4),
        VMSTATE_END_OF_LIST()
    },
};

static void test_unused_skips_removed_field(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 4);

    s->a = 0;
    assert_loads(&vmstate_small_without_b, s, bytes);
    g_assert_cmpuint(s->a, ==, 1);
}

static const VMStateDescription vmstate_small_a_is_16 = {
    .name = "small",
    .version_id = 4,
    .fields = (const VMStateField[]) {
        VMSTATE_SINGLE_TEST(a, Small, NULL, 0, vmstate_info_int32, uint32_t),
        VMSTATE_END_OF_LIST()
    },
};

static void test_kind_differs(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 4);

    assert_fails(&vmstate_small_a_is_16, s, bytes,
                 "small/a: was saved as uint32, this device expects int32");
}

static const VMStateDescription vmstate_small_only_a = {
    .name = "small",
    .version_id = 4,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(a, Small),
        VMSTATE_END_OF_LIST()
    },
};

static void test_unknown_field(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small, s, 4);

    assert_fails(&vmstate_small_only_a, s, bytes, "has \"b\", which this device does not know");
}

static void test_missing_field(Small *s, gconstpointer unused)
{
    g_autoptr(GByteArray) bytes = save(&vmstate_small_only_a, s, 4);

    assert_fails(&vmstate_small, s, bytes, "small/b: was not saved");
}

static void test_equal_differs(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autoptr(GByteArray) bytes = sample_save(from);

    to->u8_equal = 6;
    assert_fails(&vmstate_sample, to, bytes,
                 "sample/u8_equal: was saved with 5 but this machine has 6: boards differ");
    sample_free(from);
    sample_free(to);
}

static void test_le_exceeded(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autoptr(GByteArray) bytes = sample_save(from);

    to->le = 41;
    assert_fails(&vmstate_sample, to, bytes, "sample/le: 42 is not within 0..41");
    sample_free(from);
    sample_free(to);
}

static void test_absent_subsection(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autoptr(GByteArray) bytes = NULL;

    from->in_subsection = 0;
    to->in_subsection = 0;
    bytes = sample_save(from);
    assert_loads(&vmstate_sample, to, bytes);
    g_assert_cmpuint(to->in_subsection, ==, 0);
    sample_free(from);
    sample_free(to);
}

static bool never(void *opaque, int version_id)
{
    return false;
}

static const VMStateDescription vmstate_small_invalid = {
    .name = "small",
    .version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VALIDATE("a is prime", never),
        VMSTATE_END_OF_LIST()
    },
};

static void test_validate_refuses(Small *s, gconstpointer unused)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    Error *err = NULL;

    g_assert_cmpint(vmstate_save_state(f, &vmstate_small_invalid, s, NULL), <, 0);
    qemu_file_get_error_obj(f, &err);
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "saved state of small/a is prime: the state is not valid");
    error_free(err);
}

/* -- room ------------------------------------------------------------------------------------ */

static const VMStateDescription vmstate_room = {
    .name = "room",
    .version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(n, Small),
        VMSTATE_VARRAY_UINT32(room, Small, n, 0, vmstate_info_uint8, uint8_t),
        VMSTATE_END_OF_LIST()
    },
};

static void test_counter_from_stream_exceeds_room(Small *s, gconstpointer unused)
{
    g_autofree uint8_t *large = g_malloc0(64);
    g_autofree uint8_t *small = g_malloc0(8);
    g_autoptr(GByteArray) bytes = NULL;

    s->n = 64;
    s->room = large;
    bytes = save(&vmstate_room, s, 1);
    s->n = 8;
    s->room = small;
    assert_fails(&vmstate_room, s, bytes,
                 "room/room: 64 bytes were saved, this device has room for 8");
}

static void test_in_place_counter_exceeds_array(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autoptr(GByteArray) bytes = sample_save(from);
    const char name[] = "in_place_n";
    uint8_t *at = memmem(bytes->data, bytes->len, name, sizeof(name) - 1);
    /* The name, the kind "uint16" with its length, the count, the frame's length, the value. */
    size_t to_value = sizeof(name) - 1 + 2 + 6 + 4 + 4;

    g_assert_nonnull(at);
    at[to_value] = 1;
    assert_fails(&vmstate_sample, to, bytes, "sample/in_place: 260 elements were saved, 5 fit");
    sample_free(from);
    sample_free(to);
}

static void test_bool_out_of_range(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autoptr(GByteArray) bytes = sample_save(from);
    /* version, tag, name "b", kind "bool", count, frame length */
    size_t at = 4 + 1 + 3 + 6 + 4 + 4;

    g_assert_cmpuint(bytes->data[at], ==, 1);
    bytes->data[at] = 2;
    assert_fails(&vmstate_sample, to, bytes, "sample/b: 2 is not a bool");
    sample_free(from);
    sample_free(to);
}

/* -- files ----------------------------------------------------------------------------------- */

static void test_fd_round_trip(void)
{
    Sample *from = sample_new_filled(), *to = sample_new();
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("gantry-vmstate-XXXXXX", &path, NULL);
    QEMUFile *f = qemu_file_new_fd_output(dup(fd));

    g_assert_cmpint(vmstate_save_state(f, &vmstate_sample, from, NULL), ==, 0);
    g_assert_cmpint(qemu_fclose(f), ==, 0);
    lseek(fd, 0, SEEK_SET);
    f = qemu_file_new_fd_input(fd);
    g_assert_cmpint(vmstate_load_state(f, &vmstate_sample, to, 3), ==, 0);
    g_assert_cmpint(qemu_fclose(f), ==, 0);
    g_assert_cmphex(to->through_tmp, ==, 0xdecade);
    unlink(path);
    sample_free(from);
    sample_free(to);
}

static void test_fd_write_error(void)
{
    QEMUFile *f = qemu_file_new_fd_output(open("/dev/full", O_WRONLY));

    qemu_put_be32(f, 1);
    g_assert_cmpint(qemu_fclose(f), ==, -ENOSPC);
}

static void test_frame_length_beyond_stream(void)
{
    const uint8_t data[] = { 0xff, 0xff, 0xff, 0xff, 1 };
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(data, sizeof(data));
    uint64_t outer = qemu_get_frame_begin(f);

    qemu_get_frame_end(f, outer);
    g_assert_cmpint(qemu_file_get_error(f), ==, -EINVAL);
}

static void test_frame_bounds_reader(void)
{
    const uint8_t data[] = { 0, 0, 0, 1, 0xaa, 0xbb, 0xcc, 0xdd };
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(data, sizeof(data));

    qemu_get_frame_begin(f);
    g_assert_cmpuint(qemu_get_be16(f), ==, 0);
    g_assert_cmpint(qemu_file_get_error(f), ==, -EINVAL);
}

static void test_frame_left_unread(void)
{
    const uint8_t data[] = { 0, 0, 0, 2, 0xaa, 0xbb };
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(data, sizeof(data));
    uint64_t outer = qemu_get_frame_begin(f);

    g_assert_cmphex(qemu_get_byte(f), ==, 0xaa);
    qemu_get_frame_end(f, outer);
    g_assert_cmpint(qemu_file_get_error(f), ==, -EINVAL);
}

#define ADD_ROUND_TRIP(path, function) \
    g_test_add("/vmstate/round-trip/" path, RoundTrip, NULL, round_trip_set_up, function, \
               round_trip_tear_down)
#define ADD_SMALL(path, function) \
    g_test_add("/vmstate/" path, Small, NULL, small_set_up, function, small_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    ADD_ROUND_TRIP("integers", test_integers);
    ADD_ROUND_TRIP("arrays", test_arrays);
    ADD_ROUND_TRIP("counted-arrays", test_counted_arrays);
    ADD_ROUND_TRIP("structs", test_structs);
    ADD_ROUND_TRIP("vstruct-has-its-own-version", test_vstruct);
    ADD_ROUND_TRIP("buffers", test_buffers);
    ADD_ROUND_TRIP("timers", test_timers);
    ADD_ROUND_TRIP("lists-keep-their-order", test_lists);
    ADD_ROUND_TRIP("trees", test_trees);
    ADD_ROUND_TRIP("temporary", test_tmp);
    ADD_ROUND_TRIP("subsection", test_subsection);
    ADD_ROUND_TRIP("saving-again-gives-the-same-bytes", test_stable);
    ADD_ROUND_TRIP("every-truncation-fails", test_truncated);
    ADD_ROUND_TRIP("every-damaged-byte-is-survived", test_every_byte_damaged);
    ADD_SMALL("hooks/called-in-order", test_hooks_in_order);
    ADD_SMALL("hooks/pre-save-may-refuse", test_pre_save_refuses);
    ADD_SMALL("hooks/post-load-may-refuse", test_post_load_refuses);
    ADD_SMALL("version/old-stream-lacks-new-field", test_old_version_lacks_new_field);
    ADD_SMALL("version/too-old-is-refused", test_too_old);
    ADD_SMALL("version/too-new-is-refused", test_too_new);
    ADD_SMALL("version/unused-skips-removed-field", test_unused_skips_removed_field);
    ADD_SMALL("field/other-kind-is-refused", test_kind_differs);
    ADD_SMALL("field/unknown-is-refused", test_unknown_field);
    ADD_SMALL("field/missing-is-refused", test_missing_field);
    ADD_SMALL("field/validate-may-refuse", test_validate_refuses);
    ADD_SMALL("room/counter-from-stream-beyond-room", test_counter_from_stream_exceeds_room);
    g_test_add_func("/vmstate/room/counter-from-stream-beyond-array",
                    test_in_place_counter_exceeds_array);
    g_test_add_func("/vmstate/field/equal-differs", test_equal_differs);
    g_test_add_func("/vmstate/field/positive-le-exceeded", test_le_exceeded);
    g_test_add_func("/vmstate/field/bool-must-be-0-or-1", test_bool_out_of_range);
    g_test_add_func("/vmstate/subsection/absent-when-not-needed", test_absent_subsection);
    g_test_add_func("/vmstate/file/descriptor-round-trip", test_fd_round_trip);
    g_test_add_func("/vmstate/file/write-error-is-returned", test_fd_write_error);
    g_test_add_func("/vmstate/frame/longer-than-stream", test_frame_length_beyond_stream);
    g_test_add_func("/vmstate/frame/reader-stays-inside", test_frame_bounds_reader);
    g_test_add_func("/vmstate/frame/unread-bytes-fail", test_frame_left_unread);
    return g_test_run();
}

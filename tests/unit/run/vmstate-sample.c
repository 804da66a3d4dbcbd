/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The structure with a member of every kind: its description, and instances of it.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "vmstate-sample.h"

static const VMStateDescription vmstate_inner = {
    .name = "inner",
    .version_id = 2,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(a, SampleInner),
        VMSTATE_UINT32_V(b, SampleInner, 2),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_node = {
    .name = "node",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(value, SampleNode),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_tree[] = {
    {
        .name = "tree-value",
        .version_id = 1,
        .minimum_version_id = 1,
        .fields = (const VMStateField[]) {
            VMSTATE_UINT32(b, SampleInner),
            VMSTATE_END_OF_LIST()
        },
    }, {
        .name = "tree-key",
        .version_id = 1,
        .minimum_version_id = 1,
        .fields = (const VMStateField[]) {
            VMSTATE_UINT32(key, SampleKey),
            VMSTATE_END_OF_LIST()
        },
    },
};

typedef struct SampleTmp {
    Sample *parent;
    uint32_t negated;
} SampleTmp;

static int tmp_pre_save(void *opaque)
{
    SampleTmp *tmp = opaque;

    tmp->negated = ~tmp->parent->through_tmp;
    return 0;
}

static int tmp_post_load(void *opaque, int version_id)
{
    SampleTmp *tmp = opaque;

    tmp->parent->through_tmp = ~tmp->negated;
    return 0;
}

static const VMStateDescription vmstate_tmp = {
    .name = "sample-tmp",
    .pre_save = tmp_pre_save,
    .post_load = tmp_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(negated, SampleTmp),
        VMSTATE_END_OF_LIST()
    },
};

static bool subsection_needed(void *opaque)
{
    Sample *s = opaque;

    return s->in_subsection != 0;
}

static const VMStateDescription vmstate_subsection = {
    .name = "sample/sub",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = subsection_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(in_subsection, Sample),
        VMSTATE_END_OF_LIST()
    },
};

static bool always(void *opaque, int version_id)
{
    return true;
}

static bool never(void *opaque, int version_id)
{
    return false;
}

const VMStateDescription vmstate_sample = {
    .name = "sample",
    .version_id = 3,
    .minimum_version_id = 2,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(b, Sample),
        VMSTATE_INT8(i8, Sample),
        VMSTATE_INT16(i16, Sample),
        VMSTATE_INT32(i32, Sample),
        VMSTATE_INT64_TEST(i64, Sample, always),
        VMSTATE_UINT8(u8, Sample),
        VMSTATE_UINT8_TEST(u8, Sample, never),
        VMSTATE_UINT16(u16, Sample),
        VMSTATE_UINT32(u32, Sample),
        VMSTATE_UINT64_V(u64, Sample, 3),
        VMSTATE_UINT8_EQUAL(u8_equal, Sample, "boards differ"),
        VMSTATE_UINT64_EQUAL(u64_equal, Sample, NULL),
        VMSTATE_INT32_POSITIVE_LE(le, Sample),
        VMSTATE_SINGLE(cpu_double, Sample, 0, vmstate_info_cpudouble, uint64_t),
        VMSTATE_BOOL_ARRAY(bools, Sample, 3),
        VMSTATE_UINT16_ARRAY(u16s, Sample, 4),
        VMSTATE_UINT32_2DARRAY(grid, Sample, 2, 3),
        VMSTATE_UINT32_SUB_ARRAY(part, Sample, 2, 3),
        VMSTATE_BUFFER(bytes, Sample),
        VMSTATE_BUFFER_START_MIDDLE(middle, Sample, 3),
        VMSTATE_UNUSED(7),
        VMSTATE_VALIDATE("sample is valid", always),
        VMSTATE_VARRAY_INT32(ptr_i32s, Sample, room_i32, 0, vmstate_info_int32, int32_t),
        VMSTATE_UINT32(alloc_n, Sample),
        VMSTATE_VARRAY_UINT32_ALLOC(alloc_u32s, Sample, alloc_n, 0, vmstate_info_uint32, uint32_t),
        VMSTATE_UINT16(alloc16_n, Sample),
        VMSTATE_VARRAY_UINT16_ALLOC(alloc16, Sample, alloc16_n, 0, vmstate_info_uint16, uint16_t),
        VMSTATE_UINT16(in_place_n, Sample),
        VMSTATE_VARRAY_UINT16_UNSAFE(in_place, Sample, in_place_n, 0, vmstate_info_uint8, uint8_t),
        VMSTATE_UINT32(product_n, Sample),
        VMSTATE_VARRAY_MULTIPLY(product, Sample, product_n, 2, vmstate_info_uint32, uint32_t),
        VMSTATE_STRUCT(inner, Sample, 0, vmstate_inner, SampleInner),
        VMSTATE_STRUCT_POINTER(inner_ptr, Sample, vmstate_inner, SampleInner),
        VMSTATE_STRUCT_ARRAY(inners, Sample, 2, 0, vmstate_inner, SampleInner),
        VMSTATE_STRUCT_2DARRAY(inner_grid, Sample, 2, 2, 0, vmstate_inner, SampleInner),
        VMSTATE_STRUCT_SUB_ARRAY(inner_sub, Sample, 1, 2, 0, vmstate_inner, SampleInner),
        VMSTATE_VSTRUCT(inner_sub[0], Sample, vmstate_inner, SampleInner, 1),
        VMSTATE_UINT8(inner_counted_n, Sample),
        VMSTATE_STRUCT_VARRAY_UINT8(inner_counted, Sample, inner_counted_n, 0, vmstate_inner,
                                    SampleInner),
        VMSTATE_INT32(inner_alloc_n, Sample),
        VMSTATE_STRUCT_VARRAY_ALLOC(inner_alloc, Sample, inner_alloc_n, 0, vmstate_inner,
                                    SampleInner),
        VMSTATE_UINT32(inner_room_n, Sample),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(inner_room, Sample, inner_room_n, vmstate_inner,
                                             SampleInner),
        VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(ptrs, Sample, 3, 0, vmstate_inner, SampleInner),
        VMSTATE_PARTIAL_VBUFFER(vbuf, Sample, room_vbuf),
        VMSTATE_UINT32(vbuf_alloc_n, Sample),
        VMSTATE_VBUFFER_ALLOC_UINT32(vbuf_alloc, Sample, 0, NULL, vbuf_alloc_n),
        VMSTATE_VBUFFER_MULTIPLY(vbuf_units, Sample, 0, NULL, vbuf_units_n, 4),
        VMSTATE_BITMAP(bitmap, Sample, 0, bitmap_bits),
        VMSTATE_TIMER(timer, Sample),
        VMSTATE_TIMER_PTR(timer_ptr, Sample),
        VMSTATE_QTAILQ_V(tailq, Sample, 0, vmstate_node, SampleNode, tailq),
        VMSTATE_QLIST_V(list, Sample, 0, vmstate_node, SampleNode, list),
        VMSTATE_GTREE_V(tree, Sample, 0, vmstate_tree, SampleKey, SampleInner),
        VMSTATE_GTREE_DIRECT_KEY_V(direct_tree, Sample, 0, vmstate_tree, SampleInner),
        VMSTATE_WITH_TMP(Sample, SampleTmp, vmstate_tmp),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) {
        &vmstate_subsection,
        NULL
    },
};

/* -- instances ------------------------------------------------------------------------------- */

static void timer_ignore(void *opaque)
{
}

static gint key_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
    const SampleKey *ka = a, *kb = b;

    return (ka->key > kb->key) - (ka->key < kb->key);
}

static gint number_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

Sample *sample_new(void)
{
    Sample *s = g_new0(Sample, 1);

    s->u8_equal = 5;
    s->u64_equal = 1ull << 40;
    s->le = 100;
    s->room_i32 = SAMPLE_ROOM;
    s->ptr_i32s = g_new0(int32_t, SAMPLE_ROOM);
    s->inner_ptr = g_new0(SampleInner, 1);
    s->inner_room_n = SAMPLE_ROOM;
    s->inner_room = g_new0(SampleInner, SAMPLE_ROOM);
    s->ptrs[0] = g_new0(SampleInner, 1);
    s->ptrs[2] = g_new0(SampleInner, 1);
    s->room_vbuf = 9;
    s->vbuf = g_malloc0(s->room_vbuf);
    s->vbuf_units_n = 3;
    s->vbuf_units = g_malloc0(12);
    s->bitmap_bits = SAMPLE_BITS;
    s->bitmap = bitmap_new(SAMPLE_BITS);
    timer_init_ns(&s->timer, QEMU_CLOCK_VIRTUAL, timer_ignore, NULL);
    s->timer_ptr = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_ignore, NULL);
    QTAILQ_INIT(&s->tailq);
    QLIST_INIT(&s->list);
    s->tree = g_tree_new_full(key_compare, NULL, g_free, g_free);
    s->direct_tree = g_tree_new_full(number_compare, NULL, NULL, g_free);
    return s;
}

/* Different bytes in every member of @p. */
static void fill(void *p, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)p)[i] = 0x11 + 7 * i;
    }
}

static void fill_inner(SampleInner *inner, unsigned count, unsigned from)
{
    for (unsigned i = 0; i < count; i++) {
        inner[i].a = from + i;
        inner[i].b = 0x1000000 + from + i;
    }
}

static void fill_containers(Sample *s)
{
    SampleNode *last = NULL;

    for (unsigned i = 1; i <= 3; i++) {
        SampleNode *node = g_new0(SampleNode, 1);
        SampleKey *key = g_new0(SampleKey, 1);
        SampleInner *value = g_new0(SampleInner, 1);

        node->value = i * 11;
        QTAILQ_INSERT_TAIL(&s->tailq, node, tailq);
        node = g_new0(SampleNode, 1);
        node->value = i * 13;
        if (last) {
            QLIST_INSERT_AFTER(last, node, list);
        } else {
            QLIST_INSERT_HEAD(&s->list, node, list);
        }
        last = node;
        key->key = 100 - i;
        value->b = i * 17;
        g_tree_insert(s->tree, key, value);
        value = g_new0(SampleInner, 1);
        value->b = i * 19;
        g_tree_insert(s->direct_tree, (void *)(uintptr_t)(i * 1000), value);
    }
}

Sample *sample_new_filled(void)
{
    Sample *s = sample_new();

    s->b = true;
    fill(&s->i8, offsetof(Sample, u8_equal) - offsetof(Sample, i8));
    s->le = 42;
    s->cpu_double = 0x3ff0000000000001;
    s->bools[1] = true;
    fill(s->u16s, offsetof(Sample, ptr_i32s) - offsetof(Sample, u16s));
    fill(s->ptr_i32s, SAMPLE_ROOM * sizeof(int32_t));
    s->alloc_n = 3;
    s->alloc_u32s = g_new(uint32_t, 3);
    fill(s->alloc_u32s, 12);
    s->alloc16_n = 2;
    s->alloc16 = g_new(uint16_t, 2);
    fill(s->alloc16, 4);
    s->in_place_n = 4;
    fill(s->in_place, 4);
    s->product_n = 2;
    fill(s->product, 16);
    fill_inner(&s->inner, 1, 1);
    fill_inner(s->inner_ptr, 1, 2);
    fill_inner(s->inners, 2, 3);
    fill_inner(s->inner_grid[0], 4, 5);
    fill_inner(s->inner_sub, 3, 9);
    s->inner_counted_n = SAMPLE_ROOM;
    fill_inner(s->inner_counted, SAMPLE_ROOM, 20);
    s->inner_alloc_n = 2;
    s->inner_alloc = g_new0(SampleInner, 2);
    fill_inner(s->inner_alloc, 2, 30);
    s->inner_room_n = 4;
    fill_inner(s->inner_room, 4, 40);
    fill_inner(s->ptrs[0], 1, 50);
    fill_inner(s->ptrs[2], 1, 51);
    fill(s->vbuf, s->room_vbuf);
    s->vbuf_alloc_n = 5;
    s->vbuf_alloc = g_malloc(5);
    fill(s->vbuf_alloc, 5);
    fill(s->vbuf_units, 12);
    set_bit(0, s->bitmap);
    set_bit(76, s->bitmap);
    timer_mod_ns(&s->timer, 123456789);
    fill_containers(s);
    s->through_tmp = 0xdecade;
    s->in_subsection = 9;
    return s;
}

void sample_free(Sample *s)
{
    SampleNode *node, *next;

    QTAILQ_FOREACH_SAFE(node, &s->tailq, tailq, next) {
        g_free(node);
    }
    QLIST_FOREACH_SAFE(node, &s->list, list, next) {
        g_free(node);
    }
    g_tree_unref(s->tree);
    g_tree_unref(s->direct_tree);
    timer_del(&s->timer);
    timer_deinit(&s->timer);
    timer_free(s->timer_ptr);
    g_free(s->bitmap);
    g_free(s->vbuf_units);
    g_free(s->vbuf_alloc);
    g_free(s->vbuf);
    g_free(s->ptrs[0]);
    g_free(s->ptrs[2]);
    g_free(s->inner_room);
    g_free(s->inner_alloc);
    g_free(s->inner_ptr);
    g_free(s->alloc16);
    g_free(s->alloc_u32s);
    g_free(s->ptr_i32s);
    g_free(s);
}

GByteArray *sample_save(Sample *s)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    GByteArray *bytes = g_byte_array_new();
    const uint8_t *data;
    size_t size;

    g_assert_cmpint(vmstate_save_state(f, &vmstate_sample, s, NULL), ==, 0);
    data = qemu_file_get_data(f, &size);
    g_byte_array_append(bytes, data, size);
    return bytes;
}

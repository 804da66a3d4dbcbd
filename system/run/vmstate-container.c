/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How bitmaps, lists, trees and temporaries travel in a saved-state stream.  Elements of lists and
 * trees are preceded by a byte 1; a byte 0 ends them.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/queue.h"
#include "vmstate-internal.h"

/* -- bitmaps: @size is in bits; 64 bits at a time, lowest first ------------------------------ */

enum {
    BITMAP_CHUNK_BITS = 64,
};

static int put_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    const unsigned long *bitmap = pv;

    for (size_t bit = 0; bit < size; bit += BITMAP_CHUNK_BITS) {
        uint64_t chunk = 0;

        for (size_t i = 0; i < BITMAP_CHUNK_BITS && bit + i < size; i += BITS_PER_LONG) {
            chunk |= (uint64_t)bitmap[(bit + i) / BITS_PER_LONG] << i;
        }
        qemu_put_be64(f, chunk);
    }
    return 0;
}

static int get_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    unsigned long *bitmap = pv;

    for (size_t bit = 0; bit < size && !qemu_file_get_error(f); bit += BITMAP_CHUNK_BITS) {
        uint64_t chunk = qemu_get_be64(f);

        for (size_t i = 0; i < BITMAP_CHUNK_BITS && bit + i < size; i += BITS_PER_LONG) {
            bitmap[(bit + i) / BITS_PER_LONG] = chunk >> i;
        }
    }
    return 0;
}

const VMStateInfo vmstate_info_bitmap = { .name = "bitmap", .get = get_bitmap, .put = put_bitmap };

/* -- temporaries ----------------------------------------------------------------------------- */

static int put_tmp(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                   JSONWriter *vmdesc)
{
    g_autofree void *tmp = g_malloc0(size);

    *(void **)tmp = pv;
    return vmstate_save_state(f, field->vmsd, tmp, vmdesc);
}

static int get_tmp(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    g_autofree void *tmp = g_malloc0(size);

    *(void **)tmp = pv;
    return vmstate_load_state(f, field->vmsd, tmp, field->vmsd->version_id);
}

const VMStateInfo vmstate_info_tmp = { .name = "tmp", .get = get_tmp, .put = put_tmp };

/* -- lists ----------------------------------------------------------------------------------- */

static void put_list_element(QEMUFile *f, const VMStateField *field, void *elm, int64_t index)
{
    qemu_file_path_set_index(f, index);
    qemu_put_byte(f, 1);
    vmstate_save_state(f, field->vmsd, elm, NULL);
}

/* The next element, newly allocated, or NULL at the end and on failure. */
static void *get_element(QEMUFile *f, const VMStateDescription *vmsd, size_t size)
{
    void *elm = g_malloc0(size);

    if (vmstate_load_state(f, vmsd, elm, vmsd->version_id) < 0) {
        vmstate_loaded_free(vmsd, elm);
        g_free(elm);
        return NULL;
    }
    return elm;
}

static void *get_list_element(QEMUFile *f, const VMStateField *field, int64_t index)
{
    qemu_file_path_set_index(f, index);
    if (qemu_get_byte(f) == 0 || qemu_file_get_error(f)) {
        return NULL;
    }
    return get_element(f, field->vmsd, field->size);
}

static int put_qtailq(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    int64_t index = 0;
    void *elm;

    QTAILQ_RAW_FOREACH(elm, pv, field->start) {
        put_list_element(f, field, elm, index++);
    }
    qemu_put_byte(f, 0);
    return 0;
}

static int get_qtailq(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field)
{
    int64_t index = 0;
    void *elm;

    while ((elm = get_list_element(f, field, index++))) {
        QTAILQ_RAW_INSERT_TAIL(pv, elm, field->start);
    }
    return 0;
}

const VMStateInfo vmstate_info_qtailq = { .name = "qtailq", .get = get_qtailq, .put = put_qtailq };

static int put_qlist(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    int64_t index = 0;
    void *elm;

    QLIST_RAW_FOREACH(elm, pv, field->start) {
        put_list_element(f, field, elm, index++);
    }
    qemu_put_byte(f, 0);
    return 0;
}

static int get_qlist(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field)
{
    void *last = NULL;
    int64_t index = 0;
    void *elm;

    QLIST_RAW_FOREACH(elm, pv, field->start) {
        last = elm;
    }
    while ((elm = get_list_element(f, field, index++))) {
        if (last) {
            QLIST_RAW_INSERT_AFTER(pv, last, elm, field->start);
        } else {
            QLIST_RAW_INSERT_HEAD(pv, elm, field->start);
        }
        last = elm;
    }
    return 0;
}

const VMStateInfo vmstate_info_qlist = { .name = "qlist", .get = get_qlist, .put = put_qlist };

/* -- trees: vmsd[0] describes the value, vmsd[1] the key unless keys are the pointers -------- */

typedef struct TreeWriter {
    QEMUFile *f;
    const VMStateField *field;
    int64_t index;
} TreeWriter;

static bool tree_has_direct_key(const VMStateField *field)
{
    return field->start == 0;
}

static gboolean put_gtree_node(gpointer key, gpointer value, gpointer opaque)
{
    TreeWriter *w = opaque;

    qemu_file_path_set_index(w->f, w->index++);
    qemu_put_byte(w->f, 1);
    if (tree_has_direct_key(w->field)) {
        qemu_put_be64(w->f, (uintptr_t)key);
    } else {
        vmstate_save_state(w->f, &w->field->vmsd[1], key, NULL);
    }
    return vmstate_save_state(w->f, &w->field->vmsd[0], value, NULL) < 0;
}

static int put_gtree(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    TreeWriter w = { .f = f, .field = field };
    GTree *tree = *(GTree **)pv;

    if (!tree) {
        return qemu_file_fail(f, -EINVAL, "there is no tree");
    }
    g_tree_foreach(tree, put_gtree_node, &w);
    qemu_put_byte(f, 0);
    return 0;
}

/* One node; false on failure, with nothing kept. */
static bool get_gtree_node(QEMUFile *f, GTree *tree, const VMStateField *field)
{
    bool is_direct = tree_has_direct_key(field);
    void *key, *value;

    if (is_direct) {
        key = (void *)(uintptr_t)qemu_get_be64(f);
    } else {
        key = get_element(f, &field->vmsd[1], field->start);
    }
    value = qemu_file_get_error(f) ? NULL : get_element(f, &field->vmsd[0], field->size);
    if (!value) {
        if (!is_direct && key) {
            vmstate_loaded_free(&field->vmsd[1], key);
            g_free(key);
        }
        return false;
    }
    g_tree_insert(tree, key, value);
    return true;
}

static int get_gtree(QEMUFile *f, void *pv, size_t unused_size, const VMStateField *field)
{
    GTree *tree = *(GTree **)pv;

    if (!tree) {
        return qemu_file_fail(f, -EINVAL, "there is no tree");
    }
    for (int64_t index = 0;; index++) {
        qemu_file_path_set_index(f, index);
        if (qemu_get_byte(f) == 0 || !get_gtree_node(f, tree, field)) {
            break;
        }
    }
    return 0;
}

const VMStateInfo vmstate_info_gtree = { .name = "gtree", .get = get_gtree, .put = put_gtree };

/* -- clean-up -------------------------------------------------------------------------------- */

bool vmstate_container_free(const VMStateField *field, void *pv)
{
    void *elm;

    if (field->info != &vmstate_info_qtailq && field->info != &vmstate_info_qlist) {
        return false;
    }
    if (field->info == &vmstate_info_qtailq) {
        elm = QTAILQ_RAW_FIRST(pv);
    } else {
        elm = QLIST_RAW_FIRST(pv);
    }
    while (elm) {
        /* The link's first word is the next element in both kinds of list. */
        void *next = QLIST_RAW_NEXT(elm, field->start);

        vmstate_loaded_free(field->vmsd, elm);
        g_free(elm);
        elm = next;
    }
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The items of fw_cfg and the directory of files, which is sorted by name: a file's key is
 * FW_CFG_FILE_FIRST and its place.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "hw/loader.h"
#include "qemu/bswap.h"
#include "qemu/uuid.h"
#include "sysemu/sysemu.h"
#include "fw_cfg-internal.h"
#include "trace.h"

FWCfgEntry *fw_cfg_entry(FWCfgState *s, uint16_t key)
{
    uint16_t number = key & FW_CFG_ENTRY_MASK;

    if (key == FW_CFG_INVALID || number >= fw_cfg_max_entry(s)) {
        return NULL;
    }
    return &s->entries[(key & FW_CFG_ARCH_LOCAL) != 0][number];
}

static void entry_clear(FWCfgEntry *e)
{
    if (e->data_is_owned) {
        g_free(e->data);
    }
    *e = (FWCfgEntry){ 0 };
}

/* Give @key new contents. With @replace there may be some already. */
static void entry_set(FWCfgState *s, uint16_t key, void *data, size_t len, bool is_owned,
                      bool replace)
{
    FWCfgEntry *e = fw_cfg_entry(s, key);

    g_assert(e && len <= UINT32_MAX);
    g_assert(replace || !e->data);
    entry_clear(e);
    e->data = data;
    e->len = len;
    e->data_is_owned = is_owned;
}

/* ---- numbered items ---- */

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    trace_fw_cfg_add_bytes(key, "", len);
    entry_set(s, key, data, len, false, false);
}

void fw_cfg_take_bytes(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    trace_fw_cfg_add_bytes(key, "", len);
    entry_set(s, key, data, len, true, false);
}

static void copy_set(FWCfgState *s, uint16_t key, const void *data, size_t len, bool replace)
{
    trace_fw_cfg_add_bytes(key, "", len);
    entry_set(s, key, g_memdup2(data, len), len, true, replace);
}

void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value)
{
    copy_set(s, key, value, strlen(value) + 1, false);
}

void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value)
{
    copy_set(s, key, value, strlen(value) + 1, true);
}

void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    copy_set(s, key, &(uint16_t){ cpu_to_le16(value) }, sizeof(value), false);
}

void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    copy_set(s, key, &(uint16_t){ cpu_to_le16(value) }, sizeof(value), true);
}

void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    copy_set(s, key, &(uint32_t){ cpu_to_le32(value) }, sizeof(value), false);
}

void fw_cfg_modify_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    copy_set(s, key, &(uint32_t){ cpu_to_le32(value) }, sizeof(value), true);
}

void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    copy_set(s, key, &(uint64_t){ cpu_to_le64(value) }, sizeof(value), false);
}

void fw_cfg_modify_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    copy_set(s, key, &(uint64_t){ cpu_to_le64(value) }, sizeof(value), true);
}

bool fw_cfg_add_image(FWCfgState *s, uint16_t size_key, uint16_t data_key, const char *filename,
                      Error **errp)
{
    int64_t size = get_image_size(filename);
    g_autofree uint8_t *data = NULL;

    if (size <= 0 || size > UINT32_MAX) {
        error_setg(errp, "cannot load '%s': %s", filename,
                   size < 0 ? "it does not exist or is not a file"
                            : size ? "it is larger than 4 GiB" : "it is empty");
        return false;
    }
    data = g_try_malloc(size);
    if (!data || load_image_size(filename, data, size) != size) {
        error_setg(errp, "cannot load '%s' with its %" PRId64 " bytes: %s", filename, size,
                   data ? "it cannot be read" : "there is not enough memory");
        return false;
    }
    fw_cfg_add_i32(s, size_key, size);
    fw_cfg_take_bytes(s, data_key, g_steal_pointer(&data), size);
    return true;
}

/* ---- files ---- */

static uint32_t file_count(const FWCfgState *s)
{
    return be32_to_cpu(s->files->count);
}

/* Place of the file, or -1. */
static int file_find(const FWCfgState *s, const char *filename)
{
    for (uint32_t i = 0; i < file_count(s); i++) {
        if (!strcmp(s->files->f[i].name, filename)) {
            return i;
        }
    }
    return -1;
}

bool fw_cfg_check_file(FWCfgState *s, const char *filename, Error **errp)
{
    if (!*filename || strlen(filename) >= FW_CFG_MAX_FILE_PATH) {
        error_setg(errp, "fw_cfg file name '%s' has %zu characters; 1 to %d are possible",
                   filename, strlen(filename), FW_CFG_MAX_FILE_PATH - 1);
        return false;
    }
    if (file_find(s, filename) >= 0) {
        error_setg(errp, "duplicate fw_cfg file name '%s'", filename);
        return false;
    }
    if (file_count(s) >= s->file_slots) {
        error_setg(errp, "no room for fw_cfg file '%s': there are %u files already", filename,
                   s->file_slots);
        return false;
    }
    return true;
}

/* Make room for @filename and move later files up. Returns its key. */
static uint16_t file_insert(FWCfgState *s, const char *filename, size_t len)
{
    uint32_t count = file_count(s);
    uint32_t index = count;
    FWCfgEntry *entries = &s->entries[0][FW_CFG_FILE_FIRST];
    FWCfgFile *f = s->files->f;

    g_assert(fw_cfg_check_file(s, filename, &error_abort));
    for (; index > 0 && strcmp(filename, f[index - 1].name) < 0; index--) {
        f[index] = f[index - 1];
        f[index].select = cpu_to_be16(FW_CFG_FILE_FIRST + index);
        entries[index] = entries[index - 1];
    }
    f[index] = (FWCfgFile){
        .size = cpu_to_be32(len),
        .select = cpu_to_be16(FW_CFG_FILE_FIRST + index),
    };
    g_strlcpy(f[index].name, filename, sizeof(f[index].name));
    entries[index] = (FWCfgEntry){ 0 };
    s->files->count = cpu_to_be32(count + 1);
    trace_fw_cfg_add_file(s, index, filename, len);
    return FW_CFG_FILE_FIRST + index;
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *filename, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *callback_opaque, void *data,
                              size_t len, bool read_only)
{
    uint16_t key = file_insert(s, filename, len);
    FWCfgEntry *e = fw_cfg_entry(s, key);

    entry_set(s, key, data, len, false, false);
    e->allow_write = !read_only;
    e->select_cb = select_cb;
    e->write_cb = write_cb;
    e->callback_opaque = callback_opaque;
}

void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    fw_cfg_add_file_callback(s, filename, NULL, NULL, NULL, data, len, true);
}

void fw_cfg_take_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    entry_set(s, file_insert(s, filename, len), data, len, true, false);
}

void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    int index = file_find(s, filename);
    FWCfgEntry *e;
    void *old;

    if (index < 0) {
        fw_cfg_add_file(s, filename, data, len);
        return NULL;
    }
    e = fw_cfg_entry(s, FW_CFG_FILE_FIRST + index);
    old = e->data_is_owned ? NULL : e->data;
    entry_set(s, FW_CFG_FILE_FIRST + index, data, len, false, true);
    s->files->f[index].size = cpu_to_be32(len);
    return old;
}

bool fw_cfg_add_from_generator(FWCfgState *s, const char *filename, const char *gen_id,
                               Error **errp)
{
    Object *obj = object_resolve_path_component(object_get_objects_root(), gen_id);
    GByteArray *array;
    gsize size;

    if (!obj) {
        error_setg(errp, "there is no object with id '%s'", gen_id);
        return false;
    }
    if (!object_dynamic_cast(obj, TYPE_FW_CFG_DATA_GENERATOR_INTERFACE)) {
        error_setg(errp, "object '%s' of type '%s' does not generate contents for fw_cfg",
                   gen_id, object_get_typename(obj));
        return false;
    }
    if (!fw_cfg_check_file(s, filename, errp)) {
        return false;
    }
    array = FW_CFG_DATA_GENERATOR_GET_CLASS(obj)->get_data(obj, errp);
    if (!array) {
        return false;
    }
    size = array->len;
    fw_cfg_take_file(s, filename, g_byte_array_free(array, FALSE), size);
    return true;
}

/* ---- life ---- */

void fw_cfg_items_init(FWCfgState *s)
{
    MachineState *machine = (MachineState *)object_dynamic_cast(qdev_get_machine(),
                                                                TYPE_MACHINE);
    size_t directory_size = sizeof(*s->files) + s->file_slots * sizeof(s->files->f[0]);

    s->entries[0] = g_new0(FWCfgEntry, fw_cfg_max_entry(s));
    s->entries[1] = g_new0(FWCfgEntry, fw_cfg_max_entry(s));
    s->files = g_malloc0(directory_size);
    fw_cfg_add_bytes(s, FW_CFG_FILE_DIR, s->files, directory_size);

    fw_cfg_add_bytes(s, FW_CFG_SIGNATURE, (char *)"QEMU", FW_CFG_SIG_SIZE);
    fw_cfg_add_i32(s, FW_CFG_ID,
                   FW_CFG_VERSION | (s->dma_enabled ? FW_CFG_VERSION_DMA : 0));
    fw_cfg_add_bytes(s, FW_CFG_UUID, &qemu_uuid, sizeof(qemu_uuid));
    fw_cfg_add_i16(s, FW_CFG_NOGRAPHIC, machine && !machine->enable_graphics);
    fw_cfg_add_i16(s, FW_CFG_BOOT_MENU, 0);
}

void fw_cfg_items_clear(FWCfgState *s)
{
    for (int arch = 0; arch < 2; arch++) {
        for (uint32_t i = 0; s->entries[arch] && i < fw_cfg_max_entry(s); i++) {
            entry_clear(&s->entries[arch][i]);
        }
        g_clear_pointer(&s->entries[arch], g_free);
    }
    g_clear_pointer(&s->files, g_free);
}

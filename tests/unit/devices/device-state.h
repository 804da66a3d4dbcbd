/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving and loading one device of a unit test.
 */
#ifndef TESTS_UNIT_DEVICES_DEVICE_STATE_H
#define TESTS_UNIT_DEVICES_DEVICE_STATE_H

#include "hw/qdev-core.h"
#include "migration/machine-state.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"

/* The saved state of @dev; the caller frees it. */
static inline GByteArray *device_state_save(DeviceState *dev)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(dev));
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    machine_state_save_one(f, id, &error_abort);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

static inline bool device_state_load(const GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return machine_state_load_one(f, errp);
}

/*
 * Load @bytes with each byte changed in turn, then as they are. Whether one is refused does not
 * matter, what the device does then does.
 */
static inline void device_state_load_damaged(const GByteArray *bytes)
{
    for (guint i = 0; i < bytes->len; i++) {
        static const uint8_t changes[] = { 0xff, 0x80, 0x01 };

        for (size_t j = 0; j < G_N_ELEMENTS(changes); j++) {
            bytes->data[i] ^= changes[j];
            device_state_load(bytes, NULL);
            bytes->data[i] ^= changes[j];
        }
    }
    device_state_load(bytes, &error_abort);
}

#endif

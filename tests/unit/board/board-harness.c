/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole board in the test's own process; the order is that of system/startup. */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "migration/machine-state.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/cpus.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"
#include "board-harness.h"

static void core_init(void)
{
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    qemu_mutex_lock_iothread();
    qemu_init_cpu_loop();
    cpu_timers_init();
    runstate_init();
    memory_map_init();
}

static const char *accels[] = { "qtest", NULL };
static uint64_t ram_bytes;

void board_harness_choose(const char *accel, uint64_t ram_size)
{
    accels[0] = accel;
    ram_bytes = ram_size;
}

MachineState *board_harness_create(const char *name, unsigned cpus, ...)
{
    MachineSmpConfig smp = { .cpus = cpus };
    MachineState *machine;
    const char *key;
    va_list ap;

    core_init();
    machine = MACHINE(object_new_with_class(OBJECT_CLASS(machine_class_find(name))));
    current_machine = machine;
    object_property_add_child(object_get_root(), "machine", OBJECT(machine));
    object_unref(OBJECT(machine));
    phase_advance(PHASE_MACHINE_CREATED);
    va_start(ap, cpus);
    while ((key = va_arg(ap, const char *)) != NULL) {
        object_property_parse(OBJECT(machine), key, va_arg(ap, const char *), &error_abort);
    }
    va_end(ap);
    machine_smp_configure(machine, &smp, &error_abort);
    if (ram_bytes) {
        machine_ram_configure(machine, ram_bytes, 0, 0, &error_abort);
    }
    accel_init_first_usable(machine, accels, NULL, NULL, &error_abort);
    phase_advance(PHASE_ACCEL_CREATED);
    phase_advance(PHASE_LATE_BACKENDS_CREATED);
    machine_run_board_init(machine, NULL, &error_abort);
    return machine;
}

void board_harness_finish(MachineState *machine)
{
    qdev_machine_finish(machine, &error_abort);
    accel_setup_post(machine);
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
}

GByteArray *board_harness_save(void)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    machine_state_save(f, &error_abort);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

bool board_harness_load(const GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return machine_state_load(f, errp);
}

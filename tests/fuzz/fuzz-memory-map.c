/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory-map operations from fuzzer bytes, four per step, checked against the
 * naive model after each (tests/unit/memory/naive-map.h).
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "../unit/memory/naive-map.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each comparison walks the whole model: longer inputs add time, not new states. */
#define STEPS_MAX 400

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    NaiveMap *map = naive_map_new();

    for (unsigned i = 0; i < MIN(size / 4, STEPS_MAX); i++) {
        naive_map_step(map, (NaiveStep) { data[4 * i], data[4 * i + 1], data[4 * i + 2],
                                          data[4 * i + 3] });
    }
    naive_map_free(map);
    return 0;
}

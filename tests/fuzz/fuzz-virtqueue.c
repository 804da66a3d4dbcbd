/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile guest from fuzzer bytes against the queues of every virtio device, in process
 * (tests/unit/virtio/virtqueue-steps.h).
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "sysemu/runstate.h"
#include "../unit/hwcore/hwcore-harness.h"
#include "../unit/virtio/virtqueue-steps.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    qemu_init_main_loop(&error_abort);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    harness_clock_start();
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
    virtqueue_steps_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    virtqueue_steps_run(data, size);
    return 0;
}

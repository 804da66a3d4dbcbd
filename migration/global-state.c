/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run state as part of the saved state: a machine that was stopped by its user stays so.
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "sysemu/runstate.h"
#include "migrate-internal.h"

enum {
    NAME_BYTES = 32,
};

typedef struct GlobalState {
    uint8_t runstate[NAME_BYTES];   /* its name, filled up with zeros */
    RunState loaded;
} GlobalState;

static GlobalState global_state;

void global_state_store(RunState state)
{
    memset(global_state.runstate, 0, NAME_BYTES);
    g_strlcpy((char *)global_state.runstate, RunState_str(state), NAME_BYTES);
}

RunState global_state_loaded(void)
{
    return global_state.loaded;
}

static int global_state_post_load(void *opaque, int version_id)
{
    GlobalState *s = opaque;
    int state;

    if (s->runstate[NAME_BYTES - 1]) {
        return -EINVAL;
    }
    state = qapi_enum_parse(&RunState_lookup, (char *)s->runstate, -1, NULL);
    /* These are on the way to another one: nobody is saved in them. */
    if (state < 0 || state == RUN_STATE_INMIGRATE || state == RUN_STATE_FINISH_MIGRATE) {
        return -EINVAL;
    }
    s->loaded = state;
    return 0;
}

static const VMStateDescription vmstate_global_state = {
    .name = "globalstate",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = global_state_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_ARRAY(runstate, GlobalState, NAME_BYTES),
        VMSTATE_END_OF_LIST()
    },
};

void global_state_register(void)
{
    vmstate_register(NULL, 0, &vmstate_global_state, &global_state);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accelerators: ways to run the guest's CPUs (API of QEMU 8.2), and the choice among those the
 * user listed.  [accel]
 */
#ifndef QEMU_ACCEL_H
#define QEMU_ACCEL_H

#include "qapi/error.h"
#include "exec/hwaddr.h"
#include "qom/object.h"

typedef struct AccelState AccelState;
typedef struct AccelClass AccelClass;
typedef struct AddressSpace AddressSpace;
typedef struct MachineState MachineState;
typedef struct GlobalProperty GlobalProperty;

struct AccelState {
    /*< private >*/
    Object parent_obj;
};

/*
 * @name: as -accel takes it.  @init_machine: 0, or a negative errno with the reason in
 * *@errp.  @available: can this host have it?  False sets @errp.  @allowed: set true for the
 * one in use.  @gdbstub_supported_sstep_flags: 0 if it cannot step.
 */
struct AccelClass {
    /*< private >*/
    ObjectClass parent_class;
    /*< public >*/

    const char *name;
    const char *desc;
    int (*init_machine)(MachineState *ms);
    bool (*machine_init)(AccelState *accel, MachineState *ms, Error **errp);
    bool (*available)(Error **errp);
    void (*setup_post)(MachineState *ms, AccelState *accel);
    bool (*has_memory)(MachineState *ms, AddressSpace *as, hwaddr start_addr, hwaddr size);
    int (*gdbstub_supported_sstep_flags)(void);
    bool *allowed;
    GPtrArray *compat_props;
};

#define TYPE_ACCEL "accel"
#define ACCEL_CLASS_SUFFIX "-" TYPE_ACCEL
#define ACCEL_CLASS_NAME(a) (a ACCEL_CLASS_SUFFIX)
DECLARE_OBJ_CHECKERS(AccelState, AccelClass, ACCEL, TYPE_ACCEL)

/* The class of an accelerator by its short name ("qtest"), or NULL. */
AccelClass *accel_find(const char *opt_name);
/* The accelerator in use; NULL before the choice. */
AccelState *current_accel(void);
const char *current_accel_name(void);

/*
 * Try the accelerators of @requests in order, each "NAME[,property=value]...", and initialise the
 * first usable one for @ms (NULL: none yet).  @requests empty: @default_list, same syntax.
 * @on_skip, if not NULL, is told one line for each one that failed before another worked.
 * On success returns it (owned by accel; also current_accel()).  On failure NULL, @errp naming
 * each one's reason.  BQL.  Must not be called when one is in use already.
 */
typedef void AccelSkipFn(const char *name, const Error *reason, void *opaque);
AccelState *accel_init_first_usable(MachineState *ms, const char *const *requests,
                                    AccelSkipFn *on_skip, void *opaque, Error **errp);
/* After the machine is created. */
void accel_setup_post(MachineState *ms);
/* Give up the accelerator in use; for program end and tests, after all CPUs are gone. */
void accel_release(void);
/* "NAME  description" lines of all accelerators, for -accel help; the caller frees. */
char *accel_help_text(void);
/* The names, sorted; the caller frees with g_strfreev(). */
char **accel_names(void);

#endif

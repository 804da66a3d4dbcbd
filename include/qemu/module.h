/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registration before main(): type_init(fn) and friends note fn in a list;
 * module_call_init() runs the functions of one kind, in link order, once.
 * There are no loadable modules: the functions that ask for one succeed.
 */
#ifndef QEMU_MODULE_H
#define QEMU_MODULE_H

typedef enum {
    MODULE_INIT_MIGRATION,
    MODULE_INIT_BLOCK,
    MODULE_INIT_OPTS,
    MODULE_INIT_QOM,
    MODULE_INIT_TRACE,
    MODULE_INIT_XEN_BACKEND,
    MODULE_INIT_LIBQOS,
    MODULE_INIT_FUZZ_TARGET,
    MODULE_INIT_MAX
} module_init_type;

#define module_init(function, type)                                       \
    static void __attribute__((constructor)) glue(do_qemu_init_, function)(void) \
    {                                                                     \
        register_module_init(function, type);                             \
    }

#define block_init(function) module_init(function, MODULE_INIT_BLOCK)
#define opts_init(function) module_init(function, MODULE_INIT_OPTS)
#define type_init(function) module_init(function, MODULE_INIT_QOM)
#define trace_init(function) module_init(function, MODULE_INIT_TRACE)
#define fuzz_target_init(function) module_init(function, MODULE_INIT_FUZZ_TARGET)
#define migration_init(function) module_init(function, MODULE_INIT_MIGRATION)

/* Notes @fn for module_call_init(@type). Allocates once per kind and growth step only. */
void register_module_init(void (*fn)(void), module_init_type type);

/* Runs what is noted for @type; a second call does nothing. */
void module_call_init(module_init_type type);

/* Annotations of loadable modules; nothing is loadable here. */
#define module_obj(name)
#define module_dep(name)
#define module_arch(name)
#define module_opts(name)
#define module_kconfig(name)

#endif

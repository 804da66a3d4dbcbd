/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -smp: fill in what the user left out and check the result. Levels a board
 * does not know must be 1. What is missing follows from the others; if several are
 * missing, the CPUs become cores (boards that prefer sockets: sockets).
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/boards.h"

static char *topology_text(const MachineSmpConfig *c)
{
    return g_strdup_printf("sockets (%" PRIu64 ") * dies (%" PRIu64 ") * clusters (%" PRIu64
                           ") * cores (%" PRIu64 ") * threads (%" PRIu64 ")",
                           c->sockets, c->dies, c->clusters, c->cores, c->threads);
}

/* Product that stays defined for whatever a user types. */
static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t result;

    return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

static uint64_t topology_total(const MachineSmpConfig *c)
{
    return product(product(product(c->sockets, c->dies), product(c->clusters, c->cores)),
                   c->threads);
}

static bool smp_levels_check(MachineClass *mc, MachineSmpConfig *c, Error **errp)
{
    if (!mc->smp_props.dies_supported && c->dies > 1) {
        error_setg(errp, "machine '%s' has no dies: leave out dies=", mc->name);
        return false;
    }
    if (!mc->smp_props.clusters_supported && c->clusters > 1) {
        error_setg(errp, "machine '%s' has no clusters: leave out clusters=", mc->name);
        return false;
    }
    c->dies = c->dies ? c->dies : 1;
    c->clusters = c->clusters ? c->clusters : 1;
    return true;
}

/* Set *@level, 0 so far, to what makes the product @maxcpus. */
static void smp_level_derive(const MachineSmpConfig *c, uint64_t maxcpus, uint64_t *level)
{
    uint64_t others;

    *level = 1;
    others = topology_total(c);
    *level = others && maxcpus / others ? maxcpus / others : 1;
}

static void smp_missing_fill(MachineClass *mc, MachineSmpConfig *c)
{
    uint64_t *order[3];

    if (!c->cpus && !c->maxcpus) {
        c->sockets = c->sockets ? c->sockets : 1;
        c->cores = c->cores ? c->cores : 1;
        c->threads = c->threads ? c->threads : 1;
    } else {
        uint64_t maxcpus = c->maxcpus ? c->maxcpus : c->cpus;

        order[0] = mc->smp_props.prefer_sockets ? &c->sockets : &c->cores;
        order[1] = mc->smp_props.prefer_sockets ? &c->cores : &c->sockets;
        order[2] = &c->threads;
        /* One missing level takes up the rest; of several, the preferred one does. */
        for (int i = 0; i < 3; i++) {
            if (*order[i] == 0) {
                for (int other = i + 1; other < 3; other++) {
                    *order[other] = *order[other] ? *order[other] : 1;
                }
                smp_level_derive(c, maxcpus, order[i]);
                break;
            }
        }
    }
    c->maxcpus = c->maxcpus ? c->maxcpus : topology_total(c);
    c->cpus = c->cpus ? c->cpus : c->maxcpus;
}

bool machine_smp_configure(MachineState *machine, const MachineSmpConfig *config, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    MachineSmpConfig c = *config;

    if (!smp_levels_check(mc, &c, errp)) {
        return false;
    }
    if (!c.cpus && !c.maxcpus && !c.sockets && !c.cores && !c.threads) {
        c.cpus = mc->default_cpus;
    }
    smp_missing_fill(mc, &c);
    if (topology_total(&c) != c.maxcpus) {
        g_autofree char *text = topology_text(&c);

        error_setg(errp, "CPU topology does not fit: %s is not maxcpus (%" PRIu64 ")", text,
                   c.maxcpus);
        return false;
    }
    if (c.maxcpus < c.cpus) {
        error_setg(errp, "maxcpus (%" PRIu64 ") is less than the number of CPUs (%" PRIu64 ")",
                   c.maxcpus, c.cpus);
        return false;
    }
    if (c.cpus < mc->min_cpus) {
        error_setg(errp, "machine '%s' needs at least %d CPUs, not %" PRIu64, mc->name,
                   mc->min_cpus, c.cpus);
        return false;
    }
    if (c.maxcpus > mc->max_cpus) {
        error_setg(errp, "machine '%s' has at most %d CPUs, not %" PRIu64, mc->name, mc->max_cpus,
                   c.maxcpus);
        return false;
    }
    machine->smp = (CpuTopology){
        .cpus = c.cpus,
        .sockets = c.sockets,
        .dies = c.dies,
        .clusters = c.clusters,
        .cores = c.cores,
        .threads = c.threads,
        .max_cpus = c.maxcpus,
    };
    return true;
}

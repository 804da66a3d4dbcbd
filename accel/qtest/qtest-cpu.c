/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest requests that concern one CPU: which one accesses memory (for
 * registers that each CPU sees its own copy of) and its system registers,
 * through the interface that the CPU type implements. A machine without CPUs
 * is accessed through the system address space.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "qtest-server-internal.h"

CPUState *qtest_cpu_current(QTestSession *s)
{
    CPUState *cpu;

    /* The chosen CPU may have been unplugged since: only compare the pointer. */
    CPU_FOREACH(cpu) {
        if (cpu == s->cpu) {
            return cpu;
        }
    }
    return first_cpu;
}

AddressSpace *qtest_cpu_address_space(QTestSession *s)
{
    CPUState *cpu = qtest_cpu_current(s);

    return cpu && cpu->as ? cpu->as : &address_space_memory;
}

/* The CPU whose index is word 1, or NULL after having answered. */
static CPUState *cpu_argument(QTestSession *s, const QTestRequest *req)
{
    uint64_t index;
    CPUState *cpu;

    if (!qtest_command_number(s, req, 1, INT_MAX, &index)) {
        return NULL;
    }
    cpu = qemu_get_cpu(index);
    if (!cpu) {
        qtest_session_fail(s, "%s: the machine has no CPU %" PRIu64, req->words[0], index);
    }
    return cpu;
}

void qtest_cpu_select(QTestSession *s, const QTestRequest *req)
{
    CPUState *cpu = cpu_argument(s, req);

    if (cpu) {
        s->cpu = cpu;
        qtest_session_reply(s, "OK");
    }
}

/* The access methods of @cpu, or NULL after having answered. */
static QTestSysregClass *cpu_sysreg_class(QTestSession *s, const QTestRequest *req, CPUState *cpu)
{
    ObjectClass *oc = object_class_dynamic_cast(object_get_class(OBJECT(cpu)), TYPE_QTEST_SYSREG);

    if (!oc) {
        qtest_session_fail(s, "%s: CPU type '%s' offers no system registers", req->words[0],
                           object_get_typename(OBJECT(cpu)));
        return NULL;
    }
    return QTEST_SYSREG_CLASS(oc);
}

void qtest_cpu_sysreg_read(QTestSession *s, const QTestRequest *req)
{
    CPUState *cpu = cpu_argument(s, req);
    QTestSysregClass *sysreg;
    uint64_t encoding, value;
    Error *err = NULL;

    if (!cpu || !qtest_command_number(s, req, 2, UINT32_MAX, &encoding)) {
        return;
    }
    sysreg = cpu_sysreg_class(s, req, cpu);
    if (!sysreg) {
        return;
    }
    if (!sysreg->read(OBJECT(cpu), encoding, &value, &err)) {
        qtest_session_fail(s, "%s", error_get_pretty(err));
        error_free(err);
        return;
    }
    qtest_session_reply(s, "OK 0x%016" PRIx64, value);
}

void qtest_cpu_sysreg_write(QTestSession *s, const QTestRequest *req)
{
    CPUState *cpu = cpu_argument(s, req);
    QTestSysregClass *sysreg;
    uint64_t encoding, value;
    Error *err = NULL;

    if (!cpu || !qtest_command_number(s, req, 2, UINT32_MAX, &encoding) ||
        !qtest_command_number(s, req, 3, UINT64_MAX, &value)) {
        return;
    }
    sysreg = cpu_sysreg_class(s, req, cpu);
    if (!sysreg) {
        return;
    }
    if (!sysreg->write(OBJECT(cpu), encoding, value, &err)) {
        qtest_session_fail(s, "%s", error_get_pretty(err));
        error_free(err);
        return;
    }
    qtest_session_reply(s, "OK");
}

static const TypeInfo qtest_sysreg_info = {
    .name = TYPE_QTEST_SYSREG,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(QTestSysregClass),
};

static void qtest_sysreg_register_types(void)
{
    type_register_static(&qtest_sysreg_info);
}

type_init(qtest_sysreg_register_types)

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Arm CPU as a device: its lines and properties, realize and reset.  Models are in
 * cpu-models.c, system registers in cpregs.c, sysreg-*.c and gtimer.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "exec/address-spaces.h"
#include "hw/fdt-node.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "sysemu/kvm.h"
#include "sysemu/qtest-server.h"
#include "target/arm/kvm-irq.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"
#include "target/arm/tcg/a64-decode.h"
#include "target/arm/tcg/arm-tcg.h"
#include "trace.h"

/* -- state ----------------------------------------------------------------------------------- */

/* Does EL1's stack pointer serve, rather than EL0's? */
static bool uses_sp_el1(uint32_t pstate)
{
    return (pstate & PSTATE_SP) && (pstate & PSTATE_M) != PSTATE_MODE_EL0t;
}

void pstate_set(CPUARMState *env, uint32_t val)
{
    env->pstate = val & ~(PSTATE_NZCV | PSTATE_BTYPE);
    env->nzcv = val & PSTATE_NZCV;
    env->btype = (val & PSTATE_BTYPE) >> PSTATE_BTYPE_SHIFT;
    arm_rebuild_key(env);
}

void pstate_write(CPUARMState *env, uint32_t val)
{
    env->sp_el[uses_sp_el1(env->pstate)] = env->xregs[31];
    pstate_set(env, val);
    env->xregs[31] = env->sp_el[uses_sp_el1(env->pstate)];
}

uint64_t arm_cpu_mp_affinity(int idx, uint8_t clustersz)
{
    return (uint64_t)(idx / clustersz) << ARM_AFF1_SHIFT | idx % clustersz;
}

/* -- lines ----------------------------------------------------------------------------------- */

/* Any thread, with any locks: see ARM_CPU_IRQ. */
static void arm_cpu_set_irq(void *opaque, int irq, int level)
{
    static const int pin_bits[] = {
        [ARM_CPU_IRQ] = CPU_INTERRUPT_HARD,
        [ARM_CPU_FIQ] = CPU_INTERRUPT_FIQ,
        [ARM_CPU_VIRQ] = CPU_INTERRUPT_VIRQ,
        [ARM_CPU_VFIQ] = CPU_INTERRUPT_VFIQ,
    };
    CPUState *cs = CPU(opaque);

    trace_arm_cpu_set_irq(cs->cpu_index, irq, level);
    if (kvm_enabled()) {
        arm_kvm_pin_set(ARM_CPU(cs), irq, level);
        return;
    }
    if (level) {
        cpu_interrupt(cs, pin_bits[irq]);
    } else {
        cpu_reset_interrupt(cs, pin_bits[irq]);
    }
}

/* A masked interrupt ends WFI, too; the virtual ones need EL2. */
static bool arm_cpu_has_work(CPUState *cs)
{
    return ARM_CPU(cs)->power_state != PSCI_OFF &&
           (qatomic_read(&cs->interrupt_request) &
            (CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ | CPU_INTERRUPT_EXITTB));
}

/* -- reset ----------------------------------------------------------------------------------- */

static void arm_cpu_reset_hold(Object *obj)
{
    ARMCPU *cpu = ARM_CPU(obj);
    ARMCPUClass *acc = ARM_CPU_GET_CLASS(obj);
    CPUARMState *env = &cpu->env;

    if (acc->parent_phases.hold) {
        acc->parent_phases.hold(obj);
    }
    memset(env, 0, offsetof(CPUARMState, end_reset_fields));
    qatomic_set(&env->event_register, 0);
    env->pc = cpu->rvbar_prop;
    env->exclusive_addr = -1;
    if (!kvm_enabled()) {
        arm_cp_regs_reset(cpu);
    }
    pstate_set(env, PSTATE_RESET);
    arm_mmu_update_context(cpu);
    cpu->maintenance_iss = 0;
    cpu->step_iss = 0;
    if (!kvm_enabled()) {
        arm_gt_reset(cpu);
        arm_pmu_reset(cpu);
    }
    arm_kvm_lines_forget(cpu);
    cpu->power_state = CPU(cpu)->start_powered_off ? PSCI_OFF : PSCI_ON;
}

/* -- life ------------------------------------------------------------------------------------ */

static void arm_cpu_initfn(Object *obj)
{
    ARMCPU *cpu = ARM_CPU(obj);
    ARMCPUClass *acc = ARM_CPU_GET_CLASS(obj);
    DeviceState *dev = DEVICE(obj);

    CPU(cpu)->env_ptr = &cpu->env;
    cpu->cp_regs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    qdev_init_gpio_in(dev, arm_cpu_set_irq, 4);
    qdev_init_gpio_out(dev, cpu->gt_timer_outputs, NUM_GTIMERS);
    qdev_init_gpio_out_named(dev, &cpu->gicv3_maintenance_interrupt,
                             "gicv3-maintenance-interrupt", 1);
    qdev_init_gpio_out_named(dev, &cpu->pmu_interrupt, "pmu-interrupt", 1);
    set_feature(&cpu->env, ARM_FEATURE_AARCH64);
    set_feature(&cpu->env, ARM_FEATURE_V8);
    set_feature(&cpu->env, ARM_FEATURE_NEON);
    set_feature(&cpu->env, ARM_FEATURE_GENERIC_TIMER);
    if (acc->info && acc->info->initfn) {
        acc->info->initfn(cpu);
    }
}

static void arm_cpu_finalize(Object *obj)
{
    arm_cpu_vmstate_cleanup(ARM_CPU(obj));
    g_hash_table_destroy(ARM_CPU(obj)->cp_regs);
}

static bool arm_cpu_properties_check(ARMCPU *cpu, Error **errp)
{
    if (cpu->mp_affinity != ARM64_AFFINITY_INVALID && (cpu->mp_affinity & ~ARM64_AFFINITY_MASK)) {
        error_setg(errp, "mp-affinity 0x%" PRIx64 " has bits outside of the affinity fields",
                   cpu->mp_affinity);
        return false;
    }
    if (cpu->gt_cntfrq_hz == 0 || cpu->gt_cntfrq_hz > NANOSECONDS_PER_SECOND) {
        error_setg(errp, "cntfrq %" PRIu64 " is not a rate from 1 Hz to 1 GHz",
                   cpu->gt_cntfrq_hz);
        return false;
    }
    if (cpu->psci_conduit > QEMU_PSCI_CONDUIT_HVC) {
        error_setg(errp, "psci-conduit %u is not 0 (none), 1 (SMC) or 2 (HVC)",
                   cpu->psci_conduit);
        return false;
    }
    if (cpu->rvbar_prop & 3) {
        error_setg(errp, "rvbar 0x%" PRIx64 " is not a multiple of 4", cpu->rvbar_prop);
        return false;
    }
    return true;
}

static void arm_cpu_define_regs(ARMCPU *cpu)
{
    arm_sysregs_define_id(cpu);
    arm_sysregs_define_vm(cpu);
    arm_sysregs_define_mmu(cpu);
    arm_sysregs_define_exception(cpu);
    arm_sysregs_define_debug(cpu);
    arm_sysregs_define_timer(cpu);
    arm_sysregs_define_pmu(cpu);
    if (FIELD_EX64(cpu->midr, MIDR, IMPLEMENTER) == 'A') {
        arm_sysregs_define_cortex(cpu);
    }
}

/* What realize acquires before the CPU's thread; the reverse in the other order. */
static void arm_cpu_parts_init(ARMCPU *cpu)
{
    if (kvm_enabled()) {
        return; /* they are the kernel's */
    }
    arm_cpu_define_regs(cpu);
    arm_gt_init(cpu);
    arm_pmu_init(cpu);
    a64_disassemble_prepare();
}

static void arm_cpu_parts_cleanup(ARMCPU *cpu)
{
    if (!kvm_enabled()) {
        arm_pmu_cleanup(cpu);
        arm_gt_cleanup(cpu);
    }
    g_hash_table_remove_all(cpu->cp_regs);
}

static void arm_cpu_realize(DeviceState *dev, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(dev);
    CPUState *cs = CPU(dev);
    Error *local_err = NULL;

    if (!arm_cpu_kvm_model_check(cpu, errp) || !arm_cpu_properties_check(cpu, errp)) {
        return;
    }
    arm_cpu_finalize_features(cpu);
    cpu->a64_features = a64_features(cpu);
    if (!cs->memory) {
        cs->memory = get_system_memory();
        object_ref(OBJECT(cs->memory));
    }
    cpu_exec_realizefn(cs, &local_err);
    if (local_err) {
        error_propagate(errp, local_err);
        return;
    }
    if (cpu->mp_affinity == ARM64_AFFINITY_INVALID) {
        cpu->mp_affinity = arm_cpu_mp_affinity(cs->cpu_index, ARM_DEFAULT_CPUS_PER_CLUSTER);
    }
    arm_cpu_parts_init(cpu);
    if (!cpu_thread_start(cs, errp)) {
        arm_cpu_parts_cleanup(cpu);
        cpu_exec_unrealizefn(cs);
        return;
    }
    cpu_reset(cs);
    ARM_CPU_GET_CLASS(dev)->parent_realize(dev, errp);
}

static void arm_cpu_unrealize(DeviceState *dev)
{
    ARMCPU *cpu = ARM_CPU(dev);

    /* Ends the CPU's thread. */
    ARM_CPU_GET_CLASS(dev)->parent_unrealize(dev);
    arm_cpu_parts_cleanup(cpu);
}

/* -- type ------------------------------------------------------------------------------------ */

static vaddr arm_cpu_get_pc(CPUState *cs)
{
    return ARM_CPU(cs)->env.pc;
}

static void arm_cpu_set_pc(CPUState *cs, vaddr value)
{
    ARM_CPU(cs)->env.pc = value;
}

static int64_t arm_cpu_get_arch_id(CPUState *cs)
{
    return ARM_CPU(cs)->mp_affinity;
}

static const gchar *arm_gdb_arch_name(CPUState *cs)
{
    return "aarch64";
}

static Property arm_cpu_properties[] = {
    DEFINE_PROP_UINT64("mp-affinity", ARMCPU, mp_affinity, ARM64_AFFINITY_INVALID),
    DEFINE_PROP_UINT32("psci-conduit", ARMCPU, psci_conduit, QEMU_PSCI_CONDUIT_DISABLED),
    DEFINE_PROP_UINT64("cntfrq", ARMCPU, gt_cntfrq_hz, GTIMER_DEFAULT_HZ),
    DEFINE_PROP_UINT64("rvbar", ARMCPU, rvbar_prop, 0),
    DEFINE_PROP_INT32("node-id", ARMCPU, node_id, -1),
    DEFINE_PROP_INT32("core-count", ARMCPU, core_count, -1),
    DEFINE_PROP_BOOL("pmu", ARMCPU, has_pmu, true),
    DEFINE_PROP_END_OF_LIST(),
};

static void arm_cpu_class_init(ObjectClass *oc, void *data)
{
    ARMCPUClass *acc = ARM_CPU_CLASS(oc);
    CPUClass *cc = CPU_CLASS(oc);
    DeviceClass *dc = DEVICE_CLASS(oc);

    device_class_set_parent_realize(dc, arm_cpu_realize, &acc->parent_realize);
    device_class_set_parent_unrealize(dc, arm_cpu_unrealize, &acc->parent_unrealize);
    device_class_set_props(dc, arm_cpu_properties);
    resettable_class_set_parent_phases(RESETTABLE_CLASS(oc), NULL, arm_cpu_reset_hold, NULL,
                                       &acc->parent_phases);
    dc->desc = "Arm CPU";
    cc->class_by_name = arm_cpu_class_by_name;
    cc->parse_features = arm_cpu_parse_features;
    cc->has_work = arm_cpu_has_work;
    cc->get_pc = arm_cpu_get_pc;
    cc->set_pc = arm_cpu_set_pc;
    cc->get_arch_id = arm_cpu_get_arch_id;
    cc->gdb_arch_name = arm_gdb_arch_name;
    cc->tcg_ops = &arm_tcg_ops;
    cc->interrupt_pins = CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ | CPU_INTERRUPT_VIRQ |
                         CPU_INTERRUPT_VFIQ;
    dc->vmsd = &vmstate_arm_cpu;
    arm_cpu_dump_class_init(oc);
    arm_cpu_qtest_class_init(oc);
    arm_cpu_kvm_class_init(oc);
}

static const TypeInfo arm_cpu_types[] = {
    {
        .name = TYPE_ARM_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(ARMCPU),
        .instance_align = __alignof__(ARMCPU),
        .instance_init = arm_cpu_initfn,
        .instance_finalize = arm_cpu_finalize,
        .abstract = true,
        .class_size = sizeof(ARMCPUClass),
        .class_init = arm_cpu_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_QTEST_SYSREG },
            { TYPE_FDT_NODE },
            { }
        },
    }, {
        .name = TYPE_AARCH64_CPU,
        .parent = TYPE_ARM_CPU,
        .abstract = true,
    },
};

DEFINE_TYPES(arm_cpu_types)

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of a CPU: everything comes back, with timers armed and lines due; streams of another
 * model, or with values that cannot be, are refused.  And what a user is shown of a CPU.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "exec/address-spaces.h"
#include "hw/fdt-node.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qemu/timer.h"
#include "sysemu/cpus.h"
#include "sysemu/qtest.h"
#include "arm-harness.h"

#define SCTLR ARM_CP_ENC(3, 0, 1, 0, 0)
#define TPIDR_EL1 ARM_CP_ENC(3, 0, 13, 0, 4)
#define CNTVCT ARM_CP_ENC(3, 3, 14, 0, 2)
#define CNTV_CTL ARM_CP_ENC(3, 3, 14, 3, 1)
#define CNTV_CVAL ARM_CP_ENC(3, 3, 14, 3, 2)
#define CNTP_CTL ARM_CP_ENC(3, 3, 14, 2, 1)
#define CNTP_CVAL ARM_CP_ENC(3, 3, 14, 2, 2)
#define PMCR ARM_CP_ENC(3, 3, 9, 12, 0)
#define PMCNTENSET ARM_CP_ENC(3, 3, 9, 12, 1)
#define PMCCNTR ARM_CP_ENC(3, 3, 9, 13, 0)
#define PMINTENSET ARM_CP_ENC(3, 0, 9, 14, 1)
#define PMOVSSET ARM_CP_ENC(3, 3, 9, 14, 3)

static GByteArray *save(ARMCPU *cpu)
{
    const VMStateDescription *vmsd = DEVICE_GET_CLASS(cpu)->vmsd;
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    g_assert_cmpint(vmstate_save_state(f, vmsd, cpu, NULL), ==, 0);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

static int load(ARMCPU *cpu, const GByteArray *bytes)
{
    const VMStateDescription *vmsd = DEVICE_GET_CLASS(cpu)->vmsd;
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return vmstate_load_state(f, vmsd, cpu, vmsd->version_id);
}

/* -- round trips ----------------------------------------------------------------------------- */

/* Every writable register gets a value of its own. */
static void fill_registers(ARMCPU *cpu)
{
    GHashTableIter iter;
    gpointer value;
    uint64_t n = 0x0123456789abcdefULL;

    g_hash_table_iter_init(&iter, cpu->cp_regs);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (arm_cp_reg_access(&cpu->env, value, false) == CP_ACCESS_OK &&
            arm_cp_reg_is_saved(value)) {
            n = n * 6364136223846793005ULL + 1442695040888963407ULL;
            arm_cp_reg_write(&cpu->env, value, n);
        }
    }
    for (int i = 0; i < 32; i++) {
        cpu->env.xregs[i] = 0x1000 + i;
        cpu->env.vregs[i].d[0] = 0x2000 + i;
        cpu->env.vregs[i].d[1] = 0x3000 + i;
    }
    cpu->env.pc = 0x40081234;
    cpu->env.sp_el[0] = 0x5678;
    cpu->env.exclusive_addr = 0x9abc;
    cpu->env.event_register = 1;
    pstate_set(&cpu->env, PSTATE_N | PSTATE_MODE_EL1h | PSTATE_I);
}

static void test_round_trip(gconstpointer model)
{
    ARMCPU *from = arm_cpu_make(model);
    ARMCPU *to = arm_cpu_make(model);
    g_autoptr(GByteArray) first = NULL;
    g_autoptr(GByteArray) second = NULL;

    /* The affinity is identity: equal on both sides. */
    to->mp_affinity = from->mp_affinity;
    fill_registers(from);
    first = save(from);
    g_assert_cmpint(load(to, first), ==, 0);
    second = save(to);
    g_assert_cmpmem(first->data, first->len, second->data, second->len);
    g_assert_cmpmem(&from->env, offsetof(CPUARMState, end_reset_fields), &to->env,
                    offsetof(CPUARMState, end_reset_fields));
    arm_cpu_drop(to);
    arm_cpu_drop(from);
}

/* Whatever a guest writes wherever, the state that it reaches can be saved and loaded. */
static void test_random_traffic(gconstpointer model)
{
    guint32 seed = g_test_rand_int();
    GRand *rand = g_rand_new_with_seed(seed);
    ARMCPU *from = arm_cpu_make(model);
    ARMCPU *to = arm_cpu_make(model);
    GList *encs = g_hash_table_get_keys(from->cp_regs);
    guint n = g_list_length(encs);

    g_test_message("seed %u", seed);
    to->mp_affinity = from->mp_affinity;
    for (int round = 0; round < 20; round++) {
        g_autoptr(GByteArray) first = NULL;
        g_autoptr(GByteArray) second = NULL;

        for (int i = 0; i < 1000; i++) {
            uint32_t enc = g_rand_int_range(rand, 0, 4)
                           ? GPOINTER_TO_UINT(g_list_nth_data(encs, g_rand_int_range(rand, 0, n)))
                           : g_rand_int(rand) & 0xffff;
            uint64_t value = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);

            if (may_write(from, enc)) {
                msr(from, enc, g_rand_boolean(rand) ? value : 1ULL << (value % 64));
            }
            if (may_read(from, enc)) {
                mrs(from, enc);
            }
        }
        qtest_clock_warp(qtest_clock_get() + g_rand_int_range(rand, 0, 1000));
        first = save(from);
        g_assert_cmpint(load(to, first), ==, 0);
        second = save(to);
        g_assert_cmpmem(first->data, first->len, second->data, second->len);
    }
    g_list_free(encs);
    g_rand_free(rand);
    arm_cpu_drop(to);
    arm_cpu_drop(from);
}

/* Save, move on, load: the timer fires when it would have fired. */
static void test_armed_timer(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autoptr(GByteArray) bytes = NULL;
    ArmLine line;

    arm_line_connect(&line, cpu, NULL, GTIMER_VIRT);
    msr(cpu, CNTV_CVAL, mrs(cpu, CNTVCT) + 1000);
    msr(cpu, CNTV_CTL, 1);
    bytes = save(cpu);
    cpu_reset(CPU(cpu));
    g_assert_cmpint(load(cpu, bytes), ==, 0);
    qtest_clock_warp(qtest_clock_get() + 999 * 16);
    g_assert_cmpint(line.level, ==, 0);
    qtest_clock_warp(qtest_clock_get() + 16);
    g_assert_cmpint(line.level, ==, 1);
    arm_cpu_drop(cpu);
    arm_line_free(&line);
}

/* A line that is high, or due, is driven again once time goes on: not during the load. */
static void test_expired_timer(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autoptr(GByteArray) bytes = NULL;
    ArmLine line;

    arm_line_connect(&line, cpu, NULL, GTIMER_PHYS);
    msr(cpu, CNTP_CVAL, 0);
    msr(cpu, CNTP_CTL, 1);
    bytes = save(cpu);
    cpu_reset(CPU(cpu));
    g_assert_cmpint(line.level, ==, 0);
    g_assert_cmpint(load(cpu, bytes), ==, 0);
    g_assert_cmpint(line.level, ==, 0);
    qtest_clock_warp(qtest_clock_get() + 1);
    g_assert_cmpint(line.level, ==, 1);
    arm_cpu_drop(cpu);
    arm_line_free(&line);
}

static void test_cycle_counter(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autoptr(GByteArray) bytes = NULL;
    ArmLine line;

    arm_line_connect(&line, cpu, "pmu-interrupt", 0);
    msr(cpu, PMCR, 1);
    msr(cpu, PMCNTENSET, 1U << 31);
    msr(cpu, PMINTENSET, 1U << 31);
    msr(cpu, PMCCNTR, -500ULL);
    bytes = save(cpu);
    cpu_reset(CPU(cpu));
    g_assert_cmpint(load(cpu, bytes), ==, 0);
    g_assert_cmphex(mrs(cpu, PMCCNTR), ==, -500ULL);
    qtest_clock_warp(qtest_clock_get() + 499);
    g_assert_cmpint(line.level, ==, 0);
    qtest_clock_warp(qtest_clock_get() + 1);
    g_assert_cmpint(line.level, ==, 1);
    arm_cpu_drop(cpu);
    arm_line_free(&line);
}

static void nothing(CPUState *cs, run_on_cpu_data data)
{
}

static void test_power_states(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autoptr(GByteArray) off = NULL;
    g_autoptr(GByteArray) pending = NULL;

    cpu->power_state = PSCI_OFF;
    CPU(cpu)->halted = 1;
    off = save(cpu);
    cpu->power_state = PSCI_ON_PENDING;
    cpu->power_on.entry = 0x4000;
    cpu->power_on.context_id = 0x77;
    pending = save(cpu);
    cpu_reset(CPU(cpu));
    g_assert_cmpint(load(cpu, off), ==, 0);
    g_assert_cmpint(cpu->power_state, ==, PSCI_OFF);
    g_assert_cmpuint(CPU(cpu)->halted, ==, 1);
    cpu->power_on.entry = 0;
    g_assert_cmpint(load(cpu, pending), ==, 0);
    run_on_cpu(CPU(cpu), nothing, RUN_ON_CPU_NULL);
    g_assert_cmpint(cpu->power_state, ==, PSCI_ON);
    g_assert_cmphex(cpu->env.pc, ==, 0x4000);
    g_assert_cmphex(cpu->env.xregs[0], ==, 0x77);
    arm_cpu_drop(cpu);
}

/* -- refused --------------------------------------------------------------------------------- */

static void assert_refused(ARMCPU *cpu, const GByteArray *bytes)
{
    g_assert_cmpint(load(cpu, bytes), <, 0);
}

static void test_other_model_is_refused(void)
{
    ARMCPU *a57 = arm_cpu_make("cortex-a57");
    ARMCPU *a72 = arm_cpu_make("cortex-a72");
    ARMCPU *max = arm_cpu_make("max");
    g_autoptr(GByteArray) of_a57 = save(a57);
    g_autoptr(GByteArray) of_max = save(max);

    assert_refused(a72, of_a57);
    assert_refused(max, of_a57);
    assert_refused(a57, of_max);
    arm_cpu_drop(max);
    arm_cpu_drop(a72);
    arm_cpu_drop(a57);
}

static void test_impossible_values_are_refused(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    ARMCPU *victim = arm_cpu_make("cortex-a57");
    CPUARMState good = cpu->env;
    g_autoptr(GByteArray) bytes = NULL;

    victim->mp_affinity = cpu->mp_affinity;
    for (int i = 0; i < 7; i++) {
        g_autoptr(GByteArray) bad = NULL;

        cpu->env = good;
        CPU(cpu)->interrupt_request = 0;
        switch (i) {
        case 0:
            cpu->env.pstate |= PSTATE_nRW;
            break;
        case 1:
            cpu->env.pstate = 8 | 1;            /* EL2 */
            break;
        case 2:
            cpu->env.pstate |= PSTATE_PAN;
            break;
        case 3:
            cpu->env.cp15.sctlr_el1 |= 1ULL << 40;
            break;
        case 4:
            cpu->env.cp15.csselr_el1 = 1000;
            break;
        case 5:
            cpu->env.cp15.c14_timer[GTIMER_VIRT].ctl = 8;
            break;
        default:
            CPU(cpu)->interrupt_request = CPU_INTERRUPT_DEBUG;
            break;
        }
        bad = save(cpu);
        g_test_message("case %d", i);
        assert_refused(victim, bad);
    }
    cpu->env = good;
    CPU(cpu)->interrupt_request = 0;
    bytes = save(cpu);
    g_assert_cmpint(load(victim, bytes), ==, 0);
    arm_cpu_drop(victim);
    arm_cpu_drop(cpu);
}

/* No damage of the stream, byte by byte, does more than fail or change values. */
static void test_damaged_streams(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autoptr(GByteArray) bytes = save(cpu);
    unsigned refused = 0;
    int terminal = dup(STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY);

    /* Thousands of messages. */
    dup2(nowhere, STDERR_FILENO);
    for (guint i = 0; i < bytes->len; i++) {
        uint8_t before = bytes->data[i];

        bytes->data[i] ^= 1 << (i % 8);
        refused += load(cpu, bytes) < 0;
        bytes->data[i] = before;
    }
    dup2(terminal, STDERR_FILENO);
    close(terminal);
    close(nowhere);
    g_test_message("%u of %u refused", refused, bytes->len);
    g_assert_cmpuint(refused, >, bytes->len / 4);
    g_assert_cmpint(load(cpu, bytes), ==, 0);
    arm_cpu_drop(cpu);
}

/* -- shown ----------------------------------------------------------------------------------- */

static void test_dump(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    g_autofree char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    cpu->env.pc = 0x40080000;
    cpu->env.xregs[1] = 0x11;
    cpu->env.xregs[31] = 0x5000;
    cpu->env.vregs[1].d[1] = 0xaa;
    pstate_set(&cpu->env, PSTATE_Z | PSTATE_MODE_EL1h | PSTATE_DAIF);
    cpu_dump_state(CPU(cpu), f, CPU_DUMP_FPU);
    fclose(f);
    g_assert_true(g_str_has_prefix(text, " PC=0000000040080000 X00=0000000000000000 "
                                   "X01=0000000000000011\nX02=0000000000000000 X03="));
    g_assert_nonnull(strstr(text, "X30=0000000000000000  SP=0000000000005000\n"
                            "PSTATE=400003c5 -Z-- EL1h     FPCR=00000000 FPSR=00000000\n"
                            "Q00=0000000000000000:0000000000000000 "
                            "Q01=00000000000000aa:0000000000000000\n"));
    arm_cpu_drop(cpu);
}

static void test_debug_memory(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    MemoryRegion ram;
    uint32_t word = 0xcafe;

    memory_region_init_ram(&ram, NULL, "ram", 0x10000, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x40000000, &ram);
    g_assert_cmpint(cpu_memory_rw_debug(CPU(cpu), 0x40000ffe, &word, 4, true), ==, 0);
    word = 0;
    g_assert_cmpint(cpu_memory_rw_debug(CPU(cpu), 0x40000ffe, &word, 4, false), ==, 0);
    g_assert_cmphex(word, ==, 0xcafe);
    g_assert_false(cpu_paging_enabled(CPU(cpu)));
    msr(cpu, SCTLR, SCTLR_M);
    g_assert_true(cpu_paging_enabled(CPU(cpu)));
    g_assert_cmpint(cpu_memory_rw_debug(CPU(cpu), 0x40000ffe, &word, 4, false), ==, -1);
    memory_region_del_subregion(get_system_memory(), &ram);
    object_unparent(OBJECT(&ram));
    arm_cpu_drop(cpu);
}

static void test_fdt_node(void)
{
    ARMCPU *cpu = arm_cpu_begin("cortex-a53");
    char tree[1024];
    FdtNodeContext ctx = { .fdt = tree, .bus_path = "/", .address_cells = 1 };
    int node, len;
    const fdt32_t *reg;

    object_property_set_uint(OBJECT(cpu), "mp-affinity", 0x102, &error_abort);
    arm_cpu_finish(cpu, &error_abort);
    fdt_create_empty_tree(tree, sizeof(tree));
    g_assert_true(fdt_node_add(OBJECT(cpu), &ctx, &error_abort));
    node = fdt_path_offset(tree, "/cpu@102");
    g_assert_cmpint(node, >, 0);
    g_assert_cmpstr(fdt_getprop(tree, node, "device_type", NULL), ==, "cpu");
    g_assert_cmpstr(fdt_getprop(tree, node, "compatible", NULL), ==, "arm,cortex-a53");
    reg = fdt_getprop(tree, node, "reg", &len);
    g_assert_cmpint(len, ==, 4);
    g_assert_cmphex(fdt32_to_cpu(*reg), ==, 0x102);
    arm_cpu_drop(cpu);
}

static void test_query_fast(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a53");
    CpuInfoFast info = { 0 };

    CPU(cpu)->cc->query_cpu_fast(CPU(cpu), &info);
    g_assert_true(info.has_mp_affinity);
    g_assert_cmphex(info.mp_affinity, ==, cpu->mp_affinity);
    arm_cpu_drop(cpu);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    g_test_add_data_func("/arm/state/round-trip/cortex-a57", "cortex-a57", test_round_trip);
    g_test_add_data_func("/arm/state/round-trip/max", "max", test_round_trip);
    g_test_add_data_func("/arm/state/random-traffic/cortex-a53", "cortex-a53",
                         test_random_traffic);
    g_test_add_data_func("/arm/state/random-traffic/max", "max", test_random_traffic);
    g_test_add_func("/arm/state/armed-timer", test_armed_timer);
    g_test_add_func("/arm/state/expired-timer", test_expired_timer);
    g_test_add_func("/arm/state/cycle-counter", test_cycle_counter);
    g_test_add_func("/arm/state/power-states", test_power_states);
    g_test_add_func("/arm/state/other-model-is-refused", test_other_model_is_refused);
    g_test_add_func("/arm/state/impossible-values-are-refused",
                    test_impossible_values_are_refused);
    g_test_add_func("/arm/state/damaged-streams", test_damaged_streams);
    g_test_add_func("/arm/shown/registers", test_dump);
    g_test_add_func("/arm/shown/debug-memory", test_debug_memory);
    g_test_add_func("/arm/shown/device-tree-node", test_fdt_node);
    g_test_add_func("/arm/shown/query-cpus-fast", test_query_fast);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Human monitor commands that look at CPUs, registers and memory. */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-machine.h"
#include "qemu/bswap.h"
#include "sysemu/hw_accel.h"
#include "sysemu/tcg.h"
#include "guest-memory-internal.h"
#include "hmp-cmds-internal.h"

#define DUMP_LINE_BYTES 16
#define SUM_CHUNK_BYTES 4096

/* -- CPUs --------------------------------------------------------------------------- */

/* The CPU chosen on the current monitor, its registers up to date. */
static CPUState *hmp_cpu_get(Error **errp)
{
    Monitor *mon = monitor_cur();
    int64_t index = mon ? mon->cpu_index : -1;
    CPUState *cpu = index < 0 ? first_cpu
                  : index <= INT_MAX ? qemu_get_cpu(index) : NULL;

    if (!cpu && index >= 0) {
        error_setg(errp, "CPU %" PRId64 " does not exist", index);
    } else if (!cpu) {
        error_setg(errp, "No CPU available");
    } else {
        cpu_synchronize_state(cpu);
    }
    return cpu;
}

bool hmp_register_read(const char *name, uint64_t *value, Error **errp)
{
    CPUState *cpu = hmp_cpu_get(errp);

    if (!cpu) {
        return false;
    }
    if (strcmp(name, "pc") || !cpu->cc->get_pc) {
        error_setg(errp, "unknown register '$%s'", name);
        return false;
    }
    *value = cpu->cc->get_pc(cpu);
    return true;
}

HMP_HANDLER(cpu)
{
    uint64_t index = hmp_arg_number(args, "index", 0);

    if (index > INT_MAX || !qemu_get_cpu(index)) {
        error_setg(errp, "CPU %" PRIu64 " does not exist", index);
        return;
    }
    mon->cpu_index = index;
}

HMP_HANDLER(info_cpus)
{
    CpuInfoFastList *list = qmp_query_cpus_fast(errp);
    CPUState *chosen = hmp_cpu_get(NULL);

    for (CpuInfoFastList *el = list; el; el = el->next) {
        bool is_chosen = chosen && chosen->cpu_index == el->value->cpu_index;

        monitor_printf(mon, "%c CPU #%" PRId64 ": thread_id=%" PRId64 "\n",
                       is_chosen ? '*' : ' ', el->value->cpu_index,
                       el->value->thread_id);
    }
    qapi_free_CpuInfoFastList(list);
}

static void cpu_registers_print(Monitor *mon, CPUState *cpu)
{
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);

    if (file) {
        cpu_dump_state(cpu, file, CPU_DUMP_FPU);
        fclose(file);
        monitor_puts(mon, text);
    }
    free(text);
}

HMP_HANDLER(info_registers)
{
    CPUState *cpu;

    if (!hmp_arg_given(args, "a")) {
        cpu = hmp_cpu_get(errp);
        if (cpu) {
            cpu_registers_print(mon, cpu);
        }
        return;
    }
    CPU_FOREACH(cpu) {
        cpu_synchronize_state(cpu);
        monitor_printf(mon, "\nCPU#%d\n", cpu->cpu_index);
        cpu_registers_print(mon, cpu);
    }
}

static bool tcg_is_used(Error **errp)
{
    if (!tcg_enabled()) {
        error_setg(errp, "this is about the software CPU, and -accel tcg is not in use");
    }
    return tcg_enabled();
}

HMP_HANDLER(info_jit)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (tcg_is_used(errp)) {
        tcg_describe_jit(text);
        monitor_puts(mon, text->str);
    }
}

HMP_HANDLER(info_tlb)
{
    CPUState *cpu = hmp_cpu_get(errp);
    g_autoptr(GString) text = g_string_new(NULL);

    if (cpu && tcg_is_used(errp)) {
        tcg_describe_tlb(cpu, text);
        monitor_puts(mon, text->str);
    }
}

/* -- values ---------------------------------------------------------------------------- */

static void char_append(GString *out, uint64_t value)
{
    unsigned char c = value;

    if (c == '\'' || c == '\\') {
        g_string_append_printf(out, "'\\%c'", c);
    } else if (g_ascii_isprint(c)) {
        g_string_append_printf(out, "'%c'", c);
    } else {
        g_string_append_printf(out, "'\\x%02x'", c);
    }
}

/* @value is of @size bytes; columns are as wide as the widest value. */
static void value_append(GString *out, char letter, unsigned size,
                         uint64_t value)
{
    static const uint8_t octal_digits[] = { [1] = 3, [2] = 6, [4] = 11, [8] = 22 };
    static const uint8_t decimal_digits[] = { [1] = 3, [2] = 5, [4] = 10, [8] = 20 };
    unsigned shift = 64 - size * 8;

    switch (letter) {
    case 'x':
        g_string_append_printf(out, "0x%0*" PRIx64, (int)size * 2, value);
        break;
    case 'o':
        g_string_append_printf(out, "0%0*" PRIo64, octal_digits[size], value);
        break;
    case 'u':
        g_string_append_printf(out, "%*" PRIu64, decimal_digits[size], value);
        break;
    case 'd':
        g_string_append_printf(out, "%*" PRId64, decimal_digits[size] + 1,
                               (int64_t)(value << shift) >> shift);
        break;
    default:
        char_append(out, value);
    }
}

HMP_HANDLER(print)
{
    uint64_t value = hmp_arg_number(args, "expression", 0);
    g_autoptr(GString) out = g_string_new(NULL);

    switch (args->format.letter) {
    case 'd':
        g_string_append_printf(out, "%" PRId64, (int64_t)value);
        break;
    case 'u':
        g_string_append_printf(out, "%" PRIu64, value);
        break;
    case 'o':
        g_string_append_printf(out, "%#" PRIo64, value);
        break;
    case 'c':
        char_append(out, value);
        break;
    default:
        g_string_append_printf(out, "0x%" PRIx64, value);
    }
    monitor_printf(mon, "%s\n", out->str);
}

/* -- memory ------------------------------------------------------------------------------ */

static void memory_line_print(Monitor *mon, const HmpFormat *format,
                              uint64_t addr, const uint8_t *bytes, size_t len)
{
    g_autoptr(GString) out = g_string_new(NULL);

    g_string_printf(out, "%016" PRIx64 ":", addr);
    for (size_t i = 0; i < len; i += format->size_bytes) {
        g_string_append_c(out, ' ');
        value_append(out, format->letter, format->size_bytes,
                     ldn_le_p(bytes + i, format->size_bytes));
    }
    monitor_printf(mon, "%s\n", out->str);
}

static void memory_print(Monitor *mon, const HmpArgs *args, CPUState *cpu,
                         Error **errp)
{
    uint64_t addr = hmp_arg_number(args, "address", 0);
    size_t left = (size_t)args->format.count * args->format.size_bytes;
    uint8_t line[DUMP_LINE_BYTES];

    while (left) {
        size_t len = MIN(left, sizeof(line));

        if (!monitor_guest_read(cpu, addr, line, len, errp)) {
            return;
        }
        memory_line_print(mon, &args->format, addr, line, len);
        addr += len;
        left -= len;
    }
}

HMP_HANDLER(x)
{
    CPUState *cpu = hmp_cpu_get(errp);

    if (cpu) {
        memory_print(mon, args, cpu, errp);
    }
}

HMP_HANDLER(xp)
{
    memory_print(mon, args, NULL, errp);
}

/* The checksum of sum(1) as BSD has it. */
HMP_HANDLER(sum)
{
    uint64_t addr = hmp_arg_number(args, "address", 0);
    uint64_t left = hmp_arg_number(args, "size", 0);
    g_autofree uint8_t *bytes = g_malloc(SUM_CHUNK_BYTES);
    uint16_t sum = 0;

    while (left) {
        size_t len = MIN(left, SUM_CHUNK_BYTES);

        if (!monitor_guest_read(NULL, addr, bytes, len, errp)) {
            return;
        }
        for (size_t i = 0; i < len; i++) {
            sum = (sum >> 1) | (sum << 15);
            sum += bytes[i];
        }
        addr += len;
        left -= len;
    }
    monitor_printf(mon, "%05u\n", sum);
}

HMP_HANDLER(memsave)
{
    CPUState *cpu = hmp_cpu_get(errp);

    if (cpu) {
        qmp_memsave(hmp_arg_number(args, "address", 0),
                    hmp_arg_number(args, "size", 0),
                    hmp_arg_text(args, "filename"), true, cpu->cpu_index, errp);
    }
}

HMP_HANDLER(pmemsave)
{
    qmp_pmemsave(hmp_arg_number(args, "address", 0),
                 hmp_arg_number(args, "size", 0),
                 hmp_arg_text(args, "filename"), errp);
}

HMP_HANDLER(dumpdtb)
{
    qmp_dumpdtb(hmp_arg_text(args, "filename"), errp);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as text for -d in_asm: by libcapstone if the program is built with it, else the name
 * of the line in the encoding table.
 *
 * The program is not linked with libcapstone: relocating its tables would take longer than the
 * rest of the start, and 2 MB, in every run. It is loaded when it is first needed.
 */
#include "qemu/osdep.h"
#include "config-host.h"
#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>
#include <dlfcn.h>
#include "qemu/error-report.h"
#endif
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "arm-tcg.h"
#include "translate.h"

#ifdef CONFIG_CAPSTONE
/* The name that belongs to the declarations in the header: other major versions have others. */
#define CAPSTONE_LIBRARY "libcapstone.so." G_STRINGIFY(CS_API_MAJOR)

typedef struct Capstone {
    typeof(cs_open) *open;
    typeof(cs_close) *close;
    typeof(cs_disasm) *disasm;
    typeof(cs_free) *free;
} Capstone;

static bool capstone_fill(Capstone *cs, void *library)
{
    cs->open = (typeof(cs->open))dlsym(library, "cs_open");
    cs->close = (typeof(cs->close))dlsym(library, "cs_close");
    cs->disasm = (typeof(cs->disasm))dlsym(library, "cs_disasm");
    cs->free = (typeof(cs->free))dlsym(library, "cs_free");
    return cs->open && cs->close && cs->disasm && cs->free;
}

/* For g_once(): the Capstone, which stays while the program runs; NULL and a warning if none. */
static void *capstone_load(void *unused)
{
    static Capstone cs;
    void *library = dlopen(CAPSTONE_LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (!library || !capstone_fill(&cs, library)) {
        warn_report("-d in_asm shows instructions by the names of their encodings only: %s",
                    dlerror());
        return NULL;
    }
    return &cs;
}

/* Any thread. */
static const Capstone *capstone_get(void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once(&once, capstone_load, NULL);
}

/* False: libcapstone does not know the instruction. */
static bool capstone_show(const Capstone *cs, csh handle, const uint8_t *code, vaddr pc,
                          GString *text)
{
    cs_insn *insn;

    if (cs->disasm(handle, code, 4, pc, 1, &insn) != 1) {
        return false;
    }
    g_string_append_printf(text, "%s %s\n", insn->mnemonic, insn->op_str);
    cs->free(insn, 1);
    return true;
}

static bool disassemble(const uint8_t *code, vaddr pc, GString *text)
{
    const Capstone *cs = capstone_get();
    csh handle;
    bool is_known;

    if (!cs || cs->open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle) != CS_ERR_OK) {
        return false;
    }
    is_known = capstone_show(cs, handle, code, pc, text);
    cs->close(&handle);
    return is_known;
}

void a64_disassemble_prepare(void)
{
    if (qemu_loglevel_mask(CPU_LOG_TB_IN_ASM)) {
        capstone_get();
    }
}
#else
static bool disassemble(const uint8_t *code, vaddr pc, GString *text)
{
    return false;
}

void a64_disassemble_prepare(void)
{
}
#endif

void a64_disassemble(const uint8_t *code, unsigned len, vaddr pc, GString *text)
{
    for (unsigned i = 0; i + 4 <= len; i += 4) {
        uint32_t insn = ldl_le_p(code + i);
        A64Insn fields;
        const A64Encoding *e = a64_decode(insn, UINT64_MAX, &fields);

        g_string_append_printf(text, "0x%016" PRIx64 ":  %08x  ", pc + i, insn);
        if (!disassemble(code + i, pc + i, text)) {
            g_string_append_printf(text, "%s\n", e ? e->name : "udf");
        }
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as text for -d in_asm: by libcapstone if the program is built with it, else the name
 * of the line in the encoding table.
 */
#include "qemu/osdep.h"
#include "config-host.h"
#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>
#endif
#include "qemu/bswap.h"
#include "translate.h"

#ifdef CONFIG_CAPSTONE
/* False: libcapstone does not know the instruction. */
static bool capstone_show(csh handle, const uint8_t *code, vaddr pc, GString *text)
{
    cs_insn *insn;

    if (cs_disasm(handle, code, 4, pc, 1, &insn) != 1) {
        return false;
    }
    g_string_append_printf(text, "%s %s\n", insn->mnemonic, insn->op_str);
    cs_free(insn, 1);
    return true;
}

static bool disassemble(const uint8_t *code, vaddr pc, GString *text)
{
    csh handle;
    bool is_known;

    if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle) != CS_ERR_OK) {
        return false;
    }
    is_known = capstone_show(handle, code, pc, text);
    cs_close(&handle);
    return is_known;
}
#else
static bool disassemble(const uint8_t *code, vaddr pc, GString *text)
{
    return false;
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For test-a64-table.py: reads little-endian words from standard input and prints for each the
 * name of its encoding on a CPU with every feature, or "-".
 */
#include "qemu/osdep.h"
#include "target/arm/tcg/a64-decode.h"

int main(void)
{
    uint8_t bytes[4];

    while (fread(bytes, sizeof(bytes), 1, stdin) == 1) {
        uint32_t insn = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        A64Insn fields;
        const A64Encoding *e = a64_decode(insn, UINT64_MAX, &fields);

        puts(e ? e->name : "-");
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two-digit binary coded decimals, as real-time clocks keep them. */
#ifndef QEMU_BCD_H
#define QEMU_BCD_H

static inline uint8_t to_bcd(uint8_t val)
{
    return (uint8_t)(val / 10 << 4 | val % 10);
}

static inline uint8_t from_bcd(uint8_t val)
{
    return (uint8_t)((val >> 4) * 10 + (val & 0x0f));
}

#endif

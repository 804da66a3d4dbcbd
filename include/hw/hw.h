/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every device model may use without another header.
 */
#ifndef HW_HW_H
#define HW_HW_H

/*
 * End the program because a device model found itself broken: a bug of ours,
 * never something that a guest or a user can cause.
 */
G_NORETURN void hw_error(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

#endif

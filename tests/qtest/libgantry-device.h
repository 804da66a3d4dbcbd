/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the devices that a board made: they have no ids.
 */
#ifndef TESTS_QTEST_LIBGANTRY_DEVICE_H
#define TESTS_QTEST_LIBGANTRY_DEVICE_H

#include "libgantrytest.h"

/*
 * QOM path of the first device of @type that the machine made itself; fails the test
 * if there is none. The caller frees it.
 */
char *device_find(QTestState *s, const char *type);

/* Report the sysbus interrupts of that device as lines 0, 1... of qtest_get_irq(). */
void device_irq_intercept_out(QTestState *s, const char *type);

#endif

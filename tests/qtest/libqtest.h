/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name under which device tests written for other emulators of this
 * family include the test library.
 */
#ifndef TESTS_QTEST_LIBQTEST_H
#define TESTS_QTEST_LIBQTEST_H

#include "libgantrytest.h"

#endif

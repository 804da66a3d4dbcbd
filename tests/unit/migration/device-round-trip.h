/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The round trip of a device's saved state, for every type that the program knows.
 */
#ifndef TESTS_DEVICE_ROUND_TRIP_H
#define TESTS_DEVICE_ROUND_TRIP_H

#include "qemu/osdep.h"

/*
 * For each concrete device type with a saved state that can be realized alone: save, load into
 * the same device, save again; both streams must be equal.  Returns how many types were tried;
 * those that could not be realized are told with g_test_message().  BQL.
 */
unsigned device_round_trip_all(void);

#endif

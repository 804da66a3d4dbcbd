/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole board in the test's own process, under the qtest accelerator unless told: what startup
 * does without the command line. One board per process.
 */
#ifndef TESTS_UNIT_BOARD_HARNESS_H
#define TESTS_UNIT_BOARD_HARNESS_H

#include "qemu/osdep.h"
#include "hw/boards.h"

/*
 * For _create(): the accelerator with its options (without this call "qtest"), and the size of
 * RAM (0: the board's default).
 */
void board_harness_choose(const char *accel, uint64_t ram_bytes);

/*
 * The big lock is taken, the machine called @name exists with @cpus CPUs and the properties
 * given as pairs of strings, ended by NULL. Devices may be added until _finish().
 */
MachineState *board_harness_create(const char *name, unsigned cpus, ...) G_GNUC_NULL_TERMINATED;

/* The machine is complete and reset. */
void board_harness_finish(MachineState *machine);

/* Saves the machine: all devices and RAM, as migration would send them. */
GByteArray *board_harness_save(void);

/* Loads what was saved; false with an error. */
bool board_harness_load(const GByteArray *bytes, Error **errp);

#endif

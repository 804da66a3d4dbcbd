/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two emulators: one that serves a device on a socket (-M none), and a virt machine (GICv2) that
 * has it as vfio-platform. What crosses the socket takes a while, so tests wait for it.
 */
#ifndef TESTS_QTEST_LIBGANTRY_SERVED_H
#define TESTS_QTEST_LIBGANTRY_SERVED_H

#include "libgantrytest.h"

/* Where the guest finds the device: the platform bus' first address and interrupt. */
#define SERVED_BASE 0x0c000000
#define SERVED_INTID (32 + 112)
#define SPURIOUS 1023

typedef struct Served {
    QTestState *server;
    QTestState *guest;
    char *folder;
    char *socket;
} Served;

/* @server_args make the device, with id=dev; @guest_args follow "-device vfio-platform,socket=". */
void served_start(Served *s, const char *server_args, const char *guest_args);
void served_stop(Served *s);

/* In two steps, for a server that comes back. */
void served_server_start(Served *s, const char *server_args);
void served_server_stop(Served *s);

uint32_t served_get(Served *s, uint32_t offset);
void served_put(Served *s, uint32_t offset, uint32_t value);

/* Let the guest's CPU 0 take interrupts, and the device's one reach it. */
void served_irq_enable(Served *s);

/* The guest takes the device's interrupt for an edge one, as its node says of virtio-mmio. */
void served_irq_make_edge(Served *s);

/* Wait until the CPU has an interrupt, and acknowledge it; SPURIOUS after a long time. */
unsigned int served_irq_take(Served *s);

/* The guest has dealt with it. */
void served_irq_end(Served *s, unsigned int intid);

/* Nothing is pending, now and after all that was under way has arrived. */
void served_irq_assert_none(Served *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The in-kernel GIC of the simulated KVM (fake-kvm.h): attributes of the device as Linux documents
 * them (arm-vgic.rst, arm-vgic-v3.rst), lines, routes and eventfds. It is a store of registers with
 * the side effects that the documents name, and no interrupt controller.
 */
#ifndef TESTS_FAKE_VGIC_H
#define TESTS_FAKE_VGIC_H

#include "qemu/osdep.h"
#include "fake-kvm.h"

#define FAKE_VGIC_SPIS 992


/*
 * @version: 2 or 3, 0 before a GIC is made; @offers: versions that can be (bit 2, bit 3).
 * @pri_bits: preemption bits of the host's CPU interface; a write of ICC_CTLR_EL1 that says
 * otherwise fails. @line_calls: KVM_IRQ_LINE; @last_line the last. @spi_line: levels. @routes: the
 * table set last, @route_calls how often. @irqfd: the last request, @irqfd_calls of them.
 */
typedef struct FakeVGIC {
    int version;
    unsigned offers;
    unsigned num_irq;
    unsigned inits;
    unsigned attr_calls;
    unsigned line_calls;
    struct kvm_irq_level last_line;
    bool spi_line[FAKE_VGIC_SPIS];
    bool groups_writable;
    unsigned pri_bits;
    struct kvm_irq_routing_entry routes[1200];
    unsigned nr_routes;
    unsigned route_calls;
    struct kvm_irqfd irqfd;
    unsigned irqfd_calls;
    GHashTable *store;
} FakeVGIC;

extern FakeVGIC fake_vgic;

/* After fake_kvm_start(): KVM has what GICs need. */
void fake_vgic_start(unsigned offers);
void fake_vgic_stop(void);

/* A stored value, and setting one without side effects. */
uint64_t fake_vgic_get(uint32_t group, uint64_t attr);
void fake_vgic_set(uint32_t group, uint64_t attr, uint64_t value);

#endif

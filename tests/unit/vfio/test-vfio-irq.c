/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of vfio-platform that user space injects: each row of the table of states, and what
 * is easily got wrong.
 */
#include "qemu/osdep.h"
#include "hw/vfio/platform-internal.h"
#include "qapi/error.h"
#include "../hwcore/hwcore-harness.h"
#include "irq-rig.h"

/* ---- rows of the table ---------------------------------------------------------------------- */

static void test_first_becomes_active(void)
{
    Rig rig;

    rig_init(&rig, 2);
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_cmpint(rig.intp[0].state, ==, VFIO_IRQ_ACTIVE);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_false(rig.fast);
    g_assert_true(rig.timer);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    rig_free(&rig);
}

static void test_second_waits(void)
{
    Rig rig;

    rig_init(&rig, 3);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[2], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_cmpint(rig.intp[2].state, ==, VFIO_IRQ_PENDING);
    g_assert_cmpint(rig.intp[0].state, ==, VFIO_IRQ_PENDING);
    g_assert_cmpint(rig.line[2] + rig.line[0], ==, 0);
    g_assert_cmpuint(rig.intp[2].counts.deferred, ==, 1);
    rig_free(&rig);
}

static void test_access_ends_and_the_queue_goes_on_in_order(void)
{
    Rig rig;

    rig_init(&rig, 3);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[2], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.intp[1].state, ==, VFIO_IRQ_INACTIVE);
    g_assert_cmpint(rig.line[1], ==, 0);
    g_assert_cmpuint(rig.unmasks[1], ==, 1);
    g_assert_cmpint(rig.intp[2].state, ==, VFIO_IRQ_ACTIVE);
    g_assert_cmpint(rig.line[2], ==, 1);
    g_assert_cmpint(rig.intp[0].state, ==, VFIO_IRQ_PENDING);
    rig_write(&rig, 4, 0);
    g_assert_cmpint(rig.line[2], ==, 0);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_read(&rig, 8);
    g_assert_cmpint(rig.line[0], ==, 0);
    g_assert_cmpuint(rig.unmasks[0], ==, 1);
    rig_free(&rig);
}

static void test_access_without_active_does_nothing(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig_read(&rig, 0);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    g_assert_true(rig.fast);
    rig_free(&rig);
}

static void test_line_raised_inside_of_an_access_stays(void)
{
    VFIOAccess access;
    Rig rig;

    rig_init(&rig, 1);
    access = rig_access_begin(&rig, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_access_end(&rig, &access);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_free(&rig);
}

static void test_access_ends_only_the_activation_it_began_under(void)
{
    VFIOAccess slow;
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    slow = rig_access_begin(&rig, 0);
    rig_read(&rig, 0); /* another CPU's access ends it */
    vfio_irq_fired(&rig.intp[0], 1);
    rig_access_end(&rig, &slow);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_cmpuint(rig.unmasks[0], ==, 1);
    rig_free(&rig);
}

static void test_successor_is_not_ended_by_the_same_access(void)
{
    Rig rig;

    rig_init(&rig, 2);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    rig_free(&rig);
}

static void test_timer_returns_to_the_fast_path(void)
{
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_read(&rig, 0);
    g_assert_false(rig.fast);
    rig_timer(&rig);
    g_assert_true(rig.fast);
    g_assert_cmpuint(rig.switches, ==, 2);
    rig_free(&rig);
}

static void test_timer_while_active_makes_the_completion_return(void)
{
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_timer(&rig);
    g_assert_false(rig.fast);
    g_assert_false(rig.timer); /* not armed again */
    rig_read(&rig, 0);
    g_assert_false(rig.fast); /* only the main loop changes the map */
    rig_idle(&rig);
    g_assert_true(rig.fast);
    rig_free(&rig);
}

static void test_timer_while_pending_waits_for_the_last_completion(void)
{
    Rig rig;

    rig_init(&rig, 2);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    rig_timer(&rig);
    rig_read(&rig, 0);
    g_assert_false(rig.idle);
    rig_read(&rig, 0);
    rig_idle(&rig);
    g_assert_true(rig.fast);
    rig_free(&rig);
}

static void test_interrupt_before_the_bottom_half_stays_slow(void)
{
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_timer(&rig);
    rig_read(&rig, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_idle(&rig);
    g_assert_false(rig.fast);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_read(&rig, 0);
    rig_idle(&rig); /* still due */
    g_assert_true(rig.fast);
    rig_free(&rig);
}

/* ---- the fast path -------------------------------------------------------------------------- */

static void test_timer_is_not_pushed_back(void)
{
    Rig rig;

    rig_init(&rig, 1);
    for (int i = 0; i < 5; i++) {
        vfio_irq_fired(&rig.intp[0], 1);
        rig_read(&rig, 0);
    }
    g_assert_cmpuint(rig.timer_arms, ==, 1);
    g_assert_cmpuint(rig.switches, ==, 1);
    rig_free(&rig);
}

static void test_line_waits_for_vcpus_to_leave_the_mapping(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig.settle_later = true;
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_false(rig.fast);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_read(&rig, 0); /* was made before the guest could know */
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    vfio_irq_settled(&rig.vdev, rig.epoch);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_free(&rig);
}

static void test_late_settling_of_an_earlier_change_is_ignored(void)
{
    uint64_t first;
    Rig rig;

    rig_init(&rig, 1);
    rig.settle_later = true;
    vfio_irq_fired(&rig.intp[0], 1);
    first = rig.epoch;
    vfio_irq_reset(&rig.vdev);
    g_assert_true(rig.fast);
    vfio_irq_settled(&rig.vdev, first);
    g_assert_cmpint(rig.line[0], ==, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_settled(&rig.vdev, first);
    g_assert_cmpint(rig.line[0], ==, 0);
    vfio_irq_settled(&rig.vdev, rig.epoch);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_free(&rig);
}

static void test_device_without_mapped_parts_needs_no_timer(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig.vdev.has_mmaps = false;
    vfio_irq_machine_init(&rig.vdev, rig.vdev.actions);
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_false(rig.timer);
    g_assert_cmpuint(rig.switches, ==, 0);
    rig_free(&rig);
}

/* ---- what older designs get wrong ----------------------------------------------------------- */

static void test_edge_pulses_without_state(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_edge(&rig, 0);
    vfio_irq_fired(&rig.intp[0], 3);
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_cmpuint(rig.pulses[0], ==, 2);
    g_assert_cmpint(rig.intp[0].state, ==, VFIO_IRQ_INACTIVE);
    g_assert_true(rig.fast);
    g_assert_cmpuint(rig.intp[0].counts.triggered, ==, 4);
    g_assert_cmpuint(rig.intp[0].counts.coalesced, ==, 2);
    rig_free(&rig);
}

static void test_level_and_edge_do_not_wait_for_each_other(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_edge(&rig, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    g_assert_cmpint(rig.line[1], ==, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    g_assert_cmpuint(rig.pulses[0], ==, 2);
    rig_free(&rig);
}

static void test_refire_while_active_is_a_new_interrupt(void)
{
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[0], 1); /* stands for the same */
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 1);
    g_assert_cmpuint(rig.rises[0], ==, 2);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 0);
    g_assert_cmpuint(rig.rises[0], ==, 2);
    g_assert_cmpuint(rig.intp[0].counts.coalesced, ==, 1);
    rig_free(&rig);
}

static void test_refire_while_pending_is_not_queued_twice(void)
{
    Rig rig;

    rig_init(&rig, 3);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[2], 1);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[1], ==, 1);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[2], ==, 1); /* those that waited come first */
    g_assert_cmpint(rig.intp[1].state, ==, VFIO_IRQ_PENDING);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[1], ==, 1);
    rig_read(&rig, 0);
    g_assert_cmpuint(rig.rises[1], ==, 2);
    rig_free(&rig);
}

static void fire_again(Rig *rig, unsigned n)
{
    rig->on_unmask = NULL;
    vfio_irq_fired(&rig->intp[n], 1);
}

static void test_host_that_fires_inside_of_the_unmask(void)
{
    Rig rig;

    rig_init(&rig, 2);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    rig.on_unmask = fire_again;
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[1], ==, 1);
    g_assert_cmpint(rig.intp[0].state, ==, VFIO_IRQ_PENDING);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_free(&rig);
}

/* ---- hints ---------------------------------------------------------------------------------- */

static void test_hinted_is_active_beside_others(void)
{
    Rig rig;

    rig_init(&rig, 3);
    rig_hint(&rig, 1, "0:0x10");
    rig_hint(&rig, 2, "0:0x20");
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[2], 1);
    g_assert_cmpint(rig.line[0] + rig.line[1] + rig.line[2], ==, 3);
    rig_write(&rig, 0x20, 0);
    g_assert_cmpint(rig.line[0] + rig.line[1], ==, 2);
    g_assert_cmpint(rig.line[2], ==, 0);
    rig_free(&rig);
}

static void test_only_its_hint_ends_a_hinted_one(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_hint(&rig, 1, "0:0x10");
    vfio_irq_fired(&rig.intp[1], 1);
    rig_read(&rig, 0x10);
    rig_write(&rig, 0x14, 1);
    rig_write(&rig, 0xc, 1);
    g_assert_cmpint(rig.line[1], ==, 1);
    rig_write(&rig, 0x10, 1);
    g_assert_cmpint(rig.line[1], ==, 0);
    rig_free(&rig);
}

static void test_access_that_is_a_hint_ends_no_unhinted_one(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_hint(&rig, 1, "0:0x10");
    vfio_irq_fired(&rig.intp[0], 1);
    rig_write(&rig, 0x10, 1); /* although the hinted one is inactive */
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_read(&rig, 0x10);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_free(&rig);
}

static void test_mask_of_a_hint_selects_stores(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig_hint(&rig, 0, "0:0x10:0x8");
    vfio_irq_fired(&rig.intp[0], 1);
    rig_write(&rig, 0x10, 0x7);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_write(&rig, 0x10, 0xf);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_free(&rig);
}

static void test_mask_counts_from_the_hints_offset(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig_hint(&rig, 0, "0:0x12:0x1");
    vfio_irq_fired(&rig.intp[0], 1);
    rig_write(&rig, 0x10, 0xfffe1);
    g_assert_cmpint(rig.line[0], ==, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_write(&rig, 0x10, 0xfffeffff);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_free(&rig);
}

static void test_hint_for_reads(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_hint(&rig, 0, "0:0x10:r");
    rig_hint(&rig, 1, "0:0x20:0xff:rw");
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    rig_write(&rig, 0x10, 1);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_read(&rig, 0x10);
    g_assert_cmpint(rig.line[0], ==, 0);
    rig_read(&rig, 0x20);
    g_assert_cmpint(rig.line[1], ==, 0);
    rig_free(&rig);
}

static void test_hints_that_make_no_sense_are_refused(void)
{
    static const char *const bad[] = {
        "", "0", "x:1", "0:y", "0:1:2:3:w", "0:1:0", "0:1:2:x", "0:1:q", "300:0", "0:1:", ":1",
    };
    VFIOEoiHint hint;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        Error *err = NULL;

        g_assert_false(vfio_eoi_hint_parse(bad[i], &hint, &err));
        harness_error_contains(err, "expected REGION:OFFSET");
        g_assert_false(hint.is_set);
    }
}

static void test_hinted_refire_starts_at_once(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_hint(&rig, 1, "0:0x10");
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    rig_write(&rig, 0x10, 1);
    g_assert_cmpint(rig.line[1], ==, 1);
    g_assert_cmpuint(rig.rises[1], ==, 2);
    rig_free(&rig);
}

/* ---- the interrupt controller tells --------------------------------------------------------- */

static void test_irqchip_keeps_the_fast_path(void)
{
    Rig rig;

    rig_init(&rig, 2);
    rig_irqchip(&rig, 0);
    rig_irqchip(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    g_assert_true(rig.fast);
    g_assert_cmpint(rig.line[0] + rig.line[1], ==, 2);
    rig_read(&rig, 0);
    g_assert_cmpint(rig.line[0] + rig.line[1], ==, 2);
    vfio_irq_eoi(&rig.intp[1]);
    g_assert_cmpint(rig.line[1], ==, 0);
    g_assert_cmpuint(rig.unmasks[1], ==, 1);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_free(&rig);
}

static void test_irqchip_end_of_something_else_is_ignored(void)
{
    Rig rig;

    rig_init(&rig, 1);
    rig_irqchip(&rig, 0);
    vfio_irq_eoi(&rig.intp[0]);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_eoi(&rig.intp[0]);
    g_assert_cmpint(rig.line[0], ==, 1); /* it had fired again */
    vfio_irq_eoi(&rig.intp[0]);
    vfio_irq_eoi(&rig.intp[0]);
    g_assert_cmpuint(rig.unmasks[0], ==, 2);
    rig_free(&rig);
}

/* ---- reset ---------------------------------------------------------------------------------- */

static void test_reset_empties_everything(void)
{
    Rig rig;

    rig_init(&rig, 3);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_timer(&rig);
    vfio_irq_drained(&rig.intp[2], 5);
    vfio_irq_reset(&rig.vdev);
    for (int i = 0; i < 3; i++) {
        g_assert_cmpint(rig.intp[i].state, ==, VFIO_IRQ_INACTIVE);
        g_assert_cmpint(rig.line[i], ==, 0);
    }
    g_assert_true(rig.fast);
    g_assert_false(rig.timer);
    g_assert_true(QSIMPLEQ_EMPTY(&rig.vdev.pending_intp_queue));
    g_assert_cmpuint(rig.intp[0].counts.discarded, ==, 1);
    g_assert_cmpuint(rig.intp[1].counts.discarded, ==, 1);
    g_assert_cmpuint(rig.intp[2].counts.discarded, ==, 1);
    rig_read(&rig, 0);
    g_assert_cmpuint(rig.unmasks[0], ==, 0);
    vfio_irq_fired(&rig.intp[1], 1);
    g_assert_cmpint(rig.line[1], ==, 1);
    rig_free(&rig);
}

static void test_access_from_before_the_reset_ends_nothing(void)
{
    VFIOAccess access;
    Rig rig;

    rig_init(&rig, 1);
    vfio_irq_fired(&rig.intp[0], 1);
    access = rig_access_begin(&rig, 0);
    vfio_irq_reset(&rig.vdev);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_access_end(&rig, &access);
    g_assert_cmpint(rig.line[0], ==, 1);
    rig_free(&rig);
}

/* Nobody else would return to the fast path: the timer has passed. */
static void test_last_interrupt_is_disconnected(void)
{
    Rig rig;

    rig_init(&rig, 2);
    vfio_irq_fired(&rig.intp[0], 1);
    rig_timer(&rig);
    vfio_irq_drop(&rig.intp[1]);
    g_assert_false(rig.idle);
    vfio_irq_drop(&rig.intp[0]);
    g_assert_true(rig.idle);
    rig_idle(&rig);
    g_assert_true(rig.fast);
    rig_free(&rig);
}

static void test_disconnected_interrupt_makes_way(void)
{
    Rig rig;

    rig_init(&rig, 3);
    vfio_irq_fired(&rig.intp[0], 1);
    vfio_irq_fired(&rig.intp[1], 1);
    vfio_irq_fired(&rig.intp[2], 1);
    vfio_irq_drop(&rig.intp[1]);
    vfio_irq_drop(&rig.intp[0]);
    g_assert_cmpint(rig.line[0], ==, 0);
    g_assert_cmpint(rig.line[2], ==, 1);
    rig_free(&rig);
}

#define ADD(path, function) g_test_add_func("/vfio/irq/" path, function)

static void tests_add_trap(void)
{
    ADD("fires/first-becomes-active", test_first_becomes_active);
    ADD("fires/second-waits", test_second_waits);
    ADD("access/ends-and-queue-goes-on-in-order", test_access_ends_and_the_queue_goes_on_in_order);
    ADD("access/without-active-does-nothing", test_access_without_active_does_nothing);
    ADD("access/line-raised-inside-stays", test_line_raised_inside_of_an_access_stays);
    ADD("access/ends-only-activation-it-began-under",
        test_access_ends_only_the_activation_it_began_under);
    ADD("access/successor-is-not-ended-by-it", test_successor_is_not_ended_by_the_same_access);
    ADD("timer/returns-to-fast-path", test_timer_returns_to_the_fast_path);
    ADD("timer/while-active-completion-returns",
        test_timer_while_active_makes_the_completion_return);
    ADD("timer/while-pending-last-completion-returns",
        test_timer_while_pending_waits_for_the_last_completion);
    ADD("timer/interrupt-before-bottom-half-stays-slow",
        test_interrupt_before_the_bottom_half_stays_slow);
    ADD("timer/is-not-pushed-back", test_timer_is_not_pushed_back);
    ADD("path/line-waits-for-vcpus", test_line_waits_for_vcpus_to_leave_the_mapping);
    ADD("path/late-settling-is-ignored", test_late_settling_of_an_earlier_change_is_ignored);
    ADD("path/without-mapped-parts-no-timer", test_device_without_mapped_parts_needs_no_timer);
}

static void tests_add_others(void)
{
    ADD("edge/pulses-without-state", test_edge_pulses_without_state);
    ADD("edge/level-does-not-wait-for-it", test_level_and_edge_do_not_wait_for_each_other);
    ADD("refire/while-active-is-a-new-one", test_refire_while_active_is_a_new_interrupt);
    ADD("refire/while-pending-is-not-queued-twice", test_refire_while_pending_is_not_queued_twice);
    ADD("refire/inside-of-the-unmask", test_host_that_fires_inside_of_the_unmask);
    ADD("hint/is-active-beside-others", test_hinted_is_active_beside_others);
    ADD("hint/only-it-ends-its-interrupt", test_only_its_hint_ends_a_hinted_one);
    ADD("hint/ends-no-unhinted-one", test_access_that_is_a_hint_ends_no_unhinted_one);
    ADD("hint/mask-selects-stores", test_mask_of_a_hint_selects_stores);
    ADD("hint/mask-counts-from-offset", test_mask_counts_from_the_hints_offset);
    ADD("hint/for-reads", test_hint_for_reads);
    ADD("hint/without-sense-is-refused", test_hints_that_make_no_sense_are_refused);
    ADD("hint/refire-starts-at-once", test_hinted_refire_starts_at_once);
    ADD("irqchip/keeps-fast-path", test_irqchip_keeps_the_fast_path);
    ADD("irqchip/other-end-is-ignored", test_irqchip_end_of_something_else_is_ignored);
    ADD("reset/empties-everything", test_reset_empties_everything);
    ADD("reset/earlier-access-ends-nothing", test_access_from_before_the_reset_ends_nothing);
    ADD("disconnect/last-one-returns-to-fast-path", test_last_interrupt_is_disconnected);
    ADD("disconnect/makes-way", test_disconnected_interrupt_makes_way);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    tests_add_trap();
    tests_add_others();
    return g_test_run();
}

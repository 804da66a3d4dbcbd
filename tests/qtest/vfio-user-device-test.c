/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PL061, PL031 and PL011 of one process as devices of another one's machine: registers, level
 * interrupts through the GIC with their end, and the other process' death.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include <sys/un.h>
#include "qapi/qmp/qlist.h"
#include "libgantry-served.h"

#define SERVED_PATH "/machine/peripheral/dev"

/* ---- PL061 (Arm DDI 0190) ----------------------------------------------------------------- */

#define GPIODATA(mask) ((mask) << 2)
#define GPIODIR 0x400
#define GPIOIS 0x404
#define GPIOIEV 0x40c
#define GPIOIE 0x410
#define GPIORIS 0x414
#define GPIOMIS 0x418

#define PL061 "-device pl061,id=dev"

static void gpio_set(Served *s, int pin, int level)
{
    qtest_set_irq_in(s->server, SERVED_PATH, NULL, pin, level);
}

static void test_pl061_registers(void)
{
    Served s;

    served_start(&s, PL061, "");
    g_assert_cmphex(served_get(&s, 0xfe0), ==, 0x61);
    g_assert_cmphex(served_get(&s, 0xff0), ==, 0x0d);
    served_put(&s, GPIODIR, 0x0f);
    g_assert_cmphex(served_get(&s, GPIODIR), ==, 0x0f);
    served_put(&s, GPIODATA(0x05), 0xff);
    g_assert_cmphex(served_get(&s, GPIODATA(0x0f)), ==, 0x05);
    gpio_set(&s, 7, 1);
    g_assert_cmphex(served_get(&s, GPIODATA(0x80)), ==, 0x80);
    served_stop(&s);
}

static void level_pin_enable(Served *s)
{
    served_irq_enable(s);
    served_put(s, GPIOIS, 1);
    served_put(s, GPIOIEV, 1);
    served_put(s, GPIOIE, 1);
}

static void test_pl061_level_interrupt_and_its_end(void)
{
    Served s;

    served_start(&s, PL061, "");
    level_pin_enable(&s);
    served_irq_assert_none(&s);
    for (int i = 0; i < 20; i++) {
        gpio_set(&s, 0, 1);
        g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
        gpio_set(&s, 0, 0);
        g_assert_cmphex(served_get(&s, GPIORIS), ==, 0);
        served_irq_end(&s, SERVED_INTID);
    }
    served_irq_assert_none(&s);
    served_stop(&s);
}

/* The device's line is still high when the guest says that it is done. */
static void test_pl061_line_that_stays_high_comes_again(void)
{
    Served s;

    served_start(&s, PL061, "");
    level_pin_enable(&s);
    gpio_set(&s, 0, 1);
    for (int i = 0; i < 5; i++) {
        g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
        served_irq_end(&s, SERVED_INTID);
    }
    g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
    gpio_set(&s, 0, 0);
    served_get(&s, GPIOMIS);
    served_irq_end(&s, SERVED_INTID);
    served_irq_assert_none(&s);
    served_stop(&s);
}

/* It masked itself at the server long before anybody took it. */
static void test_pl061_line_that_was_high_before_the_guest_listens(void)
{
    Served s;

    served_start(&s, PL061, "");
    gpio_set(&s, 0, 1);
    served_put(&s, GPIOIS, 1);
    served_put(&s, GPIOIEV, 1);
    served_put(&s, GPIOIE, 1);
    g_assert_cmphex(served_get(&s, GPIOMIS), ==, 1);
    served_irq_assert_none(&s);
    served_irq_enable(&s);
    g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
    gpio_set(&s, 0, 0);
    served_get(&s, GPIOMIS);
    served_irq_end(&s, SERVED_INTID);
    served_irq_assert_none(&s);
    served_stop(&s);
}

static void test_pl061_end_learnt_from_accesses(void)
{
    Served s;

    served_start(&s, PL061, ",eoi=trap");
    level_pin_enable(&s);
    for (int i = 0; i < 5; i++) {
        gpio_set(&s, 0, 1);
        g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
        gpio_set(&s, 0, 0);
        g_assert_cmphex(served_get(&s, GPIORIS), ==, 0);
        served_irq_end(&s, SERVED_INTID);
        served_irq_assert_none(&s);
    }
    served_stop(&s);
}

static QDict *first_of(QDict *dict, const char *list)
{
    return qobject_to(QDict, qlist_entry_obj(qlist_first(qdict_get_qlist(dict, list))));
}

static void test_guest_that_mistakes_level_for_edge_is_shown(void)
{
    g_autofree char *before = NULL, *after = NULL;
    const char *text = "the guest has configured it for edges";
    QDict *response, *irq;
    Served s;

    served_start(&s, PL061, "");
    before = qtest_hmp(s.guest, "info vfio");
    g_assert_null(strstr(before, text));
    served_irq_make_edge(&s);
    after = qtest_hmp(s.guest, "info vfio");
    g_assert_nonnull(strstr(after, text));
    response = qtest_qmp(s.guest, "{'execute': 'query-vfio'}");
    irq = first_of(first_of(response, "return"), "irqs");
    g_assert_true(qdict_get_bool(irq, "level"));
    g_assert_true(qdict_get_bool(irq, "guest-edge"));
    qobject_unref(response);
    served_stop(&s);
}

static void test_machine_reset_resets_the_served_device(void)
{
    Served s;

    served_start(&s, PL061, "");
    served_put(&s, GPIODIR, 0xff);
    qtest_qmp_assert_success(s.guest, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(s.guest, "RESET");
    g_assert_cmphex(served_get(&s, GPIODIR), ==, 0);
    served_stop(&s);
}

static void test_posted_writes_arrive_in_order(void)
{
    Served s;

    served_start(&s, PL061, ",x-posted-writes=on");
    for (uint32_t i = 0; i < 300; i++) {
        served_put(&s, GPIODIR, i & 0xff);
        g_assert_cmphex(served_get(&s, GPIODIR), ==, i & 0xff);
    }
    served_stop(&s);
}

/* ---- PL031 (Arm DDI 0224) ------------------------------------------------------------------ */

static void test_pl031_counts_and_alarms(void)
{
    Served s;

    served_start(&s, "-rtc base=2024-01-02T03:04:05,clock=vm -device pl031,id=dev", "");
    served_irq_enable(&s);
    g_assert_cmphex(served_get(&s, 0xfe0), ==, 0x31);
    g_assert_cmpuint(served_get(&s, 0), ==, 1704164645u);
    served_put(&s, 0x04, 1704164647u);
    served_put(&s, 0x10, 1);
    qtest_clock_step(s.server, 1000000000ll);
    g_assert_cmpuint(served_get(&s, 0), ==, 1704164646u);
    served_irq_assert_none(&s);
    qtest_clock_step(s.server, 1000000000ll);
    g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
    served_put(&s, 0x1c, 1);
    served_irq_end(&s, SERVED_INTID);
    served_irq_assert_none(&s);
    served_stop(&s);
}

/* ---- PL011 (Arm DDI 0183) ------------------------------------------------------------------ */

static int serial_connect(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    strcpy(address.sun_path, path);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    return fd;
}

static void test_pl011_sends_and_receives(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-serial-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "serial", NULL);
    g_autofree char *args = g_strdup_printf("-chardev socket,id=c,path=%s,server=on,wait=off "
                                            "-device pl011,id=dev,chardev=c", path);
    char byte = 0;
    Served s;
    int fd;

    served_start(&s, args, "");
    fd = serial_connect(path);
    served_irq_enable(&s);
    g_assert_cmphex(served_get(&s, 0xfe0), ==, 0x11);
    served_put(&s, 0x030, 0x301); /* UARTCR: on, transmit, receive */
    served_put(&s, 0x000, 'G');
    g_assert_cmpint(read(fd, &byte, 1), ==, 1);
    g_assert_cmpint(byte, ==, 'G');
    served_put(&s, 0x044, 0x7ff); /* UARTICR */
    served_put(&s, 0x038, 0x010); /* UARTIMSC: received */
    g_assert_cmpint(write(fd, "v", 1), ==, 1);
    g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
    g_assert_cmphex(served_get(&s, 0x000), ==, 'v');
    served_irq_end(&s, SERVED_INTID);
    served_irq_assert_none(&s);
    close(fd);
    served_stop(&s);
    unlink(path);
    rmdir(folder);
}

/* ---- the server's death -------------------------------------------------------------------- */

static void test_guest_lives_without_its_server(void)
{
    Served s;

    served_start(&s, PL061, "");
    served_server_stop(&s);
    qtest_qmp_eventwait(s.guest, "VFIO_DEVICE_DISCONNECTED");
    g_assert_cmphex(served_get(&s, GPIODIR), ==, 0xffffffff);
    served_put(&s, GPIODIR, 1);
    g_assert_cmphex(served_get(&s, 0xfe0), ==, 0xffffffff);
    qtest_qmp_assert_success(s.guest, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(s.guest, "RESET");
    g_assert_cmphex(served_get(&s, GPIODIR), ==, 0xffffffff);
    served_stop(&s);
}

static void test_server_that_comes_back_works_again(void)
{
    Served s;

    served_start(&s, PL061, ",reconnect=1");
    level_pin_enable(&s);
    served_server_stop(&s);
    qtest_qmp_eventwait(s.guest, "VFIO_DEVICE_DISCONNECTED");
    served_server_start(&s, PL061);
    qtest_qmp_eventwait(s.guest, "VFIO_DEVICE_RECONNECTED");
    g_assert_cmphex(served_get(&s, 0xfe0), ==, 0x61);
    level_pin_enable(&s);
    gpio_set(&s, 0, 1);
    g_assert_cmpuint(served_irq_take(&s), ==, SERVED_INTID);
    gpio_set(&s, 0, 0);
    served_get(&s, GPIOMIS);
    served_irq_end(&s, SERVED_INTID);
    served_irq_assert_none(&s);
    served_stop(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/vfio-user/pl061/registers", test_pl061_registers);
    qtest_add_func("/vfio-user/pl061/level-interrupt-and-its-end",
                   test_pl061_level_interrupt_and_its_end);
    qtest_add_func("/vfio-user/pl061/line-that-stays-high-comes-again",
                   test_pl061_line_that_stays_high_comes_again);
    qtest_add_func("/vfio-user/pl061/line-that-was-high-before",
                   test_pl061_line_that_was_high_before_the_guest_listens);
    qtest_add_func("/vfio-user/pl061/end-learnt-from-accesses",
                   test_pl061_end_learnt_from_accesses);
    qtest_add_func("/vfio-user/pl061/guest-that-mistakes-level-for-edge-is-shown",
                   test_guest_that_mistakes_level_for_edge_is_shown);
    qtest_add_func("/vfio-user/machine-reset-resets-the-served-device",
                   test_machine_reset_resets_the_served_device);
    qtest_add_func("/vfio-user/posted-writes-arrive-in-order", test_posted_writes_arrive_in_order);
    qtest_add_func("/vfio-user/pl031/counts-and-alarms", test_pl031_counts_and_alarms);
    qtest_add_func("/vfio-user/pl011/sends-and-receives", test_pl011_sends_and_receives);
    qtest_add_func("/vfio-user/guest-lives-without-its-server",
                   test_guest_lives_without_its_server);
    qtest_add_func("/vfio-user/server-that-comes-back-works-again",
                   test_server_that_comes_back_works_again);
    return g_test_run();
}

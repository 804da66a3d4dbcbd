/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two emulators of libgantry-served.h.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "libgantry-served.h"

#define GICD 0x08000000
#define GICC 0x08010000
#define WAIT_US (20 * G_USEC_PER_SEC)
#define QUIET_US (100 * 1000)

void served_server_start(Served *s, const char *server_args)
{
    if (!s->folder) {
        s->folder = g_dir_make_tmp("gantry-served-XXXXXX", NULL);
        g_assert_nonnull(s->folder);
        s->socket = g_build_filename(s->folder, "sock", NULL);
    }
    s->server = qtest_initf("-M none -nodefaults %s -object vfio-user-server,id=srv,device=dev,"
                            "socket=%s", server_args, s->socket);
}

void served_start(Served *s, const char *server_args, const char *guest_args)
{
    *s = (Served) { 0 };
    served_server_start(s, server_args);
    s->guest = qtest_initf("-M virt,gic-version=2 -nodefaults -m 128M "
                           "-device vfio-platform,id=vfio0,socket=%s%s", s->socket, guest_args);
}

void served_server_stop(Served *s)
{
    qtest_quit(s->server);
    s->server = NULL;
}

void served_stop(Served *s)
{
    qtest_quit(s->guest);
    if (s->server) {
        served_server_stop(s);
    }
    g_remove(s->socket);
    g_rmdir(s->folder);
    g_free(s->socket);
    g_free(s->folder);
}

uint32_t served_get(Served *s, uint32_t offset)
{
    return qtest_readl(s->guest, SERVED_BASE + offset);
}

void served_put(Served *s, uint32_t offset, uint32_t value)
{
    qtest_writel(s->guest, SERVED_BASE + offset, value);
}

void served_irq_enable(Served *s)
{
    qtest_writel(s->guest, GICD, 1);
    qtest_writel(s->guest, GICC + 0x04, 0xf0);
    qtest_writel(s->guest, GICC, 1);
    qtest_writeb(s->guest, GICD + 0x400 + SERVED_INTID, 0x80);
    qtest_writeb(s->guest, GICD + 0x800 + SERVED_INTID, 1);
    qtest_writel(s->guest, GICD + 0x100 + SERVED_INTID / 32 * 4, 1u << SERVED_INTID % 32);
}

void served_irq_make_edge(Served *s)
{
    qtest_writel(s->guest, GICD + 0xc00 + SERVED_INTID / 16 * 4, 2u << SERVED_INTID % 16 * 2);
}

unsigned int served_irq_take(Served *s)
{
    gint64 end = g_get_monotonic_time() + WAIT_US;
    unsigned int intid;

    do {
        intid = qtest_readl(s->guest, GICC + 0x0c);
    } while (intid == SPURIOUS && g_get_monotonic_time() < end);
    return intid;
}

void served_irq_end(Served *s, unsigned int intid)
{
    qtest_writel(s->guest, GICC + 0x10, intid);
}

void served_irq_assert_none(Served *s)
{
    gint64 end = g_get_monotonic_time() + QUIET_US;

    do {
        g_assert_cmpuint(qtest_readl(s->guest, GICC + 0x0c), ==, SPURIOUS);
    } while (g_get_monotonic_time() < end);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest requests about interrupt lines: report level changes of one device's
 * inputs or outputs as "IRQ raise N" and "IRQ lower N" while passing them on,
 * and drive an input. One device is intercepted at a time; it stays so until
 * the client goes. Named inputs are driven but not intercepted.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "qtest-server-internal.h"
#include "trace.h"

/* How clients call the list of lines that has no name. */
#define UNNAMED_IN "unnamed-gpio-in"

/* Marks devices whose inputs already lead through input_changed(). */
#define MARK_INPUTS "x-qtest-inputs-intercepted"

typedef struct InterceptLine {
    QTestIntercept *intercept;
    qemu_irq ours;
    qemu_irq before;            /* where the output led, with a reference; may be NULL */
    int level;
} InterceptLine;

struct QTestIntercept {
    QTestSession *session;
    DeviceState *dev;
    bool is_outbound;
    char *name;                 /* of the list of lines; NULL: the unnamed one */
    int count;
    InterceptLine *lines;
};

/* The handler of intercepted inputs is told the original line, not who intercepts. */
static QTestIntercept *input_intercept;

static void line_report(QTestIntercept *icpt, int n, int level)
{
    level = !!level;
    if (n < 0 || n >= icpt->count || icpt->lines[n].level == level) {
        return;
    }
    icpt->lines[n].level = level;
    trace_qtest_irq_level(n, level);
    qtest_session_reply(icpt->session, "IRQ %s %d", level ? "raise" : "lower", n);
}

static void output_changed(void *opaque, int n, int level)
{
    InterceptLine *line = opaque;

    qemu_set_irq(line->before, level);
    line_report(line->intercept, n, level);
}

static void input_changed(void *opaque, int n, int level)
{
    qemu_irq *before = opaque;

    qemu_set_irq(*before, level);
    if (input_intercept) {
        line_report(input_intercept, n, level);
    }
}

static void output_redirect(QTestIntercept *icpt, int n)
{
    InterceptLine *line = &icpt->lines[n];

    line->intercept = icpt;
    line->ours = qemu_allocate_irq(output_changed, line, n);
    line->before = qdev_intercept_gpio_out(icpt->dev, line->ours, icpt->name, n);
}

static void output_restore(QTestIntercept *icpt, int n)
{
    InterceptLine *line = &icpt->lines[n];

    if (qdev_get_gpio_out_connector(icpt->dev, icpt->name, n) == line->ours) {
        qdev_connect_gpio_out_named(icpt->dev, icpt->name, n, line->before);
    }
    qemu_free_irq(line->ours);
    if (line->before) {
        object_unref(OBJECT(line->before));
    }
}

void qtest_irq_intercept_end(QTestSession *s)
{
    QTestIntercept *icpt = s->intercept;

    if (!icpt) {
        return;
    }
    s->intercept = NULL;
    if (icpt->is_outbound) {
        for (int i = 0; i < icpt->count; i++) {
            output_restore(icpt, i);
        }
    } else {
        input_intercept = NULL;
    }
    object_unref(OBJECT(icpt->dev));
    g_free(icpt->name);
    g_free(icpt->lines);
    g_free(icpt);
}

/* The device at word 1, or NULL after having answered. */
static DeviceState *irq_device(QTestSession *s, const QTestRequest *req)
{
    Object *obj = object_resolve_path(req->words[1], NULL);
    DeviceState *dev = (DeviceState *)object_dynamic_cast(obj, TYPE_DEVICE);

    if (!dev) {
        qtest_session_fail(s, "%s: '%.200s' is not the path of a device", req->words[0],
                           req->words[1]);
    }
    return dev;
}

static NamedGPIOList *irq_list_find(DeviceState *dev, const char *name)
{
    NamedGPIOList *list;

    QLIST_FOREACH(list, &dev->gpios, node) {
        if (g_strcmp0(list->name, name) == 0) {
            return list;
        }
    }
    return NULL;
}

/* True when answered: the same interception goes on, another one is refused. */
static bool intercept_exists(QTestSession *s, const QTestRequest *req, DeviceState *dev,
                             const char *name, bool is_outbound)
{
    QTestIntercept *icpt = s->intercept ? s->intercept : input_intercept;

    if (!icpt) {
        return false;
    }
    if (icpt->session == s && icpt->dev == dev && icpt->is_outbound == is_outbound &&
        g_strcmp0(icpt->name, name) == 0) {
        qtest_session_reply(s, "OK");
    } else {
        qtest_session_fail(s, "%s: the lines of another device or list are intercepted already",
                           req->words[0]);
    }
    return true;
}

static QTestIntercept *intercept_new(QTestSession *s, DeviceState *dev, const char *name,
                                     int count)
{
    QTestIntercept *icpt = g_new0(QTestIntercept, 1);

    icpt->session = s;
    icpt->dev = DEVICE(object_ref(OBJECT(dev)));
    icpt->name = g_strdup(name);
    icpt->count = count;
    icpt->lines = g_new0(InterceptLine, count);
    s->intercept = icpt;
    return icpt;
}

void qtest_irq_intercept_in(QTestSession *s, const QTestRequest *req)
{
    DeviceState *dev = irq_device(s, req);
    NamedGPIOList *list;

    if (!dev || intercept_exists(s, req, dev, NULL, false)) {
        return;
    }
    list = irq_list_find(dev, NULL);
    input_intercept = intercept_new(s, dev, NULL, list ? list->num_in : 0);
    if (list && list->num_in && !object_property_find(OBJECT(dev), MARK_INPUTS)) {
        qemu_irq_intercept_in(list->in, input_changed, list->num_in);
        object_property_add(OBJECT(dev), MARK_INPUTS, "bool", NULL, NULL, NULL, NULL);
    }
    qtest_session_reply(s, "OK");
}

static void intercept_out(QTestSession *s, const QTestRequest *req, const char *name)
{
    DeviceState *dev = irq_device(s, req);
    NamedGPIOList *list;
    QTestIntercept *icpt;

    if (!dev || intercept_exists(s, req, dev, name, true)) {
        return;
    }
    list = irq_list_find(dev, name);
    if (name && !list) {
        qtest_session_fail(s, "%s: the device has no lines called '%.80s'", req->words[0], name);
        return;
    }
    icpt = intercept_new(s, dev, name, list ? list->num_out : 0);
    icpt->is_outbound = true;
    for (int i = 0; i < icpt->count; i++) {
        output_redirect(icpt, i);
    }
    qtest_session_reply(s, "OK");
}

void qtest_irq_intercept_out(QTestSession *s, const QTestRequest *req)
{
    intercept_out(s, req, NULL);
}

void qtest_irq_intercept_out_named(QTestSession *s, const QTestRequest *req)
{
    intercept_out(s, req, req->words[2]);
}

void qtest_irq_set_in(QTestSession *s, const QTestRequest *req)
{
    DeviceState *dev = irq_device(s, req);
    const char *name = req->words[2];
    NamedGPIOList *list;
    uint64_t n;
    char *end;
    long level;

    if (!dev || !qtest_command_number(s, req, 3, INT_MAX, &n)) {
        return;
    }
    errno = 0;
    level = strtol(req->words[4], &end, 0);
    if (errno || *end || level < INT_MIN || level > INT_MAX) {
        qtest_session_fail(s, "set_irq_in: '%.40s' is not a level", req->words[4]);
        return;
    }
    list = irq_list_find(dev, strcmp(name, UNNAMED_IN) ? name : NULL);
    if (!list || n >= list->num_in) {
        qtest_session_fail(s, "set_irq_in: the device has no input %" PRIu64 " called '%.80s'",
                           n, name);
        return;
    }
    qemu_set_irq(list->in[n], level);
    qtest_session_reply(s, "OK");
}

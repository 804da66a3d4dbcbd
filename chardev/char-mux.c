/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several users of one chardev, typically a serial port and the monitor on a
 * terminal: all write, one has the input.  Keys behind the escape character
 * (Ctrl-a, -echr) choose which.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "char-internal.h"
#include "trace.h"

int term_escape_char = 0x01;    /* Ctrl-a */

static bool open_is_suspended;
static ChardevQuitHook *quit_hook;

void qemu_chr_set_quit_hook(ChardevQuitHook *hook)
{
    quit_hook = hook;
}

/* -- events ----------------------------------------------------------------------- */

static void frontend_event(MuxChardev *d, int index, QEMUChrEvent event)
{
    CharBackend *be = index >= 0 ? d->frontends[index] : NULL;

    if (be && be->chr_event) {
        be->chr_event(be->opaque, event);
    }
}

static void mux_be_event(Chardev *chr, QEMUChrEvent event)
{
    frontend_event(MUX_CHARDEV(chr), MUX_CHARDEV(chr)->focus, event);
}

static void all_event(MuxChardev *d, QEMUChrEvent event)
{
    for (int i = 0; i < d->frontend_count; i++) {
        frontend_event(d, i, event);
    }
}

/* Gives front end @m what is kept for it, as far as it takes it. */
static void frontend_feed(MuxChardev *d, int m)
{
    while (d->frontends[m] && d->produced[m] != d->consumed[m]) {
        CharBackend *be = d->frontends[m];

        if (!be->chr_can_read || be->chr_can_read(be->opaque) <= 0) {
            break;
        }
        be->chr_read(be->opaque, &d->buffer[m][d->consumed[m]++ % MUX_BUFFER_BYTES], 1);
    }
}

/*
 * Nothing more comes. Front ends get what was read for them before they hear of it, with the focus
 * or without: nobody can type the key any more that would give it to them.
 */
static void closing_continue(MuxChardev *d)
{
    for (int i = 0; i < d->frontend_count; i++) {
        if (d->is_closing[i]) {
            frontend_feed(d, i);
        }
        if (d->is_closing[i] && d->produced[i] == d->consumed[i]) {
            d->is_closing[i] = false;
            frontend_event(d, i, CHR_EVENT_CLOSED);
        }
    }
}

static void closing_begin(MuxChardev *d)
{
    for (int i = 0; i < d->frontend_count; i++) {
        d->is_closing[i] = d->frontends[i] != NULL;
    }
    closing_continue(d);
}

/* Somebody else is there: what the one before typed is not taken for the new one's. */
static void closing_end(MuxChardev *d)
{
    for (int i = 0; i < d->frontend_count; i++) {
        if (d->is_closing[i]) {
            d->consumed[i] = d->produced[i];
        }
    }
    closing_continue(d);
}

/* Events of the shared chardev. */
static void lower_event(void *opaque, QEMUChrEvent event)
{
    MuxChardev *d = MUX_CHARDEV(opaque);

    if (event == CHR_EVENT_OPENED) {
        if (open_is_suspended) {
            return;
        }
        closing_end(d);
        CHARDEV(d)->be_open = true;
    } else if (event == CHR_EVENT_CLOSED) {
        CHARDEV(d)->be_open = false;
        closing_begin(d);
        return;
    }
    all_event(d, event);
}

void suspend_mux_open(void)
{
    open_is_suspended = true;
}

static int open_deliver(Chardev *chr, void *opaque)
{
    if (CHARDEV_IS_MUX(chr) && !chr->be_open &&
        qemu_chr_fe_backend_open(&MUX_CHARDEV(chr)->lower)) {
        lower_event(chr, CHR_EVENT_OPENED);
    }
    return 0;
}

void resume_mux_open(void)
{
    open_is_suspended = false;
    qemu_chr_foreach(open_deliver, NULL);
}

/* -- front ends ------------------------------------------------------------------- */

void mux_set_focus(MuxChardev *d, int focus)
{
    if (d->focus == focus) {
        return;
    }
    frontend_event(d, d->focus, CHR_EVENT_MUX_OUT);
    d->focus = focus;
    CHARDEV(d)->be = d->frontends[focus];
    trace_char_mux_focus(CHARDEV(d)->label, focus);
    frontend_event(d, focus, CHR_EVENT_MUX_IN);
}

static void focus_next(MuxChardev *d)
{
    for (int i = 1; i <= d->frontend_count; i++) {
        int next = (d->focus + i) % d->frontend_count;

        if (d->frontends[next]) {
            mux_set_focus(d, next);
            return;
        }
    }
}

bool mux_chr_attach_frontend(MuxChardev *d, CharBackend *b, Error **errp)
{
    int place = 0;

    while (place < d->frontend_count && d->frontends[place]) {
        place++;
    }
    if (place == MUX_FRONTENDS_MAX) {
        error_setg(errp, "Chardev '%s': a mux has at most %d users", CHARDEV(d)->label,
                   MUX_FRONTENDS_MAX);
        return false;
    }
    d->frontends[place] = b;
    d->produced[place] = d->consumed[place] = 0;
    d->is_closing[place] = false;
    d->frontend_count = MAX(d->frontend_count, place + 1);
    b->tag = place;
    return true;
}

void mux_chr_detach_frontend(MuxChardev *d, CharBackend *b)
{
    d->frontends[b->tag] = NULL;
    d->is_closing[b->tag] = false;
    while (d->frontend_count && !d->frontends[d->frontend_count - 1]) {
        d->frontend_count--;
    }
    if (d->focus == b->tag) {
        d->focus = -1;
        CHARDEV(d)->be = NULL;
        if (d->frontend_count) {
            focus_next(d);
        }
    }
}

/* -- output ----------------------------------------------------------------------- */

static void stamp_write(MuxChardev *d)
{
    int64_t now_ms = qemu_clock_get_ms(QEMU_CLOCK_REALTIME);
    int64_t ms;

    if (!d->start_ms) {
        d->start_ms = now_ms;
    }
    ms = now_ms - d->start_ms;
    qemu_chr_fe_printf(&d->lower, "[%02d:%02d:%02d.%03d] ", (int)(ms / 3600000),
                       (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static int mux_write(Chardev *chr, const uint8_t *buf, int len)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    if (!d->timestamps) {
        return qemu_chr_fe_write(&d->lower, buf, len);
    }
    for (int i = 0; i < len; i++) {
        if (d->at_line_start) {
            stamp_write(d);
        }
        qemu_chr_fe_write_all(&d->lower, buf + i, 1);
        d->at_line_start = buf[i] == '\n';
    }
    return len;
}

/* -- input ------------------------------------------------------------------------ */

static void help_print(MuxChardev *d)
{
    g_autofree char *key = term_escape_char > 0 && term_escape_char < 26
                           ? g_strdup_printf("C-%c", term_escape_char - 1 + 'a')
                           : g_strdup_printf("<escape 0x%02x>", term_escape_char);

    qemu_chr_fe_printf(&d->lower,
                       "\r\n"
                       "%s h    print this help\r\n"
                       "%s x    exit the emulator\r\n"
                       "%s t    toggle time stamps\r\n"
                       "%s b    send a break\r\n"
                       "%s c    switch between the console and the monitor\r\n"
                       "%s %s  send %s\r\n", key, key, key, key, key, key, key, key);
}

static void quit_request(MuxChardev *d)
{
    if (quit_hook) {
        qemu_chr_fe_printf(&d->lower, "\r\ngantry: terminated\r\n");
        quit_hook();
    } else {
        qemu_chr_fe_printf(&d->lower, "\r\nnothing to terminate here\r\n");
    }
}

/* True if @byte is input, false if it was a key for us. */
static bool byte_is_input(MuxChardev *d, uint8_t byte)
{
    if (!d->escape_was_typed) {
        d->escape_was_typed = byte == term_escape_char;
        return !d->escape_was_typed;
    }
    d->escape_was_typed = false;
    if (byte == term_escape_char) {
        return true;
    }
    switch (byte) {
    case '?':
    case 'h':
        help_print(d);
        break;
    case 'x':
        quit_request(d);
        break;
    case 'b':
        qemu_chr_be_event(CHARDEV(d), CHR_EVENT_BREAK);
        break;
    case 'c':
        if (d->frontend_count) {
            focus_next(d);
        }
        break;
    case 't':
        d->timestamps = !d->timestamps;
        d->at_line_start = true;
        d->start_ms = 0;
        break;
    }
    return false;
}

/* Gives the focused front end what it could not take before. */
static void mux_accept_input(Chardev *chr)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    if (d->focus >= 0) {
        frontend_feed(d, d->focus);
    }
    closing_continue(d);
    g_main_context_wakeup(chr->gcontext);
}

static int lower_can_read(void *opaque)
{
    MuxChardev *d = MUX_CHARDEV(opaque);
    int m = d->focus;

    /* Keys must get through even while nobody takes input. */
    if (m < 0 || !d->frontends[m]) {
        return 1;
    }
    return MUX_BUFFER_BYTES - (d->produced[m] - d->consumed[m]);
}

static void lower_read(void *opaque, const uint8_t *buf, int size)
{
    MuxChardev *d = MUX_CHARDEV(opaque);

    for (int i = 0; i < size; i++) {
        int m;

        if (!byte_is_input(d, buf[i])) {
            continue;
        }
        m = d->focus;
        if (m < 0 || !d->frontends[m] ||
            d->produced[m] - d->consumed[m] == MUX_BUFFER_BYTES) {
            continue;
        }
        d->buffer[m][d->produced[m]++ % MUX_BUFFER_BYTES] = buf[i];
        mux_accept_input(CHARDEV(d));
    }
}

/* -- type ------------------------------------------------------------------------- */

static void mux_update_read_handler(Chardev *chr)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    qemu_chr_fe_set_handlers_full(&d->lower, lower_can_read, lower_read, lower_event, NULL, d,
                                  chr->gcontext, true, false);
}

static GSource *mux_add_watch(Chardev *chr, GIOCondition cond)
{
    Chardev *lower = qemu_chr_fe_get_driver(&MUX_CHARDEV(chr)->lower);

    return lower && CHARDEV_GET_CLASS(lower)->chr_add_watch
           ? CHARDEV_GET_CLASS(lower)->chr_add_watch(lower, cond) : NULL;
}

static void mux_set_echo(Chardev *chr, bool echo)
{
    qemu_chr_fe_set_echo(&MUX_CHARDEV(chr)->lower, echo);
}

static int mux_ioctl(Chardev *chr, int cmd, void *arg)
{
    return qemu_chr_fe_ioctl(&MUX_CHARDEV(chr)->lower, cmd, arg);
}

static void mux_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    const char *name = chardev_value_need(opts, "chardev", errp);
    Chardev *lower = name ? qemu_chr_find(name) : NULL;

    if (name && !lower) {
        error_setg(errp, "chardev mux: there is no chardev '%s'", name);
    }
    if (!lower || !qemu_chr_fe_init(&MUX_CHARDEV(chr)->lower, lower, errp)) {
        return;
    }
    chr->filename = g_strdup_printf("mux:%s", lower->filename);
    /* Set without an event: nobody is attached yet who could hear it. */
    chr->be_open = lower->be_open && !open_is_suspended;
    *be_opened = false;
    mux_update_read_handler(chr);
}

static void mux_init(Object *obj)
{
    MUX_CHARDEV(obj)->focus = -1;
}

static void mux_finalize(Object *obj)
{
    MuxChardev *d = MUX_CHARDEV(obj);

    for (int i = 0; i < d->frontend_count; i++) {
        if (d->frontends[i]) {
            d->frontends[i]->chr = NULL;
        }
    }
    CHARDEV(d)->be = NULL;
    qemu_chr_fe_deinit(&d->lower, d->owns_lower);
}

static void mux_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "chardev", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "shares another chardev among several users";
    cc->options = keys;
    cc->open = mux_open;
    cc->chr_write = mux_write;
    cc->chr_accept_input = mux_accept_input;
    cc->chr_add_watch = mux_add_watch;
    cc->chr_ioctl = mux_ioctl;
    cc->chr_set_echo = mux_set_echo;
    cc->chr_be_event = mux_be_event;
    cc->chr_update_read_handler = mux_update_read_handler;
}

static const TypeInfo char_mux_type_info = {
    .name = TYPE_CHARDEV_MUX,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(MuxChardev),
    .instance_init = mux_init,
    .instance_finalize = mux_finalize,
    .class_init = mux_class_init,
};

static void register_types(void)
{
    type_register_static(&char_mux_type_info);
}

type_init(register_types);

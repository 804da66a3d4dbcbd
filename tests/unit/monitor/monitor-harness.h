/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients of monitors without sockets: a character device whose other end is
 * the test. All of it runs in the test's thread, which holds the BQL.
 */
#ifndef TESTS_UNIT_MONITOR_HARNESS_H
#define TESTS_UNIT_MONITOR_HARNESS_H

#include "qemu/osdep.h"
#include "chardev/char.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"

#define CLIENT_FDS_MAX 8

typedef enum ClientKind {
    CLIENT_QMP,
    CLIENT_QMP_PRETTY,
    CLIENT_HMP,         /* with line editing */
    CLIENT_HMP_PLAIN,
} ClientKind;

typedef struct Client {
    Chardev *chr;
    char *id;
    GString *received;  /* what the monitor wrote and the test has not looked at */
    size_t room;        /* bytes the client still reads before it stops */
    int fds[CLIENT_FDS_MAX];
    int fd_count;       /* descriptors that come with the next bytes */
} Client;

/* Once per program, before any client. */
void harness_init(void);
void harness_cleanup(void);

/* A connected client; greeting and prompt are there. */
Client *client_new(ClientKind kind);
/* The chardev alone, with nobody at its other end. */
Client *client_new_unused(void);
void client_free(Client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_free)

void client_disconnect(Client *client);
void client_connect(Client *client);

/* Passes bytes on as fast as the monitor takes them, until it is idle. */
void client_send(Client *client, const char *text);
void client_send_bytes(Client *client, const char *bytes, size_t len);
/* As far as the monitor takes them in one go; the number taken. */
size_t client_offer(Client *client, const char *bytes, size_t len);
/* Lets the main loop do what there is to do. */
void harness_run(void);

/* All that came; caller frees. */
char *client_take_text(Client *client);
/* The next line as JSON; the test fails if there is none. Caller frees. */
QDict *client_take_json(Client *client);
/* Sends @request, takes one line and compares it with @reply (both JSON). */
void client_expect(Client *client, const char *request, const char *reply);
/* Takes one line, which must be an error with these members. */
void client_expect_error(Client *client, const char *class_name,
                         const char *desc);
/* Nothing more came. */
void client_expect_silence(Client *client);
/* Takes the greeting and negotiates. */
void client_negotiate(Client *client);

#endif

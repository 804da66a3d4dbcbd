/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A monitor client for shell scripts.
 *
 *   lab-qmp SOCKET COMMAND [ARGUMENTS]   prints what the QMP command returns; ARGUMENTS is JSON
 *   lab-qmp SOCKET hmp COMMAND-LINE      prints the text of a human monitor command
 *   lab-qmp SOCKET wait EVENT            waits for an event and prints it
 *   lab-qmp SOCKET batch                 sends the lines of its input, one after the other
 *
 * Status 1 when the command failed (the error is printed), 2 when there is no answer.
 */
#include "lab-client.h"

/* Prints the text of the JSON string at @text without its escapes. */
static void print_string(const char *text)
{
    for (text++; *text && *text != '"'; text++) {
        if (*text == '\\') {
            text++;
            if (*text == 'n') {
                putchar('\n');
            } else if (*text != 'r') {
                putchar(*text == 't' ? '\t' : *text);
            }
        } else {
            putchar(*text);
        }
    }
}

static int print_reply(const char *line, int is_text)
{
    const char *value = strstr(line, "\"return\": ");

    if (!value) {
        puts(line);
        return 1;
    }
    value += strlen("\"return\": ");
    if (is_text && *value == '"') {
        print_string(value);
    } else {
        puts(line);
    }
    return 0;
}

static void send_command(int fd, char **argv)
{
    char request[4096];

    if (strcmp(argv[2], "hmp") == 0) {
        snprintf(request, sizeof(request), "{\"execute\": \"human-monitor-command\", "
                 "\"arguments\": {\"command-line\": \"%s\"}}", argv[3] ? argv[3] : "");
    } else {
        snprintf(request, sizeof(request), "{\"execute\": \"%s\"%s%s}", argv[2],
                 argv[3] ? ", \"arguments\": " : "", argv[3] ? argv[3] : "");
    }
    lab_send(fd, request);
}

/* True for a line that answers a command: events and the greeting do not. */
static int is_reply(const char *line)
{
    return strncmp(line, "{\"return\"", 9) == 0 || strncmp(line, "{\"error\"", 8) == 0;
}

/* Sends lines of the standard input; returns the exit status. */
static int run_batch(int fd, FILE *stream)
{
    static char request[4096];
    char *line;

    alarm(600);
    do {
        while ((line = lab_line(stream)) && !is_reply(line)) {
        }
        if (!line || strncmp(line, "{\"return\"", 9) != 0) {
            puts(line ? line : "closed");
            return 1;
        }
        if (!fgets(request, sizeof(request), stdin)) {
            return 0;
        }
        request[strcspn(request, "\n")] = '\0';
        lab_send(fd, request);
    } while (1);
}

int main(int argc, char **argv)
{
    int fd;
    FILE *stream;
    char *line;
    char event[128];
    int is_wait, replies = 0;

    if (argc < 3 || argc > 4) {
        die("usage: lab-qmp SOCKET COMMAND [ARGUMENTS]");
    }
    is_wait = argc == 4 && strcmp(argv[2], "wait") == 0;
    snprintf(event, sizeof(event), "\"event\": \"%s\"", is_wait ? argv[3] : "");
    fd = lab_connect(argv[1]);
    stream = fdopen(fd, "r");
    lab_send(fd, "{\"execute\": \"qmp_capabilities\"}");
    if (stream && strcmp(argv[2], "batch") == 0) {
        return run_batch(fd, stream);
    }
    if (!is_wait) {
        send_command(fd, argv);
    }
    alarm(120);
    while (stream && (line = lab_line(stream))) {
        if (is_wait && strstr(line, event)) {
            puts(line);
            return 0;
        }
        if (is_reply(line) && replies++ == 1) {
            return print_reply(line, strcmp(argv[2], "hmp") == 0);
        }
    }
    die("%s: closed without an answer", argv[1]);
}

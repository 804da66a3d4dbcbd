/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resets a machine again and again, each time after its guest has come to a point.
 *
 *   lab-reset QMP-SOCKET CONSOLE-FILE TEXT COUNT
 *
 * Waits until the guest has printed a line TEXT to CONSOLE-FILE, sends system_reset, waits for the
 * next such line, and so on: COUNT resets. Status 1 when the guest fails, or says nothing for a
 * minute.
 */
#include "lab-client.h"

#define SILENT_MS 60000

/* Waits for the next line @text in @console; 0: none came, or a line with "FAILED". */
static int wait_for(FILE *console, const char *text)
{
    struct timespec pause = { .tv_nsec = 1000 * 1000 };
    char line[512];
    size_t length = 0;

    for (int silent = 0; silent < SILENT_MS;) {
        int c = getc(console);

        if (c == EOF) {
            clearerr(console);
            nanosleep(&pause, NULL);
            silent++;
            continue;
        }
        silent = 0;
        if (c != '\n') {
            if (length < sizeof(line) - 1 && c != '\r') {
                line[length++] = c;
            }
            continue;
        }
        line[length] = '\0';
        length = 0;
        if (strstr(line, "FAILED")) {
            puts(line);
            return 0;
        }
        if (strcmp(line, text) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Waits for the answer to a command; 0 when it failed. */
static int answered(FILE *qmp)
{
    char *line;

    while ((line = lab_line(qmp))) {
        if (strncmp(line, "{\"return\"", 9) == 0) {
            return 1;
        }
        if (strncmp(line, "{\"error\"", 8) == 0) {
            puts(line);
            return 0;
        }
    }
    puts("the monitor was closed");
    return 0;
}

int main(int argc, char **argv)
{
    long count = argc == 5 ? atol(argv[4]) : 0;
    FILE *console, *qmp;
    int fd;

    if (count <= 0) {
        die("usage: lab-reset QMP-SOCKET CONSOLE-FILE TEXT COUNT");
    }
    fd = lab_connect(argv[1]);
    qmp = fdopen(fd, "r");
    console = fopen(argv[2], "r");
    if (!qmp || !console) {
        die("%s: %s", argv[2], strerror(errno));
    }
    lab_send(fd, "{\"execute\": \"qmp_capabilities\"}");
    if (!answered(qmp)) {
        return 1;
    }
    for (long i = 0; i < count; i++) {
        if (!wait_for(console, argv[3])) {
            printf("reset %ld of %ld: no \"%s\" from the guest\n", i + 1, count, argv[3]);
            return 1;
        }
        lab_send(fd, "{\"execute\": \"system_reset\"}");
        if (!answered(qmp)) {
            return 1;
        }
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the qtest protocol for shell scripts: lab-qtest SOCKET LINE... sends the lines one
 * after the other and prints each answer without its "OK". Status 1 at the first that is an error.
 */
#include "lab-client.h"

int main(int argc, char **argv)
{
    int fd;
    FILE *stream;
    char *line;

    if (argc < 3) {
        die("usage: lab-qtest SOCKET LINE...");
    }
    fd = lab_connect(argv[1]);
    stream = fdopen(fd, "r");
    alarm(120);
    for (int i = 2; stream && i < argc; i++) {
        lab_send(fd, argv[i]);
        do {
            line = lab_line(stream);
        } while (line && strncmp(line, "IRQ", 3) == 0);
        if (!line) {
            die("%s: closed without an answer", argv[1]);
        }
        if (strncmp(line, "OK", 2) != 0) {
            printf("%s: %s\n", argv[i], line);
            return 1;
        }
        if (line[2]) {
            puts(line + 3);
        }
    }
    return 0;
}

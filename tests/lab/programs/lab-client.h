/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lab's clients of Gantry's sockets share: connecting, and reading whole lines. Errors end
 * the program with a message; status 2, so that they differ from a command that failed.
 */
#ifndef LAB_CLIENT_H
#define LAB_CLIENT_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

/* Connects to the UNIX socket @path, which may take up to ten seconds to be there. */
static inline int lab_connect(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || strlen(path) >= sizeof(address.sun_path)) {
        die("%s: not a socket that can be used", path);
    }
    strcpy(address.sun_path, path);
    for (int attempt = 0; attempt < 500; attempt++) {
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
            return fd;
        }
        nanosleep(&pause, NULL);
    }
    die("%s: %s", path, strerror(errno));
}

static inline void lab_send(int fd, const char *line)
{
    size_t length = strlen(line);

    if (write(fd, line, length) != (ssize_t)length || write(fd, "\n", 1) != 1) {
        die("send: %s", strerror(errno));
    }
}

/* The next line without its end, valid until the next call; NULL when the peer has closed. */
static inline char *lab_line(FILE *stream)
{
    static char *line;
    static size_t size;
    ssize_t length = getline(&line, &size, stream);

    if (length < 0) {
        return NULL;
    }
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
        line[--length] = '\0';
    }
    return line;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab-time COMMAND [ARGUMENT]...: runs a command and prints "time: N", the nanoseconds from before
 * it was started to its end; its status is the command's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

int main(int argc, char **argv)
{
    uint64_t begin = now_ns();
    pid_t child = argc > 1 ? vfork() : -1;
    int status;

    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        fprintf(stderr, "lab-time: %s\n", argc > 1 ? strerror(errno) : "no command");
        return 2;
    }
    printf("time: %" PRIu64 "\n", now_ns() - begin);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads sectors of a disk one by one, none of them from the kernel's memory, and then waits.
 *
 *   lab-reads DEVICE COUNT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SECTOR 512
#define SECTORS 4096

int main(int argc, char **argv)
{
    void *buffer;
    int fd;

    if (argc != 3) {
        fprintf(stderr, "usage: lab-reads DEVICE COUNT\n");
        return 2;
    }
    fd = open(argv[1], O_RDONLY | O_DIRECT);
    if (fd < 0 || posix_memalign(&buffer, 4096, SECTOR) != 0) {
        perror(argv[1]);
        return 1;
    }
    for (long i = 0; i < atol(argv[2]); i++) {
        if (pread(fd, buffer, SECTOR, i % SECTORS * SECTOR) != SECTOR) {
            perror("read");
            return 1;
        }
    }
    printf("reads: done\n");
    fflush(stdout);
    for (;;) {
        pause();
    }
}

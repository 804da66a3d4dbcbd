/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Credits the kernel's random number generator with entropy that it has not got, so that no
 * program of the lab waits for some. The same bytes each time: runs must repeat exactly.
 */
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

int main(void)
{
    struct {
        struct rand_pool_info info;
        unsigned char bytes[64];
    } pool = { .info = { .entropy_count = 512, .buf_size = 64 } };
    int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);

    memset(pool.bytes, 0x5a, sizeof(pool.bytes));
    if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) < 0) {
        perror("lab-seed: /dev/urandom");
        return 1;
    }
    return 0;
}

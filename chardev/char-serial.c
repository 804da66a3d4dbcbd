/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A serial port of the host (serial, and its other name tty). */
#include "qemu/osdep.h"
#include <termios.h>
#include <sys/ioctl.h>
#include "qapi/error.h"
#include "chardev/char-serial.h"
#include "char-internal.h"
#include "util/fd.h"

static const struct {
    int bits_per_second;
    speed_t code;
} speeds[] = {
    { 50, B50 }, { 75, B75 }, { 110, B110 }, { 134, B134 }, { 150, B150 }, { 200, B200 },
    { 300, B300 }, { 600, B600 }, { 1200, B1200 }, { 1800, B1800 }, { 2400, B2400 },
    { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 },
    { 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 }, { 500000, B500000 },
    { 576000, B576000 }, { 921600, B921600 }, { 1000000, B1000000 }, { 1152000, B1152000 },
    { 1500000, B1500000 }, { 2000000, B2000000 }, { 2500000, B2500000 }, { 3000000, B3000000 },
    { 3500000, B3500000 }, { 4000000, B4000000 },
};

static const struct {
    int chr, host;
} modem_lines[] = {
    { CHR_TIOCM_CTS, TIOCM_CTS }, { CHR_TIOCM_CAR, TIOCM_CAR }, { CHR_TIOCM_DSR, TIOCM_DSR },
    { CHR_TIOCM_RI, TIOCM_RI }, { CHR_TIOCM_DTR, TIOCM_DTR }, { CHR_TIOCM_RTS, TIOCM_RTS },
};

/* The highest known speed that is not above the wanted one. */
static speed_t speed_code_get(int bits_per_second)
{
    speed_t code = B50;

    for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
        /* A guest's divisor rarely hits the rate exactly: allow 2 % above. */
        if (speeds[i].bits_per_second <= bits_per_second + bits_per_second / 50) {
            code = speeds[i].code;
        }
    }
    return code;
}

static int params_set(int fd, const QEMUSerialSetParams *params)
{
    static const tcflag_t sizes[] = { CS5, CS6, CS7, CS8 };
    struct termios tty;

    if (tcgetattr(fd, &tty) < 0) {
        return -errno;
    }
    cfmakeraw(&tty);
    cfsetispeed(&tty, speed_code_get(params->speed));
    cfsetospeed(&tty, speed_code_get(params->speed));
    tty.c_cflag &= ~(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
    tty.c_cflag |= CLOCAL | CREAD | sizes[CLAMP(params->data_bits, 5, 8) - 5];
    if (params->parity == 'E' || params->parity == 'O') {
        tty.c_cflag |= PARENB | (params->parity == 'O' ? PARODD : 0);
    }
    if (params->stop_bits == 2) {
        tty.c_cflag |= CSTOPB;
    }
    return tcsetattr(fd, TCSANOW, &tty) < 0 ? -errno : 0;
}

static int modem_lines_get(int fd, int *lines)
{
    int host = 0;

    if (ioctl(fd, TIOCMGET, &host) < 0) {
        return -errno;
    }
    *lines = 0;
    for (size_t i = 0; i < ARRAY_SIZE(modem_lines); i++) {
        *lines |= host & modem_lines[i].host ? modem_lines[i].chr : 0;
    }
    return 0;
}

/* Only RTS and DTR are outputs. */
static int modem_lines_set(int fd, int lines)
{
    int host = 0;

    if (ioctl(fd, TIOCMGET, &host) < 0) {
        return -errno;
    }
    host &= ~(TIOCM_RTS | TIOCM_DTR);
    host |= lines & CHR_TIOCM_RTS ? TIOCM_RTS : 0;
    host |= lines & CHR_TIOCM_DTR ? TIOCM_DTR : 0;
    return ioctl(fd, TIOCMSET, &host) < 0 ? -errno : 0;
}

static int serial_ioctl(Chardev *chr, int cmd, void *arg)
{
    int fd = FD_CHARDEV(chr)->fd_in;

    switch (cmd) {
    case CHR_IOCTL_SERIAL_SET_PARAMS:
        return params_set(fd, arg);
    case CHR_IOCTL_SERIAL_SET_BREAK:
        return *(int *)arg && tcsendbreak(fd, 1) < 0 ? -errno : 0;
    case CHR_IOCTL_SERIAL_GET_TIOCM:
        return modem_lines_get(fd, arg);
    case CHR_IOCTL_SERIAL_SET_TIOCM:
        return modem_lines_set(fd, *(int *)arg);
    default:
        return -ENOTSUP;
    }
}

static void serial_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    static const QEMUSerialSetParams defaults = {
        .speed = 115200, .parity = 'N', .data_bits = 8, .stop_bits = 1
    };
    const char *path = chardev_value_need(opts, "path", errp);
    int fd = path ? qemu_open(path, O_RDWR | O_NONBLOCK | O_NOCTTY, errp) : -1;
    int ret;

    if (fd < 0) {
        return;
    }
    ret = params_set(fd, &defaults);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "chardev serial: '%s' cannot be set up as a serial port",
                         path);
        fd_close(&fd);
        return;
    }
    char_fd_set(FD_CHARDEV(chr), fd, fd);
}

static void serial_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "path", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = false;
    cc->help = "a serial port of the host";
    cc->options = keys;
    cc->open = serial_open;
    cc->chr_ioctl = serial_ioctl;
}

static const TypeInfo char_serial_type_info = {
    .name = TYPE_CHARDEV_SERIAL,
    .parent = TYPE_CHARDEV_FD,
    .class_init = serial_class_init,
};

static void register_types(void)
{
    type_register_static(&char_serial_type_info);
}

type_init(register_types);

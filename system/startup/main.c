/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entry point of gantry-system-aarch64; all else is in the startup library. */
#include "qemu/osdep.h"
#include "startup-internal.h"

int main(int argc, char **argv)
{
    return startup_run(argc, argv);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpio-key: a push button. Each setting of its input (unnamed GPIO 0) presses it; its output
 * (sysbus irq 0) is then high for 100 ms.
 */
#ifndef HW_GPIO_GPIO_KEY_H
#define HW_GPIO_GPIO_KEY_H

#define TYPE_GPIOKEY "gpio-key"

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's scheduler is told about threads.
 */
#ifndef QEMU_SCHED_H
#define QEMU_SCHED_H

/*
 * The calling thread sleeps most of the time and works for microseconds when it wakes: ask the
 * scheduler to let it run at once, before threads that compute. Changes nothing where the
 * scheduler knows no such wish (Linux before 6.12), or where the thread is not of the usual
 * policy. Threads that are made by this one inherit it.
 */
void qemu_sched_set_prompt(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running human monitor commands from a program: used by human-monitor-command
 * and by the options parser for "-mon" style scripts and tests. The commands
 * themselves are a table in monitor/hmp-table.c.
 */
#ifndef MONITOR_HMP_H
#define MONITOR_HMP_H

#include <stdint.h>
#include <stddef.h>

/*
 * Runs @command_line as if typed and returns all it printed, error messages
 * included. @cpu_index chooses the CPU that register and memory commands look
 * at; -1 is the first one. Caller frees with g_free().
 */
char *hmp_command_run(const char *command_line, int64_t cpu_index);

/*
 * Name of the @n-th command ("info" subcommands as "info NAME"), NULL beyond
 * the end. Caller frees. For checks of documentation and for completion.
 */
char *hmp_command_name(size_t n);

#endif

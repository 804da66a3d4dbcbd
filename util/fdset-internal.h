/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between fdset.c and the opening and closing of files in osdep.c. */
#ifndef UTIL_FDSET_INTERNAL_H
#define UTIL_FDSET_INTERNAL_H

/* Whether @path names a descriptor set. */
bool fdset_path_check(const char *path);
/* Tells the keeper of sets that @fd is about to be closed. */
void fdset_fd_closing(int fd);

#endif

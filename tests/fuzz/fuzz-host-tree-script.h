/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flattened device tree made from fuzzer bytes: nodes and properties of the names that the
 * generator knows, with values of any kind, so that inputs are trees from the start. A tree that
 * is itself malformed needs no such help.
 */
#ifndef TESTS_FUZZ_HOST_TREE_SCRIPT_H
#define TESTS_FUZZ_HOST_TREE_SCRIPT_H

#include "qemu/osdep.h"

/*
 * Write the tree of the @size bytes at @script to @to, of @room bytes: its size, or 0 if there is
 * no room. With @is_overlay it has the parts of one.
 */
size_t host_tree_script(const uint8_t *script, size_t size, bool is_overlay, void *to,
                        size_t room);

#endif

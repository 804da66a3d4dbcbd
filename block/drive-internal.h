/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two halves of -drive: its place and backend (drive.c), its node (drive-node.c). */
#ifndef BLOCK_DRIVE_INTERNAL_H
#define BLOCK_DRIVE_INTERNAL_H

#include "block-internal.h"

/*
 * Open the node that @opts describe; *@bs is NULL for a drive without a medium, else the caller
 * gets a reference. *@writes_through: cache= wants each write flushed.
 */
bool drive_node_open(QemuOpts *opts, const DriveInfo *place, BlockDriverState **bs,
                     bool *writes_through, Error **errp);

#endif

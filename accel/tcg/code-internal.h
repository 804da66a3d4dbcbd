/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the block cache and its table of code pages.
 */
#ifndef ACCEL_TCG_CODE_INTERNAL_H
#define ACCEL_TCG_CODE_INTERNAL_H

#include "accel/tcg/tcg-internal.h"

/* Guards the block cache: allocation, the hash's chains, the pages' lists. */
void code_lock(void);
void code_unlock(void);

/* All under the code lock. */

/* Code from @ram on, to the page's end, is about to be translated; false: it cannot be kept. */
bool code_page_prepare(ram_addr_t ram, RAMBlock *block);
/* It was: @tb covers it. */
void code_page_add(TcgBlock *tb);
/* It was not. */
void code_page_cancel(ram_addr_t ram);
/* Out of the hash; whoever enters it looks for its successor. */
void block_drop(TcgBlock *tb);
/* No page has blocks any more. */
void code_pages_forget(void);
void code_pages_free(void);

/* RAMCodeWritten: DMA. */
void code_written_by_device(RAMBlock *block, ram_addr_t start, ram_addr_t len);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_NATIVE_NATIVE_H
#define INSPECT_NATIVE_NATIVE_H

/*
 * native - what a native executable or library asks the system for: import
 * and export tables of ELF, PE and Mach-O, read with every offset checked.
 *
 * Packed or stripped programs give less; nothing is run.  Time is bounded by
 * NATIVE_SYMBOLS_MAX, memory by NATIVE_TEXT_MAX.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct native {
	struct buf	 imports;	/* functions, "\n" before and
					   behind each */
	struct buf	 exports;
	struct buf	 libraries;
	size_t		 nimports;
	bool		 broken;	/* a table points out of the file */
};

void	native_read(const uint8_t *, size_t, struct native *out);
void	native_release(struct native *);
/* Is this function imported?  The underscore of Mach-O, versions of ELF and
 * the A or W of Windows are left out. */
bool	native_imports(const struct native *, const char *function);

#endif

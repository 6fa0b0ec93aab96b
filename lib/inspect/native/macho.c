/* SPDX-License-Identifier: Apache-2.0 */
/*
 * macho - libraries and symbols of a thin, little-endian Mach-O file
 * (<mach-o/loader.h>, <mach-o/nlist.h>).
 * Takes: an image.  Gives: names.  Runs in: worker child, command.
 */
#include "inspect/native/parts.h"

#include "base/limits.h"

enum { LC_SYMTAB = 0x2, LC_LOAD_DYLIB = 0xc, LC_LOAD_WEAK_DYLIB = 0x18 };
enum { N_STAB = 0xe0, N_TYPE = 0x0e, N_EXT = 0x01, N_UNDF = 0 };

static void
symbols_read(struct image *i, uint64_t command, bool wide)
{
	uint64_t at = image_number(i, command + 8, 4);
	uint64_t n = image_number(i, command + 12, 4);
	uint64_t strings = image_number(i, command + 16, 4);
	uint64_t type;

	if (n > NATIVE_SYMBOLS_MAX)
		n = NATIVE_SYMBOLS_MAX;
	for (; n > 0 && !i->out->broken; n--, at += wide ? 16 : 12) {
		type = image_number(i, at + 4, 1);
		if ((type & N_STAB) != 0 || (type & N_EXT) == 0)
			continue;
		image_add(i, (type & N_TYPE) == N_UNDF ? &i->out->imports :
		    &i->out->exports, strings + image_number(i, at, 4));
	}
}

void
native_macho(struct image *i)
{
	bool wide = i->data[0] == 0xcf;
	uint64_t at = wide ? 32 : 28, n = image_number(i, 16, 4), size;

	for (uint64_t k = 0; k < n && k < NATIVE_TABLE_MAX; k++, at += size) {
		uint64_t command = image_number(i, at, 4);

		size = image_number(i, at + 4, 4);
		if (size < 8 || i->out->broken)
			return;
		if (command == LC_SYMTAB)
			symbols_read(i, at, wide);
		else if ((command & 0xff) == LC_LOAD_DYLIB ||
		    (command & 0xff) == LC_LOAD_WEAK_DYLIB)
			image_add(i, &i->out->libraries, at +
			    image_number(i, at + 8, 4));
	}
}

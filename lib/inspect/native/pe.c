/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pe - the import and export directories of a Windows image (Microsoft
 * PE format, sections 6.3 and 6.4).
 * Takes: an image.  Gives: names.  Runs in: worker child, command.
 */
#include "inspect/native/parts.h"

#include "base/limits.h"

enum { MAGIC_WIDE = 0x20b, SECTION_SIZE = 40, DESCRIPTOR_SIZE = 20 };

struct pe {
	struct image	*image;
	uint64_t	 sections, nsections;
	bool		 wide;
	size_t		 left;		/* symbols that may still be read */
};

static uint64_t
number(struct pe *p, uint64_t at)
{
	return image_number(p->image, at, 4);
}

/* Where a virtual address is in the file; its end when nowhere. */
static uint64_t
file_offset(struct pe *p, uint64_t address)
{
	for (uint64_t i = 0; i < p->nsections; i++) {
		uint64_t at = p->sections + i * SECTION_SIZE;
		uint64_t start = number(p, at + 12), raw = number(p, at + 16);

		if (address >= start && address - start < raw)
			return number(p, at + 20) + (address - start);
	}
	return p->image->size;
}

/* Names of one library, behind a hint of two bytes; a set high bit means a
 * number instead. */
static void
thunks_read(struct pe *p, uint64_t at)
{
	unsigned int width = p->wide ? 8 : 4;
	uint64_t thunk, high = UINT64_C(1) << (8 * width - 1);

	for (; p->left > 0; p->left--, at += width) {
		thunk = image_number(p->image, at, width);
		if (thunk == 0 || p->image->out->broken)
			return;
		if ((thunk & high) == 0)
			image_add(p->image, &p->image->out->imports,
			    file_offset(p, thunk) + 2);
	}
}

static void
imports_read(struct pe *p, uint64_t at)
{
	for (int i = 0; i < NATIVE_TABLE_MAX; i++, at += DESCRIPTOR_SIZE) {
		uint64_t names = number(p, at), library = number(p, at + 12);

		if (library == 0 || p->image->out->broken)
			return;
		image_add(p->image, &p->image->out->libraries,
		    file_offset(p, library));
		if (names == 0)		/* some linkers leave only this one */
			names = number(p, at + 16);
		thunks_read(p, file_offset(p, names));
	}
}

static void
exports_read(struct pe *p, uint64_t at)
{
	uint64_t n = number(p, at + 24);
	uint64_t names = file_offset(p, number(p, at + 32));

	for (uint64_t i = 0; i < n && p->left > 0 && !p->image->out->broken;
	    i++, p->left--)
		image_add(p->image, &p->image->out->exports,
		    file_offset(p, number(p, names + 4 * i)));
}

void
native_pe(struct image *image)
{
	struct pe p = { .image = image, .left = NATIVE_SYMBOLS_MAX };
	uint64_t at = image_number(image, 0x3c, 4), optional, directories;
	uint64_t exports, imports;

	p.nsections = image_number(image, at + 6, 2);
	optional = at + 24;
	p.sections = optional + image_number(image, at + 20, 2);
	if (p.nsections > NATIVE_TABLE_MAX)
		p.nsections = NATIVE_TABLE_MAX;
	p.wide = image_number(image, optional, 2) == MAGIC_WIDE;
	directories = optional + (p.wide ? 112 : 96);
	exports = number(&p, directories);
	imports = number(&p, directories + 8);
	if (imports != 0)
		imports_read(&p, file_offset(&p, imports));
	if (exports != 0)
		exports_read(&p, file_offset(&p, exports));
}

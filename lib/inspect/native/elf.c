/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf - the dynamic symbols of an ELF file (System V ABI, chapter 4).
 *
 * The loader reads segments and never sections, so the segments are what is
 * believed; the number of symbols, which only the hash tables know, is bounded
 * by where the string table begins, which follows in every honest file.
 *
 * Takes: an image.  Gives: names.  Runs in: worker child, command.
 */
#include "inspect/native/parts.h"

#include "base/limits.h"

enum { PT_LOAD = 1, PT_DYNAMIC = 2 };
enum { DT_NEEDED = 1, DT_STRTAB = 5, DT_SYMTAB = 6, DT_STRSZ = 10 };

struct elf {
	struct image	*image;
	unsigned int	 word;		/* 4 or 8 */
	uint64_t	 segments, nsegments, segment_size;
	uint64_t	 strings, symbols;	/* in the file */
	uint64_t	 strings_size;
};

static uint64_t
field(struct elf *e, uint64_t at)
{
	return image_number(e->image, at, e->word);
}

/* Where an address is in the file; the end of the file when nowhere. */
static uint64_t
file_offset(struct elf *e, uint64_t address)
{
	bool wide = e->word == 8;

	for (uint64_t i = 0; i < e->nsegments; i++) {
		uint64_t at = e->segments + i * e->segment_size;
		uint64_t offset = field(e, at + (wide ? 8 : 4));
		uint64_t start = field(e, at + (wide ? 16 : 8));
		uint64_t size = field(e, at + (wide ? 32 : 16));

		if (image_number(e->image, at, 4) == PT_LOAD &&
		    address >= start && address - start < size)
			return offset + (address - start);
	}
	return e->image->size;
}

/* Reads the dynamic section; its library names come with the second call. */
static void
dynamic_read(struct elf *e, uint64_t at, uint64_t size, bool libraries)
{
	uint64_t step = 2 * (uint64_t)e->word, tag, value;

	for (uint64_t i = 0; i < size / step && i < NATIVE_TABLE_MAX; i++) {
		tag = field(e, at + i * step);
		value = field(e, at + i * step + e->word);
		if (tag == 0 || e->image->out->broken)
			return;
		if (libraries && tag == DT_NEEDED)
			image_add(e->image, &e->image->out->libraries,
			    e->strings + value);
		if (tag == DT_STRTAB)
			e->strings = file_offset(e, value);
		else if (tag == DT_SYMTAB)
			e->symbols = file_offset(e, value);
		else if (tag == DT_STRSZ)
			e->strings_size = value;
	}
}

static void
symbol_read(struct elf *e, uint64_t at)
{
	struct native	*out = e->image->out;
	uint64_t name = image_number(e->image, at, 4);
	uint64_t section = image_number(e->image, at + (e->word == 8 ? 6 : 14),
	    2);

	if (name != 0 && name < e->strings_size)
		image_add(e->image, section == 0 ? &out->imports :
		    &out->exports, e->strings + name);
}

static void
symbols_read(struct elf *e)
{
	uint64_t size = e->word == 8 ? 24 : 16, n;

	if (e->symbols == 0 || e->strings == 0)
		return;
	n = e->strings > e->symbols ? (e->strings - e->symbols) / size :
	    NATIVE_SYMBOLS_MAX;
	for (uint64_t i = 1; i < n && i < NATIVE_SYMBOLS_MAX &&
	    !e->image->out->broken; i++)
		symbol_read(e, e->symbols + i * size);
}

void
native_elf(struct image *image)
{
	struct elf e = { .image = image };
	uint64_t at;
	bool wide = image->data[4] == 2;

	image->big = image->data[5] == 2;
	e.word = wide ? 8 : 4;
	e.segments = field(&e, wide ? 32 : 28);
	e.segment_size = image_number(image, wide ? 54 : 42, 2);
	e.nsegments = image_number(image, wide ? 56 : 44, 2);
	if (e.nsegments > NATIVE_TABLE_MAX)
		e.nsegments = NATIVE_TABLE_MAX;
	for (uint64_t i = 0; i < e.nsegments; i++) {
		at = e.segments + i * e.segment_size;
		if (image_number(image, at, 4) != PT_DYNAMIC)
			continue;
		for (int pass = 0; pass < 2; pass++)
			dynamic_read(&e, field(&e, at + (wide ? 8 : 4)),
			    field(&e, at + (wide ? 32 : 16)), pass == 1);
		symbols_read(&e);
		return;
	}
}

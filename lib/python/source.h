/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_SOURCE_H
#define PYTHON_SOURCE_H

/*
 * source - the bytes of a Python file as UTF-8 text.
 *
 * The encoding is a BOM's, else that of a coding line (PEP 263), else UTF-8.
 * glibc's iconv opens files when it is first used, which a worker may not, so
 * conversion is our own and without tables: what matters is that ASCII is
 * ASCII, that a double-byte character hides no quote or backslash in its second
 * byte, and that equal characters stay equal.
 *
 *	UTF-8, ASCII			as they stand, broken bytes too
 *	UTF-16, UTF-32, UTF-7		exact
 *	ISO 8859-1			exact
 *	other single-byte sets		as if ISO 8859-1
 *	GBK, GB 18030, Big5, Shift_JIS,	each character a code point of plane 15,
 *	EUC-KR, EUC-JP, Johab, CP949	U+F0000 + its two bytes (three or four
 *					bytes: two such)
 *	unicode_escape, raw_...		escapes undone: Python runs that
 *	rot13				undone: Python 2 runs that
 *	anything else			as it stands, `known` is false
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_ENCODING_MAX 32

struct python_source {
	uint8_t		*text;		/* owned; a NUL follows */
	size_t		 size;
	char		 encoding[SOURCE_ENCODING_MAX]; /* as declared,
							   folded */
	bool		 known;		/* we read that encoding */
	bool		 declared;	/* by a coding line */
	bool		 converted;	/* offsets are not those of the file */
	bool		 bom;
	bool		 cut;		/* longer than PYTHON_SOURCE_MAX */
};

/* Takes at most PYTHON_SOURCE_MAX bytes; memory is 1 to 4 times the size. */
void	python_source_read(struct python_source *, const void *, size_t);
void	python_source_release(struct python_source *);
/*
 * bytes.decode(encoding) of a text in one of the sets above, and of
 * "utf-16-le" and the like.  False when the encoding is not known.
 */
bool	python_source_decode(struct python_source *, const char *encoding,
	    const void *, size_t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VIS_H
#define BASE_VIS_H

/*
 * vis - text from outside, made safe to show.
 *
 * The result is valid UTF-8 in which C0 and C1 controls, DEL, bidi controls
 * (U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C), zero-width and other
 * invisible characters (U+200B-200D, U+2060-2064, U+FEFF, variation selectors,
 * Hangul fillers, tag characters), U+FFFE/FFFF and surrogates stand as
 * "\u{202e}"; bytes that are no UTF-8 stand as "\x9f".  A backslash itself
 * stays, so the result is for eyes, not for decoding back.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Appends `len` bytes made visible.  With `keep_lines`, \n and \t stay. */
void	 vis_add(struct buf *, const void *, size_t len, bool keep_lines);
/* Into a fixed array, cut at a character boundary; always terminated. */
void	 vis_copy(char *out, size_t room, const char *s);
/*
 * For log lines: a static string, valid until the eighth next call.  NULL gives
 * "-".  Cut at 200 bytes.
 */
const char *vis(const char *);
/* Heap copy, whole. */
char	*vis_dup(const void *, size_t len);

/*
 * utf8_next - one code point.  Returns its length in bytes (1 to 4), or 0 when
 * the bytes at `s` are not valid UTF-8 (overlong forms, surrogates and values
 * above U+10FFFF included, RFC 3629).  `left` must be at least 1.
 */
size_t	 utf8_next(const uint8_t *s, size_t left, uint32_t *code);
bool	 utf8_valid(const void *, size_t len);
/* How many bytes of ASCII stand at the beginning. */
size_t	 ascii_run(const void *, size_t len);
/* Appends one code point; invalid ones append U+FFFD. */
void	 utf8_add(struct buf *, uint32_t code);
/* The largest length <= `most` that does not cut a character of valid UTF-8. */
size_t	 utf8_cut(const char *, size_t len, size_t most);

#endif

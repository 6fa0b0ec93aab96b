/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unseen - programs in characters that nobody sees: two kinds of characters
 * without width, or blanks and tabs behind the ends of lines, as bits;
 * variation selectors, as bytes.
 *
 * Takes: views of texts.  Gives: layers, and a finding for a program.
 * Runs in: worker child, command.  One pass, linear.
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/vis.h"
#include "flow/program.h"
#include "inspect/inspectors.h"

#define UNSEEN_LEAST 32		/* bytes: no program is shorter */

enum carrier { WIDTHLESS, TRAILING, SELECTORS, CARRIERS };

struct bits {
	struct buf	 bytes;
	unsigned int	 byte, n;
	uint32_t	 zero;		/* the character that was first */
	bool		 mixed;		/* there was another one */
};

static void
add_bit(struct bits *b, uint32_t c)
{
	if (b->zero == 0)
		b->zero = c;
	b->mixed = b->mixed || c != b->zero;
	b->byte = b->byte << 1 | (c != b->zero);
	if (++b->n == 8) {
		buf_addc(&b->bytes, (char)b->byte);
		b->byte = b->n = 0;
	}
}

static bool
is_widthless(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2064) ||
	    c == 0xfeff || c == 0x3164 || c == 0xffa0;
}

/* What a selector stands for, or -1. */
static int
selector_byte(uint32_t c)
{
	if (c >= 0xfe00 && c <= 0xfe0f)
		return (int)(c - 0xfe00);
	if (c >= 0xe0100 && c <= 0xe01ef)
		return (int)(c - 0xe0100 + 16);
	return c >= 0xe0000 && c <= 0xe007f ? (int)(c - 0xe0000) : -1;
}

static void
collect_wide(struct bits b[CARRIERS], const uint8_t *data, size_t size)
{
	size_t n;
	uint32_t c;

	for (size_t i = 0; i < size; i += n) {
		n = 1;
		if (data[i] < 0x80) {
			n += ascii_run(data + i + 1, size - i - 1);
			continue;
		}
		n = utf8_next(data + i, size - i, &c);
		if (n == 0)
			n = 1;
		else if (is_widthless(c) && i != 0)	/* no byte-order mark */
			add_bit(&b[WIDTHLESS], c);
		else if (selector_byte(c) >= 0)
			buf_addc(&b[SELECTORS].bytes, (char)selector_byte(c));
	}
}

/* Blanks and tabs from the last letter of a line to its end. */
static void
collect_trailing(struct bits *b, const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size, *stop, *from;

	for (; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		for (from = stop; from > at && (from[-1] == ' ' ||
		    from[-1] == '\t'); from--)
			;
		for (; from < stop; from++)
			add_bit(b, *from);
	}
}

static bool
look_bytes(struct inspection *in, const struct view *v, const struct buf *b)
{
	static const char name[] = "unseen";
	const uint8_t *text = (const uint8_t *)buf_text(b);

	if (b->len < UNSEEN_LEAST || (!program_is_python(text, b->len) &&
	    !program_is_shell(text, b->len)))
		return false;
	inspection_report(in, v, &(struct report){
	    .rule = "unseen-program", .category = "hidden-program",
	    .tactic = "TA0005", .text = "a program in characters that cannot "
	    "be seen", .layers = name, .snippet = text,
	    .snippet_len = b->len });
	inspection_layer(in, v, name, 0, text, b->len);
	return true;
}

/* Either character may be the zero. */
static void
look_bits(struct inspection *in, const struct view *v, struct bits *b)
{
	if ((b->zero != 0 && !b->mixed) || look_bytes(in, v, &b->bytes))
		return;
	for (size_t i = 0; b->zero != 0 && i < b->bytes.len; i++)
		b->bytes.data[i] = (char)~b->bytes.data[i];
	if (b->zero != 0)
		(void)look_bytes(in, v, &b->bytes);
}

void
unseen_view(struct inspection *in, const struct view *v)
{
	struct bits b[CARRIERS] = { 0 };

	if (v->kind == VIEW_BINARY || v->size > LAYER_BYTES_MAX)
		return;
	for (int i = 0; i < CARRIERS; i++)
		b[i].bytes.most = UNSEEN_MAX;
	collect_wide(b, v->data, v->size);
	collect_trailing(&b[TRAILING], v->data, v->size);
	for (int i = 0; i < CARRIERS; i++) {
		look_bits(in, v, &b[i]);
		buf_release(&b[i].bytes);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passages - encoded passages inside texts that are no Python: a value of a
 * JSON file, a cell of a table, a block in a text.
 *
 * Takes: views.  Gives: layers, and a finding where one is a program.
 * Runs in: worker child, command.  Linear in the text; a passage that decodes
 * to nothing sensible is left alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "flow/program.h"
#include "inspect/inspectors.h"
#include "inspect/layers/alphabets.h"
#include "inspect/layers/layers.h"

#define PASSAGE_LEAST 80	/* letters; digests and keys are shorter */
#define PASSAGE_LINE_LEAST 40	/* of a block that goes on in the next line */
#define NUMBERS_LEAST 48	/* of them: more bytes than a line's least */
#define PASSAGES_MAX 32		/* of one text */

static bool
is_letter(uint8_t c)
{
	return alphabet_base64_digits[c] != 0 || c == '=';
}

static bool
is_digit(uint8_t c)
{
	return (uint8_t)(c - '0') < 10;
}

/* May it stand in a list of numbers? */
static bool
is_of_numbers(uint8_t c)
{
	return is_digit(c) || c == ',' || alphabet_is_blank(c);
}

/*
 * Words and lines are shorter than anything that is looked for, so most bytes
 * need no look: from `at` on nothing begins before the place that this gives.
 * It is `at` when something may begin there.
 */
static size_t
skip_short(const struct view *v, size_t at)
{
	bool letters = true, numbers = true;
	size_t end = at + PASSAGE_LINE_LEAST;

	if (end > v->size)
		return v->size;
	while (end > at && (letters || numbers)) {
		uint8_t c = v->data[--end];

		letters = letters && is_letter(c);
		numbers = numbers && is_of_numbers(c);
	}
	if (letters || numbers)
		return at;
	/* What began before is a short word: it is over, or goes on. */
	for (end++; end < v->size && is_letter(v->data[end - 1]) &&
	    is_letter(v->data[end]); end++)
		;
	return end;
}

/* Where the passage that begins at `from` ends: over line ends while the lines
 * are long. */
static size_t
passage_end(const struct view *v, size_t from)
{
	size_t end = from, line = from;

	for (;;) {
		while (end < v->size && is_letter(v->data[end]))
			end++;
		if (end - line < PASSAGE_LINE_LEAST || end == v->size ||
		    (v->data[end] != '\n' && v->data[end] != '\r'))
			return end;
		line = end;
		while (line < v->size && alphabet_is_blank(v->data[line]))
			line++;
		if (line == v->size || !is_letter(v->data[line]))
			return end;
		end = line;
	}
}

/* A program is Python or a shell's, and does something. */
static bool
is_program(const uint8_t *text, size_t size)
{
	return program_is_python(text, size) || program_is_shell(text, size);
}

static void
look_layer(struct inspection *in, const struct view *v, const char *name,
    size_t at, const uint8_t *data, size_t size)
{
	uint32_t line = view_line(v, at);

	if (is_program(data, size))
		inspection_report(in, v, &(struct report){
		    .rule = "program-in-data", .category = "hidden-program",
		    .tactic = "TA0005", .text = "a data file holds an encoded "
		    "program", .layers = name, .line = line, .snippet = data,
		    .snippet_len = size });
	inspection_layer(in, v, name, line, data, size);
}

static bool
look_letters(struct inspection *in, const struct view *v, size_t from,
    size_t end)
{
	const char *name;
	size_t n;
	uint8_t *out = layers_peel(v->data + from, end - from,
	    LAYER_BYTES_MAX, &n, &name);

	if (out != NULL)
		look_layer(in, v, name, from, out, n);
	free(out);
	return out != NULL;
}

/* ---- lists of numbers --------------------------------------------------- */

/* Adds the bytes that "104, 101, ..." names; where the list ends. */
static size_t
numbers_read(const struct view *v, size_t at, struct buf *out)
{
	while (at < v->size && is_digit(v->data[at])) {
		unsigned int n = 0;

		while (at < v->size && is_digit(v->data[at]) &&
		    n < 256)
			n = n * 10 + (unsigned int)(v->data[at++] - '0');
		if (n > 255)
			break;
		buf_addc(out, (char)n);
		if (at == v->size || (v->data[at] != ',' &&
		    !alphabet_is_blank(v->data[at])))
			break;
		while (at < v->size && (v->data[at] == ',' ||
		    alphabet_is_blank(v->data[at])))
			at++;
	}
	return at;
}

static bool
look_numbers(struct inspection *in, const struct view *v, size_t *at)
{
	struct buf bytes = { .most = LAYER_BYTES_MAX };
	size_t from = *at;
	bool found;

	*at = numbers_read(v, from, &bytes);
	found = bytes.len >= NUMBERS_LEAST &&
	    is_program((const uint8_t *)buf_text(&bytes), bytes.len);
	if (found)
		look_layer(in, v, "numbers", from,
		    (const uint8_t *)buf_text(&bytes), bytes.len);
	buf_release(&bytes);
	return found;
}

void
passages_view(struct inspection *in, const struct view *v)
{
	unsigned int found = 0;
	bool apart = true;	/* no letter stands before */

	if (v->kind != VIEW_TEXT && v->kind != VIEW_SCRIPT)
		return;
	for (size_t at = 0, end; at < v->size && found < PASSAGES_MAX;) {
		end = skip_short(v, at);
		if (end != at) {
			at = end;
			apart = at < v->size && !is_letter(v->data[at - 1]);
			continue;
		}
		if (!is_letter(v->data[at])) {
			apart = true;
			at++;
			continue;
		}
		end = passage_end(v, at);
		if (end - at >= PASSAGE_LEAST && end - at < v->size)
			found += look_letters(in, v, at, end);
		else if (apart && is_digit(v->data[at]) &&
		    end - at <= 3) {
			end = at;
			found += look_numbers(in, v, &end);
		}
		at = end;
		apart = false;
	}
}

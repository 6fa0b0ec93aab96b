/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_output - colours, tables, JSON text, progress.
 * Takes: rows and strings.  Gives: output for a person or a program.
 * Runs in: the command.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

const char *const table_format_names[3] = { "human", "json", "csv" };

static bool
colours_wanted(void)
{
	static int	 wanted = -1;
	const char	*no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (wanted == -1)
		wanted = isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
		    !str_equal(term, "dumb");
	return wanted;
}

const char *
colour_on(enum colour c)
{
	static const char *const codes[] = { "", "\033[1m", "\033[2m",
		"\033[1;31m", "\033[33m", "\033[32m", "\033[36m" };

	return colours_wanted() ? codes[c] : "";
}

const char *
colour_off(void)
{
	return colours_wanted() ? "\033[0m" : "";
}

enum colour
colour_of_severity(const char *severity)
{
	if (str_equal(severity, "critical") || str_equal(severity, "high"))
		return COLOUR_RED;
	if (str_equal(severity, "medium"))
		return COLOUR_YELLOW;
	return str_equal(severity, "none") ? COLOUR_GREEN : COLOUR_NONE;
}

static void
json_add_char(struct buf *b, uint32_t code, const char *s, size_t n)
{
	if (code == '"' || code == '\\')
		buf_addf(b, "\\%c", (int)code);
	else if (code == '\n')
		buf_adds(b, "\\n");
	else if (code < 0x20)
		buf_addf(b, "\\u%04x", (unsigned int)code);
	else
		buf_add(b, s, n);
}

void
json_add_text(struct buf *b, const char *s)
{
	size_t		left, n;
	uint32_t	code;

	if (s == NULL) {
		buf_adds(b, "null");
		return;
	}
	buf_addc(b, '"');
	for (left = strlen(s); left > 0; s += n, left -= n) {
		n = utf8_next((const uint8_t *)s, left, &code);
		if (n == 0) {
			utf8_add(b, 0xfffd);
			n = 1;
		} else {
			json_add_char(b, code, s, n);
		}
	}
	buf_addc(b, '"');
}

/* ---- tables ------------------------------------------------------------- */

/* A cell as everybody may see it. */
static char *
shown(const char *s)
{
	return s != NULL ? vis_dup(s, strlen(s)) : mem_strdup("-");
}

/* Numbers and booleans stand unquoted: the column's name says so, because
 * values arrive as text ("score_n", "yanked_b"). */
static void
json_cell(struct buf *b, const char *column, const char *value)
{
	size_t		 n = strlen(column);
	static const char *const raw[] = { "_json", "_n" };
	bool		 plain = false;
	char		*seen = value != NULL ? shown(value) : NULL;

	for (size_t i = 0; i < ARRAY_LEN(raw); i++)
		if (str_ends(column, raw[i])) {
			n -= strlen(raw[i]);
			plain = true;
		}
	buf_addf(b, "\"%.*s\":", (int)n, column);
	if (plain && value != NULL)
		buf_adds(b, value);
	else
		json_add_text(b, seen);
	free(seen);
}

static void
json_row(const struct db_rows *rows, size_t r, struct buf *b)
{
	const char *column;

	buf_addc(b, '{');
	for (size_t i = 0; (column = db_column(rows, i)) != NULL; i++) {
		if (i > 0)
			buf_addc(b, ',');
		json_cell(b, column, db_cell(rows, r, i));
	}
	buf_adds(b, "}\n");
}

/* A spreadsheet runs a cell that begins with one of these. */
static bool
is_formula(const char *s)
{
	return strchr("=+-@\t\r", *s) != NULL && *s != '\0' &&
	    strspn(s, "+-0123456789.") != strlen(s);
}

static void
csv_cell(struct buf *b, const char *value)
{
	char		*seen;
	const char	*s;

	if (value == NULL)
		return;
	s = seen = shown(value);
	if (strpbrk(s, ",\"\r\n") == NULL && !is_formula(s)) {
		buf_adds(b, s);
		free(seen);
		return;
	}
	buf_adds(b, is_formula(s) ? "\"'" : "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_addc(b, '"');
		buf_addc(b, *s);
	}
	buf_addc(b, '"');
	free(seen);
}

/* A column's name without the mark of its type. */
static char *
title_of(const char *column)
{
	size_t n = strlen(column);

	if (str_ends(column, "_json"))
		n -= 5;
	else if (str_ends(column, "_n"))
		n -= 2;
	return mem_strndup(column, n);
}

static void
csv_row(const struct db_rows *rows, size_t r, bool titles, struct buf *b)
{
	const char	*column;
	char		*title;

	for (size_t i = 0; (column = db_column(rows, i)) != NULL; i++) {
		title = titles ? title_of(column) : NULL;
		if (i > 0)
			buf_addc(b, ',');
		csv_cell(b, titles ? title : db_cell(rows, r, i));
		free(title);
	}
	buf_adds(b, "\r\n");
}

/* Columns a terminal shows for the text: characters, close enough. */
static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
human_print(const struct db_rows *rows, FILE *out)
{
	size_t	 ncolumns = 0, nrows = db_rows_count(rows), *wide;
	char	*cell;

	while (db_column(rows, ncolumns) != NULL)
		ncolumns++;
	wide = mem_array(ncolumns + 1, sizeof(*wide));
	for (size_t i = 0; i < ncolumns; i++) {
		cell = title_of(db_column(rows, i));
		wide[i] = strlen(cell);
		fprintf(out, "%s", colour_on(COLOUR_BOLD));
		free(cell);
		for (size_t r = 0; r < nrows; r++) {
			cell = shown(db_cell(rows, r, i));
			if (width_of(cell) > wide[i])
				wide[i] = width_of(cell);
			free(cell);
		}
	}
	for (size_t r = 0; r <= nrows; r++) {
		for (size_t i = 0; i < ncolumns; i++) {
			cell = r == 0 ? title_of(db_column(rows, i)) :
			    shown(db_cell(rows, r - 1, i));
			fprintf(out, "%s", cell);
			if (i + 1 < ncolumns)
				fprintf(out, "%*s", (int)(wide[i] + 2 -
				    width_of(cell)), "");
			free(cell);
		}
		fprintf(out, "%s\n", r == 0 ? colour_off() : "");
	}
	free(wide);
}

void
table_print(const struct db_rows *rows, enum table_format format, FILE *out)
{
	struct buf b = BUF_EMPTY;

	if (format == TABLE_HUMAN) {
		human_print(rows, out);
		return;
	}
	if (format == TABLE_CSV)
		csv_row(rows, 0, true, &b);
	for (size_t r = 0; r < db_rows_count(rows); r++)
		if (format == TABLE_CSV)
			csv_row(rows, r, false, &b);
		else
			json_row(rows, r, &b);
	fwrite(buf_text(&b), 1, b.len, out);
	buf_release(&b);
}

/* ---- progress ----------------------------------------------------------- */

static bool progress_shown;

void
progress_show(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
	progress_shown = true;
}

void
progress_clear(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelled - scripts of other languages whose words are put together, so that
 * nobody finds them: 'DownL'+'oadString', I`E`X, p^owershell, \x63\x75\x72\x6c,
 * [char]105, String.fromCharCode(99, 117), child['exec'].
 *
 * Takes: scripts.  Gives: the script as it reads, as a layer, when that says
 * something which the script does not.
 * Runs in: worker child, command.  One pass, linear; no language's grammar:
 * what is undone wrongly harms nobody, for the script itself is looked at, too.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"
#include "python/decode.h"

#define EDITS_LEAST 2		/* honest scripts join a text */
#define GAP_MOST 16		/* between two texts that are one */
#define CODES_MOST 4096		/* characters of one list of codes */

#define SETS_MAX 32		/* variables of one batch file */

/* "set NAME=VALUE": where it stands in the script. */
struct set {
	const uint8_t	*name, *value;
	size_t		 name_len, value_len;
};

struct speller {
	struct set	 sets[SETS_MAX];
	size_t		 nsets;
	const uint8_t	*at, *end;
	struct buf	 out;
	size_t		 closed;	/* where in `out` the last text ended */
	unsigned int	 edits;
	uint8_t		 quote;		/* of the text that is open, or 0 */
	bool		 ticks;		/* "`" and "^" may stand inside words */
};

static bool
is_printed(unsigned int c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool
is_name(uint8_t c)
{
	return isalnum(c) || c == '_' || c == '$';
}

/* ---- characters by their numbers ---------------------------------------- */

/* The digits of one base at `from`; how many, the value in *out. */
static size_t
digits(const struct speller *s, const uint8_t *from, unsigned int base,
    size_t most, unsigned int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < most && from + n < s->end) {
		int d = hex_digit(from[n]);

		if (d < 0 || (unsigned int)d >= base)
			break;
		*out = *out * base + (unsigned int)d;
		n++;
	}
	return n;
}

/* "\x63", "\u0063", "\143"; the length of the escape, or 0. */
static size_t
escape(const struct speller *s, unsigned int *c)
{
	const uint8_t *at = s->at + 1;

	if (at >= s->end)
		return 0;
	if (*at == 'x' && digits(s, at + 1, 16, 2, c) == 2)
		return 4;
	if (*at == 'u' && digits(s, at + 1, 16, 4, c) == 4)
		return 6;
	return digits(s, at, 8, 3, c) == 3 ? 4 : 0;
}

static bool
starts(const struct speller *s, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(s->end - s->at) >= len && strncasecmp(
	    (const char *)s->at, word, len) == 0;
}

static void close_text(struct speller *);
static void open_text(struct speller *, uint8_t quote);

/* One number, "105" or "0x69"; the bytes that it takes, or 0. */
static size_t
number(const struct speller *s, const uint8_t *from, unsigned int *c)
{
	size_t n;

	if (s->end - from > 2 && from[0] == '0' && (from[1] | 0x20) == 'x') {
		n = digits(s, from + 2, 16, 4, c);
		return n != 0 ? n + 2 : 0;
	}
	return digits(s, from, 10, 4, c);
}

/* "[char]105", "Chr(105)", "String.fromCharCode(105, 102)" as texts. */
static bool
codes(struct speller *s)
{
	static const struct { const char *word; bool list; } calls[] = {
		{ "[char]", false }, { "chr(", true }, { "chrw(", true },
		{ "string.fromcharcode(", true },
	};
	unsigned int c, n = 0;
	const uint8_t *at;
	size_t len, i = 0;

	if (s->end - s->at < 8 || memchr("[cCsS", *s->at, 5) == NULL)
		return false;
	while (i < ARRAY_LEN(calls) && !starts(s, calls[i].word))
		i++;
	if (i == ARRAY_LEN(calls))
		return false;
	at = s->at + strlen(calls[i].word);
	if ((len = number(s, at, &c)) == 0 || !is_printed(c))
		return false;
	open_text(s, '"');
	do {
		buf_addc(&s->out, (char)(is_printed(c) ? c : ' '));
		at += len;
		while (calls[i].list && at < s->end && (*at == ',' ||
		    *at == ' '))
			at++;
	} while (calls[i].list && n++ < CODES_MOST &&
	    (len = number(s, at, &c)) != 0);
	close_text(s);
	s->at = at + (calls[i].list && at < s->end && *at == ')');
	s->edits++;
	return true;
}

/* ---- texts in a row ----------------------------------------------------- */

static bool
is_joint(char c)
{
	return c == '+' || c == '&' || c == '.';
}

/* Does only a sign that joins stand behind the text before? */
static bool
goes_on(const struct speller *s)
{
	size_t len = s->out.len - s->closed;
	bool joined = false;
	const char *gap;

	if (s->closed == 0 || len < 2 || len > GAP_MOST)
		return false;
	gap = s->out.data + s->closed;
	for (size_t i = 1; i < len; i++) {
		joined = joined || is_joint(gap[i]);
		if (!is_joint(gap[i]) && gap[i] != ' ' && gap[i] != '(' &&
		    gap[i] != ')')
			return false;
	}
	return joined;
}

static void
open_text(struct speller *s, uint8_t quote)
{
	s->quote = quote;
	if (goes_on(s)) {
		s->out.len = s->closed;
		s->edits++;
		return;
	}
	buf_addc(&s->out, (char)quote);
}

static void
close_text(struct speller *s)
{
	s->quote = 0;
	s->closed = s->out.len;
	buf_addc(&s->out, '"');
}

/* ---- names in texts ----------------------------------------------------- */

/* "['exec'](" and ".('exec')" are ".exec", "&('IEX')" is "IEX". */
static size_t
member(const uint8_t *at, const uint8_t *end, bool after_name, size_t *from,
    size_t *len)
{
	static const char *const opens[] = { "[", ".(", ".", "&(", "& (" };
	static const char *const closes[] = { "]", ")", "", ")", ")" };

	for (size_t i = 0; i < ARRAY_LEN(opens); i++) {
		size_t n = strlen(opens[i]), k;

		if ((size_t)(end - at) < n + 3 || (i == 0 && !after_name) ||
		    memcmp(at, opens[i], n) != 0 ||
		    (at[n] != '"' && at[n] != '\''))
			continue;
		for (k = n + 1; at + k < end && (is_name(at[k]) ||
		    at[k] == '-'); k++)
			;
		if (k == n + 1 || at + k + 1 >= end ||
		    (at[k] != '"' && at[k] != '\'') || (*closes[i] != '\0' &&
		    at[k + 1] != (uint8_t)*closes[i]))
			continue;
		*from = n + 1;
		*len = k - n - 1;
		return k + 1 + strlen(closes[i]);
	}
	return 0;
}

static void
name_members(struct buf *text, unsigned int *edits)
{
	static const char call[] = ".Invoke(";
	struct buf out = { .most = BUILD_COMMANDS_MAX };
	const uint8_t *at = (const uint8_t *)buf_text(text);
	const uint8_t *end = at + text->len;

	while (at < end) {
		bool named = out.len > 0 && (is_name((uint8_t)out.data[
		    out.len - 1]) || out.data[out.len - 1] == ')' ||
		    out.data[out.len - 1] == ']');
		size_t from, len, n = memchr("[.&", *at, 3) != NULL ?
		    member(at, end, named, &from, &len) : 0;

		if (n != 0) {
			if (*at != '&')
				buf_addc(&out, '.');
			buf_add(&out, at + from, len);
			at += n;
			++*edits;
		} else if (*at == '.' && (size_t)(end - at) > sizeof(call) &&
		    strncasecmp((const char *)at, call, sizeof(call) - 1) ==
		    0) {
			at += sizeof(call) - 2;
		} else {
			buf_addc(&out, (char)*at++);
		}
	}
	buf_release(text);
	*text = out;
}

/* ---- variables of batch files -------------------------------------------- */

/* At the beginning of a line. */
static void
note_set(struct speller *s)
{
	const uint8_t *at = s->at, *stop, *equals;
	struct set *set = &s->sets[s->nsets];

	while (at < s->end && (*at == ' ' || *at == '\t' || *at == '@'))
		at++;
	if (s->end - at < 6 || strncasecmp((const char *)at, "set ", 4) != 0 ||
	    s->nsets == SETS_MAX)
		return;
	at += 4;
	at += *at == '"';
	for (stop = at; stop < s->end && *stop != '\n' && *stop != '\r' &&
	    *stop != '"'; stop++)
		;
	equals = memchr(at, '=', (size_t)(stop - at));
	if (equals == NULL || equals == at)
		return;
	*set = (struct set){ at, equals + 1, (size_t)(equals - at),
	    (size_t)(stop - equals - 1) };
	s->nsets++;
}

/* "%NAME%" is what was set last. */
static bool
variable(struct speller *s)
{
	const uint8_t *stop = s->end - s->at > 2 ? memchr(s->at + 1, '%',
	    (size_t)(s->end - s->at - 1)) : NULL;
	size_t len = stop != NULL ? (size_t)(stop - s->at - 1) : 0;

	for (size_t i = s->nsets; len != 0 && i > 0; i--) {
		const struct set *set = &s->sets[i - 1];

		if (set->name_len != len || strncasecmp(
		    (const char *)set->name, (const char *)s->at + 1, len) != 0)
			continue;
		buf_add(&s->out, set->value, set->value_len);
		s->at = stop + 1;
		s->edits++;
		return true;
	}
	return false;
}

/* ---- all of it ---------------------------------------------------------- */

static void
step(struct speller *s)
{
	uint8_t c = *s->at;
	unsigned int code;
	size_t len;

	if (c == '\\' && (len = escape(s, &code)) != 0 && is_printed(code)) {
		buf_addc(&s->out, (char)code);
		s->edits++;
		s->at += len;
	} else if (s->ticks && (c == '`' || c == '^') && s->out.len > 0 &&
	    isalpha((uint8_t)s->out.data[s->out.len - 1]) &&
	    s->at + 1 < s->end && isalpha(s->at[1])) {
		s->edits++;
		s->at++;
	} else if ((s->quote == 0 && codes(s)) || (c == '%' && s->nsets > 0 &&
	    variable(s))) {
		return;
	} else {
		s->at++;
		if (c == '\n') {
			s->quote = 0;
			if (s->ticks)
				note_set(s);
		}
		if (s->quote == 0 && (c == '"' || c == '\''))
			open_text(s, c);
		else if (s->quote != 0 && c == s->quote)
			close_text(s);
		else
			buf_addc(&s->out, (char)c);
	}
}

/* What a script is read for, and what nobody has a reason to spell. */
static bool
says_more(const struct view *v, const struct buf *out)
{
	static const char *const words[] = { "child_process", "http://",
	    "https://", "curl ", "wget ", "powershell", "DownloadString",
	    "DownloadFile", "DownloadData", "Invoke-Expression",
	    "Invoke-WebRequest", "Invoke-RestMethod", "IEX", "iex",
	    "WScript.Shell", "WebClient", "XMLHTTP", "ADODB", "/bin/sh",
	    "/bin/bash", "base64", "AmsiUtils", "FromBase64String", "eval(",
	    "exec(", "execSync", "mshta", "certutil", "bitsadmin" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (memmem(buf_text(out), out->len, words[i],
		    strlen(words[i])) != NULL && memmem(v->data, v->size,
		    words[i], strlen(words[i])) == NULL)
			return true;
	return false;
}

void
spelled_view(struct inspection *in, const struct view *v)
{
	static const char *const plain[] = { ".js", ".mjs", ".cjs", ".rb" };
	struct speller s = { .at = v->data, .end = v->data + v->size,
	    .out = { .most = BUILD_COMMANDS_MAX }, .ticks = true };

	if (v->kind != VIEW_SCRIPT || v->size > BUILD_COMMANDS_MAX ||
	    (v->layers != NULL && str_ends(v->layers, "spelled")))
		return;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		s.ticks = s.ticks && !str_ends(v->path, plain[i]);
	while (s.at < s.end)
		step(&s);
	if (s.out.len != 0)
		name_members(&s.out, &s.edits);
	if (s.edits >= EDITS_LEAST && says_more(v, &s.out))
		inspection_layer_as(in, v, "spelled", 0, buf_text(&s.out),
		    s.out.len, VIEW_SCRIPT);
	buf_release(&s.out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern - words that stand in whatever a YARA string matches.
 *
 * A regular expression is read once, from left to right.  Of each part it is
 * kept which few texts are all that it matches, if they are few, and the best
 * sets of words so far.  What is not understood makes everything unknown.
 * Runs in: worker (in the parent, on rule files), command.
 */
#include "inspect/rules/pattern.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/rules/literals.h"

#define GROUPS_DEEP 12
#define CLASS_MEMBERS 4		/* of [...] that are tried one by one */
#define MANY 1000
#define LONG_WORD 9		/* long enough: what follows makes a set of its
				   own, not so many longer words */

struct need {
	bool		 whole;		/* `all` is all that it matches */
	struct word_set	 all;
	struct pattern	 best;
};

struct reader {
	const char	*at, *stop;
	unsigned int	 depth;
	bool		 bad;
};

/* ---- sets of words ------------------------------------------------------ */

static void
set_empty(struct word_set *w)
{
	w->n = 1;
	w->word[0].len = 0;
}

static void
set_char(struct word_set *w, char c)
{
	w->n = 1;
	w->word[0].len = 1;
	w->word[0].text[0] = literals_plain(c);
}

static bool
set_has(const struct word_set *w, const char *text, size_t len)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->word[i].len == len &&
		    memcmp(w->word[i].text, text, len) == 0)
			return true;
	return false;
}

/* False when they are too many. */
static bool
set_join(struct word_set *to, const struct word_set *from)
{
	for (size_t i = 0; i < from->n; i++) {
		if (set_has(to, from->word[i].text, from->word[i].len))
			continue;
		if (to->n == PATTERN_WORDS)
			return false;
		to->word[to->n++] = from->word[i];
	}
	return true;
}

/* Each of `to` followed by each of `by`; false when they are too many. */
static bool
set_follow(struct word_set *to, const struct word_set *by)
{
	struct word_set out = { 0 };

	if (to->n * by->n > PATTERN_WORDS)
		return false;
	for (size_t i = 0; i < to->n; i++)
		for (size_t k = 0; k < by->n; k++) {
			size_t a = to->word[i].len, b = by->word[k].len;

			if (a + b > PATTERN_WORD)
				return false;
			out.word[out.n].len = (uint8_t)(a + b);
			memcpy(out.word[out.n].text, to->word[i].text, a);
			memcpy(out.word[out.n++].text + a, by->word[k].text,
			    b);
		}
	*to = out;
	return true;
}

/* How seldom one of the words stands somewhere: the most common counts. */
static unsigned int
set_worth(const struct word_set *w)
{
	unsigned int least = w->n == 0 ? 0 : MANY;

	for (size_t i = 0; i < w->n; i++) {
		unsigned int sum = 0;

		if (w->word[i].len < LITERAL_LEAST)
			return 0;
		for (size_t k = 0; k < w->word[i].len; k++)
			sum += islower((unsigned char)w->word[i].text[k]) ||
			    w->word[i].text[k] == ' ' ? 2 : 3;
		least = sum < least ? sum : least;
	}
	return least;
}

/* A set more that has to stand there; the least rare one goes. */
static void
pattern_add(struct pattern *p, const struct word_set *set)
{
	unsigned int worth = set_worth(set);
	size_t at = p->n;

	if (worth == 0)
		return;
	while (at > 0 && worth > set_worth(&p->sets[at - 1]))
		at--;
	if (at == PATTERN_SETS)
		return;
	if (p->n < PATTERN_SETS)
		p->n++;
	memmove(&p->sets[at + 1], &p->sets[at], (p->n - at - 1) *
	    sizeof(*p->sets));
	p->sets[at] = *set;
}

/* ---- reading ------------------------------------------------------------ */

static void	read_choice(struct reader *, struct need *);

static bool
is_over(const struct reader *r)
{
	return r->bad || r->at == r->stop;
}

static char
next(struct reader *r)
{
	if (is_over(r)) {
		r->bad = true;
		return '\0';
	}
	return *r->at++;
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, literals_plain(c)) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static char
read_hex(struct reader *r)
{
	int high = hex_digit(next(r)), low = hex_digit(next(r));

	r->bad = r->bad || high < 0 || low < 0;
	return r->bad ? '\0' : (char)(high << 4 | low);
}

/* Behind a backslash: 1 with the one byte, 0 when it may be many. */
static int
read_escape(struct reader *r, char *out)
{
	char c = next(r);

	switch (c) {
	case 'n':
		*out = '\n';
		return 1;
	case 't':
		*out = '\t';
		return 1;
	case 'r':
		*out = '\r';
		return 1;
	case 'f':
		*out = '\f';
		return 1;
	case 'a':
		*out = '\a';
		return 1;
	case 'x':
		*out = read_hex(r);
		return 1;
	case 's': case 'S': case 'w': case 'W': case 'd': case 'D':
		return 0;
	default:
		*out = c;
		r->bad = r->bad || isalnum((unsigned char)c);
		return 1;
	}
}

/* One member of [...], with what a range spans; false when it may be many. */
static bool
read_member(struct reader *r, struct word_set *out)
{
	struct word_set one;
	char c = next(r), last;

	if (c == '\\' && read_escape(r, &c) == 0)
		return false;
	last = c;
	if (r->stop - r->at > 1 && r->at[0] == '-' && r->at[1] != ']') {
		r->at++;
		last = next(r);
		if (last == '\\' && read_escape(r, &last) == 0)
			return false;
	}
	if ((unsigned char)last < (unsigned char)c)
		r->bad = true;
	for (int m = (unsigned char)c; m <= (unsigned char)last; m++) {
		if (out->n == CLASS_MEMBERS)
			return false;
		set_char(&one, (char)m);
		(void)set_join(out, &one);
	}
	return true;
}

static void
read_class(struct reader *r, struct need *out)
{
	bool few = true;

	if (!is_over(r) && *r->at == '^') {
		few = false;
		r->at++;
	}
	out->all.n = 0;
	do
		few = read_member(r, &out->all) && few;
	while (!is_over(r) && *r->at != ']');
	(void)next(r);
	out->whole = few;
}

static void
read_group(struct reader *r, struct need *out)
{
	r->bad = r->bad || ++r->depth > GROUPS_DEEP;
	if (!is_over(r) && *r->at == '?')
		r->bad = true;		/* (?: and its like are not YARA's */
	if (r->bad)
		return;
	read_choice(r, out);
	r->bad = r->bad || next(r) != ')';
	r->depth--;
}

/* Behind a backslash: a place between letters, a blank, or a letter. */
static void
read_escaped(struct reader *r, struct need *out)
{
	char c = '\0';

	if (!is_over(r) && (*r->at == 'b' || *r->at == 'B')) {
		r->at++;
		set_empty(&out->all);
	} else if (!is_over(r) && *r->at == 's') {
		r->at++;
		set_char(&out->all, ' ');
	} else {
		out->whole = read_escape(r, &c) == 1;
		set_char(&out->all, c);
	}
}

static void
read_part(struct reader *r, struct need *out)
{
	char c = next(r);

	out->whole = true;
	out->best.n = 0;
	switch (c) {
	case '(':
		read_group(r, out);
		return;
	case '[':
		read_class(r, out);
		return;
	case '.':
		out->whole = false;
		return;
	case '^':
	case '$':
		set_empty(&out->all);
		return;
	case '\\':
		read_escaped(r, out);
		return;
	case '*': case '+': case '?': case '{':
		r->bad = true;
		return;
	default:
		break;
	}
	set_char(&out->all, c);
}

static unsigned int
read_number(struct reader *r, unsigned int otherwise)
{
	unsigned int n = 0;
	bool any = false;

	for (; !is_over(r) && isdigit((unsigned char)*r->at); any = true) {
		n = 10 * n + (unsigned int)(next(r) - '0');
		r->bad = r->bad || n > 100000;
	}
	return any ? n : otherwise;
}

/* How often the part before may stand there. */
static void
read_times(struct reader *r, unsigned int *least, unsigned int *most)
{
	*least = *most = 1;
	if (is_over(r) || strchr("*+?{", *r->at) == NULL)
		return;
	switch (next(r)) {
	case '*':
		*least = 0;
		*most = MANY;
		break;
	case '+':
		*most = MANY;
		break;
	case '?':
		*least = 0;
		break;
	default:
		*least = read_number(r, 0);
		*most = *least;
		if (!is_over(r) && *r->at == ',') {
			r->at++;
			*most = read_number(r, MANY);
		}
		r->bad = r->bad || next(r) != '}' || *most == 0;
		break;
	}
	if (!is_over(r) && *r->at == '?')
		r->at++;		/* as little as will do: still there */
}

/* Is it worth more to look for each of `run` followed by each of `by`? */
static bool
is_worth_more(const struct word_set *run, const struct word_set *by)
{
	if (by->n == 1)
		return true;
	for (size_t i = 0; i < run->n; i++)
		if (run->word[i].len < LONG_WORD)
			return true;
	return false;
}

static void
end_run(struct need *out, struct word_set *run)
{
	pattern_add(&out->best, run);
	set_empty(run);
	out->whole = false;
}

/* Parts that follow each other: a run of those whose few texts are known. */
static void
read_row(struct reader *r, struct need *out)
{
	struct word_set *run = &out->all;
	unsigned int least, most;
	struct need part;

	*out = (struct need){ .whole = true };
	set_empty(run);
	while (!is_over(r) && *r->at != '|' && *r->at != ')') {
		static const struct word_set nothing = { .n = 1 };

		read_part(r, &part);
		read_times(r, &least, &most);
		if (r->bad)
			return;
		if (least == 0) {
			part.best.n = 0;
			part.whole = part.whole && most == 1 &&
			    set_join(&part.all, &nothing);
		}
		if (!part.whole || !is_worth_more(run, &part.all) ||
		    !set_follow(run, &part.all)) {
			end_run(out, run);
			for (size_t i = 0; i < part.best.n; i++)
				pattern_add(&out->best, &part.best.sets[i]);
			if (part.whole)
				*run = part.all;
		}
		if (most == 1)
			continue;
		end_run(out, run);
		if (part.whole)
			*run = part.all;	/* the last of them */
	}
	pattern_add(&out->best, run);
}

/* Of what may stand there only one set is kept: that of all the best ones. */
static void
read_choice(struct reader *r, struct need *out)
{
	struct need other;
	bool known;

	read_row(r, out);
	known = out->best.n != 0;
	while (!is_over(r) && *r->at == '|') {
		r->at++;
		read_row(r, &other);
		out->whole = out->whole && other.whole &&
		    set_join(&out->all, &other.all);
		known = known && other.best.n != 0 &&
		    set_join(&out->best.sets[0], &other.best.sets[0]);
		out->best.n = known;
	}
	if (!known)
		out->best.n = 0;
}

void
pattern_of_regex(const char *regex, size_t len, struct pattern *out)
{
	struct reader r = { .at = regex, .stop = regex + len };
	struct need all;

	read_choice(&r, &all);
	*out = all.best;
	if (r.bad || r.at != r.stop)
		out->n = 0;
}

void
pattern_of_text(const char *text, size_t len, struct pattern *out)
{
	struct reader r = { .at = text, .stop = text + len };
	struct word_set run, one;

	out->n = 0;
	set_empty(&run);
	while (!is_over(&r)) {
		char c = next(&r);

		if (c == '\\' && read_escape(&r, &c) == 0)
			r.bad = true;
		set_char(&one, c);
		if (!set_follow(&run, &one)) {
			pattern_add(out, &run);
			run = one;
		}
	}
	pattern_add(out, &run);
	if (r.bad)
		out->n = 0;
}

void
pattern_of_hex(const char *hex, size_t len, struct pattern *out)
{
	struct reader r = { .at = hex, .stop = hex + len };
	struct word_set run, one;
	int deep = 0;

	out->n = 0;
	set_empty(&run);
	while (!is_over(&r)) {
		char c = next(&r);

		if (isspace((unsigned char)c))
			continue;
		r.bad = r.bad || c == '~' || c == '/';
		deep += (c == '(' || c == '[') - (c == ')' || c == ']');
		if (deep == 0 && hex_digit(c) >= 0 && !is_over(&r) &&
		    hex_digit(*r.at) >= 0) {
			r.at--;
			set_char(&one, read_hex(&r));
			if (set_follow(&run, &one))
				continue;
			pattern_add(out, &run);
			run = one;
			continue;
		}
		if (deep == 0 && c != ')' && c != ']')
			(void)next(&r);		/* ?? and ?a: two letters */
		pattern_add(out, &run);
		set_empty(&run);
	}
	pattern_add(out, &run);
	if (r.bad || deep != 0)
		out->n = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sieve - which rules cannot match some bytes.
 *
 * Takes: sources of rules that libyara compiles; bytes.  Gives: the rules that
 * can match.
 * Runs in: worker (built in the parent, asked in the child), command.
 */
#include "inspect/rules/sieve.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/rules/literals.h"
#include "inspect/rules/pattern.h"

#define STACK_DEEP 24		/* conditions within conditions */
#define STRING_NAME 40

/* A condition is worked off from left to right, operands first. */
enum op_kind { OP_TRUE, OP_COUNT, OP_AND, OP_OR };

struct op {
	enum op_kind	 kind;
	uint32_t	 least;		/* OP_COUNT: so many ... */
	uint32_t	 first, n;	/* ... of those named */
};

/* A word of a set: of each set of a string one at least stands where the string
 * does. */
struct member { uint32_t set, next; };	/* of the same word: number + 1 */

struct string {
	char		*name;
	uint32_t	 first, n;	/* sets; none: it may always stand */
};

struct rule {
	char		*name;
	uint32_t	 strings, nstrings, ops, nops;
	bool		 always;	/* it may match where no word of
					   it is */
};

#define TABLE(type) struct { type *all; uint32_t n, room; }

struct sieve {
	struct literals	*literals;
	TABLE(struct rule)	 rules;
	TABLE(struct string)	 strings;
	TABLE(struct op)	 ops;
	uint32_t	 nsets;			/* of strings */
	TABLE(uint32_t)	 owners;		/* of sets: rules */
	TABLE(struct member)	 members;	/* of sets */
	TABLE(uint32_t)	 heads;			/* of words, by number */
	TABLE(uint32_t)	 named;			/* strings, in conditions */
};

#define TABLE_ADD(table, ...) do { \
	if ((table)->n == (table)->room) { \
		(table)->room = (table)->room == 0 ? 64 : 2 * (table)->room; \
		(table)->all = mem_grow((table)->all, (table)->room, \
		    sizeof(*(table)->all)); \
	} \
	(table)->all[(table)->n++] = __VA_ARGS__; \
} while (0)

struct sieve *
sieve_new(void)
{
	struct sieve *s = mem_alloc(sizeof(*s));

	s->literals = literals_new();
	return s;
}

void
sieve_free(struct sieve *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->rules.n; i++)
		free(s->rules.all[i].name);
	for (uint32_t i = 0; i < s->strings.n; i++)
		free(s->strings.all[i].name);
	free(s->rules.all);
	free(s->strings.all);
	free(s->ops.all);
	free(s->members.all);
	free(s->heads.all);
	free(s->named.all);
	free(s->owners.all);
	literals_free(s->literals);
	free(s);
}

/* ---- reading ------------------------------------------------------------ */

struct reader {
	struct sieve	*sieve;
	struct rule	*rule;
	const char	*at, *stop;
	unsigned int	 depth;		/* of values on the stack at most */
	bool		 bad;
};

/* Blanks and comments. */
static void
skip(struct reader *r)
{
	while (r->at < r->stop) {
		const char *end;

		if (isspace((unsigned char)*r->at)) {
			r->at++;
			continue;
		}
		if (r->at[0] != '/' || r->stop - r->at < 2 ||
		    (r->at[1] != '/' && r->at[1] != '*'))
			return;
		end = r->at[1] == '*' ? strstr(r->at + 2, "*/") :
		    strchr(r->at, '\n');
		r->at = end == NULL ? r->stop : end + (r->at[1] == '*' ? 2 : 1);
	}
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Takes the letter if it is next. */
static bool
take(struct reader *r, char c)
{
	skip(r);
	if (r->at == r->stop || *r->at != c)
		return false;
	r->at++;
	return true;
}

static void
must(struct reader *r, char c)
{
	r->bad = !take(r, c) || r->bad;
}

/* A word, with the letter that it may begin with; length 0 for none. */
static size_t
peek(struct reader *r, char begin)
{
	const char *end;

	skip(r);
	end = r->at;
	if (begin != '\0' && (end == r->stop || *end++ != begin))
		return 0;
	while (end < r->stop && is_word(*end))
		end++;
	return (size_t)(end - r->at);
}

static bool
take_word(struct reader *r, const char *word)
{
	size_t len = peek(r, '\0');

	if (len != strlen(word) || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

static bool
take_number(struct reader *r, uint32_t *out)
{
	skip(r);
	if (r->at == r->stop || !isdigit((unsigned char)*r->at))
		return false;
	for (*out = 0; r->at < r->stop && isdigit((unsigned char)*r->at);
	    r->at++) {
		*out = 10 * *out + (uint32_t)(*r->at - '0');
		r->bad = r->bad || *out > 1000000;
	}
	return true;
}

/* From its first letter to the one that ends it; its inside. */
static bool
take_inside(struct reader *r, char last, const char **inside, size_t *len)
{
	*inside = ++r->at;
	for (; r->at < r->stop && *r->at != last; r->at++)
		if (*r->at == '\\' && last != '}')
			r->at++;
	if (r->at >= r->stop)
		r->bad = true;
	*len = (size_t)(r->at - *inside);
	r->at += !r->bad;
	return !r->bad;
}

/* nocase, fullword ...: false for what changes the bytes themselves. */
static bool
take_modifiers(struct reader *r)
{
	bool plain = true;

	for (;;) {
		if (take_word(r, "wide") || take_word(r, "xor") ||
		    take_word(r, "base64") || take_word(r, "base64wide"))
			plain = false;
		else if (!take_word(r, "nocase") && !take_word(r, "ascii") &&
		    !take_word(r, "fullword") && !take_word(r, "private"))
			return plain;
		if (!plain && take(r, '('))
			r->bad = true;	/* not ours: xor(1-255) */
	}
}

static void
add_member(struct sieve *s, uint32_t set, const char *word, size_t len)
{
	uint32_t literal = literals_add(s->literals, word, len);

	if (literal == s->heads.n)
		TABLE_ADD(&s->heads, 0);
	TABLE_ADD(&s->members, (struct member){ set,
	    s->heads.all[literal] });
	s->heads.all[literal] = s->members.n;
}

static void
add_sets(struct sieve *s, struct string *string, const struct pattern *p)
{
	string->first = s->nsets;
	string->n = (uint32_t)p->n;
	for (size_t i = 0; i < p->n; i++) {
		const struct word_set *w = &p->sets[i];

		for (size_t k = 0; k < w->n; k++)
			add_member(s, s->nsets, w->word[k].text,
			    w->word[k].len);
		TABLE_ADD(&s->owners, s->rules.n - 1);
		s->nsets++;
	}
}

/* $a = "text" nocase */
static void
read_string(struct reader *r)
{
	size_t len = peek(r, '$'), inside_len;
	struct string string = { .name = mem_strndup(r->at, len) };
	struct pattern pattern = { 0 };
	const char *inside;

	TABLE_ADD(&r->sieve->strings, string);
	r->rule->nstrings++;
	r->at += len;
	r->bad = r->bad || len < 2;
	must(r, '=');
	skip(r);
	if (r->bad || r->at == r->stop)
		return;
	switch (*r->at) {
	case '"':
		if (take_inside(r, '"', &inside, &inside_len))
			pattern_of_text(inside, inside_len, &pattern);
		break;
	case '/':
		if (take_inside(r, '/', &inside, &inside_len))
			pattern_of_regex(inside, inside_len, &pattern);
		while (r->at < r->stop && (*r->at == 'i' || *r->at == 's'))
			r->at++;
		break;
	case '{':
		if (take_inside(r, '}', &inside, &inside_len))
			pattern_of_hex(inside, inside_len, &pattern);
		break;
	default:
		r->bad = true;
		break;
	}
	if (!take_modifiers(r))
		pattern.n = 0;
	add_sets(r->sieve, &r->sieve->strings.all[r->sieve->strings.n - 1],
	    &pattern);
}

/* ---- conditions --------------------------------------------------------- */

static void	read_either(struct reader *);

static void
put(struct reader *r, struct op op)
{
	TABLE_ADD(&r->sieve->ops, op);
	r->rule->nops++;
}

/* Strings of the rule with that name, or of those that begin so with a star. */
static uint32_t
name_strings(struct reader *r, const char *name, size_t len, bool star)
{
	struct sieve *s = r->sieve;
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->rule->nstrings; i++) {
		const char *own = s->strings.all[r->rule->strings + i].name;

		if (strncmp(own, name, len) != 0 || (!star &&
		    own[len] != '\0'))
			continue;
		TABLE_ADD(&s->named, r->rule->strings + i);
		n++;
	}
	r->bad = r->bad || n == 0;
	return n;
}

/* them; ($a, $b*) */
static uint32_t
read_set(struct reader *r)
{
	uint32_t n = 0;

	if (take_word(r, "them"))
		return name_strings(r, "$", 1, true);
	must(r, '(');
	do {
		size_t len = peek(r, '$');
		const char *name = r->at;
		bool star;

		r->at += len;
		star = r->at < r->stop && *r->at == '*';
		r->at += star;
		r->bad = r->bad || len == 0;
		if (!r->bad)
			n += name_strings(r, name, len, star);
	} while (!r->bad && take(r, ','));
	must(r, ')');
	return n;
}

/* ( ... ), whatever stands in it: sums and places. */
static void
skip_brackets(struct reader *r)
{
	unsigned int deep = 0;

	do {
		skip(r);
		if (r->at == r->stop || *r->at == '"' || *r->at == '/') {
			r->bad = true;
			return;
		}
		deep += *r->at == '(';
		deep -= *r->at == ')';
		r->at++;
	} while (deep != 0);
}

/* Behind a string or some of them: in (1..100). */
static void
skip_place(struct reader *r)
{
	if (!take_word(r, "in"))
		return;
	skip(r);
	if (r->at == r->stop || *r->at != '(')
		r->bad = true;
	else
		skip_brackets(r);
}

/* of SET, of which so many; `all` of them for a least of 0. */
static void
read_of(struct reader *r, uint32_t least)
{
	uint32_t first = r->sieve->named.n, n;

	if (!take_word(r, "of")) {
		r->bad = true;
		return;
	}
	n = read_set(r);
	put(r, (struct op){ OP_COUNT, least != 0 ? least : n, first, n });
	skip_place(r);
}

static void
read_one(struct reader *r, char begin)
{
	size_t len = peek(r, begin);
	uint32_t first = r->sieve->named.n;
	char name[STRING_NAME];

	if (len < 2 || len >= sizeof(name)) {
		r->bad = true;
		return;
	}
	memcpy(name, r->at, len);
	name[0] = '$';
	r->at += len;
	put(r, (struct op){ OP_COUNT, 1, first, name_strings(r, name, len,
	    false) });
}

/* for any i in (1..#a) : ( ... ): of no string there is no place. */
static void
read_for(struct reader *r)
{
	uint32_t one;

	if (!take_word(r, "any") || peek(r, '\0') != 1) {
		r->bad = true;
		return;
	}
	r->at++;
	r->bad = r->bad || !take_word(r, "in");
	must(r, '(');
	r->bad = r->bad || !take_number(r, &one) || one != 1;
	must(r, '.');
	must(r, '.');
	skip(r);
	read_one(r, '#');
	must(r, ')');
	must(r, ':');
	must(r, '(');
	read_either(r);
	must(r, ')');
	put(r, (struct op){ .kind = OP_AND });
}

static void
read_operand(struct reader *r)
{
	uint32_t least;

	skip(r);
	if (r->bad || ++r->depth > STACK_DEEP || r->at == r->stop) {
		r->bad = true;
	} else if (*r->at == '(') {
		must(r, '(');
		read_either(r);
		must(r, ')');
	} else if (*r->at == '$') {
		read_one(r, '$');
		skip_place(r);
	} else if (take_number(r, &least) && least != 0) {
		read_of(r, least);
	} else if (take_word(r, "any")) {
		read_of(r, 1);
	} else if (take_word(r, "all")) {
		read_of(r, 0);
	} else if (take_word(r, "for")) {
		read_for(r);
	} else if (take_word(r, "not")) {
		uint32_t ops = r->sieve->ops.n;

		read_operand(r);	/* what it forbids may not stand
					   there */
		r->rule->nops -= r->sieve->ops.n - ops;
		r->sieve->ops.n = ops;
		put(r, (struct op){ .kind = OP_TRUE });
	} else {
		r->bad = true;
	}
	r->depth--;
}

static void
read_both(struct reader *r)
{
	read_operand(r);
	while (!r->bad && take_word(r, "and")) {
		read_operand(r);
		put(r, (struct op){ .kind = OP_AND });
	}
}

static void
read_either(struct reader *r)
{
	read_both(r);
	while (!r->bad && take_word(r, "or")) {
		read_both(r);
		put(r, (struct op){ .kind = OP_OR });
	}
}

/* ---- rules -------------------------------------------------------------- */

/* meta: NAME = "text" | number | true | false */
static void
skip_meta(struct reader *r)
{
	const char *inside;
	uint32_t number;
	size_t len;

	must(r, ':');
	while (!r->bad) {
		const char *before;

		skip(r);
		before = r->at;
		if (take_word(r, "strings") || take_word(r, "condition")) {
			r->at = before;
			return;
		}
		r->at += len = peek(r, '\0');
		r->bad = len == 0;
		must(r, '=');
		skip(r);
		if (r->at < r->stop && *r->at == '"')
			(void)take_inside(r, '"', &inside, &len);
		else if (!take_number(r, &number) && !take_word(r, "true") &&
		    !take_word(r, "false"))
			r->bad = true;
	}
}

static void
read_rule(struct reader *r)
{
	struct sieve *s = r->sieve;
	size_t len;

	r->bad = !take_word(r, "rule");
	len = peek(r, '\0');
	r->bad = r->bad || len == 0;
	if (r->bad)
		return;
	TABLE_ADD(&s->rules, (struct rule){ .name = mem_strndup(r->at, len),
	    .strings = s->strings.n, .ops = s->ops.n });
	r->rule = &s->rules.all[s->rules.n - 1];
	r->at += len;
	must(r, '{');
	if (take_word(r, "meta"))
		skip_meta(r);
	if (!r->bad && take_word(r, "strings")) {
		must(r, ':');
		while (!r->bad && peek(r, '$') != 0)
			read_string(r);
	}
	r->bad = r->bad || !take_word(r, "condition");
	must(r, ':');
	if (!r->bad)
		read_either(r);
	must(r, '}');
}

/* ---- conditions at work ------------------------------------------------- */

static bool
may_stand(const struct string *string, const bool *sets)
{
	for (uint32_t i = 0; i < string->n; i++)
		if (!sets[string->first + i])
			return false;
	return true;
}

static bool
count_holds(const struct sieve *s, const struct op *op, const bool *sets)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < op->n && n < op->least; i++)
		n += may_stand(&s->strings.all[s->named.all[op->first + i]],
		    sets);
	return n >= op->least;
}

/* Left of a bracket in a bracket at most three operands a level wait. */
static bool
rule_holds(const struct sieve *s, const struct rule *r, const bool *sets)
{
	bool stack[3 * STACK_DEEP + 2];
	size_t n = 0;

	for (uint32_t i = 0; i < r->nops; i++) {
		const struct op *op = &s->ops.all[r->ops + i];

		switch (op->kind) {
		case OP_TRUE:
			stack[n++] = true;
			break;
		case OP_COUNT:
			stack[n++] = count_holds(s, op, sets);
			break;
		case OP_AND:
			n--;
			stack[n - 1] = stack[n - 1] && stack[n];
			break;
		case OP_OR:
			n--;
			stack[n - 1] = stack[n - 1] || stack[n];
			break;
		}
	}
	return stack[0];
}

/* Of rules none of whose words was found the answer is the same each time. */
static void
settle(struct sieve *s)
{
	bool *sets = mem_array((size_t)s->nsets + 1, sizeof(bool));

	for (uint32_t i = 0; i < s->rules.n; i++)
		s->rules.all[i].always = rule_holds(s, &s->rules.all[i], sets);
	free(sets);
}

int
sieve_read(struct sieve *s, const char *text, size_t len)
{
	struct reader r = { .sieve = s, .at = text, .stop = text + len };

	for (skip(&r); !r.bad && r.at < r.stop; skip(&r))
		read_rule(&r);
	if (!r.bad)
		settle(s);
	return r.bad ? -1 : 0;
}

size_t
sieve_count(const struct sieve *s)
{
	return s->rules.n;
}

const char *
sieve_rule(const struct sieve *s, size_t i)
{
	return s->rules.all[i].name;
}

const char *
sieve_string(const struct sieve *s, size_t rule, size_t k)
{
	const struct rule *r = &s->rules.all[rule];

	return k < r->nstrings ? s->strings.all[r->strings + k].name : NULL;
}

/* ---- asking ------------------------------------------------------------- */

struct shake {
	const struct sieve *sieve;
	bool		*sets;		/* of which a word stands there */
	bool		*touched;	/* rules with such a set */
};

static void
on_word(void *ctx, uint32_t word)
{
	const struct shake *shake = ctx;
	const struct sieve *s = shake->sieve;

	for (uint32_t i = s->heads.all[word]; i != 0;
	    i = s->members.all[i - 1].next)
		shake->sets[s->members.all[i - 1].set] =
		    shake->touched[s->owners.all[s->members.all[i -
		    1].set]] = true;
}

void
sieve_shake(const struct sieve *s, const uint8_t *data, size_t size, bool *may)
{
	bool *sets = mem_array(s->nsets + s->rules.n + 1, sizeof(bool));
	struct shake shake = { s, sets, sets + s->nsets };

	literals_find(s->literals, data, size, on_word, &shake);
	for (uint32_t i = 0; i < s->rules.n; i++)
		may[i] = shake.touched[i] ? rule_holds(s, &s->rules.all[i],
		    sets) : s->rules.all[i].always;
	free(sets);
}

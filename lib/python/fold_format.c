/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_format - "%", str.format, format strings.
 *
 * A part that is not known leaves a hole (VALUE_OPEN): what surrounds it is
 * still worth knowing.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/fold_state.h"
#include "python/utf8.h"

#define WIDTH_MOST 4096		/* padding of one part */
#define SPEC_MOST 32

struct output {
	struct buf	 text;
	unsigned int	 flags;
};

static struct value
finish(struct fold *f, uint32_t node, struct output *o, enum value_kind kind)
{
	struct value v = value_end(f, node, kind, &o->text);

	v.flags |= (uint8_t)o->flags;
	return v;
}

static bool
begin(struct fold *f, uint32_t node, struct output *o)
{
	o->flags = 0;
	return value_begin(f, node, &o->text);
}

/* ---- one value by a spec: [[fill]align][sign][#][0][width][,][.prec][type */

struct spec {
	char		 fill[UTF8_MOST + 1], align, type, sign;
	bool		 alternate;
	unsigned int	 width;
	int		 precision;
};

static unsigned int
read_width(const char **at, const char *end)
{
	unsigned int n = 0;

	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++)
		n = n < WIDTH_MOST ? n * 10 + (unsigned int)(**at - '0') : n;
	return n < WIDTH_MOST ? n : WIDTH_MOST;
}

static bool
read_spec(struct spec *s, const char *at, size_t len)
{
	const char *end = at + len;

	*s = (struct spec){ .fill = " ", .precision = -1 };
	if (len > 1 && at[1] != '\0' && strchr("<>^=", at[1]) != NULL) {
		s->fill[0] = *at;
		s->align = at[1];
		at += 2;
	} else if (len > 0 && *at != '\0' && strchr("<>^=", *at) != NULL) {
		s->align = *at++;
	}
	if (at < end && (*at == '+' || *at == '-' || *at == ' '))
		s->sign = *at++;
	if (at < end && *at == '#') {
		s->alternate = true;
		at++;
	}
	if (at < end && *at == '0') {
		s->fill[0] = '0';
		s->align = s->align == 0 ? '=' : s->align;
		at++;
	}
	s->width = read_width(&at, end);
	if (at < end && (*at == ',' || *at == '_'))
		return false;
	if (at < end && *at == '.') {
		at++;
		s->precision = (int)read_width(&at, end);
	}
	if (at < end)
		s->type = *at++;
	return at == end;
}

static bool
spell_int(const struct spec *s, int64_t i, char *out, size_t room)
{
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	const char *minus = i < 0 ? "-" : s->sign == '+' ? "+" : "";
	size_t n = 0;

	switch (s->type) {
	case 0: case 'd': case 'i': case 'u': case 's': case 'n':
		return snprintf(out, room, "%s%" PRIu64, minus, u) > 0;
	case 'x':
		return snprintf(out, room, s->alternate ? "%s0x%" PRIx64 :
		    "%s%" PRIx64, minus, u) > 0;
	case 'X':
		return snprintf(out, room, s->alternate ? "%s0X%" PRIX64 :
		    "%s%" PRIX64, minus, u) > 0;
	case 'o':
		return snprintf(out, room, s->alternate ? "%s0o%" PRIo64 :
		    "%s%" PRIo64, minus, u) > 0;
	case 'b':
		(void)snprintf(out, room, s->alternate ? "%s0b" : "%s", minus);
		n = strlen(out);
		for (int bit = u == 0 ? 0 : 63 - __builtin_clzll(u); bit >= 0;
		    bit--)
			out[n++] = (char)('0' + (u >> bit & 1));
		out[n] = '\0';
		return true;
	case 'c':
		if (u > 0x10ffff)
			return false;
		*utf8_put((uint8_t *)out, (uint32_t)u) = '\0';
		return true;
	default:
		return false;
	}
}

static void
pad(struct output *o, const struct spec *s, const char *text, size_t len,
    bool number)
{
	size_t have = str_length((const uint8_t *)text, len);
	size_t fill = s->width > have ? s->width - have : 0, left;
	char align = s->align != 0 ? s->align : number ? '>' : '<';

	left = align == '<' ? 0 : align == '^' ? fill / 2 : fill;
	if (align == '=' && len > 0 && (*text == '-' || *text == '+')) {
		buf_addc(&o->text, *text++);
		len--;
	}
	for (size_t i = 0; i < left; i++)
		buf_addc(&o->text, s->fill[0]);
	buf_add(&o->text, text, len);
	for (size_t i = left; i < fill; i++)
		buf_addc(&o->text, s->fill[0]);
}

static void
add_text(struct output *o, const struct spec *s, const struct value *v)
{
	size_t len = v->len;

	if (s->precision >= 0)
		len = str_offset(v->bytes, len, (size_t)s->precision);
	o->flags |= v->flags & VALUE_OPEN;
	pad(o, s, (const char *)v->bytes, len, false);
}

static void
add_value(struct output *o, const struct spec *s, const struct value *v,
    char convert)
{
	char text[80];
	int64_t i;
	int n;

	if (value_is_text(v) && convert != 'r' && convert != 'a' &&
	    (v->kind == VALUE_STR || s->type == 's')) {
		add_text(o, s, v);
		return;
	}
	if (value_as_int(v, &i) && (v->kind == VALUE_INT || s->type != 0) &&
	    convert == 0) {
		if (spell_int(s, i, text, sizeof(text)))
			pad(o, s, text, strlen(text), true);
		else
			o->flags |= VALUE_OPEN;
		return;
	}
	if (v->kind == VALUE_STR && s->type == 'c') {
		add_text(o, s, v);
		return;
	}
	n = s->type == 0 || s->type == 's' || s->type == 'r' ?
	    value_spell(v, text, sizeof(text), convert == 'r') : -1;
	if (n < 0 || (size_t)n >= sizeof(text))
		o->flags |= VALUE_OPEN;
	else
		pad(o, s, text, (size_t)n, false);
}

/* ---- format strings ----------------------------------------------------- */

static void
add_field(struct fold *f, struct output *o, uint32_t field, struct env *env)
{
	const struct node *n = fold_at(f, field);
	uint32_t value = n->kid;
	char convert = (char)n->op;
	uint32_t more = value != 0 ? fold_at(f, value)->next : 0;
	struct value v = fold_in(f, value, env), text = { 0 };
	struct spec s = { .fill = " ", .precision = -1 };

	fold_charge(f, &v);
	if (more != 0 && fold_at(f, more)->kind == NODE_FORMAT) {
		text = fold_in(f, more, env);
		if (text.kind != VALUE_STR || text.len > SPEC_MOST ||
		    !read_spec(&s, (const char *)text.bytes, text.len))
			v = value_unknown();
	}
	add_value(o, &s, &v, convert);
}

struct value
format_string(struct fold *f, uint32_t node, struct env *env)
{
	struct output o;
	struct value v;
	bool any = false;

	if (!begin(f, node, &o))
		return value_unknown();
	for (uint32_t k = fold_at(f, node)->kid; k != 0 && !o.text.full;
	    k = fold_at(f, k)->next) {
		if (fold_at(f, k)->kind == NODE_PIECE) {
			v = literal_string(f, k);
			if (value_is_text(&v))
				buf_add(&o.text, v.bytes, v.len);
			any = any || v.len != 0;
		} else if (fold_at(f, k)->kind == NODE_FIELD) {
			add_field(f, &o, k, env);
		}
	}
	if (!any && o.flags & VALUE_OPEN && o.text.len == 0) {
		buf_release(&o.text);
		return value_unknown();
	}
	return finish(f, node, &o, VALUE_STR);
}

/* ---- "..." % (...) ------------------------------------------------------ */

struct percent {
	struct fold	*f;
	struct value	*items;
	size_t		 n, used;
	const struct value *dict;
};

static struct value
next_item(struct percent *p)
{
	return p->used < p->n ? p->items[p->used++] : value_unknown();
}

/* "%(name)s": the key's value, the text behind the bracket in *at. */
static struct value
keyed_item(struct percent *p, const char **at, const char *end)
{
	const char *close = memchr(*at, ')', (size_t)(end - *at));
	struct value key;

	if (close == NULL) {
		*at = end;	/* Python raises */
		return value_unknown();
	}
	key = value_text(VALUE_STR, *at, (size_t)(close - *at));
	*at = close + 1;
	return p->dict != NULL ? fold_item(p->f, *p->dict, key) :
	    value_unknown();
}

static const char *
percent_part(struct output *o, struct percent *p, const char *at,
    const char *end)
{
	struct spec s = { .fill = " ", .precision = -1, .align = '>' };
	struct value v;
	bool keyed = at < end && *at == '(';

	if (keyed) {
		at++;
		v = keyed_item(p, &at, end);
	}
	for (; at < end && *at != '\0' && strchr("-+ #0", *at) != NULL; at++) {
		if (*at == '-')
			s.align = '<';
		else if (*at == '0' && s.align != '<') {
			s.fill[0] = '0';
			s.align = '=';
		} else if (*at == '#') {
			s.alternate = true;
		}
	}
	if (at < end && *at == '*') {
		int64_t width;
		struct value w = next_item(p);

		if (value_as_int(&w, &width) && width > 0)
			s.width = width < WIDTH_MOST ? (unsigned int)width :
			    WIDTH_MOST;
		at++;
	} else {
		s.width = read_width(&at, end);
	}
	if (at < end && *at == '.') {
		at++;
		s.precision = (int)read_width(&at, end);
	}
	if (at >= end)
		return at;
	s.type = *at++;
	if (!keyed)
		v = next_item(p);
	if (s.type == 'r' || s.type == 's' || s.type == 'a')
		add_value(o, &s, &v, s.type == 's' ? 's' : 'r');
	else
		add_value(o, &s, &v, 0);
	return at;
}

struct value
format_percent(struct fold *f, uint32_t node, struct value template,
    struct value args)
{
	const char *at = (const char *)template.bytes, *end = at + template.len;
	struct percent p = { f, &args, 1, 0, NULL };
	struct output o;

	if (args.kind == VALUE_LIST && args.flags & VALUE_TUPLE) {
		p.items = args.items;
		p.n = args.len;
	} else if (args.kind == VALUE_DICT) {
		p.dict = &args;
	}
	if (!begin(f, node, &o))
		return value_unknown();
	while (at < end && !o.text.full) {
		const char *sign = memchr(at, '%', (size_t)(end - at));

		if (sign == NULL)
			sign = end;
		buf_add(&o.text, at, (size_t)(sign - at));
		at = sign;
		if (at == end)
			break;
		at++;
		if (at < end && *at == '%')
			buf_addc(&o.text, *at++);
		else if (fold_step(f, node))
			at = percent_part(&o, &p, at, end);
		else
			break;
	}
	o.flags |= template.flags & VALUE_OPEN;
	return finish(f, node, &o, template.kind);
}

/* ---- "...".format(...) -------------------------------------------------- */

static bool
is_digits(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return len != 0;
}

/* "", "0", "name"; "0[k]" and "0.x" are not followed. */
static struct value
argument(struct fold *f, const struct arguments *a, const char *name,
    size_t len, size_t *next)
{
	uint32_t word;

	if (len == 0)
		return *next < a->n ? a->at[(*next)++] : value_unknown();
	if (is_digits(name, len)) {
		size_t i = len > 2 ? FOLD_ARGUMENTS :
		    (size_t)strtoul(name, NULL, 10);

		return i < a->n ? a->at[i] : value_unknown();
	}
	word = words_find(&f->tree->words, name, len);
	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (a->names[i] == word && word != WORD_NONE)
			return a->keywords[i];
	/* format_map(table), substitute(table) */
	return a->n == 1 && a->at[0].kind == VALUE_DICT ? fold_item(f,
	    a->at[0], value_text(VALUE_STR, name, len)) : value_unknown();
}

static void
format_part(struct fold *f, struct output *o, const struct arguments *a,
    const char *at, size_t len, size_t *next)
{
	const char *colon = memchr(at, ':', len);
	size_t head = colon != NULL ? (size_t)(colon - at) : len;
	const char *bang = memchr(at, '!', head);
	size_t name = bang != NULL ? (size_t)(bang - at) : head;
	struct value v = argument(f, a, at, name, next);
	struct spec s = { .fill = " ", .precision = -1 };

	if (colon != NULL && !read_spec(&s, colon + 1, len - head - 1))
		v = value_unknown();
	add_value(o, &s, &v, bang != NULL && name + 1 < head ? bang[1] : 0);
}

struct value
format_method(struct fold *f, struct arguments *a)
{
	const char *at = (const char *)a->self.bytes;
	const char *end = at + a->self.len, *close;
	struct output o;
	size_t next = 0;

	if (!begin(f, a->node, &o))
		return value_unknown();
	while (at < end && !o.text.full) {
		if ((*at == '{' || *at == '}') && at + 1 < end &&
		    at[1] == *at) {
			buf_addc(&o.text, *at);
			at += 2;
			continue;
		}
		if (*at != '{') {
			buf_addc(&o.text, *at++);
			continue;
		}
		close = memchr(at, '}', (size_t)(end - at));
		if (close == NULL) {	/* Python raises */
			buf_add(&o.text, at, (size_t)(end - at));
			break;
		}
		if (!fold_step(f, a->node))
			break;
		format_part(f, &o, a, at + 1, (size_t)(close - at - 1),
		    &next);
		at = close + 1;
	}
	o.flags |= a->self.flags & VALUE_OPEN;
	return finish(f, a->node, &o, VALUE_STR);
}

/* ---- string.Template("...").substitute(...) ------------------------------ */

/* Letters of a name, from *at on. */
static size_t
name_length(const char *at, const char *end)
{
	size_t n = 0;

	while (at + n < end && (isalnum((unsigned char)at[n]) || at[n] == '_'))
		n++;
	return n;
}

/* What stands behind a '$'; where it ends. */
static const char *
template_part(struct fold *f, struct output *o, const struct arguments *a,
    const char *at, const char *end)
{
	bool braced = at < end && *at == '{';
	const char *name = at + braced;
	size_t len = name_length(name, end), next = 0;
	struct spec s = { .fill = " ", .precision = -1 };
	struct value v;

	if (len == 0) {		/* "$$" */
		buf_addc(&o->text, '$');
		return at < end && *at == '$' ? at + 1 : at;
	}
	v = argument(f, a, name, len, &next);
	add_value(o, &s, &v, 0);
	name += len;
	return braced && name < end && *name == '}' ? name + 1 : name;
}

struct value
format_template(struct fold *f, struct arguments *a)
{
	const char *at = (const char *)a->self.bytes;
	const char *end = at + a->self.len, *sign;
	struct output o;

	if (!begin(f, a->node, &o))
		return value_unknown();
	while (at < end && !o.text.full && fold_step(f, a->node)) {
		sign = memchr(at, '$', (size_t)(end - at));
		if (sign == NULL)
			sign = end;
		buf_add(&o.text, at, (size_t)(sign - at));
		at = sign == end ? end : template_part(f, &o, a, sign + 1,
		    end);
	}
	o.flags |= a->self.flags & VALUE_OPEN;
	return finish(f, a->node, &o, VALUE_STR);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk - one uploaded file on its way through unpack.
 * Takes: members from the readers.  Gives: entries and findings.
 * Runs in: worker child, the command.
 */
#include "unpack/walk.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "unpack/budget.h"
#include "unpack/nested.h"
#include "unpack/path.h"
#include "unpack/sdist.h"
#include "unpack/wheel.h"

static void __attribute__((format(printf, 3, 0)))
walk_end(struct walk *w, enum scan_outcome outcome, const char *fmt,
    va_list ap)
{
	struct buf b = { .most = FINDING_TEXT_MAX };

	if (w->out->outcome >= outcome)
		return;
	w->out->outcome = outcome;
	buf_addv(&b, fmt, ap);
	finding_set(&w->out->why, buf_text(&b), b.len, FINDING_TEXT_MAX);
	buf_release(&b);
}

void
walk_partial(struct walk *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	walk_end(w, SCAN_PARTIAL, fmt, ap);
	va_end(ap);
}

void
walk_unscannable(struct walk *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	walk_end(w, SCAN_UNSCANNABLE, fmt, ap);
	va_end(ap);
}

/* The path as people see it, with the archives it is nested in. */
static void
visible_path(const struct place *p, const char *name, size_t len,
    struct buf *out)
{
	out->most = ENTRY_PATH_MAX;
	buf_adds(out, p->prefix);
	vis_add(out, name, len, false);
	if (out->full) {	/* perhaps within a character */
		out->len = utf8_cut(out->data, out->len - 1, out->len - 4);
		out->data[out->len] = '\0';
	}
}

static void
odd(struct place *p, enum anomaly a, const char *name, size_t len,
    const char *detail)
{
	struct walk	*w = p->walk;
	/* Packages carry odd archives as test data; only what they are made of
	 * themselves speaks for itself. */
	enum anomaly	 rule = p->depth == 0 ? a : ANOMALY_NESTED;
	struct buf	 path = BUF_EMPTY, text = BUF_EMPTY;
	struct finding	*f;

	/* Programs that carry a zip are ordinary. */
	if (p->depth > 0 && a == ANOMALY_ZIP_PREFIX)
		return;
	if (w->seen[rule]++ >= UNPACK_SAME_FINDINGS_MAX ||
	    (f = features_add_finding(w->out)) == NULL)
		return;
	visible_path(p, name != NULL ? name : "", len, &path);
	if (name == NULL && p->depth > 0)	/* the archive, without "!/" */
		path.len -= path.len >= 2 ? 2 : 0;
	buf_adds(&text, anomaly_text(a));
	if (detail != NULL && detail[0] != '\0')
		buf_addf(&text, ": %s", detail);
	f->rule = mem_strdup(anomaly_rule(rule));
	f->category = mem_strdup("archive-anomaly");
	f->tactic = mem_strdup(anomaly_tactic(rule));
	f->context = CONTEXT_ARCHIVE;
	if (path.len > 0)
		finding_set(&f->path, buf_text(&path), path.len,
		    ENTRY_PATH_MAX);
	finding_set(&f->text, buf_text(&text), text.len, FINDING_TEXT_MAX);
	buf_release(&path);
	buf_release(&text);
}

void
place_odd(struct place *p, enum anomaly a, const char *name, size_t len,
    const char *detail, ...)
{
	struct buf	b = { .most = FINDING_TEXT_MAX };
	va_list		ap;

	if (detail != NULL) {
		va_start(ap, detail);
		buf_addv(&b, detail, ap);
		va_end(ap);
	}
	odd(p, a, name, len, buf_text(&b));
	buf_release(&b);
}

void
place_broken(struct place *p, const char *fmt, ...)
{
	struct buf	b = { .most = FINDING_TEXT_MAX };
	va_list		ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	if (p->depth == 0)
		walk_unscannable(p->walk, "%s", buf_text(&b));
	else
		odd(p, ANOMALY_NESTED, NULL, 0, buf_text(&b));
	p->broken = true;
	buf_release(&b);
}

/* Links are ordinary in source archives; where they point may not be. */
static void
note_link(struct place *p, const struct member *m)
{
	place_odd(p, ANOMALY_LINK, m->name, m->name_len, NULL);
	if (path_absolute(m->link, m->link_len) ||
	    path_climbs_above(m->name, m->kind == ENTRY_SYMLINK ?
		m->name_len : 0, m->link, m->link_len))
		place_odd(p, ANOMALY_LINK_ESCAPES, m->name, m->name_len, NULL);
	if (path_class(m->name, m->name_len) == PATH_STARTUP)
		place_odd(p, ANOMALY_LINK_STARTUP, m->name, m->name_len, NULL);
}

void
place_note(struct place *p, const struct member *m)
{
	const char	*name = m->name;
	size_t		 len = m->name_len;

	if (path_climbs(name, len))
		place_odd(p, ANOMALY_PATH_CLIMBS, name, len, NULL);
	if (path_absolute(name, len))
		place_odd(p, ANOMALY_PATH_ABSOLUTE, name, len, NULL);
	if (path_hidden(name, len))
		place_odd(p, ANOMALY_PATH_HIDDEN, name, len, NULL);
	if (memchr(name, '\\', len) != NULL)
		place_odd(p, ANOMALY_PATH_BACKSLASH, name, len, NULL);
	if (!utf8_valid(name, len))
		place_odd(p, ANOMALY_PATH_ENCODING, name, len, NULL);
	if (len > ENTRY_PATH_MAX - 1 ||
	    path_depth(name, len) > UNPACK_PATH_DEPTH_MAX)
		place_odd(p, ANOMALY_PATH_LONG, name, len, "%zu bytes, %zu "
		    "deep", len, path_depth(name, len));
	if (m->link != NULL)
		note_link(p, m);
	if (m->kind == ENTRY_OTHER)
		place_odd(p, ANOMALY_DEVICE, name, len, NULL);
	path_trim(&name, &len);
	index_add(&p->index, name, len, m->kind == ENTRY_DIRECTORY);
}

void
place_indexed(struct place *p)
{
	struct index *x = &p->index;

	if (x->full)
		walk_partial(p->walk, "more than %d names in one archive",
		    UNPACK_INDEX_MAX);
	index_sort(x);
	/* Folders may be repeated. */
	for (size_t i = 1; i < x->n; i++)
		if (x->items[i].value == 0 && x->items[i - 1].value == 0 &&
		    index_same(x, &x->items[i - 1], &x->items[i]))
			place_odd(p, ANOMALY_DUPLICATE, index_name(x,
			    &x->items[i]), x->items[i].len, NULL);
	if (p->layout == LAYOUT_SDIST)
		sdist_check(p);
}

static void
inner_path(struct place *p, const char *name, size_t len)
{
	struct buf	*out = &p->inner;
	size_t		 top;

	path_trim(&name, &len);
	buf_reset(out);
	out->most = ENTRY_PATH_MAX;
	buf_adds(out, p->inner_prefix);
	if (p->layout == LAYOUT_SDIST) {
		top = path_top(name, len);
		if (top < len)
			top++;
		else
			top = 0;
		vis_add(out, name + top, len - top, false);
	} else if (p->layout == LAYOUT_WHEEL) {
		wheel_inner(p, name, len, out);
	} else {
		vis_add(out, name, len, false);
	}
}

bool
place_deliver(struct place *p, const struct member *m)
{
	struct walk	*w = p->walk;
	struct entry	 e = { .kind = m->kind, .data = m->data,
		.size = m->size, .declared = m->declared, .cut = m->cut,
		.executable = m->executable, .depth = p->depth,
		.installed = p->layout == LAYOUT_WHEEL ||
		    p->layout == LAYOUT_EGG };

	if (!budget_entry(w))
		return false;
	buf_reset(&p->path);
	visible_path(p, m->name, m->name_len, &p->path);
	inner_path(p, m->name, m->name_len);
	buf_reset(&p->link);
	p->link.most = ENTRY_PATH_MAX;
	if (m->link != NULL)
		vis_add(&p->link, m->link, m->link_len, false);
	e.path = buf_text(&p->path);
	e.inner = buf_text(&p->inner);
	e.link = m->link != NULL ? buf_text(&p->link) : NULL;
	if (e.data == NULL)
		e.data = (const uint8_t *)"";
	if (e.cut && e.size >= (uint64_t)w->limits->entry_bytes)
		walk_partial(w, "limits.entry-bytes reached: %zu bytes of %s",
		    e.size, e.path);
	w->each(w->ctx, &e);
	if (p->wheel != NULL)
		wheel_member(p, m);
	if (m->kind == ENTRY_FILE && m->size > 0)
		nested_walk(p, m);
	return true;
}

void
place_release(struct place *p)
{
	index_release(&p->index);
	buf_release(&p->path);
	buf_release(&p->inner);
	buf_release(&p->link);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changelog - PyPI's XML-RPC journal: the questions, and the answers read.
 * Takes: the bytes of an answer.  Gives: events row by row, or the fault.
 * Runs in: poll.
 *
 * An answer is  params/param/value  holding an int, nil, or an array of rows;
 * a row is an array of [name, version, time, action, serial].  A fault is a
 * struct with faultCode and faultString, and comes with HTTP status 200.
 */
#include "poll/changelog.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "base/wire.h"
#include "data/event.h"
#include "poll/action.h"
#include "poll/xml.h"

enum { CELL_NAME, CELL_VERSION, CELL_TIME, CELL_ACTION, CELL_SERIAL, CELLS };

struct changelog_reader {
	struct xml_reader *xml;
	void		(*row)(void *, const struct event *);
	void		*ctx;
	struct changelog_page page;
	unsigned int	 arrays;	/* open: 1 page, 2 row */
	bool		 done;		/* methodResponse was closed */
	bool		 in_fault, has_fault;
	bool		 typed;		/* the value had a type element */
	char		*value;		/* of the innermost value, NULL: nil */
	char		*cells[CELLS];
	size_t		 ncells;
	char		*member;	/* name of the fault's member */
	char		*fault_text;
};

void
changelog_ask_since(struct buf *b, int64_t serial)
{
	buf_addf(b, "<?xml version=\"1.0\"?>\n<methodCall><methodName>"
	    "changelog_since_serial</methodName>\n<params><param><value><int>"
	    "%lld</int></value></param></params></methodCall>\n",
	    (long long)serial);
}

void
changelog_ask_last(struct buf *b)
{
	buf_adds(b, "<?xml version=\"1.0\"?>\n<methodCall><methodName>"
	    "changelog_last_serial</methodName>\n<params></params>"
	    "</methodCall>\n");
}

static void
row_clear(struct changelog_reader *c)
{
	for (size_t i = 0; i < CELLS; i++) {
		free(c->cells[i]);
		c->cells[i] = NULL;
	}
	c->ncells = 0;
}

static bool
fits(const char *s, size_t most)
{
	return s == NULL || strlen(s) <= most;
}

/* What would be cut on its way must not be taken for another file. */
static void
bound(struct event *e)
{
	if (!fits(e->project, PROJECT_NAME_MAX) ||
	    !fits(e->version, VERSION_MAX) ||
	    !fits(e->filename, FILENAME_MAX_BYTES))
		e->kind = EVENT_CHANGED;
}

static void
row_end(struct changelog_reader *c)
{
	struct event	e = { .source = SOURCE_CHANGELOG };
	int64_t		at = 0;

	if (++c->page.rows > CHANGELOG_ROWS_MAX)
		xml_stop(c->xml, "more rows than a page can have");
	if (c->ncells != CELLS || c->cells[CELL_NAME] == NULL ||
	    c->cells[CELL_NAME][0] == '\0' || c->cells[CELL_ACTION] == NULL ||
	    c->cells[CELL_SERIAL] == NULL || str_int(c->cells[CELL_SERIAL], 1,
	    INT64_MAX, &e.serial) == -1) {
		c->page.unreadable++;
		return;
	}
	if (c->cells[CELL_TIME] != NULL &&
	    str_int(c->cells[CELL_TIME], 0, INT32_MAX * INT64_C(4), &at) == 0)
		e.at_us = at * 1000000;
	e.project = c->cells[CELL_NAME];
	e.version = c->cells[CELL_VERSION];
	c->cells[CELL_NAME] = c->cells[CELL_VERSION] = NULL;
	if (e.version != NULL && e.version[0] == '\0') {
		free(e.version);
		e.version = NULL;
	}
	action_read(c->cells[CELL_ACTION], &e);
	bound(&e);
	c->row(c->ctx, &e);
}

/* A value ended that is no array: a cell, the fault's member, the answer. */
static void
scalar_end(struct changelog_reader *c)
{
	if (c->in_fault) {
		if (str_equal(c->member, "faultString") && c->value != NULL) {
			free(c->fault_text);
			c->fault_text = c->value;
			c->value = NULL;
		}
	} else if (c->arrays == 2) {
		if (c->ncells < CELLS) {
			c->cells[c->ncells] = c->value;
			c->value = NULL;
		}
		c->ncells++;
	} else if (c->arrays == 0 && c->value != NULL &&
	    str_int(c->value, 0, INT64_MAX, &c->page.value) == 0)
		c->page.has_value = true;
}

static bool
is_scalar(const char *name)
{
	static const char *const names[] = { "string", "int", "i4", "i8",
		"boolean", "double", "dateTime.iso8601", "base64", "nil" };

	return str_index(names, ARRAY_LEN(names), name) != -1;
}

static void
on_open(void *ctx, const char *name)
{
	struct changelog_reader *c = ctx;

	if (strcmp(name, "array") == 0) {
		c->arrays++;
		if (c->arrays == 2)
			row_clear(c);
		if (c->arrays > 2)
			xml_stop(c->xml, "an array where a row has none");
	} else if (strcmp(name, "fault") == 0)
		c->in_fault = c->has_fault = true;
	else if (strcmp(name, "value") == 0) {
		c->typed = false;
		free(c->value);
		c->value = NULL;
	}
}

static void
on_close(void *ctx, const char *name, const char *text)
{
	struct changelog_reader *c = ctx;

	if (strcmp(name, "array") == 0) {
		if (c->arrays == 2)
			row_end(c);
		c->arrays--;
		c->typed = true;
		free(c->value);
		c->value = mem_strdup("");
	} else if (is_scalar(name)) {
		c->typed = true;
		free(c->value);
		c->value = strcmp(name, "nil") == 0 ? NULL : mem_strdup(text);
	} else if (strcmp(name, "value") == 0) {
		if (!c->typed)		/* bare text is a string */
			c->value = mem_strdup(text);
		scalar_end(c);
		c->typed = true;
	} else if (strcmp(name, "name") == 0) {
		free(c->member);
		c->member = mem_strdup(text);
	} else if (strcmp(name, "methodResponse") == 0)
		c->done = true;
}

struct changelog_reader *
changelog_reader_new(void (*row)(void *, const struct event *), void *ctx)
{
	static const struct xml_handler handler = { on_open, on_close };
	struct changelog_reader *c = mem_alloc(sizeof(*c));

	c->row = row;
	c->ctx = ctx;
	c->page.reset_s = -1;
	c->xml = xml_reader_new(&handler, c);
	return c;
}

void
changelog_reader_free(struct changelog_reader *c)
{
	if (c == NULL)
		return;
	xml_reader_free(c->xml);
	row_clear(c);
	free(c->value);
	free(c->member);
	free(c->fault_text);
	free(c);
}

int
changelog_feed(struct changelog_reader *c, const void *bytes, size_t len)
{
	return xml_feed(c->xml, bytes, len);
}

/* "... Limit may reset in N seconds." */
static int64_t
reset_seconds(const char *text)
{
	const char *at = strstr(text, "reset in ");
	int64_t s = 0;

	if (at == NULL)
		return -1;
	at += strlen("reset in ");
	if (*at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9' && s < RETRY_AFTER_MAX_S; at++)
		s = s * 10 + (*at - '0');
	return s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S;
}

static void
fault_end(struct changelog_reader *c)
{
	const char *text = c->fault_text != NULL ? c->fault_text : "no reason";

	c->page.status = CHANGELOG_FAULT;
	if (strstr(text, "HTTPTooManyRequests") != NULL) {
		c->page.status = CHANGELOG_LIMITED;
		c->page.reset_s = reset_seconds(text);
	}
	vis_copy(c->page.error, sizeof(c->page.error), text);
}

void
changelog_end(struct changelog_reader *c, struct changelog_page *out)
{
	c->page.status = CHANGELOG_OK;
	if (xml_end(c->xml) == -1 || !c->done) {
		c->page.status = CHANGELOG_MALFORMED;
		vis_copy(c->page.error, sizeof(c->page.error),
		    xml_error(c->xml) != NULL ? xml_error(c->xml) :
		    "not an XML-RPC answer");
	} else if (c->has_fault)
		fault_end(c);
	*out = c->page;
}

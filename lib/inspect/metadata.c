/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metadata - the header lines of PKG-INFO and METADATA (core metadata, PEP
 * 566 and its followers): mail headers, then the description.
 *
 * Takes: bytes.  Gives: struct metadata, all text visible and bounded.
 * Runs in: worker child, command.
 */
#include "inspect/metadata.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

struct header {
	const char	*name;
	size_t		 name_len;
	struct buf	 value;
};

static void
set_once(char **field, const struct buf *value)
{
	if (*field == NULL && value->len != 0)
		finding_set(field, value->data, value->len, METADATA_TEXT_MAX);
}

static void
list_add(struct text **list, size_t *n, const struct buf *value)
{
	char *text = NULL;

	if (*n >= METADATA_LIST_MAX || value->len == 0)
		return;
	finding_set(&text, value->data, value->len, METADATA_TEXT_MAX);
	*list = mem_grow(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++].text = text;
}

static void
take_header(struct metadata *m, const struct header *h)
{
	struct { const char *name; char **field; } texts[] = {
		{ "Name", &m->name }, { "Version", &m->version },
		{ "Summary", &m->summary }, { "Author", &m->author },
		{ "Author-email", &m->author_email },
		{ "Maintainer", &m->maintainer },
		{ "Maintainer-email", &m->maintainer_email },
		{ "Home-page", &m->home_page }, { "License", &m->license },
		{ "License-Expression", &m->license },
	};
	struct { const char *name; struct text **list; size_t *n; } lists[] = {
		{ "Project-URL", &m->project_urls, &m->nproject_urls },
		{ "Requires-Dist", &m->requires, &m->nrequires },
		{ "Requires", &m->requires, &m->nrequires },
		{ "Classifier", &m->classifiers, &m->nclassifiers },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strlen(texts[i].name) == h->name_len &&
		    strncasecmp(texts[i].name, h->name, h->name_len) == 0)
			set_once(texts[i].field, &h->value);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (strlen(lists[i].name) == h->name_len &&
		    strncasecmp(lists[i].name, h->name, h->name_len) == 0)
			list_add(lists[i].list, lists[i].n, &h->value);
	if (h->name_len == 11 && strncasecmp(h->name, "Description", 11) == 0)
		m->description_bytes += (uint32_t)h->value.len;
}

/* Adds one physical line's text to the header's value. */
static void
add_value(struct header *h, const char *line, size_t len)
{
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	if (h->value.len != 0 && len != 0)
		buf_addc(&h->value, ' ');
	buf_add(&h->value, line, len);
}

void
metadata_parse(const uint8_t *data, size_t size, struct metadata *out)
{
	const char *at = (const char *)data, *stop = at + size;
	struct header h = { .value = { .most = METADATA_LINE_MAX } };

	if (size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < stop) {
		const char *end = memchr(at, '\n', (size_t)(stop - at));
		size_t len = (size_t)((end != NULL ? end : stop) - at);
		const char *colon = memchr(at, ':', len);

		if (len == 0 || (len == 1 && *at == '\r'))
			break;
		if (*at == ' ' || *at == '\t') {
			add_value(&h, at, len);
		} else if (colon != NULL) {
			take_header(out, &h);
			buf_reset(&h.value);
			h.name = at;
			h.name_len = (size_t)(colon - at);
			add_value(&h, colon + 1, len - h.name_len - 1);
		}
		at = end != NULL ? end + 1 : stop;
	}
	take_header(out, &h);
	buf_release(&h.value);
	while (at < stop && (*at == '\n' || *at == '\r'))
		at++;
	if (stop - at > (ptrdiff_t)UINT32_MAX / 2)
		at = stop - UINT32_MAX / 2;
	out->description_bytes += (uint32_t)(stop - at);
}

static void
list_release(struct text *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].text);
	free(list);
}

void
metadata_release(struct metadata *m)
{
	free(m->name);
	free(m->version);
	free(m->summary);
	free(m->author);
	free(m->author_email);
	free(m->maintainer);
	free(m->maintainer_email);
	free(m->home_page);
	free(m->license);
	list_release(m->project_urls, m->nproject_urls);
	list_release(m->requires, m->nrequires);
	list_release(m->classifiers, m->nclassifiers);
	*m = (struct metadata){ 0 };
}

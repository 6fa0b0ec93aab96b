/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults - the ways in which the simulated index misbehaves when told to.
 * Takes: lines of a script.  Gives: what to do wrong with one request.
 * Runs in: simindex.
 */
#include "faults.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
	const char	*name;
	int64_t		 number;	/* when the line gives none */
	const char	*about;
} kinds[FAULT_KIND_COUNT] = {
	[FAULT_STATUS] = { "status", 503, "this status, an HTML body; a bare "
	    "number means the same" },
	[FAULT_LATENCY] = { "latency", 2000, "wait so many ms first" },
	[FAULT_RESET] = { "reset", 0, "reset the connection" },
	[FAULT_TRUNCATE] = { "truncate", 0, "half the body, then the end" },
	[FAULT_LIE_SHORT] = { "lie-short", 10, "Content-Length too small by" },
	[FAULT_LIE_LONG] = { "lie-long", 10, "Content-Length too large by" },
	[FAULT_SLOW] = { "slow", 500, "so many bytes a second" },
	[FAULT_STALE] = { "stale", 0, "copies as of when the fault began" },
	[FAULT_MISSING] = { "missing", 1, "404 for the first requests of each "
	    "matching path" },
	[FAULT_WRONG_DIGEST] = { "wrong-digest", 0, "json, simple: another "
	    "sha256; file: one other byte" },
	[FAULT_BAD_BYTES] = { "bad-bytes", 0, "invalid UTF-8 in the body" },
	[FAULT_NONCHAR] = { "nonchar", 0, "U+FFFF in the body" },
	[FAULT_DTD] = { "dtd", 0, "a DOCTYPE before the body" },
	[FAULT_BOMB] = { "bomb", 0, "an entity bomb" },
	[FAULT_CUT] = { "cut", 0, "half the body, as if it were all" },
	[FAULT_GARBAGE] = { "garbage", 0, "a body of noise" },
	[FAULT_RATE_LIMIT] = { "rate-limit", 5, "XML-RPC fault naming a reset "
	    "in so many s" },
	[FAULT_TYPE] = { "type", 0, "Content-Type application/octet-stream" },
	[FAULT_OVERSIZE] = { "oversize", 200, "as many MB of padding" },
	[FAULT_LOOP] = { "loop", 0, "a redirect to itself" },
	[FAULT_DUPLICATES] = { "duplicates", 0, "each row twice" },
	[FAULT_DISORDER] = { "disorder", 0, "timestamps out of order" },
	[FAULT_HTML] = { "html", 0, "200 with an HTML page" },
	[FAULT_REWIND] = { "rewind", 1000000, "serials lower by so many" },
	[FAULT_GZIP_BOMB] = { "gzip-bomb", 300, "so many MB of zeros, "
	    "compressed" },
};

static const char *const endpoints[ENDPOINT_COUNT] = {
	[AT_XMLRPC] = "xmlrpc", [AT_UPDATES] = "updates",
	[AT_PACKAGES] = "packages", [AT_JSON] = "json",
	[AT_SIMPLE] = "simple", [AT_FILE] = "file", [AT_CONTROL] = "control",
};

const char *
endpoint_name(enum endpoint at)
{
	return endpoints[at];
}

const char *
fault_name(enum fault_kind kind)
{
	return kinds[kind].name;
}

void
fault_help(void)
{
	for (size_t i = 0; i < FAULT_KIND_COUNT; i++)
		printf("  %-13s %s\n", kinds[i].name, kinds[i].about);
}

static unsigned int
endpoints_named(const char *name)
{
	if (strcmp(name, "all") == 0)
		return (1u << AT_CONTROL) - 1;
	if (strcmp(name, "rss") == 0)
		return 1u << AT_UPDATES | 1u << AT_PACKAGES;
	for (unsigned int i = 0; i < AT_CONTROL; i++)
		if (strcmp(name, endpoints[i]) == 0)
			return 1u << i;
	return 0;
}

static int
kind_named(const char *name)
{
	if (isdigit((unsigned char)*name))
		return FAULT_STATUS;
	for (int i = 0; i < FAULT_KIND_COUNT; i++)
		if (strcmp(name, kinds[i].name) == 0)
			return i;
	return -1;
}

/* The pairs behind the kind: "for S", "count N", "match TEXT". */
static const char *
fault_options(struct fault *f, char **save)
{
	char	*word, *value;

	while ((word = strtok_r(NULL, " \t", save)) != NULL) {
		if (isdigit((unsigned char)*word)) {
			f->number = strtoll(word, NULL, 10);
			continue;
		}
		value = strtok_r(NULL, " \t", save);
		if (value == NULL)
			return "a value is missing";
		if (strcmp(word, "for") == 0)
			f->until_us = now_us() +
			    (int64_t)(strtod(value, NULL) * 1e6);
		else if (strcmp(word, "count") == 0)
			f->left = strtoll(value, NULL, 10);
		else if (strcmp(word, "match") == 0) {
			free(f->match);
			f->match = must_copy(value);
		} else
			return "for, count or match expected";
	}
	return NULL;
}

int
faults_add(struct faults *fs, char *words, int64_t serial, const char **why)
{
	char		*save = NULL, *at, *kind;
	struct fault	*f;
	int		 k;

	at = strtok_r(words, " \t", &save);
	kind = strtok_r(NULL, " \t", &save);
	if (at == NULL || kind == NULL || endpoints_named(at) == 0) {
		*why = "fault xmlrpc|updates|packages|rss|json|simple|file|all"
		    " KIND ...";
		return -1;
	}
	if ((k = kind_named(kind)) == -1) {
		*why = "no such kind of fault";
		return -1;
	}
	f = must_alloc(sizeof(*f));
	*f = (struct fault){ .kind = (enum fault_kind)k, .left = -1,
	    .endpoints = endpoints_named(at), .serial = serial,
	    .number = kinds[k].number };
	if (isdigit((unsigned char)*kind))
		f->number = strtoll(kind, NULL, 10);
	if ((*why = fault_options(f, &save)) != NULL) {
		free(f->match);
		free(f);
		return -1;
	}
	f->next = fs->list;
	fs->list = f;
	return 0;
}

void
faults_clear(struct faults *fs, const char *endpoint)
{
	unsigned int	 at = endpoints_named(endpoint);
	struct fault	**link = &fs->list, *f;

	while ((f = *link) != NULL) {
		if ((f->endpoints & at) == 0) {
			link = &f->next;
			continue;
		}
		*link = f->next;
		free(f->match);
		free(f);
	}
}

const struct fault *
faults_hit(struct faults *fs, enum fault_kind kind, enum endpoint at,
    const char *path)
{
	int64_t	 now = now_us();

	for (struct fault *f = fs->list; f != NULL; f = f->next) {
		if (f->kind != kind || (f->endpoints & (1u << at)) == 0 ||
		    f->left == 0 || (f->until_us != 0 && now >= f->until_us))
			continue;
		if (f->match != NULL && strstr(path, f->match) == NULL)
			continue;
		/* `missing` counts by path, and its server does that. */
		if (kind == FAULT_MISSING)
			return f;
		if (f->left > 0)
			f->left--;
		fs->served[kind]++;
		return f;
	}
	return NULL;
}

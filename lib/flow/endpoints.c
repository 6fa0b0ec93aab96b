/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoints - hosts where stolen data goes and second stages come from.
 *
 * Takes: a shipped table.  Gives: the kind of a URL.
 * Runs in: worker (read in the parent), command.
 */
#include "flow/endpoints.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

struct endpoint {
	char		*host;		/* a suffix, at a dot */
	char		*path;		/* a prefix, or "" */
	size_t		 host_len, path_len;
	char		 last;		/* of the host, small */
	enum endpoint_kind kind;
};

struct endpoints {
	struct endpoint	*rows;
	size_t		 n;
};

static const char *const kinds[ENDPOINT_KIND_COUNT] = {
	[ENDPOINT_BIN] = "bin", [ENDPOINT_HOOK] = "hook",
	[ENDPOINT_DROP] = "drop", [ENDPOINT_PASTE] = "paste",
	[ENDPOINT_TUNNEL] = "tunnel", [ENDPOINT_ECHO] = "echo",
	[ENDPOINT_FORM] = "form", [ENDPOINT_CHAIN] = "chain",
	[ENDPOINT_FORGE] = "forge",
	[ENDPOINT_TOOLCHAIN] = "toolchain", [ENDPOINT_INDEX] = "index",
};

/* Of an ASCII letter the small one. */
static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* "kind<TAB>host[/path]" and anything after a further tab. */
static int
read_row(struct endpoints *e, char *line)
{
	char *host = strchr(line, '\t'), *end, *slash;
	struct endpoint *row;
	int kind;

	if (host == NULL)
		return -1;
	*host++ = '\0';
	end = host + strcspn(host, "\t\n");
	*end = '\0';
	kind = str_index(kinds, ENDPOINT_KIND_COUNT, line);
	if (kind < 0 || *host == '\0')
		return -1;
	slash = strchr(host, '/');
	e->rows = mem_grow(e->rows, e->n + 1, sizeof(*e->rows));
	row = &e->rows[e->n++];
	*row = (struct endpoint){ .host = slash != NULL ? mem_strndup(host,
	    (size_t)(slash - host)) : mem_strdup(host),
	    .path = mem_strdup(slash != NULL ? slash : ""),
	    .kind = (enum endpoint_kind)kind };
	row->host_len = strlen(row->host);
	row->path_len = strlen(row->path);
	row->last = row->host_len != 0 ? small(row->host[row->host_len - 1]) :
	    '\0';
	return 0;
}

struct endpoints *
endpoints_load(const char *folder, struct buf *errors)
{
	char *path = mem_printf("%s/endpoints.tsv", folder);
	struct endpoints *e = mem_alloc(sizeof(*e));
	FILE *in = fopen(path, "re");
	char line[WEIGHTS_LINE_MAX];
	unsigned long number = 0;
	bool bad = false;

	if (in == NULL) {
		buf_addf(errors, "%s: %s\n", path, strerror(errno));
		bad = true;
	}
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		number++;
		if (*line == '#' || *line == '\n' || read_row(e, line) == 0)
			continue;
		buf_addf(errors, "%s:%lu: kind, tab, host expected\n", path,
		    number);
		bad = true;
	}
	if (in != NULL && ferror(in)) {
		buf_addf(errors, "%s: %s\n", path, strerror(errno));
		bad = true;
	}
	if (in != NULL)
		(void)fclose(in);
	free(path);
	if (!bad)
		return e;
	endpoints_free(e);
	return NULL;
}

void
endpoints_free(struct endpoints *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->n; i++) {
		free(e->rows[i].host);
		free(e->rows[i].path);
	}
	free(e->rows);
	free(e);
}

/* Out of a publisher's folder again. */
static bool
climbs(const char *path, size_t len)
{
	size_t n;

	for (n = 0; n < len && strchr(" \t\r\n\"'>", path[n]) == NULL; n++)
		if (len - n > 2 && (memcmp(path + n, "/..", 3) == 0 ||
		    strncasecmp(path + n, "%2e", 3) == 0))
			return true;
	return false;
}

static bool
matches(const struct endpoint *row, const char *host, size_t host_len,
    const char *path, size_t path_len)
{
	size_t n = row->host_len, k = row->path_len;

	if (host_len < n || path_len < k || (n != 0 &&
	    small(host[host_len - 1]) != row->last) ||
	    strncasecmp(host + host_len - n, row->host, n) != 0 ||
	    strncasecmp(path, row->path, k) != 0)
		return false;
	if (k != 0 && row->kind >= ENDPOINT_FORGE && climbs(path, path_len))
		return false;
	return host_len == n || host[host_len - n - 1] == '.';
}

int
endpoints_find(const struct endpoints *e, const char *url, size_t len)
{
	const char *scheme = memmem(url, len, "://", 3), *end, *at;
	size_t host_len;

	if (e == NULL)
		return -1;
	if (scheme != NULL) {
		len -= (size_t)(scheme + 3 - url);
		url = scheme + 3;
	}
	for (end = url; end < url + len && strchr("/?#\"' \t\r\n)>,;", *end) ==
	    NULL; end++)
		continue;
	at = memrchr(url, '@', (size_t)(end - url));
	if (at != NULL) {
		len -= (size_t)(at + 1 - url);
		url = at + 1;
	}
	at = memchr(url, ':', (size_t)(end - url));
	host_len = (size_t)((at != NULL ? at : end) - url);
	for (size_t i = 0; i < e->n; i++)
		if (matches(&e->rows[i], url, host_len, end,
		    len - (size_t)(end - url)))
			return (int)e->rows[i].kind;
	return -1;
}

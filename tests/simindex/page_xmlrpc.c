/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_xmlrpc - the changelog: POST /pypi.
 * Takes: a method call.  Gives: a response or a fault, both with status 200.
 * Runs in: simindex.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define PAGE_ROWS 50000		/* of the real changelog_since_serial */

static void
xmlrpc_fault(struct answer *a, int code, const char *text)
{
	text_putf(&a->body, "<?xml version='1.0'?>\n<methodResponse>\n<fault>"
	    "\n<value><struct>\n<member>\n<name>faultCode</name>\n"
	    "<value><int>%d</int></value>\n</member>\n<member>\n"
	    "<name>faultString</name>\n<value><string>", code);
	text_putxml(&a->body, text);
	text_puts(&a->body, "</string></value>\n</member>\n</struct></value>\n"
	    "</fault>\n</methodResponse>\n");
}

/* Non-ASCII becomes a reference first, whose & is escaped again later. */
static char *
ascii_action(const char *action)
{
	struct text		 t = { 0 };
	const unsigned char	*s = (const unsigned char *)action;

	while (*s != '\0') {
		unsigned int	 c = *s++;
		int		 more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 :
		    c >= 0xc0 ? 1 : 0;

		if (c < 0x80) {
			text_add(&t, s - 1, 1);
			continue;
		}
		c &= 0x3fu >> more;
		while (more-- > 0 && *s != '\0')
			c = c << 6 | (*s++ & 0x3f);
		text_putf(&t, "&#%u;", c);
	}
	return text_take(&t);
}

static void
xmlrpc_row(struct text *t, const struct row *r, bool disorder)
{
	char	*action = ascii_action(r->action);
	int64_t	 at = r->at_us / 1000000;

	if (disorder && r->serial % 3 == 0)
		at -= 600;
	text_puts(t, "<value><array><data>\n<value><string>");
	text_putxml(t, r->name);
	text_puts(t, "</string></value>\n");
	if (r->version != NULL) {
		text_puts(t, "<value><string>");
		text_putxml(t, r->version);
		text_puts(t, "</string></value>\n");
	} else
		text_puts(t, "<value><nil/></value>\n");
	text_putf(t, "<value><int>%lld</int></value>\n<value><string>",
	    (long long)at);
	text_putxml(t, action);
	text_putf(t, "</string></value>\n<value><int>%lld</int></value>\n"
	    "</data></array></value>\n", (long long)r->serial);
	free(action);
}

static void
changelog_since(const struct ask *ask, struct answer *a, int64_t since)
{
	const struct row	*rows;
	size_t			 n = world_rows(ask->server->world, &rows);
	struct faults		*faults = &ask->server->faults;
	bool			 twice, disorder;

	twice = faults_hit(faults, FAULT_DUPLICATES, ask->at, ask->path);
	disorder = faults_hit(faults, FAULT_DISORDER, ask->at, ask->path);
	text_puts(&a->body, "<?xml version='1.0'?>\n<methodResponse>\n"
	    "<params>\n<param>\n<value><array><data>\n");
	for (size_t i = 0, sent = 0; i < n && sent < PAGE_ROWS; i++) {
		if (rows[i].serial <= since || rows[i].serial > ask->as_of)
			continue;
		xmlrpc_row(&a->body, &rows[i], disorder);
		if (twice)
			xmlrpc_row(&a->body, &rows[i], disorder);
		sent++;
	}
	text_puts(&a->body, "</data></array></value>\n</param>\n</params>\n"
	    "</methodResponse>\n");
}

/* The one strict integer, or -1: no argument, -2: another type or number. */
static int64_t
argument(const char *body)
{
	const char	*value = strstr(body, "<value>"), *digits;
	char		*end;
	long long	 n;

	if (value == NULL)
		return -1;
	value += strlen("<value>");
	while (*value == ' ' || *value == '\n' || *value == '\r' ||
	    *value == '\t')
		value++;
	if (strncmp(value, "<int>", 5) == 0)
		digits = value + 5;
	else if (strncmp(value, "<i4>", 4) == 0)
		digits = value + 4;
	else
		return -2;
	n = strtoll(digits, &end, 10);
	if (end == digits || *end != '<' || n < 0 ||
	    strstr(end, "<value>") != NULL)
		return -2;
	return n;
}

static void
xmlrpc_last_serial(const struct ask *ask, struct answer *a)
{
	text_putf(&a->body, "<?xml version='1.0'?>\n<methodResponse>\n"
	    "<params>\n<param>\n<value><int>%lld</int></value>\n</param>\n"
	    "</params>\n</methodResponse>\n", (long long)ask->as_of);
}

static bool
is_method(const char *method, const char *name)
{
	size_t	 n = strlen(name);

	return strncmp(method, name, n) == 0 && method[n] == '<';
}

static void
xmlrpc_call(const struct ask *ask, struct answer *a, const char *method)
{
	static const char *const retired[] = { "changelog", "search",
	    "package_releases", "release_urls", "release_data",
	    "list_packages", "package_data", "package_urls", "top_packages",
	    "system.multicall" };
	int64_t	 arg = argument(method);

	for (size_t i = 0; i < sizeof(retired) / sizeof(retired[0]); i++)
		if (is_method(method, retired[i])) {
			xmlrpc_fault(a, -32500, "RuntimeError: This method "
			    "has been disabled.");
			return;
		}
	if (is_method(method, "changelog_last_serial") && arg == -1)
		xmlrpc_last_serial(ask, a);
	else if (is_method(method, "changelog_since_serial") && arg >= 0)
		changelog_since(ask, a, arg);
	else if (is_method(method, "changelog_last_serial") ||
	    is_method(method, "changelog_since_serial"))
		xmlrpc_fault(a, -32602, "client error; invalid parameters: "
		    "since: Input should be a valid integer");
	else
		xmlrpc_fault(a, -32601, "server error; method not found");
}

void
xmlrpc_page(const struct ask *ask, struct answer *a)
{
	const struct fault	*f;
	const char		*method;
	char			*text;

	/* The type is part of the route: any other is another page. */
	if (ask->content_type == NULL ||
	    strncmp(ask->content_type, "text/xml", 8) != 0) {
		answer_missing(a, "text/html; charset=UTF-8",
		    "<html><body>404 Not Found</body></html>\n");
		return;
	}
	a->type = "text/xml; charset=UTF-8";
	a->gzip = true;
	f = faults_hit(&ask->server->faults, FAULT_RATE_LIMIT, ask->at,
	    ask->path);
	if (f != NULL) {
		text = must_format("HTTPTooManyRequests: The action could "
		    "not be performed because there were too many requests "
		    "by the client. Limit may reset in %lld seconds.",
		    (long long)f->number);
		xmlrpc_fault(a, -32500, text);
		free(text);
		return;
	}
	method = ask->body != NULL ? strstr(ask->body, "<methodName>") : NULL;
	if (method == NULL)
		xmlrpc_fault(a, -32700, "parse error; not well formed");
	else
		xmlrpc_call(ask, a, method + strlen("<methodName>"));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_value - a value's text, checked and turned into its field, and back.
 * Takes: a row of the table and text.  Gives: a field, or what is wrong.
 * Runs in: every process, before its sandbox.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/config_rows.h"
#include "base/expr.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define DAY INT64_C(86400)

static const char *
check_text(const char *value)
{
	if (strlen(value) > CONFIG_VALUE_MAX)
		return "is too long";
	if (!utf8_valid(value, strlen(value)))
		return "is not UTF-8";
	for (; *value != '\0'; value++)
		if (iscntrl((unsigned char)*value))
			return "holds a control character";
	return NULL;
}

static const char *
check_url(const char *value, bool proxy)
{
	const char *host = strstr(value, "://");

	if (host == NULL || !(str_starts(value, "https://") ||
	    str_starts(value, "http://") ||
	    (proxy && str_starts(value, "socks5h://"))))
		return proxy ?
		    "must begin with http://, https:// or socks5h://" :
		    "must begin with https:// or http://";
	host += 3;
	if (*host == '\0' || *host == '/' || *host == ':')
		return "names no host";
	if (strlen(value) > URL_MAX)
		return "is too long";
	if (memchr(host, '@', strcspn(host, "/")) != NULL)
		return proxy ? "may hold no password: use proxy-auth-file" :
		    "may hold no user or password";
	if (strpbrk(host, " \"<>\\^`{|}?#") != NULL)
		return "holds a character that has no place in a base URL";
	return NULL;
}

static const char *
check_server(const char *value)
{
	static const char *const schemes[] = { "https://", "http://",
		"smtp://", "smtps://", "tcp://", "tls://" };
	const char *host = NULL;

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (str_starts(value, schemes[i]))
			host = value + strlen(schemes[i]);
	if (host == NULL)
		return "must begin with smtp://, smtps://, tls://, tcp:// or "
		    "https://";
	if (*host == '\0' || *host == '/' || *host == ':')
		return "names no host";
	if (strlen(value) > URL_MAX)
		return "is too long";
	if (strpbrk(host, " \"<>\\^`{|}?#@") != NULL)
		return "holds a character that has no place there";
	return NULL;
}

/* "08:00": hours and minutes; the rest is left in *rest. */
static bool
is_clock(const char *s, const char **rest)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? s[i] != ':' : !isdigit((unsigned char)s[i]))
			return false;
	*rest = s + 5;
	return s[0] < '2' + (s[1] < '4') && s[3] < '6';
}

static const char *
check_clock(const char *value, bool range)
{
	const char *rest;

	if (!is_clock(value, &rest) || (range && (*rest != '-' ||
	    !is_clock(rest + 1, &rest))) || *rest != '\0')
		return range ? "must look like 22:00-07:00" :
		    "must look like 08:00";
	return range && strncmp(value, value + 6, 5) == 0 ?
	    "begins and ends at once" : NULL;
}

/* The database knows which zones there are. */
static const char *
check_zone(const char *value)
{
	if (strlen(value) > 64 || strstr(value, "..") != NULL ||
	    !isalpha((unsigned char)value[0]) || strspn(value, "+-/_0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
	    strlen(value))
		return "must be a time zone's name, such as Europe/Berlin";
	return NULL;
}

static const char *
check_match(const char *value)
{
	static char why[128];	/* until the next check */

	return expr_compile(value, config_match_keys, NULL, why,
	    sizeof(why)) == 0 ? NULL : why;
}

/* A password here would be shown by `config show` and ps. */
static const char *
check_conninfo(const char *value)
{
	const char *remedy = "may hold no password: use passfile=, a .pgpass "
	    "file or peer authentication";
	const char *at, *from;

	if (str_starts(value, "postgres://") ||
	    str_starts(value, "postgresql://")) {
		from = strstr(value, "://") + 3;
		at = memchr(from, '@', strcspn(from, "/"));
		if (at != NULL && memchr(from, ':', (size_t)(at - from)))
			return remedy;
	}
	for (from = value; (at = strcasestr(from, "password")) != NULL;
	    from = at + 1)
		if (at[8 + strspn(at + 8, " ")] == '=')
			return remedy;
	return NULL;
}

struct suffix { const char *name; int64_t times; };

static const struct suffix byte_suffixes[] = { { "", 1 }, { "KiB", KIB },
	{ "MiB", MIB }, { "GiB", GIB }, { NULL, 0 } };
static const struct suffix second_suffixes[] = { { "", 1 }, { "s", 1 },
	{ "m", 60 }, { "h", 3600 }, { "d", DAY }, { NULL, 0 } };
static const struct suffix no_suffixes[] = { { "", 1 }, { NULL, 0 } };

static const struct suffix *
row_suffixes(const struct row *row)
{
	if (row->type == ROW_BYTES)
		return byte_suffixes;
	return row->type == ROW_SECONDS ? second_suffixes : no_suffixes;
}

/* 0 and *out, or -1 when it is no number, or beyond the row's range. */
static int
number_read(const struct row *row, const char *value, int64_t *out)
{
	char	digits[24];
	size_t	n = strspn(value, "0123456789");
	int64_t	number;

	if (n == 0 || n >= sizeof(digits))
		return -1;
	memcpy(digits, value, n);
	digits[n] = '\0';
	for (const struct suffix *s = row_suffixes(row); s->name != NULL; s++)
		if (strcasecmp(s->name, value + n) == 0) {
			if (str_int(digits, 0, INT64_MAX / s->times,
			    &number) == -1)
				return -1;
			*out = number * s->times;
			return *out >= row->least && *out <= row->most ? 0 : -1;
		}
	return -1;
}

void
row_range(const struct row *row, struct buf *out)
{
	switch (row->type) {
	case ROW_TEXT: case ROW_NAME:
		buf_adds(out, "text");
		break;
	case ROW_MATCH:
		buf_adds(out, "expression");
		break;
	case ROW_HOURS: case ROW_CLOCK:
		buf_adds(out, "time of day");
		break;
	case ROW_ZONE:
		buf_adds(out, "time zone");
		break;
	case ROW_FILE:
		buf_adds(out, "file");
		break;
	case ROW_URL: case ROW_PROXY: case ROW_SERVER:
		buf_adds(out, "URL");
		break;
	case ROW_CONNINFO:
		buf_adds(out, "connection string");
		break;
	case ROW_BOOL:
		buf_adds(out, "yes or no");
		break;
	case ROW_CHOICE: case ROW_ENUM:
		for (const char *const *n = row->names; *n != NULL; n++)
			buf_addf(out, "%s%s", n == row->names ? "" :
			    n[1] == NULL ? " or " : ", ", *n);
		break;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		buf_addf(out, "%lld to %lld", (long long)row->least,
		    (long long)row->most);
		break;
	case ROW_REAL:
		buf_adds(out, "between 0 and 1");
		break;
	}
}

static const char *
text_set(char **field, const struct row *row, const char *value)
{
	const char *why = check_text(value);

	if (why == NULL && value[0] != '\0') {
		if (row->type == ROW_URL || row->type == ROW_PROXY)
			why = check_url(value, row->type == ROW_PROXY);
		else if (row->type == ROW_SERVER)
			why = check_server(value);
		else if (row->type == ROW_MATCH)
			why = check_match(value);
		else if (row->type == ROW_HOURS || row->type == ROW_CLOCK)
			why = check_clock(value, row->type == ROW_HOURS);
		else if (row->type == ROW_ZONE)
			why = check_zone(value);
		else if (row->type == ROW_CONNINFO)
			why = check_conninfo(value);
	}
	if (why != NULL)
		return why;
	free(*field);
	*field = value[0] == '\0' && row->type != ROW_TEXT &&
	    row->type != ROW_CONNINFO ? NULL : mem_strdup(value);
	return NULL;
}

static int
name_index(const char *const *names, const char *value)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	return -1;
}

static int
bool_read(const char *value)
{
	static const char *const words[] = { "no", "yes", "false", "true",
	    "off", "on", NULL };
	int i = name_index(words, value);

	return i == -1 ? -1 : i % 2;
}

static int
real_read(const char *value, double *out)
{
	char	*end;
	double	 d = strtod(value, &end);

	if (end == value || *end != '\0' || !isfinite(d) || d <= 0 || d >= 1)
		return -1;
	*out = d;
	return 0;
}

const char *
row_set(const struct row *row, void *base, const char *value)
{
	void	*field = (char *)base + row->at;
	int	 i = -1;

	switch (row->type) {
	case ROW_TEXT: case ROW_NAME: case ROW_FILE: case ROW_URL:
	case ROW_PROXY: case ROW_SERVER: case ROW_MATCH: case ROW_HOURS:
	case ROW_CLOCK: case ROW_ZONE: case ROW_CONNINFO:
		return text_set(field, row, value);
	case ROW_CHOICE:
		if (name_index(row->names, value) == -1)
			return "";
		return text_set(field, row, value);
	case ROW_ENUM:
		if ((i = name_index(row->names, value)) == -1)
			return "";
		*(enum judge_mode *)field = (enum judge_mode)i;
		return NULL;
	case ROW_BOOL:
		if ((i = bool_read(value)) == -1)
			return "";
		*(bool *)field = i == 1;
		return NULL;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		return number_read(row, value, field) == 0 ? NULL : "";
	case ROW_REAL:
		return real_read(value, field) == 0 ? NULL : "";
	}
	return "";
}

static void
quoted_add(struct buf *out, const char *value)
{
	buf_addc(out, '"');
	for (; *value != '\0'; value++) {
		if (strchr("\"\\$", *value) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *value);
	}
	buf_addc(out, '"');
}

void
row_value(const struct row *row, const void *base, struct buf *out)
{
	const void *field = (const char *)base + row->at;

	switch (row->type) {
	case ROW_TEXT: case ROW_NAME: case ROW_FILE: case ROW_URL:
	case ROW_PROXY: case ROW_SERVER: case ROW_MATCH: case ROW_HOURS:
	case ROW_CLOCK: case ROW_ZONE: case ROW_CONNINFO: case ROW_CHOICE: {
		const char *text = *(const char *const *)field;

		quoted_add(out, text != NULL ? text : "");
		break;
	}
	case ROW_ENUM:
		buf_adds(out, row->names[*(const enum judge_mode *)field]);
		break;
	case ROW_BOOL:
		buf_adds(out, *(const bool *)field ? "yes" : "no");
		break;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		buf_addf(out, "%lld", (long long)*(const int64_t *)field);
		break;
	case ROW_REAL:
		buf_addf(out, "%g", *(const double *)field);
		break;
	}
}

bool
row_is_text(const struct row *row)
{
	return row->type <= ROW_CHOICE;
}

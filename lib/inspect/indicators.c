/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicators - addresses in the files that something was found in.
 *
 * Takes: a view with findings.  Gives: URLs and bare addresses of its code.
 * Runs in: worker child, command.  An address in a file without a finding is
 * no indicator: honest packages are full of them.
 */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"

#define PER_VIEW 8		/* more of them are a list, not a target */

static size_t
url_length(const uint8_t *at, const uint8_t *stop)
{
	size_t n = 0;

	while (at + n < stop && at[n] > ' ' && at[n] < 0x7f &&
	    strchr("\"'`<>|\\^{}()[],;", at[n]) == NULL &&
	    n < INDICATOR_MAX - 1)
		n++;
	while (n > 0 && strchr(".:", at[n - 1]) != NULL)
		n--;
	return n;
}

static bool
is_known(const struct inspection *in, const char *value)
{
	for (size_t i = 0; i < in->out->nindicators; i++)
		if (str_equal(in->out->indicators[i].value, value))
			return true;
	return false;
}

/* True when the indicator was new and there was room. */
static bool
add_url(struct inspection *in, const struct view *v, const uint8_t *at,
    size_t len)
{
	char value[INDICATOR_MAX];
	struct indicator *one;
	const uint8_t *host = memmem(at, len, "://", 3);
	size_t rest = len - (size_t)(host + 3 - at);

	/* A scheme alone, or one host that only documents. */
	if (rest < 4 || memchr(host + 3, '.', rest) == NULL)
		return false;
	memcpy(value, at, len);
	value[len] = '\0';
	if (is_known(in, value))
		return false;
	one = features_add_indicator(in->out);
	if (one == NULL)
		return false;
	finding_set(&one->type, "url", 3, 32);
	finding_set(&one->value, value, len, INDICATOR_MAX);
	finding_set(&one->path, v->path, strlen(v->path), ENTRY_PATH_MAX);
	one->line = v->line != 0 ? v->line :
	    view_line(v, (size_t)(at - v->code));
	return true;
}

void
indicators_view(struct inspection *in, const struct view *v)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://",
	    "tcp://", "ws://", "wss://" };
	const uint8_t *at = v->code, *stop = at + v->size, *mark;
	unsigned int n = 0;

	if (v->kind == VIEW_BINARY || v->path == NULL)
		return;
	while (n < PER_VIEW &&
	    (mark = memmem(at, (size_t)(stop - at), "://", 3)) != NULL) {
		at = mark + 3;
		for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
			size_t k = strlen(schemes[i]);
			const uint8_t *start = at - k;

			if ((size_t)(at - v->code) < k ||
			    memcmp(start, schemes[i], k) != 0 ||
			    (start > v->code && isalpha(start[-1])))
				continue;
			n += add_url(in, v, start, url_length(start, stop));
			break;
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_changelog - any bytes as an XML-RPC answer.
 *
 * The first byte picks the size of the pieces.  Beyond crashes it holds that
 * every event is valid UTF-8, has a name and a serial, and that a kind with a
 * file has a usable name.
 */
#include <string.h>

#include "base/limits.h"
#include "base/vis.h"
#include "data/event.h"
#include "poll/changelog.h"
#include "fuzz.h"

static bool
good(const char *s)
{
	return s == NULL || utf8_valid(s, strlen(s));
}

static void
check_row(void *ctx, const struct event *e)
{
	struct event mine = *e;

	(void)ctx;
	require(e->project != NULL && e->project[0] != '\0');
	require(e->serial > 0 && e->action != NULL);
	require(e->version == NULL || e->version[0] != '\0');
	require(good(e->project) && good(e->version) && good(e->filename) &&
	    good(e->python_version) && good(e->actor) && good(e->action));
	if (e->kind == EVENT_ADD_FILE || e->kind == EVENT_REMOVE_FILE)
		require(e->filename != NULL && e->filename[0] != '\0' &&
		    strlen(e->filename) <= FILENAME_MAX_BYTES &&
		    strpbrk(e->filename, "/\\ \n") == NULL);
	wire_release(&event_desc, &mine);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct changelog_reader *c = changelog_reader_new(check_row, NULL);
	struct changelog_page page;
	size_t step = size > 0 && data[0] > 0 ? data[0] : 1, n;

	for (size_t at = 0; at < size; at += n) {
		n = size - at < step ? size - at : step;
		if (changelog_feed(c, data + at, n) == -1)
			break;
	}
	changelog_end(c, &page);
	require(page.status == CHANGELOG_OK || page.error[0] != '\0');
	require(page.unreadable <= page.rows);
	changelog_reader_free(c);
	return 0;
}

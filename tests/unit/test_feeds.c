/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of lib/poll against tests/golden: each input, composed by hand
 * from the protocol, stands beside what must be read from it.  Every input is
 * also fed byte by byte and in odd pieces.  GOLDEN_UPDATE=1 writes the
 * expected files; look at the difference before keeping it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <glob.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/event.h"
#include "data/upload.h"
#include "poll/changelog.h"
#include "poll/release_json.h"
#include "poll/rss.h"
#include "poll/simple_json.h"

static void
dump_text(struct buf *out, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(out, " %s=", name);
	if (strlen(text) > 100)
		buf_addf(out, "(%zu bytes)", strlen(text));
	else
		vis_add(out, text, strlen(text), false);
}

static void
dump_time(struct buf *out, int64_t us)
{
	char	text[CLOCK_RFC3339_SIZE];

	if (us == 0)
		return;
	clock_rfc3339(us, text);
	dump_text(out, "at", text);
}

static void
dump_event(struct buf *out, const struct event *e)
{
	buf_addf(out, "%s", event_kind_name(e->kind));
	if (e->serial != 0)
		buf_addf(out, " serial=%lld", (long long)e->serial);
	dump_text(out, "project", e->project);
	dump_text(out, "version", e->version);
	dump_text(out, "file", e->filename);
	dump_text(out, "python", e->python_version);
	dump_text(out, "role", e->role);
	dump_text(out, "actor", e->actor);
	dump_time(out, e->at_us);
	dump_text(out, "action", e->action);
	buf_addc(out, '\n');
}

static void
take_row(void *ctx, const struct event *e)
{
	struct event mine = *e;

	dump_event(ctx, e);
	wire_release(&event_desc, &mine);
}

static void
dump_changelog(const char *bytes, size_t len, size_t step, struct buf *out)
{
	static const char *const names[] = { "ok", "limited", "fault",
		"malformed" };
	struct changelog_reader *c = changelog_reader_new(take_row, out);
	struct changelog_page page;

	for (size_t at = 0; at < len; at += step)
		if (changelog_feed(c, bytes + at,
		    len - at < step ? len - at : step) == -1)
			break;
	changelog_end(c, &page);
	buf_addf(out, "-- %s rows=%zu unreadable=%zu", names[page.status],
	    page.rows, page.unreadable);
	if (page.has_value)
		buf_addf(out, " value=%lld", (long long)page.value);
	if (page.reset_s != -1)
		buf_addf(out, " reset=%lld", (long long)page.reset_s);
	dump_text(out, "error", page.error[0] != '\0' ? page.error : NULL);
	buf_addc(out, '\n');
	changelog_reader_free(c);
}

static void
dump_rss(const char *bytes, size_t len, enum source source, struct buf *out)
{
	struct rss_page page;

	rss_read(source, bytes, len, &page);
	for (size_t i = 0; i < page.n; i++)
		dump_event(out, &page.events[i]);
	buf_addf(out, "-- items=%zu unreadable=%zu", page.n, page.unreadable);
	dump_text(out, "error", page.error[0] != '\0' ? page.error : NULL);
	buf_addc(out, '\n');
	rss_page_release(&page);
}

static void
dump_upload(struct buf *out, const struct upload *u)
{
	dump_text(out, "file", u->filename);
	buf_addf(out, " type=%s size=%lld yanked=%d sha256=%.4s blake2b=%.4s",
	    packagetype_name(u->packagetype), (long long)u->size, u->yanked,
	    u->sha256, u->blake2b);
	dump_time(out, u->uploaded_at_us);
	dump_text(out, "url", u->url);
	dump_text(out, "python", u->requires_python);
	dump_text(out, "provenance", u->provenance);
	buf_addc(out, '\n');
}

static void
dump_release(struct buf *out, const struct release *r, size_t unreadable)
{
	dump_text(out, "project", r->project);
	dump_text(out, "version", r->version);
	buf_addf(out, " serial=%lld yanked=%d unreadable=%zu",
	    (long long)r->serial, r->yanked, unreadable);
	dump_text(out, "summary", r->summary);
	dump_text(out, "author", r->author);
	dump_text(out, "author_email", r->author_email);
	dump_text(out, "maintainer", r->maintainer);
	dump_text(out, "home_page", r->home_page);
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->nowners; i++) {
		dump_text(out, "role", r->owners[i].role);
		dump_text(out, "user", r->owners[i].user);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < r->nuploads; i++)
		dump_upload(out, &r->uploads[i]);
}

static void
dump_release_json(const char *bytes, size_t len, struct buf *out)
{
	struct release r;
	struct fault why;
	size_t unreadable;

	if (release_json_read(bytes, len, &r, &unreadable, &why) == TASK_DONE)
		dump_release(out, &r, unreadable);
	else
		buf_addf(out, "-- %s\n", why.text);
	wire_release(&release_desc, &r);
}

static void
dump_simple_json(const char *bytes, size_t len, struct buf *out)
{
	struct simple_page page;
	struct fault why;

	if (simple_json_read(bytes, len, &page, &why) == TASK_DONE) {
		buf_addf(out, "-- %s%s\n", page.status,
		    simple_is_quarantined(&page) ? " (quarantined)" : "");
		dump_release(out, &page.release, page.unreadable);
	} else
		buf_addf(out, "-- %s\n", why.text);
	simple_page_release(&page);
}

static void
read_file(const char *path, struct buf *out)
{
	FILE	*f = fopen(path, "rb");
	char	 piece[4096];
	size_t	 n;

	if (f == NULL)
		fail_msg("cannot read %s", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

static void
compare(const char *input, const struct buf *got)
{
	char	*path = mem_printf("%s.expected", input);
	struct buf want = BUF_EMPTY;
	FILE	*f;

	if (getenv("GOLDEN_UPDATE") != NULL) {
		f = fopen(path, "wb");
		fwrite(got->data, 1, got->len, f);
		fclose(f);
	}
	read_file(path, &want);
	if (got->len != want.len || memcmp(got->data, want.data, want.len))
		fail_msg("%s:\n%s\nbut expected:\n%s", input, buf_text(got),
		    buf_text(&want));
	buf_release(&want);
	free(path);
}

static void
each(const char *pattern, void (*dump)(const char *name, const struct buf *))
{
	const char *top = getenv("top_srcdir");
	char	*full = mem_printf("%s/tests/golden/%s",
	    top != NULL ? top : ".", pattern);
	glob_t	 g;

	assert_int_equal(glob(full, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct buf b = BUF_EMPTY;

		read_file(g.gl_pathv[i], &b);
		dump(g.gl_pathv[i], &b);
		buf_release(&b);
	}
	globfree(&g);
	free(full);
}

static void
one_changelog(const char *name, const struct buf *b)
{
	static const size_t steps[] = { SIZE_MAX / 2, 1, 3, 1000 };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct buf out = BUF_EMPTY;

		dump_changelog(b->data, b->len, steps[i], &out);
		compare(name, &out);
		buf_release(&out);
	}
}

static void
one_rss(const char *name, const struct buf *b)
{
	struct buf out = BUF_EMPTY;

	dump_rss(b->data, b->len, strstr(name, "packages") != NULL ?
	    SOURCE_RSS_PACKAGES : SOURCE_RSS_UPDATES, &out);
	compare(name, &out);
	buf_release(&out);
}

static void
one_release(const char *name, const struct buf *b)
{
	struct buf out = BUF_EMPTY;

	dump_release_json(buf_text(b), b->len, &out);
	compare(name, &out);
	buf_release(&out);
}

static void
one_simple(const char *name, const struct buf *b)
{
	struct buf out = BUF_EMPTY;

	dump_simple_json(buf_text(b), b->len, &out);
	compare(name, &out);
	buf_release(&out);
}

static void
changelog(void **state)
{
	(void)state;
	each("changelog/*.xml", one_changelog);
}

static void
rss(void **state)
{
	(void)state;
	each("rss/*.xml", one_rss);
}

static void
release_json(void **state)
{
	(void)state;
	each("release/*.json", one_release);
}

static void
simple_json(void **state)
{
	(void)state;
	each("simple/*.json", one_simple);
}

/* ---- what is too large for a file ----------------------------------------------- */

static void
count_row(void *ctx, const struct event *e)
{
	struct event mine = *e;

	++*(size_t *)ctx;
	wire_release(&event_desc, &mine);
}

/* Feeds rows of about `width` bytes until `n` rows went or it is refused. */
static void
big_page(size_t n, size_t width, size_t *got, struct changelog_page *page)
{
	struct changelog_reader *c = changelog_reader_new(count_row, got);
	struct buf b = BUF_EMPTY, team = BUF_EMPTY;

	*got = 0;
	while (team.len < width)
		buf_addc(&team, 'x');
	buf_adds(&b, "<?xml version='1.0'?><methodResponse><params><param>"
	    "<value><array><data>");
	for (size_t i = 1; i <= n; i++) {
		buf_addf(&b, "<value><array><data><value><string>p-%zu</string>"
		    "</value><value><nil/></value><value><int>1760000000</int>"
		    "</value><value><string>add Owner %s</string></value>"
		    "<value><int>%zu</int></value></data></array></value>\n",
		    i, buf_text(&team), i);
		if (changelog_feed(c, b.data, b.len) == -1)
			break;
		buf_reset(&b);
	}
	buf_adds(&b, "</data></array></value></param></params>"
	    "</methodResponse>");
	changelog_feed(c, b.data, b.len);
	changelog_end(c, page);
	changelog_reader_free(c);
	buf_release(&b);
	buf_release(&team);
}

static void
thirty_megabytes(void **state)
{
	struct changelog_page page;
	size_t got;

	(void)state;
	big_page(50000, 400, &got, &page);
	assert_int_equal(page.status, CHANGELOG_OK);
	assert_int_equal(got, 50000);
	assert_int_equal(page.rows, 50000);
}

static void
beyond_every_bound(void **state)
{
	struct changelog_page page;
	size_t got;

	(void)state;
	big_page(2000, 60000, &got, &page);	/* 120 MB */
	assert_int_equal(page.status, CHANGELOG_MALFORMED);
	assert_string_equal(page.error, "the document is too big");
	big_page(CHANGELOG_ROWS_MAX + 5, 1, &got, &page);
	assert_int_equal(page.status, CHANGELOG_MALFORMED);
	assert_true(got <= CHANGELOG_ROWS_MAX + 1);
	big_page(1, 12 << 20, &got, &page);	/* a name of 12 MB is cut */
	assert_int_equal(page.status, CHANGELOG_OK);
	assert_int_equal(got, 1);
}

static void
rss_item(struct rss_page *page, const char *name)
{
	page->events = mem_grow(page->events, page->n + 1,
	    sizeof(*page->events));
	page->events[page->n++] = (struct event){ .kind = EVENT_NEW_RELEASE,
	    .project = mem_strdup(name), .version = mem_strdup("1.0") };
}

static void
overlap(void **state)
{
	struct rss_seen *seen = rss_seen_new();
	struct rss_page page = { 0 };
	char	name[32];

	(void)state;
	rss_item(&page, "a");
	rss_item(&page, "b");
	assert_false(rss_seen_gap(seen, &page));	/* the first of all */
	rss_seen_add(seen, &page.events[0]);
	rss_seen_add(seen, &page.events[1]);
	rss_page_release(&page);
	assert_false(rss_seen_gap(seen, &page));	/* empty */
	rss_item(&page, "c");
	rss_item(&page, "d");
	assert_true(rss_seen_gap(seen, &page));
	rss_item(&page, "b");
	assert_false(rss_seen_gap(seen, &page));
	rss_seen_filter(seen, &page);
	assert_int_equal(page.n, 2);
	assert_string_equal(page.events[1].project, "d");
	for (int i = 0; i < RSS_SEEN_MAX; i++) {
		struct event e = { .project = name };

		snprintf(name, sizeof(name), "p%d", i);
		rss_seen_add(seen, &e);
	}
	rss_page_release(&page);
	rss_item(&page, "a");		/* forgotten by now */
	assert_true(rss_seen_gap(seen, &page));
	rss_page_release(&page);
	rss_seen_free(seen);
}

static const struct { const char *file, *project, *version; } versions[] = {
	{ "example_pkg-1.4.2.tar.gz", "example-pkg", "1.4.2" },
	{ "example_pkg-1.4.2-py3-none-any.whl", "Example.Pkg", "1.4.2" },
	{ "Example.Pkg-1.4.2-py3-none-any.whl", "example-pkg", "1.4.2" },
	{ "a-b-1.0-beta-1.tar.gz", "a-b", "1.0-beta-1" },
	{ "foo-1.0.zip", "foo", "1.0" }, { "foo-1.0.tar.Z", "foo", "1.0" },
	{ "foo-1!2.0.tar.gz", "foo", "1!2.0" },
	{ "foo-1.0.txt", "foo", NULL }, { "foobar-1.0.tar.gz", "foo", NULL },
	{ "bar-1.0.tar.gz", "foo", NULL }, { "foo", "foo", NULL },
	{ "", "foo", NULL }, { "f", "foo", NULL },
};

static const struct { const char *a, *b; bool equal; } pairs[] = {
	{ "1.0", "1.0", true }, { "1.0", "1.0.0", true }, { "v1", "1.0", true },
	{ "1.0RC1", "1.0rc1", true }, { "1.0", "1.1", false },
	{ "1.0-1", "1.0.1", false }, { "1.0-1", "1.0_1", true },
	{ "10", "1", false }, { "1.10", "1.1", false }, { "", "1", false },
};

static void
versions_of_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		char *got = filename_version(versions[i].file,
		    versions[i].project);

		if (!str_equal(got, versions[i].version))
			fail_msg("%s: %s", versions[i].file, got);
		free(got);
	}
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (version_equal(pairs[i].a, pairs[i].b) != pairs[i].equal)
			fail_msg("%s, %s", pairs[i].a, pairs[i].b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changelog),
		cmocka_unit_test(rss),
		cmocka_unit_test(release_json),
		cmocka_unit_test(simple_json),
		cmocka_unit_test(thirty_megabytes),
		cmocka_unit_test(beyond_every_bound),
		cmocka_unit_test(overlap),
		cmocka_unit_test(versions_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

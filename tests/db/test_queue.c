/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue against a real database, with satellites that behave as each
 * test wants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/ipc.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "evidence/keyring.h"
#include "queue/queue.h"
#include "stars.h"

#define SINKS "sink \"a\" { type = \"webhook\" url-file = \"/dev/null\" }\n" \
	"sink \"b\" { type = \"webhook\" url-file = \"/dev/null\" " \
	"min-severity = \"critical\" }\n"

/* Project-wide literals as event fields, which are never written to. */
static char *
s(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct event
event(enum event_kind kind, int64_t serial, const char *project,
    const char *version, const char *filename)
{
	return (struct event){ .source = SOURCE_CHANGELOG, .kind = kind,
	    .serial = serial, .at_us = 1790000000000000LL + serial,
	    .project = s(project), .version = s(version),
	    .filename = s(filename), .action = s("an action") };
}

/* A release with one file, as the changelog tells it. */
static void
upload(struct star *star, int64_t serial, const char *project,
    const char *version, const char *filename)
{
	const struct event events[] = {
		event(EVENT_NEW_RELEASE, serial, project, version, NULL),
		event(EVENT_ADD_FILE, serial + 1, project, version, filename),
	};

	star->files[0] = filename;
	star_events(star, SOURCE_CHANGELOG, events, 2, serial + 1);
}

static void
outcome_is(struct star *star, const char *filename, const char *want)
{
	char *sql = mem_printf("SELECT coalesce(outcome, state) FROM "
	    "pypiwatch.upload WHERE filename = '%s'", filename);

	star_until(star, sql, want);
	free(sql);
}

/* The whole way, seen by two sources, and told to the sinks that want it. */
static void
test_thread(void **state)
{
	struct star	star;
	struct event	rss = { .source = SOURCE_RSS_UPDATES,
	    .kind = EVENT_NEW_RELEASE, .at_us = 1790000000000000LL,
	    .project = s("First"), .version = s("1.0") };

	(void)state;
	star_start(&star, SINKS);
	assert_true(star.first);
	star.hostile = true;
	star_events(&star, SOURCE_RSS_UPDATES, &rss, 1, 0);
	star.files[0] = "first-1.0.tar.gz";
	outcome_is(&star, "first-1.0.tar.gz", "scanned");
	upload(&star, 10, "First", "1.0", "first-1.0.tar.gz");
	upload(&star, 10, "First", "1.0", "first-1.0.tar.gz");
	star_until_count(&star, &star.stored, 3);
	assert_int_equal(star_number(&star,
	    "SELECT count(*) FROM analyst.events"), 2);
	star_until(&star, "SELECT array_to_string(sources, ' ') FROM "
	    "analyst.events WHERE kind = 'new release'", "rss changelog");
	star_until(&star, "SELECT serial FROM pypiwatch.cursor", "11");
	assert_int_equal(star_number(&star,
	    "SELECT count(*) FROM pypiwatch.scan"), 1);
	assert_int_equal(star_number(&star,
	    "SELECT count(*) FROM analyst.detections"), 1);
	assert_true(star_number(&star,
	    "SELECT score FROM analyst.detections") >= 60);
	star_until(&star, "SELECT string_agg(sink || ' ' || status, ', ' "
	    "ORDER BY sink) FROM analyst.deliveries WHERE sink = 'a'",
	    "a delivered");
	assert_non_null(strstr(star.payload, "pypiwatch.alert/1"));
	assert_non_null(strstr(star.payload, "u{202e}"));
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.task"), 0);
	star_until(&star, "SELECT count(*) FROM pypiwatch.resolve", "0");
	star_end(&star);
	assert_int_equal(star.kicks, 0);
}

/* Nothing of another epoch is stored, and who polls again takes up all that
 * polling is: a backfill was asked for when the lead was lost. */
static void
test_fencing(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	assert_false(star.first);
	assert_int_equal(star.cursor, 11);
	star_sql(&star, "INSERT INTO pypiwatch.backfill (since, until, cursor)"
	    " VALUES (1, 5, 1)");
	star_until_count(&star, &star.backfills, 1);
	star_sql(&star, "UPDATE pypiwatch.poll_lease SET epoch = epoch + 1");
	upload(&star, 20, "Fenced", "1.0", "fenced-1.0.tar.gz");
	star_until_count(&star, &star.refused, 1);
	assert_false(star.follows);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.events WHERE project = 'Fenced'"), 0);
	assert_int_equal(star_number(&star,
	    "SELECT serial FROM pypiwatch.cursor"), 11);
	star_until_true(&star, &star.follows);	/* elected again by the beat */
	star_until_count(&star, &star.backfills, 2);
	star_sql(&star, "DELETE FROM pypiwatch.backfill");
	star_end(&star);
}

/* A satellite that dies gives its work back uncounted; a queue that dies, too;
 * and what was under way ends once. */
static void
test_deaths(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.hold_fetch = true;
	upload(&star, 30, "Dying", "1.0", "dying-1.0.tar.gz");
	star_until_count(&star, &star.fetches, 1);
	channel_free(star.fetch);
	star.fetch = NULL;
	star_until(&star, "SELECT attempt || ' ' || (lease_owner IS NULL) "
	    "FROM pypiwatch.task", "0 true");
	star_fetch(&star);
	star_until_count(&star, &star.fetches, 2);
	star_kill(&star);
	star_until_count(&star, &star.fetches, 3);
	assert_int_equal(star_number(&star,
	    "SELECT attempt FROM pypiwatch.task"), 1);
	star.hold_fetch = false;
	star_kill(&star);
	outcome_is(&star, "dying-1.0.tar.gz", "scanned");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.scan WHERE normalized = 'dying'"), 1);
	star_end(&star);
}

/* One crash of a child may be anybody's fault, the second is the file's. */
static void
test_crashes(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.crash = 1;
	upload(&star, 40, "Once", "1.0", "once-1.0.tar.gz");
	outcome_is(&star, "once-1.0.tar.gz", "scanned");
	star.crash = 2;
	upload(&star, 42, "Twice", "1.0", "twice-1.0.tar.gz");
	outcome_is(&star, "twice-1.0.tar.gz", "dead");
	star_until(&star, "SELECT rule FROM analyst.findings WHERE "
	    "normalized = 'twice'", "inspection-crash");
	assert_int_equal(star.crash, 0);
	star_end(&star);
}

/* The same for time: a child that had too little of it once had bad luck. */
static void
test_slow_children(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.slow = 1;
	upload(&star, 3000, "Tired", "1.0", "tired-1.0.tar.gz");
	outcome_is(&star, "tired-1.0.tar.gz", "scanned");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.findings WHERE rule = 'inspection-time-out'"), 0);
	star.slow = 2;
	upload(&star, 3002, "Endless", "1.0", "endless-1.0.tar.gz");
	outcome_is(&star, "endless-1.0.tar.gz", "dead");
	star_until(&star, "SELECT rule FROM analyst.findings WHERE "
	    "normalized = 'endless'", "inspection-time-out");
	assert_int_equal(star.slow, 0);
	star_end(&star);
}

/* A source archive and a wheel at once: whichever is judged later sees what
 * the earlier one holds. */
static void
test_siblings(void **state)
{
	const struct event events[] = {
		event(EVENT_NEW_RELEASE, 44, "Kin", "1.0", NULL),
		event(EVENT_ADD_FILE, 45, "Kin", "1.0", "kin-1.0.tar.gz"),
		event(EVENT_ADD_FILE, 46, "Kin", "1.0",
		    "kin-1.0-py3-none-any.whl"),
	};
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.files[0] = "kin-1.0.tar.gz";
	star.files[1] = "kin-1.0-py3-none-any.whl";
	star.modules[0] = "0123456789abcdef0123456789abcdef kin/a.py\n";
	star.modules[1] = "0123456789abcdef0123456789abcdef kin/a.py\n"
	    "fedcba9876543210fedcba9876543210 kin/b.py\n";
	star_events(&star, SOURCE_CHANGELOG, events, 3, 46);
	outcome_is(&star, "kin-1.0.tar.gz", "scanned");
	outcome_is(&star, "kin-1.0-py3-none-any.whl", "scanned");
	star_until(&star, "SELECT string_agg(rule || ' ' || path, ', ') FROM "
	    "analyst.findings WHERE normalized = 'kin'",
	    "wheel-extra-code kin/b.py");
	star_end(&star);
}

/* What a popular project's wheel installs becomes a name to look after; what
 * others install, or what a source archive says, does not. */
static void
test_imports(void **state)
{
	struct star star;
	int told;

	(void)state;
	star_start(&star, NULL);
	told = star.targets;
	star_sql(&star, "INSERT INTO pypiwatch.target (normalized, kind, rank) "
	    "VALUES ('wanted', 'popular', 3)");
	star_sql(&star, "SELECT pg_notify('pypiwatch_targets', '')");
	star_until_count(&star, &star.targets, told + 1);
	star.imports = "wanted-core wntd";
	upload(&star, 950, "Obscure", "1.0", "obscure-1.0-py3-none-any.whl");
	outcome_is(&star, "obscure-1.0-py3-none-any.whl", "scanned");
	upload(&star, 952, "Wanted", "1.0", "wanted-1.0.tar.gz");
	outcome_is(&star, "wanted-1.0.tar.gz", "scanned");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.targets WHERE kind = 'import'"), 0);
	upload(&star, 954, "Wanted", "1.1", "wanted-1.1-py3-none-any.whl");
	outcome_is(&star, "wanted-1.1-py3-none-any.whl", "scanned");
	star_until(&star, "SELECT string_agg(normalized || ' ' || project, "
	    "', ' ORDER BY normalized) FROM analyst.targets WHERE "
	    "kind = 'import'", "wanted-core wanted, wntd wanted");
	/* of two that install it the more popular one is meant */
	star_sql(&star, "INSERT INTO pypiwatch.import_name VALUES "
	    "('wntd', 'lesser', 9), ('wntd', 'greater', 1)");
	star_until(&star, "SELECT project FROM analyst.targets WHERE "
	    "normalized = 'wntd'", "greater");
	star_end(&star);
}

static void
test_gone_and_late(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.resolve = RESOLVE_GONE;
	upload(&star, 50, "Gone", "1.0", "gone-1.0.tar.gz");
	outcome_is(&star, "gone-1.0.tar.gz", "gone");
	/* Missing is asked for again, and then it may be there. */
	star.resolve = RESOLVE_MISSING;
	star.resolves = 0;
	upload(&star, 52, "Late", "1.0", "late-1.0.tar.gz");
	star_until_count(&star, &star.resolves, 2);
	star.resolve = RESOLVE_FOUND;
	outcome_is(&star, "late-1.0.tar.gz", "scanned");
	/* Too big is judged as what nobody could look into. */
	star.fetch_fails = FETCH_TOO_BIG;
	upload(&star, 54, "Big", "1.0", "big-1.0.tar.gz");
	outcome_is(&star, "big-1.0.tar.gz", "unscannable");
	star.fetch_fails = FETCH_REFUSED;
	upload(&star, 56, "Odd", "1.0", "odd-1.0.tar.gz");
	outcome_is(&star, "odd-1.0.tar.gz", "dead");
	star_end(&star);
}

static void
sooner(struct star *star, const char *normalized)
{
	static const char *const tables[] = { "task", "resolve" };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char *sql = mem_printf("UPDATE pypiwatch.%s SET run_at = now() "
		    "WHERE normalized = '%s'", tables[i], normalized);

		star_sql(star, sql);
		free(sql);
	}
	star_sql(star, "SELECT pg_notify('pypiwatch_work', '')");
}

/* A wrong digest is the index's mistake until it insists on it. */
static void
test_unmatched(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	star.fetch_fails = FETCH_MISMATCH;
	upload(&star, 64, "Wrong", "1.0", "wrong-1.0.tar.gz");
	star_until(&star, "SELECT mismatches FROM pypiwatch.task", "1");
	star_until(&star, "SELECT count(*) FROM pypiwatch.resolve", "1");
	star.fetch_fails = FETCH_OK;
	star.digest = 'b';
	sooner(&star, "wrong");
	outcome_is(&star, "wrong-1.0.tar.gz", "scanned");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.upload WHERE normalized = 'wrong' AND changed_bytes"),
	    0);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.scan WHERE normalized = 'wrong'"), 1);

	/* Other bytes at the file host, the index stands by its digest. */
	star.fetch_fails = FETCH_MISMATCH;
	upload(&star, 66, "Other", "1.0", "other-1.0.tar.gz");
	star_until(&star, "SELECT mismatches FROM pypiwatch.task", "1");
	star.fetch_fails = FETCH_OK;
	sooner(&star, "other");
	outcome_is(&star, "other-1.0.tar.gz", "scanned");
	/* The star's index knows the newest upload only: ask nothing late. */
	star_until(&star, "SELECT count(*) FROM pypiwatch.resolve", "0");

	star.fetch_fails = FETCH_MISMATCH;
	upload(&star, 68, "Never", "1.0", "never-1.0.tar.gz");
	for (int n = 1; n <= 5; n++) {
		char *sql = mem_printf("SELECT count(*) FROM pypiwatch.task "
		    "WHERE mismatches = %d AND lease_owner IS NULL", n);

		star_until(&star, sql, "1");
		free(sql);
		outcome_is(&star, "never-1.0.tar.gz", "queued");
		sooner(&star, "never");
	}
	outcome_is(&star, "never-1.0.tar.gz", "dead");
	star_until(&star, "SELECT why LIKE '%also after asking the index 5 "
	    "times more' FROM analyst.files WHERE normalized = 'never'", "t");
	star_until(&star, "SELECT count(*) FROM pypiwatch.resolve WHERE "
	    "normalized = 'never'", "0");
	star_end(&star);
}

/* Other bytes under a known name are looked at again. */
static void
test_changed_bytes(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, NULL);
	upload(&star, 60, "Swap", "1.0", "swap-1.0.tar.gz");
	outcome_is(&star, "swap-1.0.tar.gz", "scanned");
	star.digest = 'a';
	upload(&star, 62, "Swap", "1.0", "swap-1.0.tar.gz");
	star_until(&star, "SELECT count(*) FROM pypiwatch.scan WHERE "
	    "normalized = 'swap'", "2");
	star_until(&star, "SELECT changed_bytes FROM pypiwatch.upload WHERE "
	    "normalized = 'swap'", "t");
	star_until(&star, "SELECT left(sha256, 2) FROM analyst.files WHERE "
	    "normalized = 'swap'", "aa");
	star_end(&star);
}

static void
key_write(const char *file)
{
	char	 id[KEY_ID_DIGITS + 1], *line = keyring_line(id);
	FILE	*f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), S_IRUSR | S_IWUSR), 0);
	assert_true(fputs(line, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(line);
}

/* What alerts is kept before its detection is there; what cannot be kept
 * alerts all the same. */
static void
test_evidence(void **state)
{
	struct star star;

	(void)state;
	key_write("test_queue.key");
	star_start(&star, "evidence { key-file = \"test_queue.key\" }");
	upload(&star, 300, "Harmless", "1.0", "harmless-1.0.tar.gz");
	outcome_is(&star, "harmless-1.0.tar.gz", "scanned");
	star.hostile = true;
	upload(&star, 302, "Kept", "1.0", "kept-1.0.tar.gz");
	outcome_is(&star, "kept-1.0.tar.gz", "scanned");
	star_until(&star, "SELECT string_agg(normalized, ' ') FROM "
	    "analyst.evidence WHERE complete", "kept");
	star_until(&star, "SELECT e.kept_at < d.first_detected_at FROM "
	    "analyst.evidence e JOIN analyst.detections d "
	    "ON d.id = e.detection_id", "t");
	star_sql(&star, "ALTER TABLE pypiwatch.evidence_part ADD CONSTRAINT "
	    "\"full\" CHECK (false) NOT VALID; SELECT 1");
	upload(&star, 304, "Unkept", "1.0", "unkept-1.0.tar.gz");
	outcome_is(&star, "unkept-1.0.tar.gz", "scanned");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.alerts a JOIN analyst.detections d "
	    "ON d.id = a.detection_id WHERE d.normalized = 'unkept'"), 1);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.evidence WHERE normalized = 'unkept' AND complete"), 0);
	star_sql(&star, "ALTER TABLE pypiwatch.evidence_part "
	    "DROP CONSTRAINT \"full\"; SELECT 1");
	star_end(&star);
	remove("test_queue.key");
}

/* Follow-ups wait for the first; ids stay the same over attempts. */
static void
test_delivery_order(void **state)
{
	struct star		star;
	const struct event	removed = event(EVENT_REMOVE_PROJECT, 72,
	    "Told", NULL, NULL);

	(void)state;
	star_start(&star, SINKS);
	star.hostile = true;
	star.deliver = DELIVERY_LATER;
	upload(&star, 70, "Told", "1.0", "told-1.0.tar.gz");
	star_until_count(&star, &star.deliveries, 3);
	star_events(&star, SOURCE_CHANGELOG, &removed, 1, 72);
	star_until(&star, "SELECT count(*) FROM analyst.alerts a JOIN "
	    "analyst.detections d ON d.id = a.detection_id WHERE d.project = "
	    "'Told'", "2");
	star_until_count(&star, &star.deliveries, star.deliveries + 3);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.deliveries WHERE status = 'pending' AND attempt = 0 "
	    "AND sink = 'a'"), 1);
	star.hold_deliver = true;
	star_kill(&star);
	star.hold_deliver = false;
	star.deliver = DELIVERY_OK;
	star_kill(&star);
	star_until(&star, "SELECT count(*) FROM analyst.deliveries WHERE "
	    "status IN ('pending', 'retrying')", "0");
	star_until(&star, "SELECT count(*) FROM (SELECT lead(delivered_at) "
	    "OVER w >= delivered_at AS good FROM analyst.deliveries "
	    "WHERE sink = 'a' WINDOW w AS (PARTITION BY detection_id "
	    "ORDER BY alert_id)) x WHERE NOT good", "0");
	assert_int_equal(star_number(&star, "SELECT count(DISTINCT type) FROM "
	    "analyst.alerts"), 2);
	star_until(&star, "SELECT pypi_status FROM analyst.detections WHERE "
	    "project = 'Told'", "removed");
	star_end(&star);
}

static void
test_never(void **state)
{
	struct star star;

	(void)state;
	star_start(&star, SINKS);
	star.hostile = true;
	star.deliver = DELIVERY_NEVER;
	upload(&star, 80, "Dead", "1.0", "dead-1.0.tar.gz");
	star_until(&star, "SELECT string_agg(DISTINCT x.status, ' ') FROM "
	    "analyst.deliveries x JOIN analyst.detections d ON d.id = "
	    "x.detection_id WHERE d.project = 'Dead'", "dead");
	star_end(&star);
}

/* Whatever a hostile index says: it is stored somehow, and the feed goes on. */
static void
test_wild_words(void **state)
{
	struct star	star;
	struct event	events[EVENT_KIND_COUNT];
	char		name[PROJECT_NAME_MAX + 1], version[VERSION_MAX + 1],
			file[FILENAME_MAX_BYTES + 1];

	(void)state;
	star_start(&star, NULL);
	memset(name, 0x01, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(version, 0xff, sizeof(version) - 1);
	version[sizeof(version) - 1] = '\0';
	memset(file, 0x7f, sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	for (unsigned int i = 0; i < EVENT_KIND_COUNT; i++) {
		events[i] = event((enum event_kind)i, 500 + (int)i, name,
		    version, file);
		events[i].at_us = i % 2 == 0 ? INT64_MAX : INT64_MIN;
		events[i].actor = s("\xff\\u0000'\"");
		events[i].role = s("Owner");
	}
	star_events(&star, SOURCE_CHANGELOG, events, EVENT_KIND_COUNT, 600);
	star_until_count(&star, &star.stored, 1);
	assert_int_equal(star.refused, 0);
	star_until(&star, "SELECT count(*) FROM analyst.events WHERE serial "
	    ">= 500", "19");
	star.files[0] = file;
	star_until(&star, "SELECT count(*) FROM analyst.files WHERE outcome "
	    "IS NULL", "0");
	star_end(&star);
}

/* A poll that was taken over would have rows and memory kept for every name. */
static void
test_unknown_index(void **state)
{
	struct star	  star;
	struct msg_source m = { .source = SOURCE_SIMPLE, .ok = true,
	    .index = s("made-up") };

	(void)state;
	star_start(&star, NULL);
	channel_send(star.poll, MSG_SOURCE, &msg_source_desc, &m, NULL, 0);
	star_until_count(&star, &star.kicks, 1);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.source_health WHERE source LIKE '%made-up'"), 0);
	star_end(&star);
}

/* The connection is cut again and again while work is under way. */
static void
test_database_cut(void **state)
{
	struct star	star;
	struct event	events[100];
	char		names[50][32];

	(void)state;
	star_start(&star, NULL);
	for (size_t i = 0; i < 50; i++) {
		(void)!snprintf(names[i], sizeof(names[i]), "cut%zu", i);
		events[2 * i] = event(EVENT_NEW_RELEASE, 1000 + 2 * (int)i,
		    names[i], "1.0", NULL);
		events[2 * i + 1] = event(EVENT_ADD_FILE, 1001 + 2 * (int)i,
		    names[i], "1.0", "cut.tar.gz");
	}
	star.files[0] = "cut.tar.gz";
	star_events(&star, SOURCE_CHANGELOG, events, 100, 1099);
	star_until_count(&star, &star.stored, 1);
	for (int i = 0; i < 5; i++) {
		star_until_count(&star, &star.inspects, 5 * i);
		star_sql(&star, "SELECT pg_terminate_backend(pid) FROM "
		    "pg_stat_activity WHERE application_name = "
		    "'pypiwatch-queue'");
	}
	star_until(&star, "SELECT count(*) FROM analyst.files WHERE filename "
	    "= 'cut.tar.gz' AND outcome = 'scanned'", "50");
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "pypiwatch.scan WHERE normalized LIKE 'cut%'"), 50);
	assert_int_equal(star_number(&star, "SELECT count(*) FROM "
	    "analyst.events WHERE normalized LIKE 'cut%'"), 100);
	star_until_true(&star, &star.follows);
	star_end(&star);
}

/* A list of names that cannot be read whole is no shorter list. */
static void
test_list_unread(void **state)
{
	static const char text[] =
	    "lookalike { protected-names-file = \"/etc\" }\n";
	static const struct queue_hooks none = { 0 };
	struct loop	*loop = loop_new();
	struct buf	 errors = BUF_EMPTY;
	struct config	*c;
	char		 why[256], *top = mem_printf("judge { weights-file = "
	    "\"%s/etc/weights.conf\" }\n%s", getenv("top_srcdir") != NULL ?
	    getenv("top_srcdir") : ".", text);

	(void)state;
	c = config_parse("test", top, strlen(top), &errors);
	assert_non_null(c);
	assert_null(queue_new(loop, c, &none, why, sizeof(why)));
	assert_string_equal(why, "/etc: Is a directory");
	config_free(c);
	loop_free(loop);
	buf_release(&errors);
	free(top);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_unread),
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_fencing),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_siblings),
		cmocka_unit_test(test_gone_and_late),
		cmocka_unit_test(test_unmatched),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_delivery_order),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_wild_words),
		cmocka_unit_test(test_unknown_index),
		cmocka_unit_test(test_database_cut),
		cmocka_unit_test(test_imports),
		cmocka_unit_test(test_slow_children),
	};

	log_open("test", getenv("TEST_DEBUG") != NULL ? LOG_LEVEL_DEBUG :
	    LOG_LEVEL_INFO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

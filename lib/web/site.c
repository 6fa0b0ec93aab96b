/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - the feeds, metrics and health of the daemon, read-only.
 * Takes: HTTP requests.  Gives: documents out of the database.
 * Runs in: web.
 */
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/db.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/project_page.h"
#include "data/schema.h"
#include "data/verdict.h"
#include "statements.h"
#include "web/feed.h"
#include "web/metrics.h"
#include "web/server.h"

/* Prometheus scrapes every 15 to 60 s by custom; fresher costs queries. */
#define METRICS_REFRESH_MS 15000
#define FEED_MAX_AGE_S 60

struct site {
	struct site_settings	 settings;
	struct server		*server;
	struct timer		*refresh;
	struct buf		 metrics;	/* samples of the last
						   reading */
};

/* One feed being made. */
struct ask {
	struct site	*site;
	struct request	*request;
	const char	*type;
	void		(*render)(const struct feed *, struct buf *);
};

static void
item_fill(struct feed_item *item, const struct db_rows *rows, size_t i)
{
	item->id = db_text(rows, i, "id");
	item->project = db_text(rows, i, "project");
	item->version = db_text(rows, i, "version");
	item->score = db_text(rows, i, "score");
	item->severity = db_text(rows, i, "severity");
	item->lookalike_of = db_text(rows, i, "lookalike_of");
	item->first_detected_at = db_text(rows, i, "first_detected_at");
	item->updated_at = db_text(rows, i, "updated_at");
	item->triage_status = db_text(rows, i, "triage_status");
	item->pypi_status = db_text(rows, i, "pypi_status");
	item->index = db_text(rows, i, "index");
	item->why = db_text(rows, i, "why");
}

static void
feed_send(struct ask *ask, const struct db_rows *rows)
{
	size_t		 n = db_rows_count(rows);
	int64_t		 newest_us = 0, us;
	struct feed_item *items = mem_array(n, sizeof(*items));
	const char	*host = ask->site->settings.listen;
	char		*self = mem_printf(strchr(host, ':') != NULL ?
	    "http://[%s]:%d%s" : "http://%s:%d%s", host,
	    server_port(ask->site->server), request_target(ask->request));
	struct feed	 feed = { .self = self, .items = items, .n = n,
	    .link_base = ask->site->settings.link_base,
	    .indexes = ask->site->settings.indexes,
	    .nindexes = ask->site->settings.nindexes };
	struct buf	 body = BUF_EMPTY;

	for (size_t i = 0; i < n; i++)
		item_fill(&items[i], rows, i);
	for (size_t i = 0; i < n; i++)
		if (clock_from_rfc3339(items[i].updated_at, &us) == 0 &&
		    us > newest_us)
			newest_us = us;
	request_modified(ask->request, newest_us / 1000000);
	ask->render(&feed, &body);
	request_answer(ask->request, 200, ask->type, &body, FEED_MAX_AGE_S);
	buf_release(&body);
	free(self);
	free(items);
}

static void
feed_ready(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct ask *ask = ctx;

	if (status == DB_OK)
		feed_send(ask, rows);
	else
		request_fail(ask->request, 503, "the database does not answer");
	free(ask);
}

static void
feed_ask(struct site *site, struct request *request, const char *type,
    void (*render)(const struct feed *, struct buf *))
{
	const char	*severity = request_parameter(request, "min_severity");
	char		 limit[16];
	const char	*project = request_parameter(request, "project");
	const char	*status = request_parameter(request, "status");
	struct buf	 name = BUF_EMPTY;
	struct ask	*ask;

	if (severity != NULL && severity_from_name(severity) == -1) {
		request_fail(request, 400, "min_severity is one of none, low, "
		    "medium, high, critical");
		return;
	}
	if (status != NULL && str_index(triage_names, TRIAGE_COUNT, status) ==
	    -1) {
		request_fail(request, 400, "status is one of open, confirmed, "
		    "false_positive, pentest, spam, benign");
		return;
	}
	if (!db_is_up(site->settings.db)) {
		request_fail(request, 503, "the database does not answer");
		return;
	}
	if (project != NULL)
		project_add_normalized(&name, project);
	snprintf(limit, sizeof(limit), "%d", FEED_ITEMS_MAX);
	ask = mem_alloc(sizeof(*ask));
	*ask = (struct ask){ site, request, type, render };
	db_query(site->settings.db, &STMT_WEB_DETECTIONS, (const char *[]){
	    severity, project != NULL ? buf_text(&name) : NULL, status,
	    limit }, feed_ready, ask);
	buf_release(&name);
}

static void
serve_atom(void *ctx, struct request *request)
{
	feed_ask(ctx, request, "application/atom+xml; charset=utf-8",
	    feed_atom);
}

static void
serve_json(void *ctx, struct request *request)
{
	feed_ask(ctx, request, "application/feed+json; charset=utf-8",
	    feed_json);
}

static void
metrics_read(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct site		*site = ctx;
	struct metrics_writer	 w = { &site->metrics, NULL };

	if (status != DB_OK)
		return;
	buf_reset(&site->metrics);
	for (size_t i = 0; i < db_rows_count(rows); i++)
		metrics_add(&w, db_text(rows, i, "metric"),
		    db_text(rows, i, "label"), db_text(rows, i, "label_value"),
		    db_text(rows, i, "value"));
}

static void
metrics_refresh(void *ctx)
{
	struct site *site = ctx;

	timer_arm(site->refresh, METRICS_REFRESH_MS);
	if (db_is_up(site->settings.db))
		db_query(site->settings.db, &STMT_WEB_METRICS, NULL,
		    metrics_read, site);
}

static void
serve_metrics(void *ctx, struct request *request)
{
	struct site		*site = ctx;
	struct buf		 body = BUF_EMPTY;
	struct metrics_writer	 w = { &body, NULL };

	metrics_add(&w, "pypiwatch_build_info", "version", VERSION, "1");
	metrics_add(&w, "pypiwatch_database_up", NULL, NULL,
	    db_is_up(site->settings.db) ? "1" : "0");
	buf_add(&body, buf_text(&site->metrics), site->metrics.len);
	request_answer(request, 200,
	    "text/plain; version=0.0.4; charset=utf-8", &body, 0);
	buf_release(&body);
}

static void
health_known(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct request	*request = ctx;
	const char	*why = NULL;

	if (status != DB_OK || db_rows_count(rows) != 1)
		why = "the database does not answer";
	else
		why = db_text(rows, 0, "why");
	request_fail(request, why == NULL ? 200 : 503,
	    why == NULL ? "ok" : why);
}

/* Healthy: the daemon makes progress, so silence means that all is quiet. */
static void
serve_health(void *ctx, struct request *request)
{
	struct site *site = ctx;

	if (db_is_up(site->settings.db))
		db_query(site->settings.db, &STMT_WEB_HEALTH, NULL,
		    health_known, request);
	else
		request_fail(request, 503, "the database does not answer");
}

static void
ready_known(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct request	*request = ctx;
	char		 why[120] = "the database does not answer";
	bool		 ready = false;

	if (status == DB_OK && db_rows_count(rows) == 1) {
		ready = db_int(rows, 0, "version") == SCHEMA_VERSION;
		(void)snprintf(why, sizeof(why), "the database has schema %d,"
		    " this program wants %d: run \"pypiwatch migrate\"",
		    (int)db_int(rows, 0, "version"), SCHEMA_VERSION);
	} else if (status == DB_REFUSED)
		(void)snprintf(why, sizeof(why), "the database has no schema:"
		    " run \"pypiwatch migrate\"");
	request_fail(request, ready ? 200 : 503, ready ? "ready" : why);
}

/* Ready: what is asked of us can be answered. */
static void
serve_ready(void *ctx, struct request *request)
{
	struct site *site = ctx;

	if (db_is_up(site->settings.db))
		db_query(site->settings.db, &STMT_WEB_READY, NULL, ready_known,
		    request);
	else
		request_fail(request, 503, "the database does not answer");
}

static const struct route routes[] = {
	{ "/feed.atom", serve_atom },
	{ "/feed.json", serve_json },
	{ "/metrics", serve_metrics },
	{ "/healthz", serve_health },
	{ "/readyz", serve_ready },
};

struct site *
site_new(struct loop *loop, const struct site_settings *settings, char *why,
    size_t room)
{
	struct site *site = mem_alloc(sizeof(*site));

	site->settings = *settings;
	site->server = server_new(loop, settings->listen, settings->port,
	    routes, ARRAY_LEN(routes), site, why, room);
	if (site->server == NULL) {
		free(site);
		return NULL;
	}
	site->refresh = timer_new(loop, metrics_refresh, site);
	timer_arm(site->refresh, 500);
	return site;
}

void
site_free(struct site *site)
{
	if (site == NULL)
		return;
	server_free(site->server);
	timer_free(site->refresh);
	buf_release(&site->metrics);
	free(site);
}

int
site_port(const struct site *site)
{
	return server_port(site->server);
}

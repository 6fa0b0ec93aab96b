/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db - one asynchronous connection to PostgreSQL on the event loop.
 * Takes: statements and text parameters.  Gives: rows, in order, one callback
 * a statement.
 * Runs in: queue, web, the command.
 *
 *	      connect failed, or connection lost
 *	  +-------------------------------------------+
 *	  v                                           |
 *	DB_REST --timer--> DB_CONNECT --ok--> DB_READY +
 *
 * One statement is under way at a time: our servers are a socket away, and
 * what must be fast in bulk is one statement over many rows.
 */
#include "base/db.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/db_rows.h"
#include "base/dice.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define CONNECT_LIMIT_MS 15000	/* PQconnectPoll has no time limit itself */
#define REST_LEAST_MS 500
#define REST_MOST_MS 30000

/* Session settings; a conninfo with `options` of its own replaces them.  The
 * empty search path makes every statement name its schema.  The server notices
 * within half a minute that we are cut off, and lets go of our locks. */
#define SESSION_OPTIONS "-c search_path=pg_catalog -c timezone=UTC " \
	"-c statement_timeout=60s -c idle_in_transaction_session_timeout=60s " \
	"-c lock_timeout=20s " \
	"-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 " \
	"-c tcp_keepalives_count=3 -c tcp_user_timeout=20s"

enum db_state { DB_REST, DB_CONNECT, DB_READY };

enum item_kind { ITEM_STATEMENT, ITEM_BEGIN, ITEM_COMMIT, ITEM_TEXT };

struct item {
	struct item		*next;
	enum item_kind		 kind;
	const struct statement	*statement;
	char			**params;
	char			*text;		/* ITEM_TEXT: a script */
	bool			 grouped;	/* between begin and commit */
	db_done			*done;
	void			*ctx;
};

struct db {
	struct loop		*loop;
	char			*conninfo, *application;
	void			(*up)(void *);
	void			(*down)(void *, const char *);
	void			(*notify)(void *, const char *);
	void			*ctx;

	enum db_state		 state;
	PGconn			*conn;
	struct watch		*watch;
	struct timer		*timer;		/* rest, or connecting's
						   limit */
	struct timer		*orphans;	/* answers what came
						   while down */
	int64_t			 rest_ms;

	struct item		*first, **last;
	size_t			 pending;
	bool			 busy;		/* `first` was sent */
	bool			 preparing;	/* ... its preparation was */
	bool			 grouping;	/* between begin and commit */
	bool			 group_failed;
	PGresult		*result;	/* of the one under way */
	const struct statement	**prepared;
	size_t			 nprepared;
	char			**channels;
	size_t			 nchannels;
};

static void db_next(struct db *);
static void db_ready(void *, unsigned int);

/* ---- the line of statements -------------------------------------------- */

static void
item_free(struct item *item)
{
	for (int i = 0; item->params != NULL && i < item->statement->nparams;
	    i++)
		free(item->params[i]);
	free(item->params);
	free(item->text);
	free(item);
}

/* Takes the first item off the line, tells its owner, frees it. */
static void
item_answer(struct db *db, enum db_status status, struct db_rows *rows)
{
	struct item *item = db->first;

	db->first = item->next;
	if (db->first == NULL)
		db->last = &db->first;
	db->pending--;
	db->busy = false;
	if (item->done != NULL)
		item->done(item->ctx, status, rows);
	else if (status != DB_OK && status != DB_SKIPPED && status != DB_LOST)
		log_error("database: %s",
		    rows->error[0] != '\0' ? rows->error : "refused");
	item_free(item);
}

static void
item_drop(struct db *db, enum db_status status, const char *why)
{
	struct db_rows rows = { 0 };

	rows_set_error(&rows, why);
	item_answer(db, status, &rows);
}

/* Everything that waits is answered; what its owners ask for meanwhile is
 * answered on the next turn, so that this ends. */
static void
items_lose(struct db *db, const char *why)
{
	for (size_t n = db->pending; n > 0; n--)
		item_drop(db, DB_LOST, why);
	db->group_failed = false;
	if (db->first != NULL)
		timer_arm(db->orphans, 0);
}

static void
orphans_answer(void *ctx)
{
	struct db *db = ctx;

	if (db->state != DB_READY)
		items_lose(db, "no connection to the database");
}

static struct item *
item_new(struct db *db, enum item_kind kind, db_done *done, void *ctx)
{
	struct item *item = mem_alloc(sizeof(*item));

	item->kind = kind;
	item->done = done;
	item->ctx = ctx;
	item->grouped = db->grouping;
	*db->last = item;
	db->last = &item->next;
	db->pending++;
	return item;
}

/* Sends the first item if it can; a zero timer answers it when down. */
static void
db_push(struct db *db)
{
	if (db->state == DB_READY)
		db_next(db);
	else
		timer_arm(db->orphans, 0);
}

void
db_query(struct db *db, const struct statement *statement,
    const char *const *params, db_done *done, void *ctx)
{
	struct item *item = item_new(db, ITEM_STATEMENT, done, ctx);

	item->statement = statement;
	item->params = mem_array((size_t)statement->nparams + 1,
	    sizeof(*item->params));
	for (int i = 0; i < statement->nparams; i++)
		item->params[i] = mem_strdup(params[i]);
	db_push(db);
}

void
db_script(struct db *db, const char *sql, db_done *done, void *ctx)
{
	struct item *item = item_new(db, ITEM_TEXT, done, ctx);

	item->text = mem_strdup(sql);
	db_push(db);
}

void
db_begin(struct db *db)
{
	if (db->grouping)
		fatal("db: a group inside a group");
	db->grouping = true;
	item_new(db, ITEM_BEGIN, NULL, NULL);
	db_push(db);
}

void
db_commit(struct db *db, db_done *done, void *ctx)
{
	if (!db->grouping)
		fatal("db: commit without begin");
	item_new(db, ITEM_COMMIT, done, ctx);
	db->grouping = false;
	db_push(db);
}

static bool
is_prepared(const struct db *db, const struct statement *statement)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (db->prepared[i] == statement)
			return true;
	return false;
}

static int
statement_send(struct db *db, const struct item *item)
{
	const struct statement *s = item->statement;

	if (is_prepared(db, s))
		return PQsendQueryPrepared(db->conn, s->name, s->nparams,
		    (const char *const *)item->params, NULL, NULL, 0);
	db->preparing = true;
	return PQsendPrepare(db->conn, s->name, s->sql, 0, NULL);
}

static int
item_send(struct db *db, const struct item *item)
{
	switch (item->kind) {
	case ITEM_STATEMENT:
		return statement_send(db, item);
	case ITEM_BEGIN:
		db->group_failed = false;
		return PQsendQuery(db->conn, "BEGIN");
	case ITEM_COMMIT:
		return PQsendQuery(db->conn,
		    db->group_failed ? "ROLLBACK" : "COMMIT");
	case ITEM_TEXT:
		return PQsendQuery(db->conn, item->text);
	}
	return 0;
}

/* ---- the connection ---------------------------------------------------- */

static void
db_close(struct db *db)
{
	watch_free(db->watch);
	db->watch = NULL;
	PQclear(db->result);
	db->result = NULL;
	if (db->conn != NULL)
		PQfinish(db->conn);
	db->conn = NULL;
	db->nprepared = 0;
	db->busy = db->preparing = false;
}

static void
db_lose(struct db *db, const char *why)
{
	struct db_rows	said = { 0 };

	rows_set_error(&said, why);	/* a copy: `why` may be the conn's */
	db_close(db);
	db->state = DB_REST;
	timer_arm(db->timer, db->rest_ms - db->rest_ms / 4 +
	    (int64_t)dice_roll() % (db->rest_ms / 2));
	db->rest_ms = db->rest_ms * 2 > REST_MOST_MS ? REST_MOST_MS :
	    db->rest_ms * 2;
	items_lose(db, said.error);
	if (db->down != NULL)
		db->down(db->ctx, said.error);
}

static void
db_want(struct db *db)
{
	int flushed = PQflush(db->conn);

	if (flushed == -1)
		db_lose(db, PQerrorMessage(db->conn));
	else
		watch_want(db->watch,
		    WATCH_READ | (flushed == 1 ? WATCH_WRITE : 0));
}

/* Sends the first item that needs sending. */
static void
db_next(struct db *db)
{
	while (!db->busy && db->first != NULL && db->state == DB_READY) {
		if (db->first->grouped && db->group_failed &&
		    db->first->kind == ITEM_STATEMENT) {
			item_drop(db, DB_SKIPPED,
			    "an earlier statement of the group failed");
			continue;
		}
		db->preparing = false;
		if (!item_send(db, db->first)) {
			db_lose(db, PQerrorMessage(db->conn));
			return;
		}
		db->busy = true;
		db_want(db);
	}
}

static enum db_status
status_of(const struct db *db, const struct item *item,
    const struct db_rows *rows)
{
	static const char *const again[] = { "40001", "40P01", "55P03",
	    "57014" };

	switch (PQresultStatus(rows->result)) {
	case PGRES_COMMAND_OK:
		if (item->kind == ITEM_COMMIT &&
		    (db->group_failed ||
		    str_equal(PQcmdStatus(rows->result), "ROLLBACK")))
			return DB_SKIPPED;
		return DB_OK;
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		return DB_OK;
	default:
		return str_index(again, ARRAY_LEN(again), rows->sqlstate) >= 0 ?
		    DB_RETRY : DB_REFUSED;
	}
}

/* The server is going away, full, or a standby: another connection may be
 * better. */
static bool
is_farewell(const char *sqlstate)
{
	return str_starts(sqlstate, "08") || str_starts(sqlstate, "57P0") ||
	    str_equal(sqlstate, "53300") || str_equal(sqlstate, "25006");
}

static void
item_finish(struct db *db)
{
	struct db_rows	rows;
	enum db_status	status;

	rows_fill(&rows, db->result);
	db->result = NULL;
	status = status_of(db, db->first, &rows);
	if (is_farewell(rows.sqlstate)) {
		PQclear(rows.result);
		db_lose(db, rows.error);
		return;
	}
	if (db->preparing && status == DB_OK) {
		db->prepared = mem_grow(db->prepared, db->nprepared + 1,
		    sizeof(const struct statement *));
		db->prepared[db->nprepared++] = db->first->statement;
		db->busy = false;
	} else {
		if (db->first->grouped && status != DB_OK)
			db->group_failed = true;
		item_answer(db, status, &rows);
	}
	PQclear(rows.result);
	db_next(db);
}

/* Keeps the first error of a script, else its last result. */
static void
result_keep(struct db *db, PGresult *result)
{
	if (db->result != NULL &&
	    PQresultStatus(db->result) == PGRES_FATAL_ERROR) {
		PQclear(result);
		return;
	}
	PQclear(db->result);
	db->result = result;
}

static void
notifies_tell(struct db *db)
{
	PGnotify *n;

	while (db->state == DB_READY && (n = PQnotifies(db->conn)) != NULL) {
		if (db->notify != NULL)
			db->notify(db->ctx, n->relname);
		PQfreemem(n);
	}
}

static void
db_read(struct db *db)
{
	PGresult *result;

	while (db->state == DB_READY && db->busy && !PQisBusy(db->conn)) {
		result = PQgetResult(db->conn);
		if (result != NULL) {
			result_keep(db, result);
			if (PQstatus(db->conn) == CONNECTION_BAD)
				break;
			continue;
		}
		item_finish(db);
	}
	if (db->state != DB_READY)
		return;
	if (PQstatus(db->conn) == CONNECTION_BAD) {
		db_lose(db, PQerrorMessage(db->conn));
		return;
	}
	notifies_tell(db);
	if (db->state == DB_READY)
		db_want(db);
}

/* ---- connecting -------------------------------------------------------- */

static void
notice_log(void *ctx, const PGresult *result)
{
	const char *severity, *text;

	(void)ctx;
	severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (str_equal(severity, "WARNING"))
		log_warn("database: %s", vis(text));
	else
		log_debug("database: %s", vis(text));
}

static void
listen_send(struct db *db, const char *channel)
{
	char		*quoted;
	struct item	*item;

	quoted = PQescapeIdentifier(db->conn, channel, strlen(channel));
	if (quoted == NULL)
		fatal("db: channel name %s", channel);
	item = item_new(db, ITEM_TEXT, NULL, NULL);
	item->text = mem_printf("LISTEN %s", quoted);
	PQfreemem(quoted);
}

static void
db_connected(struct db *db)
{
	timer_disarm(db->timer);
	db->rest_ms = REST_LEAST_MS;
	db->state = DB_READY;
	if (PQsetnonblocking(db->conn, 1) != 0)
		fatal("db: libpq refuses to be non-blocking");
	for (size_t i = 0; i < db->nchannels; i++)
		listen_send(db, db->channels[i]);
	watch_free(db->watch);
	db->watch = watch_new(db->loop, PQsocket(db->conn), db_ready, db);
	watch_want(db->watch, WATCH_READ);
	db_next(db);
	if (db->state == DB_READY && db->up != NULL)
		db->up(db->ctx);
}

/* The socket may be another one after every step, even with its number. */
static void
connect_step(struct db *db)
{
	PostgresPollingStatusType	next = PQconnectPoll(db->conn);
	unsigned int			want;

	if (next == PGRES_POLLING_FAILED) {
		db_lose(db, PQerrorMessage(db->conn));
		return;
	}
	if (next == PGRES_POLLING_OK) {
		db_connected(db);
		return;
	}
	want = next == PGRES_POLLING_READING ? WATCH_READ : WATCH_WRITE;
	watch_free(db->watch);
	db->watch = watch_new(db->loop, PQsocket(db->conn), db_ready, db);
	watch_want(db->watch, want);
}

static void
db_ready(void *ctx, unsigned int ready)
{
	struct db *db = ctx;

	switch (db->state) {
	case DB_REST:
		break;
	case DB_CONNECT:
		connect_step(db);
		break;
	case DB_READY:
		if ((ready & WATCH_READ) && !PQconsumeInput(db->conn)) {
			db_lose(db, PQerrorMessage(db->conn));
			break;
		}
		db_read(db);
		break;
	}
}

/* What the conninfo says overrides what stands before it. */
static void
connect_start(struct db *db)
{
	const char *const names[] = { "client_encoding", "gssencmode",
	    "keepalives_idle", "keepalives_interval", "keepalives_count",
	    "tcp_user_timeout", "options", "fallback_application_name",
	    "dbname", NULL };
	const char *const values[] = { "UTF8", "disable", "30", "10", "3",
	    "60000", SESSION_OPTIONS, db->application, db->conninfo, NULL };

	db->state = DB_CONNECT;
	db->conn = PQconnectStartParams(names, values, 1);
	if (db->conn == NULL)
		mem_exhausted(sizeof(struct db));
	if (PQstatus(db->conn) == CONNECTION_BAD) {
		db_lose(db, PQerrorMessage(db->conn));
		return;
	}
	PQsetNoticeReceiver(db->conn, notice_log, NULL);
	timer_arm(db->timer, CONNECT_LIMIT_MS);
	/* The first wait is for writing, before any poll. */
	db->watch = watch_new(db->loop, PQsocket(db->conn), db_ready, db);
	watch_want(db->watch, WATCH_WRITE);
}

static void
timer_over(void *ctx)
{
	struct db *db = ctx;

	if (db->state == DB_CONNECT)
		db_lose(db, "the database server does not answer");
	else if (db->state == DB_REST)
		connect_start(db);
}

/* ---- life -------------------------------------------------------------- */

struct db *
db_new(struct loop *loop, const struct db_settings *settings)
{
	struct db *db = mem_alloc(sizeof(*db));

	db->loop = loop;
	db->conninfo = mem_strdup(settings->conninfo != NULL ?
	    settings->conninfo : "");
	db->application = mem_strdup(settings->application);
	db->up = settings->up;
	db->down = settings->down;
	db->notify = settings->notify;
	db->ctx = settings->ctx;
	db->last = &db->first;
	db->rest_ms = REST_LEAST_MS;
	db->timer = timer_new(loop, timer_over, db);
	db->orphans = timer_new(loop, orphans_answer, db);
	timer_arm(db->timer, 0);
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_close(db);
	while (db->first != NULL) {
		struct item *item = db->first;

		db->first = item->next;
		item_free(item);
	}
	for (size_t i = 0; i < db->nchannels; i++)
		free(db->channels[i]);
	free(db->channels);
	free(db->prepared);
	timer_free(db->timer);
	timer_free(db->orphans);
	free(db->conninfo);
	free(db->application);
	free(db);
}

void
db_detach(struct db *db)
{
	db->up = NULL;
	db->down = NULL;
	db->notify = NULL;
	db->ctx = NULL;
}

struct loop *
db_loop(const struct db *db)
{
	return db->loop;
}

bool
db_is_up(const struct db *db)
{
	return db->state == DB_READY;
}

void
db_listen(struct db *db, const char *channel)
{
	db->channels = mem_grow(db->channels, db->nchannels + 1,
	    sizeof(*db->channels));
	db->channels[db->nchannels++] = mem_strdup(channel);
	if (db->state == DB_READY) {
		listen_send(db, channel);
		db_next(db);
	}
}

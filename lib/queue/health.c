/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health - what is not well with this host's processes, told to people.
 * Takes: the supervisor's word about roles that end again and again; the
 * database's absences.  Gives: rows of pypiwatch.health, whose changes are
 * alerts.
 * Runs in: queue.
 *
 * What is reported is always all of this host, so a lost report is mended by
 * the next one, and who reports may be a new process.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/mem.h"
#include "base/vis.h"
#include "queue/hub.h"

/* A failover of the database takes less; it is in the log all the same. */
#define AWAY_TOLD_S 60

struct trouble {
	struct trouble	*next;
	char		*part, *why;
};

static void
trouble_drop(struct trouble **at)
{
	struct trouble *t = *at;

	*at = t->next;
	free(t->part);
	free(t->why);
	free(t);
}

void
health_free(struct queue *q)
{
	while (q->troubles != NULL)
		trouble_drop(&q->troubles);
}

void
health_report(struct queue *q)
{
	json_t	*list = json_array();
	char	*text;

	for (const struct trouble *t = q->troubles; t != NULL; t = t->next)
		(void)json_array_append_new(list, json_pack("{s:o, s:o}",
		    "part", visible_json(t->part), "why",
		    visible_json(t->why)));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (q->ready)
		db_query(q->db, &STMT_HEALTH_REPORT, (const char *[]){
		    q->host, text }, NULL, NULL);
	free(text);
}

/* "worker 1"; of the others there is one. */
static char *
part_name(const char *role, uint32_t index)
{
	return str_equal(role, "worker") ?
	    mem_printf("worker %" PRIu32, index) : mem_strdup(role);
}

void
queue_degraded(struct queue *q, const char *role, uint32_t index, bool over,
    const char *why)
{
	char		*part = part_name(role, index);
	struct trouble	**at = &q->troubles;

	while (*at != NULL && !str_equal((*at)->part, part))
		at = &(*at)->next;
	if (over && *at != NULL)
		trouble_drop(at);
	if (!over && *at == NULL) {
		*at = mem_alloc(sizeof(**at));
		(*at)->part = mem_strdup(part);
		(*at)->why = mem_strdup(why != NULL ? why : "?");
	}
	free(part);
	health_report(q);
}

/* ---- the database ------------------------------------------------------ */

void
health_database_away(struct queue *q)
{
	if (q->away_ms == 0 && q->ready)
		q->away_ms = clock_mono_ms();
}

/* Nobody could be told while it lasted. */
void
health_database_back(struct queue *q)
{
	int64_t	 s = (clock_mono_ms() - q->away_ms) / 1000;
	char	 number[NUMBER_SIZE];
	char	*why;

	if (q->away_ms != 0 && s >= AWAY_TOLD_S) {
		why = mem_printf("the database could not be reached for %"
		    PRId64 " s; what the index showed meanwhile is read now",
		    s);
		write_send(q, &STMT_HEALTH_PAST, (const char *[]){ q->host,
		    "database", number_text(number, s), why }, NULL, NULL);
		free(why);
	}
	q->away_ms = 0;
}

/* ---- the dead man's switch ----------------------------------------------- */

/* Well is what the web server calls well: this daemon lives, a source was
 * read, what waits is looked at. */
static void
on_health(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue		*q = ctx;
	struct satellite	*s = satellite_any(q, ROLE_ALERT);
	const char		*why;

	if (status != DB_OK)
		return;
	if ((why = db_text(rows, 0, "why")) != NULL) {
		log_spell_begin(&q->unwell, "no heartbeat is sent: %s",
		    vis(why));
		return;
	}
	log_spell_end(&q->unwell, "heartbeats are sent again");
	if (s != NULL)
		channel_send(s->channel, MSG_HEARTBEAT, NULL, NULL, NULL, 0);
	else
		q->heartbeat_ms = 0;	/* as soon as alert is there again */
}

void
heartbeat_look(struct queue *q)
{
	int64_t now = clock_mono_ms();

	if (q->config->daemon.heartbeat_url_file == NULL || !q->ready ||
	    q->draining || now < q->heartbeat_ms)
		return;
	/* A beat of ours comes every ten seconds; early is no harm. */
	q->heartbeat_ms = now +
	    q->config->daemon.heartbeat_interval_s * 1000 - 5000;
	db_query(q->db, &STMT_WEB_HEALTH, NULL, on_health, q);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_index - NAME[==VERSION]: the files of a release on the index.
 * Takes: a name.  Gives: an item a file, fetched and checked.
 * Runs in: the command, with the readers that the daemon uses.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "role.h"
#include "scan.h"

#include "alert/text.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "fetch/transfer.h"
#include "names/name.h"
#include "poll/release_json.h"

/* At once from one host; a person waits, but the index is everybody's. */
enum { HOST_CONNECTIONS = 4, TOTAL_CONNECTIONS = 4 };

struct visit {
	struct scan_sources *sources;
	struct loop	*loop;
	struct http_client *http;
	const struct config *config;
	char		*label;		/* the argument */
	/* the answer */
	struct release	 release;
	char		 why[FAULT_TEXT_MAX];
	bool		 answered, found;
	/* the file under way */
	struct scan_item *item;
};

static void
on_release(void *ctx, const struct http_answer *a)
{
	struct visit	*v = ctx;
	struct fault	 fault;
	size_t		 unreadable;

	if (a->result != HTTP_OK)
		snprintf(v->why, sizeof(v->why), "cannot ask the index: %s",
		    a->error);
	else if (a->status == 404)
		snprintf(v->why, sizeof(v->why), "the index knows no such"
		    " release; if you meant a file, none is there");
	else if (a->status != 200)
		snprintf(v->why, sizeof(v->why), "the index answers HTTP %ld",
		    a->status);
	else if (release_json_read(a->body, a->body_len, &v->release,
	    &unreadable, &fault) != TASK_DONE)
		snprintf(v->why, sizeof(v->why), "%s", fault.text);
	else
		v->found = true;
	v->answered = true;
	loop_stop(v->loop);
}

/* One request; the loop runs until its answer is there. */
static bool
ask(struct visit *v, const char *name, const char *version)
{
	struct buf	url = BUF_EMPTY;
	struct http_ask	a = { .compressed = true, .follow = true,
		.allow_plain = str_starts(v->config->pypi.url, "http://"),
		.body_most = version == NULL ? PROJECT_JSON_MAX :
		RELEASE_JSON_MAX, .timeout_ms = v->config->pypi.timeout_s *
		1000, .done = on_release, .ctx = v };

	buf_addf(&url, "%s%spypi/%s/", v->config->pypi.url,
	    str_ends(v->config->pypi.url, "/") ? "" : "/", name);
	if (version != NULL) {
		text_percent(&url, version);
		buf_addc(&url, '/');
	}
	buf_adds(&url, "json");
	a.url = buf_text(&url);
	progress_show("asking the index about %s", v->label);
	http_send(v->http, &a);
	while (!v->answered)	/* a worker may stop the loop too */
		loop_run(v->loop);
	buf_release(&url);
	return v->found;
}

static void
on_file(void *ctx, const struct msg_fetched *m, int fd)
{
	struct visit *v = ctx;

	if (m->status == FETCH_OK)
		v->item->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	else
		v->item->why = mem_printf("cannot be fetched: %s",
		    m->why != NULL ? vis(m->why) : "no reason given");
	loop_stop(v->loop);
}

static int
fetch(struct visit *v, struct transfers *transfers, const struct upload *u)
{
	struct msg_fetch	 m = { .id = 1, .url = u->url, .size = u->size,
		    .size_most = v->config->limits.artefact_bytes };
	struct scan_item	*i = scan_item_new(u->filename, u->filename);

	if (str_copy(m.sha256, sizeof(m.sha256), u->sha256) == -1)
		m.sha256[0] = '\0';
	i->packagetype = u->packagetype;
	free(i->project);
	free(i->version);
	i->project = mem_strdup(v->release.project);
	i->version = mem_strdup(v->release.version);
	v->item = i;
	progress_show("fetching %s", i->filename);
	transfer_start(transfers, &m);
	while (i->fd == -1 && i->why == NULL)
		loop_run(v->loop);
	return v->sources->each(v->sources->ctx, i);
}

static int
fetch_all(struct visit *v)
{
	struct transfers *t = transfers_new(&(struct transfer_settings){
	    .http = v->http, .origins = &(struct transfer_origin){
	    .files_url = v->config->pypi.files_url }, .norigins = 1,
	    .size_most = v->config->limits.artefact_bytes,
	    .low_speed = v->config->limits.fetch_low_speed, .done = on_file,
	    .ctx = v });
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < v->release.nuploads; i++)
		rc = fetch(v, t, &v->release.uploads[i]);
	transfers_free(t);
	if (rc == 0 && v->release.nuploads == 0)
		rc = v->sources->each(v->sources->ctx, scan_item_missing(
		    v->label, "the release has no files"));
	return rc;
}

static int
visit(struct visit *v, const char *name, const char *version)
{
	int rc;

	if (ask(v, name, version))
		rc = fetch_all(v);
	else
		rc = v->sources->each(v->sources->ctx,
		    scan_item_missing(v->label, "%s", v->why));
	wire_release(&release_desc, &v->release);
	return rc;
}

int
scan_index_walk(struct scan_sources *s, const char *argument)
{
	struct project_name	 name;
	struct visit		 v = { .sources = s, .loop = s->env->loop,
				    .config = s->env->config };
	const char		*equals = strstr(argument, "=="), *why;
	char			*plain = equals == NULL ? mem_strdup(argument) :
				    mem_strndup(argument,
				    (size_t)(equals - argument));
	int			 rc;

	v.label = vis_dup(argument, strlen(argument));
	if (s->no_network)
		rc = s->each(s->ctx, scan_item_missing(argument, "no such file,"
		    " and --no-network forbids to ask the index"));
	else if (name_normalize(plain, &name, &why) == -1 ||
	    (equals != NULL && (equals[2] == '\0' ||
	    strlen(equals + 2) > VERSION_MAX)))
		rc = s->each(s->ctx, scan_item_missing(argument, "no such file,"
		    " and not NAME or NAME==VERSION of a project"));
	else {
		v.http = role_http(v.loop, v.config, HOST_CONNECTIONS,
		    TOTAL_CONNECTIONS);
		rc = visit(&v, name.text, equals != NULL ? equals + 2 : NULL);
		http_client_free(v.http);
	}
	free(v.label);
	free(plain);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * served - what was asked for, by whom: for tests of politeness and of
 * "once is enough".
 * Takes: each request.  Gives: counts as JSON.
 * Runs in: simindex.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

struct served {
	json_t	*endpoints;	/* name -> {requests, conditional, "200": n} */
	json_t	*agents;	/* user agent -> n */
	json_t	*paths;		/* path -> n */
	json_t	*missing;	/* path -> n, of the fault "missing" */
	int64_t	 last_us[ENDPOINT_COUNT], gap_us[ENDPOINT_COUNT];
};

struct served *
served_new(void)
{
	struct served	*s = must_alloc(sizeof(*s));

	s->endpoints = json_object();
	s->agents = json_object();
	s->paths = json_object();
	s->missing = json_object();
	for (size_t i = 0; i < ENDPOINT_COUNT; i++)
		s->gap_us[i] = -1;
	return s;
}

void
served_free(struct served *s)
{
	json_decref(s->endpoints);
	json_decref(s->agents);
	json_decref(s->paths);
	json_decref(s->missing);
	free(s);
}

static uint64_t
count(json_t *in, const char *key)
{
	json_int_t	 n = json_integer_value(json_object_get(in, key));

	json_object_set_new(in, key, json_integer(n + 1));
	return (uint64_t)n;
}

uint64_t
served_missing(struct served *s, const char *path)
{
	return count(s->missing, path);
}

void
served_note(struct served *s, enum endpoint at, const char *path,
    const char *agent, int status, bool conditional)
{
	json_t	*e = json_object_get(s->endpoints, endpoint_name(at));
	char	*text = must_format("%d", status);
	int64_t	 now = now_us(), gap = now - s->last_us[at];

	if (e == NULL) {
		e = json_object();
		json_object_set_new(s->endpoints, endpoint_name(at), e);
	} else if (s->gap_us[at] == -1 || gap < s->gap_us[at])
		s->gap_us[at] = gap;
	s->last_us[at] = now;
	count(e, "requests");
	count(e, text);
	free(text);
	if (conditional)
		count(e, "conditional");
	if (at == AT_CONTROL)
		return;
	count(s->agents, agent != NULL ? agent : "(none)");
	count(s->paths, path);
}

void
served_page(const struct ask *ask, struct answer *a)
{
	struct served	*s = ask->server->served;
	json_t		*faults = json_object(), *gaps = json_object();

	for (int i = 0; i < FAULT_KIND_COUNT; i++)
		if (ask->server->faults.served[i] > 0)
			json_object_set_new(faults,
			    fault_name((enum fault_kind)i), json_integer(
			    (json_int_t)ask->server->faults.served[i]));
	for (int i = 0; i < ENDPOINT_COUNT; i++)
		if (s->gap_us[i] >= 0)
			json_object_set_new(gaps,
			    endpoint_name((enum endpoint)i),
			    json_integer(s->gap_us[i] / 1000));
	answer_json(a, json_pack("{s:O, s:O, s:O, s:o, s:o}",
	    "endpoints", s->endpoints, "agents", s->agents,
	    "paths", s->paths, "faults", faults, "least_gap_ms", gaps));
}

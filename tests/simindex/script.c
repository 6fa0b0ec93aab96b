/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script - the lines that drive the simulated index.
 * Takes: text.  Gives: releases, removals, faults; now or later.
 * Runs in: simindex.
 */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "hostile.h"
#include "ordinary.h"

#define WORDS_MOST 8

typedef const char *script_do(struct server *, char **words, size_t n);

static void
publish(struct server *s, struct package *p, const char *kind)
{
	world_build(s->world, world_release(s->world, p, kind), false);
}

static const char *
do_release(struct server *s, char **w, size_t n)
{
	const struct hostile	*h;
	size_t			 count;

	if (strcmp(w[1], "ordinary") == 0) {
		count = n > 2 ? strtoul(w[2], NULL, 10) : 1;
		while (count-- > 0)
			publish(s, ordinary_new(s->seed, s->ordinary++),
			    "ordinary");
		return NULL;
	}
	if (strcmp(w[1], "hostile") == 0) {
		for (size_t i = 0; i < hostile_count; i++)
			publish(s, hostile_package(&hostiles[i], s->seed),
			    hostiles[i].kind);
		return NULL;
	}
	if ((h = hostile_find(w[1])) == NULL)
		return "no such kind; see --list-hostile";
	publish(s, hostile_package(h, s->seed), h->kind);
	return NULL;
}

static const char *
do_burst(struct server *s, char **w, size_t n)
{
	char	*words[] = { w[0], must_copy("ordinary"), w[1] };

	(void)n;
	do_release(s, words, 3);
	free(words[1]);
	return NULL;
}

static const char *
do_folder(struct server *s, char **w, size_t n)
{
	(void)n;
	return folder_publish(s->world, w[1]) == -1 ? "not a folder" : NULL;
}

static const char *
missing(int done)
{
	return done == -1 ? "no such project, release or file" : NULL;
}

static const char *
do_remove(struct server *s, char **w, size_t n)
{
	if (n < 3)
		return "remove project|release|file NAME [VERSION]";
	if (strcmp(w[1], "project") == 0)
		return missing(world_remove_project(s->world, w[2]));
	if (strcmp(w[1], "file") == 0)
		return missing(world_remove_file(s->world, w[2]));
	return missing(world_remove_release(s->world, w[2],
	    n > 3 ? w[3] : NULL));
}

static const char *
do_quarantine(struct server *s, char **w, size_t n)
{
	bool	 on = w[0][0] == 'q';

	if (n > 2)
		return missing(world_quarantine_release(s->world, w[1], w[2],
		    on));
	return missing(world_quarantine(s->world, w[1], on));
}

static const char *
do_yank(struct server *s, char **w, size_t n)
{
	return missing(world_yank(s->world, w[1], n > 2 ? w[2] : NULL,
	    w[0][0] == 'y', n > 3 ? w[3] : NULL));
}

static struct sim_release *
newest(struct server *s, const char *name)
{
	int64_t			 now = world_serial(s->world);
	struct sim_project	*p = world_project(s->world, name, now);

	return p != NULL ? project_latest(p, now) : NULL;
}

static const char *
do_late_wheel(struct server *s, char **w, size_t n)
{
	struct sim_release	*r = newest(s, w[1]);

	(void)n;
	if (r == NULL || (r->package->quirks & QUIRK_LATE_WHEEL) == 0)
		return "no release with a withheld wheel";
	world_build(s->world, r, true);
	return NULL;
}

static const char *
do_change_bytes(struct server *s, char **w, size_t n)
{
	struct sim_release	*r = newest(s, w[1]);

	(void)n;
	if (r == NULL)
		return "no such project";
	world_change(s->world, r);
	return NULL;
}

/* role NAME add|remove|change|invite... Owner|Maintainer USER */
static const char *
do_role(struct server *s, char **w, size_t n)
{
	char	*action;
	int	 done;

	if (n < 5)
		return "role NAME add|remove|... Owner|Maintainer USER";
	action = must_format("%s %s", w[2], w[3]);
	done = world_role(s->world, w[1], action, w[4]);
	free(action);
	return missing(done);
}

/* row NAME VERSION|- ACTION...: any text, for actions unheard of */
static const char *
do_row(struct server *s, char **w, size_t n)
{
	struct text	 t = { 0 };

	if (n < 4)
		return "row NAME VERSION|- ACTION...";
	for (size_t i = 3; i < n; i++)
		text_putf(&t, "%s%s", i > 3 ? " " : "", w[i]);
	world_journal(s->world, w[1], strcmp(w[2], "-") == 0 ? NULL : w[2],
	    t.s);
	text_free(&t);
	return NULL;
}

static const char *
do_gap(struct server *s, char **w, size_t n)
{
	(void)n;
	world_skip(s->world, strtoll(w[1], NULL, 10));
	return NULL;
}

static const char *
do_ago(struct server *s, char **w, size_t n)
{
	(void)n;
	world_ago(s->world, strtoll(w[1], NULL, 10));
	return NULL;
}

static const char *
do_clear(struct server *s, char **w, size_t n)
{
	faults_clear(&s->faults, n > 1 ? w[1] : "all");
	return NULL;
}

static const char *
do_stop(struct server *s, char **w, size_t n)
{
	(void)w;
	(void)n;
	event_base_loopexit(s->base, NULL);
	return NULL;
}

static const struct command {
	const char	*name;
	size_t		 least;		/* words */
	script_do	*act;
	const char	*about;
} commands[] = {
	{ "release", 2, do_release, "release KIND|hostile|ordinary [N]" },
	{ "burst", 2, do_burst, "burst N: ordinary releases at once" },
	{ "folder", 2, do_folder, "folder DIR: real archives at once" },
	{ "remove", 3, do_remove, "remove project|release|file NAME "
	    "[VERSION]" },
	{ "quarantine", 2, do_quarantine, "quarantine NAME [VERSION]" },
	{ "unquarantine", 2, do_quarantine, "unquarantine NAME [VERSION]" },
	{ "yank", 2, do_yank, "yank NAME [VERSION [REASON]]" },
	{ "unyank", 2, do_yank, "unyank NAME [VERSION]" },
	{ "late-wheel", 2, do_late_wheel, "late-wheel NAME" },
	{ "change-bytes", 2, do_change_bytes, "change-bytes NAME" },
	{ "role", 5, do_role, "role NAME add|remove|... ROLE USER" },
	{ "row", 4, do_row, "row NAME VERSION|- ACTION..." },
	{ "gap", 2, do_gap, "gap N: serials that nobody gets" },
	{ "ago", 2, do_ago, "ago DAYS: what comes was so long ago; ago 0" },
	{ "clear", 1, do_clear, "clear [ENDPOINT]: ends faults" },
	{ "stop", 1, do_stop, "stop: ends the program" },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void
script_help(void)
{
	printf("Lines of a scenario, each may begin with \"at SECONDS\":\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %s\n", commands[i].about);
	printf("  fault ENDPOINT KIND [NUMBER] [for S] [count N] [match "
	    "TEXT]\nEndpoints: xmlrpc updates packages rss json simple file "
	    "all.  Kinds:\n");
	fault_help();
}

static const char *
script_now(struct server *s, char *line)
{
	char		*words[WORDS_MOST + 1], *save = NULL, *word;
	const char	*why = NULL;
	size_t		 n = 0;

	if (strncmp(line, "fault ", 6) == 0)
		return faults_add(&s->faults, line + 6,
		    world_serial(s->world), &why) == -1 ? why : NULL;
	for (word = strtok_r(line, " \t", &save);
	    word != NULL && n < WORDS_MOST;
	    word = strtok_r(NULL, " \t", &save))
		words[n++] = word;
	for (size_t i = 0; n > 0 && i < COMMANDS; i++) {
		if (strcmp(words[0], commands[i].name) != 0)
			continue;
		if (n < commands[i].least)
			return commands[i].about;
		return commands[i].act(s, words, n);
	}
	return "no such command; see --help";
}

struct later { struct server *server; struct event *timer; char *line; };

static void
on_later(int fd, short what, void *ctx)
{
	struct later	*l = ctx;
	char		*said = must_copy(l->line);
	const char	*why = script_now(l->server, l->line);

	(void)fd;
	(void)what;
	if (why != NULL)
		fprintf(stderr, "simindex: %s: %s\n", said, why);
	event_free(l->timer);
	free(said);
	free(l->line);
	free(l);
}

const char *
script_line(struct server *s, char *line)
{
	struct later	*l;
	struct timeval	 tv;
	double		 seconds;
	char		*rest;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return NULL;
	if (strncmp(line, "at ", 3) != 0)
		return script_now(s, line);
	seconds = strtod(line + 3, &rest);
	if (rest == line + 3 || seconds < 0)
		return "at SECONDS COMMAND";
	l = must_alloc(sizeof(*l));
	l->server = s;
	l->line = must_copy(rest + strspn(rest, " \t"));
	l->timer = evtimer_new(s->base, on_later, l);
	tv.tv_sec = (time_t)seconds;
	tv.tv_usec = (suseconds_t)((seconds - (double)tv.tv_sec) * 1e6);
	event_add(l->timer, &tv);
	return NULL;
}

void
script_file(struct server *s, const char *path)
{
	FILE		*f = fopen(path, "re");
	char		*line = NULL;
	size_t		 room = 0, number = 0;
	const char	*why;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while (getline(&line, &room, f) != -1) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if ((why = script_line(s, line)) != NULL) {
			fprintf(stderr, "%s:%zu: %s\n", path, number, why);
			exit(2);
		}
	}
	free(line);
	fclose(f);
}

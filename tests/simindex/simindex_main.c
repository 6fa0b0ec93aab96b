/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simindex - a package index for tests, which can be told to misbehave.
 * Takes: options, a scenario, lines on POST /_control.
 * Gives: the changelog, feeds, JSON, Simple JSON and files on HTTP.
 * Runs in: simindex.
 */
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "hostile.h"
#include "ordinary.h"
#include "script.h"

#define FIRST_SERIAL 31000000

struct options {
	const char	*port_file, *folder, *scenario, *hostile, *address;
	uint16_t	 port;
	uint64_t	 seed;
	int64_t		 serial;
	size_t		 releases;
	double		 rate;		/* releases a second; 0: at once */
};

static const struct option longs[] = {
	{ "address", required_argument, NULL, 'a' },
	{ "port", required_argument, NULL, 'p' },
	{ "port-file", required_argument, NULL, 'P' },
	{ "seed", required_argument, NULL, 's' },
	{ "serial", required_argument, NULL, 'S' },
	{ "folder", required_argument, NULL, 'f' },
	{ "releases", required_argument, NULL, 'n' },
	{ "rate", required_argument, NULL, 'r' },
	{ "hostile", required_argument, NULL, 'H' },
	{ "scenario", required_argument, NULL, 'c' },
	{ "simple-only", no_argument, NULL, 'o' },
	{ "authorization", required_argument, NULL, 'A' },
	{ "write", required_argument, NULL, 'w' },
	{ "list-hostile", no_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void
usage(void)
{
	printf("usage: simindex [options]\n"
	    "  --address A     127.0.0.1\n"
	    "  --port N        0 picks one; printed as \"listening PORT\"\n"
	    "  --port-file F   gets the port too\n"
	    "  --seed N        other generated releases\n"
	    "  --serial N      the first serial\n"
	    "  --folder DIR    release these real archives\n"
	    "  --releases N    release so many ordinary ones\n"
	    "  --rate R        releases a second; without it all at once\n"
	    "  --hostile LIST  release these kinds, comma apart, or all\n"
	    "  --scenario F    lines to follow\n"
	    "  --simple-only   as a private index: the Simple API alone, without\n"
	    "                  serials and upload times, with relative URLs\n"
	    "  --authorization TEXT  the header that pages and files want\n"
	    "  --write DIR     write the archives of --hostile and\n"
	    "                  --releases there and exit\n"
	    "  --list-hostile  kind, project, version, least severity,\n"
	    "                  categories, what it is; tab apart\n");
	script_help();
}

/* Releases the rest of what was asked for, one a tick. */
struct pace {
	struct server	*server;
	struct event	*timer;
	char		**lines;
	size_t		 next, count;
};

static void
on_pace(int fd, short what, void *ctx)
{
	struct pace	*p = ctx;
	const char	*why;

	(void)fd;
	(void)what;
	if (p->next == p->count) {
		event_del(p->timer);
		return;
	}
	if ((why = script_line(p->server, p->lines[p->next])) != NULL) {
		fprintf(stderr, "simindex: %s: %s\n", p->lines[p->next], why);
		exit(2);
	}
	free(p->lines[p->next++]);
}

static void
pace_add(struct pace *p, char *line)
{
	p->lines = must_grow(p->lines, p->count + 1, sizeof(char *));
	p->lines[p->count++] = line;
}

static void
pace_start(struct pace *p, struct server *s, const struct options *o)
{
	char	*kinds = must_copy(o->hostile != NULL ? o->hostile : "");
	char	*save = NULL, *kind;

	p->server = s;
	for (kind = strtok_r(kinds, ",", &save); kind != NULL;
	    kind = strtok_r(NULL, ",", &save))
		pace_add(p, must_format("release %s",
		    strcmp(kind, "all") == 0 ? "hostile" : kind));
	for (size_t i = 0; i < o->releases; i++)
		pace_add(p, must_copy("release ordinary"));
	free(kinds);
	p->timer = event_new(s->base, -1, EV_PERSIST, on_pace, p);
	if (o->rate > 0) {
		double		 each = 1 / o->rate;
		struct timeval	 tv = { (time_t)each,
		    (suseconds_t)((each - (double)(time_t)each) * 1e6) };

		event_add(p->timer, &tv);
	} else
		while (p->next < p->count)
			on_pace(-1, 0, p);
}

static void
pace_end(struct pace *p)
{
	event_free(p->timer);
	while (p->next < p->count)
		free(p->lines[p->next++]);
	free(p->lines);
}

static void
on_signal(int signal_number, short what, void *ctx)
{
	(void)signal_number;
	(void)what;
	event_base_loopexit(ctx, NULL);
}

static void
write_files(const struct server *s, const char *dir)
{
	struct sim_release *const	*all;
	size_t				 n = world_releases(s->world, &all);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < all[i]->nfiles; j++) {
			const struct sim_file	*f = all[i]->files[j];
			char	*path = must_format("%s/%s", dir, f->filename);
			FILE	*out = fopen(path, "we");

			if (out == NULL || fwrite(f->bytes, 1, f->len, out) !=
			    f->len || fclose(out) != 0) {
				perror(path);
				exit(2);
			}
			free(path);
		}
}

static void
say_port(const struct server *s, const char *file)
{
	FILE	*f;
	char	*part;

	printf("listening %u\n", s->port);
	fflush(stdout);
	if (file == NULL)
		return;
	/* Renamed into place: a reader never sees half a number. */
	part = must_format("%s.part", file);
	f = fopen(part, "we");
	if (f == NULL || fprintf(f, "%u\n", s->port) < 0 || fclose(f) != 0 ||
	    rename(part, file) == -1) {
		perror(file);
		exit(2);
	}
	free(part);
}

static void
serve(struct server *s, const struct options *o)
{
	struct pace	 pace = { 0 };
	struct event	*term, *intr;

	if (server_start(s, o->address, o->port) == -1) {
		fprintf(stderr, "simindex: cannot listen on %s:%u\n",
		    o->address, o->port);
		exit(2);
	}
	term = evsignal_new(s->base, SIGTERM, on_signal, s->base);
	intr = evsignal_new(s->base, SIGINT, on_signal, s->base);
	event_add(term, NULL);
	event_add(intr, NULL);
	pace_start(&pace, s, o);
	if (o->folder != NULL && folder_publish(s->world, o->folder) == -1) {
		perror(o->folder);
		exit(2);
	}
	if (o->scenario != NULL)
		script_file(s, o->scenario);
	say_port(s, o->port_file);
	event_base_dispatch(s->base);
	event_free(term);
	event_free(intr);
	pace_end(&pace);
	server_stop(s);
}

int
main(int argc, char **argv)
{
	struct options	 o = { .serial = FIRST_SERIAL,
	    .address = "127.0.0.1" };
	struct server	 s = { .control = script_line };
	const char	*write_to = NULL;
	int		 c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (c) {
		case 'a': o.address = optarg; break;
		case 'p': o.port = (uint16_t)strtoul(optarg, NULL, 10); break;
		case 'P': o.port_file = optarg; break;
		case 's': o.seed = strtoull(optarg, NULL, 10); break;
		case 'S': o.serial = strtoll(optarg, NULL, 10); break;
		case 'f': o.folder = optarg; break;
		case 'n': o.releases = strtoul(optarg, NULL, 10); break;
		case 'r': o.rate = strtod(optarg, NULL); break;
		case 'H': o.hostile = optarg; break;
		case 'c': o.scenario = optarg; break;
		case 'o': s.simple_only = true; break;
		case 'A': s.authorization = optarg; break;
		case 'w': write_to = optarg; break;
		case 'l': hostile_list(); return 0;
		case 'h': usage(); return 0;
		default: return 2;
		}
	}
	if (sodium_init() == -1)
		return 2;
	json_object_seed(1);
	signal(SIGPIPE, SIG_IGN);
	s.seed = o.seed;
	s.world = world_new(o.serial);
	if (write_to != NULL) {
		struct pace	 pace = { 0 };

		s.base = event_base_new();
		o.rate = 0;
		pace_start(&pace, &s, &o);
		write_files(&s, write_to);
		pace_end(&pace);
		event_base_free(s.base);
	} else
		serve(&s, &o);
	world_free(s.world);
	return 0;
}

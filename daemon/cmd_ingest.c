/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch ingest - feeds archives, as if they were uploaded.
 * Takes: files and folders.  Gives: files, events and tasks; serves the bytes
 * meanwhile.
 * Runs in: the command, which parses no byte of a package itself.
 *
 *	folder --> sealed memfd --digest--> task in the database
 *	                |                        |
 *	                +--HTTP, loopback--> fetch --> worker --> judge
 *
 * The bytes stay in memory: a copy in the database would stand on disk as
 * plain malware, and queue has no way in for files.  So the command is the
 * file host for as long as it runs, below a path nobody can guess, and fetch
 * gets the bytes with the code and the checks that it has for PyPI's.  Only a
 * few files at a time are held and queued; ended and called again, it goes on
 * where it was, because bytes that were judged are known by their digest.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <unistd.h>

#include "command.h"
#include "scan.h"
#include "statements.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/name.h"
#include "web/server.h"

#define me (&command_ingest)
#define LOOK_MS 300		/* between two looks at what is finished */
#define TOKEN_BYTES 16

struct fed {
	TAILQ_ENTRY(fed) link;
	struct scan_item *item;
	char		 sha256[SHA256_HEX + 1];
	size_t		 size;
	int64_t		 id;		/* 0: not in the database yet */
	bool		 known;
};

struct ingest {
	struct command_env *env;
	struct server	*server;
	struct scanner	*scanner;	/* for names that say too little */
	struct timer	*look;
	TAILQ_HEAD(, fed) fed;
	size_t		 nfed, bytes;	/* held */
	size_t		 done, failed, known;
	int		 format;
	bool		 stopping, reach_said;
	char		 path[sizeof("/ingest//") + 2 * TOKEN_BYTES];
};

/* ---- serving ------------------------------------------------------------- */

/* "/ingest/TOKEN/SHA256/NAME": the digest says which. */
static void
serve(void *ctx, struct request *request)
{
	struct ingest	*in = ctx;
	const char	*target = request_target(request);
	struct fed	*f;

	if (str_starts(target, in->path))
		TAILQ_FOREACH(f, &in->fed, link)
			if (strncmp(target + strlen(in->path), f->sha256,
			    SHA256_HEX) == 0) {
				request_send_file(request, f->item->fd,
				    f->size);
				return;
			}
	request_fail(request, 404, "not here");
}

static int
server_start(struct ingest *in)
{
	static const struct route routes[] = { { "/ingest/", serve } };
	const struct config	*c = in->env->config;
	uint8_t			 token[TOKEN_BYTES];
	char			 why[FAULT_TEXT_MAX];
	size_t			 n;

	if (getrandom(token, sizeof(token), 0) != sizeof(token))
		return command_fail("no random bytes");
	n = (size_t)snprintf(in->path, sizeof(in->path), "/ingest/");
	for (size_t i = 0; i < sizeof(token); i++)
		n += (size_t)snprintf(in->path + n, sizeof(in->path) - n,
		    "%02x", token[i]);
	(void)!snprintf(in->path + n, sizeof(in->path) - n, "/");
	in->server = server_new(in->env->loop, c->ingest.listen,
	    (int)c->ingest.port, routes, ARRAY_LEN(routes), in, why,
	    sizeof(why));
	return in->server != NULL ? COMMAND_OK : command_fail("ingest.listen, "
	    "ingest.port: %s (one ingest a time)", why);
}

/* ---- what became of a file ---------------------------------------------- */

static void
fed_free(struct ingest *in, struct fed *f)
{
	TAILQ_REMOVE(&in->fed, f, link);
	in->nfed--;
	in->bytes -= f->size;
	scan_item_free(f->item);
	free(f);
}

static void
say_json(const struct fed *f, const struct db_rows *rows, size_t i)
{
	struct buf	b = BUF_EMPTY;
	const char	*names[] = { "file", "project", "version", "sha256",
	    "outcome", "why", "severity" };
	const char	*values[] = { f->item->label, f->item->project,
	    f->item->version, f->sha256, db_text(rows, i, "outcome"),
	    db_text(rows, i, "why"), db_text(rows, i, "severity") };

	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		buf_addf(&b, "%s\"%s\":", k == 0 ? "{" : ",", names[k]);
		json_add_text(&b, values[k]);
	}
	buf_addf(&b, ",\"score\":%" PRId64 ",\"alert\":%s,\"known\":%s}\n",
	    db_int(rows, i, "score"), db_bool(rows, i, "alert") ? "true" :
	    "false", f->known ? "true" : "false");
	fwrite(buf_text(&b), 1, b.len, stdout);
	buf_release(&b);
}

static void
say(struct ingest *in, const struct fed *f, const struct db_rows *rows,
    size_t i)
{
	const char *severity = db_text(rows, i, "severity");
	const char *why = db_text(rows, i, "why");

	progress_clear();
	if (in->format == TABLE_JSON)
		say_json(f, rows, i);
	else
		printf("%s%-8s%s %3" PRId64 "  %s  %s %s%s%s%s\n",
		    colour_on(colour_of_severity(severity)), severity,
		    colour_off(), db_int(rows, i, "score"), f->item->label,
		    f->item->project, f->item->version,
		    f->known ? ", known" : "", why != NULL ? ": " : "",
		    why != NULL ? why : "");
}

static void
finished(struct ingest *in, const struct db_rows *rows, size_t i)
{
	int64_t		 id = db_int(rows, i, "file_id");
	const char	*outcome = db_text(rows, i, "outcome");
	struct fed	*f;

	TAILQ_FOREACH(f, &in->fed, link)
		if (f->id == id)
			break;
	if (f == NULL)
		return;
	say(in, f, rows, i);
	in->done++;
	in->known += f->known;
	in->failed += str_equal(outcome, "dead") || str_equal(outcome, "gone");
	fed_free(in, f);
}

static char *
ids_of(struct ingest *in)
{
	struct buf	 b = BUF_EMPTY;
	struct fed	*f;

	buf_addc(&b, '{');
	TAILQ_FOREACH(f, &in->fed, link)
		if (f->id != 0)
			buf_addf(&b, "%s%" PRId64, b.len > 1 ? "," : "", f->id);
	buf_addc(&b, '}');
	return buf_steal(&b);
}

static int
look(struct ingest *in)
{
	char		*ids = ids_of(in);
	struct db_rows	*rows = command_query(in->env, &STMT_INGEST_LIST,
	    (const char *[]){ ids });

	free(ids);
	if (rows == NULL)
		return -1;
	for (size_t i = 0; i < db_rows_count(rows); i++)
		finished(in, rows, i);
	db_rows_free(rows);
	progress_show("%zu files done, %zu under way", in->done, in->nfed);
	return 0;
}

static void
on_look(void *ctx)
{
	struct ingest *in = ctx;

	loop_stop(in->env->loop);
}

/* Until no more than `most` files, of so many bytes, are held. */
static int
wait_for(struct ingest *in, size_t most, size_t bytes)
{
	while (!in->stopping && (in->nfed > most || in->bytes > bytes)) {
		if (look(in) == -1)
			return -1;
		if (in->nfed <= most && in->bytes <= bytes)
			break;
		timer_arm(in->look, LOOK_MS);
		loop_run(in->env->loop);
	}
	return in->stopping ? -1 : 0;
}

/* ---- feeding ------------------------------------------------------------ */

static void
missing(struct ingest *in, const char *label, const char *why)
{
	in->failed++;
	command_fail("%s: %s", label, why);
}

static char *
url_of(const struct ingest *in, const struct fed *f)
{
	const char *host = in->env->config->ingest.listen;
	bool six = strchr(host, ':') != NULL;

	/* The name is for the log alone and need not be quoted in full. */
	return mem_printf("http://%s%s%s:%d%s%s/%s", six ? "[" : "", host,
	    six ? "]" : "", server_port(in->server), in->path, f->sha256,
	    packagetype_name(f->item->packagetype));
}

/* Says once that other hosts look into files and cannot get ours. */
static void
reach_look(struct ingest *in, const char *hosts)
{
	const char	*address = in->env->config->ingest.listen;
	char		 own[256] = "";
	size_t		 len;

	if (in->reach_said || (!str_starts(address, "127.") &&
	    !str_equal(address, "::1")))
		return;
	(void)!gethostname(own, sizeof(own) - 1);
	for (len = strlen(own); *hosts != '\0';
	    hosts += strcspn(hosts, " "), hosts += strspn(hosts, " "))
		if (strcspn(hosts, " ") != len ||
		    strncmp(hosts, own, len) != 0)
			break;
	if (*hosts == '\0')
		return;
	in->reach_said = true;
	command_fail("%.*s looks into files and does not reach %s: set "
	    "ingest.listen to an address of this host, in the config of all",
	    (int)strcspn(hosts, " "), vis(hosts), address);
}

static int
queue_it(struct ingest *in, struct fed *f)
{
	char		 size[24], *url = url_of(in, f);
	struct db_rows	*rows;
	(void)!snprintf(size, sizeof(size), "%zu", f->size);
	rows = command_query(in->env, &STMT_INGEST_STORE, (const char *[]){
	    f->item->project, f->item->version, f->item->filename,
	    packagetype_name(f->item->packagetype), f->sha256, size, url });
	free(url);
	if (rows == NULL)
		return -1;
	f->id = db_int(rows, 0, "file_id");
	f->known = db_bool(rows, 0, "known");
	if (!f->known && db_text(rows, 0, "hosts") == NULL) {
		db_rows_free(rows);
		command_fail("no daemon is running, which would look into the"
		    " files: start pypiwatchd");
		return -1;
	}
	if (!f->known)
		reach_look(in, db_text(rows, 0, "hosts"));
	db_rows_free(rows);
	return 0;
}

/* Takes the item over. */
static int
feed(struct ingest *in, struct scan_item *item)
{
	const struct config	*c = in->env->config;
	struct fed		*f = mem_alloc(sizeof(*f));
	struct mapping		 bytes;

	f->item = item;
	TAILQ_INSERT_TAIL(&in->fed, f, link);
	in->nfed++;
	if (mapping_open(&bytes, item->fd,
	    (size_t)c->limits.artefact_bytes) == -1) {
		missing(in, item->label, "cannot be read");
		fed_free(in, f);
		return 0;
	}
	sha256_hex(bytes.data, bytes.size, f->sha256);
	f->size = bytes.size;
	in->bytes += f->size;
	mapping_close(&bytes);
	if (queue_it(in, f) == -1)
		return -1;
	return wait_for(in, INGEST_HELD_MAX - 1,
	    (size_t)c->limits.bytes_in_flight / 2);
}

/* Where the file's name does not say it, its metadata do. */
static void
on_metadata(void *ctx, struct scan_item *item, struct features *features)
{
	struct ingest		*in = ctx;
	const struct metadata	*m = &features->metadata;
	struct project_name	 name;
	const char		*why;

	if (m->name == NULL || m->version == NULL ||
	    strlen(m->version) > VERSION_MAX ||
	    name_normalize(m->name, &name, &why) == -1) {
		missing(in, item->label, "neither its name nor its metadata"
		    " say which project and version it is");
	} else {
		struct scan_item *whole = scan_item_new(item->label,
		    item->filename);

		whole->project = mem_strdup(m->name);
		whole->version = vis_dup(m->version, strlen(m->version));
		whole->packagetype = item->packagetype;
		whole->fd = dup(item->fd);
		if (whole->fd == -1) {
			missing(in, item->label, "out of descriptors");
			scan_item_free(whole);
		} else if (feed(in, whole) == -1)
			in->stopping = true;
	}
	features_release(features);
}

static int
on_item(void *ctx, struct scan_item *item)
{
	struct ingest *in = ctx;

	if (in->stopping)
		return scan_item_free(item), -1;
	if (item->fd != -1 && item->packagetype == PACKAGE_TREE)
		missing(in, item->label, "is a source tree; ingest takes"
		    " folders of archives: see pypiwatch scan");
	else if (item->fd == -1)
		missing(in, item->label, item->why);
	else if (item->project == NULL || item->version == NULL)
		return scanner_submit(in->scanner, item);
	else
		return feed(in, item);
	scan_item_free(item);
	return 0;
}

/* ---- from beginning to end ---------------------------------------------- */

static void
on_signal(void *ctx)
{
	struct ingest *in = ctx;

	in->stopping = true;
	loop_stop(in->env->loop);
}

/* What nobody can fetch any more must not wait in the queue. */
static void
take_back(struct ingest *in)
{
	char		*ids = ids_of(in);
	struct db_rows	*rows = in->env->db == NULL ? NULL :
	    command_query(in->env, &STMT_INGEST_STOP, (const char *[]){ ids });

	if (rows != NULL && db_int(rows, 0, "stopped") > 0)
		command_fail("%" PRId64 " files were taken back; call it again"
		    " to go on", db_int(rows, 0, "stopped"));
	db_rows_free(rows);
	free(ids);
}

static int
walk_all(struct ingest *in, char **folders, int n)
{
	struct scan_sources sources = { .env = in->env, .no_network = true,
	    .each = on_item, .ctx = in };
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++)
		rc = scan_sources_walk(&sources, folders[i]);
	if (rc == 0 && scanner_finish(in->scanner) == -1)
		rc = -1;
	return rc == 0 ? wait_for(in, 0, 0) : -1;
}

static int
ingest(struct ingest *in, char **folders, int n)
{
	struct buf	text = BUF_EMPTY, index = BUF_EMPTY;
	int		targets, rc = -1;

	loop_signal(in->env->loop, SIGINT, on_signal, in);
	loop_signal(in->env->loop, SIGTERM, on_signal, in);
	if (command_targets(in->env, NULL, &index) == -1)
		return COMMAND_FAILED;
	targets = memfd_of("targets", index.data, index.len);
	config_show(in->env->config, &text);
	in->look = timer_new(in->env->loop, on_look, in);
	in->scanner = scanner_new(&(struct scanner_settings){
	    .loop = in->env->loop, .config = in->env->config,
	    .config_text = buf_text(&text), .config_len = text.len,
	    .targets_fd = targets, .done = on_metadata, .ctx = in });
	if (targets != -1 && server_start(in) == COMMAND_OK)
		rc = walk_all(in, folders, n);
	progress_clear();
	if (in->nfed > 0)
		take_back(in);
	while (!TAILQ_EMPTY(&in->fed))
		fed_free(in, TAILQ_FIRST(&in->fed));
	server_free(in->server);
	scanner_free(in->scanner);
	timer_free(in->look);
	if (targets != -1)
		close(targets);
	buf_release(&text);
	buf_release(&index);
	if (rc == 0 && in->format == TABLE_HUMAN)
		printf("%zu files, %zu of them known before; %zu could not be"
		    " taken\n", in->done, in->known, in->failed);
	return rc == 0 && in->failed == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	struct ingest	in = { .env = env };
	int		status;

	TAILQ_INIT(&in.fed);
	in.format = command_format(me, argc, argv, 2, &status);
	if (in.format == COMMAND_STOP)
		return status;
	if (optind == argc)
		return command_misused(me, "ingest needs a folder or a file");
	for (int i = optind; i < argc; i++)
		if (access(argv[i], R_OK) == -1 || str_equal(argv[i], "-"))
			return command_fail("%s: is no folder or file that can"
			    " be read", vis(argv[i]));
	if (command_database(env) == NULL)
		return COMMAND_FAILED;
	return ingest(&in, argv + optind, argc - optind);
}

const struct command command_ingest = { "ingest",
    "[--format F] DIR|FILE ...",
    "Feed archives, or folders of them, as if they were uploaded",
    "  --format F  human, or json (one object a file)\n"
    "\n"
    "Each archive is queued, looked into, judged with the history of its\n"
    "project, and alerted about like any upload.  Project and version are what\n"
    "the file's name says, else its metadata.  Symbolic links are not followed.\n"
    "\n"
    "A running pypiwatchd fetches the bytes from this command, at ingest.listen\n"
    "and ingest.port, so it ends when all files are judged.  Call it again to\n"
    "go on after it was ended: what was judged is not judged again.\n"
    "\n"
    "Example:\n"
    "  pypiwatch ingest /srv/mirror/packages\n", run };

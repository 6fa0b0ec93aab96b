/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config - pypiwatch.conf, read by libconfuse, checked by one table.
 * Takes: the text of a config file.  Gives: struct config, or every complaint.
 * Runs in: every process, before its sandbox.
 *
 * libconfuse finds sections, keys and values; what they may be is the table's
 * business.  It is lenient where we are not, so config_scan() looks at the
 * text first: an unterminated section passes unnoticed, and "${NAME}" would
 * be replaced from the environment.  include() exists only if it is offered.
 */
#include "base/config.h"

#include <confuse.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"

enum row_type {
	ROW_TEXT,	/* printable; may be "" */
	ROW_NAME,	/* the same, NULL when "" */
	ROW_FILE,	/* a path, NULL when "" */
	ROW_URL,	/* http or https, NULL when "" */
	ROW_PROXY,	/* the same, and socks5h */
	ROW_CONNINFO,	/* libpq's, without a password */
	ROW_CHOICE,	/* heap text out of `names` */
	ROW_ENUM,	/* int, an index into `names` */
	ROW_BOOL,
	ROW_INT,
	ROW_BYTES,	/* takes KiB, MiB, GiB */
	ROW_SECONDS,	/* takes s, m, h, d */
	ROW_REAL
};

struct row {
	const char	*section, *key;
	enum row_type	 type;
	size_t		 at;		/* in struct config or config_sink */
	int64_t		 least, most;
	const char	*def;
	const char	*unit;		/* "" if it has none */
	const char	*const *names;
	const char	*help;
};

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define DAY INT64_C(86400)

static const char *const mode_names[] = { "observe", "alert", NULL };
static const char *const severity_names[] = { "none", "low", "medium", "high",
	"critical", NULL };
static const char *const sink_types[] = { "webhook", "slack", NULL };

#define AT(f) offsetof(struct config, f)
#define SINK(f) offsetof(struct config_sink, f)

static const struct row rows[] = {
{ "database", "conninfo", ROW_CONNINFO, AT(database.conninfo), 0, 0, "", "",
  NULL, "connection string of PostgreSQL, without a password; empty: libpq's environment" },

{ "pypi", "url", ROW_URL, AT(pypi.url), 0, 0, "https://pypi.org", "", NULL,
  "index to follow" },
{ "pypi", "files-url", ROW_URL, AT(pypi.files_url), 0, 0,
  "https://files.pythonhosted.org/", "", NULL,
  "what the URL of every file must begin with" },
{ "pypi", "contact", ROW_TEXT, AT(pypi.contact), 0, 0, "", "", NULL,
  "mail address or URL in the user agent; without it polls are 60 s apart" },
{ "pypi", "changelog", ROW_BOOL, AT(pypi.changelog), 0, 0, "yes", "", NULL,
  "follow the changelog, which loses nothing" },
{ "pypi", "rss", ROW_BOOL, AT(pypi.rss), 0, 0, "yes", "", NULL,
  "follow the feeds, as a second witness" },
{ "pypi", "changelog-interval", ROW_SECONDS, AT(pypi.changelog_interval_s),
  1, 3600, "30", "s", NULL, "time between two looks at the changelog" },
{ "pypi", "rss-interval", ROW_SECONDS, AT(pypi.rss_interval_s), 1, 3600, "30",
  "s", NULL, "time between two looks at the feeds" },
{ "pypi", "timeout", ROW_SECONDS, AT(pypi.timeout_s), 1, 600, "30", "s", NULL,
  "time for one request" },
{ "pypi", "requests-per-second", ROW_INT, AT(pypi.requests_per_second), 1,
  100, "5", "requests", NULL, "most requests a second to the index" },

{ "http", "proxy", ROW_PROXY, AT(http.proxy), 0, 0, "", "", NULL,
  "proxy for all requests; empty: none" },
{ "http", "proxy-auth-file", ROW_FILE, AT(http.proxy_auth_file), 0, 0, "", "",
  NULL, "file holding user:password for the proxy" },
{ "http", "no-proxy", ROW_NAME, AT(http.no_proxy), 0, 0, "", "", NULL,
  "hosts reached without the proxy, separated by commas" },
{ "http", "ca-file", ROW_FILE, AT(http.ca_file), 0, 0, "", "", NULL,
  "certificates to trust, PEM; empty: the system's" },

{ "workers", "count", ROW_INT, AT(workers.count), 1, 64, "2", "processes",
  NULL, "worker processes" },
{ "workers", "artefacts-per-process", ROW_INT,
  AT(workers.artefacts_per_process), 1, 1, "1", "files", NULL,
  "files that one child looks at before it ends" },

{ "limits", "bytes-in-flight", ROW_BYTES, AT(limits.bytes_in_flight), 16 * MIB,
  64 * GIB, "512MiB", "bytes", NULL, "downloaded files held in memory at once" },
{ "limits", "artefact-bytes", ROW_BYTES, AT(limits.artefact_bytes), MIB,
  2 * GIB, "128MiB", "bytes", NULL, "largest file that is downloaded" },
{ "limits", "unpacked-bytes", ROW_BYTES, AT(limits.unpacked_bytes), MIB,
  16 * GIB, "512MiB", "bytes", NULL, "unpacked size of one file" },
{ "limits", "entry-bytes", ROW_BYTES, AT(limits.entry_bytes), 64 * KIB,
  512 * MIB, "16MiB", "bytes", NULL, "how much of one archive member is looked at" },
{ "limits", "entries", ROW_INT, AT(limits.entries), 100, 1000000, "20000",
  "members", NULL, "members of one archive" },
{ "limits", "nesting", ROW_INT, AT(limits.nesting), 0, 16, "4", "levels",
  NULL, "archives within archives" },
{ "limits", "child-memory", ROW_BYTES, AT(limits.child_memory), 256 * MIB,
  64 * GIB, "1GiB", "bytes", NULL, "address space of a worker's child" },
{ "limits", "child-cpu", ROW_SECONDS, AT(limits.child_cpu_s), 1, 3600, "60",
  "s", NULL, "processor time of a worker's child" },
{ "limits", "child-wall", ROW_SECONDS, AT(limits.child_wall_s), 1, 7200, "120",
  "s", NULL, "time until a worker's child is killed" },
{ "limits", "fetch-connections", ROW_INT, AT(limits.fetch_connections), 1, 64,
  "4", "connections", NULL, "downloads at once" },
{ "limits", "fetch-low-speed", ROW_BYTES, AT(limits.fetch_low_speed), 0,
  100 * MIB, "1024", "bytes/s", NULL, "a download slower than this is given up" },

{ "lookalike", "alert-score", ROW_INT, AT(lookalike.alert_score), 0, 100, "60",
  "points", NULL, "names at or above it count as look-alikes" },
{ "lookalike", "popular-names-file", ROW_FILE,
  AT(lookalike.popular_names_file), 0, 0, PKGDATADIR "/popular-names.txt", "",
  NULL, "names that somebody might imitate; empty: the embedded list" },
{ "lookalike", "protected-names-file", ROW_FILE,
  AT(lookalike.protected_names_file), 0, 0, "", "", NULL,
  "your own names, one a line" },

{ "rules", "directory", ROW_FILE, AT(rules.directory), 0, 0,
  PKGDATADIR "/rules", "", NULL, "YARA rules that came with pypiwatch" },
{ "rules", "local-directory", ROW_FILE, AT(rules.local_directory), 0, 0,
  PKGSYSCONFDIR "/rules.d", "", NULL, "your own YARA rules" },

{ "judge", "alert-score", ROW_INT, AT(judge.alert_score), 0, 100, "60",
  "points", NULL, "releases at or above it alert" },
{ "judge", "prior", ROW_REAL, AT(judge.prior), 0, 1, "0.5", "probability",
  NULL, "prior probability that scores are stated at" },
{ "judge", "mode", ROW_ENUM, AT(judge.mode), 0, 0, "alert", "", mode_names,
  "observe stores detections and alerts nobody" },
{ "judge", "weights-file", ROW_FILE, AT(judge.weights_file), 0, 0,
  PKGDATADIR "/weights.conf", "", NULL, "weight of every rule" },

{ "web", "enabled", ROW_BOOL, AT(web.enabled), 0, 0, "no", "", NULL,
  "start pypiwatch-web" },
{ "web", "listen", ROW_NAME, AT(web.listen), 0, 0, "127.0.0.1", "", NULL,
  "address to listen on" },
{ "web", "port", ROW_INT, AT(web.port), 0, 65535, "9380", "", NULL,
  "TCP port; 0 takes a free one" },

{ "daemon", "sandbox-required", ROW_BOOL, AT(daemon.sandbox_required), 0, 0,
  "yes", "", NULL, "refuse to run where the kernel lacks Landlock or seccomp" },
{ "daemon", "drain", ROW_SECONDS, AT(daemon.drain_s), 1, 600, "30", "s", NULL,
  "time for a clean stop" },
{ "daemon", "link-base", ROW_URL, AT(daemon.link_base), 0, 0, "", "", NULL,
  "base URL of links in alerts; empty: none" },

{ "sink", "type", ROW_CHOICE, SINK(type), 0, 0, "webhook", "", sink_types,
  "kind of receiver" },
{ "sink", "url-file", ROW_FILE, SINK(url_file), 0, 0, "", "", NULL,
  "file holding the receiver's URL; required" },
{ "sink", "secret-file", ROW_FILE, SINK(secret_file), 0, 0, "", "", NULL,
  "webhook: file holding the signing secret (whsec_...)" },
{ "sink", "headers-file", ROW_FILE, SINK(headers_file), 0, 0, "", "", NULL,
  "webhook: file holding one extra header" },
{ "sink", "min-severity", ROW_CHOICE, SINK(min_severity), 0, 0, "high", "",
  severity_names, "least severity that is sent" },
{ "sink", "match", ROW_NAME, SINK(match), 0, 0, "", "", NULL,
  "pattern of project names; empty: everything" },
{ "sink", "proxy", ROW_PROXY, SINK(proxy), 0, 0, "", "", NULL,
  "proxy for this sink; empty: the http section's" },
{ "sink", "allow-private", ROW_BOOL, SINK(allow_private), 0, 0, "no", "", NULL,
  "the receiver may have a private address" },
{ "sink", "enabled", ROW_BOOL, SINK(enabled), 0, 0, "yes", "", NULL,
  "send to this sink" },
{ "sink", "timeout", ROW_SECONDS, SINK(timeout_s), 1, 120, "10", "s", NULL,
  "time for one delivery" },
{ "sink", "give-up", ROW_SECONDS, SINK(give_up_s), 60, 30 * DAY, "259200",
  "s", NULL, "time until a delivery becomes a dead letter" },
};

/* One parse: where complaints go, and what is being filled. */
struct parse {
	struct config	*config;
	const char	*name;
	struct buf	*errors;
	unsigned int	 nerrors;
	/* The section where each row was last given. */
	const cfg_t	*given[ARRAY_LEN(rows)];
};

static void __attribute__((format(printf, 3, 4)))
complain(struct parse *p, int line, const char *fmt, ...)
{
	va_list ap;

	p->nerrors++;
	if (p->errors == NULL)
		return;
	buf_addf(p->errors, "%s:%d: ", p->name, line);
	va_start(ap, fmt);
	buf_addv(p->errors, fmt, ap);
	va_end(ap);
	buf_addc(p->errors, '\n');
}

/* ---- values ------------------------------------------------------------- */

static const char *
check_text(const char *value)
{
	if (strlen(value) > CONFIG_VALUE_MAX)
		return "is too long";
	if (!utf8_valid(value, strlen(value)))
		return "is not UTF-8";
	for (; *value != '\0'; value++)
		if (iscntrl((unsigned char)*value))
			return "holds a control character";
	return NULL;
}

static const char *
check_url(const char *value, bool proxy)
{
	const char *host = strstr(value, "://");

	if (host == NULL || !(str_starts(value, "https://") ||
	    str_starts(value, "http://") ||
	    (proxy && str_starts(value, "socks5h://"))))
		return proxy ?
		    "must begin with http://, https:// or socks5h://" :
		    "must begin with https:// or http://";
	host += 3;
	if (*host == '\0' || *host == '/' || *host == ':')
		return "names no host";
	if (strlen(value) > URL_MAX)
		return "is too long";
	if (memchr(host, '@', strcspn(host, "/")) != NULL)
		return proxy ? "may hold no password: use proxy-auth-file" :
		    "may hold no user or password";
	if (strpbrk(host, " \"<>\\^`{|}?#") != NULL)
		return "holds a character that has no place in a base URL";
	return NULL;
}

/* A password here would be shown by `config show` and ps. */
static const char *
check_conninfo(const char *value)
{
	const char *remedy = "may hold no password: use passfile=, a .pgpass "
	    "file or peer authentication";
	const char *at, *from;

	if (str_starts(value, "postgres://") ||
	    str_starts(value, "postgresql://")) {
		from = strstr(value, "://") + 3;
		at = memchr(from, '@', strcspn(from, "/"));
		if (at != NULL && memchr(from, ':', (size_t)(at - from)))
			return remedy;
	}
	for (from = value; (at = strcasestr(from, "password")) != NULL;
	    from = at + 1)
		if (at[8 + strspn(at + 8, " ")] == '=')
			return remedy;
	return NULL;
}

struct suffix { const char *name; int64_t times; };

static const struct suffix byte_suffixes[] = { { "", 1 }, { "KiB", KIB },
	{ "MiB", MIB }, { "GiB", GIB }, { NULL, 0 } };
static const struct suffix second_suffixes[] = { { "", 1 }, { "s", 1 },
	{ "m", 60 }, { "h", 3600 }, { "d", DAY }, { NULL, 0 } };
static const struct suffix no_suffixes[] = { { "", 1 }, { NULL, 0 } };

static const struct suffix *
row_suffixes(const struct row *row)
{
	if (row->type == ROW_BYTES)
		return byte_suffixes;
	return row->type == ROW_SECONDS ? second_suffixes : no_suffixes;
}

/* 0 and *out, or -1 when it is no number, or beyond the row's range. */
static int
number_read(const struct row *row, const char *value, int64_t *out)
{
	char	digits[24];
	size_t	n = strspn(value, "0123456789");
	int64_t	number;

	if (n == 0 || n >= sizeof(digits))
		return -1;
	memcpy(digits, value, n);
	digits[n] = '\0';
	for (const struct suffix *s = row_suffixes(row); s->name != NULL; s++)
		if (strcasecmp(s->name, value + n) == 0) {
			if (str_int(digits, 0, INT64_MAX / s->times,
			    &number) == -1)
				return -1;
			*out = number * s->times;
			return *out >= row->least && *out <= row->most ? 0 : -1;
		}
	return -1;
}

/* "a number of bytes from 1 to 9" or "one of: a, b", for complaints and help */
static void
row_range(const struct row *row, struct buf *out)
{
	switch (row->type) {
	case ROW_TEXT: case ROW_NAME:
		buf_adds(out, "text");
		break;
	case ROW_FILE:
		buf_adds(out, "file");
		break;
	case ROW_URL: case ROW_PROXY:
		buf_adds(out, "URL");
		break;
	case ROW_CONNINFO:
		buf_adds(out, "connection string");
		break;
	case ROW_BOOL:
		buf_adds(out, "yes or no");
		break;
	case ROW_CHOICE: case ROW_ENUM:
		for (const char *const *n = row->names; *n != NULL; n++)
			buf_addf(out, "%s%s", n == row->names ? "" :
			    n[1] == NULL ? " or " : ", ", *n);
		break;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		buf_addf(out, "%lld to %lld", (long long)row->least,
		    (long long)row->most);
		break;
	case ROW_REAL:
		buf_adds(out, "between 0 and 1");
		break;
	}
}

static const char *
text_set(char **field, const struct row *row, const char *value)
{
	const char *why = check_text(value);

	if (why == NULL && value[0] != '\0') {
		if (row->type == ROW_URL || row->type == ROW_PROXY)
			why = check_url(value, row->type == ROW_PROXY);
		else if (row->type == ROW_CONNINFO)
			why = check_conninfo(value);
	}
	if (why != NULL)
		return why;
	free(*field);
	*field = value[0] == '\0' && row->type != ROW_TEXT &&
	    row->type != ROW_CONNINFO ? NULL : mem_strdup(value);
	return NULL;
}

static int
name_index(const char *const *names, const char *value)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	return -1;
}

static int
bool_read(const char *value)
{
	static const char *const words[] = { "no", "yes", "false", "true",
	    "off", "on", NULL };
	int i = name_index(words, value);

	return i == -1 ? -1 : i % 2;
}

static int
real_read(const char *value, double *out)
{
	char	*end;
	double	 d = strtod(value, &end);

	if (end == value || *end != '\0' || !isfinite(d) || d <= 0 || d >= 1)
		return -1;
	*out = d;
	return 0;
}

/* Sets the row's field at `base`; NULL, or what is wrong ("" for "must be
 * what row_range says"). */
static const char *
row_set(const struct row *row, void *base, const char *value)
{
	void	*field = (char *)base + row->at;
	int	 i = -1;

	switch (row->type) {
	case ROW_TEXT: case ROW_NAME: case ROW_FILE: case ROW_URL:
	case ROW_PROXY: case ROW_CONNINFO:
		return text_set(field, row, value);
	case ROW_CHOICE:
		if (name_index(row->names, value) == -1)
			return "";
		return text_set(field, row, value);
	case ROW_ENUM:
		if ((i = name_index(row->names, value)) == -1)
			return "";
		*(enum judge_mode *)field = (enum judge_mode)i;
		return NULL;
	case ROW_BOOL:
		if ((i = bool_read(value)) == -1)
			return "";
		*(bool *)field = i == 1;
		return NULL;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		return number_read(row, value, field) == 0 ? NULL : "";
	case ROW_REAL:
		return real_read(value, field) == 0 ? NULL : "";
	}
	return "";
}

static void
defaults_set(const char *section, bool others, void *base)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why = NULL;

		if (str_equal(rows[i].section, section) != others)
			why = row_set(&rows[i], base, rows[i].def);
		if (why != NULL)
			fatal("default of %s.%s is wrong: %s", rows[i].section,
			    rows[i].key, why);
	}
}

/* ---- libconfuse --------------------------------------------------------- */

/* An option that carries our struct parse to libconfuse's callbacks, which get
 * no context, and that refuses every value. */
#define CONTEXT_KEY "(context)"

static struct parse *
parse_of(const cfg_t *cfg)
{
	for (const cfg_opt_t *o = cfg->opts; o->name != NULL; o++)
		if (strcmp(o->name, CONTEXT_KEY) == 0)
			return (struct parse *)(void *)o->simple_value.number;
	return NULL;
}

static void
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct parse	*p = parse_of(cfg);
	struct buf	 text = BUF_EMPTY;

	buf_addv(&text, fmt, ap);
	if (p != NULL)
		complain(p, cfg->line, "%s", vis(buf_text(&text)));
	buf_release(&text);
}

static const struct row *
row_find(const char *section, const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_equal(rows[i].section, section) &&
		    str_equal(rows[i].key, key))
			return &rows[i];
	return NULL;
}

static struct config_sink *
sink_get(struct config *c, const char *name)
{
	struct config_sink *s;

	for (size_t i = 0; i < c->nsinks; i++)
		if (str_equal(c->sinks[i].name, name))
			return &c->sinks[i];
	c->sinks = mem_grow(c->sinks, c->nsinks + 1, sizeof(*c->sinks));
	s = &c->sinks[c->nsinks++];
	*s = (struct config_sink){ .name = mem_strdup(name) };
	defaults_set("sink", false, s);
	return s;
}

static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct parse		*p = parse_of(cfg);
	const struct row	*row = row_find(cfg->name, opt->name);
	void			*base = p->config;
	struct buf		 range = BUF_EMPTY;
	const char		*why;

	*(const char **)result = value;
	if (p->given[row - rows] == cfg) {
		complain(p, cfg->line, "%s is given twice: leave one out",
		    opt->name);
		return 0;
	}
	p->given[row - rows] = cfg;
	if (str_equal(cfg->name, "sink"))
		base = sink_get(p->config, cfg->title);
	why = row_set(row, base, value);
	if (why != NULL && why[0] == '\0') {
		row_range(row, &range);
		complain(p, cfg->line, "%s must be %s%s%s, not \"%s\"",
		    opt->name, buf_text(&range), row->unit[0] ? " " : "",
		    row->unit, vis(value));
		buf_release(&range);
	} else if (why != NULL)
		complain(p, cfg->line, "%s %s", opt->name, why);
	return 0;
}

static int
on_context(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	(void)value;
	(void)result;
	complain(parse_of(cfg), cfg->line, "no such option '%s'", opt->name);
	return -1;
}

static cfg_opt_t
context_option(struct parse *p)
{
	cfg_opt_t o = CFG_SIMPLE_INT(CONTEXT_KEY, (long *)(void *)p);

	o.parsecb = on_context;
	return o;
}

/* The options of one section, from the table; heap. */
static cfg_opt_t *
section_options(const char *section, struct parse *p)
{
	cfg_opt_t	*o = mem_array(ARRAY_LEN(rows) + 2, sizeof(*o));
	size_t		 n = 0;
	cfg_opt_t	 end = CFG_END();

	o[n++] = context_option(p);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_equal(rows[i].section, section)) {
			cfg_opt_t row = CFG_STR_CB(rows[i].key, NULL,
			    CFGF_NODEFAULT, on_value);
			o[n++] = row;
		}
	o[n] = end;
	return o;
}

#define SECTIONS_MAX 16		/* room for the table's ten */

static cfg_t *
grammar_new(struct parse *p, cfg_opt_t *parts[SECTIONS_MAX])
{
	cfg_opt_t	 top[SECTIONS_MAX + 2];
	cfg_opt_t	 end = CFG_END();
	size_t		 n = 0;

	top[n++] = context_option(p);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool sink = str_equal(rows[i].section, "sink");

		if (i > 0 && str_equal(rows[i].section, rows[i - 1].section))
			continue;
		parts[n - 1] = section_options(rows[i].section, p);
		/* MULTI, so that a second one is seen and not swallowed. */
		cfg_opt_t section = CFG_SEC(rows[i].section, parts[n - 1],
		    CFGF_MULTI | (sink ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : 0));
		top[n++] = section;
	}
	top[n] = end;
	return cfg_init(top, CFGF_NONE);
}

/* ---- what libconfuse lets pass ------------------------------------------ */

struct scan {
	int	line;
	int	opened;		/* line of the section we are in */
	int	depth;
	bool	expands;	/* "${" where it would be replaced */
	bool	unclosed;	/* a comment */
	bool	word;		/* the last character was part of a word */
};

static const char *
scan_quoted(struct scan *sc, const char *s)
{
	char quote = *s;

	for (s++; *s != '\0' && *s != quote; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (quote == '"' && s[0] == '$' && s[1] == '{')
			sc->expands = true;
		sc->line += *s == '\n';
	}
	return *s != '\0' ? s + 1 : s;
}

/* Steps over a comment, a quoted string or one character. */
static const char *
scan_step(struct scan *sc, const char *s)
{
	bool	within = sc->word;
	const char *end;

	sc->word = false;
	if (*s == '"' || *s == '\'')
		return scan_quoted(sc, s);
	/* As in http://host: within a word a slash begins no comment. */
	if (*s == '#' || (!within && s[0] == '/' && s[1] == '/'))
		return s + strcspn(s, "\n");
	if (!within && s[0] == '/' && s[1] == '*') {
		end = strstr(s + 2, "*/");
		sc->unclosed = end == NULL;
		for (; *s != '\0' && s != end; s++)
			sc->line += *s == '\n';
		return *s != '\0' ? s + 2 : s;
	}
	sc->word = strchr(" \t\r\n=+,(){}", *s) == NULL;
	sc->expands |= s[0] == '$' && s[1] == '{';
	sc->line += *s == '\n';
	if (*s == '{' && sc->depth++ == 0)
		sc->opened = sc->line;
	if (*s == '}' && sc->depth > 0)
		sc->depth--;
	return s + 1;
}

static void
config_scan(struct parse *p, const char *text)
{
	struct scan sc = { .line = 1 };

	for (const char *s = text; *s != '\0';) {
		s = scan_step(&sc, s);
		if (sc.expands)
			complain(p, sc.line, "${...} is not replaced from the "
			    "environment: write the value, or '${' in single "
			    "quotes");
		sc.expands = false;
	}
	if (sc.unclosed)
		complain(p, sc.line, "a comment is never closed");
	if (sc.depth > 0)
		complain(p, sc.opened, "this section is never closed: a \"}\" "
		    "is missing");
}

/* ---- what one row cannot tell ------------------------------------------- */

static bool
sink_name_good(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return n > 0 && n <= SINK_NAME_MAX && name[n] == '\0';
}

static void
sinks_check(struct parse *p, cfg_t *cfg)
{
	unsigned int n = cfg_size(cfg, "sink");

	if (n > SINKS_MAX)
		complain(p, 0, "more than %d sinks", SINKS_MAX);
	for (unsigned int i = 0; i < n; i++) {
		cfg_t			*sec = cfg_getnsec(cfg, "sink", i);
		const char		*name = cfg_title(sec);
		const struct config_sink *s;

		if (!sink_name_good(name)) {
			complain(p, sec->line, "sink name \"%s\" must be 1 to "
			    "%d letters, digits, dots, dashes or underscores",
			    vis(name), SINK_NAME_MAX);
			continue;
		}
		s = sink_get(p->config, name);
		if (s->url_file == NULL)
			complain(p, sec->line, "sink \"%s\" needs url-file: "
			    "the file that holds its URL", name);
		if (s->secret_file != NULL && !str_equal(s->type, "webhook"))
			complain(p, sec->line, "sink \"%s\": secret-file is "
			    "for type webhook", name);
	}
}

static void
sections_check(struct parse *p, cfg_t *cfg)
{
	for (cfg_opt_t *o = cfg->opts; o->name != NULL; o++)
		if (o->type == CFGT_SEC && !str_equal(o->name, "sink") &&
		    cfg_opt_size(o) > 1)
			complain(p, cfg_opt_getnsec(o, 1)->line, "section %s "
			    "is given twice: join the two", o->name);
}

static void
relations_check(struct parse *p)
{
	const struct config *c = p->config;

	if (c->limits.artefact_bytes > c->limits.bytes_in_flight)
		complain(p, 0, "limits: artefact-bytes is above "
		    "bytes-in-flight, so the largest files would never fit");
	if (c->limits.entry_bytes > c->limits.unpacked_bytes)
		complain(p, 0, "limits: entry-bytes is above unpacked-bytes");
	if (c->limits.child_cpu_s > c->limits.child_wall_s)
		complain(p, 0, "limits: child-cpu is above child-wall");
	if (c->pypi.url == NULL || c->pypi.files_url == NULL)
		complain(p, 0, "pypi: url and files-url may not be empty");
	if (!c->pypi.changelog && !c->pypi.rss)
		complain(p, 0, "pypi: changelog and rss are both off");
	if (c->rules.directory == NULL || c->judge.weights_file == NULL)
		complain(p, 0, "rules: directory and judge: weights-file may "
		    "not be empty");
	if (c->web.listen == NULL)
		complain(p, 0, "web: listen may not be empty");
	if (c->http.proxy_auth_file != NULL && c->http.proxy == NULL)
		complain(p, 0, "http: proxy-auth-file without proxy");
}

static void
text_parse(struct parse *p, const char *text)
{
	cfg_opt_t	*parts[SECTIONS_MAX] = { NULL };
	cfg_t		*cfg = grammar_new(p, parts);

	if (cfg == NULL)
		mem_exhausted(0);
	cfg_set_error_function(cfg, on_error);
	/* An empty text is refused by fmemopen(3), which reads for libconfuse. */
	if (text[0] == '\0' || cfg_parse_buf(cfg, text) == CFG_SUCCESS) {
		sections_check(p, cfg);
		sinks_check(p, cfg);
		if (p->nerrors == 0)
			relations_check(p);
	} else if (p->nerrors == 0)
		complain(p, cfg->line, "syntax error");
	cfg_free(cfg);
	for (size_t i = 0; i < SECTIONS_MAX; i++)
		free(parts[i]);
}

struct config *
config_parse(const char *name, const char *text, size_t len,
    struct buf *errors)
{
	struct parse	 p = { .name = name, .errors = errors };
	char		*copy;

	p.config = mem_alloc(sizeof(*p.config));
	p.config->file = mem_strdup(name);
	defaults_set("sink", true, p.config);
	copy = mem_strndup(len != 0 ? text : "", len);
	if (len > CONFIG_BYTES_MAX)
		complain(&p, 1, "larger than %d bytes", CONFIG_BYTES_MAX);
	else if (strlen(copy) != len)
		complain(&p, 1, "holds a NUL byte");
	else
		config_scan(&p, copy);
	if (p.nerrors == 0)
		text_parse(&p, copy);
	free(copy);
	if (p.nerrors == 0)
		return p.config;
	config_free(p.config);
	return NULL;
}

/* ---- files -------------------------------------------------------------- */

/*
 * By offset where that works, because the roles share the position of their
 * config descriptor.  Stops soon after `most`, so that the caller sees an
 * excess.
 */
static int
fd_read(int fd, size_t most, struct buf *out)
{
	char	piece[4096];
	ssize_t	n;

	while (out->len <= most) {
		n = pread(fd, piece, sizeof(piece), (off_t)out->len);
		if (n == -1 && errno == ESPIPE)
			n = read(fd, piece, sizeof(piece));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		buf_add(out, piece, (size_t)n);
	}
	return 0;
}

struct config *
config_load(const char *file, struct buf *errors, bool *unreadable)
{
	struct buf	 text = BUF_EMPTY;
	struct config	*c = NULL;
	int		 fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	*unreadable = fd == -1 || fd_read(fd, CONFIG_BYTES_MAX, &text) == -1;
	if (*unreadable && errors != NULL)
		buf_addf(errors, "%s: cannot be read: %s\n", file,
		    strerror(errno));
	else if (!*unreadable)
		c = config_parse(file, buf_text(&text), text.len, errors);
	if (fd != -1)
		close(fd);
	buf_release(&text);
	return c;
}

struct config *
config_inherited(void)
{
	struct buf	 text = BUF_EMPTY, errors = BUF_EMPTY;
	struct config	*c;

	/* Not started by the supervisor: the defaults. */
	if (fd_read(ROLE_CONFIG_FD, CONFIG_BYTES_MAX, &text) == -1 &&
	    errno != EBADF)
		fatal("config descriptor: %s", strerror(errno));
	c = config_parse("pypiwatch.conf", buf_text(&text), text.len, &errors);
	if (c == NULL)
		fatal("config: %s", vis(buf_text(&errors)));
	buf_release(&text);
	return c;
}

static void
texts_free(bool sink, void *base)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].type <= ROW_CHOICE &&
		    str_equal(rows[i].section, "sink") == sink)
			free(*(char **)(void *)((char *)base + rows[i].at));
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nsinks; i++) {
		texts_free(true, &c->sinks[i]);
		free(c->sinks[i].name);
	}
	free(c->sinks);
	texts_free(false, c);
	free(c->file);
	free(c);
}

/* ---- showing ------------------------------------------------------------ */

static void
quoted_add(struct buf *out, const char *value)
{
	buf_addc(out, '"');
	for (; *value != '\0'; value++) {
		if (strchr("\"\\$", *value) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *value);
	}
	buf_addc(out, '"');
}

static void
value_add(struct buf *out, const struct row *row, const void *base)
{
	const void *field = (const char *)base + row->at;

	switch (row->type) {
	case ROW_TEXT: case ROW_NAME: case ROW_FILE: case ROW_URL:
	case ROW_PROXY: case ROW_CONNINFO: case ROW_CHOICE: {
		const char *text = *(const char *const *)field;

		quoted_add(out, text != NULL ? text : "");
		break;
	}
	case ROW_ENUM:
		buf_adds(out, row->names[*(const enum judge_mode *)field]);
		break;
	case ROW_BOOL:
		buf_adds(out, *(const bool *)field ? "yes" : "no");
		break;
	case ROW_INT: case ROW_BYTES: case ROW_SECONDS:
		buf_addf(out, "%lld", (long long)*(const int64_t *)field);
		break;
	case ROW_REAL:
		buf_addf(out, "%g", *(const double *)field);
		break;
	}
}

static void
row_show(struct buf *out, const struct row *row, const void *base)
{
	buf_addf(out, "\t# %s\n\t# ", row->help);
	row_range(row, out);
	if (row->unit[0] != '\0')
		buf_addf(out, " %s", row->unit);
	buf_addf(out, "; default %s\n\t%s = ",
	    row->def[0] != '\0' ? row->def : "empty", row->key);
	value_add(out, row, base);
	buf_addc(out, '\n');
}

static void
section_show(struct buf *out, const char *section, const char *title,
    const void *base)
{
	buf_adds(out, section);
	if (title != NULL)
		buf_addf(out, " \"%s\"", title);
	buf_adds(out, " {\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_equal(rows[i].section, section))
			row_show(out, &rows[i], base);
	buf_adds(out, "}\n");
}

void
config_show(const struct config *c, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if ((i == 0 || !str_equal(rows[i].section,
		    rows[i - 1].section)) &&
		    !str_equal(rows[i].section, "sink"))
			section_show(out, rows[i].section, NULL, c);
	for (size_t i = 0; i < c->nsinks; i++)
		section_show(out, "sink", c->sinks[i].name, &c->sinks[i]);
}

void
config_keys(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		buf_addf(out, "%s.%s\n", rows[i].section, rows[i].key);
}

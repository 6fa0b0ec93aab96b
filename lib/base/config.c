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
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config_rows.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"

/* One parse: where complaints go, and what is being filled. */
struct parse {
	struct config	*config;
	const char	*name;
	struct buf	*errors;
	unsigned int	 nerrors;
	/* The section where each row was last given. */
	const cfg_t	*given[CONFIG_ROWS];
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

/* The sections of which there may be several, each with a name; what they
 * hold is no part of struct config itself. */
static bool
is_titled(const char *section)
{
	return str_equal(section, "sink") || str_equal(section, "index");
}

/* Of one titled section; of all others when it is NULL. */
static void
defaults_set(const char *section, void *base)
{
	for (size_t i = 0; i < CONFIG_ROWS; i++) {
		const char *why = NULL;

		if (section != NULL ?
		    str_equal(config_rows[i].section, section) :
		    !is_titled(config_rows[i].section))
			why = row_set(&config_rows[i], base,
			    config_rows[i].def);
		if (why != NULL)
			fatal("default of %s.%s is wrong: %s",
			    config_rows[i].section, config_rows[i].key, why);
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

static void __attribute__((format(printf, 2, 0)))
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct parse	*p = parse_of(cfg);
	struct buf	 text = BUF_EMPTY;

	buf_addv(&text, fmt, ap);
	if (p != NULL)
		complain(p, cfg->line, "%s", vis(buf_text(&text)));
	buf_release(&text);
}

static bool
section_begins(size_t i)
{
	return i == 0 || !str_equal(config_rows[i].section,
	    config_rows[i - 1].section);
}

static const struct row *
row_find(const char *section, const char *key)
{
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		if (str_equal(config_rows[i].section, section) &&
		    str_equal(config_rows[i].key, key))
			return &config_rows[i];
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
	defaults_set("sink", s);
	return s;
}

static struct config_index *
index_get(struct config *c, const char *name)
{
	struct config_index *x;

	for (size_t i = 0; i < c->nindexes; i++)
		if (str_equal(c->indexes[i].name, name))
			return &c->indexes[i];
	c->indexes = mem_grow(c->indexes, c->nindexes + 1,
	    sizeof(*c->indexes));
	x = &c->indexes[c->nindexes++];
	*x = (struct config_index){ .name = mem_strdup(name) };
	defaults_set("index", x);
	return x;
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
	if (p->given[row - config_rows] == cfg) {
		complain(p, cfg->line, "%s is given twice: leave one out",
		    opt->name);
		return 0;
	}
	p->given[row - config_rows] = cfg;
	if (str_equal(cfg->name, "sink"))
		base = sink_get(p->config, cfg->title);
	else if (str_equal(cfg->name, "index"))
		base = index_get(p->config, cfg->title);
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
	cfg_opt_t	*o = mem_array(CONFIG_ROWS + 2, sizeof(*o));
	size_t		 n = 0;
	cfg_opt_t	 end = CFG_END();

	o[n++] = context_option(p);
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		if (str_equal(config_rows[i].section, section)) {
			cfg_opt_t row = CFG_STR_CB(config_rows[i].key, NULL,
			    CFGF_NODEFAULT, on_value);
			o[n++] = row;
		}
	o[n] = end;
	return o;
}

#define SECTIONS_MAX 24		/* room for the table's */

static cfg_t *
grammar_new(struct parse *p, cfg_opt_t *parts[SECTIONS_MAX])
{
	cfg_opt_t	 top[SECTIONS_MAX + 2];
	cfg_opt_t	 end = CFG_END();
	size_t		 n = 0;

	top[n++] = context_option(p);
	for (size_t i = 0; i < CONFIG_ROWS; i++) {
		bool titled = is_titled(config_rows[i].section);

		if (!section_begins(i))
			continue;
		parts[n - 1] = section_options(config_rows[i].section, p);
		/* MULTI, so that a second one is seen and not swallowed. */
		const cfg_flag_t flags = CFGF_MULTI |
		    (titled ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : 0);
		cfg_opt_t section = CFG_SEC(config_rows[i].section,
		    parts[n - 1], flags);
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
name_good(const char *name, size_t most)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return n > 0 && n <= most && name[n] == '\0';
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
		char			 why[128];

		if (!name_good(name, SINK_NAME_MAX)) {
			complain(p, sec->line, "sink name \"%s\" must be 1 to "
			    "%d letters, digits, dots, dashes or underscores",
			    vis(name), SINK_NAME_MAX);
			continue;
		}
		if (config_sink_check(sink_get(p->config, name), why,
		    sizeof(why)) == -1)
			complain(p, sec->line, "sink \"%s\": %s", name, why);
	}
}

/* A name becomes part of every key of its projects. */
static bool
index_name_check(struct parse *p, const cfg_t *sec, const char *name)
{
	if (name_good(name, INDEX_NAME_MAX) && strcmp(name, "pypi") != 0)
		return true;
	complain(p, sec->line, "index name \"%s\" must be 1 to %d letters, "
	    "digits, dots, dashes or underscores, and not \"pypi\"",
	    vis(name), INDEX_NAME_MAX);
	return false;
}

/* "https://host:port/" of a URL. */
static char *
host_of(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return mem_printf("%.*s/", (int)((size_t)(host - url) +
	    strcspn(host, "/")), url);
}

static void
indexes_check(struct parse *p, cfg_t *cfg)
{
	unsigned int n = cfg_size(cfg, "index");

	if (n > INDEXES_MAX)
		complain(p, 0, "more than %d indexes", INDEXES_MAX);
	for (unsigned int i = 0; i < n; i++) {
		cfg_t			*sec = cfg_getnsec(cfg, "index", i);
		const char		*name = cfg_title(sec);
		struct config_index	*x;

		if (!index_name_check(p, sec, name))
			continue;
		x = index_get(p->config, name);
		if (x->url == NULL)
			complain(p, sec->line, "index \"%s\" needs url", name);
		else if (x->files_url == NULL)
			x->files_url = host_of(x->url);
		if (x->basic_auth_file != NULL && x->bearer_file != NULL)
			complain(p, sec->line, "index \"%s\": give "
			    "basic-auth-file or bearer-file, not both", name);
	}
}

static bool
any_index(const struct config *c)
{
	for (size_t i = 0; i < c->nindexes; i++)
		if (c->indexes[i].enabled)
			return true;
	return false;
}

static void
sections_check(struct parse *p, cfg_t *cfg)
{
	for (cfg_opt_t *o = cfg->opts; o->name != NULL; o++)
		if (o->type == CFGT_SEC && !is_titled(o->name) &&
		    cfg_opt_size(o) > 1)
			complain(p, cfg_opt_getnsec(o, 1)->line, "section %s "
			    "is given twice: join the two", o->name);
}

static void
retention_check(struct parse *p, const char *key, int64_t s)
{
	if (s > 0 && s < RETENTION_LEAST_DAYS * INT64_C(86400))
		complain(p, 0, "retention: %s must be 0, for ever, or at "
		    "least %dd", key, RETENTION_LEAST_DAYS);
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
	if (!c->pypi.changelog && !c->pypi.rss &&
	    str_equal(c->pypi.simple, "no") && !any_index(c))
		complain(p, 0, "pypi: changelog, rss and simple are all off, "
		    "and no index is followed");
	if (c->rules.directory == NULL || c->judge.weights_file == NULL)
		complain(p, 0, "rules: directory and judge: weights-file may "
		    "not be empty");
	retention_check(p, "events", c->retention.events_s);
	retention_check(p, "scans", c->retention.scans_s);
	retention_check(p, "detections", c->retention.detections_s);
	retention_check(p, "authors", c->retention.authors_s);
	retention_check(p, "owners", c->retention.owners_s);
	if (c->report.url == NULL || c->report.inspector_url == NULL)
		complain(p, 0, "report: url and inspector-url may not be "
		    "empty");
	if (c->ingest.listen == NULL)
		complain(p, 0, "ingest: listen may not be empty");
	if (c->web.listen == NULL)
		complain(p, 0, "web: listen may not be empty");
	if (c->http.proxy_auth_file != NULL && c->http.proxy == NULL)
		complain(p, 0, "http: proxy-auth-file without proxy");
}

/*
 * The text without its # comments, every line in its place: libconfuse 3.3
 * counts the line of a comment three times, and errors name lines.
 */
static char *
comments_blank(const char *text)
{
	char	*copy = mem_strdup(text), quote = '\0', before = '\n';

	for (char *s = copy; *s != '\0'; before = *s++) {
		if (quote != '\0') {
			if (*s == '\\' && s[1] != '\0')
				s++;
			else if (*s == quote)
				quote = '\0';
		} else if (*s == '"' || *s == '\'')
			quote = *s;
		else if (*s == '#' && strchr(" \t\n{}", before) != NULL) {
			size_t n = strcspn(s, "\n");

			memset(s, ' ', n);
			s += n - 1;
		}
	}
	return copy;
}

static void
text_parse(struct parse *p, const char *given)
{
	cfg_opt_t	*parts[SECTIONS_MAX] = { NULL };
	cfg_t		*cfg = grammar_new(p, parts);
	char		*text = comments_blank(given);

	if (cfg == NULL)
		mem_exhausted(0);
	cfg_set_error_function(cfg, on_error);
	/* An empty text is refused by fmemopen(3), which reads for
	 * libconfuse. */
	if (text[0] == '\0' || cfg_parse_buf(cfg, text) == CFG_SUCCESS) {
		sections_check(p, cfg);
		sinks_check(p, cfg);
		indexes_check(p, cfg);
		if (p->nerrors == 0)
			relations_check(p);
	} else if (p->nerrors == 0)
		complain(p, cfg->line, "syntax error");
	cfg_free(cfg);
	free(text);
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
	defaults_set(NULL, p.config);
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

/* Of one titled section, or of all others. */
static void
texts_free(const char *section, void *base)
{
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		if (row_is_text(&config_rows[i]) && (section != NULL ?
		    str_equal(config_rows[i].section, section) :
		    !is_titled(config_rows[i].section)))
			free(*(char **)(void *)((char *)base +
			    config_rows[i].at));
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nsinks; i++) {
		texts_free("sink", &c->sinks[i]);
		free(c->sinks[i].name);
	}
	free(c->sinks);
	for (size_t i = 0; i < c->nindexes; i++) {
		texts_free("index", &c->indexes[i]);
		free(c->indexes[i].name);
	}
	free(c->indexes);
	texts_free(NULL, c);
	free(c->file);
	free(c);
}

/* ---- showing ------------------------------------------------------------ */

static void
row_show(struct buf *out, const struct row *row, const void *base)
{
	buf_addf(out, "\t# %s\n\t# ", row->help);
	row_range(row, out);
	if (row->unit[0] != '\0')
		buf_addf(out, " %s", row->unit);
	buf_addf(out, "; default %s\n\t%s = ",
	    row->def[0] != '\0' ? row->def : "empty", row->key);
	row_value(row, base, out);
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
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		if (str_equal(config_rows[i].section, section))
			row_show(out, &config_rows[i], base);
	buf_adds(out, "}\n");
}

void
config_show(const struct config *c, struct buf *out)
{
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		if (section_begins(i) && !is_titled(config_rows[i].section))
			section_show(out, config_rows[i].section, NULL, c);
	for (size_t i = 0; i < c->nindexes; i++)
		section_show(out, "index", c->indexes[i].name,
		    &c->indexes[i]);
	for (size_t i = 0; i < c->nsinks; i++)
		section_show(out, "sink", c->sinks[i].name, &c->sinks[i]);
}

void
config_keys(struct buf *out)
{
	for (size_t i = 0; i < CONFIG_ROWS; i++)
		buf_addf(out, "%s.%s\n", config_rows[i].section,
		    config_rows[i].key);
}

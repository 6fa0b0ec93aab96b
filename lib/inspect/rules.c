/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - YARA rules over any bytes.
 *
 * Takes: folders of rule sources; bytes.  Gives: matches as findings.
 * Runs in: worker (compiled in the parent, scanned in the child), command.
 *
 * libyara parses hostile binaries only when a rule imports one of its format
 * modules, so such imports are refused, and `include` is off.  Compiled rule
 * files are never read: a crafted one can crash even with all checks on.
 */
#include "inspect/rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/flow.h"
#include "inspect/inspection.h"
#include "inspect/rules_cost.h"
#include "inspect/rules_parts.h"

#define RULESET_VERSION "2026.1"
#define MODULE_NAME_MAX 32
#define OWN_SPACE "pypiwatch"	/* the namespace of shipped rules */

/* Kinds of view that few rules are for: those few are compiled apart too, for
 * every rule costs time on every byte. */
static const struct { enum view_kind kind; const char *name; } apart[] = {
	{ VIEW_TEXT, "text" }, { VIEW_BINARY, "binary" } };

struct rules {
	YR_RULES	*compiled;
	YR_RULES	*apart[ARRAY_LEN(apart)];	/* or NULL */
	char		 id[32];
	size_t		 count;
};

/* One rule file on its way to the compiler. */
struct source {
	char		*name;
	struct buf	 text;
};

struct complaint {
	struct buf	*out;
	const char	*name;
	bool		 failed;
};

static const char *const externals[] = { "filename", "filepath", "extension",
	"filetype", "owner" };
static const char *const safe_imports[] = { "math", "hash", "time", "console" };

static int
read_source(const char *folder, const char *name, struct source *out,
    struct buf *errors)
{
	char	*path = mem_printf("%s/%s", folder, name);
	FILE	*file = fopen(path, "re");
	char	 piece[8192];
	size_t	 n;

	*out = (struct source){ .name = mem_strdup(name) };
	out->text.most = RULE_FILE_MAX;
	if (file == NULL) {
		buf_addf(errors, "%s: %s\n", path, strerror(errno));
		free(path);
		return -1;
	}
	while ((n = fread(piece, 1, sizeof(piece), file)) != 0)
		buf_add(&out->text, piece, n);
	(void)fclose(file);
	if (out->text.full)
		buf_addf(errors, "%s: larger than %d bytes\n", path,
		    RULE_FILE_MAX);
	free(path);
	return out->text.full ? -1 : 0;
}

static void
source_release(struct source *s)
{
	free(s->name);
	buf_release(&s->text);
}

/* Keeps the name of a module that is not harmless. */
static int
on_import(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	const YR_MODULE_IMPORT *import = data;
	char *bad = user;

	(void)context;
	if (message != CALLBACK_MSG_IMPORT_MODULE ||
	    str_index(safe_imports, ARRAY_LEN(safe_imports),
	    import->module_name) >= 0)
		return CALLBACK_CONTINUE;
	vis_copy(bad, MODULE_NAME_MAX, import->module_name);
	return CALLBACK_ABORT;
}

/* Asks libyara itself what the rules import, on no bytes at all. */
static bool
imports_are_safe(YR_RULES *rules, struct complaint *c)
{
	static const uint8_t nothing[1];
	char bad[MODULE_NAME_MAX] = "";

	(void)yr_rules_scan_mem(rules, nothing, 0, SCAN_FLAGS_NO_TRYCATCH,
	    on_import, bad, RULE_SCAN_SECONDS_MAX);
	if (*bad == '\0')
		return true;
	buf_addf(c->out, "%s: import \"%s\" is not allowed: its parser reads "
	    "hostile binaries\n", c->name, bad);
	return false;
}

static void
on_complaint(int level, const char *file, int line, const YR_RULE *rule,
    const char *message, void *user)
{
	struct complaint *c = user;

	(void)file;
	(void)rule;
	if (level == YARA_ERROR_LEVEL_ERROR)
		c->failed = true;
	buf_addf(c->out, "%s:%d: %s%s\n", c->name, line,
	    level == YARA_ERROR_LEVEL_ERROR ? "" : "warning: ", message);
}

static YR_COMPILER *
compiler_new(struct complaint *c)
{
	YR_COMPILER *compiler;

	if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
		return NULL;
	yr_compiler_set_include_callback(compiler, NULL, NULL, NULL);
	yr_compiler_set_callback(compiler, on_complaint, c);
	/* Scanners for disks define these, and rules written for them do not
	 * compile without.  Here they say nothing. */
	for (size_t i = 0; i < ARRAY_LEN(externals); i++)
		(void)yr_compiler_define_string_variable(compiler,
		    externals[i], "");
	return compiler;
}

/* Compiles one source into a compiler; 0 or -1 with the reason said. */
static int
add_source(YR_COMPILER *compiler, struct complaint *c, const struct source *s,
    const char *space)
{
	c->name = s->name;
	c->failed = false;
	if (yr_compiler_add_string(compiler, buf_text(&s->text), space) != 0 ||
	    c->failed)
		return -1;
	return 0;
}

static int
is_rule_file(const struct dirent *d)
{
	return d->d_name[0] != '.' &&
	    (str_ends(d->d_name, ".yar") || str_ends(d->d_name, ".yara"));
}

/*
 * A compiler that has seen an error may not be used again, so an operator's
 * file is tried alone first and left out when it is wrong.
 */
static bool
source_is_good(const struct source *s, struct buf *errors)
{
	struct complaint c = { .out = errors };
	YR_COMPILER *trial = compiler_new(&c);
	YR_RULES *rules;
	bool good = trial != NULL && add_source(trial, &c, s, s->name) == 0;

	if (good && yr_compiler_get_rules(trial, &rules) == ERROR_SUCCESS) {
		good = imports_are_safe(rules, &c);
		(void)yr_rules_destroy(rules);
	}
	if (trial != NULL)
		yr_compiler_destroy(trial);
	return good;
}

/* Is `word` one of the words of `list`?  No list holds every word. */
static bool
listed(const char *list, size_t len, const char *word)
{
	size_t k = strlen(word);
	const char *stop, *at = list;

	if (list == NULL)
		return true;
	stop = list + len;
	for (; (at = memmem(at, (size_t)(stop - at), word, k)) != NULL; at++)
		if ((at == list || at[-1] == ' ') &&
		    (at + k == stop || at[k] == ' '))
			return true;
	return false;
}

static bool
names(const char *list, const char *word)
{
	return listed(list, list != NULL ? strlen(list) : 0, word);
}

/* Leaves out the rules that name other kinds, of a source whose rules begin
 * and end at the beginning of lines.  Whether that was so is seen after. */
static void
source_reduce(struct source *s, const char *kind)
{
	static const char on[] = "\ton = \"";
	struct buf kept = { .most = RULE_FILE_MAX };
	const char *at = buf_text(&s->text), *stop = at + s->text.len;

	while (at < stop) {
		const char *end = str_starts(at, "rule ") ?
		    strstr(at, "\n}\n") : NULL, *list;
		const char *line = strchr(at, '\n');
		size_t len = end != NULL ? (size_t)(end + 3 - at) :
		    line != NULL ? (size_t)(line + 1 - at) :
		    (size_t)(stop - at);

		list = end != NULL ? memmem(at, len, on, sizeof(on) - 1) :
		    NULL;
		if (list != NULL)
			list += sizeof(on) - 1;
		if (list == NULL || listed(list, strcspn(list, "\""), kind))
			buf_add(&kept, at, len);
		at += len;
	}
	buf_release(&s->text);
	s->text = kept;
}

/*
 * Adds a folder's files in order of name; -1 when one that must be right is
 * not.  With a kind: the same once more, without what is not for it.
 */
static int
add_folder(YR_COMPILER *compiler, struct complaint *c, const char *folder,
    bool optional, struct digest *digest, const char *kind)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_rule_file, alphasort), bad = 0;

	if (n < 0) {
		if (optional && errno == ENOENT)
			return 0;
		buf_addf(c->out, "%s: %s\n", folder, strerror(errno));
		return optional ? 0 : -1;
	}
	for (int i = 0; i < n; i++) {
		struct source s;
		int failed = read_source(folder, names[i]->d_name, &s, c->out);

		if (failed == 0 && (optional || kind == NULL) &&
		    !source_is_good(&s, c->out))
			failed = -1;
		if (failed == 0 && !optional && kind != NULL)
			source_reduce(&s, kind);
		if (failed == 0)
			failed = add_source(compiler, c, &s,
			    optional ? s.name : OWN_SPACE);
		if (failed != 0)
			bad = optional ? bad : -1;
		else if (digest != NULL)
			digest_add(digest, buf_text(&s.text), s.text.len);
		source_release(&s);
		free(names[i]);
		if (bad != 0) {
			while (++i < n)
				free(names[i]);
			break;
		}
	}
	free(names);
	return bad;
}

/* Are those all the rules for that kind, and no others? */
static bool
is_all_for(YR_RULES *all, YR_RULES *some, const char *kind)
{
	YR_RULE *rule, *own = some->rules_table;
	uint32_t n = 0;

	yr_rules_foreach(all, rule) {
		struct rule_match m = { 0 };

		rule_read_meta(rule, &m);
		if (str_equal(rule->ns->name, OWN_SPACE) &&
		    !names(m.kinds, kind))
			continue;
		if (n == some->num_rules ||
		    !str_equal(own[n++].identifier, rule->identifier))
			return false;
	}
	return n == some->num_rules;
}

/* NULL when it cannot be told: then all rules see that kind. */
static YR_RULES *
load_apart(const char *folder, const char *local, const char *kind,
    YR_RULES *all)
{
	struct buf said = BUF_EMPTY;	/* once, when all were compiled */
	struct complaint c = { .out = &said };
	YR_COMPILER *compiler = compiler_new(&c);
	YR_RULES *some = NULL;

	if (compiler != NULL &&
	    add_folder(compiler, &c, folder, false, NULL, kind) == 0 &&
	    (local == NULL ||
	    add_folder(compiler, &c, local, true, NULL, kind) == 0) &&
	    yr_compiler_get_rules(compiler, &some) != ERROR_SUCCESS)
		some = NULL;
	if (some != NULL && !is_all_for(all, some, kind)) {
		(void)yr_rules_destroy(some);
		some = NULL;
	}
	if (compiler != NULL)
		yr_compiler_destroy(compiler);
	buf_release(&said);
	return some;
}

struct rules *
rules_load(const char *folder, const char *local, struct buf *errors)
{
	struct complaint c = { .out = errors };
	struct digest	*digest;
	struct rules	*r = NULL;
	YR_COMPILER	*compiler;
	YR_RULE		*rule;
	char		 hex[SHA256_HEX + 1];

	if (yr_initialize() != ERROR_SUCCESS)
		return NULL;
	compiler = compiler_new(&c);
	digest = digest_new();
	if (compiler != NULL &&
	    add_folder(compiler, &c, folder, false, digest, NULL) == 0 &&
	    (local == NULL ||
	    add_folder(compiler, &c, local, true, digest, NULL) == 0)) {
		r = mem_alloc(sizeof(*r));
		if (yr_compiler_get_rules(compiler, &r->compiled) !=
		    ERROR_SUCCESS) {
			free(r);
			r = NULL;
		}
	}
	digest_end(digest, hex, NULL);
	digest_free(digest);
	if (compiler != NULL)
		yr_compiler_destroy(compiler);
	if (r == NULL) {
		(void)yr_finalize();
		return NULL;
	}
	(void)snprintf(r->id, sizeof(r->id), "%s+%.4s", RULESET_VERSION, hex);
	yr_rules_foreach(r->compiled, rule)
		r->count++;
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		r->apart[i] = load_apart(folder, local, apart[i].name,
		    r->compiled);
	return r;
}

/* "FOLDER/NAME", as one of an operator's. */
static int
file_compile(const char *path, YR_RULES **out, struct buf *errors)
{
	const char	*slash = strrchr(path, '/');
	char		*folder = slash != NULL ?
	    mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
	struct buf	 again = BUF_EMPTY;	/* what errors says already */
	struct complaint c = { .out = &again };
	struct source	 s;
	YR_COMPILER	*compiler = NULL;
	int		 rc = -1;

	if (read_source(folder, slash != NULL ? slash + 1 : path, &s,
	    errors) == 0 && source_is_good(&s, errors) &&
	    (compiler = compiler_new(&c)) != NULL &&
	    add_source(compiler, &c, &s, s.name) == 0 &&
	    yr_compiler_get_rules(compiler, out) == ERROR_SUCCESS)
		rc = 0;
	if (compiler != NULL)
		yr_compiler_destroy(compiler);
	source_release(&s);
	buf_release(&again);
	free(folder);
	return rc;
}

struct rules *
rules_of_file(const char *path, struct buf *errors)
{
	struct rules	*r;
	YR_RULES	*compiled;
	YR_RULE		*rule;

	if (yr_initialize() != ERROR_SUCCESS)
		return NULL;
	if (file_compile(path, &compiled, errors) == -1) {
		(void)yr_finalize();
		return NULL;
	}
	r = mem_alloc(sizeof(*r));
	r->compiled = compiled;
	yr_rules_foreach(compiled, rule)
		r->count++;
	return r;
}

YR_RULES *
rules_compiled(const struct rules *r)
{
	return r->compiled;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	(void)yr_rules_destroy(r->compiled);
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		if (r->apart[i] != NULL)
			(void)yr_rules_destroy(r->apart[i]);
	free(r);
	(void)yr_finalize();
}

const char *
rules_id(const struct rules *r)
{
	return r->id;
}

size_t
rules_count(const struct rules *r)
{
	return r->count;
}

struct scan {
	void	(*each)(void *, const struct rule_match *);
	void	*ctx;
};

void
rule_read_meta(YR_RULE *rule, struct rule_match *m)
{
	YR_META *meta;

	yr_rule_metas_foreach(rule, meta) {
		if (meta->type != META_TYPE_STRING)
			continue;
		if (str_equal(meta->identifier, "id"))
			m->id = meta->string;
		else if (str_equal(meta->identifier, "category"))
			m->category = meta->string;
		else if (str_equal(meta->identifier, "tactic"))
			m->tactic = meta->string;
		else if (str_equal(meta->identifier, "text") ||
		    (m->text == NULL &&
		    str_equal(meta->identifier, "description")))
			m->text = meta->string;
		else if (str_equal(meta->identifier, "context"))
			m->contexts = meta->string;
		else if (str_equal(meta->identifier, "on"))
			m->kinds = meta->string;
		else if (str_equal(meta->identifier, "needs"))
			m->needs = meta->string;
		else if (str_equal(meta->identifier, "called"))
			m->called_back = str_equal(meta->string, "back");
	}
}

/*
 * Where the rule's first string stands.  libyara 4.2 packs matches into its
 * arena without alignment, which x86 and arm64 allow and the sanitizer reports
 * here, the only place of ours that reads one.
 */
__attribute__((no_sanitize("alignment")))
static void
read_place(YR_SCAN_CONTEXT *context, YR_RULE *rule, struct rule_match *m)
{
	bool found = false;
	YR_STRING *string;
	YR_MATCH *match;

	yr_rule_strings_foreach(rule, string) {
		yr_string_matches_foreach(context, string, match) {
			size_t at = (size_t)(match->base + match->offset);

			if (m->nplaces < RULE_PLACES)
				m->places[m->nplaces] = at;
			m->nplaces++;
			if (found && at >= m->offset)
				continue;
			found = true;
			m->offset = at;
			m->len = (size_t)match->match_length;
		}
	}
}

static int
on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct scan *scan = user;
	YR_RULE *rule = data;
	struct rule_match m = { 0 };

	if (message != CALLBACK_MSG_RULE_MATCHING)
		return CALLBACK_CONTINUE;
	rule_read_meta(rule, &m);
	if (m.id == NULL)
		m.id = rule->identifier;
	read_place(context, rule, &m);
	scan->each(scan->ctx, &m);
	return CALLBACK_CONTINUE;
}

static int
scan_with(YR_RULES *compiled, const uint8_t *data, size_t size,
    void (*each)(void *, const struct rule_match *), void *ctx)
{
	struct scan scan = { each, ctx };
	YR_SCANNER *scanner;
	int failed;

	if (yr_scanner_create(compiled, &scanner) != ERROR_SUCCESS)
		return -1;
	yr_scanner_set_callback(scanner, on_message, &scan);
	yr_scanner_set_timeout(scanner, RULE_SCAN_SECONDS_MAX);
	/* Without NO_TRYCATCH libyara takes over SIGSEGV and SIGBUS. */
	/* Not in fast mode: every place of a string counts, not its first. */
	yr_scanner_set_flags(scanner, SCAN_FLAGS_NO_TRYCATCH |
	    SCAN_FLAGS_REPORT_RULES_MATCHING);
	failed = yr_scanner_scan_mem(scanner, data, size);
	yr_scanner_destroy(scanner);
	return failed == ERROR_SUCCESS ? 0 : -1;
}

int
rules_scan(const struct rules *r, const uint8_t *data, size_t size,
    void (*each)(void *, const struct rule_match *), void *ctx)
{
	return scan_with(r->compiled, data, size, each, ctx);
}

bool
rules_are_apart(const struct rules *r)
{
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		if (r->apart[i] == NULL)
			return false;
	return true;
}

/* The rules that may say something of such a view. */
static YR_RULES *
rules_for(const struct rules *r, enum view_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		if (apart[i].kind == kind && r->apart[i] != NULL)
			return r->apart[i];
	return r->compiled;
}

struct seen {
	struct inspection *in;
	const struct view *view;
	struct buf	 early;		/* ids, each between line breaks */
	bool		 has_early, all_early;
};

static bool
is_in_later(const struct inspection *in, size_t at)
{
	for (size_t k = 0; k < in->nlater; k++)
		if (at >= in->later[k].from && at < in->later[k].to)
			return true;
	return false;
}

static void
note_id(void *ctx, const struct rule_match *m)
{
	buf_addf(ctx, "\n%s\n", m->id);
}

/* Which rules match without the code that somebody must call. */
static void
scan_early(struct seen *seen)
{
	const struct view *v = seen->view;
	uint8_t *code = mem_alloc(v->size + 1);

	memcpy(code, v->code, v->size);
	for (size_t k = 0; k < seen->in->nlater; k++)
		memset(code + seen->in->later[k].from, ' ',
		    seen->in->later[k].to - seen->in->later[k].from);
	if (rules_scan(seen->in->rules, code, v->size, note_id,
	    &seen->early) != 0)
		seen->all_early = true;
	seen->has_early = true;
	free(code);
}

/*
 * Does the rule need code that somebody must call?  Imports at the top belong
 * to most matches, so where a place stands says little: without that code the
 * rule matches still, or it does not.
 */
static bool
is_later(struct seen *seen, const struct rule_match *m)
{
	size_t places = m->nplaces < RULE_PLACES ? m->nplaces : RULE_PLACES;
	size_t inside = 0;
	char id[RULE_NAME_MAX + 3];

	for (size_t i = 0; i < places; i++)
		inside += is_in_later(seen->in, m->places[i]);
	if (inside == 0 || (m->called_back && inside != m->nplaces))
		return false;
	if (!seen->has_early)
		scan_early(seen);
	(void)snprintf(id, sizeof(id), "\n%s\n", m->id);
	return !seen->all_early && strstr(buf_text(&seen->early), id) == NULL;
}

static void
on_match(void *ctx, const struct rule_match *m)
{
	static const char *const kinds[] = { [VIEW_PYTHON] = "python",
	    [VIEW_SCRIPT] = "script", [VIEW_TEXT] = "text",
	    [VIEW_BINARY] = "binary" };
	struct seen *seen = ctx;
	struct report report = { .rule = m->id, .category = m->category,
	    .tactic = m->tactic, .text = m->text };

	if (!names(m->contexts, context_name(seen->view->context)) ||
	    !names(m->kinds, kinds[seen->view->kind]))
		return;
	if (str_equal(m->needs, "deed") &&
	    seen->view->kind == VIEW_PYTHON && !seen->in->acts)
		return;
	if (seen->view->kind == VIEW_PYTHON &&
	    seen->view->context < CONTEXT_CALL && is_later(seen, m)) {
		report.elsewhere = true;
		report.context = CONTEXT_CALL;
	}
	if (report.category == NULL)
		report.category = "operator-rule";
	if (report.text == NULL)
		report.text = m->id;
	report.line = view_line(seen->view, m->offset);
	view_snippet(seen->view, m->offset, &report.snippet,
	    &report.snippet_len);
	inspection_report(seen->in, seen->view, &report);
}

void
rules_view(struct inspection *in, const struct view *view)
{
	struct seen seen = { .in = in, .view = view };
	int failed = scan_with(rules_for(in->rules, view->kind), view->code,
	    view->size, on_match, &seen);

	buf_release(&seen.early);
	if (failed == 0)
		return;
	inspection_report(in, view, &(struct report){
	    .rule = "rules-timeout", .category = "exhaustion",
	    .tactic = "TA0005", .text = "the rules did not come to an end "
	    "on this file within their time" });
}

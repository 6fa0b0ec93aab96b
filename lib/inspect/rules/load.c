/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load - rule files, compiled.
 *
 * Takes: folders of rule sources.  Gives: struct rules, and what is wrong with
 * the sources.
 * Runs in: worker (in the parent), command.
 *
 * libyara parses hostile binaries only when a rule imports one of its format
 * modules, so such imports are refused, and `include` is off.  Compiled rule
 * files are never read: a crafted one can crash even with all checks on.
 */
#include "inspect/rules/rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/rules/cost.h"
#include "inspect/rules/parts.h"
#include "inspect/rules/sieve.h"

#define RULESET_VERSION "2026.1"
#define MODULE_NAME_MAX 32
#define OWN_SPACE "pypiwatch"	/* the namespace of shipped rules */

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
	int	 rc;

	*out = (struct source){ .name = mem_strdup(name) };
	rc = file_read(path, RULE_FILE_MAX, &out->text);
	if (rc == -1 && errno == EFBIG)
		buf_addf(errors, "%s: larger than %d bytes\n", path,
		    RULE_FILE_MAX);
	else if (rc == -1)
		buf_addf(errors, "%s: %s\n", path, strerror(errno));
	free(path);
	return rc;
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

/* Adds a folder's files in order of name; -1 when one that must be right is
 * not.  The sieve, if it still is one, learns of those. */
static int
add_folder(YR_COMPILER *compiler, struct complaint *c, const char *folder,
    bool optional, struct digest *digest, struct sieve **sieve)
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

		if (failed == 0 && !source_is_good(&s, c->out))
			failed = -1;
		if (failed == 0)
			failed = add_source(compiler, c, &s,
			    optional ? s.name : OWN_SPACE);
		if (failed != 0)
			bad = optional ? bad : -1;
		else
			digest_add(digest, buf_text(&s.text), s.text.len);
		if (failed == 0 && !optional && *sieve != NULL &&
		    sieve_read(*sieve, buf_text(&s.text), s.text.len) == -1) {
			sieve_free(*sieve);
			*sieve = NULL;
		}
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

/* Is that the rule, with the same strings, that libyara compiled? */
static bool
is_that_rule(const struct sieve *s, size_t i, YR_RULE *rule)
{
	YR_STRING *string;
	size_t k = 0;

	if (!str_equal(rule->ns->name, OWN_SPACE) ||
	    !str_equal(rule->identifier, sieve_rule(s, i)))
		return false;
	yr_rule_strings_foreach(rule, string) {
		const char *name = sieve_string(s, i, k++);

		if (name == NULL || !str_equal(name, string->identifier))
			return false;
	}
	return sieve_string(s, i, k) == NULL;
}

/* The sieve's rules are the first ones, or it is none. */
static bool
sieve_fits(const struct sieve *s, YR_RULES *compiled)
{
	YR_RULE *rule;
	size_t i = 0;

	yr_rules_foreach(compiled, rule) {
		bool own = str_equal(rule->ns->name, OWN_SPACE);

		if (i < sieve_count(s) ? !is_that_rule(s, i, rule) : own)
			return false;
		i++;
	}
	return i >= sieve_count(s);
}

static void
rules_set_up(struct rules *r)
{
	YR_RULE *rule;
	size_t i = 0;

	yr_rules_foreach(r->compiled, rule)
		r->count++;
	r->aims = mem_array(r->count + 1, sizeof(*r->aims));
	yr_rules_foreach(r->compiled, rule) {
		struct rule_match m = { 0 };

		rule_read_meta(rule, &m);
		r->aims[i++] = (struct rule_aim){ m.contexts, m.kinds,
		    str_equal(m.needs, "deed") };
	}
	if (r->sieve == NULL || sieve_fits(r->sieve, r->compiled))
		return;
	sieve_free(r->sieve);
	r->sieve = NULL;
}

struct rules *
rules_load(const char *folder, const char *local, struct buf *errors)
{
	struct complaint c = { .out = errors };
	struct digest	*digest;
	struct rules	*r;
	YR_COMPILER	*compiler;
	char		 hex[SHA256_HEX + 1];

	if (yr_initialize() != ERROR_SUCCESS)
		return NULL;
	r = mem_alloc(sizeof(*r));
	r->sieve = sieve_new();
	compiler = compiler_new(&c);
	digest = digest_new();
	if (compiler != NULL &&
	    add_folder(compiler, &c, folder, false, digest, &r->sieve) == 0 &&
	    (local == NULL ||
	    add_folder(compiler, &c, local, true, digest, &r->sieve) == 0) &&
	    yr_compiler_get_rules(compiler, &r->compiled) != ERROR_SUCCESS)
		r->compiled = NULL;
	digest_end(digest, hex, NULL);
	digest_free(digest);
	if (compiler != NULL)
		yr_compiler_destroy(compiler);
	if (r->compiled == NULL) {
		rules_free(r);
		return NULL;
	}
	(void)snprintf(r->id, sizeof(r->id), "%s+%.4s", RULESET_VERSION, hex);
	rules_set_up(r);
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

	if (yr_initialize() != ERROR_SUCCESS)
		return NULL;
	if (file_compile(path, &compiled, errors) == -1) {
		(void)yr_finalize();
		return NULL;
	}
	r = mem_alloc(sizeof(*r));
	r->compiled = compiled;
	rules_set_up(r);
	return r;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	if (r->compiled != NULL)
		(void)yr_rules_destroy(r->compiled);
	sieve_free(r->sieve);
	free(r->aims);
	free(r);
	(void)yr_finalize();
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * python_code - what Python source does, judged on resolved calls.
 *
 * Takes: views of Python source.  Gives: findings about what is executed,
 * fetched, sent and hidden, with the context in which it runs.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/callers.h"
#include "flow/executed.h"
#include "flow/flow.h"
#include "flow/program.h"
#include "flow/reading.h"
#include "inspect/asked.h"
#include "inspect/code_rules.h"
#include "inspect/doings.h"
#include "inspect/inspectors.h"
#include "inspect/layers/written.h"
#include "inspect/package/package.h"
#include "inspect/wording.h"
#include "python/tree.h"

#define ODD_NAMES_LEAST 10	/* uses; honest files have none or a few */
#define ODD_NAMES_SHARE 8	/* at least one name in so many */
#define FOLDED_NAMES_LEAST 2
#define FOLDED_LEAST 12		/* a call at least */
#define COMMANDS_FOLLOWED 64	/* lines of a shell that are put together */
/* Of texts that are made of something else than the code's own words. */
#define MARKS_BROUGHT (MARK_NETWORK | MARK_SOCKET | MARK_DECODED | MARK_FILE | \
    MARK_BUILT | MARK_PACKED | MARK_DROPPED | MARK_ENVIRON)

struct look {
	struct inspection *in;
	const struct view *view;
	struct doings	 doings;
	struct written	 written;	/* what was not started yet */
	unsigned int	 ncommands;	/* that were looked for in the source */
	bool		 writes;	/* a text of any kind */
};

static enum context
context_of_call(const struct look *l, const struct flow_call *c)
{
	const struct view *v = l->view;
	enum flow_place place = c->place;

	/* Commands that no build of the package is told of wait for somebody
	 * else's. */
	if (place == FLOW_COMMAND && v->context != CONTEXT_INSTALL &&
	    c->via != REACH_INSTALL)
		place = FLOW_LATER;

	if (v->context == CONTEXT_TEST)
		return CONTEXT_TEST;
	if (place == FLOW_COMMAND || (place == FLOW_TOP &&
	    c->via == REACH_INSTALL))
		return CONTEXT_INSTALL;
	if (place == FLOW_TOP && c->via == REACH_STARTUP)
		return CONTEXT_STARTUP;
	if (place == FLOW_LATER && (AT_LOAD & IN(v->context)))
		return CONTEXT_CALL;
	return v->context;
}

static void
say(struct look *l, const struct code_rule *r, enum context context,
    uint32_t line, size_t at)
{
	code_say(l->in, l->view, r, &(struct code_place){ context, line, at });
}

/* "git -C " and a folder: a command line whose program has a plain name, and
 * is none that runs what it is given. */
static bool
runs_tool(const struct flow_call *c)
{
	size_t len = c->text != NULL ? strcspn(c->text, " ") : 0;
	char name[32];

	if (len == 0 || len >= sizeof(name) || c->text[len] == '\0' ||
	    memchr(c->text, '/', len) != NULL ||
	    memchr(c->text, '\\', len) != NULL)
		return false;
	memcpy(name, c->text, len);
	name[len] = '\0';
	return !flow_launches(name);
}

/* The program itself is of the package, not its folder or an argument; what a
 * source does is looked at by itself, as something that runs as early. */
static void
look_shipped(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule runs = { .id = "run-shipped",
	    .category = "shipped-program", .tactic = "TA0002",
	    .text = "starts a file of the package by itself" };
	static const struct code_rule unseen = { .id = "run-shipped-unseen",
	    .category = "shipped-program", .tactic = "TA0002",
	    .text = "starts a file of the package by itself, and hides what "
	    "it does" };
	static const struct code_rule source = { .id = "run-own-source",
	    .category = "shipped-program", .tactic = "TA0002",
	    .text = "starts a Python source of the package by itself" };

	if ((DEED(c->fact->deed) & DEEDS_RUN) && (c->first & MARK_HERE) &&
	    (AT_LOAD & IN(context)) && !runs_tool(c))
		say(l, c->source ? &source : str_ends(c->name, "Popen") &&
		    wording_muted(l->view, c->at) ? &unseen : &runs, context,
		    c->line, c->at);
}

/* A call found through its name as a text hides from readers. */
static void
look_hidden(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule hidden = { .id = "hidden-call",
	    .category = "obfuscation", .tactic = "TA0005",
	    .text = "reaches a dangerous function through its name as a "
	    "text" };
	uint64_t deed = DEED(c->fact->deed);

	if ((c->receiver & MARK_HIDDEN) &&
	    (deed & (DEEDS_EXEC | DEEDS_RUN)) && !code_names_exec(l->view, c))
		say(l, &hidden, context, c->line, c->at);
}

/* A path, or words: whoever runs it, no line of it imports or calls. */
static bool
writes_no_code(const struct flow_call *c)
{
	static const char *const acts[] = { "import", "(" };

	return c->fact->deed == DEED_WRITE && c->text != NULL &&
	    !str_any_in(acts, ARRAY_LEN(acts), (const uint8_t *)c->text,
	    c->text_len) && !(c->open && (c->arguments & MARKS_BROUGHT));
}

/* What is written: a file by who writes it, a key or shortcut by its name; some
 * calls say themselves that something is started again. */
static uint64_t
written_place(const struct flow_call *c)
{
	if (c->fact->gives & MARK_PERSIST)
		return c->arguments & MARK_PERSIST;
	if ((c->fact->deed == DEED_COPY && !str_ends(c->name, ".symlink_to")) ||
	    str_ends(c->name, ".dump") || str_ends(c->name, ".safe_dump"))
		return c->second;
	return strstr(c->name, "winreg.") != NULL ||
	    str_equal(c->fact->name, "?.RegWrite") ||
	    str_starts(c->fact->name, "?.CreateShort") ? c->first :
	    c->receiver;
}

static void
look_write(struct look *l, const struct flow_call *c, enum context context)
{
	if (c->fact->deed != DEED_WRITE && c->fact->deed != DEED_COPY)
		return;
	for (size_t i = 0; i < write_rules_count; i++) {
		const struct write_rule *r = &write_rules[i];
		uint64_t where = written_place(c);

		if ((where & r->where) == 0 ||
		    (r->what != 0 && !(c->arguments & r->what)) ||
		    (r->too != 0 && !(c->arguments & r->too)) ||
		    !(r->contexts & IN(context)) ||
		    (c->arguments & r->say.none) ||
		    (r->where == MARK_PTH && r->what == 0 &&
		    writes_no_code(c)))
			continue;
		say(l, code_as_it_stands(l->in, l->view, &r->say, c,
		    context), context, c->line, c->at);
	}
}

/* All that a user has, or all that a disk holds; what removes one file leaves a
 * folder alone. */
static void
look_delete(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule destroys = { .id = "destroy-home",
	    .category = "impact", .tactic = "TA0040",
	    .text = "deletes the user's home or the whole disk" };
	static const char *const roots[] = { "/", "C:\\", "C:/", "/etc",
	    "C:\\Windows" };
	bool tree = str_ends(c->fact->name, "tree");

	/* One file is no home, unless it was looked for there. */
	if (c->fact->deed == DEED_DELETE && (((c->first & (AT_LOAD &
	    IN(context) ? MARK_HOME | MARK_SEARCHED : MARK_HOME)) &&
	    (tree || (c->first & MARK_SEARCHED))) ||
	    (c->text != NULL && !c->open &&
	    str_ends(c->fact->name, "tree") &&
	    str_index(roots, ARRAY_LEN(roots), c->text) >= 0)))
		say(l, &destroys, context, c->line, c->at);
}

/* exec used as an operator, a decorator or somebody's callback. */
static void
look_disguised(struct look *l, const struct flow_call *c,
    enum context context)
{
	static const struct code_rule passed = { .id = "exec-passed",
	    .category = "obfuscation", .tactic = "TA0005",
	    .text = "hands exec or eval to something that calls it" };
	static const struct code_rule decorator = { .id = "exec-decorator",
	    .category = "obfuscation", .tactic = "TA0005",
	    .text = "uses exec or eval as a decorator, or by a hidden name" };
	static const struct code_rule hook = { .id = "import-hook-network",
	    .category = "network", .tactic = "TA0011",
	    .text = "uses the network whenever something is imported" };
	static const struct code_rule operator = { .id = "operator-exec",
	    .category = "obfuscation", .tactic = "TA0005",
	    .text = "an operator or attribute of a class that runs code" };
	uint64_t deed = DEED(c->fact->deed);

	if ((deed & DEEDS_EXEC) && (c->receiver & MARK_PASSED))
		say(l, c->receiver & MARK_HIDDEN ? &decorator : &passed,
		    context, c->line, c->at);
	/* One that its user installs for addresses of his says so itself. */
	if (c->in_hook && (deed & DEEDS_NET) && (context != CONTEXT_CALL ||
	    c->fixed || (c->where & (MARK_URL ))))
		say(l, &hook, context, c->line, c->at);
	if (c->in_operator && (deed & (DEEDS_EXEC | DEEDS_RUN)))
		say(l, &operator, context, c->line, c->at);
}

/* What is executed, when its text is known: one more layer. */
static void
look_folded(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule hidden = { .id = "exec-hidden-constant",
	    .category = "dynamic-exec", .tactic = "TA0005",
	    .text = "executes a constant that was encoded or taken apart" };
	uint64_t deeds = DEEDS_EXEC | DEED(DEED_UNPICKLE);
	bool code = c->fact->deed == DEED_EXEC;
	struct buf whole = BUF_EMPTY;

	if (!(DEED(c->fact->deed) & deeds) || c->text == NULL || c->open ||
	    c->text_len < FOLDED_LEAST || (c->first & MARK_FILE))
		return;
	if ((c->first & (MARK_DECODED | MARK_BUILT)) && code)
		say(l, &hidden, context, c->line, c->at);
	if (l->in->nfolded == FOLDED_MAX)
		return;
	if (code)
		executed_text(l->view->reading, c->text, c->text_len, &whole);
	else
		buf_add(&whole, c->text, c->text_len);
	inspection_fold(l->in, context, c->line, code, whole.data, whole.len);
	buf_release(&whole);
}

/* "nohup ... &": it goes on when nobody waits for it. */
static bool
goes_on(const char *line, size_t len)
{
	while (len > 0 && strchr("'\") \n", line[len - 1]) != NULL)
		len--;
	return len > 1 && line[len - 1] == '&' && line[len - 2] != '&';
}

/* A shell's line that says something as a whole, and that no literal of the
 * source spells: one more layer. */
static void
look_command(struct look *l, const struct flow_call *c, enum context context)
{
	struct buf whole = BUF_EMPTY;

	if (!(DEED(c->fact->deed) & DEEDS_RUN) || c->text == NULL || c->open ||
	    c->text_len < FOLDED_LEAST || l->in->nfolded == FOLDED_MAX ||
	    !(c->arguments & MARK_COMMAND) ||
	    !goes_on(c->text, c->text_len) ||
	    l->ncommands++ >= COMMANDS_FOLLOWED || memmem(l->view->data,
	    l->view->size, c->text, c->text_len) != NULL)
		return;
	buf_adds(&whole, "#!/bin/sh\n");
	buf_add(&whole, c->text, c->text_len);
	buf_addc(&whole, '\n');
	inspection_fold(l->in, context, c->line, false, whole.data, whole.len);
	buf_release(&whole);
}

/* What was fetched is started where somebody calls, unseen, and nobody waits
 * for it: who installs a program shows that, and who updates one checks it. */
static void
look_unseen(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule unseen = { .id = "run-dropped-hidden",
	    .category = "download-exec", .tactic = "TA0002", .text = "runs "
	    "what it has fetched by a command line that hides it" };
	bool alone = c->goes_on || (c->loose && (str_ends(c->name, "Popen") ||
	    (c->fetches && !(c->arguments & (MARK_FORGE | MARK_TOOLCHAIN)) &&
	    !wording_checked(l->view, c->at))));

	if (context == CONTEXT_CALL && alone && (DEED(c->fact->deed) &
	    DEEDS_RUN) && (c->fetches || ((c->arguments & MARK_DROPPED) &&
	    !(c->arguments & (MARK_FORGE | MARK_TOOLCHAIN)) &&
	    !wording_checks(l->view))) &&
	    (c->fetches ? wording_muted(l->view, c->at) :
	    wording_drops_output(l->view, c->at)))
		say(l, &unseen, context, c->line, c->at);
}

/* A shell that dials an address of the code and runs what that says; the word
 * is one of a command that hides. */
static void
look_dialled(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule shell = { .id = "reverse-shell",
	    .category = "remote-control", .tactic = "TA0011", .text = "has a "
	    "shell run what a peer at a fixed address sends" };

	if ((DEED(c->fact->deed) & DEEDS_RUN) &&
	    (c->arguments & MARK_COMMAND) &&
	    ((c->text != NULL && wording_dials_shell(c->text, c->text_len)) ||
	    wording_dials(l->view, c->at)))
		say(l, &shell, context, c->line, c->at);
}

/* A program that is written as it stands, before one is started. */
static void
look_started(struct look *l, const struct flow_call *c, enum context context)
{
	uint64_t deed = DEED(c->fact->deed);

	/* Nobody executes what stands in JSON, nor a notebook unasked. */
	l->writes = l->writes || (c->fact->deed == DEED_WRITE &&
	    !str_starts(c->name, "json.") && !str_starts(c->name, "nbformat."));
	if (!((AT_LOAD | IN(CONTEXT_CALL)) & IN(context)))
		return;
	if (c->fact->deed == DEED_WRITE ||
	    str_equal(c->fact->name, FLOW_TOLD))
		written_note(&l->written, c, context);
	if ((deed & (DEEDS_RUN | DEED(DEED_IMPORT))) ||
	    str_starts(c->name, "runpy."))
		written_start(l->in, &l->written, c->scope, context);
}

/* By a date; by chance, what its user has.  Caches are thinned out so. */
static bool
deletes_now_and_then(const struct look *l, const struct flow_call *c)
{
	static const char *const own[] = { "cache", "Cache", "CACHE", "tmp",
	    "temp", "Temp", "session", "lock", "expire" };

	if (c->fact->deed != DEED_DELETE)
		return false;
	if (c->guards & GUARD_DATE)
		return true;
	return (c->guards & GUARD_CHANCE) && (c->first & (MARK_HOME |
	    MARK_FOLDER | MARK_SEARCHED | MARK_WORKDIR)) &&
	    !str_any_in(own, ARRAY_LEN(own), l->view->data, l->view->size);
}

/* Who asks where he is before he destroys or executes, does so to some. */
static void
look_guards(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule place = { .id = "guarded-place",
	    .category = "evasion", .tactic = "TA0005", .text = "destroys or "
	    "executes where the language or time zone is another" };
	static const struct code_rule run = { .id = "guarded-run",
	    .category = "evasion", .tactic = "TA0005", .text = "starts or "
	    "fetches a program where the language or time zone is another" };
	static const struct code_rule twice = { .id = "guarded-twice",
	    .category = "evasion", .tactic = "TA0005", .text = "asks in "
	    "several ways who watches, and runs something" };
	static const struct code_rule date = { .id = "guarded-date",
	    .category = "impact", .tactic = "TA0040", .text = "deletes files "
	    "from a day on that stands in the code, or by chance" };
	bool spoils = c->fact->deed == DEED_DELETE ||
	    (c->fact->deed == DEED_EXEC && (c->first & (MARK_DECODED |
	    MARK_NETWORK | MARK_BUILT | MARK_DROPPED)));

	if (c->guards & GUARD_PLACE)
		say(l, spoils ? &place : &run, context, c->line, c->at);
	if (deletes_now_and_then(l, c))
		say(l, &date, context, c->line, c->at);
	if (code_count(c->guards & GUARDS_ASKED) >= 2)
		say(l, &twice, context, c->line, c->at);
}

/* What a function is given by several callers is not one value. */
static bool
one_passes(const struct code_rule *r, const struct flow_call *c,
    uint64_t deed)
{
	/* Nor is one caller's secret sent where another one's address leads. */
	uint64_t host = (r->asks & OF_HOST) && c->lent_address &&
	    c->callers != NULL ? callers_marks(c->callers) &
	    CALLER_NAMES_HOST : 0;

	return c->callers == NULL || !(deed & DEEDS_PASSED) ||
	    callers_pass(c->callers, c->own, r->all | host, r->any);
}

static void
look_rules(struct look *l, const struct flow_call *c, enum context context,
    uint64_t deed)
{
	for (size_t i = 0; i < code_rules_count; i++) {
		const struct code_rule *r = &code_rules[i];
		uint64_t marks;

		if (!(r->deeds & deed) || !(r->contexts & IN(context)))
			continue;
		marks = r->asks & OF_FIRST ? c->first :
		    r->asks & OF_PAYLOAD ? c->payload :
		    r->asks & OF_BODY ? c->body : c->arguments;
		if ((deed & DEEDS_NET) && !c->bare)
			marks = code_sent_marks(c, marks);
		if ((marks & r->all) == r->all &&
		    (r->any == 0 || (marks & r->any)) &&
		    !(marks & r->none) && one_passes(r, c, deed) &&
		    code_holds(l->view, r, c))
			r = code_as_it_stands(l->in, l->view, r, c, context);
		else
			r = NULL;
		if (r != NULL)
			say(l, r, context, c->line, c->at);
	}
}

/* What several modules do between them; values that one function is given and
 * another passes on are not followed through events, queues and tables. */
static void
look_modules(const struct look *l, const struct flow_call *c,
    enum context context)
{
	const uint64_t known = VALUABLES | MARK_TOKEN | MARK_KEY |
	    MARK_NETWORK | MARK_DECODED;
	struct package *p = l->in->package;
	uint64_t deed = DEED(c->fact->deed);
	bool given = c->given && c->text == NULL;

	if (l->view->module == NULL || l->view->layers != NULL ||
	    !(AT_LOAD & IN(context)))
		return;
	if (deed & DEED(DEED_HAND))
		package_note(p, PACKAGE_GATHERS, c->line, context);
	if ((deed & DEEDS_NET) && c->fixed && !(c->where & MARK_FORGE)) {
		package_note(p, PACKAGE_FETCHES, c->line, context);
		if (c->given && !(c->payload & known))
			package_note(p, PACKAGE_SENDS, c->line, context);
	}
	if ((deed & DEEDS_EXEC) && given && c->whole &&
	    (c->first & ~(uint64_t)(MARK_TRAFFIC | MARK_PASSED)) == 0)
		package_note(p, PACKAGE_EXECUTES, c->line, context);
}

static void
on_call(void *ctx, const struct flow_call *c)
{
	struct look *l = ctx;
	enum context context = context_of_call(l, c);
	uint64_t deed = DEED(c->fact->deed);

	/* A name asked of the resolver tells only who listens to names. */
	if (c->fact->deed == DEED_RESOLVE && (c->arguments & MARK_BIN))
		deed |= DEED(DEED_SEND);
	look_rules(l, c, context, deed);
	code_look_machine(l->in, l->view, c, context);
	look_hidden(l, c, context);
	look_shipped(l, c, context);
	look_write(l, c, context);
	look_delete(l, c, context);
	look_disguised(l, c, context);
	look_folded(l, c, context);
	look_command(l, c, context);
	look_unseen(l, c, context);
	look_dialled(l, c, context);
	look_started(l, c, context);
	look_guards(l, c, context);
	code_look_person(l->in, l->view, c, context);
	look_modules(l, c, context);
	doings_note(&l->doings, c, context);
}

/* ---- shape -------------------------------------------------------------- */

static void
look_shape(struct inspection *in, const struct view *v,
    const struct flow_shape *s)
{
	if (s->odd_names >= ODD_NAMES_LEAST &&
	    s->odd_names * ODD_NAMES_SHARE >= s->names)
		inspection_report(in, v, &(struct report){
		    .rule = "odd-identifiers", .category = "obfuscation",
		    .tactic = "TA0005", .text = "names that are made not to be "
		    "told apart" });
	if (s->folded_names >= FOLDED_NAMES_LEAST)
		inspection_report(in, v, &(struct report){
		    .rule = "disguised-letters", .category = "obfuscation",
		    .tactic = "TA0005", .text = "names written in letters that "
		    "only look like others" });
	code_look_spelled(in, v, s);
	if (s->gap_line != 0)
		inspection_report(in, v, &(struct report){
		    .rule = "pushed-code", .category = "obfuscation",
		    .tactic = "TA0005", .line = s->gap_line,
		    .text = "code pushed out of sight by a long run of "
		    "blanks" });
	if (s->long_line != 0 && s->calls != 0)
		inspection_report(in, v, &(struct report){
		    .rule = "long-line", .category = "obfuscation-shape",
		    .tactic = "TA0005", .line = s->long_line,
		    .text = "code with a line of over 2,000 characters" });
}

/* A codec of the package's own decodes the source before it runs (PEP 263). */
static void
look_codec(struct inspection *in, const struct view *v)
{
	const struct python_source *s = &v->reading->tree->source;

	if (s->declared && !s->known && v->layers == NULL &&
	    v->context != CONTEXT_TEST && !str_starts(s->encoding, "future"))
		inspection_report(in, v, &(struct report){
		    .rule = "unknown-codec", .category = "obfuscation",
		    .tactic = "TA0005", .line = 1, .text = "source in an "
		    "encoding that Python does not know by itself" });
}

static enum world_reach
reach_of(enum context context)
{
	switch (context) {
	case CONTEXT_INSTALL:
		return REACH_INSTALL;
	case CONTEXT_STARTUP:
		return REACH_STARTUP;
	case CONTEXT_IMPORT:
		return REACH_IMPORT;
	default:
		return REACH_NONE;
	}
}

/* "python -m package" and other modules that no module of the package imports:
 * nobody imports them by accident, and what they do after they were told what
 * to do, they were told to. */
static bool
is_program(const struct view *v)
{
	const char *slash = strrchr(v->path, '/');

	return v->context == CONTEXT_IMPORT && v->layers == NULL &&
	    v->module != NULL && !v->imported &&
	    !str_starts(slash != NULL ? slash + 1 : v->path, "__init__.");
}

static struct flow_file
file_of(const struct inspection *in, const struct view *v)
{
	struct flow_file file = { .reading = v->reading,
	    .endpoints = in->endpoints, .reach = reach_of(v->context),
	    .program = is_program(v), .project = in->project,
	    .main_runs = v->context == CONTEXT_INSTALL ||
	    v->context == CONTEXT_STARTUP || v->layers != NULL };

	/* A text that the file executes imports as the file does. */
	if (v->depth == 1 && str_equal(v->layers, "folded")) {
		file.world = package_world(in->package);
		if (v->module != NULL)
			reading_use(v->reading, package_modules(in->package),
			    v->module, str_ends(v->path, "/__init__.py"));
	}
	if (v->layers == NULL && (v->module != NULL ||
	    (v->entry != NULL && v->entry->depth == 0 &&
	    str_ends(v->path, ".pth")))) {
		const char *slash = strrchr(v->path, '/');

		file.world = package_world(in->package);
		file.module = v->module;
		/* What it calls in other modules is called by its user. */
		if (file.program && str_ends(v->module, "__main__"))
			file.reach = REACH_NONE;
		file.is_package = str_starts(slash != NULL ? slash + 1 :
		    v->path, "__init__.");
		if (v->module != NULL)
			reading_use(v->reading, package_modules(in->package),
			    v->module, file.is_package);
	}
	return file;
}

void
python_code_learn(struct inspection *in, const struct view *v)
{
	struct flow_file file = file_of(in, v);
	struct flow_shape shape;

	flow_read(&file, NULL, NULL, &shape);
}

void
python_code_view(struct inspection *in, const struct view *v)
{
	struct flow_file file;
	struct flow_shape shape;
	struct look *l;

	if (v->kind != VIEW_PYTHON)
		return;
	file = file_of(in, v);
	file.again = package_looks_again(in->package, v->module);
	in->acts = in->acts_early = in->writes = false;
	in->runs_at = CONTEXT_COUNT;
	l = mem_alloc(sizeof(*l));
	l->in = in;
	l->view = v;
	l->doings.in = in;
	l->doings.view = v;
	flow_read(&file, on_call, l, &shape);
	/* Who knows what the rest does. */
	in->acts = l->doings.acts || v->reading->taken < v->size;
	in->acts_early = l->doings.acts_early || v->reading->taken < v->size;
	in->writes = l->writes;
	doings_tell(&l->doings);
	look_shape(in, v, &shape);
	look_codec(in, v);
	if (v->module != NULL && v->layers == NULL)
		package_offers(in->package, shape.offers);
	if (shape.waits)
		package_await(in->package);
	free(in->later);
	in->nlater = shape.nlater;
	in->later = mem_array(shape.nlater + 1, sizeof(*in->later));
	memcpy(in->later, shape.later, shape.nlater * sizeof(*in->later));
	written_end(in, &l->written);
	doings_free(&l->doings);
	free(l);
}

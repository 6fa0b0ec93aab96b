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

#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow.h"
#include "inspect/inspectors.h"

#define ODD_NAMES_LEAST 10	/* uses; honest files have none or a few */
#define ODD_NAMES_SHARE 8	/* at least one name in so many */
#define FOLDED_NAMES_LEAST 2
#define SCOPES_FOLLOWED 512	/* functions of a file that do things */

#define DEED(d) (1u << (d))
#define DEEDS_NET (DEED(DEED_SEND) | DEED(DEED_FETCH) | DEED(DEED_FETCH_TO))
#define DEEDS_RUN DEED(DEED_PROCESS)
#define DEEDS_EXEC DEED(DEED_EXEC)
#define IN(c) (1u << (c))
#define ANYWHERE (~0u)
#define AT_LOAD (IN(CONTEXT_INSTALL) | IN(CONTEXT_STARTUP) | IN(CONTEXT_IMPORT))
#define VALUABLES (MARKS_HOST | MARK_ENVIRON | MARK_SECRET | MARK_SPIED | \
    MARK_OUTPUT | MARK_FILE)

/* A call is worth a finding when its arguments have all marks of `all`, one of
 * `any` (unless 0) and none of `none`. */
struct code_rule {
	unsigned int	 deeds, contexts;
	uint32_t	 all, any, none;
	const char	*id, *category, *tactic, *text;
};

static const struct code_rule code_rules[] = {
	{ DEEDS_EXEC, ANYWHERE, MARK_NETWORK, 0, 0, "exec-downloaded",
	    "dynamic-exec", "TA0002", "executes code fetched over the network" },
	{ DEEDS_EXEC, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, MARK_NETWORK,
	    "exec-decoded", "dynamic-exec", "TA0005",
	    "executes code decoded from a literal" },
	{ DEEDS_EXEC, ANYWHERE, MARK_DECODED | MARK_FILE, 0, MARK_PACKED,
	    "exec-decoded-file", "dynamic-exec", "TA0005",
	    "executes code decoded from a file" },
	{ DEEDS_EXEC, ANYWHERE, MARK_DECODED, 0,
	    MARK_PACKED | MARK_FILE | MARK_NETWORK, "exec-decoded-value",
	    "dynamic-exec", "TA0005", "executes a decoded value" },
	{ DEEDS_EXEC, ANYWHERE, MARK_BUILT, 0, 0, "exec-built", "dynamic-exec",
	    "TA0005", "executes code put together from character codes" },
	{ DEEDS_EXEC | DEEDS_RUN, ANYWHERE, MARK_SOCKET, 0, 0,
	    "remote-command", "remote-control", "TA0011",
	    "runs what a network peer sends" },

	{ DEEDS_RUN, ANYWHERE, MARK_DROPPED, 0, 0, "download-run",
	    "download-exec", "TA0002",
	    "runs a program that it has just written or fetched" },
	{ DEEDS_RUN, ANYWHERE, MARK_NETWORK, 0, MARK_SOCKET | MARK_DROPPED,
	    "run-downloaded", "download-exec", "TA0002",
	    "runs a command made of downloaded data" },
	{ DEEDS_RUN, ANYWHERE, MARK_COMMAND, 0, 0, "run-hidden-command",
	    "process", "TA0002", "runs a command line that hides, fetches or "
	    "disarms" },
	{ DEEDS_RUN, ANYWHERE, MARK_BIN, 0, 0, "beacon-endpoint", "beacon",
	    "TA0011", "reports to a service that records requests" },
	{ DEEDS_RUN, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, 0, "run-decoded",
	    "dynamic-exec", "TA0005", "runs a command decoded from a literal" },
	{ DEEDS_RUN, AT_LOAD, MARK_PIP, 0, 0, "pip-install", "process",
	    "TA0002", "installs other packages by itself" },
	{ DEEDS_RUN, ANYWHERE, MARK_PERSIST, 0, 0, "persistence-command",
	    "persistence", "TA0003", "plants itself to be started again" },
	{ DEEDS_RUN, IN(CONTEXT_INSTALL), 0, 0, 0, "install-process",
	    "install-action", "TA0002", "starts a process during installation" },
	{ DEEDS_RUN, IN(CONTEXT_STARTUP), 0, 0, 0, "startup-process",
	    "startup-action", "TA0003",
	    "starts a process whenever Python starts" },
	{ DEED(DEED_LOAD), ANYWHERE, 0, MARK_DROPPED | MARK_NETWORK, 0,
	    "load-dropped", "download-exec", "TA0002",
	    "loads a library that it has just written" },

	{ DEEDS_NET, ANYWHERE, MARK_ENVIRON, 0, 0, "exfil-environ",
	    "exfiltration", "TA0010", "sends the whole environment away" },
	{ DEEDS_NET, ANYWHERE, MARK_SECRET, 0, 0, "exfil-secret",
	    "exfiltration", "TA0006", "sends stored credentials away" },
	{ DEEDS_NET, ANYWHERE, MARK_SPIED, 0, 0, "exfil-spied", "exfiltration",
	    "TA0009", "sends the screen, keys or clipboard away" },
	{ DEEDS_NET, ANYWHERE, 0, MARK_BIN | MARK_HOOK | MARK_DROP, 0,
	    "send-endpoint", "endpoint", "TA0010",
	    "talks to a service that anonymous senders and receivers use" },
	{ DEEDS_NET, ANYWHERE, MARK_BIN, 0, 0, "beacon-endpoint", "beacon",
	    "TA0011", "reports to a service that records requests" },
	{ DEEDS_NET, ANYWHERE, MARK_OUTPUT, 0, 0, "exfil-output",
	    "exfiltration", "TA0010", "sends away what a command printed" },
	{ DEEDS_NET, ANYWHERE, MARK_PROGRAM, 0, 0, "program-download",
	    "download-exec", "TA0011", "fetches a program" },
	{ DEEDS_NET, ANYWHERE, MARK_RAW_IP, 0, 0, "network-raw-address",
	    "network", "TA0011", "talks to an address without a name" },
	{ DEEDS_NET, IN(CONTEXT_INSTALL), 0, 0, 0, "install-network",
	    "install-action", "TA0011",
	    "uses the network during installation" },
	{ DEEDS_NET, IN(CONTEXT_STARTUP), 0, 0, 0, "startup-network",
	    "startup-action", "TA0011",
	    "uses the network whenever Python starts" },
	{ DEEDS_NET, IN(CONTEXT_IMPORT), 0, 0, 0, "import-network",
	    "network", "TA0011", "uses the network when imported" },
	{ DEED(DEED_CONNECT), IN(CONTEXT_INSTALL), 0, 0, 0, "install-network",
	    "install-action", "TA0011",
	    "uses the network during installation" },
	{ DEED(DEED_WRITE), ANYWHERE, MARK_DECODED | MARK_PACKED, 0, 0,
	    "drop-decoded", "drop", "TA0005",
	    "writes a file decoded from a literal" },
};

enum did { DID_DROP = 1, DID_RUN = 2, DID_SEND = 4 };

struct doings {
	uint32_t	 scope, did, host;
	enum context	 context;
	uint32_t	 line;
	size_t		 at;
};

struct look {
	struct inspection *in;
	const struct view *view;
	struct doings	 scopes[SCOPES_FOLLOWED];
	size_t		 nscopes;
	uint32_t	 connects, dups, runs;	/* lines of the first */
	bool		 acts;		/* runs, executes, sends anything */
};

static enum context
context_of_call(const struct view *v, enum flow_place place)
{
	if (place == FLOW_COMMAND && v->context != CONTEXT_TEST)
		return CONTEXT_INSTALL;
	if (place == FLOW_LATER && (AT_LOAD & IN(v->context)))
		return CONTEXT_CALL;
	return v->context;
}

static void
say(struct look *l, const struct code_rule *r, enum context context,
    uint32_t line, size_t at)
{
	struct report report = { .rule = r->id, .category = r->category,
	    .tactic = r->tactic, .text = r->text, .line = line,
	    .elsewhere = true, .context = context };

	view_snippet(l->view, at, &report.snippet, &report.snippet_len);
	inspection_report(l->in, l->view, &report);
}

static unsigned int
count_marks(uint32_t marks)
{
	unsigned int n = 0;

	for (; marks != 0; marks &= marks - 1)
		n++;
	return n;
}

/* Who and where the machine is, sent out: two facts make a beacon. */
static void
look_host(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule many = { .id = "beacon-host",
	    .category = "beacon", .tactic = "TA0007",
	    .text = "reports who and where the machine is" };
	static const struct code_rule one = { .id = "beacon-host-one",
	    .category = "beacon", .tactic = "TA0007",
	    .text = "sends a name or address of the machine" };
	static const struct code_rule drop = { .id = "exfil-endpoint",
	    .category = "exfiltration", .tactic = "TA0010",
	    .text = "sends data of the machine to an anonymous service" };
	unsigned int n = count_marks(c->arguments & MARKS_HOST);

	/* Protocols greet with the host's name. */
	if (n > 1 && (str_ends(c->name, ".sendall") ||
	    str_ends(c->name, ".sendto") || str_ends(c->name, ".send")))
		n = 1;
	if (n >= 2)
		say(l, &many, context, c->line, c->at);
	else if (n == 1)
		say(l, &one, context, c->line, c->at);
	if ((c->arguments & (MARK_BIN | MARK_HOOK | MARK_DROP)) &&
	    (c->arguments & VALUABLES))
		say(l, &drop, context, c->line, c->at);
}

/* A call found through its name as a text hides from readers. */
static void
look_hidden(struct look *l, const struct flow_call *c, enum context context)
{
	static const struct code_rule hidden = { .id = "hidden-call",
	    .category = "obfuscation", .tactic = "TA0005",
	    .text = "reaches a dangerous function through its name as a "
	    "text" };
	unsigned int deed = DEED(c->fact->deed);

	if ((c->receiver & MARK_HIDDEN) && (deed & (DEEDS_EXEC | DEEDS_RUN)))
		say(l, &hidden, context, c->line, c->at);
}

static void
look_persistence(struct look *l, const struct flow_call *c,
    enum context context)
{
	static const struct code_rule plants = { .id = "persistence-write",
	    .category = "persistence", .tactic = "TA0003",
	    .text = "writes into a place that starts programs" };

	if (c->fact->deed == DEED_WRITE && (c->receiver & MARK_PERSIST))
		say(l, &plants, context, c->line, c->at);
}

/* ---- what a function does in all ------------------------------------------------ */

static struct doings *
doings_of(struct look *l, uint32_t scope, enum context context)
{
	for (size_t i = l->nscopes; i > 0; i--)
		if (l->scopes[i - 1].scope == scope)
			return &l->scopes[i - 1];
	if (l->nscopes == SCOPES_FOLLOWED)
		return NULL;
	l->scopes[l->nscopes] = (struct doings){ .scope = scope,
	    .context = context };
	return &l->scopes[l->nscopes++];
}

static void
note_doing(struct look *l, const struct flow_call *c, enum context context)
{
	struct doings *d = doings_of(l, c->scope, context);
	unsigned int deed = DEED(c->fact->deed);

	if (deed & (DEEDS_RUN | DEEDS_EXEC | DEEDS_NET |
	    DEED(DEED_CONNECT) | DEED(DEED_LOAD)))
		l->acts = true;
	if (deed & DEEDS_RUN)
		l->runs = c->line;
	if (deed & DEED(DEED_CONNECT))
		l->connects = c->line;
	if (deed & DEED(DEED_DUP))
		l->dups = c->line;
	if (d == NULL)
		return;
	d->host |= c->fact->gives & MARKS_HOST;
	if (c->fact->deed == DEED_WRITE && (c->arguments & MARK_NETWORK))
		d->did |= DID_DROP;
	if (deed & DEED(DEED_FETCH_TO))
		d->did |= DID_DROP;
	if (deed & (DEEDS_RUN | DEED(DEED_LOAD))) {
		d->did |= DID_RUN;
		d->line = c->line;
		d->at = c->at;
	}
	if ((deed & DEEDS_NET) && d->line == 0) {
		d->line = c->line;
		d->at = c->at;
	}
	if (deed & DEEDS_NET)
		d->did |= DID_SEND;
}

static void
look_doings(struct look *l)
{
	static const struct code_rule drop_run = { .id = "drop-and-run",
	    .category = "download-exec", .tactic = "TA0002",
	    .text = "fetches a file, writes it and starts a process" };
	static const struct code_rule recon = { .id = "recon-and-send",
	    .category = "beacon", .tactic = "TA0007",
	    .text = "asks who and where the machine is, and uses the "
	    "network" };
	static const struct code_rule shell = { .id = "reverse-shell",
	    .category = "remote-control", .tactic = "TA0011",
	    .text = "ties a shell to a network connection" };

	for (size_t i = 0; i < l->nscopes; i++) {
		struct doings *d = &l->scopes[i];

		if ((d->did & DID_DROP) && (d->did & DID_RUN))
			say(l, &drop_run, d->context, d->line, d->at);
		if ((d->did & DID_SEND) && count_marks(d->host) >= 2)
			say(l, &recon, d->context, d->line, d->at);
	}
	if (l->connects != 0 && l->dups != 0 && l->runs != 0)
		say(l, &shell, l->view->context, l->connects, 0);
}

static void
on_call(void *ctx, const struct flow_call *c)
{
	struct look *l = ctx;
	enum context context = context_of_call(l->view, c->place);
	unsigned int deed = DEED(c->fact->deed);

	/* A name asked of the resolver tells only who listens to names. */
	if (c->fact->deed == DEED_RESOLVE && (c->arguments & MARK_BIN))
		deed = DEED(DEED_SEND);
	for (size_t i = 0; i < ARRAY_LEN(code_rules); i++) {
		const struct code_rule *r = &code_rules[i];

		if ((r->deeds & deed) && (r->contexts & IN(context)) &&
		    (c->arguments & r->all) == r->all &&
		    (r->any == 0 || (c->arguments & r->any)) &&
		    !(c->arguments & r->none))
			say(l, r, context, c->line, c->at);
	}
	if (deed & DEEDS_NET)
		look_host(l, c, context);
	look_hidden(l, c, context);
	look_persistence(l, c, context);
	note_doing(l, c, context);
}

/* ---- shape ------------------------------------------------------------------------- */

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

void
python_code_view(struct inspection *in, const struct view *v)
{
	struct flow_shape shape;
	struct look *l;

	if (v->kind != VIEW_PYTHON)
		return;
	in->acts = false;
	l = mem_alloc(sizeof(*l));
	l->in = in;
	l->view = v;
	flow_read(v->data, v->size, in->endpoints,
	    v->context == CONTEXT_INSTALL || v->context == CONTEXT_STARTUP ||
	    v->layers != NULL, on_call, l, &shape);
	in->acts = l->acts;
	look_doings(l);
	look_shape(in, v, &shape);
	free(l);
}

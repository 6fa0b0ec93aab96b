/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pickles - pickles that run something when they are loaded.
 *
 * Takes: views.  Gives: a finding for what is imported and called, and the
 * pickle's texts as a layer when it is.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"
#include "python/pickle.h"

/*
 * What no stored object needs.  "*": all of the module.  getattr, attrgetter
 * and the code objects of cloudpickle are left out: honest pickles have them.
 */
static const struct { const char *module, *names; } deeds[] = {
	{ "os", "*" }, { "posix", "*" }, { "nt", "*" }, { "subprocess", "*" },
	{ "builtins", " eval exec compile __import__ open breakpoint " },
	{ "__builtin__", " eval exec execfile compile __import__ open file " },
	{ "importlib", " import_module __import__ " }, { "runpy", "*" },
	{ "socket", "*" }, { "webbrowser", "*" }, { "pty", "*" },
	{ "commands", "*" }, { "popen2", "*" }, { "platform", " popen " },
	{ "shutil", " rmtree move copyfile " }, { "ctypes", " CDLL WinDLL " },
	{ "urllib.request", "*" }, { "urllib", "*" }, { "urllib2", "*" },
	{ "requests", "*" }, { "requests.api", "*" }, { "httpx", "*" },
	{ "http.client", "*" }, { "pip", "*" }, { "pip._internal", "*" },
	{ "code", "*" }, { "bdb", "*" }, { "pdb", "*" }, { "timeit", "*" },
	{ "cProfile", "*" }, { "profile", "*" }, { "marshal", " loads " },
	{ "numpy.testing._private.utils", " runstring " },
	{ "multiprocessing.util", " spawnv_passfds " },
	{ "asyncio.unix_events", "*" }, { "_posixsubprocess", "*" },
};

/* Plain values of such modules. */
static const char harmless[] = " PathLike stat_result terminal_size "
    "CompletedProcess TimeoutExpired CalledProcessError AddressFamily "
    "SocketKind timeout error fspath environ Response Session Request "
    "PreparedRequest ";

struct seen {
	struct buf	 deed;		/* "os.system" */
	struct buf	 texts;		/* one a line */
};

static bool
equals(struct text_span t, const char *text)
{
	return t.len == strlen(text) && memcmp(t.text, text, t.len) == 0;
}

/* Is the first part of a dotted name ("system" of "system.x") in the list? */
static bool
is_listed(struct text_span name, const char *list)
{
	char	word[64];
	size_t	len = 0;

	while (len < name.len && name.text[len] != '.')
		len++;
	if (len == 0 || len + 3 > sizeof(word))
		return false;
	word[0] = ' ';
	memcpy(word + 1, name.text, len);
	memcpy(word + 1 + len, " ", 2);
	return strstr(list, word) != NULL;
}

static bool
is_deed(struct text_span module, struct text_span name)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		if (equals(module, deeds[i].module))
			return str_equal(deeds[i].names, "*") ?
			    !is_listed(name, harmless) :
			    is_listed(name, deeds[i].names);
	return false;
}

static void
on_global(void *ctx, struct text_span module, struct text_span name)
{
	struct seen *s = ctx;

	if (s->deed.len != 0 || module.text == NULL || name.text == NULL ||
	    !is_deed(module, name))
		return;
	buf_add(&s->deed, module.text, module.len);
	buf_addc(&s->deed, '.');
	buf_add(&s->deed, name.text, name.len);
}

static void
on_text(void *ctx, struct text_span t)
{
	struct seen *s = ctx;

	buf_add(&s->texts, t.text, t.len);
	buf_addc(&s->texts, '\n');
}

/* Only reading it is an act; a test's pickle is there to be refused. */
static void
report_deed(struct inspection *in, const struct view *v, struct seen *s)
{
	char text[FINDING_TEXT_MAX];

	(void)snprintf(text, sizeof(text), "a pickle that calls %.80s when it "
	    "is loaded", s->deed.data);
	inspection_report(in, v, &(struct report){ .rule = "pickle-runs",
	    .category = "dynamic-exec", .tactic = "TA0002", .text = text,
	    .snippet = s->texts.data, .snippet_len = s->texts.len,
	    .elsewhere = true, .context = v->context == CONTEXT_TEST ?
	    CONTEXT_TEST : CONTEXT_IMPORT });
	inspection_layer(in, v, "pickle", 0, buf_text(&s->texts),
	    s->texts.len);
}

void
pickles_view(struct inspection *in, const struct view *v)
{
	size_t		start = pickle_start(v->data, v->size);
	struct seen	s = { .deed = { .most = 160 },
		.texts = { .most = PICKLE_TEXTS_MAX } };
	bool		calls;

	/* A layer may be both. */
	if (start == SIZE_MAX || (v->kind == VIEW_PYTHON && v->layers == NULL))
		return;
	calls = pickle_read(v->data + start, v->size - start,
	    &(struct pickle_reader){ on_global, on_text, NULL, &s }, NULL);
	if (calls && s.deed.len != 0)
		report_deed(in, v, &s);
	buf_release(&s.deed);
	buf_release(&s.texts);
}

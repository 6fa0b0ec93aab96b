/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unread - "/etc/passwd" is a name; what is in that file is worth stealing once
 * somebody read it.
 *
 * A text that names such a place has MARK_UNREAD beside its marks until it is
 * given to a call that may read it: any but those that only make another name
 * or table of it, and those of HTTP, which send texts as they stand.
 * Takes: calls.  Gives: what they tell of secrets.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"

/* Clients that take no path for what is there. */
static bool
sends_texts(const struct fact *fact)
{
	static const char *const clients[] = { "requests.", "httpx.",
	    "aiohttp." };

	return fact != NULL && (fact->deed == DEED_SEND ||
	    fact->deed == DEED_FETCH) && str_starts_any(fact->name, clients,
	    ARRAY_LEN(clients));
}

/* chmod +x "~/.config/google-chrome/NativeMessagingHosts/x.json": a program
 * that reads nothing, alone; what a caller puts in may be another command. */
static bool
runs_on_names(struct flow *f, const struct frame *fr)
{
	static const char *const programs[] = { "chmod", "chown", "mkdir",
	    "rmdir", "touch" };
	uint32_t node = fr->nargs != 0 ? fr->nodes[0] : 0;
	bool list = node != 0 && flow_at(f, node)->kind == NODE_LIST;
	const char *line = list ? f->texts[f->vals[flow_at(f,
	    node)->kid].text].bytes : f->texts[frame_text(fr, 0)].bytes;
	size_t n = strcspn(line, " ");

	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (n == strlen(programs[i]) && memcmp(line, programs[i],
		    n) == 0)
			return strpbrk(line, ";|&$`<>\n") == NULL &&
			    (list || fr->args[0].params == 0);
	return false;
}

static bool
only_names(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	return sends_texts(fact) || (fact != NULL && fact->deed ==
	    DEED_PROCESS && runs_on_names(f, fr));
}

/* What it gives is a name as before, or a table of some. */
static bool
keeps_names(const char *name, uint64_t traits)
{
	static const char *const whole[] = { "repr", "set", "tuple",
	    "copy.copy", "json.dumps", "os.path.join", "os.path.abspath",
	    "os.path.normpath", "os.path.realpath" };
	static const char *const methods[] = { "format", "join", "replace",
	    "expanduser", "resolve", "absolute", "as_posix", "items",
	    "values", "keys", "copy" };
	const char *dot = strrchr(name, '.');

	return (traits & (NAME_SAME_FIRST | NAME_SAME_SELF)) ||
	    str_index(whole, ARRAY_LEN(whole), name) >= 0 ||
	    (dot != NULL && str_index(methods, ARRAY_LEN(methods),
	    dot + 1) >= 0);
}

/* Of the package's own, its body shows. */
static bool
is_own(struct flow *f, const struct frame *fr, uint32_t name)
{
	const struct world_name *n;

	if (fr->callee.code != 0)
		return true;
	n = f->file->world != NULL && (flow_traits(f, name) & NAME_DOTTED) ?
	    flow_outside(f, name) : NULL;
	return n != NULL && n->function;
}

bool
flow_reads(struct flow *f, struct frame *fr, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];
	bool sends = only_names(f, fr, flow_fact(f, name));

	if (!sends && (is_own(f, fr, name) || keeps_names(flow_string(f, name,
	    text), flow_traits(f, name))))
		return false;
	taint_drop(&fr->callee, MARK_UNREAD);
	if (sends)
		return true;
	taint_drop(&fr->all, MARK_UNREAD);
	for (size_t i = 0; i < fr->nargs; i++)
		taint_drop(&fr->args[i], MARK_UNREAD);
	return true;
}

/* An address that names secrets asks for them. */
static bool
names_secrets(const struct frame *fr, size_t address)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address && (fr->args[i].marks & MARK_UNREAD))
			return true;
	return false;
}

bool
flow_drops_unread(struct flow *f, const struct frame *fr,
    const struct fact *fact, struct frame *out)
{
	size_t address = FLOW_ARGUMENTS;

	if (fr->nargs == FLOW_ARGUMENTS || !(fr->all.marks & MARKS_NAMED) ||
	    !only_names(f, fr, fact))
		return false;
	if (fact->deed != DEED_PROCESS)
		address = flow_address_of(f, fr);
	if (!names_secrets(fr, address))
		return false;
	*out = *fr;
	out->all = (struct taint){ 0 };
	for (size_t i = 0; i < out->nargs; i++) {
		if (i != address && (out->args[i].marks & MARK_UNREAD))
			taint_drop(&out->args[i], MARKS_NAMED | MARK_UNREAD);
		taint_add(&out->all, &out->args[i], MARKS_ALL);
	}
	return true;
}

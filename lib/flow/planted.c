/* SPDX-License-Identifier: Apache-2.0 */
/*
 * planted - a file of the package that is named as data, is put elsewhere, and
 * is started there.
 *
 * Takes: a call that copies or writes, or one that starts a program or loads a
 * library.  Gives: where it is put, values hold it (HELD_PLANTED) and texts
 * know it; is what is started such a file, wherever it stands?
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "flow/values.h"

#define LAUNCHED_WORDS 4	/* ["nohup", "nice", path] */

/* No script, program or archive by its name. */
static bool
is_named_as_data(const struct flow *f, uint32_t text)
{
	static const char *const programs[] = { "sh", "bash", "zsh", "bat",
	    "cmd", "com", "ps1", "vbs", "js", "mjs", "jar", "pl", "rb", "lua",
	    "php", "bin", "run", "out", "elf", "app", "appimage", "msi", "deb",
	    "rpm", "apk", "linux", "darwin", "macos", "amd64", "arm64",
	    "wasm", "whl", "service", "plist", "desktop", "command" };
	const char *dot;

	if (text == 0 || !flow_is_data_path(f, text))
		return false;
	dot = strrchr(f->texts[text].bytes, '.');
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (strcasecmp(dot + 1, programs[i]) == 0)
			return false;
	return true;
}

/* A path in the package, or what such a file holds. */
static bool
is_shipped(const struct flow *f, const struct taint *v)
{
	const uint64_t read = MARK_HERE | MARK_FILE | MARK_DATAFILE;
	const uint64_t made = MARK_DECODED | MARK_NETWORK | MARK_BUILT;

	return ((v->marks & read) == read && !(v->marks & made)) ||
	    ((v->marks & MARK_HERE) && is_named_as_data(f, v->text));
}

static void
plant(struct flow *f, const struct taint *path)
{
	struct taint planted = { 0 };

	taint_hold(&planted, HELD_PLANTED);
	flow_mark_row(f, path->row, &planted, MARKS_ALL);
	flow_mark_row(f, f->joined[path->row], &planted, MARKS_ALL);
	if (path->text == 0 || f->texts[path->text].planted)
		return;
	f->texts[path->text].planted = f->changed = true;
}

void
flow_plant(struct flow *f, const struct frame *fr, enum deed deed)
{
	if (!(fr->all.marks & MARK_HERE) && !(fr->all.held & HELD_PLANTED))
		return;
	if (deed == DEED_COPY && fr->nargs > 1 && is_shipped(f, &fr->args[0]))
		plant(f, &fr->args[1]);
	if (deed == DEED_WRITE && fr->nargs > 0 && is_shipped(f, &fr->all))
		plant(f, &fr->callee);
}

static bool
is_planted(const struct flow *f, uint32_t node)
{
	const struct taint *v = &f->vals[node];

	return (v->held & HELD_PLANTED) || f->texts[v->text].planted ||
	    ((v->marks & MARK_HERE) && is_named_as_data(f, v->text));
}

/* What is started: the first word, or the one behind those that
 * start others. */
bool
flow_starts_planted(const struct flow *f, const struct frame *fr)
{
	uint32_t list = flow_list_of(f, fr->nodes[0]), k;
	int n = 0;

	if (list == 0)
		return is_planted(f, fr->nodes[0]) &&
		    !flow_grows_tool(f, fr->nodes[0]);
	for (k = flow_at(f, list)->kid; k != 0 && n++ < LAUNCHED_WORDS;
	    k = flow_at(f, k)->next) {
		if (is_planted(f, k))
			return true;
		if (!flow_starts_others(f->texts[f->vals[k].text].bytes))
			return false;
	}
	return false;
}

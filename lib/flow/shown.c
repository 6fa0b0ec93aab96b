/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shown - what a program only shows, edits or plays for its user: of what
 * was fetched, nothing runs.
 *
 * Takes: words of a command line.  Gives: yes or no.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "flow/values.h"

#define FOLDERS_MOST 20		/* that the source is searched for */
#define CHOICES_MOST 8		/* programs of which one is taken */
#define PARTS_MOST 8		/* of an expression, to its last part */

/* What a name of a function's own stands for, if for one thing alone; else 0.
 * A module's own others may set. */
static uint32_t
only_value(const struct flow *f, uint32_t node)
{
	uint32_t b = tree_lookup(f->tree, node);

	return b != 0 && f->tree->scopes[f->tree->bindings[b].scope].kind !=
	    SCOPE_MODULE && f->tree->bindings[b].kind == BINDING_VALUE &&
	    f->tree->bindings[b].before == 0 ? f->tree->bindings[b].value : 0;
}

/* os.environ.get("PAGER", "less"), which("mpv"): its last argument says what
 * may be started, unless the variable's value alone does. */
static bool
is_asked(const struct flow *f, uint32_t call, uint32_t *say)
{
	static const char *const gets[] = { "os.environ.get", "os.getenv" };
	uint32_t callee = flow_at(f, call)->kid, first, second;
	char name[FLOW_NAME_MOST + 1];

	first = flow_at(f, callee)->next;
	second = first != 0 ? flow_at(f, first)->next : 0;
	(void)flow_string(f, f->vals[callee].name, name);
	*say = str_equal(name, "shutil.which") ? first : second;
	return first != 0 && (str_equal(name, "shutil.which") ? second == 0 :
	    str_index(gets, ARRAY_LEN(gets), name) >= 0);
}

/* An editor may run what its options say, and nothing of a file. */
static bool
shows(const struct flow_text *t)
{
	static const char *const editors[] = { "vim", "nvim", "emacs", "code",
	    "code -w", "code --wait" };

	return flow_is_tool(t->bytes, t->len) ||
	    str_index(editors, ARRAY_LEN(editors), t->bytes) >= 0;
}

/* "vi", environ.get("EDITOR") or "nano": each that may be taken only shows what
 * it is given, and what a variable says is its user's. */
static bool
chooses_tool(const struct flow *f, uint32_t node)
{
	uint32_t left[CHOICES_MOST] = { node }, say, k;
	size_t n = 1, steps = 0;
	bool any = false;

	while (n > 0 && steps++ < 2 * CHOICES_MOST) {
		uint32_t at = left[--n];

		switch (flow_at(f, at)->kind) {
		case NODE_STRING:
			if (!shows(&f->texts[f->vals[at].text]))
				return false;
			any = true;
			continue;
		case NODE_NAME:
			say = only_value(f, at);
			if (say == 0)
				return false;
			break;
		case NODE_CALL:
			if (!is_asked(f, at, &say))
				return false;
			break;
		case NODE_BOOL:
			say = 0;
			for (k = flow_at(f, at)->kid; k != 0 &&
			    n < CHOICES_MOST; k = flow_at(f, k)->next)
				left[n++] = k;
			if (k != 0)
				return false;
			break;
		default:
			return false;
		}
		if (say != 0)
			left[n++] = say;
	}
	return any && n == 0;
}

/* [environ.get("EDITOR", "vi"), path]: a program of its user's, and what it
 * shows him. */
bool
flow_is_shown(const struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	uint32_t list = fact->deed == DEED_PROCESS && fr->nargs > 0 ?
	    flow_list_of(f, fr->nodes[0]) : 0;
	uint32_t first = list != 0 ? flow_at(f, list)->kid : 0;
	uint32_t path = first != 0 ? flow_at(f, first)->next : 0;

	return first != 0 && (path == 0 || flow_at(f, path)->next == 0) &&
	    flow_at(f, first)->kind != NODE_STRING && chooses_tool(f, first);
}

/* folder + "/a.pdf", f"{x}.png", join(folder, name + ".pdf"): how it ends. */
static const struct flow_text *
end_of_path(const struct flow *f, uint32_t node)
{
	uint32_t k;

	for (int i = 0; i < PARTS_MOST && node != 0; i++) {
		const struct node *n = flow_at(f, node);

		if (n->kind == NODE_STRING || n->kind == NODE_PIECE)
			return &f->texts[f->vals[node].text];
		if (n->kind == NODE_NAME) {
			node = only_value(f, node);
			continue;
		}
		if (n->kind != NODE_FORMAT && !(n->kind == NODE_BINARY &&
		    (n->op == '+' || n->op == '/')) && !(n->kind == NODE_CALL &&
		    flow_word_ends(f, f->vals[n->kid].name, "path.join")))
			return NULL;
		for (k = n->kid; k != 0 && flow_at(f, k)->next != 0;)
			k = flow_at(f, k)->next;
		node = k != n->kid ? k : 0;
	}
	return NULL;
}

/* A document, picture, sound or film, which its reader opens. */
bool
flow_is_document(const struct flow *f, uint32_t node)
{
	static const char *const ends[] = { ".pdf", ".png", ".jpg", ".jpeg",
	    ".gif", ".bmp", ".tiff", ".webp", ".txt", ".csv", ".mp3", ".ogg",
	    ".wav", ".mp4", ".mkv", ".avi", ".epub", ".ics" };
	const struct flow_text *t = end_of_path(f, node);

	for (size_t i = 0; t != NULL && !t->open && i < ARRAY_LEN(ends); i++)
		if (str_ends(t->bytes, ends[i]))
			return true;
	return false;
}

/* Is os.makedirs() told that name? */
static bool
makes_folder(const struct flow *f, struct word_text name)
{
	static const char call[] = "makedirs(";
	const uint8_t *at = f->tree->source.text, *end = at +
	    f->tree->source.size;

	while ((at = memmem(at, (size_t)(end - at), call, sizeof(call) - 1)) !=
	    NULL) {
		at += sizeof(call) - 1;
		if ((size_t)(end - at) > name.len && memcmp(at, name.text,
		    name.len) == 0 && strchr(",)", at[name.len]) != NULL)
			return true;
	}
	return false;
}

/* A folder that the source makes, by a name of its own; its last part says of
 * no program. */
bool
flow_is_folder(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	const struct binding *at = &f->tree->bindings[b];
	const struct flow_text *t = b != 0 && at->kind == BINDING_VALUE &&
	    at->before == 0 ? end_of_path(f, at->value) : NULL;

	return t != NULL && !t->open && t->len != 0 &&
	    memchr(t->bytes, '.', t->len) == NULL &&
	    f->nfolders++ < FOLDERS_MOST &&
	    makes_folder(f, tree_word(f->tree, flow_at(f, node)->name));
}

/* xdg-open, open: which program reads a file its ending says. */
bool
flow_opens_by_end(const char *program)
{
	static const char *const names[] = { "xdg-open", "open", "explorer",
	    "gnome-open", "kde-open" };

	return str_index(names, ARRAY_LEN(names), program) >= 0;
}

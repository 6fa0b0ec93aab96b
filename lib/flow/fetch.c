/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch - programs that fetch for the source: curl and the like, whose
 * output is an answer, and whose file is one that was fetched.
 *
 * Takes: a call that starts a process.  Gives: whether it prints what it
 * fetched; the files that it fills.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/shell.h"
#include "flow/state.h"

#define PARTS_MOST 64		/* of a sum, words of a list */

/* The words of a list, one behind the other. */
static void
join_words(struct flow *f, uint32_t list, struct buf *line)
{
	for (uint32_t k = flow_at(f, list)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const struct flow_text *t = &f->texts[f->vals[k].text];

		buf_add(line, t->len != 0 ? t->bytes : "?",
		    t->len != 0 ? t->len : 1);
		buf_addc(line, ' ');
	}
}

/* create_subprocess_exec("curl", "-s", url), too */
static void
command_line(struct flow *f, const struct frame *fr, struct buf *line)
{
	uint32_t list = fr->nargs > 0 ? flow_list_of(f, fr->nodes[0]) : 0;
	const struct flow_text *t = &f->texts[frame_text(fr, 0)];

	if (list != 0)
		join_words(f, list, line);
	else
		buf_add(line, t->bytes, t->len);
	for (size_t i = 1; list == 0 && i < fr->nargs &&
	    fr->keywords[i] == 0; i++) {
		t = &f->texts[frame_text(fr, i)];
		buf_addc(line, ' ');
		buf_add(line, t->bytes, t->len);
	}
}

bool
flow_prints_fetched(struct flow *f, const struct frame *fr)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	bool prints;

	command_line(f, fr, &line);
	prints = shell_prints_fetched(buf_text(&line), line.len);
	buf_release(&line);
	return prints;
}

/* "curl -s https://x/?h=%s"; behind "-o" the name may be the file's. */
bool
flow_asks(struct flow *f, const struct frame *fr)
{
	static const char *const fills[] = { " -o", " -O", " --output",
	    "-qO " };
	struct buf line = { .most = FLOW_TEXT_MOST };
	const char *query;
	bool asks;

	command_line(f, fr, &line);
	asks = shell_fetches(buf_text(&line), line.len);
	query = asks ? strstr(buf_text(&line), "://") : NULL;
	query = query != NULL ? strchr(query, '?') : NULL;
	asks = asks && ((query != NULL && strchr(query, '=') != NULL) ||
	    !str_any_in(fills, ARRAY_LEN(fills), buf_text(&line), line.len));
	buf_release(&line);
	return asks;
}

/* Programs that say who and where the machine is, as they are asked for it. */
static uint64_t
told_by(const char *command, size_t len)
{
	static const struct { const char *line; uint64_t marks; } tell[] = {
		{ "whoami", MARK_USER }, { "id", MARK_USER },
		{ "id -un", MARK_USER }, { "logname", MARK_USER },
		{ "hostname", MARK_HOSTNAME }, { "hostname -f", MARK_HOSTNAME },
		{ "hostname -I", MARK_MACHINE }, { "uname -n", MARK_HOSTNAME },
		{ "uname -a", MARK_HOSTNAME | MARK_MACHINE },
		{ "cat /etc/hostname", MARK_HOSTNAME },
		{ "systeminfo", MARK_HOSTNAME | MARK_MACHINE },
		{ "ifconfig", MARK_MACHINE }, { "ifconfig -a", MARK_MACHINE },
		{ "ip a", MARK_MACHINE }, { "ip addr", MARK_MACHINE },
		{ "ipconfig", MARK_MACHINE }, { "ipconfig /all", MARK_MACHINE },
		{ "getmac", MARK_MACHINE }, { "pwd", MARK_FOLDER },
	};

	for (size_t i = 0; i < ARRAY_LEN(tell); i++)
		if (strlen(tell[i].line) == len &&
		    memcmp(tell[i].line, command, len) == 0)
			return tell[i].marks;
	return 0;
}

uint64_t
flow_prints_host(struct flow *f, const struct frame *fr)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	uint64_t marks = 0;
	const char *at;

	command_line(f, fr, &line);
	/* "whoami; id" */
	for (at = buf_text(&line); *at != '\0';) {
		size_t len = strcspn(at, ";&|"), from = strspn(at, " ");
		size_t to = len;

		while (to > from && at[to - 1] == ' ')
			to--;
		if (from < to)
			marks |= told_by(at + from, to - from);
		at += len + strspn(at + len, ";&|");
	}
	buf_release(&line);
	return marks;
}

/* "unzip -o a.zip -d b": nothing of a shell's, and no option that has it start
 * a program of its own. */
static bool
only_unpacks(const char *line)
{
	static const char *const programs[] = { "unzip ", "tar ", "bsdtar ",
	    "gunzip ", "bunzip2 ", "unxz ", "7z x ", "7za x ", "unrar x " };
	static const char *const options[] = { " --to", " --us", " --ch",
	    " --inf", " --ne", " --rs", " --rm" };
	const char *at = line;
	bool unpacks = false;

	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		unpacks = unpacks || str_starts(line, programs[i]);
	for (size_t i = 0; unpacks && i < ARRAY_LEN(options); i++)
		unpacks = strstr(line, options[i]) == NULL;
	/* tar -xIprogram, -Fscript */
	while (unpacks && (at = strstr(at, " -")) != NULL) {
		at += 2;
		unpacks = *at == '-' || strcspn(at, "IF") >= strcspn(at, " ");
	}
	return unpacks && strpbrk(line, "|&;`$()<>\n") == NULL;
}

/* "./configure --prefix=a", "make -j4": of a whole archive of sources. */
static bool
only_compiles(const char *line)
{
	static const char *const programs[] = { "./configure", "cmake", "make",
	    "gmake", "meson", "ninja" };
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (strlen(programs[i]) == len &&
		    memcmp(programs[i], line, len) == 0)
			return strpbrk(line, "|&;`$()<>\n") == NULL;
	return false;
}

bool
flow_compiles(struct flow *f, const struct frame *fr)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	bool compiles;

	command_line(f, fr, &line);
	compiles = only_compiles(buf_text(&line));
	buf_release(&line);
	return compiles;
}

bool
flow_unpacks(struct flow *f, const struct frame *fr)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	bool unpacks;

	command_line(f, fr, &line);
	unpacks = only_unpacks(buf_text(&line));
	buf_release(&line);
	return unpacks;
}

/* ---- files that are filled --------------------------------------------- */

/* "curl -so", "wget -qO ", "... > \"": what comes next is the file. */
static bool
ends_before_file(const char *text, size_t len)
{
	static const char *const ends[] = { " --output", " --output-document",
	    " -OutFile", " >", " --output=", " --output-document=" };

	while (len > 0 && strchr(" \"'", text[len - 1]) != NULL)
		len--;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (len > strlen(ends[i]) && memcmp(text + len -
		    strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
			return true;
	if (len < 3 || (text[len - 1] != 'o' && text[len - 1] != 'O'))
		return false;
	while (len > 0 && text[len - 1] >= 'A' && text[len - 1] <= 'z')
		len--;
	return len > 1 && text[len - 1] == '-' && text[len - 2] == ' ';
}

static void
fill(struct flow *f, const struct frame *fr, uint32_t node)
{
	const struct taint *path = &f->vals[node];

	if (path->row != 0 || path->text != 0)
		flow_filled(f, fr, path, fr->all.marks | MARK_NETWORK);
}

/* ["curl", "-o", path, url] */
static void
look_words(struct flow *f, const struct frame *fr, uint32_t first)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	uint32_t last = first;
	int n = 0;

	for (uint32_t k = first; k != 0 && n++ < PARTS_MOST;
	    k = flow_at(f, k)->next) {
		const struct flow_text *t = &f->texts[f->vals[k].text];

		if (k != first && ends_before_file(buf_text(&line), line.len))
			fill(f, fr, k);
		buf_addc(&line, ' ');
		buf_add(&line, t->bytes, t->len);
		last = k;
	}
	if (last != first && memmem(buf_text(&line), line.len, " -urlcache ",
	    11) != NULL)
		fill(f, fr, last);
	buf_release(&line);
}

/* "curl -o " + path, "curl -o %s" % path, f"curl -o {path}": each hole that
 * stands where a file does. */
static void
look_holes(struct flow *f, const struct frame *fr, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	const struct flow_text *t;
	uint32_t right, hole;
	const char *at, *next;

	if (n->kind == NODE_FORMAT) {
		for (uint32_t k = n->kid; k != 0; k = flow_at(f, k)->next)
			if (flow_at(f, k)->kind == NODE_PIECE &&
			    flow_at(f, k)->next != 0 && ends_before_file(
			    (const char *)f->tree->source.text +
			    flow_at(f, k)->at, flow_at(f, k)->end -
			    flow_at(f, k)->at))
				fill(f, fr, flow_at(f, k)->next);
		return;
	}
	for (int i = 0; i < PARTS_MOST && n->kind == NODE_BINARY &&
	    n->op == '+'; i++, n = flow_at(f, n->kid)) {
		t = &f->texts[f->vals[n->kid].text];
		if (ends_before_file(t->bytes, t->len))
			fill(f, fr, flow_at(f, n->kid)->next);
	}
	if (n->kind != NODE_BINARY)
		return;
	right = flow_at(f, n->kid)->next;
	t = &f->texts[f->vals[n->kid].text];
	hole = flow_at(f, right)->kind == NODE_TUPLE ?
	    flow_at(f, right)->kid : right;
	for (at = t->bytes; n->op == '%' && hole != 0 &&
	    (next = strstr(at, "%s")) != NULL; at = next + 2) {
		if (ends_before_file(t->bytes, (size_t)(next - t->bytes)))
			fill(f, fr, hole);
		hole = flow_at(f, right)->kind == NODE_TUPLE ?
		    flow_at(f, hole)->next : 0;
	}
}

struct filling {
	struct flow	*f;
	const struct frame *frame;
};

static void
fill_named(void *ctx, const char *path, size_t len)
{
	const struct filling *to = ctx;
	struct taint v = { .text = flow_intern(to->f, path, len, false) };

	if (v.text != 0)
		flow_filled(to->f, to->frame, &v,
		    to->frame->all.marks | MARK_NETWORK);
}

static bool
line_fetches(const struct flow_text *t)
{
	static const char *const words[] = { "Invoke-WebRequest", "iwr ",
	    "DownloadFile(" };

	return shell_fetches(t->bytes, t->len) || str_any_in(words,
	    ARRAY_LEN(words), t->bytes, t->len);
}

/* A shell's line, which a name may stand for. */
static void
look_line(struct flow *f, const struct frame *fr, uint32_t node)
{
	const struct flow_text *t = &f->texts[f->vals[node].text];
	struct filling to = { f, fr };
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	if (!line_fetches(t))
		return;
	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE)
		node = f->tree->bindings[b].value;
	shell_fetched_files(f->file->endpoints, t->bytes, t->len, fill_named,
	    &to);
	look_holes(f, fr, node);
}

/* What of it runs that file as well is told by its words. */
bool
flow_fills(const struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 0)];

	return (fr->all.marks & MARK_DROPPED) && fr->nargs > 0 &&
	    flow_list_of(f, fr->nodes[0]) == 0 &&
	    shell_fetches(t->bytes, t->len);
}

/* The last value that is put into a line or list. */
static uint32_t
last_part(const struct flow *f, uint32_t node)
{
	uint8_t kind = flow_at(f, node)->kind;
	uint32_t last = 0;

	if (kind != NODE_FORMAT && kind != NODE_BINARY && kind != NODE_LIST &&
	    kind != NODE_TUPLE)
		return 0;
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind != NODE_PIECE)
			last = k;
	if (last == 0 || flow_at(f, last)->kind != NODE_TUPLE)
		return last;
	for (last = flow_at(f, last)->kid; last != 0 &&
	    flow_at(f, last)->next != 0; last = flow_at(f, last)->next)
		;
	return last;
}

/* ["git", "clone", url, name] of pairs that a loop goes through: each may be
 * the address by its marks, the last one is not. */
static bool
is_folder(const struct flow *f, uint32_t list, uint32_t last)
{
	if (last == 0)
		return false;
	for (uint32_t k = list != 0 ? flow_at(f, list)->kid : 0; k != 0 &&
	    k != last; k = flow_at(f, k)->next)
		if (f->vals[k].marks & MARK_URL)
			return true;
	return !(f->vals[last].marks & MARK_URL);
}

static void
clone_named(void *ctx, const char *path, size_t len)
{
	const struct filling *to = ctx;
	struct taint v = { .text = flow_intern(to->f, path, len, false) };

	if (len == 1 && *path == '?')
		return;
	flow_filled(to->f, to->frame, &v, to->frame->all.marks | MARK_NETWORK);
	flow_unpacked(to->f, &v, to->frame->all.marks & ~(uint64_t)MARK_FORGE);
}

/* ["git", "clone", address, folder], "git clone " + address + " " + folder */
static void
look_cloned(struct flow *f, const struct frame *fr, uint32_t list)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	struct filling to = { f, fr };
	uint32_t last = last_part(f, list != 0 ? list : fr->nodes[0]);
	struct frame copy = { .node = fr->node, .scope = fr->scope,
	    .all = fr->all, .nargs = 1, .nodes = { last } };
	bool clones;

	command_line(f, fr, &line);
	clones = shell_clones(f->file->endpoints, (fr->all.marks &
	    MARKS_ADDRESS) == MARK_URL, buf_text(&line), line.len, clone_named,
	    &to);
	copy.args[0] = f->vals[last];
	if (clones && is_folder(f, list, last)) {
		flow_fills_argument(f, &copy, 0);
		flow_unpacked(f, &copy.args[0], fr->all.marks &
		    ~(uint64_t)MARK_FORGE);
	}
	buf_release(&line);
}

/* Of a line, or of the first word of a list. */
static bool
may_clone(const struct flow *f, uint32_t first, uint32_t list)
{
	const struct flow_text *t = &f->texts[f->vals[first].text];

	return list == 0 ? t->len > 4 && (memmem(t->bytes, t->len, " clone ",
	    7) != NULL || memmem(t->bytes, t->len, "svn ", 4) != NULL) :
	    t->len >= 2 && (str_ends(t->bytes, "git") || str_ends(t->bytes,
	    "svn") || str_ends(t->bytes, "hg"));
}

void
flow_look_fetched(struct flow *f, const struct frame *fr)
{
	uint32_t list, first;

	if (fr->nargs == 0 || marks_of_maker(fr->all.marks))
		return;
	list = flow_list_of(f, fr->nodes[0]);
	first = list != 0 ? flow_at(f, list)->kid : fr->nodes[0];
	if (first == 0)
		return;
	if (may_clone(f, first, list)) {
		look_cloned(f, fr, list);
		return;
	}
	if (!shell_is_fetcher(f->texts[f->vals[first].text].bytes,
	    f->texts[f->vals[first].text].len)) {
		/* ["sh", "-c", line] */
		while (list != 0 && flow_at(f, first)->next != 0)
			first = flow_at(f, first)->next;
		if (memmem(f->texts[f->vals[first].text].bytes,
		    f->texts[f->vals[first].text].len, "://", 3) != NULL ||
		    f->texts[f->vals[first].text].open)
			look_line(f, fr, first);
	} else if (list != 0 || fr->nargs > 1) {
		look_words(f, fr, first);
	}
}

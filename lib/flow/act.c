/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act - what deeds do to the values around them: what is written into a
 * file is what its reader reads.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define DATA_ENDING_MOST 8	/* longer ones are words of a name */
#define SPELLED_LEAST 12	/* a constant that may be code */

/* Whatever reads this path later reads what was put there. */
static void
keep(struct flow *f, uint32_t path, uint64_t marks)
{
	if (path == 0 || (f->texts[path].kept & marks) == marks)
		return;
	f->texts[path].kept |= marks;
	f->changed = true;
}

static void
mark_row(struct flow *f, uint32_t row, uint64_t marks)
{
	struct taint v = { .marks = marks, .own = marks };

	flow_mark_row(f, row, &v, MARKS_ALL);
}

static void
keep_both(struct flow *f, const struct taint *path, uint64_t marks)
{
	mark_row(f, path->row, marks);
	keep(f, path->text, marks);
}

/* A name that neither a source nor a library has, nor what one is made of;
 * names without an ending say nothing, nor do those of versions. */
bool
flow_is_data_path(const struct flow *f, uint32_t text)
{
	static const char *const sources[] = { "py", "pyw", "pyi", "pyx",
	    "pxi", "pyt", "in", "cfg", "conf", "ini", "rc", "info", "inc",
	    "tmpl", "tpl", "spec", "sage", "wsgi", "toml",
	    "build", "bzl", "gyp", "gypi", "release", "about", "so", "dll",
	    "dylib", "pyd", "sl", "bundle", "exe", "pyc" };
	const char *path = f->texts[text].bytes;
	const char *dot = strrchr(path, '.');
	size_t len = dot != NULL ? strlen(dot + 1) : 0;

	if (len < 2 || len > DATA_ENDING_MOST || !isalpha((uint8_t)dot[1]) ||
	    strcasestr(path, "version") != NULL)
		return false;
	for (const char *c = dot + 1; *c != '\0'; c++)
		if (!isalnum((uint8_t)*c))
			return false;
	return str_index(sources, ARRAY_LEN(sources), dot + 1) < 0;
}

/* Of the parameter that has that row, or 0. */
static uint32_t
parameter_bit(const struct flow_scope *s, uint32_t row)
{
	for (uint32_t k = 0; row != 0 && k < s->nparameters; k++)
		if (s->parameters[k] == row)
			return 1u << k;
	return 0;
}

/* That argument is a parameter as it was given: the path of something in its
 * folder has the same row. */
static void
note_opened(struct flow *f, const struct frame *fr, size_t i)
{
	struct flow_scope *s = &f->scopes[fr->scope];
	uint32_t b = flow_at(f, fr->nodes[i])->kind == NODE_NAME ?
	    tree_lookup(f->tree, fr->nodes[i]) : 0;

	if (b != 0)
		s->opens |= parameter_bit(s, f->row_of[b]);
}

static void
note_filled(struct flow *f, uint32_t scope, uint32_t row)
{
	struct flow_scope *s = &f->scopes[scope];

	s->fills |= s->opens & parameter_bit(s, row);
}

/* def save(data, file): file.write(data): which file it is, who calls
 * it says. */
static void
note_poured(struct flow *f, const struct frame *fr)
{
	struct flow_scope *s = &f->scopes[fr->scope];
	uint32_t bit = parameter_bit(s, fr->callee.row);

	f->changed = f->changed || (bit & ~s->fills) != 0;
	s->fills |= bit;
}

static void
open_file(struct flow *f, const struct frame *fr, struct taint *out)
{
	if (fr->nargs == 0)
		return;
	note_opened(f, fr, 0);
	flow_note_below(f, fr->nodes[0]);
	out->row = fr->args[0].row;
	/* wave.open(BytesIO(data)): that is no file. */
	if (flow_word_ends(f, fr->args[0].name, "BytesIO()")) {
		taint_drop(out, MARK_FILE & ~fr->all.marks);
		return;
	}
	out->text = fr->args[0].text;
	if (out->text != 0 && flow_is_data_path(f, out->text))
		taint_mark(out, MARK_DATAFILE);
}

/* Fetched, or decoded from a literal or a file of the package. */
static bool
is_dropped(uint64_t marks)
{
	const uint64_t own = MARK_DECODED | MARK_FILE | MARK_HERE;
	const uint64_t built = MARK_BUILT | MARK_FILE | MARK_HERE;
	const uint64_t both = MARK_BUILT | MARK_FILE | MARK_DECODED;

	return ((marks & MARK_NETWORK) && !marks_of_maker(marks)) ||
	    (marks & own) == own ||
	    (marks & built) == built || (marks & both) == both ||
	    (marks & (MARK_DECODED | MARK_PACKED)) == (MARK_DECODED |
	    MARK_PACKED);
}

/* A file that was filled: where from, if that stands in the code, and whether
 * a key turned it into what it is. */
static uint64_t
filled(uint64_t marks)
{
	uint64_t built = marks & MARK_NETWORK ? 0 : marks & MARK_BUILT;

	return MARK_DROPPED | built | (marks & MARKS_ADDRESS);
}

/* "tool" is started as "./tool". */
static void
keep_here(struct flow *f, uint32_t path, uint64_t marks)
{
	const struct flow_text *t = &f->texts[path];

	if (path != 0 && !t->open && strchr("/.~", t->bytes[0]) == NULL &&
	    strchr(t->bytes, ':') == NULL)
		keep(f, flow_join(f, flow_intern(f, ".", 1, false), path,
		    "/"), marks);
}

void
flow_filled(struct flow *f, const struct frame *fr, const struct taint *path,
    uint64_t marks)
{
	keep_both(f, path, filled(marks));
	if (!(marks & MARK_NETWORK))
		return;
	keep_here(f, path->text, filled(marks));
	note_filled(f, fr->scope, path->row);
	note_filled(f, fr->scope, f->joined[path->row]);
}

void
flow_fills_argument(struct flow *f, const struct frame *fr, size_t i)
{
	if (marks_of_maker(fr->all.marks))
		return;
	note_opened(f, fr, i);
	flow_note_below(f, fr->nodes[i]);
	flow_filled(f, fr, &fr->args[i], fr->all.marks | MARK_NETWORK);
}

/* exec(decrypt(TEXT), names): what stands in them after that was as hidden. */
void
flow_fill_names(struct flow *f, const struct frame *fr)
{
	uint64_t marks = fr->nargs > 1 ? fr->args[0].marks & (MARK_DECODED |
	    MARK_PACKED | MARK_BUILT) : 0;

	if (marks == 0)
		return;
	if (strstr(f->texts[fr->args[0].text].bytes, "://") != NULL)
		marks |= MARK_URL;
	for (size_t i = 1; i < fr->nargs; i++)
		if (flow_at(f, fr->nodes[i])->kind == NODE_NAME)
			mark_row(f, flow_row_of_value(f, fr->nodes[i]),
			    marks);
}

/* A function that is given the path, or the file, fills its caller's. */
void
flow_note_put(struct flow *f, uint32_t scope, uint32_t row, uint64_t marks,
    uint64_t own)
{
	struct flow_scope *s = &f->scopes[scope];
	uint32_t bit = parameter_bit(s, row);

	if (bit == 0 || marks == 0 ||
	    ((s->puts & bit) && !(marks & ~s->put) &&
	    !(marks & own & ~s->put_own)))
		return;
	s->puts |= bit;
	s->put |= marks;
	s->put_own |= marks & own;
	f->changed = true;
}

static void
put(struct flow *f, const struct frame *fr, const struct taint *path,
    uint64_t marks, uint64_t own)
{
	keep_both(f, path, marks);
	flow_note_put(f, fr->scope, path->row, marks & MARKS_STORED, own);
}

/* Of what came by its parameters, it puts there what this call gives it. */
void
flow_put_argument(struct flow *f, const struct frame *fr, size_t i,
    uint64_t marks, uint64_t own)
{
	put(f, fr, &fr->args[i], marks & (own | fr->all.marks),
	    own | taint_own(&fr->all));
}

/* picture.save(file, pnginfo=notes): with what it is told by name. */
static void
save(struct flow *f, const struct frame *fr)
{
	struct taint what = fr->callee;

	for (size_t i = 1; i < fr->nargs; i++)
		if (fr->keywords[i] != 0)
			taint_add(&what, &fr->args[i], MARKS_ALL);
	if (fr->nargs > 0)
		put(f, fr, &fr->args[0], what.marks & MARKS_TAKEN,
		    taint_own(&what));
}

/* make_archive("/tmp/a", "zip", folder) fills /tmp/a.zip. */
static void
pack(struct flow *f, const struct frame *fr)
{
	uint64_t marks = fr->all.marks & MARKS_TAKEN;

	if (fr->nargs < 2)
		return;
	put(f, fr, &fr->args[0], marks, taint_own(&fr->all));
	if (fr->args[0].text != 0 && fr->args[1].text != 0)
		keep(f, flow_join(f, fr->args[0].text, fr->args[1].text,
		    "."), marks);
}

/* imwrite(path, image), to_png(pixels, size, output=path): what lacks those
 * marks says where they go. */
static void
store(struct flow *f, const struct frame *fr)
{
	uint64_t marks = fr->all.marks & MARKS_TAKEN;

	for (size_t i = 0; i < fr->nargs; i++)
		if (marks & ~fr->args[i].marks)
			put(f, fr, &fr->args[i], marks, taint_own(&fr->all));
}

/* What stands below that folder was fetched, too, by whatever path.  Of a
 * forge's releases builds unpack their compilers. */
void
flow_unpacked(struct flow *f, const struct taint *folder, uint64_t from)
{
	const struct flow_text *t = &f->texts[folder->text];

	if ((from & MARK_FORGE) || t->open || t->len < 1 ||
	    strspn(t->bytes, "./~") == t->len)
		return;
	for (size_t i = 0; i < f->nunpacked; i++)
		if (f->unpacked[i] == folder->text)
			return;
	if (f->nunpacked == FLOW_UNPACKED)
		return;
	f->unpacked[f->nunpacked++] = folder->text;
	f->changed = true;
}

/* An object's archive into the first argument, or a named one into the
 * second. */
static void
unpack(struct flow *f, const struct frame *fr)
{
	const uint64_t from = MARK_NETWORK | MARK_DROPPED;
	size_t to = fr->nargs > 0 && (fr->callee.marks & from) ? 0 :
	    fr->nargs > 1 && (fr->args[0].marks & from) ? 1 : fr->nargs;
	uint64_t marks;

	if (to == fr->nargs)
		return;
	marks = to == 0 ? fr->callee.marks : fr->args[0].marks;
	if (marks_of_maker(marks))
		return;
	flow_note_below(f, fr->nodes[to]);
	keep_both(f, &fr->args[to], MARK_DROPPED);
	flow_unpacked(f, &fr->args[to], marks);
}

/* What was fetched becomes a module of the package: whoever imports it runs
 * that, and the archive does not have it. */
static void
look_module(struct flow *f, const struct frame *fr, const struct taint *path)
{
	static const struct fact fills = { FLOW_MODULE, DEED_PATH, 0 };
	struct frame written = *fr;

	if (!(path->marks & MARK_HERE) || path->text == 0 ||
	    !str_ends(f->texts[path->text].bytes, ".py"))
		return;
	taint_mark(&written.all, filled(fr->all.marks));
	flow_tell_frame(f, &written, &fills, fr->callee.name);
}

/* buffer.write(x), json.dump(x, buffer) */
static void
write_buffer(struct flow *f, const struct frame *fr)
{
	if (fr->callee.held & HELD_BUFFER)
		flow_gather(f, fr);
	for (size_t i = 1; i < fr->nargs; i++) {
		struct frame into = *fr;

		if (!(fr->args[i].held & HELD_BUFFER))
			continue;
		into.callee = fr->args[i];
		into.callee.name = flow_dotted(f, into.callee.name, ".",
		    flow_word(f, "write"));
		flow_gather(f, &into);
	}
}

/* out.write(x): what it is called on is filled. */
static void
note_written(struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid;

	if (flow_at(f, fr->node)->kind == NODE_CALL &&
	    flow_at(f, callee)->kind == NODE_ATTR)
		flow_note_below(f, flow_at(f, callee)->kid);
}

/* What is written stands in a file, a buffer, a module of the package. */
static void
write_file(struct flow *f, const struct frame *fr)
{
	write_buffer(f, fr);
	note_written(f, fr);
	if (fr->nargs > 1 && is_dropped(fr->all.marks) &&
	    f->joined[fr->args[0].row] != 0)
		mark_row(f, f->joined[fr->args[0].row],
		    filled(fr->all.marks));
	if (is_dropped(fr->all.marks) &&
	    (flow_traits(f, fr->callee.name) & NAME_FILE))
		flow_filled(f, fr, &fr->callee, fr->all.marks);
	else if (fr->all.marks & MARK_NETWORK)
		note_poured(f, fr);
	if (is_dropped(fr->all.marks) && f->joined[fr->callee.row] != 0)
		mark_row(f, f->joined[fr->callee.row],
		    filled(fr->all.marks));
	if (fr->all.marks & MARK_NETWORK)
		look_module(f, fr, &fr->callee);
	if (fr->all.marks & MARKS_STORED)
		put(f, fr, &fr->callee, fr->all.marks & MARKS_STORED,
		    taint_own(&fr->all));
	/* pip install -r FILE asks who stands in the file. */
	if ((fr->all.marks & (MARK_FOREIGN | MARK_TRAFFIC)) ==
	    MARK_FOREIGN)
		keep_both(f, &fr->callee, MARK_FOREIGN);
}

/* s.connect((host, port)): s is bound. */
static void
connect_to(struct flow *f, const struct frame *fr, struct taint *out)
{
	static const struct fact connects = { "connect", DEED_CONNECT, 0 };

	if (fr->callee.row != 0 && f->rows[fr->callee.row].where == 0)
		f->rows[fr->callee.row].where = flow_bound(f, fr,
		    fr->callee.name, &connects);
	flow_bind_peer(f, fr, out);
}

/* gethostbyname("x.example.invalid"): who is asked for stands in the code. */
static bool
asks_for_constant(const struct flow *f, const struct frame *fr)
{
	uint32_t text = frame_text(fr, 0);

	return fr->nargs > 0 && fr->args[0].params == 0 && text != 0 &&
	    !f->texts[text].open;
}

/* Nothing comes back out of a digest. */
static void
digest(struct taint *out)
{
	taint_drop(out, MARK_KEY | MARK_ENVIRON | MARK_TOKEN | MARK_SECRET |
	    MARK_PRIVATE | MARK_CREDENTIAL | MARK_PASSWORD);
	if (out->marks & MARKS_HOST) {
		taint_drop(out, MARKS_HOST);
		taint_mark(out, MARK_MACHINE);
	}
	out->params = 0;
}

/* urlretrieve(address, path) */
static void
fetch_to(struct flow *f, const struct frame *fr, struct taint *out)
{
	if (marks_of_maker(fr->all.marks))
		return;
	if (fr->nargs > 1) {
		flow_fills_argument(f, fr, 1);
		look_module(f, fr, &fr->args[1]);
	}
	taint_mark(out, MARK_DROPPED);
}

static void
copy(struct flow *f, const struct frame *fr)
{
	if (fr->nargs > 1)
		put(f, fr, &fr->args[1], fr->args[0].marks & MARKS_TAKEN,
		    taint_own(&fr->args[0]));
}

void
flow_act(struct flow *f, const struct frame *fr, enum deed deed,
    struct taint *out)
{
	if (deed == DEED_COPY || deed == DEED_WRITE)
		flow_plant(f, fr, deed);
	switch (deed) {
	case DEED_SEND:
	case DEED_FETCH:
		flow_answer(f, fr, out);
		break;
	case DEED_CONNECT:
		connect_to(f, fr, out);
		break;
	case DEED_RESOLVE:
		if (asks_for_constant(f, fr))
			taint_mark(out, MARK_URL);
		break;
	case DEED_OPEN:
		open_file(f, fr, out);
		break;
	case DEED_ASK:
		if (fr->all.marks & MARK_PHRASE)
			taint_mark(out, MARK_KEY);
		break;
	case DEED_CHECK:
		digest(out);
		break;
	case DEED_SPELL:
		if (f->texts[fr->callee.text].len >= SPELLED_LEAST)
			taint_mark(out, MARK_BUILT);
		break;
	case DEED_EXTRACT:
		unpack(f, fr);
		break;
	case DEED_WRITE:
		write_file(f, fr);
		break;
	case DEED_FETCH_TO:
		fetch_to(f, fr, out);
		break;
	case DEED_PROCESS:
		flow_look_fetched(f, fr);
		break;
	case DEED_COPY:
		copy(f, fr);
		break;
	case DEED_PACK:
		pack(f, fr);
		break;
	case DEED_SAVE:
		save(f, fr);
		break;
	case DEED_STORE:
		store(f, fr);
		break;
	default:
		break;
	}
}

static bool
is_standard(const struct flow *f, uint32_t name)
{
	return flow_word_is(f, name, "sys.stderr") ||
	    flow_word_is(f, name, "sys.stdout");
}

/* print(text, file=f): f is written to. */
void
flow_look_printed(struct flow *f, const struct frame *fr)
{
	static const struct fact writes = { "print", DEED_WRITE, 0 };
	struct frame other;
	struct taint out = { 0 };
	bool file = false;

	if (!flow_word_is(f, fr->callee.name, "print"))
		return;
	other = (struct frame){ .node = fr->node, .scope = fr->scope };
	for (size_t i = 0; i < fr->nargs; i++) {
		if (flow_word_is(f, fr->keywords[i], "file")) {
			other.callee = fr->args[i];
			file = !is_standard(f, fr->args[i].name);
		} else if (fr->keywords[i] == 0) {
			other.nodes[other.nargs] = fr->nodes[i];
			other.args[other.nargs++] = fr->args[i];
			taint_add(&other.all, &fr->args[i], MARKS_ALL);
		}
	}
	if (!file || other.nargs == 0)
		return;
	other.callee.name = flow_dotted(f, other.callee.name, ".write", 0);
	flow_tell_frame(f, &other, &writes, other.callee.name);
	flow_act(f, &other, DEED_WRITE, &out);
}

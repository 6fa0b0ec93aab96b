/* SPDX-License-Identifier: Apache-2.0 */
/*
 * item - what is taken by a key: of the environment, a table, headers
 * and forms.
 *
 * Takes: an index, or a call that asks for a key.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define KEYS_FEW 12		/* of a table; letters are more */
#define LOGIN_MOST 19		/* "proxy-authorization" */
#define VARIABLES_MOST 64	/* of a table, that are asked each time */

/* ---- keys --------------------------------------------------------------- */

/* Which variable it is: some are worth stealing, some say who watches. */
static void
mark_variable(const char *name, struct taint *v)
{
	taint_mark(v, fact_of_variable(name) | (strstr(name, "PRIVATE_KEY") !=
	    NULL || strstr(name, "MNEMONIC") != NULL ||
	    strstr(name, "SEED_PHRASE") != NULL ? MARK_KEY : 0));
	taint_hold(v, flow_asked_variable(name));
}

static void
mark_named(const struct value *name, struct taint *v)
{
	char text[128];

	if (name->kind != VALUE_STR || name->len >= sizeof(text))
		return;
	memcpy(text, name->bytes, name->len);
	text[name->len] = '\0';
	mark_variable(text, v);
}

/* NAMES[key], NAMES.get(key), of a table of the source's: each of
 * its values. */
static struct value
table_of(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind == NODE_CALL && flow_at(f, n->kid)->kind == NODE_ATTR &&
	    flow_word_is(f, flow_at(f, n->kid)->name, "get"))
		n = flow_at(f, n->kid);
	else if (n->kind != NODE_INDEX)
		return (struct value){ 0 };
	return fold_node(f->fold, n->kid);
}

/* for k, v in NAMES.items(), for v in NAMES: what the loop goes through. */
static struct value
gone_through(const struct flow *f, uint32_t source)
{
	struct value v = fold_node(f->fold, source);
	const struct node *n = flow_at(f, source);
	uint32_t callee = n->kind == NODE_CALL ? n->kid : 0;

	if (v.kind != VALUE_LIST && v.kind != VALUE_DICT && callee != 0 &&
	    flow_at(f, callee)->kind == NODE_ATTR &&
	    (flow_word_is(f, flow_at(f, callee)->name, "items") ||
	    flow_word_is(f, flow_at(f, callee)->name, "values")))
		v = fold_node(f->fold, flow_at(f, callee)->kid);
	return v;
}

/* All texts of a list, of its pairs, or of a table. */
static void
mark_each(const struct value *name, struct taint *v)
{
	for (uint32_t i = 0; i < name->len && (name->kind == VALUE_LIST ||
	    i < 2 * VARIABLES_MOST); i++) {
		const struct value *one = &name->items[i];

		mark_named(one, v);
		for (uint32_t k = 0; one->kind == VALUE_LIST &&
		    k < one->len && k < 2; k++)
			mark_named(&one->items[k], v);
	}
}

/* One variable of the environment, or one of several. */
struct taint
flow_variable(struct flow *f, uint32_t node)
{
	/* or each of them */
	struct taint v = taint_of(MARK_VARIABLE |
	    (f->vals[node].marks & MARK_ENVIRON));
	struct value name = fold_node(f->fold, node);
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	if (b != 0 && f->tree->bindings[b].kind == BINDING_ITEM)
		name = gone_through(f, f->tree->bindings[b].value);
	if (name.kind == VALUE_UNKNOWN)
		name = table_of(f, node);
	if (name.kind == VALUE_STR)
		mark_named(&name, &v);
	else if (name.kind == VALUE_LIST || name.kind == VALUE_DICT)
		mark_each(&name, &v);
	else if (f->vals[node].text != 0)
		mark_variable(f->texts[f->vals[node].text].bytes, &v);
	f->asks = f->asks || (v.held & HELD_ASKED);
	return v;
}

/* get("HUB", "https://hub.example.org"): unless somebody configures another
 * one, that address. */
struct taint
flow_variable_or(struct flow *f, const struct frame *fr)
{
	struct taint v = fr->nargs > 0 ? flow_variable(f, fr->nodes[0]) :
	    taint_of(MARK_VARIABLE);

	if (fr->nargs == 2 && flow_is_address(f, fr->args[1].text)) {
		taint_add(&v, &fr->args[1], MARKS_ALL);
		v.where = fr->args[1].text;
	}
	return v;
}

/* headers["Authorization"], form["password"]: how a visitor or caller logs in;
 * answer["access_token"]: what an issuer gave. */
uint64_t
flow_login_marks(const struct flow *f, uint32_t text)
{
	static const char *const logins[] = { "authorization", "cookie",
	    "proxy-authorization", "auth", "password", "passwd" };
	static const char *const given[] = { "access_token", "refresh_token",
	    "id_token", "client_secret", "session_token", "secret_key" };
	static const char *const keys[] = { "PRIVATE_KEY", "private_key",
	    "privateKey", "MNEMONIC", "mnemonic", "SEED_PHRASE",
	    "seed_phrase", "seedPhrase" };
	const struct flow_text *t = &f->texts[text];

	if (t->len < 4 || t->len > LOGIN_MOST)
		return 0;
	/* PEP 3333: what a visitor's headers say. */
	if (str_starts(t->bytes, "HTTP_") && !str_equal(t->bytes,
	    "HTTP_PROXY"))
		return MARK_REQUEST;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++)
		if ((t->bytes[0] | ' ') == *logins[i] &&
		    strcasecmp(t->bytes, logins[i]) == 0)
			return MARK_PASSWORD;
	if (str_index(keys, ARRAY_LEN(keys), t->bytes) >= 0)
		return MARK_KEY;
	return str_index(given, ARRAY_LEN(given), t->bytes) >= 0 ?
	    MARK_CREDENTIAL : 0;
}

/* MOVES[key]: which of a few constants it is tells no text that is typed;
 * several such tables would. */
static bool
is_few(struct flow *f, uint32_t table)
{
	struct value v = fold_node(f->fold, table);
	uint32_t name = flow_at(f, table)->name != 0 ?
	    flow_at(f, table)->name : table;

	if (v.kind != VALUE_DICT || v.len > 2 * KEYS_FEW)
		return false;
	if (f->few_keys == 0)
		f->few_keys = name;
	return f->few_keys == name;
}

/* ---- what a table is asked for ------------------------------------------- */

/* config, self.config: a parameter, or what an object keeps, which nobody
 * answered; or 0. */
static uint32_t
row_of_given(const struct flow *f, uint32_t table)
{
	const struct node *n = flow_at(f, table);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, table) : 0;
	uint32_t row = b != 0 && f->tree->bindings[b].kind == BINDING_PARAM ?
	    f->row_of[b] : 0;

	if (n->kind == NODE_ATTR && flow_at(f, n->kid)->kind == NODE_NAME &&
	    flow_at(f, n->kid)->name == WORD_SELF)
		row = flow_row_of_attribute(f, n->name);
	return f->rows[row].marks & (MARK_NETWORK | MARK_SOCKET |
	    MARK_REQUEST) ? 0 : row;
}

/* config["password"]: whoever has all of it has that, too; what stands under
 * another key is none. */
static void
note_asked(struct flow *f, uint32_t table, uint32_t text, struct taint *v)
{
	uint64_t marks = flow_login_marks(f, text) & MARKS_LOCK;
	uint32_t row = f->texts[text].len != 0 ? row_of_given(f, table) : 0;

	if (row == 0)
		return;
	if (f->keys_of[row] == 0)
		taint_drop(v, f->rows[row].marks & ~f->loose_rows[row].marks &
		    MARKS_LOCK & ~marks);
	if (marks != 0)
		flow_mark_all(f, row, &(struct taint){ .marks = marks,
		    .own = marks }, MARKS_LOCK);
}

/* ---- items -------------------------------------------------------------- */

/* config["NAME"] of a copy of the environment: of all that, one variable. */
static void
look_copy(struct flow *f, uint32_t table, uint32_t key, struct taint *v)
{
	if (!(v->marks & MARK_ENVIRON) || flow_at(f, key)->kind !=
	    NODE_STRING || !flow_is_variables(f, table))
		return;
	taint_drop(v, MARK_ENVIRON);
	taint_mark(v, flow_variable(f, key).marks);
}

/* table.get("a"), table.pop("a"): the receiver is what stands there. */
void
flow_look_get(struct flow *f, struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (fr->later || fr->nargs == 0 || n->kind != NODE_ATTR ||
	    (!flow_word_is(f, n->name, "get") &&
	    !flow_word_is(f, n->name, "pop")))
		return;
	fr->callee = flow_at_key(f, n->kid, fr->nodes[0], &fr->callee);
	note_asked(f, n->kid, frame_text(fr, 0), &fr->callee);
	look_copy(f, n->kid, fr->nodes[0], &fr->callee);
	if (fr->nargs == 1 && (fr->args[0].marks & MARK_SPIED) &&
	    is_few(f, n->kid))
		taint_drop(&fr->all, MARK_SPIED);
}

/* X[text] where class X has __class_getitem__ = exec. */
static void
look_item_call(struct flow *f, const struct frame *fr)
{
	static const char item[] = "__class_getitem__";
	uint32_t word = words_find(&f->tree->words, item, sizeof(item) - 1);
	uint32_t b = word != 0 ? tree_binding(f->tree, fr->callee.code - 1,
	    word) : 0;
	const struct fact *fact;
	struct frame hidden = *fr;

	if (b == 0)
		return;
	hidden.callee = f->rows[f->row_of[b]];
	fact = flow_fact(f, hidden.callee.name);
	taint_mark(&hidden.callee, MARK_HIDDEN);
	if (fact != NULL)
		flow_tell_frame(f, &hidden, fact, hidden.callee.name);
}

/* os.environ, dotenv_values(): under a key is one variable of it. */
static bool
has_variables(struct flow *f, const struct taint *table)
{
	return (flow_traits(f, table->name) & NAME_ENVIRON) ||
	    ((table->marks & MARK_TOKEN) && flow_word_is(f, table->name,
	    "dotenv.dotenv_values()"));
}

struct taint
flow_item(struct flow *f, uint32_t node)
{
	struct frame fr;
	struct taint v;

	flow_frame(f, node, f->scope, &fr);
	if (has_variables(f, &fr.callee))
		return fr.nargs > 0 ? flow_variable(f, fr.nodes[0]) :
		    taint_of(MARK_VARIABLE);
	if (fr.callee.code != 0 && fr.all.marks != 0)
		look_item_call(f, &fr);
	if (flow_traits(f, fr.callee.name) & NAME_NAMESPACE) {
		flow_refer_text(f, node, frame_text(&fr, 0));
		v = taint_of(MARK_HIDDEN);
		flow_item_held(&fr, &v);
		return v;
	}
	v = fr.all;
	taint_drop(&v, MARK_UNREAD);
	taint_release(&fr.callee, HELD_BELOW);
	if ((v.marks & MARK_SPIED) && is_few(f, flow_at(f, node)->kid))
		taint_drop(&v, MARK_SPIED);
	if (fr.nargs == 1) {
		fr.callee = flow_at_key(f, flow_at(f, node)->kid, fr.nodes[0],
		    &fr.callee);
		look_copy(f, flow_at(f, node)->kid, fr.nodes[0], &fr.callee);
	}
	taint_add(&v, &fr.callee, MARKS_ALL);
	note_asked(f, flow_at(f, node)->kid, frame_text(&fr, 0), &v);
	taint_mark(&v, flow_members(f, &fr.callee));
	flow_web_item(f, fr.callee.name, frame_text(&fr, 0), &v);
	taint_mark(&v, flow_login_marks(f, frame_text(&fr, 0)));
	flow_item_held(&fr, &v);
	if ((v.marks & MARK_DROPPED) && !flow_is_below(f, node))
		taint_drop(&v, MARK_DROPPED);
	if (fr.nargs == 1)
		flow_kind_by_place(f, fr.nodes[0], &fr.callee, &v);
	v.row = fr.callee.row;
	v.where = fr.callee.where;
	/* MongoClient("host")["db"]: what it gives still comes from there. */
	if (v.name == 0 && v.where != 0 && flow_is_of_client(f, &fr.callee))
		v.name = fr.callee.name;
	return v;
}

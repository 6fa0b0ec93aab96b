/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sent - of a call that sends: where to, and what of its arguments goes
 * there beside what authenticates the sender.
 *
 * Takes: a call.  Gives: address, payload and body of what is told of it.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/own.h"
#include "flow/senders.h"
#include "flow/state.h"

/* Of an address, what tells who may receive there. */
#define ADDRESS_DEEP 10		/* names, requests and texts around it */
#define MARKS_WHERE (MARK_URL | MARK_BIN | MARK_HOOK | MARK_DROP | MARK_FORM | \
    MARK_CHAIN | MARK_FORGE | MARK_ISSUER)

/* Which argument tells where to send: the one that says so, else the first
 * that is no method of HTTP. */
size_t
flow_address_of(struct flow *f, const struct frame *fr)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
	    "DELETE", "HEAD", "OPTIONS", "get", "post", "put" };
	char name[FLOW_NAME_MOST + 1];

	(void)flow_string(f, fr->callee.name, name);
	if (fr->nargs > 1 && str_ends(name, ".sendto"))
		return fr->nargs - 1;
	/* (sender, receivers, mail) */
	if (fr->nargs > 2 && str_ends(name, ".sendmail"))
		return 1;
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 &&
		    (flow_traits(f, fr->keywords[i]) & NAME_ADDRESS))
			return i;
	return fr->nargs > 1 && str_index(methods, ARRAY_LEN(methods),
	    f->texts[frame_text(fr, 0)].bytes) >= 0 ? 1 : 0;
}

static bool
is_among(const struct flow *f, uint32_t word, const char *const *names,
    size_t n)
{
	for (size_t i = 0; word != 0 && i < n; i++)
		if (flow_word_is(f, word, names[i]))
			return true;
	return false;
}

/* Does a header of that name say who sends? */
static bool
is_login(const char *header)
{
	static const char *const parts[] = { "auth", "token", "key", "cookie",
	    "secret", "session", "signature", "csrf" };

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcasestr(header, parts[i]) != NULL)
			return true;
	return *header == '\0';
}

/* {"User-Agent": x}: what headers carry beside logins. */
static uint64_t
header_marks(const struct flow *f, uint32_t node)
{
	uint32_t key = flow_at(f, node)->kind == NODE_DICT ?
	    flow_at(f, node)->kid : 0, value;
	uint64_t marks = 0;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0)
			break;
		if (!is_login(f->texts[f->vals[key].text].bytes))
			marks |= f->vals[value].marks;
	}
	return marks;
}

static bool
is_login_argument(const struct flow *f, uint32_t keyword)
{
	static const char *const logins[] = { "headers", "auth", "cookies",
	    "cert", "login", "api_key" };

	return is_among(f, keyword, logins, ARRAY_LEN(logins));
}

/* What is sent by one argument, beside what authenticates the sender. */
static uint64_t
carried(const struct flow *f, const struct frame *fr, size_t i)
{
	return is_login_argument(f, fr->keywords[i]) ?
	    header_marks(f, fr->nodes[i]) : fr->args[i].marks;
}

/* headers={"X-Key": key}, auth=...: the receiver knows who sends. */
static bool
logs_in(const struct flow *f, const struct frame *fr, size_t i)
{
	uint32_t key;

	if (!is_login_argument(f, fr->keywords[i]))
		return false;
	if (flow_at(f, fr->nodes[i])->kind != NODE_DICT)
		return true;
	key = flow_at(f, fr->nodes[i])->kid;
	while (key != 0 && !is_login(f->texts[f->vals[key].text].bytes)) {
		key = flow_at(f, key)->next;
		key = key != 0 ? flow_at(f, key)->next : 0;
	}
	return key != 0;
}

/* The value that a name was given, if it was given one. */
static uint32_t
behind_name(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
	    f->tree->bindings[b].before == 0 ? f->tree->bindings[b].value :
	    node;
}

/* Request(url, data, headers), or a name that was given one: of what is told
 * there, all but the address; and which parameters are among that. */
static uint64_t
request_marks(struct flow *f, uint32_t node, uint32_t *params)
{
	const struct node *n = flow_at(f, node = behind_name(f, node));
	struct frame fr = { .node = node };
	uint64_t marks = 0;
	uint32_t k;

	if (n->kind != NODE_CALL || !flow_word_ends(f, f->vals[n->kid].name,
	    "Request"))
		return 0;
	for (k = flow_at(f, n->kid)->next; k != 0; k = flow_at(f, k)->next)
		flow_add_argument(f, &fr, k);
	for (size_t i = 0; i < fr.nargs; i++) {
		if (i == 2 && fr.keywords[i] == 0) {
			marks |= header_marks(f, fr.nodes[i]);
		} else if (i != 0 || (fr.keywords[0] != 0 &&
		    !flow_word_is(f, fr.keywords[0], "url"))) {
			marks |= carried(f, &fr, i);
			*params |= is_login_argument(f, fr.keywords[i]) ? 0 :
			    fr.args[i].params;
		}
	}
	return marks;
}

/* request = Request(url, data): of one that was made before nobody tells apart
 * what is where; a lent secret is no login. */
static uint64_t
lent_before(const struct flow *f, const struct frame *fr, size_t i)
{
	char name[FLOW_NAME_MOST + 1];

	return (fr->args[i].marks & MARK_LENT) && str_ends(flow_string(f,
	    fr->args[i].name, name), "Request()") ? fr->args[i].marks &
	    (MARK_LENT | MARKS_LOCK) : 0;
}

static void
tell_payload(struct flow *f, const struct frame *fr, size_t address,
    struct flow_call *c)
{
	uint32_t params = 0;

	for (size_t i = 0; i < fr->nargs; i++) {
		uint64_t marks = carried(f, fr, i);

		c->payload |= marks;
		c->key |= is_login_argument(f, fr->keywords[i]) ?
		    fr->args[i].marks : 0;
		c->known = c->known || logs_in(f, fr, i);
		/* (url, path): what is fetched goes there. */
		if (i == 1 && c->fact->deed == DEED_FETCH_TO)
			continue;
		c->body |= i != address ? marks :
		    request_marks(f, fr->nodes[i], &params);
		if (i == address)
			c->body |= (fr->args[i].marks & MARKS_WHERE) |
			    lent_before(f, fr, i);
	}
}

/* get("https://ip.example.invalid"): what is asked there is not told. */
static uint64_t
echo_marks(struct flow *f, const struct frame *fr, size_t address,
    enum deed deed)
{
	uint8_t kind = flow_at(f, fr->nodes[address])->kind;
	uint64_t beside = 0;

	/* (url, path): where it is put is told nobody. */
	if (deed == DEED_FETCH_TO && address == 0 && fr->nargs > 1)
		return fr->args[1].marks & ~fr->args[0].marks &
		    (MARKS_HOST | MARK_VARIABLE);
	if (f->texts[fr->args[address].text].open || fr->nargs ==
	    FLOW_ARGUMENTS || (kind != NODE_STRING && kind != NODE_NAME &&
	    kind != NODE_ATTR) || fr->args[address].name != 0)
		return 0;
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address)
			beside |= fr->args[i].marks;
	return flow_text_marks(f, fr->args[address].text) & MARK_MACHINE &
	    ~beside;
}

/* request("GET", "/latest/meta-data/iam/security-credentials/"): a path of the
 * connection's host names what is asked for there, and tells it nothing. */
static uint64_t
path_marks(struct flow *f, const struct frame *fr, size_t address)
{
	uint32_t text = frame_text(fr, address);
	uint64_t beside = 0;
	uint8_t kind = flow_at(f, fr->nodes[address])->kind;

	if (f->texts[text].open && kind != NODE_BINARY && kind != NODE_FORMAT)
		return 0;
	if (address != 1 || f->texts[text].len == 0 ||
	    *f->texts[text].bytes != '/' || fr->nargs == FLOW_ARGUMENTS)
		return 0;
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address)
			beside |= fr->args[i].marks;
	/* What fills its holes. */
	for (uint32_t k = flow_at(f, fr->nodes[address])->kid;
	    f->texts[text].open && k != 0; k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind != NODE_STRING &&
		    flow_at(f, k)->kind != NODE_PIECE)
			beside |= f->vals[k].marks;
	return flow_text_marks(f, text) & (MARK_SECRET | MARK_TOKEN |
	    MARK_PRIVATE) & ~beside;
}

/* "https://host/send?%s": whatever it is made of stands behind its host. */
static bool
asks_by(const struct flow_text *address)
{
	return address->open && flow_is_host(address->bytes) &&
	    strchr(address->bytes, '?') != NULL;
}

/* Is a parameter of the function among what is sent, executed or run? */
static bool
given(struct flow *f, const struct frame *fr, enum deed deed)
{
	size_t address = flow_address_of(f, fr);
	uint64_t held = fr->all.held & HELD_GIVEN_FILE;
	uint32_t params = 0;

	if (deed == DEED_EXEC || deed == DEED_PROCESS)
		return fr->args[0].params != 0;
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address || fr->nargs == 1 ||
		    asks_by(&f->texts[fr->args[i].text])) {
			params |= fr->args[i].params;
			held |= i != address || fr->nargs != 1 ?
			    fr->args[i].held & HELD_KEPT : 0;
		} else
			(void)request_marks(f, fr->nodes[i], &params);
	return (params | held) != 0;
}

/* open(path), Path(path).read_bytes() of a parameter: nothing beside it. */
static bool
is_given_file(const struct flow *f, const struct taint *v)
{
	static const char *const ends[] = { ".read_bytes()", ".read_text()",
	    ".open()" };
	char name[FLOW_NAME_MOST + 1];

	if (!(v->marks & MARK_FILE) || v->params == 0)
		return false;
	(void)flow_string(f, v->name, name);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return str_starts(name, "open()");
}

static bool
sends_given_file(const struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		const struct node *n = flow_at(f, fr->nodes[i]);

		if (is_given_file(f, &fr->args[i]))
			return true;
		/* files={"file": f} */
		for (uint32_t k = n->kind == NODE_DICT ? n->kid : 0; k != 0;
		    k = flow_at(f, k)->next)
			if (is_given_file(f, &f->vals[k]))
				return true;
	}
	return false;
}

/* Passwords that these take from a program are theirs: sixteen letters. */
static bool
is_refused(struct flow *f, const struct frame *fr, const char *password)
{
	static const char *const examples[] = { "password", "passwd", "xxxx",
	    "****", "your" };
	char host[HOST_MOST + 1];

	flow_host(f, fr->callee.where, host);
	if (!str_equal(host, "smtp.gmail.com") &&
	    !str_equal(host, "smtp.mail.yahoo.com"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		if (strcasestr(password, examples[i]) != NULL)
			return true;
	return false;
}

/* What is written: os.write(file, text), file.writelines(list). */
static uint32_t
text_written(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	struct buf b = { .most = FLOW_TEXT_MOST };
	struct value list;
	uint32_t text = 0;
	bool open = false;

	if (str_equal(fact->name, "os.write"))
		return frame_text(fr, 1);
	list = str_equal(fact->name, "?.writelines") ? fold_node(f->fold,
	    fr->nodes[0]) : (struct value){ 0 };
	if (list.kind != VALUE_LIST)
		return frame_text(fr, 0);
	for (uint32_t i = 0; i < list.len && !b.full; i++) {
		open = open || !value_is_text(&list.items[i]);
		if (value_is_text(&list.items[i]))
			buf_add(&b, list.items[i].bytes, list.items[i].len);
	}
	if (b.len != 0)
		text = flow_intern(f, b.data, b.len, open);
	buf_release(&b);
	return text;
}

/* clean(getuser()) + ".example.org", where clean() gives "x" for no name: what
 * folding knows of it is not all that may stand there. */
static bool
is_filled(const struct flow *f, const struct frame *fr)
{
	uint32_t node = behind_name(f, fr->nodes[0]);
	const struct node *n = flow_at(f, node), *callee;

	if (!(fr->args[0].marks & (MARKS_HOST | STEALABLE)))
		return false;
	if (n->kind == NODE_BINARY || n->kind == NODE_FORMAT)
		return true;
	callee = n->kind == NODE_CALL ? flow_at(f, n->kid) : n;
	return callee->kind == NODE_ATTR && (flow_word_is(f, callee->name,
	    "join") || flow_word_is(f, callee->name, "format"));
}

static void
tell_texts(struct flow *f, const struct frame *fr, struct flow_call *c)
{
	uint32_t text = c->fact->deed == DEED_WRITE ? text_written(f, fr,
	    c->fact) : frame_text(fr, 0);
	const struct flow_text *first = &f->texts[text];

	c->literals = fr->nargs > 1 && first->len != 0 && !first->open &&
	    frame_text(fr, 1) != 0 && !f->texts[frame_text(fr, 1)].open;
	c->refused = c->fact->deed == DEED_LOGIN && c->literals &&
	    is_refused(f, fr, f->texts[frame_text(fr, 1)].bytes);
	c->given = given(f, fr, c->fact->deed);
	c->given_file = c->given && (c->arguments & MARK_FILE) &&
	    sends_given_file(f, fr);
	c->whole = flow_at(f, fr->nodes[0])->kind == NODE_NAME ||
	    flow_at(f, fr->nodes[0])->kind == NODE_ATTR ||
	    flow_at(f, fr->nodes[0])->kind == NODE_CALL;
	/* the code is one of its many arguments */
	c->first = str_equal(c->fact->name, "types.CodeType") ?
	    fr->all.marks : fr->args[0].marks;
	c->second = fr->nargs > 1 ? fr->args[1].marks : 0;
	if (text != 0) {
		c->text = first->bytes;
		c->text_len = first->len;
		c->open = first->open || (c->fact->deed == DEED_RESOLVE &&
		    is_filled(f, fr));
	}
}

/* Of (host, port), the host. */
uint32_t
flow_address_text(const struct flow *f, const struct frame *fr, size_t i)
{
	uint32_t pair = flow_pair(f, fr->nodes[i]);

	if (pair != 0)
		return f->vals[pair].text;
	/* step.url, of objects that stand in a list; a pair's host */
	return fr->args[i].text == 0 ? fr->args[i].where : fr->args[i].text;
}

/* "%s/x", "{}/x": what is put in stands first. */
static bool
begins_with(const struct flow *f, uint32_t format, char mark)
{
	return *f->texts[f->vals[format].text].bytes == mark;
}

/* SERVER.rstrip("/"), "{}/x".format(SERVER), Request(SERVER) */
static uint32_t
first_of_call(const struct flow *f, uint32_t node)
{
	uint32_t callee = flow_at(f, node)->kid;
	uint32_t self = flow_at(f, callee)->kid;

	if (flow_word_ends(f, f->vals[callee].name, "Request"))
		return flow_at(f, callee)->next;
	if (flow_at(f, callee)->kind != NODE_ATTR)
		return node;
	if (flow_word_is(f, flow_at(f, callee)->name, "format"))
		return begins_with(f, self, '{') ? flow_at(f, callee)->next :
		    node;
	return flow_word_is(f, flow_at(f, callee)->name, "rstrip") ||
	    flow_word_is(f, flow_at(f, callee)->name, "strip") ? self : node;
}

/* "%s/x" % SERVER, SERVER + "/x", f"{SERVER}/x": what stands first in it; or
 * the node itself. */
static uint32_t
first_of_address(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t second;

	if (n->kind == NODE_FORMAT || n->kind == NODE_FIELD)
		return n->kid;
	if (n->kind == NODE_CALL)
		return first_of_call(f, node);
	if (n->kind != NODE_BINARY)
		return behind_name(f, node);
	second = flow_at(f, n->kid)->next;
	if (n->op != '%' || flow_at(f, n->kid)->kind != NODE_STRING)
		return n->kid;
	if (!begins_with(f, n->kid, '%'))
		return node;
	return flow_at(f, second)->kind == NODE_TUPLE ?
	    flow_at(f, second)->kid : second;
}

static bool
asks_variable(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_CALL && (flow_traits(f, f->vals[n->kid].name) &
	    (NAME_ENVIRON_GET | NAME_GETENV));
}

/* environ.get("HUB", "https://..."), environ.get("HUB") or "https://...": the
 * address, as a text; or 0. */
static uint32_t
address_or(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t text;

	if (asks_variable(f, node))
		return f->vals[node].where;
	if (n->kind != NODE_BOOL || !asks_variable(f, n->kid))
		return 0;
	text = f->vals[flow_at(f, n->kid)->next].text;
	return flow_is_address(f, text) ? text : 0;
}

/* SERVER = environ.get("HUB", "https://..."): the text of what stands there
 * where nobody has set another one, or 0. */
static uint32_t
default_address(struct flow *f, uint32_t node)
{
	for (int deep = 0; deep < ADDRESS_DEEP && node != 0; deep++) {
		uint32_t where = address_or(f, node);
		uint32_t first = first_of_address(f, node);

		if (where != 0 || first == node)
			return where;
		node = first;
	}
	return 0;
}

/* What the address has of variables but for the one that says where. */
static uint64_t
variables_aside(struct flow *f, uint32_t node)
{
	uint64_t marks = 0;

	for (int deep = 0; deep < ADDRESS_DEEP && address_or(f, node) == 0;
	    deep++) {
		uint32_t first = first_of_address(f, node);

		for (uint32_t k = first != node ? flow_at(f, first)->next : 0;
		    k != 0; k = flow_at(f, k)->next)
			marks |= f->vals[k].marks & MARK_VARIABLE;
		node = first;
	}
	return marks;
}

/* send(request), of one that was made before. */
static uint32_t
where_of_request(const struct flow *f, const struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];

	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].where != 0 && strstr(flow_string(f,
		    fr->args[i].name, name), "equest") != NULL)
			return fr->args[i].where;
	return 0;
}

/* The receiver says where to, unless an argument does. */
static void
tell_bound(struct flow *f, const struct frame *fr, size_t address,
    struct flow_told *t)
{
	const char *told = f->texts[fr->args[address].text].bytes;
	uint32_t where = fr->callee.where != 0 ? fr->callee.where :
	    where_of_request(f, fr);
	struct flow_call *c = &t->call;

	if (where == 0 || strstr(told, "://") != NULL ||
	    (fr->callee.where == 0 && (c->fixed || (c->where & MARK_URL))))
		return;
	c->fixed = true;
	t->where = where;
	c->where |= flow_text_marks(f, t->where);
	if (str_equal(f->texts[where].bytes, FLOW_SEALED))
		c->where |= fr->callee.marks & MARKS_WHERE;
	c->body = c->payload;
}

/* SERVER + "/x": whoever has that address, unless somebody set another.  Which
 * one, a variable says, and is not told it. */
static void
tell_default(struct flow *f, uint32_t node, struct flow_told *t)
{
	uint32_t where = default_address(f, node);
	struct flow_call *c = &t->call;

	if (where == 0)
		return;
	if (strstr(f->texts[t->where].bytes, "://") == NULL)
		t->where = where;
	if (!((variables_aside(f, node) | c->body) & MARK_VARIABLE))
		c->arguments &= ~(uint64_t)MARK_VARIABLE;
}

/* The address as it stands says where to, not what is put into it. */
static uint64_t
where_marks(struct flow *f, const struct frame *fr, size_t address,
    const struct fact *fact)
{
	uint64_t marks = fr->args[address].marks;
	uint32_t text = fr->args[address].text;

	if (text != 0 && strstr(f->texts[text].bytes, "://") != NULL)
		marks = (marks & ~(uint64_t)MARKS_WHERE) |
		    (flow_text_marks(f, text) & MARKS_WHERE);
	return marks | (fact->gives & (MARK_FORM | MARK_DROP));
}

/* An answer is not what was sent for it, but of who issues credentials. */
void
flow_answer(struct flow *f, const struct frame *fr, struct taint *out)
{
	const uint64_t secrets = MARK_SECRET | MARK_TOKEN | MARK_KEY |
	    MARK_PASSWORD | MARK_CREDENTIAL | MARK_ENVIRON | MARK_LENT;
	/* "https://github.com/maker/tool/releases/" + what a file holds: that
	 * may lead out of there. */
	const uint64_t hidden = MARK_FILE | MARK_HERE | MARK_DECODED |
	    MARK_BUILT;
	const struct taint *address;
	uint64_t told;

	if (fr->nargs == 0)
		return;
	address = &fr->args[flow_address_of(f, fr)];
	told = flow_text_marks(f, address->text);
	if (address->marks & hidden)
		told &= ~(uint64_t)MARK_TOOLCHAIN;
	if (!(told & MARK_ISSUER))
		taint_drop(out, secrets & ~told);
	if ((address->marks & MARK_VARIABLE) && (address->marks & MARK_URL) &&
	    default_address(f, fr->nodes[address - fr->args]) != 0)
		taint_drop(out, MARK_URL);
}

/* ["curl", "-T", path, "https://..."]: where a program sends to. */
static uint32_t
text_of_command(const struct flow *f, const struct frame *fr)
{
	uint32_t node = fr->nodes[0];

	if (flow_at(f, node)->kind != NODE_LIST)
		return frame_text(fr, 0);
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (strstr(f->texts[f->vals[k].text].bytes, "://") != NULL)
			return f->vals[k].text;
	return 0;
}

/* get(unseal(BLOB)): of a request, whose address is one whatever it says. */
static bool
hides_where(const struct flow *f, const struct frame *fr, size_t address,
    struct flow_call *c)
{
	if (c->fixed || !(DEED(c->fact->deed) & DEEDS_NET) ||
	    !(c->fact->gives & MARK_NETWORK) ||
	    !flow_is_sealed(f, fr, address))
		return false;
	if (address == 0)
		c->first |= MARK_URL;
	return true;
}

/* sock.sendall(line): what a stream is given goes where that leads, whatever
 * addresses it was made of that do not stand in it. */
static bool
is_stream_data(const struct flow *f, const struct frame *fr,
    const struct flow_call *c)
{
	return fr->nargs == 1 && str_ends(c->name, ".sendall") &&
	    fr->callee.where == 0 && (fr->args[0].marks & MARK_URL) &&
	    strstr(f->texts[frame_text(fr, 0)].bytes, "://") == NULL;
}

void
flow_tell_sent(struct flow *f, const struct frame *fr, struct flow_told *t)
{
	size_t address = flow_address_of(f, fr);
	struct flow_call *c = &t->call;

	c->where = where_marks(f, fr, address, c->fact);
	c->fixed = flow_is_fixed(f, fr, address);
	c->echo = echo_marks(f, fr, address, c->fact->deed);
	tell_payload(f, fr, address, c);
	c->arguments &= ~path_marks(f, fr, address);
	if (c->fact->gives & (MARK_FORM | MARK_DROP))
		c->body = c->payload | (c->where & MARKS_WHERE);
	tell_texts(f, fr, c);
	if (is_stream_data(f, fr, c)) {
		c->fixed = false;
		c->where &= ~(uint64_t)MARK_URL;
		c->arguments &= ~(uint64_t)MARK_URL;
		c->first &= ~(uint64_t)MARK_URL;
	}
	c->lent_address = c->fixed && (fr->args[address].params != 0) &&
	    !(taint_own(&fr->args[address]) & MARK_URL);
	c->fixed = hides_where(f, fr, address, c) || c->fixed;
	t->where = c->fact->deed == DEED_PROCESS ? text_of_command(f, fr) :
	    flow_address_text(f, fr, address);
	if (c->where & MARK_VARIABLE)
		tell_default(f, fr->nodes[address], t);
	tell_bound(f, fr, address, t);
	if (DEED(c->fact->deed) & DEEDS_NET) {
		flow_note_sender(f, fr, address);
		c->own_place = flow_own_bucket(f, fr, c);
	}
	/* A host is an address without "https://"; a command with a dot in it
	 * is none. */
	if (c->fixed) {
		if (DEED(c->fact->deed) & DEEDS_NET)
			flow_note_report(f, fr, address);
		if (c->fact->deed != DEED_PROCESS)
			c->where |= MARK_URL;
		c->arguments |= c->where & (MARKS_WHERE | MARK_KEYED);
		/* Whoever calls the function, that is where it goes. */
		if (fr->args[address].params == 0)
			c->own |= c->where & MARKS_WHERE;
		c->payload |= c->where & MARKS_WHERE;
		c->body |= c->where & MARKS_WHERE;
	}
}

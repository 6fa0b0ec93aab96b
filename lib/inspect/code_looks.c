/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_looks - of one call, what a table of marks cannot say: whether it names
 * the machine, speaks to a person's chat, pays somebody, hears the keys.
 *
 * Takes: a view and a call of it.  Gives: findings.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/flow.h"
#include "inspect/code_rules.h"
#include "inspect/inspection.h"
#include "inspect/wording.h"

unsigned int
code_count(uint64_t marks)
{
	unsigned int n = 0;

	for (; marks != 0; marks &= marks - 1)
		n++;
	return n;
}

void
code_say(struct inspection *in, const struct view *v,
    const struct code_rule *r, const struct code_place *at)
{
	struct report report = { .rule = r->id, .category = r->category,
	    .tactic = r->tactic, .text = r->text, .line = at->line,
	    .elsewhere = true, .context = at->context };

	view_snippet(v, at->at, &report.snippet, &report.snippet_len);
	inspection_report(in, v, &report);
}

static void
say(struct inspection *in, const struct view *v, const struct flow_call *c,
    const struct code_rule *r, enum context context)
{
	code_say(in, v, r, &(struct code_place){ context, c->line, c->at });
}

/* ---- the machine -------------------------------------------------------- */

static bool
is_own_chat(const struct flow_call *c, uint64_t valuables)
{
	return (c->arguments & (MARK_BIN | MARK_HOOK | MARK_DROP)) ==
	    MARK_HOOK && code_is_open_chat(c) &&
	    (c->arguments & valuables & ~(uint64_t)MARKS_HOST) == 0;
}

/* Who and where the machine is, sent out: two facts make a beacon. */
static const struct code_rule beacon_many = { .id = "beacon-host",
    .category = "beacon", .tactic = "TA0007",
    .text = "reports who and where the machine is" };
static const struct code_rule beacon_one = { .id = "beacon-host-one",
    .category = "beacon", .tactic = "TA0007",
    .text = "sends a name or address of the machine" };

/* Which machine it is has no honest reader at a service that records requests,
 * whoever calls the function. */
static const struct code_rule beacon_recorder = { .id = "beacon-recorder",
    .category = "beacon", .tactic = "TA0007", .text = "tells a service that "
    "records requests which machine it runs on" };

/* A request of HTTP that is spelled out: "GET /?h=%s HTTP/1.0". */
static bool
asks_page(const struct flow_call *c)
{
	return c->text != NULL && (str_starts(c->text, "GET /") ||
	    str_starts(c->text, "POST /") || str_starts(c->text, "PUT /") ||
	    str_starts(c->text, "HEAD /"));
}

static void
look_host(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	static const struct code_rule drop = { .id = "exfil-endpoint",
	    .category = "exfiltration", .tactic = "TA0010",
	    .text = "sends data of the machine to an anonymous service" };
	static const struct code_rule variable = { .id = "send-variable",
	    .category = "beacon", .tactic = "TA0007",
	    .text = "sends a variable of the environment to a fixed "
	    "address" };
	/* What a forge is asked for names the platform. */
	unsigned int n = c->where & MARK_FORGE || (c->own_place &&
	    code_is_users(in, c, context)) ? 0 :
	    code_count(code_sent_marks(c, c->arguments) & MARKS_HOST &
	    ~c->echo);
	bool set = (c->where & MARK_VARIABLE) && !c->fixed &&
	    !code_is_address(c);
	uint64_t valuables = AT_LOAD & IN(context) ? VALUABLES :
	    VALUABLES & ~(uint64_t)(MARK_FILE | MARK_OUTPUT);

	if (n == 0 && !c->own_key &&
	    (c->arguments & ~c->echo & MARK_VARIABLE) &&
	    (c->arguments & MARK_URL) && (IN(context) & (IN(CONTEXT_INSTALL) |
	    IN(CONTEXT_STARTUP))))
		say(in, v, c, &variable, context);

	/* Which build of a forge's files fits the machine. */
	if ((c->arguments & MARK_FORGE) && (c->arguments & MARKS_HOST) ==
	    MARK_MACHINE)
		return;
	/* Protocols greet with the host's name, but for the web's. */
	if (n > 1 && !asks_page(c) && (str_ends(c->name, ".sendall") ||
	    str_ends(c->name, ".sendto") || str_ends(c->name, ".send")))
		n = 1;
	/* Somebody has to say where to, and when it runs in a service. */
	if (set && context == CONTEXT_IMPORT && n > 1)
		say(in, v, c, &beacon_one, context);
	else if (n >= 2)
		say(in, v, c, &beacon_many, context);
	else if (n == 1 && !set)
		say(in, v, c, &beacon_one, context);
	if ((c->where & MARK_BIN) && (n >= 2 || (n == 1 && (c->arguments &
	    (MARK_HOSTNAME | MARK_USER)))))
		say(in, v, c, &beacon_recorder, context);
	if ((c->arguments & (MARK_BIN | MARK_HOOK | MARK_DROP)) &&
	    (c->arguments & valuables) && !code_is_users(in, c, context) &&
	    !(context == CONTEXT_CALL && is_own_chat(c, valuables)))
		say(in, v, c, &drop, context);
}

/* ["curl", "-d", hostname(), "https://..."]: a program reports it, in the
 * address that it asks as well, when nobody asked for that.  The kind of
 * machine and a folder alone choose files and say where they go. */
static void
look_program_host(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	uint64_t host = c->arguments & MARKS_HOST;

	if (!(DEED(c->fact->deed) & DEEDS_RUN) ||
	    !(host & (MARK_HOSTNAME | MARK_USER)) ||
	    !(c->arguments & MARK_URL) || (c->arguments & MARK_FORGE) ||
	    (!(c->arguments & MARK_UPLOADING) &&
	    (!c->asks || !(AT_LOAD & IN(context)))))
		return;
	say(in, v, c, code_count(host) > 1 ? &beacon_many : &beacon_one,
	    context);
	if (c->arguments & MARK_BIN)
		say(in, v, c, &beacon_recorder, context);
}

void
code_look_machine(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	if (DEED(c->fact->deed) & DEEDS_NET)
		look_host(in, v, c, context);
	look_program_host(in, v, c, context);
}

/* ---- a person ----------------------------------------------------------- */

/* Somebody's script that is started for it may hear all keys; a package that is
 * imported is asked first. */
static void
look_keys(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	static const struct code_rule keys = { .id = "keys-heard",
	    .category = "spying", .tactic = "TA0009",
	    .text = "hears all keys that are pressed as soon as it is "
	    "imported" };

	bool loaded = v->imported || context != CONTEXT_IMPORT ||
	    str_ends(v->path, "__init__.py") ||
	    strchr(v->path, '/') == NULL;

	if (c->fact->deed == DEED_CLIP && (c->fact->gives & MARK_SPIED) &&
	    (AT_LOAD & IN(context)) && loaded)
		say(in, v, c, &keys, context);
}

static void
look_chat(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	static const char *const libraries[] = { "pyrogram", "telethon",
	    "aiogram", "telegram", "telebot", "discord", "hikari" };
	static const struct code_rule owner = { .id = "chat-owner",
	    .category = "remote-control", .tactic = "TA0011",
	    .text = "runs what somebody sends in a chat whose number stands "
	    "in the code" };
	bool chats = false;

	if (!(DEED(c->fact->deed) & (DEEDS_EXEC | DEEDS_RUN)) ||
	    !(c->first & (MARK_SOCKET | MARK_SAID)))
		return;
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		chats = chats || wording_has(v, libraries[i]);
	if (chats && wording_knows_user(v))
		say(in, v, c, &owner, context);
}

/* A transfer to an address in the code, not asked for as a gift. */
static void
look_pay(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	static const struct code_rule pay = { .id = "pay-constant",
	    .category = "credential-theft", .tactic = "TA0040",
	    .text = "sends coins to an address in the code" };

	if (c->fact->deed == DEED_PAY && (c->arguments & MARK_COIN) &&
	    !wording_has(v, "onat"))
		say(in, v, c, &pay, context);
}

void
code_look_person(struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	look_chat(in, v, c, context);
	look_pay(in, v, c, context);
	look_keys(in, v, c, context);
}

/* ---- the source --------------------------------------------------------- */

void
code_look_spelled(struct inspection *in, const struct view *v,
    const struct flow_shape *s)
{
	struct report one = { .rule = "spelled-name",
	    .category = "obfuscation", .tactic = "TA0005",
	    .line = s->spelled_line, .text = "a name of what executes or "
	    "fetches, put together from pieces" };
	struct report some = one;

	some.rule = "spelled-names";
	some.text = "names of what executes or fetches, put together from "
	    "pieces";
	if (s->spelled != 0)
		inspection_report(in, v, s->spelled > 1 ? &some : &one);
}

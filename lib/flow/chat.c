/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat - bots and webhooks of chat services, and notes and tables of a team,
 * reached through a library: one that is made with a key in the code speaks to
 * who owns that key.
 *
 * Takes: calls.  Gives: the address of such clients, and calls that send.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/senders.h"
#include "flow/state.h"

/* Nobody's host: whoever has the bot reads there. */
static const char chat[] = "https://0wner.z9q.zz/chat";

bool
flow_is_chat(const struct flow *f, uint32_t name)
{
	static const char *const libraries[] = { "aiogram.", "apprise.",
	    "dhooks.", "discord.", "discord_webhook.", "disnake.", "hikari.",
	    "nextcord.", "notifiers.", "pyrogram.", "slack.", "slack_sdk.",
	    "slack_bolt.", "slacker.", "telebot.", "telegram.", "telethon.",
	    /* ... and notes and tables that a team keeps */
	    "airtable.", "asana.", "dropbox.", "github.", "notion_client.",
	    "pyairtable.", "todoist_api_python.", "trello." };
	char text[FLOW_NAME_MOST + 1];

	(void)flow_string(f, name, text);
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		if (*text == *libraries[i] && str_starts(text, libraries[i]))
			return true;
	return false;
}

uint32_t
flow_chat_address(struct flow *f)
{
	uint32_t text = flow_intern(f, chat, sizeof(chat) - 1, false);

	if (text != 0)
		f->texts[text].kept |= MARK_HOOK | MARK_KEYED;
	return text;
}

bool
flow_is_chat_address(const struct flow *f, uint32_t text)
{
	return text != 0 && f->texts[text].len == sizeof(chat) - 1 &&
	    str_equal(f->texts[text].bytes, chat);
}

static bool
has_keyed(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (flow_text_marks(f, fr->args[i].text) & MARK_KEYED)
			return true;
	return false;
}

static bool
speaks(const char *method)
{
	static const char *const starts[] = { "send", "post", "chat_post",
	    "notify", "publish", "execute", "reply", "files_upload",
	    "upload", "copy_message", "create", "append", "insert", "batch_",
	    "add_", "update" };

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (str_starts(method, starts[i]))
			return true;
	return false;
}

/* apprise.Apprise().add("tgram://..."): the object is bound to it. */
static void
bind_object(struct flow *f, const struct frame *fr)
{
	struct taint *to = &f->rows[fr->callee.row];

	if (fr->callee.row == 0 || to->where != 0 || !has_keyed(f, fr))
		return;
	to->where = flow_chat_address(f);
	f->changed = f->changed || f->read[fr->callee.row];
}

/* bot.send_message(chat, text); DiscordWebhook(url=..., content=text) */
void
flow_look_chat(struct flow *f, const struct frame *fr)
{
	static const struct fact sends = { "bot", DEED_SEND, 0 };
	const struct node *callee = flow_at(f, flow_at(f, fr->node)->kid);
	char method[FLOW_NAME_MOST + 1];

	/* What is called may have no word. */
	if (flow_at(f, fr->node)->kind != NODE_CALL || fr->nargs == 0 ||
	    (callee->kind != NODE_ATTR && callee->kind != NODE_NAME))
		return;
	if (callee->kind == NODE_ATTR &&
	    flow_is_chat_address(f, fr->callee.where) &&
	    speaks(flow_string(f, callee->name, method)))
		flow_tell_frame(f, fr, &sends, fr->callee.name);
	else if (flow_word_is(f, callee->name, "add")) {
		if (flow_is_chat(f, fr->callee.name))
			bind_object(f, fr);
	} else if (fr->nargs > 1 && flow_word_ends(f, callee->name,
	    "Webhook") && flow_is_chat(f, fr->callee.name) &&
	    has_keyed(f, fr))
		flow_tell_frame(f, fr, &sends, fr->callee.name);
}

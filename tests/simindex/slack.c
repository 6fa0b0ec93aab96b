/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slack - what Slack's incoming webhooks refuse, as documented.
 * Takes: a message.  Gives: NULL, or the word that Slack answers with.
 * Runs in: simreceiver.
 */
#include "slack.h"

#include <string.h>

#define BLOCKS_MOST 50
#define SECTION_MOST 3000
#define FIELDS_MOST 10
#define FIELD_MOST 2000
#define HEADER_MOST 150
#define CONTEXT_MOST 10
#define ACTIONS_MOST 25
#define BUTTON_MOST 75
#define TEXT_MOST 40000
/* Undocumented: 11,300 was refused and 9,600 was taken. */
#define MESSAGE_MOST 10000

/* Characters, which is what Slack counts. */
static size_t
characters(const char *s)
{
	size_t	 n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

struct tally { size_t sum; const char *refusal; };

static void
check_text(struct tally *t, json_t *o, size_t most, const char *only)
{
	const char	*type = json_string_value(json_object_get(o, "type"));
	const char	*text = json_string_value(json_object_get(o, "text"));
	size_t		 n;

	if (type == NULL || text == NULL || *text == '\0' ||
	    (strcmp(type, "mrkdwn") != 0 && strcmp(type, "plain_text") != 0) ||
	    (only != NULL && strcmp(type, only) != 0)) {
		t->refusal = "invalid_blocks";
		return;
	}
	n = characters(text);
	t->sum += n;
	if (n > most)
		t->refusal = "invalid_blocks";
}

static void
check_list(struct tally *t, json_t *list, size_t most, size_t each)
{
	size_t	 i;
	json_t	*o;

	if (json_array_size(list) == 0 || json_array_size(list) > most)
		t->refusal = "invalid_blocks";
	json_array_foreach(list, i, o)
		check_text(t, o, each, NULL);
}

static void
check_actions(struct tally *t, json_t *list)
{
	size_t	 i;
	json_t	*o;

	if (json_array_size(list) == 0 || json_array_size(list) > ACTIONS_MOST)
		t->refusal = "invalid_blocks";
	json_array_foreach(list, i, o)
		check_text(t, json_object_get(o, "text"), BUTTON_MOST,
		    "plain_text");
}

static void
check_section(struct tally *t, json_t *block)
{
	json_t	*text = json_object_get(block, "text");
	json_t	*fields = json_object_get(block, "fields");

	if (text == NULL && fields == NULL)
		t->refusal = "invalid_blocks";
	if (text != NULL)
		check_text(t, text, SECTION_MOST, NULL);
	if (fields != NULL)
		check_list(t, fields, FIELDS_MOST, FIELD_MOST);
}

static void
check_block(struct tally *t, json_t *block)
{
	const char	*type = json_string_value(json_object_get(block,
	    "type"));

	if (type == NULL)
		t->refusal = "invalid_blocks";
	else if (strcmp(type, "header") == 0)
		check_text(t, json_object_get(block, "text"), HEADER_MOST,
		    "plain_text");
	else if (strcmp(type, "section") == 0)
		check_section(t, block);
	else if (strcmp(type, "context") == 0)
		check_list(t, json_object_get(block, "elements"),
		    CONTEXT_MOST, SECTION_MOST);
	else if (strcmp(type, "actions") == 0)
		check_actions(t, json_object_get(block, "elements"));
	else if (strcmp(type, "divider") != 0)
		t->refusal = "invalid_blocks";
}

const char *
slack_refusal(json_t *message)
{
	struct tally	 t = { 0, NULL };
	const char	*text = json_string_value(json_object_get(message,
	    "text"));
	json_t		*blocks = json_object_get(message, "blocks"), *block;
	size_t		 i;

	if (!json_is_object(message))
		return "invalid_payload";
	if ((text == NULL || *text == '\0') && json_array_size(blocks) == 0)
		return "no_text";
	if (text != NULL && characters(text) > TEXT_MOST)
		return "msg_too_long";
	if (blocks != NULL && (!json_is_array(blocks) ||
	    json_array_size(blocks) > BLOCKS_MOST))
		return "invalid_blocks";
	json_array_foreach(blocks, i, block)
		check_block(&t, block);
	if (t.refusal == NULL && t.sum > MESSAGE_MOST)
		return "msg_blocks_too_long";
	return t.refusal;
}

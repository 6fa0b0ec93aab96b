/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render - what the renderers of this folder share.
 * Runs in: alert, the command (previews).
 */
#include "alert/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/sinks.h"
#include "base/limits.h"
#include "base/mem.h"

static char *
dump(json_t *root)
{
	char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(root);
	if (text == NULL)
		mem_exhausted(0);
	return text;
}

int
render_fitting(const struct render_job *job, const struct alert *a,
    render_message *message, void (*finish)(json_t *,
    const struct render_job *), struct rendered *out, char *why, size_t room)
{
	for (size_t i = 0; i < DETAIL_STEPS; i++) {
		json_t	*root = message(job, a, &details[i]);
		char	*text = dump(json_incref(root));
		bool	 fits = text_units(text, strlen(text)) <
		    job->limits->total;

		free(text);
		if (!fits) {
			json_decref(root);
			continue;
		}
		if (finish != NULL)
			finish(root, job);
		text = dump(root);
		buf_adds(&out->body, text);
		free(text);
		return 0;
	}
	snprintf(why, room, "the message does not fit the receiver's limits");
	return -1;
}

bool
delivery_id_valid(const char *id)
{
	return *id != '\0' && strlen(id) <= DELIVERY_ID_MAX &&
	    strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == strlen(id);
}

json_t *
render_text(const char *s, size_t most, enum text_style style)
{
	struct buf	 b = BUF_EMPTY;
	json_t		*out;

	text_put(&b, s, most, style);
	out = json_string(buf_text(&b));
	buf_release(&b);
	return out != NULL ? out : json_string("");
}

char *
render_sections(const struct story *s, enum section first,
    const struct markup *m, size_t most)
{
	struct story	 some = *s;
	struct buf	 b = BUF_EMPTY;
	int		 last = SECTION_COUNT - 1;

	for (;;) {
		buf_reset(&b);
		story_write(&b, &some, first, m);
		if (text_units(buf_text(&b), b.len) <= most)
			return buf_steal(&b);
		/* From the least important line on: files, indicators, ... */
		while (last >= (int)first && some.sections[last].nlines == 0)
			last--;
		if (last < (int)first)
			break;
		some.sections[last].nlines--;
		if (some.sections[last].nlines == 0)
			some.sections[last].more = NULL;
	}
	buf_release(&b);
	return mem_strdup("");
}

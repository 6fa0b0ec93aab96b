/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_webhook - the generic webhook, signed as Standard Webhooks 1.0 says.
 * Takes: the stored payload, untouched: the signature covers its very bytes.
 * Gives: body and headers.  Runs in: alert, the command.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"

#define SECRET_PREFIX "whsec_"
enum { KEY_LEAST = 24, KEY_MOST = 64 };	/* bytes, by the specification */

static int
sign(const char *secret, size_t len, const struct buf *content,
    struct buf *out, char *why, size_t room)
{
	uint8_t	 mac[SHA256_BYTES], *key = NULL;
	char	*text = mem_strndup(secret, len), *b64;
	size_t	 n = 0;

	if (str_starts(text, SECRET_PREFIX))
		key = base64_decode(text + strlen(SECRET_PREFIX), &n);
	explicit_bzero(text, len);
	free(text);
	if (key == NULL || n < KEY_LEAST || n > KEY_MOST) {
		snprintf(why, room, "a key in secret-file is not %s and the"
		    " base64 of %d to %d bytes", SECRET_PREFIX, KEY_LEAST,
		    KEY_MOST);
		free(key);
		return -1;
	}
	hmac_sha256(key, n, buf_text(content), content->len, mac);
	b64 = base64_encode(mac, sizeof(mac));
	buf_addf(out, "%sv1,%s", out->len > 0 ? " " : "", b64);
	free(b64);
	explicit_bzero(key, n);
	free(key);
	return 0;
}

/* Keys are separated by blanks; while one replaces another both sign. */
static int
sign_all(const struct render_job *job, struct buf *out, char *why, size_t room)
{
	struct buf	 content = BUF_EMPTY;
	const char	*s = job->sink->secret;
	int		 rc = 0;
	size_t		 n;

	buf_addf(&content, "%s.%" PRId64 ".%s", job->delivery_id, job->now_s,
	    job->payload);
	for (; rc == 0 && *(s += strspn(s, " \t")) != '\0'; s += n) {
		n = strcspn(s, " \t");
		rc = sign(s, n, &content, out, why, room);
	}
	buf_release(&content);
	return rc;
}

int
render_webhook(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	struct buf signature = BUF_EMPTY;

	(void)a;
	if (!delivery_id_valid(job->delivery_id)) {
		snprintf(why, room, "the delivery id holds a character that"
		    " webhook-id may not hold");
		return -1;
	}
	if (job->sink != NULL && job->sink->secret != NULL &&
	    sign_all(job, &signature, why, room) == -1) {
		buf_release(&signature);
		return -1;
	}
	buf_adds(&out->body, job->payload);
	rendered_header(out, "Content-Type: application/json");
	rendered_header(out, "webhook-id: %s", job->delivery_id);
	rendered_header(out, "webhook-timestamp: %" PRId64, job->now_s);
	if (signature.len > 0)
		rendered_header(out, "webhook-signature: %s", signature.data);
	for (size_t i = 0; job->sink != NULL && i < job->sink->nheaders; i++)
		rendered_header(out, "%s", job->sink->headers[i]);
	out->nsecret = job->sink != NULL ? job->sink->nheaders : 0;
	buf_release(&signature);
	return 0;
}

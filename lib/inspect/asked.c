/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asked - what is asked before a call, by the words of the source around it.
 * Takes: a view, a place in it.  Gives: whether somebody is asked.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/asked.h"
#include "inspect/inspection.h"
#include "inspect/wording.h"

#define GUARD_BYTES 1024	/* of source, before a call */
#define ASKED_BYTES 256		/* a block under one condition */

/* A server that turns away whom it does not know.  It says so wherever it
 * does: in a dependency of FastAPI, a filter, a class. */
static bool
turns_away(const struct view *v)
{
	static const char *const words[] = { "compare_digest",
	    "check_password_hash", "HTTPBearer", "HTTPBasicCredentials",
	    "OAuth2PasswordBearer", "APIKeyHeader", "HTTPException(401",
	    "HTTPException(403", "HTTPException(status_code=401",
	    "HTTPException(status_code=403", "HTTP_401_", "HTTP_403_",
	    "abort(401", "abort(403", "HTTPUnauthorized", "HTTPForbidden",
	    "Security(", "Depends(verify", "Depends(require", "Depends(auth",
	    "Depends(get_current", "jwt_required", "auth_required",
	    "token_required", "key_required" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Is somebody asked for who he is, or where from, around that place? */
bool
asked_who(const struct view *v, size_t at)
{
	static const char *const words[] = { "remote_addr", "login_required",
	    "is_authenticated", "current_user", "app.debug", "permission",
	    "is_owner", "is_admin", "require_auth" };
	size_t from = at > GUARD_BYTES ? at - GUARD_BYTES : 0;

	if (at > v->size)
		return false;
	return turns_away(v) ||
	    str_any_in(words, ARRAY_LEN(words), v->data + from, at - from);
}

/* if "publish" in sys.argv: whoever releases the package asks for it. */
bool
asked_to_publish(const struct view *v, size_t at)
{
	static const char *const words[] = { "publish", "upload", "release",
	    "deploy" };
	const uint8_t *from, *end, *line;

	if (at > v->size)
		return false;
	from = v->data + (at > ASKED_BYTES ? at - ASKED_BYTES : 0);
	end = memmem(from, (size_t)(v->data + at - from), "sys.argv", 8);
	if (end == NULL)
		return false;
	line = memrchr(from, '\n', (size_t)(end - from));
	line = line != NULL ? line + 1 : from;
	end = memchr(end, '\n', (size_t)(v->data + at - end));
	for (size_t i = 0; end != NULL && i < ARRAY_LEN(words); i++)
		if (memmem(line, (size_t)(end - line), words[i],
		    strlen(words[i])) != NULL)
			return true;
	return false;
}

/* Does what stands in the block that this line opens wait for somebody? */
static bool
opens_later(const uint8_t *line, size_t len)
{
	static const char *const words[] = { "def ", "async def ", "class ",
	    "if __name__" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (len > n && memcmp(line, words[i], n) == 0)
			return true;
	}
	return false;
}

/* app.run() and uvicorn.run(app) are begun where a line at the margin says. */
bool
asked_to_serve(const struct view *v)
{
	const uint8_t *line = v->data, *stop = v->data + v->size, *end;
	bool later = false;

	for (; line < stop; line = end + 1) {
		end = memchr(line, '\n', (size_t)(stop - line));
		end = end != NULL ? end : stop;
		if (end > line && strchr(" \t\r#)]}", *line) == NULL)
			later = opens_later(line, (size_t)(end - line));
		if (!later && memmem(line, (size_t)(end - line), ".run(", 5) !=
		    NULL)
			return false;
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - one index as poll asks it.
 * Takes: its section of the config.  Gives: addresses of pages and files.
 * Runs in: poll.
 */
#include "poll/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/project_page.h"
#include "data/upload.h"

static const char name_chars[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

void
site_init(struct site *s, const char *name, const char *url,
    const char *files_url, const char *authorization, int64_t rate)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	*s = (struct site){ .name = mem_strdup(name),
	    .url = mem_strndup(url, n),
	    .authorization = mem_strdup(authorization),
	    .plain = str_starts(url, "http://") };
	s->files_prefix = mem_printf("%s%s", files_url,
	    str_ends(files_url, "/") ? "" : "/");
	bucket_init(&s->bucket, rate, clock_mono_ms());
}

void
site_release(struct site *s)
{
	free(s->name);
	free(s->url);
	free(s->files_prefix);
	free(s->authorization);
	*s = (struct site){ 0 };
}

const char *
site_name(const struct site *s)
{
	return s->name != NULL ? s->name : "pypi";
}

bool
site_is_project(const char *s)
{
	return s != NULL && s[0] != '\0' &&
	    strspn(s, name_chars) == strlen(s) && strspn(s, ".") != strlen(s);
}

static void
add_encoded(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr(name_chars, *s) != NULL || *s == '!' || *s == '+')
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned char)*s);
	}
}

char *
site_index_url(const struct site *s)
{
	return mem_printf("%s/simple/", s->url);
}

char *
site_project_url(const struct site *s, const char *project)
{
	struct buf b = BUF_EMPTY;

	buf_addf(&b, "%s/simple/", s->url);
	project_add_normalized(&b, project);
	buf_addc(&b, '/');
	return buf_steal(&b);
}

char *
site_json_url(const struct site *s, const char *project, const char *version)
{
	struct buf b = BUF_EMPTY;

	buf_addf(&b, "%s/pypi/", s->url);
	project_add_normalized(&b, project);
	if (version != NULL) {
		buf_addc(&b, '/');
		add_encoded(&b, version);
	}
	buf_adds(&b, "/json");
	return buf_steal(&b);
}

bool
site_place(const struct site *s, const char *page, struct release *rel,
    char *why, size_t room)
{
	for (size_t i = 0; i < rel->nuploads; i++) {
		struct upload *u = &rel->uploads[i];
		char *whole = http_url_join(page, u->url);

		if (whole != NULL) {
			free(u->url);
			u->url = whole;
		}
		if (whole == NULL || !str_starts(u->url, s->files_prefix)) {
			snprintf(why, room, "the URL of %s is not below "
			    "%s.files-url: %s", vis(u->filename),
			    s->name != NULL ? "index" : "pypi", vis(u->url));
			return false;
		}
	}
	return true;
}

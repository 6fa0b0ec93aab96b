/* SPDX-License-Identifier: Apache-2.0 */
/*
 * project_page - where a person reads about a project on its own index.
 * Takes: the index sections, names.  Gives: addresses.
 * Runs in: alert, web, the command.
 */
#include "data/project_page.h"

#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/str.h"

bool
index_is_main(const char *index)
{
	return index == NULL || index[0] == '\0' ||
	    str_equal(index, MAIN_INDEX);
}

const struct config_index *
index_section(const struct config_index *indexes, size_t n, const char *index)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal(indexes[i].name, index))
			return &indexes[i];
	return NULL;
}

/* What a name or version may hold; `!` and `+` stand encoded. */
static bool
add_segment(struct buf *b, const char *s, size_t most)
{
	static const char plain[] = "0123456789._-"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (s[0] == '\0' || strlen(s) > most ||
	    strspn(s, ".") == strlen(s))
		return false;
	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			buf_addc(b, *s);
		else if (*s == '!' || *s == '+')
			buf_addf(b, "%%%02X", (unsigned int)*s);
		else
			return false;
	buf_addc(b, '/');
	return true;
}

char *
project_page(const char *base, const char *project, const char *version)
{
	struct buf url = BUF_EMPTY;

	buf_adds(&url, base);
	if (add_segment(&url, project, PROJECT_NAME_MAX) &&
	    (version == NULL || version[0] == '\0' ||
	    add_segment(&url, version, VERSION_MAX)) &&
	    url.len <= URL_MAX)
		return buf_steal(&url);
	buf_release(&url);
	return NULL;
}

void
project_add_normalized(struct buf *b, const char *name)
{
	for (; *name != '\0'; name++) {
		if (strchr("._-", *name) != NULL) {
			buf_addc(b, '-');
			name += strspn(name, "._-") - 1;
		} else
			buf_addc(b, *name >= 'A' && *name <= 'Z' ?
			    (char)(*name | 0x20) : *name);
	}
}

char *
project_page_on(const struct config_index *indexes, size_t n,
    const char *index, const char *project, const char *version)
{
	const struct config_index *x = index_section(indexes, n, index);
	struct buf	 base = BUF_EMPTY, name = BUF_EMPTY;
	char		*url;

	if (index_is_main(index))
		return project_page(PYPI_PAGES, project, version);
	if (x == NULL || x->url == NULL)
		return NULL;
	buf_addf(&base, "%s%ssimple/", x->url,
	    str_ends(x->url, "/") ? "" : "/");
	project_add_normalized(&name, project);
	url = project_page(buf_text(&base), buf_text(&name), NULL);
	buf_release(&base);
	buf_release(&name);
	return url;
}

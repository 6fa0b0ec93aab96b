/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package - what a release is made of, and the sdist and wheel built of it.
 * Takes: metadata and members.  Gives: archives as uploaders make them.
 * Runs in: simindex.
 */
#include "package.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "pack.h"

struct package *
package_new(const char *name, const char *version)
{
	struct package	*p = must_alloc(sizeof(*p));

	p->name = must_copy(name);
	p->version = must_copy(version);
	return p;
}

void
package_free(struct package *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->nmembers; i++) {
		free(p->members[i].path);
		free(p->members[i].bytes);
		free(p->members[i].link);
	}
	for (size_t i = 0; i < p->nclassifiers; i++)
		free(p->classifiers[i]);
	for (size_t i = 0; i < p->nrequires; i++)
		free(p->requires[i]);
	free(p->members);
	free(p->classifiers);
	free(p->requires);
	free(p->name);
	free(p->version);
	free(p->summary);
	free(p->author);
	free(p->author_email);
	free(p->home_page);
	free(p->description);
	free(p->license);
	free(p->requires_python);
	free(p);
}

void
package_set(char **field, const char *value)
{
	free(*field);
	*field = must_copy(value);
}

static void
list_add(char ***list, size_t *n, const char *value)
{
	*list = must_grow(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = must_copy(value);
}

void
package_classifier(struct package *p, const char *value)
{
	list_add(&p->classifiers, &p->nclassifiers, value);
}

void
package_require(struct package *p, const char *value)
{
	list_add(&p->requires, &p->nrequires, value);
}

struct member *
package_add(struct package *p, unsigned int where, const char *path,
    const void *bytes, size_t len)
{
	struct member	*m;

	p->members = must_grow(p->members, p->nmembers + 1,
	    sizeof(*p->members));
	m = &p->members[p->nmembers++];
	*m = (struct member){ .path = must_copy(path), .len = len,
	    .mode = 0644, .where = where };
	m->bytes = must_alloc(len + 1);
	memcpy(m->bytes, bytes, len);
	return m;
}

void
package_text(struct package *p, unsigned int where, const char *path,
    const char *text)
{
	package_add(p, where, path, text, strlen(text));
}

void
package_textf(struct package *p, unsigned int where, const char *path,
    const char *format, ...)
{
	va_list	 ap;
	char	*s;
	int	 len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	s = must_alloc((size_t)len + 1);
	va_start(ap, format);
	vsnprintf(s, (size_t)len + 1, format, ap);
	va_end(ap);
	package_add(p, where, path, s, (size_t)len);
	free(s);
}

void
package_furnish(struct package *p)
{
	package_textf(p, IN_SDIST, "README.md", "%s",
	    p->description != NULL ? p->description : "");
	package_text(p, IN_SDIST, "LICENSE",
	    "Permission is hereby granted, free of charge, to any person "
	    "obtaining a copy\nof this software, to deal in it without "
	    "restriction.\nThe software is provided \"as is\", without "
	    "warranty of any kind.\n");
	package_textf(p, IN_SDIST, "pyproject.toml",
	    "[build-system]\nrequires = [\"setuptools>=68\"]\n"
	    "build-backend = \"setuptools.build_meta\"\n\n"
	    "[project]\nname = \"%s\"\nversion = \"%s\"\n"
	    "description = \"%s\"\nrequires-python = \">=3.8\"\n",
	    p->name, p->version, p->summary != NULL ? p->summary : "");
}

char *
name_normal(const char *name)
{
	char	*out = must_copy(name), *to = out;

	for (const char *s = name; *s != '\0'; s++) {
		if (strchr("-_.", *s) == NULL)
			*to++ = (char)tolower((unsigned char)*s);
		else if (to > out && to[-1] != '-')
			*to++ = '-';
	}
	*to = '\0';
	return out;
}

char *
name_file(const char *name)
{
	char	*out = name_normal(name);

	for (char *s = out; *s != '\0'; s++)
		if (*s == '-')
			*s = '_';
	return out;
}

static void
header(struct text *t, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		text_putf(t, "%s: %s\n", key, value);
}

char *
package_metadata(const struct package *p)
{
	struct text	 t = { 0 };

	text_putf(&t, "Metadata-Version: 2.1\nName: %s\nVersion: %s\n",
	    p->name, p->version);
	header(&t, "Summary", p->summary);
	header(&t, "Home-page", p->home_page);
	header(&t, "Author", p->author);
	header(&t, "Author-email", p->author_email);
	header(&t, "License", p->license);
	for (size_t i = 0; i < p->nclassifiers; i++)
		header(&t, "Classifier", p->classifiers[i]);
	header(&t, "Requires-Python", p->requires_python);
	for (size_t i = 0; i < p->nrequires; i++)
		header(&t, "Requires-Dist", p->requires[i]);
	if (p->description != NULL)
		text_putf(&t, "Description-Content-Type: text/markdown\n\n%s",
		    p->description);
	return text_take(&t);
}

char *
package_sdist_name(const struct package *p)
{
	char	*name = name_file(p->name);
	char	*out = must_format("%s-%s.tar.gz", name, p->version);

	free(name);
	return out;
}

char *
package_wheel_name(const struct package *p)
{
	char	*name = name_file(p->name);
	char	*out = must_format("%s-%s-py3-none-any.whl", name, p->version);

	free(name);
	return out;
}

void
package_sdist(const struct package *p, struct text *out)
{
	struct text	 tar = { 0 };
	char		*name = name_file(p->name);
	char		*top = must_format("%s-%s", name, p->version);
	char		*meta = package_metadata(p);
	char		*path = must_format("%s/PKG-INFO", top);

	tar_put(&tar, path, meta, strlen(meta), 0644, NULL);
	for (size_t i = 0; i < p->nmembers; i++) {
		const struct member	*m = &p->members[i];

		if ((m->where & IN_SDIST) == 0)
			continue;
		free(path);
		path = m->raw ? must_copy(m->path) :
		    must_format("%s/%s", top, m->path);
		tar_put(&tar, path, m->bytes, m->len, m->mode, m->link);
	}
	tar_end(&tar);
	gzip_text(tar.s, tar.len, out);
	text_free(&tar);
	free(path);
	free(meta);
	free(top);
	free(name);
}

static void
record_line(struct text *record, const char *path, const void *bytes,
    size_t len)
{
	unsigned char	 raw[EVP_MAX_MD_SIZE];
	unsigned int	 n = 0;
	char		*sum;

	EVP_Digest(bytes, len, raw, &n, EVP_sha256(), NULL);
	sum = base64_url_text(raw, n);
	text_putf(record, "%s,sha256=%s,%zu\n", path, sum, len);
	free(sum);
}

/* QUIRK_VIEWS: who streams finds first what the directory does not list. */
static void
wheel_member(struct zip *zip, const struct package *p, const struct member *m,
    struct text *record)
{
	static const char	 innocent[] = "# nothing to see here\n";
	bool			 lies = (p->quirks & QUIRK_VIEWS) != 0 &&
	    strstr(m->path, "__init__.py") != NULL;

	if (lies) {
		zip_put(zip, m->path, NULL, innocent, sizeof(innocent) - 1);
		zip_put(zip, m->path, m->path, m->bytes, m->len);
	} else
		zip_put(zip, m->path, m->path, m->bytes, m->len);
	if (p->quirks & QUIRK_RECORD)
		record_line(record, m->path, innocent, sizeof(innocent) - 1);
	else
		record_line(record, m->path, m->bytes, m->len);
}

static void
wheel_info(struct zip *zip, const char *info, const char *file,
    const char *text, struct text *record)
{
	char	*path = must_format("%s/%s", info, file);

	if (record != NULL)
		record_line(record, path, text, strlen(text));
	zip_put(zip, path, path, text, strlen(text));
	free(path);
}

void
package_wheel(const struct package *p, struct text *out)
{
	struct zip	 zip = { 0 };
	struct text	 record = { 0 };
	char		*name = name_file(p->name);
	char		*info = must_format("%s-%s.dist-info", name,
	    p->version);
	char		*meta = package_metadata(p);

	for (size_t i = 0; i < p->nmembers; i++)
		if (p->members[i].where & IN_WHEEL)
			wheel_member(&zip, p, &p->members[i], &record);
	wheel_info(&zip, info, "METADATA", meta, &record);
	wheel_info(&zip, info, "WHEEL", "Wheel-Version: 1.0\n"
	    "Generator: bdist_wheel (0.43.0)\nRoot-Is-Purelib: true\n"
	    "Tag: py3-none-any\n", &record);
	text_putf(&record, "%s/RECORD,,\n", info);
	wheel_info(&zip, info, "RECORD", record.s, NULL);
	zip_end(&zip, out);
	text_free(&record);
	free(meta);
	free(info);
	free(name);
}

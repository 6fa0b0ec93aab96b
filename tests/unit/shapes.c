/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes - texts that hold little packages.
 *
 *     === NAME KIND                  KIND: wheel, sdist
 *     --- PATH                       a member; its text follows
 *     --- PATH !xor KEY              a Windows image under a one-byte XOR
 *     --- PATH !hex                  its text is bytes in hexadecimal
 */
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* The least that counts as a Windows image. */
static void
make_image(struct buf *out, unsigned long key)
{
	char image[4096];

	memset(image, 0, sizeof(image));
	for (size_t i = 512; i < sizeof(image); i++)
		image[i] = (char)(i * 37 % 251);
	memcpy(image, "MZ\x90", 3);
	image[0x3c] = (char)0x80;
	memcpy(image + 0x80, "PE\0\0\x64\x86", 6);
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (char)((unsigned char)image[i] ^ key);
	buf_add(out, image, sizeof(image));
}

void
shape_add(struct shape *s, const char *path, const void *data, size_t len)
{
	s->members = mem_grow(s->members, s->n + 1, sizeof(*s->members));
	s->members[s->n] = (struct shape_member){ .path = mem_strdup(path) };
	buf_add(&s->members[s->n++].data, data, len);
}

static void
hex_add(struct buf *out, const char *line)
{
	unsigned int byte;

	for (; sscanf(line, "%2x", &byte) == 1; line += 2)
		buf_addc(out, (char)byte);
}

static struct shape *
shape_new(struct shape **list, size_t *n, char *line)
{
	char *kind = strrchr(line, ' ');

	*kind++ = '\0';
	*list = mem_grow(*list, *n + 1, sizeof(**list));
	(*list)[*n] = (struct shape){ .name = mem_strdup(line),
	    .wheel = str_equal(kind, "wheel") };
	return &(*list)[(*n)++];
}

struct shape *
shapes_read(const char *file, size_t *n)
{
	char *text = inspect_tools_read(file), *next = text;
	struct shape *list = NULL, *at = NULL;
	bool hex = false;

	*n = 0;
	for (char *line; next != NULL && *next != '\0';) {
		char *make;

		line = next;
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (str_starts(line, "=== ")) {
			at = shape_new(&list, n, line + 4);
		} else if (str_starts(line, "--- ") && at != NULL) {
			make = strstr(line, " !");
			if (make != NULL)
				*make = '\0';
			shape_add(at, line + 4, "", 0);
			hex = make != NULL && str_starts(make + 2, "hex");
			if (make != NULL && !hex)
				make_image(&at->members[at->n - 1].data,
				    strtoul(make + 6, NULL, 10));
		} else if (at != NULL && at->n > 0 && hex) {
			hex_add(&at->members[at->n - 1].data, line);
		} else if (at != NULL && at->n > 0) {
			buf_adds(&at->members[at->n - 1].data, line);
			buf_addc(&at->members[at->n - 1].data, '\n');
		}
	}
	free(text);
	return list;
}

void
shapes_free(struct shape *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].n; k++) {
			free(list[i].members[k].path);
			buf_release(&list[i].members[k].data);
		}
		free(list[i].members);
		free(list[i].name);
	}
	free(list);
}

struct shape *
shape_copy(const struct shape *from)
{
	struct shape *s = mem_alloc(sizeof(*s));

	*s = (struct shape){ .name = mem_strdup(from->name),
	    .wheel = from->wheel };
	for (size_t i = 0; i < from->n; i++)
		shape_add(s, from->members[i].path,
		    buf_text(&from->members[i].data),
		    from->members[i].data.len);
	return s;
}

/* ---- looking --------------------------------------------------------------- */

/* Where a wheel's .data folder is installed to, as lib/unpack says. */
static char *
inner_of(const char *path)
{
	const char *scripts = strstr(path, ".data/scripts/");
	const char *data = strstr(path, ".data/data/");

	if (scripts != NULL)
		return mem_printf("bin/%s", scripts + 14);
	return mem_strdup(data != NULL ? data + 11 : path);
}

static void
feed(struct inspection *in, const char *path, const void *data, size_t len)
{
	char *inner = inner_of(path);
	struct entry e = { .kind = ENTRY_FILE, .path = path, .inner = inner,
	    .data = data, .size = len, .declared = len, .installed = true };

	inspection_entry(in, &e);
	free(inner);
}

static void
feed_metadata(struct inspection *in, const struct shape *s, bool proper)
{
	static const char rich[] = "Summary: a thing\n"
	    "Author-email: a@example.org\nHome-page: https://example.org/a\n"
	    "Classifier: Topic :: Misc\n\n"
	    "A description that is long enough to say what this is about.\n";
	char *text = mem_printf("Metadata-Version: 2.1\nName: %s\n"
	    "Version: 1.0\n%s", s->name, proper ? rich : "");

	feed(in, s->wheel ? "a-1.0.dist-info/METADATA" : "PKG-INFO", text,
	    strlen(text));
	free(text);
}

unsigned int
shape_score(const struct inspect_tools *t, const struct shape *s, bool proper,
    struct features *f)
{
	struct inspected_file file = { .project = s->name, .version = "1.0",
	    .filename = s->name,
	    .packagetype = s->wheel ? PACKAGE_WHEEL : PACKAGE_SDIST };
	struct features own = { 0 };
	struct inspection *in;
	struct verdict v;
	unsigned int score;

	in = inspection_new(t->inspector, &file, NULL, &own);
	for (size_t i = 0; i < s->n; i++)
		feed(in, s->members[i].path, buf_text(&s->members[i].data),
		    s->members[i].data.len);
	feed_metadata(in, s, proper);	/* after a package's own */
	inspection_end(in);
	inspection_free(in);
	judge_file(&t->judge, &own, NULL, &v);
	score = v.score;
	verdict_release(&v);
	if (f != NULL)
		*f = own;
	else
		features_release(&own);
	return score;
}

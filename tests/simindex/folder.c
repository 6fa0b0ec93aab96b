/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder - real archives of a directory as releases.
 * Takes: a directory of sdists and wheels.  Gives: uploads of them, with the
 * metadata that stands inside each.
 * Runs in: simindex.
 */
#include "folder.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define METADATA_MOST (4 << 20)

static bool
ends(const char *s, const char *tail)
{
	size_t	 n = strlen(s), m = strlen(tail);

	return n > m && strcmp(s + n - m, tail) == 0;
}

/* Name and version as the file's name has them. */
static bool
split_name(const char *file, char **name, char **version)
{
	static const char *const tails[] = { ".tar.gz", ".zip", ".tgz",
	    ".tar.bz2", ".tar.xz" };
	char	*stem = must_copy(file), *dash = NULL, *end;
	bool	 wheel = ends(file, ".whl");

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (ends(stem, tails[i]))
			stem[strlen(stem) - strlen(tails[i])] = '\0';
	dash = wheel ? strchr(stem, '-') : strrchr(stem, '-');
	if (strlen(stem) == strlen(file) && !wheel)
		dash = NULL;
	if (dash != NULL) {
		*dash++ = '\0';
		if (wheel && (end = strchr(dash, '-')) != NULL)
			*end = '\0';
		*name = must_copy(stem);
		*version = must_copy(dash);
	}
	free(stem);
	return dash != NULL;
}

static bool
is_metadata(const char *path)
{
	const char	*slash = strchr(path, '/');

	if (slash == NULL || strchr(slash + 1, '/') != NULL)
		return false;
	return strcmp(slash, "/PKG-INFO") == 0 ||
	    (strcmp(slash, "/METADATA") == 0 && strstr(path, ".dist-info/"));
}

/* The core metadata inside, or NULL. */
static char *
read_metadata(const char *path)
{
	struct archive		*a = archive_read_new();
	struct archive_entry	*e;
	char			*out = NULL;

	archive_read_support_format_all(a);
	archive_read_support_filter_all(a);
	if (archive_read_open_filename(a, path, 65536) == ARCHIVE_OK) {
		while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
			const char	*name = archive_entry_pathname(e);
			int64_t		 n = archive_entry_size(e);

			if (name == NULL || !is_metadata(name) || n < 0 ||
			    n > METADATA_MOST)
				continue;
			out = must_alloc((size_t)n + 1);
			if (archive_read_data(a, out, (size_t)n) < 0)
				out[0] = '\0';
			break;
		}
	}
	archive_read_free(a);
	return out;
}

static void
one_header(struct package *p, char *line)
{
	char	*value = strchr(line, ':');

	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " ");
	if (strcasecmp(line, "Summary") == 0)
		package_set(&p->summary, value);
	else if (strcasecmp(line, "Author") == 0)
		package_set(&p->author, value);
	else if (strcasecmp(line, "Author-email") == 0)
		package_set(&p->author_email, value);
	else if (strcasecmp(line, "Home-page") == 0)
		package_set(&p->home_page, value);
	else if (strcasecmp(line, "License") == 0)
		package_set(&p->license, value);
	else if (strcasecmp(line, "Requires-Python") == 0)
		package_set(&p->requires_python, value);
	else if (strcasecmp(line, "Classifier") == 0)
		package_classifier(p, value);
	else if (strcasecmp(line, "Requires-Dist") == 0)
		package_require(p, value);
}

static void
take_metadata(struct package *p, const char *path)
{
	char	*text = read_metadata(path), *at = text, *line;

	while (at != NULL && (line = strsep(&at, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (*line == '\0')
			break;
		if (*line != ' ' && *line != '\t')
			one_header(p, line);
	}
	if (at != NULL)
		package_set(&p->description, at);
	free(text);
}

static unsigned char *
map(const char *path, size_t *len)
{
	struct stat	 st;
	void		*p = MAP_FAILED;
	int		 fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1 && fstat(fd, &st) == 0 && st.st_size > 0) {
		*len = (size_t)st.st_size;
		p = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd != -1)
		close(fd);
	return p != MAP_FAILED ? p : NULL;
}

int
folder_file(struct world *w, const char *path)
{
	const char		*file = strrchr(path, '/');
	char			*name, *version;
	struct sim_project	*project;
	struct sim_release	*r = NULL;
	unsigned char		*bytes;
	size_t			 len;

	file = file != NULL ? file + 1 : path;
	if (!split_name(file, &name, &version))
		return -1;
	if ((bytes = map(path, &len)) != NULL) {
		project = world_project(w, name, world_serial(w));
		if (project != NULL)
			r = project_release(project, version,
			    world_serial(w));
		if (r == NULL) {
			struct package	*p = package_new(name, version);

			take_metadata(p, path);
			r = world_release(w, p, "real");
		}
		world_upload(w, r, file, bytes, len, true);
	}
	free(name);
	free(version);
	return bytes != NULL ? 0 : -1;
}

int
folder_publish(struct world *w, const char *dir)
{
	struct dirent	**list;
	int		 n = scandir(dir, &list, NULL, alphasort), done = 0;

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		char	*path = must_format("%s/%s", dir, list[i]->d_name);

		if (folder_file(w, path) == 0)
			done++;
		free(path);
		free(list[i]);
	}
	free(list);
	return done;
}

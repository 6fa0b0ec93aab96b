/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret - one secret out of a file that only we may read.
 * Takes: the value of a *-file key.  Gives: its first line, or why not.
 * Runs in: poll, fetch, alert and the command, before their sandbox.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"

#define SECRET_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* systemd puts LoadCredential= files there under their bare names. */
static int
secret_open(const char *file)
{
	const char	*folder = getenv("CREDENTIALS_DIRECTORY");
	char		*path;
	int		 fd = -1;

	if (file[0] != '/' && folder != NULL) {
		path = mem_printf("%s/%s", folder, file);
		fd = open(path, SECRET_FLAGS);
		free(path);
	}
	return fd != -1 ? fd : open(file, SECRET_FLAGS);
}

/* NULL when the file may hold a secret, else what is wrong. */
static const char *
secret_check(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is not a regular file";
	if ((st.st_mode & S_IRWXO) != 0)
		return "is open to every user: chmod o= it";
	if ((st.st_mode & S_IWGRP) != 0)
		return "is writable by its group: chmod g-w it";
	return NULL;
}

/* Cuts `text` to its first line; NULL, or what is wrong with it. */
static const char *
line_cut(const char *text, size_t *len)
{
	const char *end = memchr(text, '\n', *len);

	if (end != NULL)
		*len = (size_t)(end - text);
	if (*len > 0 && text[*len - 1] == '\r')
		--*len;
	if (*len == 0)
		return "its first line is empty";
	if (*len > SECRET_MAX)
		return "its first line is too long";
	return memchr(text, '\0', *len) != NULL ? "holds a NUL byte" : NULL;
}

/* NULL, or what is wrong with it. */
static const char *
text_check(const char *text, size_t len)
{
	if (len == 0)
		return "is empty";
	if (len > SECRET_MAX)
		return "is too long";
	return memchr(text, '\0', len) != NULL ? "holds a NUL byte" : NULL;
}

static char *
secret_read(const char *file, bool whole, char *why, size_t room)
{
	char		 text[SECRET_MAX + 1];
	int		 fd = secret_open(file);
	size_t		 len = 0;
	ssize_t		 n;
	const char	*wrong = fd == -1 ? strerror(errno) : secret_check(fd);

	if (wrong == NULL) {
		n = read(fd, text, sizeof(text));
		len = n > 0 ? (size_t)n : 0;
		wrong = n == -1 ? strerror(errno) : whole ?
		    text_check(text, len) : line_cut(text, &len);
	}
	if (fd != -1)
		close(fd);
	if (wrong == NULL)
		return mem_strndup(text, len);
	(void)snprintf(why, room, "%s: %s", vis(file), wrong);
	return NULL;
}

char *
config_secret(const char *file, char *why, size_t room)
{
	return secret_read(file, false, why, room);
}

char *
config_secret_text(const char *file, char *why, size_t room)
{
	return secret_read(file, true, why, room);
}

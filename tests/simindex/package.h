/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_PACKAGE_H
#define SIMINDEX_PACKAGE_H

/*
 * package - what a release is made of, and the sdist and wheel built of it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* Where a member goes. */
enum { IN_SDIST = 1, IN_WHEEL = 2, IN_BOTH = 3 };

/* What a hostile builder does wrong; see hostile.c for who wants it. */
enum {
	QUIRK_RECORD = 1,	/* RECORD's digests are another file's */
	QUIRK_VIEWS = 2,	/* a zip streams more than it lists */
	QUIRK_NO_SDIST = 4,
	QUIRK_NO_WHEEL = 8,
	QUIRK_LATE_WHEEL = 16,	/* the wheel waits for `late-wheel` */
	QUIRK_NO_README = 32	/* a poor description, like most hostile ones */
};

struct member {
	char		*path;		/* relative to the top of the archive */
	unsigned char	*bytes;
	size_t		 len;
	unsigned int	 mode, where;
	char		*link;		/* a symbolic link of the sdist */
	bool		 raw;		/* path is not put below the top */
};

struct package {
	char		*name, *version, *summary, *author, *author_email;
	char		*home_page, *description, *license, *requires_python;
	char		**classifiers, **requires;
	size_t		 nclassifiers, nrequires;
	struct member	*members;
	size_t		 nmembers;
	unsigned int	 quirks;
};

struct package	*package_new(const char *name, const char *version);
void		 package_free(struct package *);
void	package_set(char **field, const char *value);
void	package_classifier(struct package *, const char *);
void	package_require(struct package *, const char *);
/* The new member, for changing its mode or link. */
struct member	*package_add(struct package *, unsigned int where,
		    const char *path, const void *, size_t);
void	package_text(struct package *, unsigned int where, const char *path,
	    const char *text);
void	package_textf(struct package *, unsigned int where, const char *path,
	    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* README, LICENSE, pyproject.toml: what an ordinary project has. */
void	package_furnish(struct package *);

/* PEP 503, and the form of file names. */
char	*name_normal(const char *);
char	*name_file(const char *);

char	*package_metadata(const struct package *);
char	*package_sdist_name(const struct package *);
char	*package_wheel_name(const struct package *);
void	package_sdist(const struct package *, struct text *out);
void	package_wheel(const struct package *, struct text *out);

#endif

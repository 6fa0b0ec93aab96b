/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_UPLOAD_H
#define DATA_UPLOAD_H

/*
 * upload - one distribution file as the index describes it; and the release
 * it belongs to.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/wire.h"

enum packagetype { PACKAGE_SDIST, PACKAGE_WHEEL, PACKAGE_EGG, PACKAGE_WININST,
	PACKAGE_MSI, PACKAGE_RPM, PACKAGE_DMG, PACKAGE_DUMB, PACKAGE_TREE,
	PACKAGE_OTHER, PACKAGETYPE_COUNT };

struct upload {
	char		*filename;
	char		*url;
	char		 sha256[SHA256_HEX + 1];
	char		 blake2b[BLAKE2B_HEX + 1];	/* "" if not said */
	int64_t		 size;			/* -1 if not said */
	int64_t		 uploaded_at_us;	/* 0 if not said */
	enum packagetype packagetype;
	bool		 yanked;
	char		*requires_python;
	char		*provenance;		/* URL, or NULL (PEP 740) */
};

struct owner { char *role; char *user; };

/* What release JSON says of one version; any text may be NULL. */
struct release {
	char		*project;		/* display name */
	char		*version;
	char		*summary;
	char		*author, *author_email;
	char		*maintainer, *maintainer_email;
	char		*home_page;
	int64_t		 serial;		/* of the document, -1
						   unknown */
	bool		 yanked;
	struct owner	*owners;
	size_t		 nowners;
	struct upload	*uploads;
	size_t		 nuploads;
};

extern const struct wire_desc upload_desc;
extern const struct wire_desc release_desc;

/* "sdist", "wheel", "egg", ... as in the scan object; and PyPI's names
 * ("bdist_wheel").  Unknown text gives PACKAGE_OTHER. */
const char *packagetype_name(enum packagetype);
enum packagetype packagetype_from_pypi(const char *);
enum packagetype packagetype_from_name(const char *);
/* By the file name's ending, for Simple JSON and local files. */
enum packagetype packagetype_from_filename(const char *);

#endif

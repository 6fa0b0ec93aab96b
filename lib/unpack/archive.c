/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive - a distribution file as a sequence of entries, in memory.
 * Takes: the bytes of one file and its name.  Gives: entries, findings.
 * Runs in: worker child, the command.
 */
#include "unpack/archive.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "unpack/format.h"
#include "unpack/path.h"
#include "unpack/tar.h"
#include "unpack/walk.h"
#include "unpack/wheel.h"
#include "unpack/zip.h"

static enum layout
layout_of(enum packagetype type, const char *filename)
{
	switch (type) {
	case PACKAGE_WHEEL:
		return LAYOUT_WHEEL;
	case PACKAGE_EGG:
		return LAYOUT_EGG;
	case PACKAGE_SDIST:
		return LAYOUT_SDIST;
	case PACKAGE_WININST: case PACKAGE_MSI: case PACKAGE_RPM:
	case PACKAGE_DMG: case PACKAGE_DUMB: case PACKAGE_TREE:
	case PACKAGE_OTHER: case PACKAGETYPE_COUNT:
		break;
	}
	return path_ends(filename, strlen(filename), ".whl") ? LAYOUT_WHEEL :
	    LAYOUT_PLAIN;
}

/* A file that installers take as it is: itself, and a zip behind its code. */
static void
opaque_walk(struct place *p, const uint8_t *data, size_t size)
{
	size_t		most = (size_t)p->walk->limits->entry_bytes;
	struct member	m = { .kind = ENTRY_FILE, .name = p->filename,
		.name_len = strlen(p->filename), .data = data,
		.size = size < most ? size : most, .declared = size,
		.cut = size > most, .executable = true };

	p->walk->out->bytes += (int64_t)m.size;
	place_deliver(p, &m);
	/* A whole one was looked into on delivery. */
	if (m.cut && zip_inside(data, size))
		zip_walk(p, data, size);
}

static void
format_walk(struct place *p, enum format format, const uint8_t *data,
    size_t size)
{
	switch (format) {
	case FORMAT_ZIP:
		zip_walk(p, data, size);
		break;
	case FORMAT_OPAQUE:
		opaque_walk(p, data, size);
		break;
	case FORMAT_NONE:
	case FORMAT_COUNT:
		place_broken(p, "no kind of archive that we know");
		break;
	case FORMAT_TAR:
	case FORMAT_GZIP: case FORMAT_BZIP2: case FORMAT_XZ: case FORMAT_LZMA:
	case FORMAT_ZSTD: case FORMAT_COMPRESS:
		tar_walk(p, format, data, size);
		break;
	}
}

/*
 * The name says what the file is.  pip takes any file with a zip directory at
 * its end as a zip, whatever its name, so that view is walked too; and a zip
 * in front of which something else stands is that as well.
 */
static void
views_walk(struct place *p, const uint8_t *data, size_t size)
{
	enum format	said = format_from_name(p->filename);
	enum format	found = format_from_bytes(data, size);
	bool		zip = zip_inside(data, size);

	if (said == FORMAT_OPAQUE) {
		if (found != FORMAT_NONE && found != FORMAT_OPAQUE)
			place_odd(p, ANOMALY_FORMAT, NULL, 0, "%s in a file "
			    "named as an installer", format_name(found));
		opaque_walk(p, data, size);
		return;
	}
	if (said == FORMAT_NONE)	/* as pip: by what it is */
		said = zip ? FORMAT_ZIP : found;
	else if (said != found && !(said == FORMAT_ZIP && zip))
		place_odd(p, ANOMALY_FORMAT, NULL, 0, "%s in a file named %s",
		    zip ? "zip" : format_name(found), format_name(said));
	if (zip && found != FORMAT_ZIP && found != FORMAT_NONE &&
	    found != FORMAT_OPAQUE) {
		place_odd(p, ANOMALY_POLYGLOT, NULL, 0, "%s and zip",
		    format_name(found));
		zip_walk(p, data, size);
		said = found;
	} else if (zip) {
		said = FORMAT_ZIP;
	} else if (found != FORMAT_NONE && found != FORMAT_OPAQUE) {
		said = found;
	}
	format_walk(p, said, data, size);
}

static void
file_walk(struct place *p, const uint8_t *data, size_t size)
{
	struct features *out = p->walk->out;

	if (p->layout == LAYOUT_WHEEL)
		p->wheel = wheel_new();
	views_walk(p, data, size);
	if (p->wheel != NULL && out->outcome == SCAN_SCANNED)
		wheel_check(p);
	wheel_free(p->wheel);
	place_release(p);
}

void
archive_walk(const struct unpack_limits *limits, const char *filename,
    enum packagetype type, const uint8_t *data, size_t size,
    void (*each)(void *, const struct entry *), void *ctx,
    struct features *out)
{
	struct walk	 w = { .limits = limits, .each = each, .ctx = ctx,
		.out = out, .packed = size };
	struct place	 p = { .walk = &w, .prefix = "", .inner_prefix = "",
		.layout = layout_of(type, filename), .filename = filename };
	/* Names in tar files are UTF-8.  A locale is read from disk, so a
	 * process that may not has set its own before. */
	locale_t	 utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ?
	    (locale_t)0 : newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t	 old = utf8 != (locale_t)0 ? uselocale(utf8) :
	    (locale_t)0;

	out->outcome = SCAN_SCANNED;
	file_walk(&p, data, size);
	if (utf8 != (locale_t)0) {
		uselocale(old);
		freelocale(utf8);
	}
}

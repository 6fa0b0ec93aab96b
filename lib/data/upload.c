/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload - one distribution file as the index describes it.
 * Runs in: poll, queue, the command.
 */
#include "data/upload.h"

#include "base/limits.h"
#include "base/str.h"

static const struct wire_field upload_fields[] = {
	WIRE_FIELD(WIRE_STR, upload, filename, FILENAME_MAX_BYTES),
	WIRE_FIELD(WIRE_STR, upload, url, URL_MAX),
	WIRE_FIELD(WIRE_TEXT, upload, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_TEXT, upload, blake2b, BLAKE2B_HEX),
	WIRE_FIELD(WIRE_I64, upload, size, 0),
	WIRE_FIELD(WIRE_I64, upload, uploaded_at_us, 0),
	WIRE_FIELD(WIRE_ENUM, upload, packagetype, PACKAGETYPE_COUNT - 1),
	WIRE_FIELD(WIRE_BOOL, upload, yanked, 0),
	WIRE_FIELD(WIRE_STR, upload, requires_python, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, upload, provenance, URL_MAX),
};
WIRE_DESC(upload_desc, upload, upload_fields);

static const struct wire_field owner_fields[] = {
	WIRE_FIELD(WIRE_STR, owner, role, 32),
	WIRE_FIELD(WIRE_STR, owner, user, ACTOR_MAX),
};
static WIRE_DESC(owner_desc, owner, owner_fields);

static const struct wire_field release_fields[] = {
	WIRE_FIELD(WIRE_STR, release, project, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_STR, release, version, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, release, summary, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, release, author, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, release, author_email, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, release, maintainer, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, release, maintainer_email, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, release, home_page, METADATA_TEXT_MAX),
	WIRE_FIELD(WIRE_I64, release, serial, 0),
	WIRE_FIELD(WIRE_BOOL, release, yanked, 0),
	WIRE_FIELD_LIST(release, owners, nowners, METADATA_LIST_MAX,
	    owner_desc),
	WIRE_FIELD_LIST(release, uploads, nuploads, UPLOAD_BATCH_MAX,
	    upload_desc),
};
WIRE_DESC(release_desc, release, release_fields);

static const char *const names[PACKAGETYPE_COUNT] = {
	[PACKAGE_SDIST] = "sdist", [PACKAGE_WHEEL] = "wheel",
	[PACKAGE_EGG] = "egg", [PACKAGE_WININST] = "wininst",
	[PACKAGE_MSI] = "msi", [PACKAGE_RPM] = "rpm", [PACKAGE_DMG] = "dmg",
	[PACKAGE_DUMB] = "dumb", [PACKAGE_TREE] = "tree",
	[PACKAGE_OTHER] = "other",
};

static const char *const pypi_names[PACKAGETYPE_COUNT] = {
	[PACKAGE_SDIST] = "sdist", [PACKAGE_WHEEL] = "bdist_wheel",
	[PACKAGE_EGG] = "bdist_egg", [PACKAGE_WININST] = "bdist_wininst",
	[PACKAGE_MSI] = "bdist_msi", [PACKAGE_RPM] = "bdist_rpm",
	[PACKAGE_DMG] = "bdist_dmg", [PACKAGE_DUMB] = "bdist_dumb",
};

static const struct { const char *ending; enum packagetype type; } endings[] = {
	{ ".whl", PACKAGE_WHEEL }, { ".egg", PACKAGE_EGG },
	{ ".tar.gz", PACKAGE_SDIST }, { ".tgz", PACKAGE_SDIST },
	{ ".tar.bz2", PACKAGE_SDIST }, { ".tar.xz", PACKAGE_SDIST },
	{ ".tbz", PACKAGE_SDIST }, { ".tbz2", PACKAGE_SDIST },
	{ ".txz", PACKAGE_SDIST }, { ".tar.lzma", PACKAGE_SDIST },
	{ ".tlz", PACKAGE_SDIST }, { ".tar.zst", PACKAGE_SDIST },
	{ ".tar.Z", PACKAGE_SDIST }, { ".tar", PACKAGE_SDIST },
	{ ".zip", PACKAGE_SDIST }, { ".exe", PACKAGE_WININST },
	{ ".msi", PACKAGE_MSI }, { ".rpm", PACKAGE_RPM },
	{ ".dmg", PACKAGE_DMG }, { ".deb", PACKAGE_DUMB },
};

const char *
packagetype_name(enum packagetype type)
{
	return type < PACKAGETYPE_COUNT ? names[type] : "other";
}

static enum packagetype
type_at(const char *const *table, const char *name)
{
	int i = name != NULL ? str_index(table, PACKAGETYPE_COUNT, name) : -1;

	return i == -1 ? PACKAGE_OTHER : (enum packagetype)i;
}

enum packagetype
packagetype_from_pypi(const char *name)
{
	return type_at(pypi_names, name);
}

enum packagetype
packagetype_from_name(const char *name)
{
	return type_at(names, name);
}

enum packagetype
packagetype_from_filename(const char *filename)
{
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_ends(filename, endings[i].ending))
			return endings[i].type;
	return PACKAGE_OTHER;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anomaly - the names and sentences of what can be odd about an archive.
 * Runs in: worker child, the command.
 */
#include "unpack/anomaly.h"

#include <stddef.h>

#define EVASION "TA0005"
#define IMPACT "TA0040"

static const struct { const char *rule, *tactic, *text; }
anomalies[ANOMALY_COUNT] = {
	[ANOMALY_FORMAT] = { "archive-format-mismatch", EVASION,
	    "the file is not the kind of archive its name says" },
	[ANOMALY_POLYGLOT] = { "archive-polyglot", EVASION,
	    "the file is two kinds of archive at once, so what is installed "
	    "depends on the installer" },
	[ANOMALY_BOMB] = { "archive-bomb", IMPACT,
	    "the archive unpacks to over 50 times its size" },
	[ANOMALY_TRAILING] = { "archive-trailing-data", EVASION,
	    "data follows the end of the archive" },
	[ANOMALY_PATH_CLIMBS] = { "path-climbs", EVASION,
	    "a member's path climbs out of its folder" },
	[ANOMALY_PATH_ABSOLUTE] = { "path-absolute", EVASION,
	    "a member's path is absolute" },
	[ANOMALY_PATH_HIDDEN] = { "path-hidden-characters", EVASION,
	    "a member's path has characters that hide or mislead" },
	[ANOMALY_PATH_ENCODING] = { "path-not-utf8", NULL,
	    "a member's path is not UTF-8" },
	[ANOMALY_PATH_BACKSLASH] = { "path-backslash", NULL,
	    "a member's path has backslashes, which separate on one system "
	    "only" },
	[ANOMALY_PATH_LONG] = { "path-too-long", EVASION,
	    "a member's path is longer or deeper than tools can handle" },
	[ANOMALY_DUPLICATE] = { "duplicate-member", EVASION,
	    "two members have one path: the last overwrites what was seen" },
	[ANOMALY_LINK] = { "link-member", NULL, "a member is a link" },
	[ANOMALY_LINK_ESCAPES] = { "link-escapes", EVASION,
	    "a link points out of the archive" },
	[ANOMALY_LINK_STARTUP] = { "link-as-startup-file", EVASION,
	    "a file that runs by itself is a link to another member" },
	[ANOMALY_DEVICE] = { "device-member", EVASION,
	    "a member is a device, a pipe or of no known kind" },
	[ANOMALY_SPARSE] = { "sparse-member", EVASION,
	    "a member is stored with holes" },
	[ANOMALY_TAR_VIEWS] = { "tar-views-differ", EVASION,
	    "pip and other readers see different members" },
	[ANOMALY_TAR_SIZE] = { "tar-size-override", EVASION,
	    "a header gives a size that readers disagree about" },
	[ANOMALY_TAR_TRAILING] = { "tar-trailing-data", EVASION,
	    "data follows the end mark of the tar archive" },
	[ANOMALY_TAR_WARNING] = { "tar-odd-header", NULL,
	    "a member's header is damaged or unusual" },
	[ANOMALY_GZIP_MEMBERS] = { "gzip-several-members", EVASION,
	    "the file is several compressed streams in a row" },
	[ANOMALY_GZIP_NESTED] = { "compressed-twice", EVASION,
	    "the file is compressed more than once" },
	[ANOMALY_GZIP_HEADER] = { "gzip-odd-header", NULL,
	    "the gzip header carries more than a name and a time" },
	[ANOMALY_CUT] = { "compressed-data-damaged", EVASION,
	    "the compressed data is damaged behind the last member, where "
	    "installers no longer look" },
	[ANOMALY_ZIP_PREFIX] = { "zip-prefixed-data", EVASION,
	    "data stands before the first member" },
	[ANOMALY_ZIP_COMMENT] = { "zip-comment", NULL,
	    "the archive has a comment" },
	[ANOMALY_ZIP_HIDDEN] = { "zip-hidden-member", EVASION,
	    "a member is missing from the directory: streaming installers "
	    "see it, pip does not" },
	[ANOMALY_ZIP_LOCAL_NAME] = { "zip-name-differs", EVASION,
	    "a member has one name in the directory and another at its data" },
	[ANOMALY_ZIP_LOCAL_SIZE] = { "zip-header-differs", EVASION,
	    "a member's size, checksum or method differs between the "
	    "directory and its data" },
	[ANOMALY_ZIP_OVERLAP] = { "zip-members-overlap", EVASION,
	    "two members share the same bytes" },
	[ANOMALY_ZIP_GAP] = { "zip-gap-data", EVASION,
	    "data stands between members" },
	[ANOMALY_ZIP_SLACK] = { "zip-slack-data", EVASION,
	    "data follows the end of a member's compressed stream" },
	[ANOMALY_ZIP_LOST] = { "zip-member-lost", EVASION,
	    "a member of the directory has no data" },
	[ANOMALY_ZIP_CRC] = { "zip-wrong-checksum", EVASION,
	    "a member's content does not match its checksum" },
	[ANOMALY_ZIP_SIZE] = { "zip-wrong-size", EVASION,
	    "a member's content is not as long as declared" },
	[ANOMALY_ZIP_ENCRYPTED] = { "encrypted-member", EVASION,
	    "a member is encrypted" },
	[ANOMALY_ZIP_METHOD] = { "unusual-compression", EVASION,
	    "a member is compressed by a method that installers cannot read" },
	[ANOMALY_ZIP_EXTRA_NAME] = { "zip-second-name", EVASION,
	    "a member has a second, different name in an extra field" },
	[ANOMALY_ZIP_COUNT] = { "zip-directory-damaged", EVASION,
	    "the directory does not hold what its end record says" },
	[ANOMALY_ZIP64] = { "zip64-differs", EVASION,
	    "the 64-bit end record says something else than the 32-bit one: "
	    "readers see different members" },
	[ANOMALY_RECORD_LOST] = { "record-missing-file", NULL,
	    "RECORD lists a file that the wheel lacks" },
	[ANOMALY_RECORD_EXTRA] = { "record-extra-file", EVASION,
	    "the wheel has a file that RECORD does not list" },
	[ANOMALY_RECORD_DIGEST] = { "record-wrong-digest", EVASION,
	    "a file's content is not what RECORD says" },
	[ANOMALY_WHEEL_PARTS] = { "wheel-incomplete", NULL,
	    "the wheel lacks METADATA, WHEEL or RECORD" },
	[ANOMALY_WHEEL_NAME] = { "wheel-name-differs", EVASION,
	    "the wheel's own name or version is not its file name's" },
	[ANOMALY_WHEEL_DATA] = { "wheel-data-unknown", EVASION,
	    "the wheel's .data folder names a place that does not exist" },
	[ANOMALY_SDIST_TOP] = { "sdist-several-tops", NULL,
	    "the source archive has no single top folder" },
	[ANOMALY_SDIST_NAME] = { "sdist-name-differs", NULL,
	    "the top folder is not named like the file" },
	[ANOMALY_SDIST_PARTS] = { "sdist-incomplete", NULL,
	    "the source archive has no PKG-INFO" },
	[ANOMALY_NESTED] = { "nested-archive-odd", NULL,
	    "an archive inside the archive is odd" },
};

const char *
anomaly_rule(enum anomaly a)
{
	return anomalies[a].rule;
}

const char *
anomaly_tactic(enum anomaly a)
{
	return anomalies[a].tactic;
}

const char *
anomaly_text(enum anomaly a)
{
	return anomalies[a].text;
}

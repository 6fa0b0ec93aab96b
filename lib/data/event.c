/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event - one thing PyPI told us happened.
 * Runs in: poll, queue, the command.
 */
#include "data/event.h"

#include "base/limits.h"
#include "base/str.h"

static const struct wire_field fields[] = {
	WIRE_FIELD(WIRE_ENUM, event, source, SOURCE_COUNT - 1),
	WIRE_FIELD(WIRE_ENUM, event, kind, EVENT_KIND_COUNT - 1),
	WIRE_FIELD(WIRE_I64, event, serial, 0),
	WIRE_FIELD(WIRE_I64, event, at_us, 0),
	WIRE_FIELD(WIRE_STR, event, project, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_STR, event, version, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, event, filename, FILENAME_MAX_BYTES),
	WIRE_FIELD(WIRE_STR, event, python_version, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, event, role, 32),
	WIRE_FIELD(WIRE_STR, event, actor, ACTOR_MAX),
	WIRE_FIELD(WIRE_STR, event, action, ACTION_MAX),
};
WIRE_DESC(event_desc, event, fields);

static const char *const sources[SOURCE_COUNT] = {
	[SOURCE_CHANGELOG] = "changelog",
	[SOURCE_RSS_UPDATES] = "rss",
	[SOURCE_RSS_PACKAGES] = "rss-packages",
	[SOURCE_SIMPLE] = "simple",
	[SOURCE_INGEST] = "ingest",
};

static const char *const kinds[EVENT_KIND_COUNT] = {
	[EVENT_CREATE] = "create",
	[EVENT_NEW_RELEASE] = "new release",
	[EVENT_ADD_FILE] = "add file",
	[EVENT_REMOVE_FILE] = "remove file",
	[EVENT_REMOVE_RELEASE] = "remove release",
	[EVENT_REMOVE_PROJECT] = "remove project",
	[EVENT_YANK_RELEASE] = "yank release",
	[EVENT_UNYANK_RELEASE] = "unyank release",
	[EVENT_QUARANTINE_PROJECT] = "project quarantined",
	[EVENT_UNQUARANTINE_PROJECT] = "project quarantine cleared",
	[EVENT_QUARANTINE_RELEASE] = "release quarantined",
	[EVENT_UNQUARANTINE_RELEASE] = "release quarantine cleared",
	[EVENT_ROLE_ADD] = "add role",
	[EVENT_ROLE_REMOVE] = "remove role",
	[EVENT_ROLE_CHANGE] = "change role",
	[EVENT_ROLE_INVITE] = "invite role",
	[EVENT_ROLE_REVOKE_INVITE] = "revoke invite",
	[EVENT_ROLE_ACCEPT] = "accept role",
	[EVENT_CHANGED] = "project changed",
};

const char *
source_name(enum source source)
{
	return source < SOURCE_COUNT ? sources[source] : "?";
}

const char *
event_kind_name(enum event_kind kind)
{
	return kind < EVENT_KIND_COUNT ? kinds[kind] : "?";
}

int
source_from_name(const char *name)
{
	return str_index(sources, SOURCE_COUNT, name);
}

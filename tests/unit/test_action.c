/* SPDX-License-Identifier: Apache-2.0 */
/* action: every text PyPI writes, and what an uploader can make of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/event.h"
#include "poll/action.h"

static const struct {
	const char *text;
	bool versioned;
	enum event_kind kind;
	const char *python, *file, *role, *actor;
} table[] = {
	{ "create", false, EVENT_CREATE, NULL, NULL, NULL, NULL },
	{ "new release", true, EVENT_NEW_RELEASE, NULL, NULL, NULL, NULL },
	{ "add source file foo-1.0.tar.gz", true, EVENT_ADD_FILE, "source",
	  "foo-1.0.tar.gz", NULL, NULL },
	{ "add py2.py3 file foo-1.0-py2.py3-none-any.whl", true,
	  EVENT_ADD_FILE, "py2.py3", "foo-1.0-py2.py3-none-any.whl", NULL,
	  NULL },
	{ "add any file x.egg", true, EVENT_ADD_FILE, "any", "x.egg", NULL,
	  NULL },
	{ "remove file foo-1.0.tar.gz", true, EVENT_REMOVE_FILE, NULL,
	  "foo-1.0.tar.gz", NULL, NULL },
	{ "remove release", true, EVENT_REMOVE_RELEASE, NULL, NULL, NULL,
	  NULL },
	{ "remove project", false, EVENT_REMOVE_PROJECT, NULL, NULL, NULL,
	  NULL },
	{ "yank release", true, EVENT_YANK_RELEASE, NULL, NULL, NULL, NULL },
	{ "unyank release", true, EVENT_UNYANK_RELEASE, NULL, NULL, NULL,
	  NULL },
	{ "project quarantined", false, EVENT_QUARANTINE_PROJECT, NULL, NULL,
	  NULL, NULL },
	{ "project quarantine cleared", false, EVENT_UNQUARANTINE_PROJECT,
	  NULL, NULL, NULL, NULL },
	{ "release quarantined", true, EVENT_QUARANTINE_RELEASE, NULL, NULL,
	  NULL, NULL },
	{ "release quarantine cleared", true, EVENT_UNQUARANTINE_RELEASE,
	  NULL, NULL, NULL, NULL },
	{ "add Owner alice", false, EVENT_ROLE_ADD, NULL, NULL, "Owner",
	  "alice" },
	{ "add Maintainer The A Team", false, EVENT_ROLE_ADD, NULL, NULL,
	  "Maintainer", "The A Team" },
	{ "remove Owner alice", false, EVENT_ROLE_REMOVE, NULL, NULL, "Owner",
	  "alice" },
	{ "change Owner alice to Maintainer", false, EVENT_ROLE_CHANGE, NULL,
	  NULL, "Maintainer", "alice" },
	{ "change Maintainer to Owner to Owner to Owner", false,
	  EVENT_ROLE_CHANGE, NULL, NULL, "Owner", "to Owner to Owner" },
	{ "invite Owner bob", false, EVENT_ROLE_INVITE, NULL, NULL, "Owner",
	  "bob" },
	{ "revoke_invite Maintainer bob", false, EVENT_ROLE_REVOKE_INVITE,
	  NULL, NULL, "Maintainer", "bob" },
	{ "accepted Owner bob", false, EVENT_ROLE_ACCEPT, NULL, NULL, "Owner",
	  "bob" },
	/* an uploader chooses the python version */
	{ "add py3 with spaces file foo.whl", true, EVENT_ADD_FILE,
	  "py3 with spaces", "foo.whl", NULL, NULL },
	{ "add py3 file decoy.whl file real.whl", true, EVENT_ADD_FILE,
	  "py3 file decoy.whl", "real.whl", NULL, NULL },
	{ "add Owner eve file foo.whl", true, EVENT_ADD_FILE, "Owner eve",
	  "foo.whl", NULL, NULL },
	{ "add  file  file foo.whl", true, EVENT_ADD_FILE, " file ",
	  "foo.whl", NULL, NULL },
	{ "add  file foo.whl", true, EVENT_ADD_FILE, "", "foo.whl", NULL,
	  NULL },
	{ "add a/b\\c file foo.whl", true, EVENT_ADD_FILE, "a/b\\c",
	  "foo.whl", NULL, NULL },
	{ "add py3\nremove project file foo.whl", true, EVENT_ADD_FILE,
	  "py3\nremove project", "foo.whl", NULL, NULL },
	/* a team chooses its name, but its rows have no version */
	{ "add Owner x file foo.whl", false, EVENT_ROLE_ADD, NULL, NULL,
	  "Owner", "x file foo.whl" },
	{ "add source file foo.tar.gz", false, EVENT_ADD_FILE, "source",
	  "foo.tar.gz", NULL, NULL },
	/* references to characters beyond ASCII */
	{ "add Owner Caf&#233; &#9731;", false, EVENT_ROLE_ADD, NULL, NULL,
	  "Owner", "Caf\xc3\xa9 \xe2\x98\x83" },
	{ "add Owner a&#47;b&#32;c&#0;&#55296;&#1114112;&#x41;&#;&#12", false,
	  EVENT_ROLE_ADD, NULL, NULL, "Owner",
	  "a&#47;b&#32;c&#0;&#55296;&#1114112;&#x41;&#;&#12" },
	/* unknown, old, broken */
	{ "", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add ", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add py3 file ", true, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add py3 file a b.whl", true, EVENT_CHANGED, NULL, NULL, NULL,
	  NULL },
	{ "add py3 file ../../x.whl", true, EVENT_CHANGED, NULL, NULL, NULL,
	  NULL },
	{ "add py3 file a\\b.whl", true, EVENT_CHANGED, NULL, NULL, NULL,
	  NULL },
	{ "remove file a b", true, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "remove file ", true, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add Owner", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add Owner ", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "add Ownership alice", false, EVENT_CHANGED, NULL, NULL, NULL,
	  NULL },
	{ "change Owner alice to Emperor", false, EVENT_CHANGED, NULL, NULL,
	  NULL, NULL },
	{ "docupdate", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "rename from X", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "nuke user", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "update requires_python", true, EVENT_CHANGED, NULL, NULL, NULL,
	  NULL },
	{ "add url https://example.invalid/x", true, EVENT_CHANGED, NULL,
	  NULL, NULL, NULL },
	{ "Create", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
	{ "create ", false, EVENT_CHANGED, NULL, NULL, NULL, NULL },
};

static void
by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct event e = { 0 };

		e.version = table[i].versioned ? mem_strdup("1.0") : NULL;
		action_read(table[i].text, &e);
		if (e.kind != table[i].kind ||
		    !str_equal(e.python_version, table[i].python) ||
		    !str_equal(e.filename, table[i].file) ||
		    !str_equal(e.role, table[i].role) ||
		    !str_equal(e.actor, table[i].actor))
			fail_msg("\"%s\": %s, python %s, file %s, role %s, "
			    "actor %s", table[i].text, event_kind_name(e.kind),
			    e.python_version, e.filename, e.role, e.actor);
		assert_non_null(e.action);
		wire_release(&event_desc, &e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(by_table) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

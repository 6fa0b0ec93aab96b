/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_table - the config's own table, for tests/lint/man.sh.
 * Without argument: every key as `config show` has it, with the installed
 * folders written as DATADIR, SYSCONFDIR and LOCALEDIR.  With a file: whether it is a
 * good config.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/str.h"

static void
show(const char *text)
{
	static const struct { const char *is, *as; } dirs[] = {
		{ PKGDATADIR, "DATADIR" }, { PKGSYSCONFDIR, "SYSCONFDIR" },
		{ LOCALEDIR, "LOCALEDIR" } };

	while (*text != '\0') {
		size_t i = 0;

		while (i < ARRAY_LEN(dirs) && strncmp(text, dirs[i].is,
		    strlen(dirs[i].is)) != 0)
			i++;
		if (i < ARRAY_LEN(dirs)) {
			fputs(dirs[i].as, stdout);
			text += strlen(dirs[i].is);
		} else
			putchar(*text++);
	}
}

int
main(int argc, char **argv)
{
	static const char	 titled[] = "sink \"NAME\" { url-file = x }\n"
	    "index \"NAME\" { url = \"https://example.invalid\" }\n";
	struct buf		 out = BUF_EMPTY;
	struct config		*c;
	bool			 unreadable;

	if (argc > 1)
		c = config_load(argv[1], &out, &unreadable);
	else {
		c = config_parse("defaults", titled, sizeof(titled) - 1, &out);
		if (c != NULL)
			config_show(c, &out);
	}
	show(buf_text(&out));
	buf_release(&out);
	config_free(c);
	return c != NULL ? 0 : 1;
}

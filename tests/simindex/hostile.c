/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile - the table of inert hostile packages.
 * Takes: a kind.  Gives: a package of it, and what to expect of a scanner.
 * Runs in: simindex.
 */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hostile hostiles[] = {
	{ "pycryptoenv", "pycryptoenv", "1.0.7", "critical", NULL,
	    "hidden-executable,xor", "a copied crypto library with an "
	    "executable in test.py", hostile_pycryptoenv },
	{ "setup-downloader", "colorfade-tools", "0.0.1", "high", NULL,
	    "install,download,network,exec", "setup.py fetches a program and "
	    "starts it", hostile_downloader },
	{ "cmdclass-run", "httpx-fastly", "1.0.0", "high", NULL,
	    "install,cmdclass,process,exec", "an install command of its own "
	    "that runs a shell", hostile_cmdclass },
	{ "exec-decoded", "pyformatters3", "0.1.2", "high", NULL,
	    "exec,obfuscation,decoded", "exec of base64 of zlib in setup.py",
	    hostile_exec_decoded },
	{ "fernet-literal", "requestz-secure", "1.0.4", "high", NULL,
	    "exec,obfuscation,fernet,literal", "exec of Fernet with the key "
	    "beside it", hostile_fernet },
	{ "powershell-dropper", "winutils-helper", "0.3.0", "high", NULL,
	    "install,process,powershell,exec", "setup.py starts an encoded "
	    "PowerShell", hostile_powershell },
	{ "space-padded", "jsonparse-lite", "0.2.0", "high", NULL,
	    "padded,obfuscation,exec", "code pushed far to the right",
	    hostile_padded },
	{ "marshal-loads", "fastcache-c", "0.9.1", "high", NULL,
	    "exec,marshal,obfuscation", "exec of marshalled code",
	    hostile_marshal },
	{ "chr-built", "stringwork", "0.0.3", "high", NULL,
	    "exec,obfuscation,chr", "eval of text built of numbers",
	    hostile_chr },
	{ "build-backend", "quietbuild", "1.1.0", "high", NULL,
	    "install,build,network,process,exec", "a build back end in the "
	    "tree that fetches and runs", hostile_backend },
	{ "request-bin-beacon", "acme-metrics-core", "9.9.9", "medium", NULL,
	    "beacon,endpoint,recon", "host name and user sent to a request "
	    "bin at install", hostile_beacon },
	{ "dependency-confusion", "acme-ledger-client", "99.10.1", "medium",
	    NULL, "version,beacon,recon,endpoint", "a version no project "
	    "reaches, and a beacon", hostile_confusion },
	{ "protected-name", "acme-internal-billing", "1.0.0", "high", NULL,
	    "lookalike,protected,name", "ordinary content under a name that "
	    "is protected", hostile_protected },
	{ "discord-stealer", "discord-embeds2", "1.2.0", "high", NULL,
	    "endpoint,discord,exfil", "browser tokens to a Discord webhook",
	    hostile_discord },
	{ "telegram-bot", "tg-notifier-lite", "0.1.0", "high", NULL,
	    "endpoint,telegram,exfil", "screenshots and files to a Telegram "
	    "bot", hostile_telegram },
	{ "init-exfil", "cloudconf-reader", "0.4.4", "high", NULL,
	    "environ,exfil,network,import", "__init__ posts the environment",
	    hostile_environ },
	{ "token-grabber", "roblox-apis", "2.0.1", "high", NULL,
	    "token,browser,secret,endpoint,exfil", "reads browsers' stores "
	    "and posts them", hostile_tokens },
	{ "ssh-stealer", "deploykeys", "0.0.9", "high", NULL,
	    "ssh,secret,credential,exfil", "private keys and cloud secrets "
	    "to a host", hostile_ssh },
	{ "clipboard-clipper", "clipkit-py", "0.5.0", "medium", NULL,
	    "clip,wallet", "replaces wallet addresses in the clipboard",
	    hostile_clipper },
	{ "pth-hook", "litellm-hooks", "1.82.8", "high", NULL,
	    "pth,startup", "a .pth of the wheel alone runs at start-up",
	    hostile_pth },
	{ "sitecustomize", "envboost", "0.1.1", "high", NULL,
	    "startup,sitecustomize,exec,network", "a sitecustomize that "
	    "fetches code", hostile_sitecustomize },
	{ "pytest-plugin", "pytest-quickreport", "0.2.2", "medium", NULL,
	    "network,exec,environ,exfil,plugin", "a plugin that loads by "
	    "itself and sends secrets", hostile_plugin },
	{ "invisible-code", "uniformatter", "0.0.2", "medium", NULL,
	    "invisible,obfuscation,exec", "a payload in invisible "
	    "characters", hostile_invisible },
	{ "reverse-shell", "netprobe-mini", "0.1.0", "high", NULL,
	    "shell,socket,network,process", "a shell on a socket at import",
	    hostile_reverse_shell },
	{ "elf-data", "imageassets-py", "1.0.1", "high", NULL,
	    "hidden-executable,executable", "an ELF program called .png",
	    hostile_elf },
	{ "nested-archive", "assetbundle", "0.3.3", "medium", NULL,
	    "nested,exec,archive,decoded", "the payload is in a zip inside",
	    hostile_nested },
	{ "zip-views", "dualview", "0.1.0", "high", NULL,
	    "zip,view,archive,exec", "what is listed is not what is "
	    "streamed", hostile_views },
	{ "record-lies", "recordkeep", "0.1.0", "none", NULL,
	    "record,archive", "RECORD names other digests", hostile_record },
	{ "tar-traversal", "pathways-kit", "0.1.0", "medium", NULL,
	    "path,traversal,archive,link", "members outside the top folder",
	    hostile_traversal },
	{ "requires-only", "gentle-wrapper", "0.1.0", "none", NULL,
	    "require,dependency", "harmless itself, requires a lookalike",
	    hostile_requires },
	{ "late-wheel", "slowrelease", "1.0.0", "high", NULL,
	    "endpoint,exfil,network,import,environ", "the sdist is honest, "
	    "the wheel of later is not", hostile_late_wheel },
	{ "changed-bytes", "shiftingsand", "1.0.0", "none", NULL,
	    "changed", "other bytes under the same file name",
	    hostile_changed },
	{ "name-only", "reqeusts", "2.31.0", "low", "medium",
	    "lookalike", "ordinary content under a lookalike name",
	    hostile_name_only },
};
const size_t hostile_count = sizeof(hostiles) / sizeof(hostiles[0]);

const struct hostile *
hostile_find(const char *kind)
{
	for (size_t i = 0; i < hostile_count; i++)
		if (strcmp(hostiles[i].kind, kind) == 0)
			return &hostiles[i];
	return NULL;
}

struct package *
hostile_package(const struct hostile *h, uint64_t seed)
{
	struct package	*p = package_new(h->name, h->version);
	struct chance	 c = { seed + (uint64_t)(h - hostiles) };

	h->build(p, &c);
	return p;
}

static const char *
afterwards(const struct hostile *h)
{
	struct package	*p = hostile_package(h, 0);
	bool		 late = (p->quirks & QUIRK_LATE_WHEEL) != 0;

	package_free(p);
	return late ? "late-wheel" :
	    strcmp(h->kind, "changed-bytes") == 0 ? "change-bytes" : "-";
}

void
hostile_list(void)
{
	for (size_t i = 0; i < hostile_count; i++) {
		const struct hostile	*h = &hostiles[i];

		printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", h->kind, h->name,
		    h->version, h->least, h->most != NULL ? h->most : "-",
		    h->words, afterwards(h), h->about);
	}
}

void
hostile_poor(struct package *p, const char *summary)
{
	package_set(&p->summary, summary);
	package_set(&p->description, summary);
}

char *
hostile_path(const struct package *p, const char *file)
{
	char	*module = name_file(p->name);
	char	*path = must_format("%s/%s", module, file);

	free(module);
	return path;
}

static void
setup_py(struct package *p, const char *before, const char *arguments)
{
	package_textf(p, IN_SDIST, "setup.py", "%s"
	    "from setuptools import find_packages, setup\n%s\n"
	    "setup(\n    name=\"%s\",\n    version=\"%s\",\n"
	    "    packages=find_packages(),\n%s)\n", INERT, before, p->name,
	    p->version, arguments);
}

void
hostile_setup(struct package *p, const char *before, const char *arguments)
{
	char	*path = hostile_path(p, "__init__.py");

	setup_py(p, before, arguments);
	package_text(p, IN_BOTH, path, "");
	free(path);
}

void
hostile_module(struct package *p, const char *init)
{
	char	*path = hostile_path(p, "__init__.py");

	setup_py(p, "", "");
	package_text(p, IN_BOTH, path, init);
	free(path);
}

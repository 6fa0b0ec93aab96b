/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warm - makes the libraries open what they open once.
 *
 * iconv reads its module list, libcrypto its configuration and qsort asks for
 * the size of memory when first used: a locked-down child may do none of that,
 * but inherits it done.
 *
 * Runs in: worker parent, before the sandbox.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "unpack/archive.h"

#define BLOCK 512

static void
header_fill(char *h, const char *name, char type, unsigned int size)
{
	unsigned int sum = 0;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "%07o", 0644);
	snprintf(h + 124, 12, "%011o", size);
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, "ustar\0" "00", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
}

static void
ignore(void *ctx, const struct entry *e)
{
	(void)ctx;
	(void)e;
}

static int
byte_compare(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

void
archive_warm(void)
{
	static const struct unpack_limits limits = { 1 << 20, 1 << 16, 16, 1 };
	static const char pax[] = "18 path=w/\xc3\xa9\xc3\xa8.py\n";
	char		*tar = calloc(8, BLOCK), sha[SHA256_HEX + 1];
	struct features	 f = { 0 };

	if (tar == NULL)
		return;
	header_fill(tar, "w/PaxHeader", 'x', sizeof(pax) - 1);
	memcpy(tar + BLOCK, pax, sizeof(pax) - 1);
	header_fill(tar + 2L * BLOCK, "w/x.py", '0', 0);
	archive_walk(&limits, "w.tar", PACKAGE_SDIST, (const uint8_t *)tar,
	    8L * BLOCK, ignore, NULL, &f);
	sha256_hex(tar, BLOCK, sha);
	qsort(tar, 8L * BLOCK, 1, byte_compare);	/* not on the stack */
	features_release(&f);
	free(tar);
}

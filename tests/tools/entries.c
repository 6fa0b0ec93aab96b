/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entries - what unpack makes of distribution files.
 *
 * Prints outcome, findings and, unless -q, every entry.  Exits 0 when all were
 * scanned, 2 when one was partial or unscannable, 1 when it could not be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/str.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = INT64_C(1) << 30, .entry_bytes = 64 << 20,
	.entries = 100000, .nesting = 3,
};

static void
print_entry(void *ctx, const struct entry *e)
{
	static const char kinds[] = { 'f', 'd', 'l', 'h', 'o' };
	char		  sha[SHA256_HEX + 1];

	(void)ctx;
	sha256_hex(e->data, e->size, sha);
	printf("%c%c%c%c %u %8zu %.12s %s", kinds[e->kind],
	    e->executable ? 'x' : '-', e->cut ? 'c' : '-',
	    e->installed ? 'i' : '-', e->depth, e->size, sha, e->path);
	if (strcmp(e->path, e->inner) != 0)
		printf(" (%s)", e->inner);
	if (e->link != NULL)
		printf(" -> %s", e->link);
	putchar('\n');
}

static void
no_entry(void *ctx, const struct entry *e)
{
	(void)ctx;
	(void)e;
}

static void
print_features(const char *file, const struct features *f)
{
	printf("%s: %s%s%s, %" PRIu32 " entries, %" PRId64 " bytes\n", file,
	    scan_outcome_name(f->outcome), f->why != NULL ? ": " : "",
	    f->why != NULL ? f->why : "", f->entries, f->bytes);
	for (size_t i = 0; i < f->nfindings; i++)
		printf("\t%s: %s%s%s\n", f->findings[i].rule,
		    f->findings[i].path != NULL ? f->findings[i].path : "",
		    f->findings[i].path != NULL ? ": " : "",
		    f->findings[i].text);
}

static int
walk_file(const char *file, bool quiet)
{
	const char	*name = strrchr(file, '/');
	struct features	 f = { 0 };
	struct stat	 st;
	void		*data = MAP_FAILED;
	int		 fd = open(file, O_RDONLY | O_CLOEXEC), status;

	name = name != NULL ? name + 1 : file;
	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0 ||
	    (data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
	    0)) == MAP_FAILED) {
		fprintf(stderr, "%s: %s\n", file, strerror(errno));
		if (fd != -1)
			close(fd);
		return 1;
	}
	close(fd);
	archive_walk(&limits, name, packagetype_from_filename(name), data,
	    (size_t)st.st_size, quiet ? no_entry : print_entry, NULL, &f);
	print_features(file, &f);
	status = f.outcome == SCAN_SCANNED ? 0 : 2;
	features_release(&f);
	munmap(data, (size_t)st.st_size);
	return status;
}

int
main(int argc, char **argv)
{
	bool	quiet = argc > 1 && str_equal(argv[1], "-q");
	int	status = 0, rc;

	for (int i = quiet ? 2 : 1; i < argc; i++) {
		rc = walk_file(argv[i], quiet);
		if (rc > status)
			status = rc;
	}
	return status;
}

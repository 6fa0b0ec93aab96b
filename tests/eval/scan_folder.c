/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_folder - a folder of files inspected and judged as if it were unpacked.
 *
 * For measuring detectors on texts that are no archives: fixtures, installed
 * packages.  scan_folder [-s] [-v] FOLDER ... prints score, folder and the
 * reasons of each, one line a folder.  -s: an sdist; -v: every finding.
 * top_srcdir says where rules and weights are.
 */
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "../unit/inspect_load.h"

#define FILE_MOST (32 * 1024 * 1024)

struct tools {
	struct inspect_tools	 shipped;
	bool			 sdist, verbose;
};

static uint8_t *
read_file(const char *path, size_t size)
{
	uint8_t *data = mem_alloc(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;

	while (fd != -1 && got < size) {
		ssize_t n = read(fd, data + got, size - got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	if (fd != -1)
		(void)close(fd);
	return data;
}

static void
feed(struct inspection *in, const FTSENT *e, size_t prefix)
{
	size_t size = (size_t)e->fts_statp->st_size;
	struct entry entry = { .kind = ENTRY_FILE, .size = size,
	    .declared = size, .installed = true };
	uint8_t *data;

	if (size > FILE_MOST)
		return;
	data = read_file(e->fts_path, size);
	entry.path = entry.inner = e->fts_path + prefix;
	entry.data = data;
	inspection_entry(in, &entry);
	free(data);
}

static void
scan(const struct tools *t, char *folder)
{
	char *const roots[] = { folder, NULL };
	const char *slash = strrchr(folder, '/');
	struct inspected_file file = { .project = slash != NULL ? slash + 1 :
	    folder, .version = "1.0", .filename = folder,
	    .packagetype = t->sdist ? PACKAGE_SDIST : PACKAGE_WHEEL };
	struct features f = { 0 };
	struct verdict v;
	struct inspection *in = inspection_new(t->shipped.inspector, &file, NULL, &f);
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	size_t prefix = strlen(folder) + 1;
	FTSENT *e;

	while (tree != NULL && (e = fts_read(tree)) != NULL)
		if (e->fts_info == FTS_F)
			feed(in, e, e->fts_level == 0 && slash != NULL ?
			    (size_t)(slash + 1 - folder) : prefix);
	if (tree != NULL)
		(void)fts_close(tree);
	inspection_end(in);
	inspection_free(in);
	judge_file(&t->shipped.judge, &f, NULL, &v);
	printf("%3u %s", v.score, folder);
	for (size_t i = 0; i < v.nreasons && !t->verbose; i++)
		printf(" %s:%.0f", v.reasons[i].rule, v.reasons[i].points);
	putchar('\n');
	for (size_t i = 0; i < f.nfindings && t->verbose; i++)
		printf("    %.2f %-22s %-8s %s:%u [%s] %.150s\n",
		    f.findings[i].weight, f.findings[i].rule,
		    context_name(f.findings[i].context),
		    f.findings[i].path != NULL ? f.findings[i].path : "-",
		    f.findings[i].line, f.findings[i].layers != NULL ?
		    f.findings[i].layers : "", f.findings[i].snippet != NULL ?
		    f.findings[i].snippet : "");
	verdict_release(&v);
	features_release(&f);
}

int
main(int argc, char **argv)
{
	struct tools t = { 0 };
	struct buf errors = BUF_EMPTY;
	bool loaded;
	int c;

	while ((c = getopt(argc, argv, "sv")) != -1) {
		t.sdist = t.sdist || c == 's';
		t.verbose = t.verbose || c == 'v';
	}
	loaded = inspect_tools_load(&t.shipped, &errors);
	fputs(buf_text(&errors), stderr);
	for (int i = optind; i < argc && loaded; i++)
		scan(&t, argv[i]);
	inspect_tools_free(&t.shipped);
	buf_release(&errors);
	return loaded ? 0 : 2;
}

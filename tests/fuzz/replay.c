/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay - a fuzzer's corpus, once, without libFuzzer.
 *
 * Every argument is a file or a folder of files; each is handed to
 * LLVMFuzzerTestOneInput whole, and then cut at several lengths.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "fuzz.h"

#define INPUT_MAX (8u << 20)

static unsigned long inputs;

static void
try_input(const uint8_t *data, size_t len)
{
	uint8_t *exact = mem_array(1, len);	/* no byte to read behind it */

	if (len != 0)
		memcpy(exact, data, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	inputs++;
}

static int
replay_file(const char *path)
{
	uint8_t	*data = mem_array(1, INPUT_MAX);
	FILE	*f = fopen(path, "rb");
	size_t	 len;

	if (f == NULL) {
		perror(path);
		free(data);
		return 1;
	}
	len = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	try_input(data, len);
	for (size_t part = 1; part < 8; part++)
		try_input(data, len * part / 8);
	free(data);
	return 0;
}

static int
replay_path(const char *path)
{
	DIR		*dir = opendir(path);
	struct dirent	*d;
	int		 failed = 0;

	if (dir == NULL)
		return replay_file(path);
	while ((d = readdir(dir)) != NULL) {
		char *name;

		if (d->d_name[0] == '.')
			continue;
		name = mem_printf("%s/%s", path, d->d_name);
		failed |= replay_file(name);
		free(name);
	}
	closedir(dir);
	return failed;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay_path(argv[i]);
	printf("%lu inputs\n", inputs);
	return failed || (argc > 1 && inputs == 0);
}

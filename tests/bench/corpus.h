/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus - what the benchmarks of unpacking and of content read: archives
 * from files or made here, and the plain libarchive loop they are measured
 * against.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct bench { const char *name; const uint8_t *data; size_t size; };

/* Seconds by this clock. */
double now_s(clockid_t);

/* Reads every member with libarchive alone; gives how many bytes came out. */
int64_t read_theirs(const struct bench *);

/* Maps each file and runs on it; files that cannot be read are named. */
void corpus_files(char *const *paths, size_t n,
    void (*run)(const struct bench *));

/* Runs on a source archive and a wheel of `n` modules; `module` gives the text
 * of each, which is freed here. */
void corpus_made(unsigned int n, char *(*module)(unsigned int),
    void (*run)(const struct bench *));

#endif

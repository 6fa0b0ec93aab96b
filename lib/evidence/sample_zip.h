/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EVIDENCE_SAMPLE_ZIP_H
#define EVIDENCE_SAMPLE_ZIP_H

/*
 * sample_zip - malware as analysts pass it on: a zip with the password
 * SAMPLE_PASSWORD, in which nothing has a name that anybody would open.
 *
 * The cipher is the old one of PKWARE, which every unzip can open.  It keeps
 * scanners and accidents away, and no secret.
 */
#include <stddef.h>
#include <stdint.h>

#define SAMPLE_PASSWORD "infected"

struct sample_zip;

/* Written to `fd`, which stays the caller's; NULL with the reason. */
struct sample_zip *sample_zip_new(int fd, char *why, size_t room);
/* Begins a member of exactly `size` bytes; 0, or -1 with the reason.  Times
 * are whole seconds since 1970. */
int	sample_zip_begin(struct sample_zip *, const char *name, int64_t size,
    int64_t at_s, char *why, size_t room) __attribute__((warn_unused_result));
int	sample_zip_add(struct sample_zip *, const void *, size_t, char *why,
    size_t room) __attribute__((warn_unused_result));
/* Ends the zip; 0, or -1 with the reason. */
int	sample_zip_end(struct sample_zip *, char *why, size_t room)
    __attribute__((warn_unused_result));
void	sample_zip_free(struct sample_zip *);

#endif

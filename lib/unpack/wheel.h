/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_WHEEL_H
#define UNPACK_WHEEL_H

/* wheel - what a wheel has to look like (PEP 427): RECORD, dist-info, .data. */
#include <stddef.h>

struct buf;
struct member;
struct place;
struct wheel;

struct wheel *wheel_new(void);
void	wheel_free(struct wheel *);
/* Appends the path that the member is installed to, visible. */
void	wheel_inner(struct place *, const char *name, size_t len, struct buf *);
/* A member was delivered: checks it against RECORD, which came first. */
void	wheel_member(struct place *, const struct member *);
/* After the last one: what is missing. */
void	wheel_check(struct place *);

#endif

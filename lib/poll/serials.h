/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_SERIALS_H
#define POLL_SERIALS_H

/*
 * serials - which rows near the cursor are stored already.
 *
 * The changelog is read again from CHANGELOG_OVERLAP serials before the
 * cursor, in case a row appears late; this keeps the rest of them from being
 * handed over on every poll.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page;

struct serials {
	int64_t	*list;		/* ascending */
	size_t	 n;
};

bool	serials_have(const struct serials *, int64_t);
/* Adds what is stored of the page, forgets what is too old for `cursor`. */
void	serials_learn(struct serials *, const struct page *, int64_t cursor);
void	serials_clear(struct serials *);

#endif

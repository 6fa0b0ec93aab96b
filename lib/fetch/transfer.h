/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

/* transfer - one file as uploaded, from its URL into a sealed memfd. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_client;
struct msg_fetch;
struct msg_fetched;
struct transfers;

/* Where files may come from. */
struct transfer_origin {
	const char	*files_url;	/* every URL must begin with one */
	const char	*authorization;	/* value of the header there, or NULL */
	bool		 follow;	/* redirects: private indexes keep their
					   files elsewhere; the digest
					   decides */
};

struct transfer_settings {
	struct http_client *http;
	const struct transfer_origin *origins;	/* copied */
	size_t		 norigins;
	int64_t		 size_most;	/* whatever a task says */
	int64_t		 low_speed;	/* bytes a second */
	/* Called once a task, perhaps inside transfer_start; `fd` is a sealed
	 * memfd with FETCH_OK and -1 otherwise, and stays ours. */
	void		(*done)(void *ctx, const struct msg_fetched *, int fd);
	void		*ctx;
};

struct transfers *transfers_new(const struct transfer_settings *);
void	transfers_free(struct transfers *);	/* no callback follows */
void	transfer_start(struct transfers *, const struct msg_fetch *);
size_t	transfers_pending(const struct transfers *);

/*
 * The BLAKE2b-256 that a URL of PyPI's states in its path
 * (/packages/aa/bb/<60 digits>/name), in out[65]; "" when it states none.
 */
void	transfer_url_digest(const char *url, char *out);

#endif

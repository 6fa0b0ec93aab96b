/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer - one file as uploaded, from its URL into a sealed memfd.
 * Takes: URL, digest, size.  Gives: the memfd, or what went wrong.
 * Runs in: fetch.
 *
 * The bytes are counted and hashed as they come and looked at in no other
 * way.  Both the digest of the index and the one in PyPI's path must fit.
 */
#include "fetch/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

struct transfer {
	LIST_ENTRY(transfer) link;
	struct transfers *all;
	struct http_request *request;
	int64_t		 id, size, size_most, received;
	char		 sha256[SHA256_HEX + 1], blake2b[BLAKE2B_HEX + 1];
	struct digest	*digest;
	int		 fd;		/* -1 until the first bytes */
	bool		 longer;	/* than the index says */
	int		 write_error;
};

struct origin {
	char		*prefix;	/* of every URL, with its slash */
	char		*authorization;
	bool		 plain;		/* the prefix is http:// */
	bool		 follow;
};

struct transfers {
	struct transfer_settings set;
	struct origin	*origins;
	LIST_HEAD(, transfer) list;
	size_t		 n;
};

/* ---- pure questions ----------------------------------------------------- */

void
transfer_url_digest(const char *url, char *out)
{
	static const char hex[] = "0123456789abcdef";
	const char *p = strstr(url, "/packages/");

	out[0] = '\0';
	if (p == NULL || strlen(p += strlen("/packages/")) < 67 ||
	    p[2] != '/' || p[5] != '/' || p[66] != '/' ||
	    strspn(p, hex) != 2 || strspn(p + 3, hex) != 2 ||
	    strspn(p + 6, hex) != 60)
		return;
	memcpy(out, p, 2);
	memcpy(out + 2, p + 3, 2);
	memcpy(out + 4, p + 6, 60);
	out[64] = '\0';
}

/* The origin that the URL lies below, or NULL.  A path that climbs could leave
 * it again. */
static const struct origin *
origin_of(const struct transfers *all, const char *url)
{
	if (url == NULL || strstr(url, "/..") != NULL ||
	    strchr(url, '\\') != NULL || strstr(url, "%2e") != NULL ||
	    strstr(url, "%2E") != NULL)
		return NULL;
	for (size_t i = 0; i < all->set.norigins; i++)
		if (str_starts(url, all->origins[i].prefix))
			return &all->origins[i];
	return NULL;
}

/* A slow but honest host gets a big file across; a small one may not linger. */
static int64_t
time_limit_ms(const struct transfer *t)
{
	int64_t bytes = t->size >= 0 ? t->size : t->size_most;
	int64_t ms = FETCH_LEAST_MS + bytes * 1000 / FETCH_PLAN_SPEED;

	return ms < FETCH_MOST_MS ? ms : FETCH_MOST_MS;
}

/* ---- the end of one ----------------------------------------------------- */

static void
transfer_free(struct transfer *t)
{
	if (t->request != NULL)
		http_cancel(t->request);
	if (t->fd != -1)
		close(t->fd);
	digest_free(t->digest);
	LIST_REMOVE(t, link);
	t->all->n--;
	free(t);
}

static void
transfer_end(struct transfer *t, struct msg_fetched *m, const char *why)
{
	m->id = t->id;
	m->size = t->received;
	m->why = mem_strdup(why);
	t->all->set.done(t->all->set.ctx, m,
	    m->status == FETCH_OK ? t->fd : -1);
	free(m->why);
	transfer_free(t);
}

static void
transfer_refuse(struct transfer *t, enum fetch_status status, const char *why)
{
	struct msg_fetched m = { .status = status, .retry_after_s = -1 };

	transfer_end(t, &m, why);
}

/* All bytes are there: are they the right ones? */
static enum fetch_status
check(struct transfer *t, char sha256[SHA256_HEX + 1], char *why, size_t room)
{
	char	blake2b[BLAKE2B_HEX + 1];

	digest_end(t->digest, sha256, blake2b);
	if (t->size >= 0 && t->received != t->size)
		snprintf(why, room, "%lld bytes, the index says %lld",
		    (long long)t->received, (long long)t->size);
	else if (strcmp(sha256, t->sha256) != 0)
		snprintf(why, room, "sha256 is %s, the index says %s", sha256,
		    t->sha256);
	else if (t->blake2b[0] != '\0' && strcmp(blake2b, t->blake2b) != 0)
		snprintf(why, room, "BLAKE2b is %s, the URL says %s", blake2b,
		    t->blake2b);
	else if (t->fd == -1 && (t->fd = memfd_new("artefact")) == -1)
		goto no_memfd;
	else if (memfd_seal(t->fd) == -1)
		goto no_memfd;
	else
		return FETCH_OK;
	return FETCH_MISMATCH;
no_memfd:
	snprintf(why, room, "cannot make a memfd: %s", strerror(errno));
	return FETCH_LATER;
}

static enum fetch_status
status_of(const struct transfer *t, const struct http_answer *a)
{
	switch (a->result) {
	case HTTP_TOO_BIG:
		return FETCH_TOO_BIG;
	case HTTP_REFUSED:
		return FETCH_REFUSED;
	case HTTP_ABORTED:
		return t->longer ? FETCH_MISMATCH : FETCH_LATER;
	case HTTP_NETWORK:
		return FETCH_LATER;
	case HTTP_OK:
		break;
	}
	/* A file that the index lists and the host does not have was removed;
	 * anything else may be different next time. */
	return a->status == 404 || a->status == 410 || a->status == 451 ?
	    FETCH_GONE : FETCH_LATER;
}

static void
say_why(const struct transfer *t, const struct http_answer *a, char *why,
    size_t room)
{
	if (t->longer)
		snprintf(why, room, "longer than the %lld bytes of the index",
		    (long long)t->size);
	else if (t->write_error != 0)
		snprintf(why, room, "cannot write the memfd: %s",
		    strerror(t->write_error));
	else if (a->result == HTTP_OK)
		snprintf(why, room, "HTTP status %ld", a->status);
	else
		snprintf(why, room, "%s", a->error);
}

static void
on_done(void *ctx, const struct http_answer *a)
{
	struct transfer	*t = ctx;
	struct msg_fetched m = { .retry_after_s = a->retry_after_s,
	    .http_status = a->status > 0 && a->status < 1000 ?
	    (uint32_t)a->status : 0 };
	char		 why[FAULT_TEXT_MAX] = "";

	t->request = NULL;
	if (a->result == HTTP_OK && a->status == 200)
		m.status = check(t, m.sha256, why, sizeof(why));
	else {
		m.status = status_of(t, a);
		say_why(t, a, why, sizeof(why));
	}
	transfer_end(t, &m, m.status == FETCH_OK ? NULL : why);
}

static bool
on_data(void *ctx, const void *bytes, size_t len)
{
	struct transfer	*t = ctx;
	const char	*at = bytes;
	ssize_t		 n;

	t->received += (int64_t)len;
	if (t->size >= 0 && t->received > t->size) {
		t->longer = true;
		return false;
	}
	digest_add(t->digest, bytes, len);
	if (t->fd == -1 && (t->fd = memfd_new("artefact")) == -1) {
		t->write_error = errno;
		return false;
	}
	for (; len > 0; at += n, len -= (size_t)n)
		if ((n = write(t->fd, at, len)) <= 0) {
			t->write_error = n == 0 ? ENOSPC : errno;
			return false;
		}
	return true;
}

/* ---- starting ----------------------------------------------------------- */

static void
transfer_send(struct transfer *t, const struct origin *from, const char *url)
{
	struct http_ask ask = { .url = url, .allow_plain = from->plain,
	    .authorization = from->authorization, .follow = from->follow,
	    .body_most = (size_t)t->size_most, .timeout_ms = time_limit_ms(t),
	    .low_speed = t->all->set.low_speed, .data = on_data,
	    .done = on_done, .ctx = t };

	transfer_url_digest(url, t->blake2b);
	t->digest = digest_new();
	t->request = http_send(t->all->set.http, &ask);
}

void
transfer_start(struct transfers *all, const struct msg_fetch *m)
{
	struct transfer *t = mem_alloc(sizeof(*t));
	const struct origin *from = origin_of(all, m->url);

	t->all = all;
	t->id = m->id;
	t->size = m->size;
	t->size_most = m->size_most > 0 && m->size_most < all->set.size_most ?
	    m->size_most : all->set.size_most;
	t->fd = -1;
	memcpy(t->sha256, m->sha256, sizeof(t->sha256));
	LIST_INSERT_HEAD(&all->list, t, link);
	all->n++;
	if (from == NULL)
		transfer_refuse(t, FETCH_REFUSED,
		    "the URL is below no files-url, nor at ingest.listen, of "
		    "this host's config");
	else if (!str_is_hex(t->sha256, SHA256_HEX))
		transfer_refuse(t, FETCH_REFUSED, "no sha256 to compare with");
	else if (t->size > t->size_most)
		transfer_refuse(t, FETCH_TOO_BIG,
		    "larger than limits.artefact-bytes");
	else
		transfer_send(t, from, m->url);
}

struct transfers *
transfers_new(const struct transfer_settings *set)
{
	struct transfers *all = mem_alloc(sizeof(*all));

	all->set = *set;
	all->origins = mem_array(set->norigins, sizeof(*all->origins));
	for (size_t i = 0; i < set->norigins; i++) {
		const struct transfer_origin *from = &set->origins[i];

		all->origins[i] = (struct origin){ .prefix = mem_printf("%s%s",
		    from->files_url, str_ends(from->files_url, "/") ? "" : "/"),
		    .authorization = mem_strdup(from->authorization),
		    .plain = str_starts(from->files_url, "http://"),
		    .follow = from->follow };
	}
	LIST_INIT(&all->list);
	return all;
}

void
transfers_free(struct transfers *all)
{
	if (all == NULL)
		return;
	while (!LIST_EMPTY(&all->list))
		transfer_free(LIST_FIRST(&all->list));
	for (size_t i = 0; i < all->set.norigins; i++) {
		free(all->origins[i].prefix);
		free(all->origins[i].authorization);
	}
	free(all->origins);
	free(all);
}

size_t
transfers_pending(const struct transfers *all)
{
	return all->n;
}

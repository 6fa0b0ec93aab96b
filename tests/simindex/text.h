/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_TEXT_H
#define SIMINDEX_TEXT_H

/*
 * text - growing bytes, digests and a random sequence for the simulated
 * index.  Own code on purpose: a test double that shared the daemon's code
 * would share its mistakes.
 */
#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT 65
#define MD5_TEXT 33
#define BLAKE2B_TEXT 65		/* BLAKE2b-256 */

/* Bytes with a NUL behind them; all zero is empty. */
struct text {
	char	*s;
	size_t	 len, room;
};

void	text_add(struct text *, const void *, size_t);
void	text_puts(struct text *, const char *);
void	text_putf(struct text *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Escapes & < > " ' as the index does. */
void	text_putxml(struct text *, const char *);
void	text_free(struct text *);
/* The bytes, always a string, now the caller's. */
char	*text_take(struct text *);

/* These end the program when there is no memory. */
void	*must_alloc(size_t);
void	*must_grow(void *, size_t count, size_t size);
char	*must_copy(const char *);
char	*must_format(const char *, ...)
	    __attribute__((format(printf, 1, 2)));

void	digest_sha256(const void *, size_t, char out[SHA256_TEXT]);
void	digest_md5(const void *, size_t, char out[MD5_TEXT]);
void	digest_blake2b(const void *, size_t, char out[BLAKE2B_TEXT]);
/* Standard base64 with padding, or the alphabet and no padding of RECORD. */
char	*base64_text(const void *, size_t);
char	*base64_url_text(const void *, size_t);

/* The same seed gives the same sequence on every machine. */
struct chance { uint64_t state; };
uint64_t chance_next(struct chance *);
size_t	chance_below(struct chance *, size_t);
void	chance_fill(struct chance *, void *, size_t);

int64_t	now_us(void);		/* Unix time */
/* "2026-03-01T12:00:00", with ".123456Z" when asked. */
char	*time_iso(int64_t us, int with_fraction);
char	*time_rfc822(int64_t us);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - growing bytes, digests and a random sequence for the simulated
 * index.
 * Takes: bytes.  Gives: bytes.
 * Runs in: simindex, simreceiver.
 */
#include "text.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *
must_alloc(size_t size)
{
	return must_grow(NULL, 1, size);
}

void *
must_grow(void *old, size_t count, size_t size)
{
	char	*p = reallocarray(old, count, size);

	if (p == NULL) {
		fprintf(stderr, "simindex: out of memory\n");
		exit(2);
	}
	if (old == NULL)
		memset(p, 0, count * size);
	return p;
}

char *
must_copy(const char *s)
{
	size_t	 len = strlen(s) + 1;

	return memcpy(must_alloc(len), s, len);
}

char *
must_format(const char *format, ...)
{
	struct text	 t = { 0 };
	va_list		 ap;
	int		 len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	t.s = must_alloc((size_t)len + 1);
	va_start(ap, format);
	vsnprintf(t.s, (size_t)len + 1, format, ap);
	va_end(ap);
	return t.s;
}

void
text_add(struct text *t, const void *bytes, size_t len)
{
	if (len + 1 > t->room - t->len) {
		size_t	 room = t->room * 2 + len + 64;

		t->s = must_grow(t->s, room, 1);
		t->room = room;
	}
	if (len > 0)
		memcpy(t->s + t->len, bytes, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void
text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
text_putf(struct text *t, const char *format, ...)
{
	va_list	 ap;
	int	 len;
	char	*s;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	s = must_alloc((size_t)len + 1);
	va_start(ap, format);
	vsnprintf(s, (size_t)len + 1, format, ap);
	va_end(ap);
	text_add(t, s, (size_t)len);
	free(s);
}

void
text_putxml(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&': text_puts(t, "&amp;"); break;
		case '<': text_puts(t, "&lt;"); break;
		case '>': text_puts(t, "&gt;"); break;
		case '"': text_puts(t, "&#34;"); break;
		case '\'': text_puts(t, "&#39;"); break;
		default: text_add(t, s, 1); break;
		}
	}
}

void
text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

char *
text_take(struct text *t)
{
	char	*s;

	text_add(t, "", 0);
	s = t->s;
	*t = (struct text){ 0 };
	return s;
}

static void
digest_evp(const EVP_MD *kind, const void *bytes, size_t len, char *out,
    size_t room)
{
	unsigned char	 raw[EVP_MAX_MD_SIZE];
	unsigned int	 n = 0;

	if (EVP_Digest(bytes, len, raw, &n, kind, NULL) != 1 ||
	    sodium_bin2hex(out, room, raw, n) == NULL) {
		fprintf(stderr, "simindex: libcrypto has no digest\n");
		exit(2);
	}
}

void
digest_sha256(const void *bytes, size_t len, char out[SHA256_TEXT])
{
	digest_evp(EVP_sha256(), bytes, len, out, SHA256_TEXT);
}

void
digest_md5(const void *bytes, size_t len, char out[MD5_TEXT])
{
	digest_evp(EVP_md5(), bytes, len, out, MD5_TEXT);
}

void
digest_blake2b(const void *bytes, size_t len, char out[BLAKE2B_TEXT])
{
	unsigned char	 raw[32];

	crypto_generichash(raw, sizeof(raw), bytes, len, NULL, 0);
	sodium_bin2hex(out, BLAKE2B_TEXT, raw, sizeof(raw));
}

static char *
base64_variant(const void *bytes, size_t len, int variant)
{
	size_t	 room = sodium_base64_encoded_len(len, variant);
	char	*out = must_alloc(room);

	return sodium_bin2base64(out, room, bytes, len, variant);
}

char *
base64_text(const void *bytes, size_t len)
{
	return base64_variant(bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

char *
base64_url_text(const void *bytes, size_t len)
{
	return base64_variant(bytes, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* SplitMix64: any seed is a good one, also 0. */
uint64_t
chance_next(struct chance *c)
{
	uint64_t	 z = c->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t
chance_below(struct chance *c, size_t n)
{
	return (size_t)(chance_next(c) % n);
}

void
chance_fill(struct chance *c, void *bytes, size_t len)
{
	unsigned char	*p = bytes;

	for (size_t i = 0; i < len; i++)
		p[i] = (unsigned char)chance_next(c);
}

int64_t
now_us(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

char *
time_iso(int64_t us, int with_fraction)
{
	time_t		 seconds = (time_t)(us / 1000000);
	struct tm	 tm;
	char		 day[32];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	if (!with_fraction)
		return must_copy(day);
	if (us % 1000000 == 0)
		return must_format("%sZ", day);
	return must_format("%s.%06dZ", day, (int)(us % 1000000));
}

char *
time_rfc822(int64_t us)
{
	time_t		 seconds = (time_t)(us / 1000000);
	struct tm	 tm;
	char		 day[48];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return must_copy(day);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address - which network addresses lead to the public internet.
 * Takes: a socket address as resolved.  Gives: yes or no, by table.
 * Runs in: every process that opens internet sockets.
 */
#include "base/address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"

struct range4 { uint8_t start[4]; unsigned int bits; };
struct range6 { uint8_t start[16]; unsigned int bits; };

static const struct range4 special4[] = {
	{ { 0, 0, 0, 0 }, 8 }, { { 10, 0, 0, 0 }, 8 },
	{ { 100, 64, 0, 0 }, 10 }, { { 127, 0, 0, 0 }, 8 },
	{ { 169, 254, 0, 0 }, 16 }, { { 172, 16, 0, 0 }, 12 },
	{ { 192, 0, 0, 0 }, 24 }, { { 192, 0, 2, 0 }, 24 },
	{ { 192, 88, 99, 0 }, 24 }, { { 192, 168, 0, 0 }, 16 },
	{ { 198, 18, 0, 0 }, 15 }, { { 198, 51, 100, 0 }, 24 },
	{ { 203, 0, 113, 0 }, 24 }, { { 224, 0, 0, 0 }, 4 },
	{ { 240, 0, 0, 0 }, 4 },
};

static const struct range6 special6[] = {
	{ { 0 }, 96 },				/* ::, ::1, ::a.b.c.d */
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 },	/* local NAT64 */
	{ { 0x01, 0x00 }, 64 },			/* discard */
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 },	/* IETF, Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x3f, 0xff }, 20 },			/* documentation */
	{ { 0xfc, 0x00 }, 7 },			/* unique local */
	{ { 0xfe, 0x80 }, 10 },			/* link-local */
	{ { 0xfe, 0xc0 }, 10 },			/* site-local, as was */
	{ { 0xff, 0x00 }, 8 },			/* multicast */
};

/* IPv6 forms with an IPv4 address inside, and where in it. */
static const struct { struct range6 range; size_t at; } carriers[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96 }, 12 },	/* mapped */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },	/* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2 },			/* 6to4 */
};

static bool
bits_match(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool
public4(const uint8_t *ip)
{
	for (size_t i = 0; i < ARRAY_LEN(special4); i++)
		if (bits_match(ip, special4[i].start, special4[i].bits))
			return false;
	return true;
}

static bool
public6(const uint8_t *ip)
{
	for (size_t i = 0; i < ARRAY_LEN(carriers); i++)
		if (bits_match(ip, carriers[i].range.start,
		    carriers[i].range.bits))
			return public4(ip + carriers[i].at);
	for (size_t i = 0; i < ARRAY_LEN(special6); i++)
		if (bits_match(ip, special6[i].start, special6[i].bits))
			return false;
	return true;
}

bool
address_is_public(const struct sockaddr *sa)
{
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		return public4((const uint8_t *)&in.sin_addr);
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		return public6((const uint8_t *)&in6.sin6_addr);
	default:
		return false;
	}
}

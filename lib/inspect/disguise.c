/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disguise - native executables, plain or under a simple cipher.
 *
 * Takes: bytes.  Gives: what executable they hide and under which cipher.
 * Runs in: worker child, command.
 *
 * A DOS header has a run of zero bytes from 0x1c to 0x3b.  Under any cipher
 * that XORs or adds a key stream, that run is the key stream itself, so the
 * key is read off and then proved on the signatures; no key is guessed.
 */
#include "inspect/disguise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define DOS_ZEROS_FROM 0x1c
#define DOS_ZEROS_TO 0x3c
#define DOS_LFANEW 0x3c		/* where the offset of "PE\0\0" stands */
#define KEY_MOST 16		/* twice fits into the run of zeros */

enum how { HOW_XOR, HOW_ADD, HOW_ROLL };

struct key {
	enum how	 how;
	size_t		 len;
	uint8_t		 bytes[KEY_MOST];
	uint8_t		 step;		/* HOW_ROLL: added for each byte */
};

static uint8_t
plain(const struct key *k, uint8_t byte, size_t at)
{
	if (k->how == HOW_ADD)
		return (uint8_t)(byte - k->bytes[at % k->len]);
	if (k->how == HOW_ROLL)
		return (uint8_t)(byte ^ (uint8_t)(k->bytes[0] + k->step * at));
	return (uint8_t)(byte ^ k->bytes[at % k->len]);
}

/* Does a PE image begin here, once the key is undone? */
static bool
is_pe_under(const struct key *k, const uint8_t *data, size_t size)
{
	static const uint8_t signature[4] = { 'P', 'E', 0, 0 };
	uint32_t at = 0;

	if (size < DOS_LFANEW + 8 || plain(k, data[0], 0) != 'M' ||
	    plain(k, data[1], 1) != 'Z')
		return false;
	for (size_t i = 0; i < 4; i++)
		at |= (uint32_t)plain(k, data[DOS_LFANEW + i], DOS_LFANEW + i)
		    << (8 * i);
	if (at > size - 4 || at < 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (plain(k, data[at + i], at + i) != signature[i])
			return false;
	return true;
}

static bool
is_elf_under(const struct key *k, const uint8_t *data, size_t size)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	if (size < 52)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (plain(k, data[i], i) != magic[i])
			return false;
	return (uint8_t)(plain(k, data[4], 4) - 1) < 2 &&
	    (uint8_t)(plain(k, data[5], 5) - 1) < 2 &&
	    plain(k, data[6], 6) == 1;
}

static bool
is_macho_under(const struct key *k, const uint8_t *data, size_t size)
{
	uint8_t h[8];

	if (size < 32)
		return false;
	for (size_t i = 0; i < 8; i++)
		h[i] = plain(k, data[i], i);
	/* 64 bits little-endian for x86 or ARM. */
	return (h[0] == 0xcf || h[0] == 0xce) && h[1] == 0xfa &&
	    h[2] == 0xed && h[3] == 0xfe && (h[4] == 7 || h[4] == 12) &&
	    h[5] == 0 && h[6] == 0 && h[7] <= 1;
}

static enum executable
kind_under(const struct key *k, const uint8_t *data, size_t size)
{
	if (is_pe_under(k, data, size))
		return EXECUTABLE_PE;
	if (is_elf_under(k, data, size))
		return EXECUTABLE_ELF;
	return is_macho_under(k, data, size) ? EXECUTABLE_MACHO :
	    EXECUTABLE_NONE;
}

enum executable
executable_of(const uint8_t *data, size_t size)
{
	static const struct key none = { .len = 1 };

	return kind_under(&none, data, size);
}

const char *
executable_name(enum executable kind)
{
	switch (kind) {
	case EXECUTABLE_PE:
		return "a Windows executable";
	case EXECUTABLE_ELF:
		return "a Linux executable";
	case EXECUTABLE_MACHO:
		return "a macOS executable";
	case EXECUTABLE_NONE:
		break;
	}
	return "no executable";
}

/* The shortest repeating key that the run of zeros shows, or 0. */
static size_t
period_of(const uint8_t *zeros, size_t n)
{
	for (size_t p = 1; p <= KEY_MOST; p++) {
		size_t i = p;

		while (i < n && zeros[i] == zeros[i - p])
			i++;
		if (i == n)
			return p;
	}
	return 0;
}

static bool
key_from_zeros(struct key *k, enum how how, const uint8_t *data)
{
	const uint8_t *zeros = data + DOS_ZEROS_FROM;

	*k = (struct key){ .how = how, .len = 1 };
	if (how == HOW_ROLL) {
		k->step = (uint8_t)(zeros[1] - zeros[0]);
		k->bytes[0] = (uint8_t)(zeros[0] - k->step * DOS_ZEROS_FROM);
		return k->step != 0;
	}
	k->len = period_of(zeros, DOS_ZEROS_TO - DOS_ZEROS_FROM);
	for (size_t i = 0; i < k->len; i++)
		k->bytes[(DOS_ZEROS_FROM + i) % k->len] = zeros[i];
	return k->len != 0;
}

static void
cipher_name(const struct key *k, char *out, size_t room)
{
	static const char *const names[] = { [HOW_XOR] = "xor",
	    [HOW_ADD] = "add", [HOW_ROLL] = "xor-rolling" };
	int n = snprintf(out, room, "%s:0x", names[k->how]);

	for (size_t i = 0; i < k->len && (size_t)n + 3 < room; i++)
		n += snprintf(out + n, room - (size_t)n, "%02x", k->bytes[i]);
	if (k->how == HOW_ROLL)
		(void)snprintf(out + n, room - (size_t)n, "+0x%02x", k->step);
}

/* The one-byte key that makes the first byte what a header begins with. */
static bool
find_with_first(const uint8_t *data, size_t size, uint8_t first,
    struct disguise *out)
{
	struct key k = { .how = HOW_XOR, .len = 1 };

	k.bytes[0] = (uint8_t)(data[0] ^ first);
	if (k.bytes[0] == 0)
		return false;
	out->kind = kind_under(&k, data, size);
	if (out->kind == EXECUTABLE_NONE)
		return false;
	cipher_name(&k, out->cipher, sizeof(out->cipher));
	return true;
}

static bool
find_reversed(const uint8_t *data, size_t size, struct disguise *out)
{
	uint8_t head[1024];
	size_t n = size < sizeof(head) ? size : sizeof(head);

	for (size_t i = 0; i < n; i++)
		head[i] = data[size - 1 - i];
	out->kind = executable_of(head, n);
	if (out->kind == EXECUTABLE_NONE)
		return false;
	(void)snprintf(out->cipher, sizeof(out->cipher), "reversed");
	return true;
}

bool
disguise_find(const uint8_t *data, size_t size, struct disguise *out)
{
	static const uint8_t firsts[] = { 'M', 0x7f, 0xcf, 0xce };
	static const enum how hows[] = { HOW_XOR, HOW_ADD, HOW_ROLL };
	struct key k;

	*out = (struct disguise){ 0 };
	if (size < 64)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++)
		if (find_with_first(data, size, firsts[i], out))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(hows); i++) {
		if (!key_from_zeros(&k, hows[i], data) ||
		    (k.len == 1 && k.bytes[0] == 0 && k.step == 0))
			continue;
		out->kind = kind_under(&k, data, size);
		if (out->kind != EXECUTABLE_NONE) {
			cipher_name(&k, out->cipher, sizeof(out->cipher));
			return true;
		}
	}
	return find_reversed(data, size, out);
}

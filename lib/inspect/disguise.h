/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_DISGUISE_H
#define INSPECT_DISGUISE_H

/* disguise - native executables, plain or under a simple cipher. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum executable { EXECUTABLE_NONE, EXECUTABLE_PE, EXECUTABLE_ELF,
	EXECUTABLE_MACHO };

struct disguise {
	enum executable	 kind;
	char		 cipher[48];	/* "xor:0xe8", "add:0x11", "reversed" */
};

/* What starts at data, in the clear. */
enum executable executable_of(const uint8_t *, size_t);
const char *executable_name(enum executable);	/* "a Windows executable" */
/*
 * An executable under a repeated XOR key, a rolling one, an added constant or
 * in reverse order.  Looks at headers only: the time does not grow with size.
 */
bool	disguise_find(const uint8_t *, size_t, struct disguise *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_COINS_H
#define FLOW_COINS_H

/* coins - what tells that a source deals with wallets, their keys and their
 * addresses. */
#include <stdbool.h>
#include <stddef.h>

/* An address of a well-known chain, to its form: no checksum is looked at. */
bool	coins_address(const char *, size_t);
/* Does a text, as a rule a whole source, speak of wallets? */
bool	coins_spoken_of(const void *, size_t);
/* A parameter that holds a key, in a source that speaks of wallets. */
bool	coins_is_key(const char *parameter);
/* A function, by its dotted name, of a library that makes or uses keys;
 * "?" as its last part is one that is not known. */
bool	coins_makes_keys(const char *);

#endif

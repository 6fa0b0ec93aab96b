/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

/* address - which network addresses lead to the public internet. */
#include <stdbool.h>

struct sockaddr;

/*
 * False for every special-purpose range (IANA's IPv4 and IPv6 registries):
 * loopback, private, link-local, shared, documentation, multicast, and the
 * IPv6 forms that carry such an IPv4 address inside.  False for families
 * other than IPv4 and IPv6.
 */
bool	address_is_public(const struct sockaddr *);

#endif

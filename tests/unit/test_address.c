/* SPDX-License-Identifier: Apache-2.0 */
/* address: every special range, its edges, and IPv4 inside IPv6. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/address.h"
#include "base/str.h"

static const struct { const char *ip; bool public; } table[] = {
	{ "0.0.0.0", false }, { "0.255.255.255", false }, { "1.1.1.1", true },
	{ "9.255.255.255", true }, { "10.0.0.1", false },
	{ "10.255.255.255", false }, { "11.0.0.0", true },
	{ "100.63.255.255", true }, { "100.64.0.0", false },
	{ "100.127.255.255", false }, { "100.128.0.0", true },
	{ "127.0.0.1", false }, { "169.254.169.254", false },
	{ "172.15.255.255", true }, { "172.16.0.0", false },
	{ "172.31.255.255", false }, { "172.32.0.0", true },
	{ "192.0.0.8", false }, { "192.0.2.1", false },
	{ "192.168.1.1", false }, { "192.169.0.1", true },
	{ "198.17.255.255", true }, { "198.18.0.1", false },
	{ "198.19.255.255", false }, { "198.51.100.7", false },
	{ "203.0.113.9", false }, { "224.0.0.1", false },
	{ "239.255.255.255", false }, { "255.255.255.255", false },
	{ "151.101.0.223", true },
	{ "::", false }, { "::1", false }, { "::127.0.0.1", false },
	{ "::ffff:127.0.0.1", false }, { "::ffff:10.0.0.1", false },
	{ "::ffff:151.101.0.223", true }, { "64:ff9b::a9fe:a9fe", false },
	{ "64:ff9b::808:808", true }, { "64:ff9b:1::1", false },
	{ "100::1", false }, { "2001::1", false }, { "2001:db8::1", false },
	{ "2002:7f00:1::", false }, { "2002:808:808::", true },
	{ "2a04:4e42::223", true }, { "2606:4700::1111", true },
	{ "fc00::1", false }, { "fdff::1", false }, { "fe80::1", false },
	{ "fec0::1", false }, { "ff02::1", false }, { "3fff::1", false },
};

static void
by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct sockaddr *sa = (struct sockaddr *)&in;

		if (strchr(table[i].ip, ':') != NULL) {
			sa = (struct sockaddr *)&in6;
			assert_int_equal(inet_pton(AF_INET6, table[i].ip,
			    &in6.sin6_addr), 1);
		} else
			assert_int_equal(inet_pton(AF_INET, table[i].ip,
			    &in.sin_addr), 1);
		if (address_is_public(sa) != table[i].public)
			fail_msg("%s", table[i].ip);
	}
}

static void
other_families(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	(void)state;
	assert_false(address_is_public((struct sockaddr *)&un));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_table),
		cmocka_unit_test(other_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

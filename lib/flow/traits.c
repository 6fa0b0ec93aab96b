/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traits - what a name or keyword means in a call: what keeps functions for
 * a user, what a library calls, which keyword holds a secret.
 *
 * Takes: a name.  Gives: its traits, which names.c keeps by its word.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"

struct row {
	const char	*name;
	uint64_t	 traits;
};

/* Names without a dot: attributes and keywords. */
static const struct row parts[] = {
	{ "add_api_route", NAME_REGISTERS },
	{ "add_argument", NAME_REGISTERS }, { "add_cog", NAME_REGISTERS },
	{ "add_command", NAME_REGISTERS }, { "add_handler", NAME_REGISTERS },
	{ "add_listener", NAME_REGISTERS }, { "add_resource", NAME_REGISTERS },
	{ "add_route", NAME_REGISTERS }, { "add_typer", NAME_REGISTERS },
	{ "add_url_rule", NAME_REGISTERS }, { "bind", NAME_REGISTERS },
	{ "connect", NAME_REGISTERS }, { "echo", NAME_UNSEEN },
	{ "event_hooks", NAME_HOOKS }, { "events", NAME_HOOKS },
	{ "hooks", NAME_HOOKS }, { "include_router", NAME_REGISTERS },
	{ "input_type", NAME_UNSEEN }, { "on_request_end", NAME_HOOKS },
	{ "on_request_headers_sent", NAME_HOOKS },
	{ "on_request_start", NAME_HOOKS },
	{ "register_blueprint", NAME_REGISTERS },
	{ "set_defaults", NAME_REGISTERS }, { "show", NAME_UNSEEN },
	{ "type", NAME_UNSEEN },
};

static int
by_name(const void *name, const void *row)
{
	return strcmp(name, ((const struct row *)row)->name);
}

uint64_t
flow_find_call_traits(const char *name, size_t len)
{
	uint64_t traits = flow_client_traits(name);
	const struct row *row;

	if (strchr(name, '.') != NULL)
		return traits | (flow_uses_secret(name, len) ? NAME_USES : 0);
	row = bsearch(name, parts, ARRAY_LEN(parts), sizeof(*parts), by_name);
	return traits | (row != NULL ? row->traits : 0) |
	    (flow_secret_keyword(name) != 0 ? NAME_SECRET : 0);
}

bool
flow_call_traits_are_sorted(void)
{
	for (size_t i = 1; i < ARRAY_LEN(parts); i++)
		if (strcmp(parts[i - 1].name, parts[i].name) >= 0)
			return false;
	return true;
}

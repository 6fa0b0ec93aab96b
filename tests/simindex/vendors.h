/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_VENDORS_H
#define SIMINDEX_VENDORS_H

/*
 * vendors - what Slack's API, Discord, Teams, Mattermost and PagerDuty take,
 * refuse and answer, as documented.
 */
#include <jansson.h>

struct vendor_reply {
	int		 status;
	char		*body;		/* heap */
	const char	*why;		/* of a refusal, or NULL */
};

/* A message, its bytes and the Authorization header (or ""). */
typedef void vendor_check(json_t *message, const char *bytes, const char *auth,
    struct vendor_reply *);
vendor_check	slackbot_check, discord_check, teams_check, mattermost_check,
		pagerduty_check;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_SLACK_H
#define SIMINDEX_SLACK_H

/*
 * slack - what Slack's incoming webhooks refuse, as documented.
 */
#include <jansson.h>

/* NULL when the message is taken; else Slack's word for the refusal. */
const char	*slack_refusal(json_t *message);

#endif
